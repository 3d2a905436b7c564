"""Whether a worker runs: it holds a kernel lock, which ends with it however it ends."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from archive.errors import Busy
from search.storage.files import is_locked, locked

_LOCK = "worker.lock"


def is_working(home: Path) -> bool:
    """Whether a worker runs for this archive."""
    return is_locked(home / _LOCK)


def show_presence(home: Path, until: ExitStack) -> bool:
    """Hold the lock until that ends; False where another worker holds it."""
    try:
        until.enter_context(locked(home / _LOCK, 0))
    except Busy:
        return False
    return True
