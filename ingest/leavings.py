"""What interrupted runs leave behind in the archive's folder, found and cleared."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from archive import schema
from archive.catalog import Catalog
from archive.owners import running
from archive.store import MediaStore
from archive.types import State


def find_leavings(catalog: Catalog, store: MediaStore) -> list[Path]:
    """Unfinished files of talks that need them no more, and stored media that no talk knows.

    Files that Podium did not make are never among them.
    """
    in_use = {
        talk_id
        for talk_id, status in catalog.statuses().items()
        if status.state in (State.FETCH, State.TRANSCRIBE, State.FAILED) or status.running
    }
    unfinished = [store.incoming_of(key) for key in store.leavings() if key not in in_use]
    with catalog.reading() as connection:
        known = set(connection.execute(select(schema.recordings.c.location)).scalars())
    orphans = [path for location, path in store.stored() if location not in known]
    return [*unfinished, *orphans]


def clear_leavings(catalog: Catalog, store: MediaStore) -> list[Path]:
    """Remove what interrupted runs left, unless another process is at work just now."""
    with catalog.reading() as connection:
        if running(connection):
            return []
    found = find_leavings(catalog, store)
    for path in found:
        store.discard(path)
    return found
