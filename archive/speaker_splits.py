"""One speaker who is two: some talks become another person's, which is kept and can be undone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select, update

from archive import old_slugs, schema
from archive.catalog import Catalog, add_row
from archive.clock import now
from archive.corrections.standing import person
from archive.errors import NotFound, UserError
from archive.names import name_key
from archive.people import free_slug, move_all, person_row, talks_of
from archive.rows import speaker_of
from archive.touch import touch_talks
from archive.types import Speaker


@dataclass(frozen=True, slots=True)
class Split:
    """A person of whom ``other`` was made, with how many talks. ``undone_by`` is "" if it stands.

    ``other_slug`` is "" where that person is gone.
    """

    id: int
    speaker_slug: str
    speaker_name: str
    other_slug: str
    other_name: str
    talks: int
    made_by: str
    made_at: str
    undone_by: str = ""


def split_speaker(
    catalog: Catalog, speaker: Speaker, talk_ids: Collection[int], name: str, *, by: str
) -> Speaker:
    """Make two people of one: some of the talks are those of another, who gets a ``name``.

    That person's turns in their recordings go along; ``undo_split`` takes it back. Raises
    UserError where the name is somebody's already, or no talk of the speaker would go or stay.
    """
    new, who = person(name), person(by)
    people, turns, parts = schema.speakers, schema.turns, schema.appearances
    with catalog.writing() as connection:
        person_row(connection, speaker.id)
        for row in connection.execute(select(people)):
            if name_key(new) in {name_key(known) for known in (row.name, *row.aliases)}:
                raise UserError(
                    f"{new!r} is a name of {row.name}.",
                    advice="Give a name that tells the two apart, say with a year or a place.",
                )
        own = set(talks_of(connection, [speaker.id]))
        going = own & set(talk_ids)
        if not going or going == own or len(going) != len(set(talk_ids)):
            raise UserError(
                f"{speaker.name} speaks in {len(own)} talks, and {len(going)} of those were named.",
                advice="Name some of the talks, not all.",
            )
        slug = free_slug(connection, new)
        added = add_row(connection, people, {"slug": slug, "name": new})
        recordings = select(schema.talks.c.recording_id).where(schema.talks.c.id.in_(going))
        connection.execute(
            update(parts)
            .where(parts.c.speaker_id == speaker.id, parts.c.talk_id.in_(going))
            .values(speaker_id=added)
        )
        connection.execute(
            update(turns)
            .where(turns.c.speaker_id == speaker.id, turns.c.recording_id.in_(recordings))
            .values(speaker_id=added)
        )
        _mark_edited(connection, going)
        values = {
            "speaker_id": speaker.id,
            "other_id": added,
            "other_name": new,
            "talks": sorted(going),
            "made_by": who,
            "made_at": now(),
        }
        connection.execute(insert(schema.speaker_splits).values(**values))
        touch_talks(connection, own)
        return speaker_of(person_row(connection, added))


def splits(catalog: Catalog) -> list[Split]:
    """All splits of a person into two, the newest first."""
    table, people = schema.speaker_splits, schema.speakers
    others = people.alias()
    query = (
        select(table, people.c.slug, people.c.name, others.c.slug.label("other_slug"))
        .join(people, people.c.id == table.c.speaker_id)
        .outerjoin(others, others.c.id == table.c.other_id)
        .order_by(table.c.id.desc())
    )
    with catalog.reading() as connection:
        return [
            Split(
                id=row.id,
                speaker_slug=row.slug,
                speaker_name=row.name,
                other_slug=row.other_slug or "",
                other_name=row.other_name,
                talks=len(row.talks),
                made_by=row.made_by,
                made_at=row.made_at,
                undone_by=row.undone_by,
            )
            for row in connection.execute(query)
        ]


def undo_split(catalog: Catalog, split_id: int, *, by: str) -> Speaker:
    """Make one person of both again, whose old address is led on; who it is.

    Raises NotFound for a split that there is not, and UserError for one that was undone, or where
    the other person is gone or speaks in more talks since.
    """
    who = person(by)
    table, people = schema.speaker_splits, schema.speakers
    with catalog.writing() as connection:
        split = connection.execute(select(table).where(table.c.id == split_id)).one_or_none()
        if split is None:
            raise NotFound(f"There is no split {split_id} of a speaker.")
        if split.undone_by:
            raise UserError(f"{split.undone_by} took that back already.")
        if split.other_id is None:
            raise UserError(f"{split.other_name} is no longer there, so nothing goes back.")
        kept, other = (
            person_row(connection, split.speaker_id),
            person_row(connection, split.other_id),
        )
        own = talks_of(connection, [other.id])
        if more := len(set(own) - set(split.talks)):
            raise UserError(
                f"{other.name} speaks in {more} more talk{'s' * (more > 1)} since.",
                advice="If they are one person all the same, join the two.",
            )
        move_all(connection, kept.id, other.id)
        old_slugs.hand_over(connection, "speaker", other.id, kept.id)
        forgotten = kept.voice_forgotten or other.voice_forgotten
        connection.execute(
            update(people).where(people.c.id == kept.id).values(voice_forgotten=forgotten)
        )
        connection.execute(
            update(table).where(table.c.id == split_id).values(undone_by=who, undone_at=now())
        )
        connection.execute(delete(people).where(people.c.id == other.id))
        touch_talks(connection, {*own, *talks_of(connection, [kept.id])})
        return speaker_of(person_row(connection, kept.id))


def _mark_edited(connection: Connection, talk_ids: Collection[int]) -> None:
    """A programme that names the first person does not take these talks back."""
    table = schema.talks
    for row in connection.execute(
        select(table.c.id, table.c.edited).where(table.c.id.in_(talk_ids))
    ):
        edited = sorted({*row.edited, "speakers"})
        connection.execute(update(table).where(table.c.id == row.id).values(edited=edited))
