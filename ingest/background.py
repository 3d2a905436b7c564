"""What the worker has done by processes of their own has in common: it gives way, and it ends.

Such a process ends with the one that started it, and when it is told to; it comes after whoever
reads or searches.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable

from archive.priority import give_way


def in_background(parent: int) -> Callable[[], bool]:
    """Make this a process that gives way to others; what says whether it is to stop.

    ``parent`` is the number of the process that started it.
    """
    told = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: told.set())
    # Ctrl-C reaches the whole group; what is to be done then is the parent's to say.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    give_way()
    return lambda: told.is_set() or os.getppid() != parent
