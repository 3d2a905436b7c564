"""Which files somebody is still writing, as far as the system tells."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path


def open_for_writing(paths: Collection[Path]) -> dict[Path, str]:
    """Those of the files that a process has open for writing, with that process's number.

    As far as can be told: on Linux, of processes that this one may look at.
    """
    wanted = {os.path.realpath(path): path for path in paths}
    found: dict[Path, str] = {}
    for process in _listed("/proc") if wanted else ():
        if not process.isdecimal():
            continue
        for number in _listed(f"/proc/{process}/fd"):
            try:
                path = wanted.get(os.readlink(f"/proc/{process}/fd/{number}"))
                if path is not None and _writes(f"/proc/{process}/fdinfo/{number}"):
                    found[path] = process
            except OSError:
                # The process ended, or closed the file, in between.
                continue
    return found


def _listed(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        # The process ended, or belongs to somebody else, or there is no /proc.
        return []


def _writes(fdinfo: str) -> bool:
    with open(fdinfo, encoding="ascii") as handle:
        for line in handle:
            name, _, value = line.partition(":")
            if name == "flags":
                return int(value, 8) & os.O_ACCMODE != os.O_RDONLY
    return False
