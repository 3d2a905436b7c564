"""Who spoke when at an earlier revision, and turns that are put back.

Turns belong to the recording and stand in its time, so words that were corrected since are no
matter to them. A machine that tells voices apart anew makes no revision: where it did, what was
said before of turns that are gone cannot be put back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from sqlalchemy import Connection, select

from archive import schema
from archive.catalog import Catalog
from archive.corrections.revision_documents import NO_TURNS, TurnChange, nameless, unpacked_turns
from archive.errors import UserError
from archive.touch import touch_talks_where
from archive.turn_rows import store, stored
from archive.turns import whole_talk
from archive.types import Talk, Track, Turn


@dataclass(frozen=True, slots=True)
class SpeakerChange:
    """A time in which another speaks at one revision than at the other; "" for nobody known."""

    start_ms: int
    end_ms: int
    old: str
    new: str


def speaker_changes(
    catalog: Catalog, talk: Talk, old: int, new: int
) -> tuple[SpeakerChange, ...] | None:
    """Where another speaks at revision ``new`` than at ``old``, in the order of time.

    None where it is not known any more who spoke at one of them.
    """
    if talk.recording is None:
        return ()
    with catalog.reading() as connection:
        before, after = (_named_at(connection, talk, number) for number in (old, new))
    if before is None or after is None:
        return None
    return tuple(_differing(before, after))


def turns_at(
    connection: Connection, talk_id: int, recording_id: int, number: int
) -> list[Turn] | None:
    """Who spoke when at a revision of the original, without names; None where that is lost."""
    table = schema.revisions
    later = (
        select(table.c.document)
        .where(table.c.talk_id == talk_id, table.c.track == Track.ORIGINAL)
        .where(table.c.number > number)
        .order_by(table.c.number.desc())
    )
    turns: list[Turn] | None = nameless(stored(connection, recording_id))
    people = set(connection.execute(select(schema.speakers.c.slug)).scalars())
    for document in connection.execute(later).scalars():
        if turns is not None:
            turns = _before(unpacked_turns(document), turns, people)
    return turns


def bring_turns_back(connection: Connection, talk_id: int, number: int) -> TurnChange:
    """Let speak who spoke at a revision, as far as that is known; what it changed."""
    recording_id = _recording_of(connection, talk_id)
    if recording_id is None:
        return NO_TURNS
    return _replace(connection, recording_id, turns_at(connection, talk_id, recording_id, number))


def take_turns_back(connection: Connection, talk_id: int, change: TurnChange) -> TurnChange:
    """Take back what was said of who spoke when; what it changed.

    Raises UserError where somebody said otherwise since.
    """
    recording_id = _recording_of(connection, talk_id)
    people = set(connection.execute(select(schema.speakers.c.slug)).scalars())
    held = nameless(stored(connection, recording_id)) if recording_id is not None else []
    back = _before(change, held, people)
    if back is None or recording_id is None:
        raise UserError(
            "Somebody said otherwise of these turns in the meantime, or a speaker is gone; nothing "
            "was changed.",
            advice="Say who speaks there now.",
        )
    return _replace(connection, recording_id, back)


def _replace(connection: Connection, recording_id: int, turns: Sequence[Turn] | None) -> TurnChange:
    held = stored(connection, recording_id)
    change = TurnChange.between(held, held if turns is None else turns)
    if turns is not None and change != NO_TURNS:
        store(connection, recording_id, turns)
        touch_talks_where(connection, schema.talks.c.recording_id == recording_id)
    return change


def _before(change: TurnChange, turns: Sequence[Turn], people: Iterable[str]) -> list[Turn] | None:
    """The turns before a change, of those after it; None where they are others, or people gone."""
    known = {None, *people}
    if any(turn not in turns for turn in change.come):
        return None
    if any(turn.speaker not in known for turn in change.gone):
        return None
    return [*(turn for turn in turns if turn not in change.come), *change.gone]


def _recording_of(connection: Connection, talk_id: int) -> int | None:
    table = schema.talks
    return connection.execute(select(table.c.recording_id).where(table.c.id == talk_id)).scalar()


def _named_at(connection: Connection, talk: Talk, number: int) -> list[Turn] | None:
    """Who spoke when at a revision, with names; the one speaker of a talk has all of it."""
    if talk.recording is None:
        return []
    turns = turns_at(connection, talk.id, talk.recording.id, number)
    if not turns:
        return None if turns is None else list(whole_talk(talk))
    people = schema.speakers
    names = {row.slug: row.name for row in connection.execute(select(people.c.slug, people.c.name))}
    return [replace(turn, name=names.get(turn.speaker, "")) for turn in turns]


def _differing(before: Sequence[Turn], after: Sequence[Turn]) -> Iterator[SpeakerChange]:
    """The times in which another speaks, as long as they can be."""
    borders = sorted({time for t in (*before, *after) for time in (t.start_ms, t.end_ms)})
    found: SpeakerChange | None = None
    for start_ms, end_ms in pairwise(borders):
        old, new = _speaking(before, start_ms), _speaking(after, start_ms)
        if old == new:
            continue
        if found and found.end_ms == start_ms and (found.old, found.new) == (old, new):
            found = replace(found, end_ms=end_ms)
            continue
        if found:
            yield found
        found = SpeakerChange(start_ms, end_ms, old, new)
    if found:
        yield found


def _speaking(turns: Sequence[Turn], time_ms: int) -> str:
    """The names of those who speak at a time."""
    names = (turn.shown_name for turn in turns if turn.start_ms <= time_ms < turn.end_ms)
    return ", ".join(sorted(set(names)))
