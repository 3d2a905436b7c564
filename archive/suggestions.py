"""What readers who are no editors would correct, until an editor has decided on it.

A suggestion names a place by its time and by the words that stood there when it was read. Words
keep their times when others change, so the place is found again; where the words themselves
changed, the suggestion is stale and says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from archive import schema
from archive.catalog import Catalog
from archive.clock import now
from archive.corrections.history import RevisionKind
from archive.corrections.saving import Correction, correct_in
from archive.corrections.standing import present_number, shown
from archive.errors import NotFound, TryLater, UserError
from archive.plain_text import single_line
from archive.types import Track, Word, join_words

LONGEST_TEXT = 1_000
LONGEST_REMARK = 500
LONGEST_NAME = 60
MOST_OPEN = 1_000
MOST_OPEN_OF_A_TALK = 100
# Decided ones are kept to be looked up, the newest of them.
_MOST_DECIDED = 1_000

OPEN, ACCEPTED, DECLINED = "open", "accepted", "declined"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """``before`` is what stood from ``start_ms`` to ``end_ms``, ``text`` what should stand there.

    ``talk`` is the talk's slug, ``title`` its title. ``made_at`` is ISO 8601, UTC. ``name`` and
    ``remark`` may be "".
    """

    id: int
    talk_id: int
    talk: str
    title: str
    start_ms: int
    end_ms: int
    before: str
    text: str
    name: str
    remark: str
    made_at: str
    state: str


def suggest(
    catalog: Catalog,
    talk_id: int,
    words: Sequence[Word],
    text: str,
    *,
    name: str = "",
    remark: str = "",
) -> None:
    """Keep a suggestion for ``words`` of a talk, which stand there now; the same twice is one.

    Raises UserError for what cannot be kept, TryLater where too many wait already.
    """
    values = {
        "talk_id": talk_id,
        "start_ms": words[0].start_ms,
        "end_ms": words[-1].end_ms,
        "before": join_words(list(words)),
        "text": single_line(text, "The text", LONGEST_TEXT),
        "name": single_line(name, "The name", LONGEST_NAME),
        "remark": single_line(remark, "The remark", LONGEST_REMARK),
        "made_at": now(),
        "state": OPEN,
    }
    if values["text"] == values["before"]:
        raise UserError("That is what stands there already.", advice="Change a word, then send it.")
    table = schema.suggestions
    same = [
        table.c[column] == values[column] for column in ("talk_id", "start_ms", "text", "state")
    ]
    with catalog.writing() as connection:
        if connection.execute(select(table.c.id).where(*same)).first() is not None:
            return
        of_talk = _count_open(connection, table.c.talk_id == talk_id)
        if of_talk >= MOST_OPEN_OF_A_TALK or _count_open(connection) >= MOST_OPEN:
            raise TryLater(
                "So many suggestions wait already that no more are taken.",
                advice="Come back when an editor has been through them.",
            )
        connection.execute(insert(table).values(values))


def open_suggestions(catalog: Catalog) -> list[Suggestion]:
    """Those that nobody has decided on, the oldest first."""
    return _read(catalog, schema.suggestions.c.state == OPEN)


def suggestion(catalog: Catalog, number: int) -> Suggestion:
    """The suggestion with that key; raises NotFound."""
    found = _read(catalog, schema.suggestions.c.id == number)
    if not found:
        raise NotFound("That suggestion is gone.", advice="Its talk may have been removed.")
    return found[0]


def count_open(catalog: Catalog) -> int:
    """How many wait for an editor."""
    with catalog.reading() as connection:
        return _count_open(connection)


def place_of(suggestion: Suggestion, words: Sequence[Word]) -> tuple[int, int] | None:
    """Where the suggestion's words stand, as a range of ``words``; None where they changed."""
    inside = [
        number
        for number, word in enumerate(words)
        if suggestion.start_ms <= word.start_ms and word.end_ms <= suggestion.end_ms
    ]
    if not inside:
        return None
    first, end = inside[0], inside[-1] + 1
    return (first, end) if join_words(list(words[first:end])) == suggestion.before else None


def accept(catalog: Catalog, suggestion: Suggestion, text: str, *, by: str, note: str) -> None:
    """Put ``text`` in the place of a suggestion's words, as a revision by an editor.

    In one transaction with the decision. Raises UserError where another editor was quicker, or
    where somebody changed the words; then nothing changes.
    """
    with catalog.writing() as connection:
        _decide(connection, suggestion, ACCEPTED, by)
        words = shown(connection, suggestion.talk_id, Track.ORIGINAL).words
        place = place_of(suggestion, words)
        if place is None:
            raise UserError(
                "These words were changed since they were read, so nothing was changed.",
                advice="Correct the line itself, then decline the suggestion.",
            )
        old = tuple(word.text for word in words[slice(*place)])
        correct_in(
            connection,
            suggestion.talk_id,
            [Correction(*place, old, text)],
            Track.ORIGINAL,
            present_number(connection, suggestion.talk_id, Track.ORIGINAL),
            RevisionKind.WORDS,
            by,
            note=note,
        )


def decline(catalog: Catalog, suggestion: Suggestion, *, by: str) -> None:
    """Leave the words as they are; raises UserError where another editor was quicker."""
    with catalog.writing() as connection:
        _decide(connection, suggestion, DECLINED, by)


def _decide(connection: Connection, suggestion: Suggestion, state: str, by: str) -> None:
    table = schema.suggestions
    this = table.c.id == suggestion.id
    values = {"state": state, "decided_by": by, "decided_at": now()}
    changed = connection.execute(update(table).where(this, table.c.state == OPEN).values(**values))
    if changed.rowcount == 0:
        row = connection.execute(select(table).where(this)).first()
        what = f"{row.decided_by} {row.state} it" if row else "its talk was removed"
        raise UserError(f"That suggestion does not wait any more: {what}.")
    _drop_old(connection)


def _count_open(connection: Connection, *more: Any) -> int:
    table = schema.suggestions
    query = select(func.count()).select_from(table).where(table.c.state == OPEN, *more)
    return int(connection.execute(query).scalar_one())


def _drop_old(connection: Connection) -> None:
    table = schema.suggestions
    decided = select(table.c.id).where(table.c.state != OPEN).order_by(table.c.decided_at.desc())
    old = connection.execute(decided.offset(_MOST_DECIDED)).scalars().all()
    if old:
        connection.execute(delete(table).where(table.c.id.in_(old)))


def _read(catalog: Catalog, which: Any) -> list[Suggestion]:
    table, talks = schema.suggestions, schema.talks
    query = select(table, talks.c.slug, talks.c.title).join(talks).where(which).order_by(table.c.id)
    with catalog.reading() as connection:
        return [_suggestion_of(row) for row in connection.execute(query)]


def _suggestion_of(row: Row[Any]) -> Suggestion:
    return Suggestion(
        id=row.id,
        talk_id=row.talk_id,
        talk=row.slug,
        title=row.title,
        start_ms=row.start_ms,
        end_ms=row.end_ms,
        before=row.before,
        text=row.text,
        name=row.name,
        remark=row.remark,
        made_at=row.made_at,
        state=row.state,
    )
