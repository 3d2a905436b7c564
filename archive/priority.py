"""Which processes of Podium come first where several want the same core."""

from __future__ import annotations

import os

_NICE = 10


def give_way() -> None:
    """Let whoever reads or searches come first: this process has work that takes long.

    On Linux that holds for the calling thread and for those that it starts from now on.
    """
    os.setpriority(os.PRIO_PROCESS, 0, max(_NICE, os.getpriority(os.PRIO_PROCESS, 0)))
