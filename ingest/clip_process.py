"""One clip, cut by a process of its own: ``python -m ingest.clip_process PARENT``.

Films come from anywhere, and decoders are written in C: what they do to this process they do not do
to the worker, whose index goes on, and the memory of a large film is given back. It ends with the
process that started it.
"""

from __future__ import annotations

import sys
from contextlib import closing

from archive.catalog import Catalog
from archive.settings import load_settings
from ingest.background import in_background
from ingest.clip_orders import ClipShelf
from ingest.clipping import cut_next


def main() -> None:
    """Cut the clip that waits longest in the archive of ``PODIUM_HOME``."""
    stopped = in_background(int(sys.argv[1]))
    settings = load_settings()
    with closing(Catalog.open(settings)) as catalog:
        cut_next(catalog, ClipShelf(settings), stopped)


if __name__ == "__main__":
    main()
