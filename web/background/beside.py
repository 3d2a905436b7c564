"""Work that the worker has done by a process beside it, which ends when the worker is to end."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress

from archive.settings import Settings

_LOOK_S = 0.1
# Such a process is told to stop, and does so at the next picture or the next words.
_END_S = 2.0


def run_beside(
    module: str, settings: Settings, stopped: Callable[[], bool], *arguments: str
) -> int:
    """Run a module for this archive, given the number of this process; its exit status.

    It is 0 where the module was told to stop, because ``stopped`` says so.
    """
    command = [sys.executable, "-m", module, str(os.getpid()), *arguments]
    environment = {**os.environ, "PODIUM_HOME": str(settings.home)}
    with subprocess.Popen(command, env=environment) as process:  # noqa: S603 - our own command
        while process.poll() is None:
            if stopped():
                process.terminate()
                with suppress(subprocess.TimeoutExpired):
                    process.wait(_END_S)
                process.kill()
                return 0
            time.sleep(_LOOK_S)
    return process.returncode
