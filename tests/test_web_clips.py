"""Clips: cut at the very words, with captions on their own clock, by a worker that may die."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from conftest import PROJECT, Run
from flask.testing import FlaskClient
from test_web_frames import seen_at
from web_seed import SAMPLE, opened_app, seed, store_clip

from archive.catalog import Catalog
from archive.edits import edit_talk
from archive.settings import Settings, load_settings
from archive.types import Word
from archive.work.recordings import attach_recording
from ingest.clip_orders import MOST_TRIES, MOST_WAITING, ClipMoment, ClipOrder, ClipShelf, Form
from ingest.clipping import captions_of, cut_next

CLIPS = "/talks/moon-moves-sea/clips"
FRAME_S = 0.2  # The sample has five pictures a second.


@pytest.fixture
def archive(tmp_path: Path) -> Settings:
    return seed(tmp_path / "home", indexed=False)


@pytest.fixture
def client(archive: Settings) -> Iterator[FlaskClient]:
    with opened_app(archive) as app:
        yield app.test_client()


def times_of(client: FlaskClient, first: str, last: str) -> tuple[float, float]:
    """When words of the moon talk begin and end, in seconds, a little drawn in at the end."""
    words = client.get("/talks/moon-moves-sea/words.json").json or {}
    begins = words["words"].index(f" {first}")
    ends = words["words"].index(f" {last}", begins)
    return words["starts_ms"][begins] / 1000, words["starts_ms"][ends + 1] / 1000


def ask(client: FlaskClient, address: str = CLIPS, **values: Any) -> dict[str, Any]:
    answer = client.post(address, data=values, headers={"Accept": "application/json"})
    assert answer.status_code == 202, answer.text
    found: dict[str, Any] = answer.json or {}
    return found


def cut(settings: Settings, *, stopped: Any = lambda: False) -> bool:
    catalog = Catalog.open(settings)
    try:
        return cut_next(catalog, ClipShelf(settings), stopped)
    finally:
        catalog.close()


def fetched(client: FlaskClient, clip: dict[str, Any], folder: Path) -> Path:
    """The clip as a file, once it is done."""
    done = client.get(clip["status_url"]).json or {}
    assert done["state"] == "done", done
    with client.get(done["url"]) as answer:
        assert answer.status_code == 200
        path = folder / Path(done["url"]).name
        path.write_bytes(answer.data)
    return path


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


def test_the_worker_cuts_what_waits_once(
    client: FlaskClient, archive: Settings, podium: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PODIUM_HOME", str(archive.home))
    clips = [ask(client, t=times, form="sound") for times in ("1,3", "5,8")]
    code, _, said = podium("worker", "--once")
    assert code == 0
    assert "cut 2 clips" in said
    assert [state_of(client, clip)["state"] for clip in clips] == ["done", "done"]


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


def test_what_cannot_be_cut_is_said(client: FlaskClient) -> None:
    assert "recording" in client.post("/talks/harbours/clips", data={"t": "1,2"}).text
    assert client.post(CLIPS, data={"t": "1"}).status_code == 400
    assert client.post(CLIPS, data={}).status_code == 400
    assert client.get(f"/clips/{'0' * 32}").status_code == 404
    assert client.get(f"/clips/{'0' * 32}/a.mp4").status_code == 404
    assert client.get("/clips/..%2f..%2fcatalog").status_code == 404


def test_a_clip_is_bounded_in_length(tmp_path: Path) -> None:
    seed(tmp_path / "home", indexed=False)
    settings = load_settings(home=tmp_path / "home", clip_longest_s=3)
    with opened_app(settings) as app:
        client = app.test_client()
        answer = client.post(CLIPS, data={"t": "1,30"})
        assert answer.status_code == 400
        assert "at most 3" in answer.text
        assert "at most 3 seconds" in client.get("/talks/moon-moves-sea/quote?t=1,30").text


def test_only_so_many_wait(client: FlaskClient) -> None:
    for second in range(MOST_WAITING):
        ask(client, t=f"{second}.5,{second + 3}")
    answer = client.post(CLIPS, data={"t": "20.5,25"})
    assert answer.status_code == 503
    assert "Many clips wait" in answer.text
    assert "Retry-After" in answer.headers
    # What is asked for already is no further one.
    assert client.post(CLIPS, data={"t": "3.5,6"}).status_code == 303


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Origin": "https://elsewhere.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://localhost"}, 303),
        ({}, 303),
    ],
)
def test_a_form_of_another_site_is_refused(
    client: FlaskClient, headers: dict[str, str], status: int
) -> None:
    for address, data in ((CLIPS, {"t": "1,3"}), ("/clips/reel", {"m": "moon-moves-sea,1,3"})):
        assert client.post(address, data=data, headers=headers).status_code == status


def test_without_a_worker_the_page_says_that_the_clip_waits(client: FlaskClient) -> None:
    answer = client.post(CLIPS, data={"t": "1,3"}, follow_redirects=True)
    assert answer.status_code == 200
    assert "No worker is running here" in answer.text
    assert '<meta http-equiv="refresh"' in answer.text


def test_a_recording_that_is_gone_is_said_to_be_gone(
    client: FlaskClient, archive: Settings
) -> None:
    clip = ask(client, t="1,3")
    for file in (archive.home / "media").rglob("*.mp4"):
        file.unlink()
    assert cut(archive)
    now = client.get(clip["status_url"]).json or {}
    assert now["state"] == "failed"
    assert "is gone" in now["reason"]
    assert "could not be cut" in client.get(clip["page_url"]).text
    assert not cut(archive)


def test_a_worker_that_is_told_to_stop_leaves_the_order_waiting(
    client: FlaskClient, archive: Settings
) -> None:
    clip = ask(client, t="1,9")
    assert cut(archive, stopped=lambda: True)
    assert (client.get(clip["status_url"]).json or {})["state"] == "waiting"
    assert [f for f in (archive.home / "clips").rglob("*") if f.is_file()] == [
        archive.home / "clips" / "asked" / f"{clip['key']}.json"
    ]
    assert cut(archive)
    assert (client.get(clip["status_url"]).json or {})["state"] == "done"


def test_an_order_that_kills_its_worker_is_given_up(client: FlaskClient, archive: Settings) -> None:
    clip = ask(client, t="1,9")
    shelf = ClipShelf(archive)
    for _ in range(MOST_TRIES):
        order = shelf.next()
        assert order is not None
        shelf.begin(order)
    assert shelf.next() is None
    assert "three times" in (client.get(clip["status_url"]).json or {})["reason"]


def long_film(path: Path) -> Path:
    """A minute of a large moving picture, so that cutting it takes a while."""
    rng = np.random.default_rng(1)
    with av.open(str(path), "w") as container:
        video = container.add_stream("libx264", rate=25, options={"preset": "ultrafast"})
        video.width, video.height, video.pix_fmt = 1280, 720, "yuv420p"
        sound = container.add_stream("aac", rate=48_000)
        noise = rng.integers(0, 255, (90, 160), np.uint8).repeat(8, 0).repeat(8, 1)
        for number in range(60 * 25):
            picture = av.VideoFrame.from_ndarray(np.roll(noise, 4 * number, 1), format="gray")
            container.mux(video.encode(picture))
        container.mux(video.encode(None))
        tone = av.AudioFrame.from_ndarray(
            np.zeros((2, 48_000 * 60), np.float32), format="fltp", layout="stereo"
        )
        tone.sample_rate = 48_000
        container.mux(sound.encode(tone))
        container.mux(sound.encode(None))
    return path


def test_a_worker_that_is_killed_while_cutting_leaves_nothing_half_served(
    client: FlaskClient, archive: Settings, tmp_path: Path
) -> None:
    catalog = Catalog.open(archive)
    recording = catalog.talk("moon-moves-sea").recording
    catalog.close()
    assert recording is not None
    long_film(tmp_path / "long.mp4").replace(recording.path)
    clip = ask(client, t="1,37")
    first = worker(archive)
    assert until(lambda: state_of(client, clip)["share"] > 0.05)
    first.send_signal(signal.SIGKILL)
    first.wait()
    now = state_of(client, clip)
    assert now["state"] in ("cutting", "waiting")
    assert now["url"] is None
    assert client.get(f"/clips/{clip['key']}/x.mp4").status_code == 404
    second = worker(archive)
    try:
        assert until(lambda: state_of(client, clip)["state"] == "done")
    finally:
        second.terminate()
        second.wait()
    with av.open(str(fetched(client, clip, tmp_path))) as container:
        assert float(container.duration or 0) / 1e6 > 30
    assert not list((archive.home / "clips").rglob("*.part"))
    assert not list((archive.home / "clips" / "asked").iterdir())


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are read from /proc")
def test_a_film_that_kills_its_process_leaves_the_worker_at_work(
    client: FlaskClient, archive: Settings, tmp_path: Path
) -> None:
    """The process is killed from outside, as a fault in a decoder would end it."""
    catalog = Catalog.open(archive)
    recording = catalog.talk("moon-moves-sea").recording
    catalog.close()
    assert recording is not None
    long_film(tmp_path / "long.mp4").replace(recording.path)
    clip = ask(client, t="1,37")
    running = worker(archive)
    try:
        tries = archive.home / "clips" / "asked" / f"{clip['key']}.tries"
        for number in range(MOST_TRIES):
            counted = str(number + 1)
            assert until(lambda: tries.exists() and tries.read_text() == counted)  # noqa: B023
            os.kill(cutting_process(running.pid) or 0, signal.SIGKILL)
            assert until(lambda: cutting_process(running.pid) is None)
        assert until(lambda: state_of(client, clip)["state"] == "failed")
        assert running.poll() is None
    finally:
        running.terminate()
        running.wait()


def cutting_process(parent: int) -> int | None:
    """The process that cuts, once it has begun to; of Linux alone."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
            command = (stat.parent / "cmdline").read_text()
        except OSError:
            continue
        if int(fields[1]) == parent and fields[0] != "Z" and "ingest.clip_process" in command:
            return int(stat.parent.name)
    return None


def worker(settings: Settings) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "web", "--home", str(settings.home), "worker"]
    return subprocess.Popen(command, cwd=PROJECT, env={**os.environ})


def state_of(client: FlaskClient, clip: dict[str, Any]) -> dict[str, Any]:
    now: dict[str, Any] = client.get(clip["status_url"]).json or {}
    return now


def until(true: Any, seconds: float = 120.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.1)
    return False


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


def test_orders_of_unknown_form_do_not_stop_the_worker(archive: Settings) -> None:
    shelf = ClipShelf(archive)
    shelf.ask(ClipOrder(Form.SOUND, (ClipMoment(999, 1, 0, 1000),), "gone"))
    (archive.home / "clips" / "asked" / f"{'a' * 32}.json").write_text("{")
    assert cut(archive)
    assert not cut(archive)
