"""Clips are cut at the very words, with captions on their own clock."""

from __future__ import annotations

import shutil
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from clips_asked import archive, ask, client, cut, fetched
from conftest import Run
from flask.testing import FlaskClient
from test_web_frames import seen_at
from web_seed import SAMPLE, opened_app, store_clip

from archive.catalog import Catalog
from archive.edits import edit_talk
from archive.settings import Settings
from archive.types import Word
from archive.work.recordings import attach_recording
from ingest.clip_orders import ClipMoment
from ingest.clipping import captions_of

__all__ = ["archive", "client"]

FRAME_S = 0.2  # The sample has five pictures a second.


def times_of(client: FlaskClient, first: str, last: str) -> tuple[float, float]:
    """When words of the moon talk begin and end, in seconds, a little drawn in at the end."""
    words = client.get("/talks/moon-moves-sea/words.json").json or {}
    begins = words["words"].index(f" {first}")
    ends = words["words"].index(f" {last}", begins)
    return words["starts_ms"][begins] / 1000, words["starts_ms"][ends + 1] / 1000


def words_in(path: Path) -> list[tuple[int, str]]:
    """The captions of a film: when each begins, in ms, and its text."""
    with av.open(str(path)) as container:
        stream = container.streams.subtitles[0]
        packets = [(packet.pts, bytes(packet)) for packet in container.demux(stream)]
    return [(int(pts or 0), data[2:].decode()) for pts, data in packets if len(data) > 2]


def heard(path: Path, start_s: float, length_s: float) -> np.ndarray:
    """The sound of a file as one row of samples at 16 kHz."""
    resampler = av.AudioResampler(format="s16", layout="mono", rate=16_000)
    with av.open(str(path)) as container:
        parts = [
            part.to_ndarray()[0].astype(float)
            for frame in container.decode(audio=0)
            for part in resampler.resample(frame)
        ]
    whole = np.concatenate(parts)
    return whole[round(start_s * 16_000) : round((start_s + length_s) * 16_000)]


def test_a_clip_begins_with_the_frame_the_sound_and_the_words_that_were_asked_for(
    client: FlaskClient, archive: Settings, tmp_path: Path
) -> None:
    start, end = times_of(client, "stand", "high.")
    clip = ask(client, t=f"{start},{end}")
    assert clip["state"] == "waiting"
    assert cut(archive)
    path = fetched(client, clip, tmp_path)
    assert path.name.startswith(f"moon-moves-sea-{start:.2f}-")
    shown = " ".join(text for _, text in words_in(path))
    assert shown == "stand in one line, we get a spring tide, and the water climbs very high."
    assert words_in(path)[0][0] == 0
    with av.open(str(path)) as container:
        assert {s.codec_context.name for s in container.streams.video} <= {"h264", "libx264"}
        assert [s.codec_context.name for s in container.streams.audio] == ["aac"]
        video = container.streams.video[0]
        for stream in (video, container.streams.audio[0]):
            assert stream.start_time == 0
            length = float(stream.duration * stream.time_base)
            assert length == pytest.approx(end - start, abs=2 * FRAME_S)
        first = next(container.decode(video)).reformat(320, 180, "gray").to_ndarray()
    # The picture that is on the screen when the word begins came up to a frame before.
    wanted = seen_at(SAMPLE / "amber.mp4", start - FRAME_S + 0.001)
    later = seen_at(SAMPLE / "amber.mp4", start + 2)
    difference = np.abs(first.astype(int) - wanted)
    assert difference.mean() < 3 < np.abs(first.astype(int) - later)[135:160, 240:300].mean()
    mine, theirs = heard(path, 0, 2.0), heard(SAMPLE / "amber.mp4", start, 2.0)
    lags = {
        lag: float(np.corrcoef(mine[800:-800], theirs[800 + lag : len(theirs) - 800 + lag])[0, 1])
        for lag in range(-640, 641, 16)
    }
    best = max(lags, key=lambda lag: lags[lag])
    assert lags[best] > 0.9
    assert abs(best) / 16_000 < 0.02


def test_the_captions_are_the_transcript_as_it_stands_at_cutting(
    client: FlaskClient, archive: Settings
) -> None:
    start, end = times_of(client, "stand", "line,")
    clip = ask(client, t=f"{start},{end}")
    again = ask(client, t=f"{start},{end}")
    assert clip["key"] == again["key"]
    catalog = Catalog.open(archive)
    edit_talk(catalog, catalog.talk("moon-moves-sea").id, {"title": ["The Moon"]})
    catalog.close()
    assert ask(client, t=f"{start},{end}")["key"] != clip["key"]


def test_a_removed_talk_takes_its_clips_away(
    archive: Settings, podium: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PODIUM_HOME", str(archive.home))
    with opened_app(archive) as app:
        client = app.test_client()
        clip = ask(client, t="1,3")
        assert cut(archive)
        waiting = ask(client, t="5,8")
        address = (client.get(clip["status_url"]).json or {})["url"]
        assert podium("remove", "moon-moves-sea", "--yes")[0] == 0
        assert client.get(address).status_code == 404
        assert client.get(waiting["status_url"]).status_code == 404
    assert not [file for file in (archive.home / "clips").rglob("*") if file.is_file()]


def test_sound_alone_is_cut_too(client: FlaskClient, archive: Settings, tmp_path: Path) -> None:
    start, end = times_of(client, "stand", "line,")
    clip = ask(client, t=f"{start},{end}", form="sound")
    assert cut(archive)
    path = fetched(client, clip, tmp_path)
    assert path.suffix == ".m4a"
    with av.open(str(path)) as container:
        assert not container.streams.video
        assert float(container.duration or 0) / 1e6 == pytest.approx(end - start, abs=0.1)


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="there is no ffmpeg here")
def test_captions_are_drawn_into_the_picture_where_ffmpeg_is(
    client: FlaskClient, archive: Settings, tmp_path: Path
) -> None:
    start, end = times_of(client, "stand", "line,")
    assert (
        "captions in the picture" in client.get(f"/talks/moon-moves-sea/quote?t={start},{end}").text
    )
    clip = ask(client, t=f"{start},{end}", form="burned")
    assert cut(archive)
    with av.open(str(fetched(client, clip, tmp_path))) as container:
        assert not container.streams.subtitles
        first = next(container.decode(video=0)).reformat(320, 180, "gray").to_ndarray()
    plain = seen_at(SAMPLE / "amber.mp4", start)
    below = slice(155, 175), slice(100, 220)
    assert first[below].max() > 150 > plain[below].max()


def test_several_moments_become_one_film_with_who_speaks(
    client: FlaskClient, archive: Settings, tmp_path: Path
) -> None:
    catalog = Catalog.open(archive)
    other = store_clip(archive, "coral.mp4")
    attach_recording(catalog, catalog.talk("turbines").id, other)
    catalog.close()
    start, end = times_of(client, "stand", "line,")
    moments = [f"moon-moves-sea,{start},{end}", "turbines,2.0,4.0"]
    clip = ask(client, "/clips/reel", m=moments)
    assert cut(archive)
    path = fetched(client, clip, tmp_path)
    said = words_in(path)
    assert said[0] == (0, "Ada Example: stand in one line,")
    second = next(at for at, text in said if at > 500)
    assert second / 1000 == pytest.approx(end - start, abs=0.15)
    with av.open(str(path)) as container:
        length = float(container.duration or 0) / 1e6
    assert length == pytest.approx(end - start + 2.0, abs=0.5)
    for wrong in ([], ["moon-moves-sea"], ["moon-moves-sea,5"], ["a,b,c"], moments * 30):
        assert client.post("/clips/reel", data={"m": wrong}).status_code == 400, wrong
    assert client.post("/clips/reel", data={"m": ["nothing,1,2"]}).status_code == 404


def test_captions_are_short_in_order_and_within_their_moment() -> None:
    words = [Word(f"word{n}", True, n * 300, n * 300 + 250) for n in range(200)]
    captions = captions_of(words, ClipMoment(1, 1, 3_000, 33_000), begun_ms=5_000, name="Ada")
    assert captions[0].text.startswith("Ada: word10 ")
    assert captions[0].start_ms == 5_000
    assert captions[-1].end_ms <= 35_000
    for before, after in pairwise(captions):
        assert before.start_ms < before.end_ms <= after.start_ms
    assert all(len(caption.text) <= 90 for caption in captions)
    assert " ".join(c.text for c in captions) == "Ada: " + " ".join(
        w.text for w in words if 3_000 <= w.start_ms + 125 < 33_000
    )
