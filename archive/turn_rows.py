"""Who spoke when, kept in the catalog apart from transcripts: what machines, files and people say.

What an editor says is laid over what is there, and stays when the voices are told apart anew.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, delete, insert, or_, select, update

from archive import schema
from archive.errors import UserError
from archive.touch import touch_talks_where
from archive.turns import overlaid, uncovered, whole_talk
from archive.types import Talk, Turn

if TYPE_CHECKING:
    from archive.catalog import Catalog

EDITOR = "editor"


def turns_of(connection: Connection, talk: Talk) -> tuple[Turn, ...]:
    """The stored turns of a talk's recording, those of its own part where it has one."""
    if talk.recording is None:
        return ()
    turns = stored(connection, talk.recording.id)
    if talk.range_ms is None:
        return tuple(turns)
    first_ms, last_ms = talk.range_ms
    return tuple(turn for turn in turns if turn.end_ms > first_ms and turn.start_ms < last_ms)


def heard_speakers(
    connection: Connection, talk_ids: Collection[int] | None = None
) -> Sequence[Row[Any]]:
    """Rows of speakers with the ``talk_id`` in whose part of a recording they have a turn.

    In the order in which they first speak.
    """
    talks, turns, speakers = schema.talks, schema.turns, schema.speakers
    inside = or_(
        talks.c.range_start_ms.is_(None),
        (turns.c.end_ms > talks.c.range_start_ms) & (turns.c.start_ms < talks.c.range_end_ms),
    )
    query = (
        select(talks.c.id.label("talk_id"), speakers)
        .join(turns, turns.c.recording_id == talks.c.recording_id)
        .join(speakers, speakers.c.id == turns.c.speaker_id)
        .where(inside)
        .order_by(talks.c.id, turns.c.start_ms)
    )
    if talk_ids is not None:
        query = query.where(talks.c.id.in_(talk_ids))
    return connection.execute(query).all()


def is_told_apart(catalog: Catalog, recording_id: int) -> bool:
    """Whether anybody's turns of a recording are known."""
    query = select(schema.turns.c.id).where(schema.turns.c.recording_id == recording_id)
    with catalog.reading() as connection:
        return connection.execute(query).first() is not None


def mark_session(catalog: Catalog, talk_id: int) -> None:
    """Record that several people speak in a talk, whomever its programme names."""
    _mark(catalog, talk_id, {"session": True})


def ask_to_tell_apart(catalog: Catalog, talk_id: int) -> None:
    """Have the voices of a talk's recording told apart, for the first time or anew."""
    _mark(catalog, talk_id, {"tell_apart": True})


def is_to_be_told_apart(catalog: Catalog, talk_id: int) -> bool:
    """Whether somebody asked for it, and it is not done."""
    query = select(schema.talks.c.tell_apart).where(schema.talks.c.id == talk_id)
    with catalog.reading() as connection:
        return bool(connection.execute(query).scalar())


def save_turns(catalog: Catalog, talk: Talk, turns: Iterable[Turn]) -> None:
    """Store who spoke when in a talk's recording; what an editor said of it stays in force."""
    recording_id = recording_of(talk)
    talks = schema.talks
    of_recording = talks.c.recording_id == recording_id
    with catalog.writing() as connection:
        held = stored(connection, recording_id)
        said = [turn for turn in held if turn.source == EDITOR]
        store(connection, recording_id, overlaid(list(turns), said))
        asked = select(talks.c.id).where(of_recording, talks.c.tell_apart)
        waited = connection.execute(asked).first() is not None
        if not waited and stored(connection, recording_id) == held:
            return
        connection.execute(update(talks).where(of_recording).values(tell_apart=False))
        touch_talks_where(connection, of_recording)


def lay_voice(connection: Connection, talk: Talk, voice: str, speaker: str) -> int:
    """Say who a voice is, in all its turns; how many there are.

    ``voice`` is a slug or ``unknown-1``, ``speaker`` the slug of a person of the catalog.
    """
    recording_id = recording_of(talk)
    turns = stored(connection, recording_id)
    own = [turn for turn in turns if turn.voice == voice]
    said = [Turn(t.start_ms, t.end_ms, speaker, speaker, 1.0, EDITOR) for t in own]
    store(connection, recording_id, overlaid(turns, said))
    return len(own)


def lay_span(
    connection: Connection,
    talk: Talk,
    start_ms: int,
    end_ms: int,
    speaker: str | None,
    voice: str | None = None,
) -> None:
    """Say who speaks from ``start_ms`` to ``end_ms``.

    Without ``speaker`` it is somebody who is not known: ``voice``, or a voice that is new here.
    Raises UserError for a span that is empty or outside of the recording.
    """
    recording_id = recording_of(talk)
    duration_ms = talk.recording.duration_ms if talk.recording else 0
    if not 0 <= start_ms < end_ms <= duration_ms + 1_000:
        raise UserError(
            f"{talk.slug} has no time from {start_ms / 1000:.1f} to {end_ms / 1000:.1f} s.",
            advice=f"It lasts {duration_ms / 1000:.1f} s.",
        )
    # Where nobody told voices apart, the one speaker of the talk has the rest of it.
    turns = stored(connection, recording_id) or list(whole_talk(talk))
    said = [Turn(start_ms, end_ms, speaker or voice or _unused_voice(turns), speaker, 1.0, EDITOR)]
    below = [
        replace(turn, start_ms=first_ms, end_ms=last_ms)
        for turn in turns
        for first_ms, last_ms in uncovered(turn, said)
    ]
    store(connection, recording_id, [*below, *said])


def _mark(catalog: Catalog, talk_id: int, values: dict[str, Any]) -> None:
    talks = schema.talks
    with catalog.writing() as connection:
        connection.execute(update(talks).where(talks.c.id == talk_id).values(**values))
        touch_talks_where(connection, talks.c.id == talk_id)


def recording_of(talk: Talk) -> int:
    """The key of a talk's recording; raises UserError where it has none."""
    if talk.recording is None:
        raise UserError(
            f"{talk.slug} has no recording, so nobody's turns are known.",
            advice=f"Bring it: podium ingest CLIP --talk {talk.slug}",
        )
    return talk.recording.id


def _unused_voice(turns: Sequence[Turn]) -> str:
    taken = {turn.voice for turn in turns}
    number = 1
    while f"unknown-{number}" in taken:
        number += 1
    return f"unknown-{number}"


def stored(connection: Connection, recording_id: int) -> list[Turn]:
    """The turns of a recording, in the order of time."""
    table, people = schema.turns, schema.speakers
    query = (
        select(table, people.c.slug, people.c.name)
        .outerjoin(people, people.c.id == table.c.speaker_id)
        .where(table.c.recording_id == recording_id)
        .order_by(table.c.start_ms, table.c.id)
    )
    return [
        Turn(
            start_ms=row.start_ms,
            end_ms=row.end_ms,
            voice=row.slug or row.voice,
            speaker=row.slug,
            score=row.score,
            source=row.source,
            name=row.name or "",
        )
        for row in connection.execute(query)
    ]


def store(connection: Connection, recording_id: int, turns: Sequence[Turn]) -> None:
    """Put turns in the place of all that are stored of a recording."""
    table, people = schema.turns, schema.speakers
    keys = {row.slug: row.id for row in connection.execute(select(people.c.slug, people.c.id))}
    connection.execute(delete(table).where(table.c.recording_id == recording_id))
    rows = [
        {
            "recording_id": recording_id,
            "start_ms": turn.start_ms,
            "end_ms": turn.end_ms,
            "voice": turn.voice,
            "speaker_id": keys[turn.speaker] if turn.speaker else None,
            "score": turn.score,
            "source": turn.source,
        }
        for turn in sorted(turns, key=lambda turn: turn.start_ms)
    ]
    if rows:
        connection.execute(insert(table), rows)
