"""What the archive holds, as lists of it are read: events, people, talks, and where each stands."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from archive import schema
from archive.old_slugs import present_slugs
from archive.owners import running
from archive.rows import appearance_of, event_of, recording_of, speaker_of, talk_of
from archive.states import derive_status
from archive.turn_rows import heard_speakers
from archive.types import Appearance, Event, Speaker, Status, Talk, Track


@dataclass(frozen=True, slots=True)
class Holdings:
    """All that lists show, as the catalog was at one revision; no transcripts.

    ``statuses`` are by the talks' keys. ``old_slugs`` gives for each kind ("talk", "event",
    "speaker") and slug of before the one that counts.
    """

    revision: int
    events: tuple[Event, ...]
    speakers: tuple[Speaker, ...]
    talks: tuple[Talk, ...]
    statuses: dict[int, Status]
    old_slugs: dict[tuple[str, str], str]


def read_holdings(connection: Connection, home: Path) -> Holdings:
    """The holdings as the connection sees them."""
    talks, statuses = read_talks(connection, home), read_statuses(connection)
    return Holdings(
        revision=read_revision(connection),
        events=tuple(read_events(connection)),
        speakers=tuple(read_speakers(connection)),
        # PostgreSQL may show a change between two queries: then the next request reads anew.
        talks=tuple(talk for talk in talks if talk.id in statuses),
        statuses=statuses,
        old_slugs=present_slugs(connection),
    )


def read_revision(connection: Connection) -> int:
    """The catalog's revision, which grows with every change that search or pages can show."""
    return int(connection.execute(select(schema.catalog_state.c.revision)).scalar_one())


def read_events(connection: Connection) -> list[Event]:
    """All events, the newest first."""
    order = (schema.events.c.starts_on.desc().nulls_last(), schema.events.c.id.desc())
    return [event_of(row) for row in connection.execute(select(schema.events).order_by(*order))]


def read_speakers(connection: Connection) -> list[Speaker]:
    """All people who speak here, as a programme or their voice says, by name."""
    has_talk = select(schema.appearances.c.speaker_id)
    is_heard = select(schema.turns.c.speaker_id).where(schema.turns.c.speaker_id.is_not(None))
    query = select(schema.speakers).where(schema.speakers.c.id.in_(has_talk.union(is_heard)))
    rows = connection.execute(query.order_by(schema.speakers.c.name))
    return [speaker_of(row) for row in rows]


def read_talks(
    connection: Connection, home: Path, talk_ids: Collection[int] | None = None
) -> list[Talk]:
    """All talks, or those with these keys: by event in the order of its programme, then single
    talks as added. ``home`` is where their recordings are."""
    talks, events = schema.talks, schema.events
    query = (
        select(talks, events.c.slug.label("event_slug"))
        .outerjoin(events)
        .order_by(
            events.c.starts_on.desc().nulls_last(),
            events.c.id.desc().nulls_last(),
            talks.c.number.nulls_last(),
            talks.c.id,
        )
    )
    appearances = (
        select(schema.appearances, schema.speakers)
        .join(schema.speakers)
        .order_by(schema.appearances.c.talk_id, schema.appearances.c.position)
    )
    recordings = select(schema.recordings)
    if talk_ids is not None:
        query = query.where(talks.c.id.in_(talk_ids))
        appearances = appearances.where(schema.appearances.c.talk_id.in_(talk_ids))
        used = select(talks.c.recording_id).where(talks.c.id.in_(talk_ids))
        recordings = recordings.where(schema.recordings.c.id.in_(used))
    people: dict[int, list[Appearance]] = {}
    for row in connection.execute(appearances):
        people.setdefault(row.talk_id, []).append(appearance_of(row))
    for row in heard_speakers(connection, talk_ids):
        parts = people.setdefault(row.talk_id, [])
        if all(part.speaker.id != row.id for part in parts):
            parts.append(Appearance(speaker_of(row), by_voice=True))
    media = {row.id: recording_of(row, home) for row in connection.execute(recordings)}
    return [
        talk_of(row, tuple(people.get(row.id, ())), media.get(row.recording_id))
        for row in connection.execute(query)
    ]


def read_statuses(
    connection: Connection, talk_ids: Collection[int] | None = None
) -> dict[int, Status]:
    """Where each talk (or each of ``talk_ids``) stands, by key."""
    talks, made = schema.talks.c, schema.transcripts.c
    columns: list[ColumnElement[Any]] = [
        talks.id,
        talks.slug,
        talks.source_url,
        talks.recording_id,
        talks.again,
        talks.translate,
        talks.tell_apart,
        talks.failed_stage,
        talks.failed_reason,
        talks.failed_advice,
        talks.failed_phrases,
        talks.revision,
        talks.indexed_revision,
        talks.searchable_to_ms,
    ]
    query = select(*columns)
    transcripts = select(made.talk_id, made.complete, made.words, made.current)
    transcripts = transcripts.where(made.track == Track.ORIGINAL)
    if talk_ids is not None:
        query = query.where(talks.id.in_(talk_ids))
        transcripts = transcripts.where(made.talk_id.in_(talk_ids))
    of_talk: dict[int, list[Any]] = {}
    for row in connection.execute(transcripts):
        of_talk.setdefault(row.talk_id, []).append(row)
    at_work = running(connection)
    return {
        row.id: derive_status(row, of_talk.get(row.id, ()), running=row.id in at_work)
        for row in connection.execute(query)
    }
