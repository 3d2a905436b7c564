"""Corrected words aligned by a process of its own.

``python -m ingest.retiming_process PARENT QUIET_S`` is started by the worker. The memory of a
speech engine is given back when it ends, and what a decoder or an engine does to it is not done
to the worker. It ends with the process that started it.
"""

from __future__ import annotations

import sys

from archive.settings import load_settings
from ingest.background import in_background
from ingest.retiming import align_quiet
from ingest.workshop import Workshop

NO_ENGINE = 3
"""The exit status where there is no engine, or no model that knows a talk's language."""


def main() -> None:
    """Align what nobody corrects now in the archive of ``PODIUM_HOME``."""
    stopped = in_background(int(sys.argv[1]))
    with Workshop.opened(load_settings()) as shop:
        complete = align_quiet(shop, stopped, float(sys.argv[2]))
    sys.exit(0 if complete else NO_ENGINE)


if __name__ == "__main__":
    main()
