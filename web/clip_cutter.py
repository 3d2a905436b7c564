"""The worker's second thread: it has clips cut, so that indexing never waits for one."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress

from archive.catalog import Catalog
from archive.settings import Settings
from ingest.clip_orders import ClipShelf
from ingest.clipping import cut_next
from web.presence import show_presence

PAUSE_S = 0.5
_LOOK_S = 0.1
# A cut that is told to stop does so at its next picture.
_END_S = 2.0

log = logging.getLogger("podium.worker")


def cut_waiting(settings: Settings, catalog: Catalog) -> int:
    """Cut all clips that wait, unless a worker is there to do it; how many there were."""
    shelf, count = ClipShelf(settings), 0
    with ExitStack() as until_the_end:
        if not show_presence(settings.home, until_the_end):
            return 0
        shelf.clear()
        while cut_next(catalog, shelf, lambda: False):
            count += 1
    return count


@contextmanager
def clips_cut(settings: Settings, stop: threading.Event) -> Iterator[None]:
    """Cut what is asked for, one clip at a time, until ``stop`` is set or the block ends."""
    ended = threading.Event()
    shelf = ClipShelf(settings)

    def stopped() -> bool:
        return stop.is_set() or ended.is_set()

    def work() -> None:
        shelf.clear()
        while not stopped():
            if shelf.next() is None or _cut_one(settings, stopped) != 0:
                ended.wait(PAUSE_S)

    cutting = threading.Thread(target=work, name="clips", daemon=True)
    cutting.start()
    try:
        yield
    finally:
        ended.set()
        cutting.join()


def _cut_one(settings: Settings, stopped: Callable[[], bool]) -> int:
    """Have a process cut the clip that waits longest; its exit status."""
    command = [sys.executable, "-m", "ingest.clip_process", str(os.getpid())]
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
    if process.returncode:
        log.warning("Cutting a clip was broken off (exit %s).", process.returncode)
    return process.returncode
