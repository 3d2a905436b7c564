"""The revisions of a talk's track: who changed what and when, and the words at any of them.

Revision 1 is what was there before the first change, so every transcript has it. Each later one
keeps the segments that it took away and those that came; the words of an earlier revision are the
present ones with the later changes taken back. A revision of another transcript (a machine's
second try, a person's choice) names that transcript and changes no words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, insert, select

from archive import schema
from archive.changes import Change, changes
from archive.clock import now
from archive.corrections.patches import Patch, Rewrite, apply, inverse
from archive.corrections.revision_documents import (
    NO_TURNS,
    NO_WORDS,
    TurnChange,
    packed,
    unpacked,
)
from archive.corrections.standing import present_number, stored_pieces
from archive.errors import NotFound
from archive.types import Segment, Track, Word, join_words

if TYPE_CHECKING:
    from archive.catalog import Catalog

_SHOWN_CHARACTERS = 80


class RevisionKind(StrEnum):
    """What kind of change a revision is."""

    MADE = "made"  # the transcript as a machine or a file gave it: always revision 1
    WORDS = "words"  # words in one talk
    EVERYWHERE = "everywhere"  # the same mistake in many talks (Revision.batch)
    TURNS = "turns"  # who spoke when
    CHECKED = "checked"  # a passage or all of it was checked, or is no longer
    RESTORED = "restored"  # an earlier revision (Revision.note: its number) was brought back
    UNDONE = "undone"  # one revision (Revision.note: its number) was taken back
    IMPORTED = "imported"  # a corrected file (Revision.note: its name) was brought
    RERUN = "rerun"  # another transcript came, of a machine or as captions
    CHOSEN = "chosen"  # a person chose another transcript
    CARRIED = "carried"  # corrections were carried over to a new transcript


# Changes in which a person wrote or confirmed words: what a machine makes later does not replace
# a transcript that has one.
BY_A_PERSON = (
    RevisionKind.WORDS,
    RevisionKind.EVERYWHERE,
    RevisionKind.CHECKED,
    RevisionKind.RESTORED,
    RevisionKind.UNDONE,
    RevisionKind.IMPORTED,
    RevisionKind.CARRIED,
)


@dataclass(frozen=True, slots=True)
class Revision:
    """One change. ``made_at`` is ISO 8601 in UTC; ``made_by`` a person's name or the engine's.

    ``transcript`` is the number of the transcript that is shown from then on. ``places`` is how
    many places changed; ``start_ms``, ``old_text`` and ``new_text`` are the first of them, cut to
    80 characters. ``batch`` is the key of a change of many talks, for ``everywhere.undo``.
    """

    number: int
    kind: RevisionKind
    made_by: str
    made_at: str
    transcript: int
    note: str = ""
    places: int = 0
    start_ms: int = 0
    old_text: str = ""
    new_text: str = ""
    batch: int | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """The words of two revisions, and the changes from one to the other (archive.changes)."""

    old: tuple[Word, ...]
    new: tuple[Word, ...]
    changes: tuple[Change, ...]


def history(catalog: Catalog, talk_id: int, track: Track = Track.ORIGINAL) -> list[Revision]:
    """All revisions of a talk's track, the newest first; none without a transcript."""
    table, transcripts = schema.revisions, schema.transcripts
    columns: list[Any] = [column for column in table.c if column is not table.c.document]
    query = (
        select(*columns, transcripts.c.number.label("transcript"))
        .join(transcripts, transcripts.c.id == table.c.transcript_id)
        .where(table.c.talk_id == talk_id, table.c.track == track)
        .order_by(table.c.number.desc())
    )
    with catalog.reading() as connection:
        found = [_revision_of(row) for row in connection.execute(query)]
        if found:
            return found
        row = _current_row(connection, talk_id, track)
        return [] if row is None else [_first_revision(row)]


def present_revision(catalog: Catalog, talk_id: int, track: Track = Track.ORIGINAL) -> int:
    """The number of a talk's present revision, which whoever changes it has to state."""
    with catalog.reading() as connection:
        return present_number(connection, talk_id, track)


def segments_at(
    catalog: Catalog, talk_id: int, number: int, track: Track = Track.ORIGINAL
) -> tuple[Segment, ...]:
    """The transcript as it stood at a revision; raises NotFound for one that there is not."""
    with catalog.reading() as connection:
        return tuple(read_segments(connection, talk_id, number, track)[1])


def words_at(
    catalog: Catalog, talk_id: int, number: int, track: Track = Track.ORIGINAL
) -> tuple[Word, ...]:
    """The words of ``segments_at``."""
    found = segments_at(catalog, talk_id, number, track)
    return tuple(word for segment in found for word in segment.words)


def difference(
    catalog: Catalog,
    talk_id: int,
    old: int,
    new: int,
    track: Track = Track.ORIGINAL,
    *,
    exact: bool = True,
) -> Difference:
    """What differs between two revisions, by word; with ``exact``, in case and marks too."""
    before = words_at(catalog, talk_id, old, track)
    after = words_at(catalog, talk_id, new, track)
    return Difference(before, after, tuple(changes(before, after, exact=exact)))


def read_segments(
    connection: Connection, talk_id: int, number: int, track: Track
) -> tuple[int, list[Segment]]:
    """The key of the transcript that was shown at a revision, and its segments then."""
    table = schema.revisions
    of_track = (table.c.talk_id == talk_id) & (table.c.track == track)
    query = select(table.c.transcript_id).where(of_track, table.c.number == number)
    transcript_id = connection.execute(query).scalar()
    if transcript_id is None:
        row = _current_row(connection, talk_id, track)
        if row is None or number != 1 or present_number(connection, talk_id, track) > 1:
            raise NotFound(
                f"There is no revision {number}.",
                advice=f"The newest is {present_number(connection, talk_id, track)}.",
            )
        transcript_id = row.id
    segments = [s for piece in stored_pieces(connection, transcript_id).values() for s in piece]
    for later in reversed(rewrites_since(connection, talk_id, track, number, transcript_id)):
        apply([segments], inverse(later.patches))
    return transcript_id, segments


def rewrites_since(
    connection: Connection, talk_id: int, track: Track, number: int, transcript_id: int
) -> list[Rewrite]:
    """What each later revision changed in a transcript, in the order of time."""
    table = schema.revisions
    query = (
        select(table.c.document)
        .where(
            table.c.talk_id == talk_id,
            table.c.track == track,
            table.c.number > number,
            table.c.transcript_id == transcript_id,
        )
        .order_by(table.c.number)
    )
    return [unpacked(document) for document in connection.execute(query).scalars()]


def add_revision(
    connection: Connection,
    talk_id: int,
    track: Track,
    transcript_id: int,
    kind: RevisionKind,
    by: str,
    *,
    rewrite: Rewrite = NO_WORDS,
    turns: TurnChange = NO_TURNS,
    note: str = "",
    batch_id: int | None = None,
    first: tuple[int, str, str] | None = None,
) -> int:
    """Keep a change that was made, numbered after the last one; its number.

    ``first`` is the start, old and new text of the first place, where no words changed.
    """
    begin(connection, talk_id, track)
    number = present_number(connection, talk_id, track) + 1
    start_ms, old_text, new_text = first or _first_place(rewrite.patches)
    connection.execute(
        insert(schema.revisions).values(
            talk_id=talk_id,
            track=track,
            number=number,
            transcript_id=transcript_id,
            kind=kind,
            made_by=by,
            made_at=now(),
            batch_id=batch_id,
            note=note,
            places=1 if first else len(rewrite.spans),
            start_ms=start_ms,
            old_text=old_text[:_SHOWN_CHARACTERS],
            new_text=new_text[:_SHOWN_CHARACTERS],
            document=packed(rewrite, turns),
        )
    )
    return number


def begin(connection: Connection, talk_id: int, track: Track) -> None:
    """Give what is there its row as revision 1, where the first change is about to be made."""
    table = schema.revisions
    held = select(table.c.id).where(table.c.talk_id == talk_id, table.c.track == track)
    row = _current_row(connection, talk_id, track)
    if row is None or connection.execute(held.limit(1)).first() is not None:
        return
    first = _first_revision(row)
    connection.execute(
        insert(table).values(
            talk_id=talk_id,
            track=track,
            number=1,
            transcript_id=row.id,
            kind=first.kind,
            made_by=first.made_by,
            made_at=first.made_at,
        )
    )


def maker(row: Row[Any]) -> str:
    """What a transcript (a row of the table) was made by: engine and model, or a file's name."""
    if row.origin == "captions":
        return str(row.settings.get("file", ""))
    return f"{row.engine} {row.model}".strip()


def _first_place(patches: Sequence[Patch]) -> tuple[int, str, str]:
    for patch in patches:
        old = [word for segment in patch.old for word in segment.words]
        new = [word for segment in patch.new for word in segment.words]
        for change in changes(old, new, exact=True, apart=1):
            gone, come = old[slice(*change.old)], new[slice(*change.new)]
            return (come or gone)[0].start_ms, join_words(gone), join_words(come)
    return 0, "", ""


def _current_row(connection: Connection, talk_id: int, track: Track) -> Row[Any] | None:
    table = schema.transcripts
    query = select(table).where(table.c.talk_id == talk_id, table.c.track == track, table.c.current)
    return connection.execute(query).one_or_none()


def _first_revision(row: Row[Any]) -> Revision:
    return Revision(1, RevisionKind.MADE, maker(row), row.made_at, row.number)


def _revision_of(row: Any) -> Revision:
    return Revision(
        number=row.number,
        kind=RevisionKind(row.kind),
        made_by=row.made_by,
        made_at=row.made_at,
        transcript=row.transcript,
        note=row.note,
        places=row.places,
        start_ms=row.start_ms,
        old_text=row.old_text,
        new_text=row.new_text,
        batch=row.batch_id,
    )
