"""Trying again, politely: a failure that often passes is met with growing pauses."""

from __future__ import annotations

import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import TypeVar

from ingest.downloads.failures import PassingFailure

T = TypeVar("T")

TRIES = 3
GROWTH = 4
# A server that asks for a longer wait is left in peace: the talk fails and says how long.
LONGEST_WAIT_S = 60.0


def persist(
    work: Callable[[], T],
    *,
    pause_s: float,
    tell: Callable[[str], None],
    sleep: Callable[[float], None] = time.sleep,
) -> T:
    """What ``work`` gives, tried at most three times where it raises a PassingFailure.

    The pauses are ``pause_s`` and four times that, or as long as the server asks for where that is
    longer. ``tell`` is given a few words before and after each pause. Raises what ``work`` raised
    last; another failure, or a server that asks for more than a minute, ends it at once.
    """
    for attempt in range(1, TRIES):
        try:
            return work()
        except PassingFailure as failure:
            wait_s = max(pause_s * GROWTH ** (attempt - 1), failure.retry_after_s or 0)
            if (failure.retry_after_s or 0) > LONGEST_WAIT_S:
                raise
            tell(f"{failure.happened}, trying again in {in_words(wait_s)}")
        sleep(wait_s)
        tell(f"trying again ({attempt + 1} of {TRIES})")
    return work()


def in_words(seconds: float) -> str:
    """A span of time as people say it: ``8 s``, ``3 min``, ``2 h``."""
    if seconds < 90:
        return f"{seconds:.0f} s" if seconds >= 1 else "a moment"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.0f} h"


def asked_wait_s(retry_after: str | None) -> float | None:
    """How many seconds a server asks to wait (Retry-After: seconds, or a date)."""
    text = (retry_after or "").strip()
    if text.isdecimal():
        return float(text)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
    except ValueError:
        return None
