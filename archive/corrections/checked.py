"""What a person checked: passages of a transcript, or all of it.

Passages are words by their numbers. They move with corrections, and a correction within one leaves
it checked. Each mark is a revision, so history tells who made it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select, update

from archive import schema
from archive.catalog import Catalog
from archive.clock import now
from archive.corrections.history import RevisionKind, add_revision
from archive.corrections.patches import Span
from archive.corrections.since import Since
from archive.corrections.standing import person, shown
from archive.errors import UserError
from archive.touch import touch_talks
from archive.types import Track, Word, join_words

_ALL, _NOT_ALL = "all checked", "all unchecked"
"""The notes of revisions that mark the whole transcript, or take that mark."""


@dataclass(frozen=True, slots=True)
class Passage:
    """Words ``first_word`` up to ``end_word`` that somebody checked, and when (ISO 8601, UTC)."""

    first_word: int
    end_word: int
    checked_by: str
    checked_at: str


def check_passage(
    catalog: Catalog,
    talk_id: int,
    first_word: int,
    end_word: int,
    *,
    revision: int,
    by: str,
    track: Track = Track.ORIGINAL,
) -> int:
    """Mark words, as they count in ``revision``, as checked; the revision that it makes.

    Raises EditConflict where somebody changed them since.
    """
    return _mark(catalog, talk_id, (first_word, end_word), revision, by, track, checked=True)


def uncheck_passage(
    catalog: Catalog,
    talk_id: int,
    first_word: int,
    end_word: int,
    *,
    revision: int,
    by: str,
    track: Track = Track.ORIGINAL,
) -> int:
    """Take the marks from words; those around them stay checked. The revision that it makes."""
    return _mark(catalog, talk_id, (first_word, end_word), revision, by, track, checked=False)


def check_all(catalog: Catalog, talk_id: int, *, by: str, track: Track = Track.ORIGINAL) -> int:
    """Mark the whole transcript as checked; the revision that it makes."""
    return _mark_all(catalog, talk_id, person(by), person(by), track)


def uncheck_all(catalog: Catalog, talk_id: int, *, by: str, track: Track = Track.ORIGINAL) -> int:
    """Take the mark from the whole transcript and from its passages; the revision that it makes."""
    return _mark_all(catalog, talk_id, "", person(by), track)


def words_between(words: Sequence[Word], start_ms: int, end_ms: int) -> tuple[int, int]:
    """The words whose middle is in a time: the first, and the one behind the last."""
    inside = [
        at
        for at, word in enumerate(words)
        if start_ms <= (word.start_ms + word.end_ms) // 2 < end_ms
    ]
    return (inside[0], inside[-1] + 1) if inside else (0, 0)


def passages_of(connection: Connection, transcript_id: int) -> tuple[Passage, ...]:
    """The passages of a transcript that are checked, in the order of its words."""
    table = schema.checked_passages
    query = select(table).where(table.c.transcript_id == transcript_id).order_by(table.c.first_word)
    return tuple(
        Passage(row.first_word, row.end_word, row.checked_by, row.checked_at)
        for row in connection.execute(query)
    )


def restore_mark(
    connection: Connection, talk_id: int, track: Track, transcript_id: int, number: int
) -> None:
    """Let a transcript count as checked as a whole if it did at a revision, by who had said so."""
    table = schema.revisions
    of_track = (table.c.talk_id == talk_id) & (table.c.track == track)
    marked = (table.c.kind == RevisionKind.CHECKED) & table.c.note.in_([_ALL, _NOT_ALL])
    told = marked | table.c.kind.in_([RevisionKind.IMPORTED, RevisionKind.RESTORED])
    checked_by = ""
    while number:
        last = connection.execute(
            select(table)
            .where(of_track, table.c.transcript_id == transcript_id, table.c.number <= number, told)
            .order_by(table.c.number.desc())
        ).first()
        restored = last is not None and last.kind == RevisionKind.RESTORED
        number = int(last.note) if last is not None and restored else 0
        if last is not None and (last.kind == RevisionKind.IMPORTED or last.note == _ALL):
            checked_by = last.made_by
    this = schema.transcripts.c.id == transcript_id
    connection.execute(update(schema.transcripts).where(this).values(checked_by=checked_by))


def move_passages(connection: Connection, transcript_id: int, spans: Sequence[Span]) -> None:
    """Move the passages of a transcript with what was changed in it."""
    held = passages_of(connection, transcript_id)
    if held and spans:
        kept = []
        for passage in held:
            first, end = _moved(passage.first_word, spans), _moved(passage.end_word, spans)
            if first < end:
                kept.append(Passage(first, end, passage.checked_by, passage.checked_at))
        keep_passages(connection, transcript_id, kept)


def _moved(border: int, spans: Sequence[Span]) -> int:
    """Where a border between words is after changes; one inside of a change goes to its end."""
    grown = 0
    for span in spans:
        if span.first >= border:
            break
        if span.end > border:
            return span.first + grown + span.length
        grown += span.grown
    return border + grown


def _mark(
    catalog: Catalog,
    talk_id: int,
    words: tuple[int, int],
    revision: int,
    by: str,
    track: Track,
    *,
    checked: bool,
) -> int:
    who = person(by)
    with catalog.writing() as connection:
        standing = shown(connection, talk_id, track)
        spoken = standing.words
        if not 0 <= words[0] < words[1]:
            raise UserError("A passage needs a word at least.")
        place = Since(connection, talk_id, track, revision, standing).untouched(*words)
        first, end = place
        if end > len(spoken):
            raise UserError(f"The transcript has {len(spoken):,} words.")
        kept = [
            part
            for passage in passages_of(connection, standing.row.id)
            for part in _without(passage, first, end)
        ]
        if checked:
            kept.append(Passage(first, end, who, now()))
        keep_passages(connection, standing.row.id, sorted(kept, key=lambda part: part.first_word))
        touch_talks(connection, [talk_id])
        return add_revision(
            connection,
            talk_id,
            track,
            standing.row.id,
            RevisionKind.CHECKED,
            who,
            note="checked" if checked else "unchecked",
            first=(spoken[first].start_ms, "", join_words(spoken[first:end])),
        )


def _mark_all(catalog: Catalog, talk_id: int, checked_by: str, by: str, track: Track) -> int:
    table = schema.transcripts
    with catalog.writing() as connection:
        standing = shown(connection, talk_id, track)
        this = table.c.id == standing.row.id
        connection.execute(update(table).where(this).values(checked_by=checked_by))
        if not checked_by:
            keep_passages(connection, standing.row.id, [])
        touch_talks(connection, [talk_id])
        note = _ALL if checked_by else _NOT_ALL
        return add_revision(
            connection, talk_id, track, standing.row.id, RevisionKind.CHECKED, by, note=note
        )


def _without(passage: Passage, first: int, end: int) -> list[Passage]:
    """What of a passage is outside of those words."""
    parts = (
        (passage.first_word, min(passage.end_word, first)),
        (max(passage.first_word, end), passage.end_word),
    )
    return [
        Passage(begin, stop, passage.checked_by, passage.checked_at)
        for begin, stop in parts
        if begin < stop
    ]


def keep_passages(connection: Connection, transcript_id: int, passages: Sequence[Passage]) -> None:
    """Let these be the checked passages of a transcript."""
    table = schema.checked_passages
    connection.execute(delete(table).where(table.c.transcript_id == transcript_id))
    for passage in passages:
        connection.execute(
            insert(table).values(
                transcript_id=transcript_id,
                first_word=passage.first_word,
                end_word=passage.end_word,
                checked_by=passage.checked_by,
                checked_at=passage.checked_at,
            )
        )
