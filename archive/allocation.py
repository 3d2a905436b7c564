"""How the C library hands out memory."""

from __future__ import annotations

import ctypes

# glibc's mallopt() parameter for how many arenas its allocator keeps.
_M_ARENA_MAX = -8


def share_one_arena() -> None:
    """Let all threads of this process allocate from one arena, where the C library is glibc.

    With one each, what a thread frees is kept for that thread. A server of 500 talks holds a
    quarter more memory so (benchmarks/site_speed.py), a speech engine a tenth
    (benchmarks/long_recording.py).
    """
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):
        libc.mallopt(_M_ARENA_MAX, 1)
