"""Which of a talk's transcripts is current: the newest, unless a person had a hand in one.

A person's hand is to choose, check or correct it. Each change of which is current is a revision.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, select, update

from archive import pieces, schema
from archive.corrections.history import BY_A_PERSON, RevisionKind, add_revision, begin, maker
from archive.errors import NotFound, UserError
from archive.types import Segment, Track, Transcript


def next_number(connection: Connection, talk_id: int) -> int:
    """The number of a talk's next transcript."""
    table = schema.transcripts
    query = select(func.max(table.c.number)).where(table.c.talk_id == talk_id)
    return (connection.execute(query).scalar() or 0) + 1


def take_over(connection: Connection, talk_id: int, transcript_id: int) -> bool:
    """Make a new transcript the current one of its track; whether it is now.

    What a person chose, checked or corrected stays current.
    """
    table = schema.transcripts
    track = connection.execute(
        select(table.c.track).where(table.c.id == transcript_id)
    ).scalar_one()
    held = select(table.c.id).where(
        table.c.talk_id == talk_id,
        table.c.track == track,
        table.c.current,
        table.c.chosen | (table.c.checked_by != "") | corrected(table.c.id),
    )
    if connection.execute(held).first() is not None:
        return False
    _make_current(connection, talk_id, track, transcript_id, RevisionKind.RERUN)
    return True


def corrected(transcript_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether a person changed or confirmed words of a transcript."""
    table = schema.revisions
    return transcript_id.in_(select(table.c.transcript_id).where(table.c.kind.in_(BY_A_PERSON)))


def choose(connection: Connection, talk_id: int, number: int, by: str = "") -> None:
    """Make a transcript current because a person wants it: no later one takes its place.

    Raises NotFound for a number that the talk does not have, and UserError for a transcript
    that is not finished.
    """
    table = schema.transcripts
    rows = connection.execute(select(table).where(table.c.talk_id == talk_id)).all()
    row = next((row for row in rows if row.number == number), None)
    if row is None:
        known = ", ".join(str(row.number) for row in sorted(rows, key=lambda row: row.number))
        raise NotFound(
            f"This talk has no transcript {number}.",
            advice=f"It has {known}." if known else "It has none yet.",
        )
    if not row.complete:
        raise UserError(
            f"Transcript {number} is not finished.", advice="Finish it with `podium retry`."
        )
    _make_current(connection, talk_id, row.track, row.id, RevisionKind.CHOSEN, by)
    this = table.c.id == row.id
    connection.execute(update(table).where(this).values(chosen=True))


def let_newest(connection: Connection, talk_id: int, by: str = "") -> None:
    """Take back a person's choice: the newest complete transcript of each track is current."""
    table = schema.transcripts
    for track in Track:
        query = select(func.max(table.c.id)).where(
            table.c.talk_id == talk_id, table.c.track == track, table.c.complete
        )
        newest = connection.execute(query).scalar()
        if newest is not None:
            _make_current(connection, talk_id, track, newest, RevisionKind.CHOSEN, by)


def transcript_of(row: Row[Any], connection: Connection, *, words: bool = True) -> Transcript:
    """A row of the table of transcripts as its type, without its segments unless ``words``.

    Pieces that were finished before an earlier one are left out until that is there.
    """
    done = list(_without_gap(row.id, connection, words=words))
    return Transcript(
        id=row.id,
        track=Track(row.track),
        language=row.language,
        origin=row.origin,
        number=row.number,
        engine=row.engine,
        model=row.model,
        made_at=row.made_at,
        checked_by=row.checked_by,
        language_probability=row.language_probability,
        complete=row.complete,
        current=row.current,
        chosen=row.chosen,
        done_to_ms=done[-1][0] if done else 0,
        segments=tuple(segment for _, segments in done for segment in segments),
        settings=row.settings,
    )


def _without_gap(
    transcript_id: int, connection: Connection, *, words: bool
) -> Iterator[tuple[int, tuple[Segment, ...]]]:
    table = schema.pieces
    columns = [table.c.number, table.c.end_ms, *([table.c.document] if words else [])]
    query = select(*columns).where(table.c.transcript_id == transcript_id)
    for number, row in enumerate(connection.execute(query.order_by(table.c.number))):
        if row.number != number:
            return
        yield row.end_ms, pieces.unpack(row.document) if words else ()


def _make_current(
    connection: Connection,
    talk_id: int,
    track: str,
    transcript_id: int,
    kind: RevisionKind,
    by: str = "",
) -> None:
    """Make a transcript current, and nobody's choice; a revision where another one was."""
    table = schema.transcripts
    of_track = (table.c.talk_id == talk_id) & (table.c.track == track)
    before = connection.execute(select(table).where(of_track, table.c.current)).one_or_none()
    replaced = before is not None and before.complete and before.id != transcript_id
    if replaced:
        begin(connection, talk_id, Track(track))
    connection.execute(
        update(table).where(of_track).values(current=table.c.id == transcript_id, chosen=False)
    )
    if replaced:
        row = connection.execute(select(table).where(table.c.id == transcript_id)).one()
        who = by or ("" if kind is RevisionKind.CHOSEN else maker(row))
        add_revision(connection, talk_id, Track(track), transcript_id, kind, who)
