"""Talks that are a part of a session's recording."""

from __future__ import annotations

from sqlalchemy import update

from archive import schema
from archive.catalog import Catalog, touch_talks


def attach_part(catalog: Catalog, talk_id: int, recording_id: int, span: tuple[int, int]) -> None:
    """Record that a talk is the part of a recording from ``span``'s first to its last ms."""
    talks = schema.talks
    values = {
        "recording_id": recording_id,
        "range_start_ms": span[0],
        "range_end_ms": span[1],
    }
    with catalog.writing() as connection:
        connection.execute(update(talks).where(talks.c.id == talk_id).values(**values))
        touch_talks(connection, [talk_id])
