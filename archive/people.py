"""Two people of the catalog that are one."""

from __future__ import annotations

from sqlalchemy import Connection, delete, select, update

from archive import schema
from archive.catalog import Catalog, touch_talks
from archive.errors import UserError
from archive.names import name_key
from archive.types import Speaker


def merge_speakers(catalog: Catalog, kept: Speaker, gone: Speaker) -> None:
    """Make one person of two: ``kept`` gets the talks, turns, voice and names of ``gone``.

    Raises UserError where both are the same person already.
    """
    if kept.id == gone.id:
        raise UserError(f"{kept.name} and {gone.name} are one person already.")
    known = {name_key(name) for name in (kept.name, *kept.aliases)}
    more = [name for name in (gone.name, *gone.aliases) if name_key(name) not in known]
    people, turns = schema.speakers, schema.turns
    with catalog.writing() as connection:
        talk_ids = _talks_of(connection, [kept.id, gone.id])
        _move(connection, kept.id, gone.id)
        connection.execute(
            update(turns).where(turns.c.speaker_id == gone.id).values(speaker_id=kept.id)
        )
        forgotten = select(people.c.voice_forgotten).where(people.c.id.in_((kept.id, gone.id)))
        values = {
            "aliases": [*kept.aliases, *more],
            "voice_forgotten": any(connection.execute(forgotten).scalars()),
        }
        connection.execute(update(people).where(people.c.id == kept.id).values(**values))
        connection.execute(delete(people).where(people.c.id == gone.id))
        touch_talks(connection, talk_ids)


def _move(connection: Connection, kept: int, gone: int) -> None:
    """Give one person's parts in talks and voiceprints to another, who may have the same."""
    for table, column in (
        (schema.appearances, schema.appearances.c.talk_id),
        (schema.voiceprints, schema.voiceprints.c.media_key),
    ):
        held = select(column).where(table.c.speaker_id == kept)
        connection.execute(delete(table).where(table.c.speaker_id == gone, column.in_(held)))
        connection.execute(update(table).where(table.c.speaker_id == gone).values(speaker_id=kept))


def _talks_of(connection: Connection, speaker_ids: list[int]) -> list[int]:
    talks, turns, parts = schema.talks, schema.turns, schema.appearances
    named = select(parts.c.talk_id).where(parts.c.speaker_id.in_(speaker_ids))
    heard = (
        select(talks.c.id)
        .join(turns, turns.c.recording_id == talks.c.recording_id)
        .where(turns.c.speaker_id.in_(speaker_ids))
    )
    return list(connection.execute(named.union(heard)).scalars())
