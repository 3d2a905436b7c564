"""``podium watch`` as a real process: files that grow, restarts, stopping, a folder that goes."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import PROJECT, Run
from test_ingest_media import make_clip

_QUICK = ("--settle", "0.3", "--interval", "0.1", "--no-transcribe")


class Watching:
    """A running ``podium watch`` and what it said so far."""

    def __init__(self, home: Path, folder: Path, *more: str) -> None:
        command = [sys.executable, "-m", "web", "--home", str(home), "watch", str(folder)]
        self._said = home.with_name("said.txt")
        with self._said.open("a") as said:
            self.process = subprocess.Popen(
                [*command, *_QUICK, *more], cwd=PROJECT, stdout=said, stderr=said
            )

    @property
    def said(self) -> str:
        return self._said.read_text()

    def until(self, holds: Callable[[], bool], seconds: float = 30) -> None:
        deadline = time.monotonic() + seconds
        while not holds():
            assert self.process.poll() is None, self.said
            assert time.monotonic() < deadline, self.said
            time.sleep(0.005)

    def until_said(self, text: str, times: int = 1) -> None:
        self.until(lambda: self.said.count(text) >= times)

    def stop(self, how: signal.Signals) -> int:
        self.process.send_signal(how)
        return self.process.wait(timeout=5)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    return tmp_path / "in"


@pytest.fixture
def start(home: Path, folder: Path) -> Iterator[Callable[..., Watching]]:
    started: list[Watching] = []

    def begin(*more: str) -> Watching:
        before = started[-1].said.count("Watching ") if started else 0
        started.append(Watching(home, folder, *more))
        started[-1].until_said("Watching ", before + 1)
        return started[-1]

    yield begin
    for watching in started:
        watching.process.kill()
        watching.process.wait()


def _talks(podium: Run) -> list[tuple[str, str]]:
    code, out, _ = podium("talks", "--json")
    assert code == 0
    return [(talk["title"], talk["state"]) for talk in json.loads(out)]


def test_a_file_that_grows_becomes_one_talk_once_it_is_complete(
    podium: Run, start: Callable[..., Watching], folder: Path, tmp_path: Path
) -> None:
    content = make_clip(tmp_path / "tone.mp4", video="libx264").read_bytes()
    watching = start()
    target = folder / "new" / "tone.mp4"
    target.parent.mkdir()
    target.write_bytes(content[: len(content) // 2])
    # The half that stands still for far longer than --settle is looked at, and waited for.
    watching.until_said("Not complete yet: tone.mp4")
    # Whoever reads or searches comes first.
    assert os.getpriority(os.PRIO_PROCESS, watching.process.pid) >= 10
    assert _talks(podium) == []
    with target.open("ab") as handle:
        handle.write(content[len(content) // 2 :])
    watching.until_said("transcribe  tone")
    assert _talks(podium) == [("tone", "transcribe")]

    watching.process.kill()
    watching.process.wait()
    watching = start()
    shutil.copy(target, folder / "second.mp4")
    watching.until_said("transcribe  second")
    assert watching.said.count("transcribe  tone") == 1
    assert sorted(_talks(podium)) == [("second", "transcribe"), ("tone", "transcribe")]
    assert "failed" not in watching.said
    assert "Traceback" not in watching.said
    assert watching.stop(signal.SIGTERM) == 130


def test_a_run_that_was_killed_in_its_work_goes_on_with_it(
    podium: Run, start: Callable[..., Watching], folder: Path, home: Path
) -> None:
    watching = start()
    # Its pictures are coded anew, which takes long enough to be killed in it.
    make_clip(folder / "tone.avi", video="mpeg4", audio="libmp3lame", seconds=60)
    watching.until(lambda: any((home / "incoming").glob("*/*")))
    watching.process.kill()
    watching.process.wait()
    watching = start()
    watching.until_said("transcribe  tone")
    assert _talks(podium) == [("tone", "transcribe")]
    assert watching.stop(signal.SIGINT) == 130


def test_a_bad_file_fails_once_and_the_others_go_on(
    podium: Run, start: Callable[..., Watching], folder: Path
) -> None:
    make_clip(folder / "dumb.mp4", video="libx264", audio="")
    make_clip(folder / "tone.mp4")
    watching = start("--json", "--event", "days", "--language", "fr", "--speaker", "Ada Example")
    watching.until_said('"outcome": "transcribe"')
    assert watching.said.count('"outcome": "failed"') == 1
    # It is tried again when it changed, and then is well.
    make_clip(folder / "dumb.mp4", video="libx264")
    watching.until_said('"outcome": "transcribe"', 2)
    (one, two) = json.loads(podium("talks", "--json")[1])
    for talk in (one, two):
        assert (talk["event"], talk["language"], talk["state"]) == ("days", "fr", "transcribe")
        assert [speaker["name"] for speaker in talk["speakers"]] == ["Ada Example"]
    assert watching.stop(signal.SIGTERM) == 130


def test_a_folder_that_goes_and_comes_back_is_waited_for(
    podium: Run, start: Callable[..., Watching], folder: Path, tmp_path: Path
) -> None:
    watching = start()
    folder.rename(tmp_path / "away")
    watching.until_said("waiting for it")
    make_clip(tmp_path / "away" / "tone.mp4")
    (tmp_path / "away").rename(folder)
    watching.until_said("transcribe  tone")
    assert watching.said.count("waiting for it") == 1
    assert watching.stop(signal.SIGTERM) == 130


def test_once_takes_what_is_complete_and_ends(podium: Run, folder: Path) -> None:
    make_clip(folder / "tone.mp4")
    (folder / "half.mp4").write_bytes(b"")
    code, out, err = podium("watch", str(folder), "--once", *_QUICK)
    assert (code, out.split()[:2], out.count("\n")) == (0, ["transcribe", "tone"], 1), err
    assert f"Not complete yet: {folder / 'half.mp4'} is empty" in err
    assert _talks(podium) == [("tone", "transcribe")]
    assert podium("watch", str(folder), "--once", *_QUICK)[:2] == (0, "")
    make_clip(folder / "dumb.mp4", video="libx264", audio="")
    assert podium("watch", str(folder), "--once", *_QUICK)[0] == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("none",),
        (".", "--settle", "-1"),
        (".", "--interval", "0"),
        (".", "--interval", "inf"),
        (".", "--language", "?"),
        (".", "--speaker", "|"),
    ],
)
def test_misuse_exits_with_2_and_changes_nothing(podium: Run, arguments: tuple[str, ...]) -> None:
    assert podium("watch", "--once", *arguments)[0] == 2
    assert _talks(podium) == []
