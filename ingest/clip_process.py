"""One clip, cut by a process of its own: ``python -m ingest.clip_process PARENT``.

Films come from anywhere, and decoders are written in C: what they do to this process they do not do
to the worker, whose index goes on, and the memory of a large film is given back. It ends with the
process that started it.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from contextlib import closing

from archive.catalog import Catalog
from archive.priority import give_way
from archive.settings import load_settings
from ingest.clip_orders import ClipShelf
from ingest.clipping import cut_next


def main() -> None:
    """Cut the clip that waits longest in the archive of ``PODIUM_HOME``."""
    parent = int(sys.argv[1])
    told = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: told.set())
    # Ctrl-C reaches the whole group; what is to be done then is the parent's to say.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    give_way()
    settings = load_settings()
    with closing(Catalog.open(settings)) as catalog:
        cut_next(catalog, ClipShelf(settings), lambda: told.is_set() or os.getppid() != parent)


if __name__ == "__main__":
    main()
