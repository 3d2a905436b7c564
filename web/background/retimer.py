"""The worker's third thread: it has corrected words aligned again to the sound, when it is quiet.

A correction is found with the times that its words share long before; nobody waits for these.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from archive.catalog import Catalog
from archive.errors import PodiumError
from archive.settings import Settings
from ingest.retiming import QUIET_S, is_to_align, quiet_talks
from ingest.retiming_process import NO_ENGINE
from web.background.beside import run_beside

PAUSE_S = 1.0
AGAIN_S = 3600.0
"""Talks for which nothing could be done, say because there is no model, wait for so long."""

_STEP_S = 0.1
_MODULE = "ingest.retiming_process"

log = logging.getLogger("podium.worker")


def retime_all(settings: Settings, catalog: Catalog) -> None:
    """Align all corrected words that wait, however short ago they were corrected."""
    if any(is_to_align(catalog, talk_id) for talk_id in quiet_talks(catalog, 0)[0]):
        run_beside(_MODULE, settings, lambda: False, "0")


@contextmanager
def words_retimed(settings: Settings, catalog: Catalog, stop: threading.Event) -> Iterator[None]:
    """Align what was corrected until ``stop`` is set or the block ends."""
    ended = threading.Event()

    def stopped() -> bool:
        return stop.is_set() or ended.is_set()

    def work() -> None:
        retimer = _Retimer(settings, catalog)
        while not stopped():
            try:
                retimer.look(stopped)
            except PodiumError as error:
                log.warning("%s", error)
            ended.wait(PAUSE_S)

    retiming = threading.Thread(target=work, name="retiming", daemon=True)
    retiming.start()
    try:
        yield
    finally:
        ended.set()
        retiming.join()


class _Retimer:
    """Knows what was looked for already, so that looking again costs next to nothing."""

    def __init__(self, settings: Settings, catalog: Catalog) -> None:
        self._settings = settings
        self._catalog = catalog
        self._settled = -1
        self._settled_until_s = 0.0
        self._left_until_s: dict[int, float] = {}
        self._told = False

    def look(self, stopped: Callable[[], bool]) -> None:
        """Have a process align what is quiet, if there is any."""
        revision, now_s = self._catalog.revision(), time.monotonic()
        if revision == self._settled and now_s < self._settled_until_s:
            return
        quiet, others_follow = quiet_talks(self._catalog)
        due = [talk_id for talk_id in quiet if self._left_until_s.get(talk_id, 0.0) <= now_s]
        if self._any_to_align(due, stopped):
            self._tell(run_beside(_MODULE, self._settings, stopped, str(QUIET_S)))
            left = set(due).intersection(quiet_talks(self._catalog)[0])
            self._left_until_s |= dict.fromkeys(left, time.monotonic() + AGAIN_S)
        elif not others_follow:
            self._settled, self._settled_until_s = revision, now_s + AGAIN_S

    def _any_to_align(self, due: Sequence[int], stopped: Callable[[], bool]) -> bool:
        for talk_id in due:
            if stopped():
                break
            if is_to_align(self._catalog, talk_id):
                return True
            # Most of the time is left to the thread that indexes.
            time.sleep(_STEP_S)
        return False

    def _tell(self, status: int) -> None:
        if status == NO_ENGINE and not self._told:
            self._told = True
            log.info("Corrected words keep the times that they share: podium doctor says why.")
        elif status not in (0, NO_ENGINE):
            log.warning("Aligning corrected words was broken off (exit %s).", status)
