"""Ctrl-C ends a command within seconds, also while a library computes and does not listen.

Python sees a signal only when the code that runs comes back to it: a window of 30 s in a large
model may take a minute. What is finished is stored, so the process can end at any time.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
import time

PATIENCE_S = 4.0
"""How long a command may take to stop by itself; it is asked to within 5 s."""
INTERRUPTED = 130
STOPPED = "Stopped. Run the same command again: it goes on where it was."


def end_soon_after_a_signal() -> None:
    """From now on, this process ends ``PATIENCE_S`` after SIGINT or SIGTERM at the latest.

    To be called in the main thread, once.
    """
    told, watched = socket.socketpair()
    told.setblocking(False)
    # Written to by the system's handler itself, whatever the main thread is doing.
    signal.set_wakeup_fd(told.detach(), warn_on_full_buffer=False)
    threading.Thread(target=_watch, args=(watched,), daemon=True).start()


def _watch(watched: socket.socket) -> None:
    while watched.recv(1)[0] not in (signal.SIGINT, signal.SIGTERM):
        pass
    time.sleep(PATIENCE_S)
    show_cursor = "\x1b[?25h" if sys.stderr.isatty() else ""
    os.write(sys.stderr.fileno(), f"{show_cursor}\n{STOPPED}\n".encode())
    os._exit(INTERRUPTED)
