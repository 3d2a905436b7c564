"""The worker: does what the site may not do itself, above all keeping the index up to date.

What there is to do is asked of the catalog, so nothing is lost when the worker is not there.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable

from archive.errors import PodiumError
from archive.settings import Settings
from ingest.workshop import Workshop

PAUSE_S = 0.5
LOOK_S = 5.0

log = logging.getLogger("podium.worker")


def work(settings: Settings, stop: threading.Event, *, ended: Callable[[], bool]) -> None:
    """Index what changed, soon after it changed, until ``stop`` is set or ``ended`` says so."""
    with Workshop.opened(settings) as shop:
        seen, looked_at = 0, 0.0
        while not stop.is_set() and not ended():
            try:
                revision = shop.catalog.revision()
                # Now and then without a change too, so that a damaged index is noticed.
                if revision != seen or time.monotonic() - looked_at > LOOK_S:
                    shop.index_now()
                    seen, looked_at = revision, time.monotonic()
            except PodiumError as error:
                # The loop lives on whatever a single round met; the next round tries again.
                log.warning("%s", error)
            stop.wait(PAUSE_S)


def parent_ended(parent: int) -> Callable[[], bool]:
    """Whether the process that started this one is gone."""
    return lambda: os.getppid() != parent
