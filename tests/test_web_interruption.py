"""Ctrl-C ends a command within seconds, whatever it is doing."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

import pytest

# A command that is deep in a library's own code, which does not come back for minutes.
DEEP = """
import hashlib
from web.command_line import main, podium

@podium.command("compute")
def compute():
    print("computing", flush=True)
    hashlib.pbkdf2_hmac("sha256", b"x", b"y", 2_000_000_000)

main(["compute"])
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_command_ends_soon_though_a_library_does_not_listen(number: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", DEEP], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "computing\n"
        began = time.monotonic()
        process.send_signal(number)
        _, said = process.communicate(timeout=30)
        assert time.monotonic() - began < 8
    assert process.returncode == 130
    assert said.strip() == "Stopped. Run the same command again: it goes on where it was."
