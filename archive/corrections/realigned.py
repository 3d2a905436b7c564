"""Corrected words that share the times of what they replaced, and get times of their own later.

Where words are said is no change of words, so it makes no revision: the newest change of words is
kept as if it had been made with these times. What stood before it stays as it was, all that
follows builds on it, and both can be shown again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select, update

from archive import schema
from archive.catalog import Catalog
from archive.corrections.history import BY_A_PERSON, RevisionKind, read_segments
from archive.corrections.patches import Patch, followed_by
from archive.corrections.revision_documents import packed, unpacked, unpacked_turns
from archive.corrections.standing import Shown, present_number, shown, store
from archive.errors import NotFound, UserError
from archive.touch import touch_talks
from archive.types import Segment, Track

_KINDS = tuple(kind for kind in BY_A_PERSON if kind is not RevisionKind.CHECKED)


@dataclass(frozen=True, slots=True)
class Unaligned:
    """A corrected transcript at a revision, and which of its ``segments`` have shared times.

    ``open`` are the numbers of those that were not looked at since they were changed.
    ``media_key`` is that of the recording in which its words were recognised.
    """

    transcript_id: int
    revision: int
    language: str
    media_key: str
    segments: tuple[Segment, ...]
    open: tuple[int, ...]


def corrected_since(catalog: Catalog) -> dict[int, datetime]:
    """The talks, by key, whose words a person changed since they were aligned; when, the last time.

    Of those that a machine recognised in a recording, as they were spoken.
    """
    table, revisions = schema.transcripts, schema.revisions
    query = (
        select(table.c.talk_id, func.max(revisions.c.made_at))
        .join(revisions, revisions.c.transcript_id == table.c.id)
        .join(schema.talks, schema.talks.c.id == table.c.talk_id)
        .where(
            table.c.current,
            table.c.complete,
            table.c.track == Track.ORIGINAL,
            table.c.origin == "machine",
            schema.talks.c.recording_id.is_not(None),
            revisions.c.number > table.c.aligned_revision,
            revisions.c.kind.in_(_KINDS),
        )
        .group_by(table.c.talk_id)
    )
    with catalog.reading() as connection:
        return {
            talk_id: datetime.fromisoformat(made_at)
            for talk_id, made_at in connection.execute(query)
        }


def unaligned(catalog: Catalog, talk_id: int) -> Unaligned | None:
    """What of a talk's transcript is to be aligned; None where it is gone or in work."""
    with catalog.reading() as connection:
        try:
            standing = shown(connection, talk_id, Track.ORIGINAL)
        except (NotFound, UserError):
            return None
        segments = tuple(standing.segments)
        known = _looked_at(connection, talk_id, standing)
        return Unaligned(
            transcript_id=standing.row.id,
            revision=present_number(connection, talk_id, Track.ORIGINAL),
            language=standing.row.language,
            media_key=str(standing.row.settings.get("media_key", "")),
            segments=segments,
            open=tuple(
                number
                for number, segment in enumerate(segments)
                if segment not in known and any(word.estimated for word in segment.words)
            ),
        )


def keep_times(
    catalog: Catalog, talk_id: int, seen: Unaligned, retimed: Mapping[Segment, Segment]
) -> int:
    """Put segments with other times in the place of those that were seen; how many it were.

    Those that somebody changed meanwhile are left as they are, and are open again.
    """
    with catalog.writing() as connection:
        try:
            standing = shown(connection, talk_id, Track.ORIGINAL)
        except (NotFound, UserError):
            return 0
        if standing.row.id != seen.transcript_id:
            return 0
        patches = _patches(standing, retimed)
        if patches:
            _fold(connection, standing.row.id, patches)
            store(connection, standing, patches)
            touch_talks(connection, [talk_id])
        table = schema.transcripts
        this = table.c.id == seen.transcript_id
        connection.execute(update(table).where(this).values(aligned_revision=seen.revision))
        return len(patches)


def _looked_at(connection: Connection, talk_id: int, standing: Shown) -> Collection[Segment]:
    """The segments that stood there when the transcript was aligned the last time."""
    number = standing.row.aligned_revision
    if not number:
        return ()
    transcript_id, segments = read_segments(connection, talk_id, number, Track.ORIGINAL)
    return frozenset(segments) if transcript_id == standing.row.id else ()


def _patches(standing: Shown, retimed: Mapping[Segment, Segment]) -> list[Patch]:
    patches = []
    first_word = 0
    for number, segment in enumerate(standing.segments):
        new = retimed.get(segment, segment)
        if new != segment:
            patches.append(Patch(number, first_word, (segment,), (new,)))
        first_word += len(segment.words)
    return patches


def _fold(connection: Connection, transcript_id: int, patches: list[Patch]) -> None:
    """Count other times with the newest change of words, on which all that follows builds."""
    table = schema.revisions
    query = (
        select(table.c.id, table.c.document)
        .where(
            table.c.transcript_id == transcript_id,
            table.c.kind != RevisionKind.TURNS,
            table.c.document != b"",
        )
        .order_by(table.c.number.desc())
    )
    row = connection.execute(query.limit(1)).first()
    if row is not None:
        rewrite = followed_by(unpacked(row.document), patches)
        document = packed(rewrite, unpacked_turns(row.document))
        connection.execute(update(table).where(table.c.id == row.id).values(document=document))
