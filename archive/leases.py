"""Who is at work on a talk: a row with an owner and a heartbeat, so that no two do it at once.

A lease ends when it is given back, when its process is gone (seen at once on the same host), or
when its heartbeat is older than ``archive.owners.STALE_S``.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import delete, insert, select, update

from archive import schema
from archive.catalog import Catalog
from archive.errors import Busy
from archive.owners import is_alive, this_process

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
                    schema.leases.c.talk_id == talk_id, schema.leases.c.owner == this_process()
                )
            )


def _take(catalog: Catalog, talk_id: int) -> None:
    table = schema.leases
    with catalog.writing() as connection:
        held = connection.execute(select(table).where(table.c.talk_id == talk_id)).one_or_none()
        if held is not None and is_alive(held.owner, held.heartbeat_at):
            raise Busy(
                "Another Podium process is at work on this talk.",
                advice="Wait for it to end; `podium talks` shows how far it is.",
            )
        connection.execute(delete(table).where(table.c.talk_id == talk_id))
        connection.execute(
            insert(table).values(talk_id=talk_id, owner=this_process(), heartbeat_at=time.time())
        )


def _beat(catalog: Catalog, talk_id: int, stop: threading.Event) -> None:
    while not stop.wait(_HEARTBEAT_S):
        with catalog.writing() as connection:
            connection.execute(
                update(schema.leases)
                .where(schema.leases.c.talk_id == talk_id)
                .values(heartbeat_at=time.time())
            )
