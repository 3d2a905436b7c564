"""A transcript with all that an editor of it needs to see, read at one moment."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from archive import schema
from archive.catalog import Catalog
from archive.corrections.checked import Passage, passages_of
from archive.corrections.standing import present_number
from archive.types import Track, Transcript
from archive.versions import transcript_of


@dataclass(frozen=True, slots=True)
class Present:
    """The current transcript, the revision that it is at, and its checked passages."""

    transcript: Transcript
    revision: int
    passages: tuple[Passage, ...]


def present(catalog: Catalog, talk_id: int, track: Track = Track.ORIGINAL) -> Present | None:
    """What is shown of a talk's track; None where it has no transcript."""
    table = schema.transcripts
    query = select(table).where(table.c.talk_id == talk_id, table.c.track == track, table.c.current)
    with catalog.reading() as connection:
        row = connection.execute(query).one_or_none()
        if row is None:
            return None
        return Present(
            transcript_of(row, connection),
            present_number(connection, talk_id, track),
            passages_of(connection, row.id),
        )
