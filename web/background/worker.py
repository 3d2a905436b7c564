"""The worker: does what the site may not do itself, above all keeping the index up to date.

What there is to do is asked of the catalog, so nothing is lost when the worker is not there.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack

from archive.errors import IndexBroken, PodiumError
from archive.settings import Settings
from ingest.workshop import Workshop
from web.background.clip_cutter import clips_cut
from web.background.retimer import words_retimed
from web.presence import show_presence

PAUSE_S = 0.05
"""How long a change waits at most until it is seen; looking takes 0.1 ms of CPU."""
RETRY_S = 1.0
"""How long the worker waits after a round that failed: where the disk is full, say."""
LOOK_S = 5.0
VERIFY_S = 3600.0
"""How often every byte of the index is read: 0.15 s of CPU for 500 talks of 12,000 words."""
TIDY_STEP_S = PAUSE_S
"""How long parts of the index are merged between two looks; the pauses are left to searches, for
which there may be one core only."""

log = logging.getLogger("podium.worker")


def work(settings: Settings, stop: threading.Event, *, ended: Callable[[], bool]) -> None:
    """Index what changed, soon after it changed, until ``stop`` is set or ``ended`` says so.

    A damaged index is mended, and parts of it are merged while there is nothing else to do.
    """
    with Workshop.opened(settings) as shop, ExitStack() as until_the_end:
        seen, looked_at, verified_at = 0, 0.0, -VERIFY_S
        present = False
        while not stop.is_set() and not ended():
            pause_s = PAUSE_S
            try:
                if not present and show_presence(settings.home, until_the_end):
                    present = True
                    until_the_end.enter_context(clips_cut(settings, stop))
                    until_the_end.enter_context(words_retimed(settings, shop.catalog, stop))
                revision = shop.catalog.revision()
                # Now and then without a change too, so that a damaged index is noticed.
                if revision != seen or time.monotonic() - looked_at > LOOK_S:
                    if time.monotonic() - verified_at > VERIFY_S:
                        verified_at = time.monotonic()
                        _verify(shop)
                    shop.index_now()
                    seen, looked_at = revision, time.monotonic()
                else:
                    shop.index.tidy(step_s=TIDY_STEP_S)
            except PodiumError as error:
                # The loop lives on whatever a single round met; the next round tries again.
                log.warning("%s", error)
                pause_s = RETRY_S
            stop.wait(pause_s)


def parent_ended(parent: int) -> Callable[[], bool]:
    """Whether the process that started this one is gone."""
    return lambda: os.getppid() != parent


def _verify(shop: Workshop) -> None:
    """Look for damage that nobody met yet; what is found is noted, and mended by indexing."""
    try:
        shop.index.damaged(thorough=True)
    except IndexBroken as error:
        log.warning("%s", error.message)
