"""The processes that hold leases: named by host, number and start, and whether they still run."""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path

from sqlalchemy import Connection, select

from archive import schema

STALE_S = 60.0


def running(connection: Connection) -> set[int]:
    """Keys of the talks that a living process is at work on."""
    return {
        row.talk_id
        for row in connection.execute(select(schema.leases))
        if is_alive(row.owner, row.heartbeat_at)
    }


def this_process() -> str:
    """This process as an owner of leases."""
    return f"{socket.gethostname()} {os.getpid()} {_started(os.getpid())}"


def is_alive(owner: str, heartbeat_at: float) -> bool:
    """Whether an owner still runs; one on another host is judged by its last heartbeat."""
    host, pid, started = owner.split(" ")
    if host == socket.gethostname():
        return _started(int(pid)) == started
    return time.time() - heartbeat_at < STALE_S


def _started(pid: int) -> str:
    """When a process of this host began, in clock ticks since boot; "" when there is none."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return "" if not Path("/proc/self").exists() and _exists(pid) else "gone"
    # A process that was killed and not yet waited for is a zombie, and at work on nothing.
    return "gone" if fields[0] in "ZX" else fields[19]


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
