"""The worker's second thread: it has clips cut, so that indexing never waits for one."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from archive.catalog import Catalog
from archive.settings import Settings
from ingest.clip_orders import ClipShelf
from ingest.clipping import cut_next
from web.background.beside import run_beside
from web.presence import show_presence

PAUSE_S = 0.5

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
    status = run_beside("ingest.clip_process", settings, stopped)
    if status:
        log.warning("Cutting a clip was broken off (exit %s).", status)
    return status
