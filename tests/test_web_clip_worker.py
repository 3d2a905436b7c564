"""Clips are cut by a worker that may be stopped or die, and nothing half done is served."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from clips_asked import archive, ask, client, cut, fetched
from conftest import PROJECT, Run
from flask.testing import FlaskClient

from archive.catalog import Catalog
from archive.settings import Settings
from ingest.clip_orders import MOST_TRIES, ClipMoment, ClipOrder, ClipShelf, Form

__all__ = ["archive", "client"]


def test_the_worker_cuts_what_waits_once(
    client: FlaskClient, archive: Settings, podium: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PODIUM_HOME", str(archive.home))
    clips = [ask(client, t=times, form="sound") for times in ("1,3", "5,8")]
    code, _, said = podium("worker", "--once")
    assert code == 0
    assert "cut 2 clips" in said
    assert [state_of(client, clip)["state"] for clip in clips] == ["done", "done"]


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


def test_orders_of_unknown_form_do_not_stop_the_worker(archive: Settings) -> None:
    shelf = ClipShelf(archive)
    shelf.ask(ClipOrder(Form.SOUND, (ClipMoment(999, 1, 0, 1000),), "gone"))
    (archive.home / "clips" / "asked" / f"{'a' * 32}.json").write_text("{")
    assert cut(archive)
    assert not cut(archive)
