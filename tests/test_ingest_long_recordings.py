"""Long recordings: pieces saved one by one, found while the work goes on, and shared out."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import PROJECT, Run
from long_sound import write_long

from archive import schema
from archive.catalog import Catalog
from archive.settings import load_settings

# Pieces of seconds in place of minutes; all else is the command as it is.
SHORT_PIECES = """
import sys
from transcribe import pieces
pieces._CUT_WINDOWS_MS = ((5_000, 12_000), (10_000, 16_000), (16_000, 22_000))
from web.command_line import main
main(sys.argv[1:])
"""


@pytest.fixture(autouse=True)
def _small_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PODIUM_MODEL", "tiny.en")


def begin(script: str, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", script, *arguments],
        cwd=PROJECT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def children(pid: int) -> list[int]:
    return [int(c) for c in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def wait_until(condition: object, seconds: float = 120.0) -> None:
    assert callable(condition)
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.1)


def numbers_of_pieces() -> list[int]:
    catalog = Catalog.open(load_settings())
    with catalog.reading() as connection:
        found = list(connection.execute(schema.pieces.select()).mappings())
    catalog.close()
    return sorted(int(piece["number"]) for piece in found)


def occurrences(podium: Run, query: str) -> int:
    totals = json.loads(podium("search", query, "--json")[1])["totals"]
    return int(totals["occurrences"])


def words(podium: Run, slug: str, *home: str) -> object:
    exported = json.loads(podium(*home, "export", slug, "--format", "json")[1])
    return [segment["words"] for segment in exported["segments"]]


def test_a_kill_loses_at_most_the_piece_in_work_and_what_was_done_is_found(
    podium: Run, tmp_path: Path
) -> None:
    long = write_long(tmp_path / "long.wav", 170)
    arguments = ("ingest", str(long), "--language", "en")
    process = begin("from web.command_line import main; import sys; main(sys.argv[1:])", *arguments)
    wait_until(lambda: json.loads(podium("talks", "--json")[1] or "[]"))
    wait_until(lambda: json.loads(podium("talks", "--json")[1])[0]["searchable_to_ms"] > 0)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert numbers_of_pieces() == [0]
    shown = json.loads(podium("show", "long", "--json")[1])
    assert (shown["state"], shown["transcript"]["complete"]) == ("transcribe", False)
    assert 60_000 <= shown["transcript"]["done_to_ms"] <= 120_000
    assert "in work, up to 1:" in podium("show", "long")[1]
    found = occurrences(podium, "tides")
    assert found > 0
    assert podium("retry")[0] == 0
    assert numbers_of_pieces() == [0, 1]
    assert occurrences(podium, "tides") > found
    undisturbed = ("--home", str(tmp_path / "undisturbed"))
    assert podium(*undisturbed, *arguments)[0] == 0
    assert words(podium, "long") == words(podium, "long", *undisturbed)


def test_retry_goes_on_with_the_model_that_was_begun_with(
    podium: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PODIUM_MODEL", "base")
    long = write_long(tmp_path / "long.wav", 50)
    arguments = ("ingest", str(long), "--language", "en", "--model", "tiny.en")
    process = begin(SHORT_PIECES, *arguments)
    wait_until(lambda: numbers_of_pieces())
    process.send_signal(signal.SIGKILL)
    process.wait()
    done = numbers_of_pieces()
    assert begin(SHORT_PIECES, "retry").wait() == 0
    (made,) = json.loads(podium("show", "long", "--json")[1])["transcripts"]
    assert (made["model"], made["complete"]) == ("tiny.en", True)
    assert "faster-whisper tiny.en (int8" in podium("show", "long")[1]
    assert set(done) < set(numbers_of_pieces())


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="processes are looked for in /proc")
def test_several_processes_hear_the_same_words_and_end_with_the_one_that_began_them(
    podium: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = write_long(tmp_path / "long.wav", 150)
    arguments = ("ingest", str(long), "--language", "en")
    monkeypatch.setenv("PODIUM_WORKERS", "2")
    process = begin(SHORT_PIECES, *arguments)
    wait_until(lambda: len(children(process.pid)) == 2)
    hands = children(process.pid)
    wait_until(lambda: len(numbers_of_pieces()) > 2)
    process.send_signal(signal.SIGKILL)
    process.wait()
    wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in hands), 20)
    done = numbers_of_pieces()
    assert begin(SHORT_PIECES, "retry").wait() == 0
    assert set(done) < set(numbers_of_pieces())
    monkeypatch.setenv("PODIUM_WORKERS", "1")
    alone = ("--home", str(tmp_path / "alone"))
    assert begin(SHORT_PIECES, *alone, *arguments).wait() == 0
    assert words(podium, "long") == words(podium, "long", *alone)


def test_ctrl_c_ends_the_processes_too(
    podium: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = write_long(tmp_path / "long.wav", 150)
    monkeypatch.setenv("PODIUM_WORKERS", "2")
    process = begin(SHORT_PIECES, "ingest", str(long), "--language", "en")
    wait_until(lambda: len(children(process.pid)) == 2)
    hands = children(process.pid)
    process.send_signal(signal.SIGINT)
    assert process.wait(15) == 130
    wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in hands), 20)
