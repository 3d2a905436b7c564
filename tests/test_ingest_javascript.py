"""Finding a JavaScript runtime for YouTube's player: the real Deno, and programs that answer."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
import yt_dlp.utils._jsruntime as known_to_ytdlp

from ingest.downloads import javascript
from ingest.downloads.javascript import OLDEST, find_runtimes, usable_runtime, version_of
from ingest.downloads.options import guest_options


@pytest.fixture
def only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is the only place where programs are looked for."""
    monkeypatch.setattr(javascript.sysconfig, "get_path", lambda _name: str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def _program(folder: Path, name: str, says: str) -> str:
    file = folder / name
    file.write_text(f"#!{sys.executable}\nprint({says!r})\n")
    file.chmod(0o755)
    return str(file)


def test_the_deno_that_pip_installed_is_found_without_being_on_the_path(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    place = Path(find_runtimes()["deno"])
    assert place.parent == Path(sysconfig.get_path("scripts"))
    said = subprocess.run([place, "--version"], capture_output=True, text=True, check=True).stdout
    assert usable_runtime() == " ".join(said.split()[:2])
    runtime = known_to_ytdlp.DenoJsRuntime(guest_options(None, None)["js_runtimes"]["deno"]["path"])
    assert runtime.info is not None
    assert runtime.info.supported


def test_deno_is_preferred_and_node_will_do(only: Path) -> None:
    assert (find_runtimes(), usable_runtime()) == ({}, None)
    node = _program(only, "node", "v22.4.1")
    assert (find_runtimes(), usable_runtime()) == ({"node": node}, "node 22.4.1")
    deno = _program(only, "deno", "deno 2.9.8 (stable, release)\nv8 14")
    assert list(find_runtimes().items()) == [("deno", deno), ("node", node)]
    assert usable_runtime() == "deno 2.9.8"


def test_what_is_too_old_is_passed_over(only: Path) -> None:
    _program(only, "deno", "deno 1.46.3")
    _program(only, "node", "v20.20.2")
    assert usable_runtime() is None
    _program(only, "node", "v24.0.0")
    assert usable_runtime() == "node 24.0.0"


def test_a_program_that_does_not_run_has_no_version(only: Path) -> None:
    broken = only / "deno"
    broken.write_bytes(b"\x7fELF nonsense")
    broken.chmod(0o755)
    assert version_of(str(broken)) == ""
    assert version_of(_program(only, "node", "hello")) == ""
    assert usable_runtime() is None


def test_the_oldest_versions_are_those_that_ytdlp_takes() -> None:
    assert OLDEST["deno"] == known_to_ytdlp.DenoJsRuntime.MIN_SUPPORTED_VERSION
    assert OLDEST["node"] == known_to_ytdlp.NodeJsRuntime.MIN_SUPPORTED_VERSION


def test_looking_for_runtimes_runs_nothing(only: Path) -> None:
    trace = only / "trace"
    touch = shutil.which("touch", path=os.defpath) or "/usr/bin/touch"
    file = only / "deno"
    file.write_text(f"#!/bin/sh\n{touch} {trace}\n")
    file.chmod(0o755)
    assert find_runtimes() == {"deno": str(file)}
    assert not trace.exists()
