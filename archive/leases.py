"""Who is at work on a talk: a row with an owner and a heartbeat, so that no two do it at once.

A lease ends when it is given back, when its process is gone (seen at once on the same host), or
when its heartbeat is older than ``STALE_S``.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, delete, insert, select, update

from archive import schema
from archive.errors import Busy

if TYPE_CHECKING:
    from archive.catalog import Catalog

STALE_S = 60.0
_HEARTBEAT_S = 10.0


@contextmanager
def lease(catalog: Catalog, talk_id: int) -> Iterator[None]:
    """Hold the lease of a talk, with a heartbeat, until the block ends.

    Raises Busy when another living process holds it.
    """
    _take(catalog, talk_id)
    stop = threading.Event()
    heart = threading.Thread(target=_beat, args=(catalog, talk_id, stop), daemon=True)
    heart.start()
    try:
        yield
    finally:
        stop.set()
        heart.join()
        with catalog.writing() as connection:
            connection.execute(
                delete(schema.leases).where(
                    schema.leases.c.talk_id == talk_id, schema.leases.c.owner == _owner()
                )
            )


def running(connection: Connection) -> set[int]:
    """Keys of the talks that a living process is at work on."""
    return {row.talk_id for row in connection.execute(select(schema.leases)) if _alive(row)}


def _take(catalog: Catalog, talk_id: int) -> None:
    table = schema.leases
    with catalog.writing() as connection:
        held = connection.execute(select(table).where(table.c.talk_id == talk_id)).one_or_none()
        if held is not None and _alive(held):
            raise Busy(
                "Another Podium process is at work on this talk.",
                advice="Wait for it to end; `podium talks` shows how far it is.",
            )
        connection.execute(delete(table).where(table.c.talk_id == talk_id))
        connection.execute(
            insert(table).values(talk_id=talk_id, owner=_owner(), heartbeat_at=time.time())
        )


def _beat(catalog: Catalog, talk_id: int, stop: threading.Event) -> None:
    while not stop.wait(_HEARTBEAT_S):
        with catalog.writing() as connection:
            connection.execute(
                update(schema.leases)
                .where(schema.leases.c.talk_id == talk_id)
                .values(heartbeat_at=time.time())
            )


def _owner() -> str:
    return f"{socket.gethostname()} {os.getpid()} {_started(os.getpid())}"


def _alive(row: object) -> bool:
    owner: str = row.owner  # type: ignore[attr-defined]
    heartbeat_at: float = row.heartbeat_at  # type: ignore[attr-defined]
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
    return fields[19]


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
