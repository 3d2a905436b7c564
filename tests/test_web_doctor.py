"""``podium doctor``: one line for each finding, how to mend it, and the exit code."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from conftest import Run
from test_web_terminal import on_a_terminal


def test_every_line_has_a_state_a_name_and_a_value(podium: Run) -> None:
    _, out, err = podium("doctor")
    lines = [line for line in out.splitlines() if "→" not in line]
    assert all(re.match(r"(good|warning|fault) +[A-Za-z].*  \S", line) for line in lines)
    names = " ".join(lines)
    for name in ("Python", "yt-dlp", "JavaScript", "ffmpeg", "models", "disk", "catalog"):
        assert name in names
    assert "podium check" in err


def test_what_mends_a_fault_stands_beneath_it(podium: Run, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "catalog.sqlite").write_bytes(b"no database at all" * 500)
    code, out, err = podium("doctor")
    assert code == 1
    lines = out.splitlines()
    at = next(n for n, line in enumerate(lines) if line.startswith("fault    catalog"))
    assert lines[at + 1].strip().startswith("→ ")
    assert "1 fault" in err


def test_json_is_one_list_of_findings(podium: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PODIUM_HOST", "0.0.0.0")
    _, out, _ = podium("doctor", "--json")
    findings = {finding["name"]: finding for finding in json.loads(out)}
    assert all(set(f) == {"name", "state", "value", "mend"} for f in findings.values())
    assert findings["site"]["state"] == "warning"
    assert findings["site"]["mend"]
    assert findings["Python"]["mend"] is None


def test_the_exit_code_is_1_where_there_is_a_fault_and_else_0(
    podium: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, out, _ = podium("doctor", "--json")
    assert code == int(any(finding["state"] == "fault" for finding in json.loads(out)))
    monkeypatch.setenv("PODIUM_PORT", "many")
    code, out, _ = podium("doctor", "--json")
    assert (code, json.loads(out)[0]["state"]) == (1, "fault")


def test_the_home_of_the_command_is_the_one_examined(podium: Run, tmp_path: Path) -> None:
    _, out, _ = podium("doctor", "--json", "--home", str(tmp_path / "other"))
    assert str(tmp_path / "other") in out
    assert not (tmp_path / "other").exists()


def test_colours_and_control_characters_are_for_terminals_alone(
    podium: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PODIUM_HOME", str(tmp_path / "a\x1b[2Jb"))
    assert "\x1b" not in podium("doctor")[1]
    _, screen = on_a_terminal("doctor")
    assert "\x1b[32m" in screen
    assert "\x1b[2J" not in screen
