"""From a correction to its own times: a real worker, real weights, a real recording."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from conftest import PROJECT, SPEECH, Run
from test_archive_corrections import words_of
from test_ingest_retiming import READING, errors_ms, mishear

from archive.catalog import Catalog
from archive.settings import load_settings
from ingest.retiming import QUIET_S

pytestmark = pytest.mark.skipif(
    not READING.is_file(), reason="the recordings in ../shared/speech are not here"
)
FIRST, END = 26, 36


@pytest.fixture
def archive(podium: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A reading of which ten words were misheard as one, and corrected."""
    monkeypatch.setenv("PODIUM_MODEL", "base")
    file = str(SPEECH / "en_austen_aligned.flac")
    assert podium("ingest", file, "--title", "A reading", "--language", "en")[0] == 0
    with closing(Catalog.open(load_settings())) as catalog:
        mishear(catalog, catalog.talk("a-reading").id, FIRST, END)
    return podium


def estimated() -> int:
    with closing(Catalog.open(load_settings())) as catalog:
        words = words_of(catalog, catalog.talk("a-reading").id)
    return sum(word.estimated for word in words)


def times_found(podium: Run, words: str) -> list[int]:
    found = json.loads(podium("search", f'"{words}"', "--json")[1])
    return [moment["start_ms"] for talk in found["talks"] for moment in talk["moments"]]


def wait_for(done: Callable[[], bool], seconds: float) -> None:
    until = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < until
        time.sleep(0.2)


@contextmanager
def working(log: int = subprocess.DEVNULL) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-m", "web", "worker"], cwd=PROJECT, stderr=log)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(20)


def retiming_process(worker: int) -> int | None:
    """The number of the process that aligns for a worker, if there is one."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes().split(b"\0")
            if b"ingest.retiming_process" in command and str(worker).encode() in command:
                return int(folder.name)
        except OSError:
            continue
    return None


def test_a_correction_is_found_at_once_and_then_where_it_is_said(archive: Run) -> None:
    with closing(Catalog.open(load_settings())) as catalog, working():
        talk = catalog.talk("a-reading")
        words = words_of(catalog, talk.id)
        last = " ".join(word.text for word in words[END - 3 : END])
        wait_for(lambda: catalog.status(talk.id).indexed_revision == talk.revision, 30)
        assert times_found(archive, last) == [words[END - 3].start_ms]
        assert estimated() == END - FIRST
        wait_for(lambda: not estimated(), QUIET_S + 90)
        talk = catalog.talk("a-reading")
        wait_for(lambda: catalog.status(talk.id).indexed_revision == talk.revision, 30)
        words = words_of(catalog, talk.id)
    assert max(errors_ms(words, FIRST, END)) <= 350
    assert times_found(archive, last) == [words[END - 3].start_ms]
    exported = json.loads(archive("export", "a-reading", "--format", "json")[1])
    starts = [word["start_ms"] for segment in exported["segments"] for word in segment["words"]]
    assert starts == [word.start_ms for word in words]
    assert archive("check")[0] == 0


@pytest.mark.parametrize("killed", ["the process", "the worker"])
def test_whatever_is_killed_while_words_are_aligned_nothing_is_lost(
    archive: Run, killed: str
) -> None:
    with closing(Catalog.open(load_settings())) as catalog, working() as worker:
        wait_for(lambda: retiming_process(worker.pid) is not None, QUIET_S + 60)
        aligning = retiming_process(worker.pid)
        os.kill(worker.pid if killed == "the worker" else aligning or 0, signal.SIGKILL)
        wait_for(lambda: retiming_process(worker.pid) is None, 30)
        assert archive("correct", "a-reading", "leisure", "leasure")[0] == 0
        talk = catalog.talk("a-reading")
        if killed == "the process":
            wait_for(lambda: catalog.status(talk.id).indexed_revision == talk.revision, 30)
            assert worker.poll() is None
    assert estimated() in (0, END - FIRST)
    assert archive("worker", "--once")[0] == 0
    assert not estimated()
    assert archive("check")[0] == 0


def test_without_a_model_the_worker_says_so_once_and_goes_on(
    archive: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PODIUM_MODEL", "nowhere")
    said = tmp_path / "said"
    with said.open("wb") as log, working(log.fileno()) as worker:
        wait_for(lambda: said.stat().st_size > 0, QUIET_S + 60)
        time.sleep(3)
        assert worker.poll() is None
    (line,) = said.read_text(encoding="utf-8").splitlines()
    assert "Corrected words keep the times that they share" in line
    assert estimated() == END - FIRST
