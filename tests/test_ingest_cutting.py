"""Takes of films as they come from cameras: turned, with oblong pixels, of several sizes."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from test_ingest_media import make_clip
from test_web_frames import written

from archive.errors import CorruptMedia
from ingest.cutting import Caption, Stopped, cut_film, cut_sound
from ingest.frames import draw_frame
from ingest.takes import Take, samples_of, seen_size


def film(path: Path, *, size: tuple[int, int] = (96, 144), aspect: Fraction | None = None) -> Path:
    """Ten seconds of a bright picture, and a tone."""
    silent = written(
        path.with_name("silent.mp4"), [np.full(size, 200, np.uint8)] * 10, aspect=aspect
    )
    tone = make_clip(path.with_name("tone.m4a"), seconds=10)
    with av.open(str(path), "w") as both, av.open(str(silent)) as one, av.open(str(tone)) as other:
        streams = [(c, both.add_stream_from_template(c.streams[0])) for c in (one, other)]
        for source, stream in streams:
            for packet in source.demux(source.streams[0]):
                if packet.dts is not None:
                    packet.stream = stream
                    both.mux(packet)
    return path


def first_picture(path: Path) -> np.ndarray:
    with av.open(str(path)) as container:
        return next(container.decode(video=0)).to_ndarray(format="gray")


def nothing(share: float) -> None:
    """Progress that nobody looks at."""


def test_oblong_pixels_become_square_ones(tmp_path: Path) -> None:
    source = film(tmp_path / "narrow.mp4", aspect=Fraction(2, 1))
    assert seen_size(source) == (288, 96)
    take = Take(source, 1000, 3000, *seen_size(source))
    cut_film([take], [], tmp_path / "a.mp4", title="A", language="", progress=nothing)
    picture = first_picture(tmp_path / "a.mp4")
    assert picture.shape == (96, 288)
    assert picture.min() > 150


def test_films_of_two_sizes_fit_into_one_with_black_around(tmp_path: Path) -> None:
    wide = film(tmp_path / "wide.mp4", size=(90, 160))
    (tmp_path / "other").mkdir()
    tall = film(tmp_path / "other" / "tall.mp4", size=(160, 90))
    takes = [Take(wide, 0, 1000, *seen_size(wide)), Take(tall, 0, 1000, *seen_size(tall))]
    captions = [Caption(0, 1000, "one"), Caption(1000, 2000, "two")]
    cut_film(takes, captions, tmp_path / "a.mp4", title="A", language="deu", progress=nothing)
    with av.open(str(tmp_path / "a.mp4")) as container:
        pictures = [f.to_ndarray(format="gray") for f in container.decode(video=0)]
    assert pictures[0].shape == pictures[-1].shape == (160, 160)
    assert pictures[0][:30].max() < 40 < pictures[0][80].min()
    assert pictures[-1][:, :30].max() < 40 < pictures[-1][:, 80].min()


def test_a_large_film_is_made_smaller(tmp_path: Path) -> None:
    source = film(tmp_path / "large.mp4", size=(1080, 1920))
    cut_film(
        [Take(source, 0, 500, 1920, 1080)], [], tmp_path / "a.mp4", title="", language="",
        progress=nothing,
    )  # fmt: skip
    assert first_picture(tmp_path / "a.mp4").shape == (720, 1280)


def test_sound_lies_where_it_lay(tmp_path: Path) -> None:
    source = make_clip(tmp_path / "tone.m4a", seconds=3)
    whole = samples_of(Take(source, 0, 3000))
    part = samples_of(Take(source, 1234, 2234))
    assert part.shape == (2, 48_000)
    again = whole[:, round(1.234 * 48_000) :][:, :48_000]
    assert np.abs(part[:, 500:-500].astype(int) - again[:, 500:-500]).mean() < 200
    beyond = samples_of(Take(source, 2500, 6000))
    assert not beyond[:, 48_000:].any()


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    tone = make_clip(tmp_path / "tone.m4a")
    (tmp_path / "broken.mp4").write_bytes(b"no film at all")
    for act in (
        lambda: seen_size(tone),
        lambda: seen_size(tmp_path / "broken.mp4"),
        lambda: cut_sound(
            [Take(tmp_path / "gone.mp4", 0, 1)], tmp_path / "a", title="", progress=nothing
        ),
        lambda: draw_frame(tone, 0),
    ):
        with pytest.raises(CorruptMedia):
            act()


def test_a_cut_stops_when_it_is_told_to(tmp_path: Path) -> None:
    source = film(tmp_path / "film.mp4")

    def stop(share: float) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        cut_film(
            [Take(source, 0, 9000, 144, 96)], [], tmp_path / "a.mp4", title="", language="",
            progress=stop,
        )  # fmt: skip


def test_hostile_captions_are_text_in_the_film(tmp_path: Path) -> None:
    source = film(tmp_path / "film.mp4")
    text = r"{\an8}<b>bold</b> \N &amp; --> 中文"
    cut_film(
        [Take(source, 0, 2000, 144, 96)], [Caption(0, 2000, text)], tmp_path / "a.mp4", title=text,
        language="", progress=nothing,
    )  # fmt: skip
    with av.open(str(tmp_path / "a.mp4")) as container:
        assert container.metadata["title"] == text
        said = [bytes(p)[2:].decode() for p in container.demux(container.streams.subtitles[0])]
    assert text in said
