"""``podium serve`` as a real process: the worker beside it, the port, stopping, a damaged index."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from conftest import PROJECT, Run

VTT = (
    "WEBVTT\n\n00:01.000 --> 00:03.000\nlanterns guide the ships\n\n00:03.000 --> 00:05.000\nhome\n"
)


@pytest.fixture
def archive(podium: Run, tmp_path: Path) -> Path:
    """An archive with one talk that has captions and no recording."""
    (tmp_path / "one.vtt").write_text(VTT)
    (tmp_path / "m.toml").write_text(
        '[event]\ntitle = "Days"\n[[talks]]\ntitle = "On Lanterns"\nnumber = 1\n'
        'captions = "one.vtt"\n[[talks.speakers]]\nname = "Ada Example"\n'
    )
    assert podium("ingest", str(tmp_path / "m.toml"))[0] == 0
    return Path(os.environ["PODIUM_HOME"])


@contextmanager
def serving(*options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A running server and its address."""
    command = [sys.executable, "-m", "web", "serve", "--port", "0", *options]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=PROJECT) as process:
        assert process.stderr is not None
        line = process.stderr.readline()
        address = re.search(r"http://\S+", line)
        assert address, line
        try:
            yield process, address[0].rstrip("/")
        finally:
            process.terminate()
            process.stderr.read()


def ask(address: str, query: str) -> dict[str, Any]:
    with urllib.request.urlopen(f"{address}/api/v1/search?q={query}") as answer:
        found: dict[str, Any] = json.load(answer)
        return found


def until(true: Callable[[], bool], seconds: float = 15.0) -> bool:
    """Whether it comes true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.05)
    return False


def test_an_edit_and_a_removal_are_right_in_the_next_search(archive: Path, podium: Run) -> None:
    with serving() as (_, address):
        (talk,) = ask(address, "%22ships%20home%22")["talks"]
        assert 2000 < talk["moments"][0]["start_ms"] < 3000
        assert podium("edit", "ada-example", "name=Bo Exemplar")[0] == 0
        (talk,) = ask(address, "exemplar")["talks"]
        assert [speaker["name"] for speaker in talk["speakers"]] == ["Bo Exemplar"]
        assert podium("remove", "on-lanterns")[0] == 2
        assert podium("remove", "on-lanterns", "--yes")[0] == 0
        assert ask(address, "lanterns")["talks"] == []


def test_sigterm_stops_the_server_and_its_worker_within_five_seconds(archive: Path) -> None:
    with serving() as (process, address):
        assert ask(address, "lanterns")["totals"]["talks"] == 1
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        assert len(children) == 1
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        process.wait(5)
        assert time.monotonic() - began < 5
        assert until(lambda: not Path(f"/proc/{children[0]}").exists(), 1)


def test_the_worker_ends_with_a_server_that_was_killed(archive: Path) -> None:
    with serving() as (process, _):
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        process.kill()
        process.wait()
        state = Path(f"/proc/{children[0]}/stat")
        assert until(lambda: not state.exists() or ") Z " in state.read_text(), 10)


def test_a_port_in_use_is_named_with_another_one_to_try(archive: Path, podium: Run) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        code, _, err = podium("serve", "--port", str(port))
    assert code == 1
    assert f"Port {port}" in err
    assert "--port" in err


def test_with_a_damaged_index_pages_go_on_and_search_comes_back_by_itself(archive: Path) -> None:
    with serving("--no-worker") as (_, address):
        for file in (archive / "index").rglob("*"):
            if file.is_file() and file.name != "current":
                file.write_bytes(b"\x00garbage" * 20)
        with urllib.request.urlopen(address + "/talks/on-lanterns") as page:
            assert page.status == 200
    with serving("--no-worker") as (_, address):
        with pytest.raises(urllib.error.HTTPError) as refused:
            ask(address, "lanterns")
        assert refused.value.code == 503
        assert "index" in json.load(refused.value)["error"]["message"]
        with pytest.raises(urllib.error.HTTPError) as page_refused:
            urllib.request.urlopen(address + "/search?q=lanterns")
        assert "being rebuilt" in page_refused.value.read().decode()
        with urllib.request.urlopen(address + "/talks/on-lanterns") as page:
            assert page.status == 200
    with serving() as (_, address):

        def healed() -> bool:
            try:
                return bool(ask(address, "lanterns")["totals"]["talks"] == 1)
            except urllib.error.HTTPError:
                return False

        assert until(healed)


def test_what_another_process_changes_is_indexed_by_the_worker(archive: Path) -> None:
    from archive.catalog import Catalog
    from archive.edits import edit_talk
    from archive.settings import load_settings

    with serving() as (_, address):
        catalog = Catalog.open(load_settings())
        edit_talk(catalog, catalog.talks()[0].id, {"title": ["On Beacons"]})
        catalog.close()
        assert until(lambda: bool(ask(address, "beacons")["totals"]["talks"] == 1), 5)
