"""People of the catalog: two that are one, and parted again (one that is two: speaker_splits).

A join is kept with what it takes to part the two again: the talks, turns and names of who is gone.
The address of who is gone stands in the table of joins, so that old links can be led on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from archive import old_slugs, schema
from archive.catalog import Catalog, add_row
from archive.clock import now
from archive.corrections.standing import person
from archive.errors import NotFound, UserError
from archive.names import name_key, unused_slug
from archive.rows import speaker_of
from archive.touch import touch_talks
from archive.types import Speaker

# A turn is given back to who had most of its time before the join.
_MOST = 0.5


@dataclass(frozen=True, slots=True)
class Join:
    """Two people that were made one: ``gone`` is now ``kept``. ``undone_by`` is "" if it stands."""

    id: int
    kept_slug: str
    kept_name: str
    gone_slug: str
    gone_name: str
    made_by: str
    made_at: str
    undone_by: str = ""


def merge_speakers(catalog: Catalog, kept: Speaker, gone: Speaker, *, by: str) -> int:
    """Make one person of two: ``kept`` gets the talks, turns, voice and names of ``gone``.

    The key of the join, for ``part_speakers``. Raises UserError where both are the same person
    already, and NotFound for one that is no longer there.
    """
    if kept.id == gone.id:
        raise UserError(f"{kept.name} and {gone.name} are one person already.")
    who = person(by)
    people, joins = schema.speakers, schema.speaker_joins
    with catalog.writing() as connection:
        one, other = person_row(connection, kept.id), person_row(connection, gone.id)
        known = {name_key(name) for name in (one.name, *one.aliases)}
        more = [name for name in (other.name, *other.aliases) if name_key(name) not in known]
        talk_ids = talks_of(connection, [one.id, other.id])
        values = {
            "kept_id": one.id,
            "gone_slug": other.slug,
            "gone_name": other.name,
            "made_by": who,
            "made_at": now(),
            "document": _document(connection, other, more),
        }
        join_id = add_row(connection, joins, values)
        connection.execute(update(joins).where(joins.c.kept_id == other.id).values(kept_id=one.id))
        move_all(connection, one.id, other.id)
        names = {
            "aliases": [*one.aliases, *more],
            "voice_forgotten": one.voice_forgotten or other.voice_forgotten,
        }
        connection.execute(update(people).where(people.c.id == one.id).values(**names))
        old_slugs.hand_over(connection, "speaker", other.id, one.id)
        connection.execute(delete(people).where(people.c.id == other.id))
        touch_talks(connection, talk_ids)
    return join_id


def joins(catalog: Catalog) -> list[Join]:
    """All joins of two people, the newest first."""
    table, people = schema.speaker_joins, schema.speakers
    query = select(table, people.c.slug, people.c.name).join(people, people.c.id == table.c.kept_id)
    with catalog.reading() as connection:
        return [
            Join(
                id=row.id,
                kept_slug=row.slug,
                kept_name=row.name,
                gone_slug=row.gone_slug,
                gone_name=row.gone_name,
                made_by=row.made_by,
                made_at=row.made_at,
                undone_by=row.undone_by,
            )
            for row in connection.execute(query.order_by(table.c.id.desc()))
        ]


def part_speakers(catalog: Catalog, join_id: int, *, by: str) -> Speaker:
    """Undo a join: who was gone gets talks, turns and names back, as far as they stand.

    Voiceprints stay forgotten where one of the two had them forgotten. Raises NotFound for a join
    that there is not, and UserError for one that was undone.
    """
    who = person(by)
    table, people = schema.speaker_joins, schema.speakers
    with catalog.writing() as connection:
        join = connection.execute(select(table).where(table.c.id == join_id)).one_or_none()
        if join is None:
            raise NotFound(f"There is no join {join_id} of two speakers.")
        if join.undone_by:
            raise UserError(f"{join.undone_by} took that back already.")
        kept, held = person_row(connection, join.kept_id), join.document
        aliases = [name for name in kept.aliases if name not in held["names"]]
        own_slugs = {*held["old_slugs"], join.gone_slug}
        old_slugs.forget(connection, "speaker", own_slugs, kept.id)
        values = {
            "slug": free_slug(connection, join.gone_slug),
            "name": join.gone_name,
            "aliases": held["aliases"],
            "url": held["url"],
            "voice_forgotten": held["voice_forgotten"] or kept.voice_forgotten,
            "edited": held["edited"],
        }
        gone_id = add_row(connection, people, values)
        connection.execute(update(people).where(people.c.id == kept.id).values(aliases=aliases))
        for slug in held["old_slugs"]:
            old_slugs.remember(connection, "speaker", slug, gone_id)
        _give_back(connection, kept.id, gone_id, held)
        connection.execute(
            update(table).where(table.c.id == join_id).values(undone_by=who, undone_at=now())
        )
        touch_talks(connection, talks_of(connection, [kept.id, gone_id]))
        return speaker_of(person_row(connection, gone_id))


def _document(connection: Connection, gone: Row[Any], names: list[str]) -> dict[str, Any]:
    """What it takes to bring somebody back; ``names`` are those that the other person gets."""
    parts, turns, prints = schema.appearances, schema.turns, schema.voiceprints
    own_parts = connection.execute(select(parts).where(parts.c.speaker_id == gone.id))
    own_turns = connection.execute(
        select(turns.c.recording_id, turns.c.start_ms, turns.c.end_ms).where(
            turns.c.speaker_id == gone.id
        )
    )
    own_prints = select(prints.c.id).where(prints.c.speaker_id == gone.id)
    return {
        "old_slugs": old_slugs.led_to(connection, "speaker", gone.id),
        "aliases": list(gone.aliases),
        "url": gone.url,
        "voice_forgotten": gone.voice_forgotten,
        "edited": list(gone.edited),
        "names": names,
        "appearances": [dict(row._mapping) for row in own_parts],
        "turns": [list(row) for row in own_turns],
        "voiceprints": list(connection.execute(own_prints).scalars()),
    }


def _give_back(connection: Connection, kept: int, gone: int, held: dict[str, Any]) -> None:
    prints = schema.voiceprints
    for part in held["appearances"]:
        _give_part(connection, kept, gone, part)
    spans: dict[int, list[tuple[int, int]]] = {}
    for recording_id, start_ms, end_ms in held["turns"]:
        spans.setdefault(recording_id, []).append((start_ms, end_ms))
    for recording_id, own in spans.items():
        _give_turns(connection, kept, gone, recording_id, own)
    theirs = prints.c.id.in_(held["voiceprints"]) & (prints.c.speaker_id == kept)
    connection.execute(update(prints).where(theirs).values(speaker_id=gone))


def _give_part(connection: Connection, kept: int, gone: int, part: dict[str, Any]) -> None:
    """Give a part in a talk back: the other person has it, or had one of their own there."""
    table = schema.appearances
    of_talk = table.c.talk_id == part["talk_id"]
    there = (table.c.speaker_id == kept) & (table.c.position == part["position"])
    if connection.execute(update(table).where(of_talk, there).values(speaker_id=gone)).rowcount:
        return
    both = connection.execute(select(table).where(of_talk, table.c.speaker_id == kept)).first()
    if both is not None:
        last = connection.execute(select(func.max(table.c.position)).where(of_talk)).scalar_one()
        values = {**part, "speaker_id": gone, "position": last + 1}
        connection.execute(insert(table).values(**values))


def _give_turns(
    connection: Connection, kept: int, gone: int, recording_id: int, spans: list[tuple[int, int]]
) -> None:
    table = schema.turns
    own = select(table).where(table.c.recording_id == recording_id, table.c.speaker_id == kept)
    for row in connection.execute(own).all():
        shared = sum(
            max(0, min(row.end_ms, end) - max(row.start_ms, start)) for start, end in spans
        )
        if shared > _MOST * (row.end_ms - row.start_ms):
            this = table.c.id == row.id
            connection.execute(update(table).where(this).values(speaker_id=gone))


def free_slug(connection: Connection, name: str) -> str:
    """A slug that nobody has or had, made of a name."""
    return unused_slug(
        name, "speaker", lambda slug: old_slugs.is_taken(connection, "speaker", slug)
    )


def person_row(connection: Connection, speaker_id: int) -> Row[Any]:
    """The row of a speaker; raises NotFound where it is gone."""
    people = schema.speakers
    row = connection.execute(select(people).where(people.c.id == speaker_id)).one_or_none()
    if row is None:
        raise NotFound("That speaker is no longer there.", advice="Load the page again.")
    return row


def move_all(connection: Connection, kept: int, gone: int) -> None:
    """Give one person's parts in talks, voiceprints and turns to another, who may have the same."""
    for table, column in (
        (schema.appearances, schema.appearances.c.talk_id),
        (schema.voiceprints, schema.voiceprints.c.media_key),
    ):
        held = select(column).where(table.c.speaker_id == kept)
        connection.execute(delete(table).where(table.c.speaker_id == gone, column.in_(held)))
        connection.execute(update(table).where(table.c.speaker_id == gone).values(speaker_id=kept))
    turns = schema.turns
    connection.execute(update(turns).where(turns.c.speaker_id == gone).values(speaker_id=kept))


def talks_of(connection: Connection, speaker_ids: list[int]) -> list[int]:
    """The keys of the talks that name one of these speakers, or in which one is heard."""
    talks, turns, parts = schema.talks, schema.turns, schema.appearances
    named = select(parts.c.talk_id).where(parts.c.speaker_id.in_(speaker_ids))
    heard = (
        select(talks.c.id)
        .join(turns, turns.c.recording_id == talks.c.recording_id)
        .where(turns.c.speaker_id.in_(speaker_ids))
    )
    return list(connection.execute(named.union(heard)).scalars())
