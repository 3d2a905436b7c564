"""Posters and frames: drawn once, small, kept within their room, gone with the recording."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from io import BytesIO
from pathlib import Path

import av
import numpy as np
import pytest
from flask.testing import FlaskClient
from test_ingest_media import make_clip
from web_seed import SAMPLE, opened_app, seed

from archive.bounded_folder import BoundedFolder
from archive.catalog import Catalog
from archive.errors import CorruptMedia
from archive.removing import remove_talk
from archive.settings import Settings, load_settings
from archive.types import Recording, Talk
from ingest.frames import Frames, draw_frame, draw_poster

POSTER = "/talks/moon-moves-sea/poster.jpg"


@pytest.fixture
def archive(tmp_path: Path) -> Settings:
    return seed(tmp_path / "home", indexed=False)


@pytest.fixture
def client(archive: Settings) -> Iterator[FlaskClient]:
    with opened_app(archive) as app:
        yield app.test_client()


def picture(content: bytes) -> np.ndarray:
    """The pixels of a JPEG, in grey."""
    with av.open(BytesIO(content), format="jpeg_pipe") as container:
        return next(container.decode(video=0)).to_ndarray(format="gray")


def seen_at(path: Path, second: float) -> np.ndarray:
    """What a recording shows at a time, by decoding all of it, as large as a frame is."""
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            if frame.time is not None and frame.time >= second:
                return frame.reformat(320, 180, "gray").to_ndarray()
    raise AssertionError(second)


def written(path: Path, pictures: list[np.ndarray], *, aspect: Fraction | None = None) -> Path:
    """A clip of one picture per second."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=1, options={"g": "1"})
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        if aspect:
            stream.sample_aspect_ratio = aspect
        for pixels in pictures:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="gray")))
        container.mux(stream.encode(None))
    return path


def test_a_frame_is_what_is_seen_in_that_second(client: FlaskClient) -> None:
    with client.get("/talks/moon-moves-sea/frames/12999.jpg") as answer:
        assert answer.status_code == 200
        assert answer.content_type == "image/jpeg"
        drawn = picture(answer.data).astype(int)
    assert drawn.shape == (180, 320)
    wanted = seen_at(SAMPLE / "amber.mp4", 12.0).astype(int)
    other = seen_at(SAMPLE / "amber.mp4", 31.0).astype(int)
    # The lower right shows a clock.
    clock = (slice(135, 160), slice(240, 300))
    assert np.abs(drawn - wanted)[clock].mean() < 5 < np.abs(drawn - other)[clock].mean()


def test_pictures_are_kept_by_the_browser_and_drawn_once(
    client: FlaskClient, archive: Settings
) -> None:
    with client.get(POSTER) as answer:
        assert answer.status_code == 200
        assert "max-age=86400" in answer.headers["Cache-Control"]
        etag = answer.headers["ETag"]
        assert len(answer.data) < 40_000
    (kept,) = (archive.home / "frames").rglob("*.*")
    assert kept.name == "poster.jpg"
    kept.write_bytes(b"drawn before")
    with client.get(POSTER) as answer:
        assert answer.data == b"drawn before"
    with client.get(POSTER, headers={"If-None-Match": etag}) as answer:
        assert answer.status_code == 304
    with client.get("/talks/moon-moves-sea/frames/3000.jpg") as answer:
        assert answer.headers["ETag"] != etag


def test_a_second_beyond_the_end_is_the_last_one(client: FlaskClient, archive: Settings) -> None:
    with client.get("/talks/moon-moves-sea/frames/99999999999999999999.jpg") as answer:
        assert answer.status_code == 200
    (kept,) = (archive.home / "frames").rglob("*.jpg")
    assert kept.name == "39.jpg"


@pytest.mark.parametrize("path", ["poster.jpg", "frames/1000.jpg"])
def test_where_there_is_nothing_to_see_it_is_said(
    client: FlaskClient, archive: Settings, path: str
) -> None:
    assert "no recording" in client.get(f"/talks/harbours/{path}").text
    catalog = Catalog.open(archive)
    recording = catalog.talk("moon-moves-sea").recording
    catalog.close()
    assert recording is not None
    Path(recording.path).unlink()
    answer = client.get(f"/talks/moon-moves-sea/{path}")
    assert answer.status_code == 404
    assert "file of this recording is gone" in answer.text
    assert client.get("/talks/nothing/poster.jpg").status_code == 404


def test_sound_alone_has_no_picture(archive: Settings) -> None:
    sound = Recording(1, "k", "audio", "audio/mpeg", 1, 1000, 0, 0, "/nowhere.mp3")
    frames = Frames(archive)
    for draw in (frames.poster, frames.kept_poster, lambda talk: frames.frame(talk, 0)):
        with pytest.raises(Exception, match="sound alone"):
            draw(Talk(1, "a", "A", recording=sound))


def test_a_poster_is_not_black_where_anything_is_seen(tmp_path: Path) -> None:
    black = np.zeros((90, 160), np.uint8)
    slide = np.tile(np.arange(160, dtype=np.uint8), (90, 1))
    clip = written(tmp_path / "dark.mp4", [*[black] * 15, *[slide] * 3, *[black] * 12])
    assert picture(draw_poster(clip, 0, 30_000)).std() > 20
    # Nothing but black is black.
    assert picture(draw_poster(clip, 0, 14_000)).std() < 2


def test_pixels_that_are_not_square_are_drawn_as_they_are_seen(tmp_path: Path) -> None:
    slide = np.tile(np.arange(144, dtype=np.uint8), (96, 1))
    clip = written(tmp_path / "narrow.mp4", [slide] * 3, aspect=Fraction(2, 1))
    assert picture(draw_frame(clip, 1000)).shape == (106, 320)


def test_a_damaged_recording_is_an_error_in_words(tmp_path: Path) -> None:
    (tmp_path / "broken.mp4").write_bytes(b"not a film")
    with pytest.raises(CorruptMedia, match=r"broken\.mp4 cannot be read"):
        draw_frame(tmp_path / "broken.mp4", 0)
    with pytest.raises(CorruptMedia, match="holds no picture"):
        draw_poster(make_clip(tmp_path / "tone.m4a"), 0, 3000)


def test_the_pictures_keep_within_their_room(tmp_path: Path) -> None:
    folder = BoundedFolder(tmp_path / "frames", 10_000)
    for number in range(30):
        folder.keep(f"a/{number}.jpg", b"x" * 1000)
    held = sum(file.stat().st_size for file in (tmp_path / "frames").rglob("*.jpg"))
    assert 8_000 <= held <= 10_000
    assert folder.find("a/29.jpg") is not None
    assert folder.find("a/0.jpg") is None
    # Another process counts what this one left.
    again = BoundedFolder(tmp_path / "frames", 3_000)
    again.keep("b/1.jpg", b"x" * 2000)
    assert [file.name for file in (tmp_path / "frames").rglob("*.jpg")] == ["1.jpg"]


def test_talks_of_one_session_have_posters_of_their_own(archive: Settings) -> None:
    catalog = Catalog.open(archive)
    talk = catalog.talk("moon-moves-sea")
    catalog.close()
    frames = Frames(archive)
    parts = [replace(talk, range_ms=span) for span in ((0, 10_000), (20_000, 40_000))]
    first, second = (frames.poster(part) for part in parts)
    assert [first.name, second.name] == ["poster-0.jpg", "poster-20000.jpg"]
    assert first.read_bytes() != second.read_bytes()
    assert frames.kept_poster(parts[1]) == second
    assert frames.kept_poster(talk) is None


def test_a_removed_talk_takes_its_pictures_away(archive: Settings) -> None:
    catalog = Catalog.open(archive)
    talks = [catalog.talk(slug) for slug in ("moon-moves-sea", "gauges", "silence")]
    kept = Frames(archive).poster(talks[0])
    for talk in talks[:2]:
        remove_talk(catalog, talk.id)
        # Another talk shows the same recording.
        assert kept.exists()
    remove_talk(catalog, talks[2].id)
    catalog.close()
    assert not kept.parent.exists()


def test_many_who_ask_at_once_leave_the_site_free(archive: Settings) -> None:
    answers: list[int] = []
    with opened_app(archive) as app:

        def ask(second: int) -> None:
            with app.test_client().get(f"/talks/moon-moves-sea/frames/{second}000.jpg") as answer:
                answers.append(answer.status_code)

        asking = [threading.Thread(target=ask, args=(second,)) for second in range(12)]
        for thread in asking:
            thread.start()
        for thread in asking:
            thread.join()
        assert set(answers) <= {200, 503}
        assert answers.count(200) >= 1
        # Whoever asks again gets what was refused.
        ask(11)
        assert answers[-1] == 200


def test_a_page_of_posters_is_drawn_whole(archive: Settings) -> None:
    answers: list[int] = []
    with opened_app(archive) as app:

        def ask(slug: str) -> None:
            with app.test_client().get(f"/talks/{slug}/poster.jpg") as answer:
                answers.append(answer.status_code)

        asking = [
            threading.Thread(target=ask, args=(slug,))
            for slug in ("moon-moves-sea", "gauges", "silence") * 5
        ]
        for thread in asking:
            thread.start()
        for thread in asking:
            thread.join()
    assert answers == [200] * 15


def test_ingest_draws_the_poster(tmp_path: Path) -> None:
    from ingest import ingest

    settings = load_settings(home=tmp_path / "home")
    ingest(str(SAMPLE / "flint.mp4"), home=settings.home, transcribe=False)
    assert [file.name for file in (settings.home / "frames").rglob("*.jpg")] == ["poster.jpg"]
