"""The worker's second thread: it cuts clips, so that indexing never waits for one."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

from archive.catalog import Catalog
from archive.errors import PodiumError
from archive.settings import Settings
from ingest.clip_orders import ClipShelf
from ingest.clipping import cut_next
from web.presence import show_presence

PAUSE_S = 0.5
_NICE = 10

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
def clips_cut(settings: Settings, catalog: Catalog, stop: threading.Event) -> Iterator[None]:
    """Cut what is asked for, one clip at a time, until ``stop`` is set or the block ends."""
    ended = threading.Event()
    shelf = ClipShelf(settings)

    def stopped() -> bool:
        return stop.is_set() or ended.is_set()

    def work() -> None:
        with suppress(OSError):
            # Whoever reads or searches comes first. On Linux this is of the thread alone.
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)
        shelf.clear()
        while not stopped():
            try:
                if not cut_next(catalog, shelf, stopped):
                    ended.wait(PAUSE_S)
            except (PodiumError, OSError) as error:
                # A full disk, say: the order stands, and the next round tries again.
                log.warning("A clip could not be cut: %s", error)
                ended.wait(PAUSE_S)

    cutting = threading.Thread(target=work, name="clips", daemon=True)
    cutting.start()
    try:
        yield
    finally:
        ended.set()
        cutting.join()
