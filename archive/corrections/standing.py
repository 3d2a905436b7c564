"""The transcript of a talk's track that is shown, as those who change it see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from archive import pieces, schema
from archive.corrections.patches import Patch, apply
from archive.errors import NotFound, UserError
from archive.types import Segment, Track, Word

_LONGEST_NAME = 80


@dataclass(slots=True)
class Shown:
    """A current transcript: its row, and the segments of its pieces (by number), as stored."""

    row: Row[Any]
    pieces: dict[int, list[Segment]]

    @property
    def segments(self) -> list[Segment]:
        return [segment for piece in self.pieces.values() for segment in piece]

    @property
    def words(self) -> list[Word]:
        return [word for segment in self.segments for word in segment.words]


def shown(connection: Connection, talk_id: int, track: Track) -> Shown:
    """The current transcript; raises NotFound where there is no such talk, or no transcript.

    Raises UserError for one that is still in work.
    """
    talks, table = schema.talks, schema.transcripts
    slug = connection.execute(select(talks.c.slug).where(talks.c.id == talk_id)).scalar()
    if slug is None:
        raise NotFound("That talk was removed.", advice="Nothing was changed.")
    of_track = (table.c.talk_id == talk_id) & (table.c.track == track)
    row = connection.execute(select(table).where(of_track, table.c.current)).one_or_none()
    if row is None:
        what = "transcript" if track is Track.ORIGINAL else "translation"
        raise NotFound(
            f"{slug} has no {what} yet.", advice=f"Transcribe it: podium transcribe {slug}"
        )
    if not row.complete:
        raise UserError(
            f"{slug} is still being transcribed.", advice="Correct it when that is done."
        )
    return Shown(row, stored_pieces(connection, row.id))


def stored_pieces(connection: Connection, transcript_id: int) -> dict[int, list[Segment]]:
    """The segments of a transcript's pieces, by number."""
    part = schema.pieces
    query = select(part.c.number, part.c.document).where(part.c.transcript_id == transcript_id)
    rows = connection.execute(query.order_by(part.c.number))
    return {row.number: list(pieces.unpack(row.document)) for row in rows}


def store(connection: Connection, standing: Shown, patches: Sequence[Patch]) -> None:
    """Apply patches to a transcript and keep it; raises UserError if no word would be left."""
    part, table = schema.pieces, schema.transcripts
    transcript_id = standing.row.id
    numbers = list(standing.pieces)
    changed = apply(list(standing.pieces.values()), patches)
    words = sum(len(segment.words) for segment in standing.segments)
    if not words:
        raise UserError(
            "No word of the transcript would be left.",
            advice="A talk in which nothing is said: podium remove TALK",
        )
    for at in changed:
        this = (part.c.transcript_id == transcript_id) & (part.c.number == numbers[at])
        document = pieces.pack(standing.pieces[numbers[at]])
        connection.execute(update(part).where(this).values(document=document))
    connection.execute(update(table).where(table.c.id == transcript_id).values(words=words))


def present_number(connection: Connection, talk_id: int, track: Track) -> int:
    """The number of the present revision of a talk's track: 1 where nothing was changed."""
    table = schema.revisions
    query = select(func.max(table.c.number)).where(
        table.c.talk_id == talk_id, table.c.track == track
    )
    return connection.execute(query).scalar() or 1


def person(name: str) -> str:
    """The name of who makes a change; raises UserError for what is none."""
    plain = " ".join(name.split())
    if not plain or not plain.isprintable() or len(plain) > _LONGEST_NAME:
        raise UserError(
            f"{name[:20]!r} is no name of a person.", advice="Say who makes the change."
        )
    return plain
