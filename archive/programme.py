"""What a programme says, written into the catalog: events, talks and their speakers.

A row of a programme is found again by slug, else by (event, number), else by its source, else by
(event, speaker, title). What a person edited is never overwritten; each time the programme
says otherwise, that is reported as a sentence.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, Table, delete, insert, select, update

from archive import schema
from archive.catalog import Catalog, add_row
from archive.clock import now
from archive.errors import BadManifest
from archive.names import name_key, slugify, unused_slug
from archive.old_slugs import is_taken, key_of
from archive.touch import touch, touch_talks
from archive.types import Chapter


@dataclass(frozen=True, slots=True)
class SpeakerEntry:
    """A speaker as a programme names them; ``country`` is ISO 3166 alpha-2 or ""."""

    name: str
    aliases: tuple[str, ...] = ()
    role: str = ""
    affiliation: str = ""
    affiliation_aliases: tuple[str, ...] = ()
    country: str = ""


@dataclass(frozen=True, slots=True)
class EventEntry:
    """An event as a programme describes it; ``people`` are pairs of name and part."""

    title: str
    slug: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    place: str = ""
    url: str = ""
    organizers: tuple[str, ...] = ()
    people: tuple[tuple[str, str], ...] = ()
    summary: str = ""


@dataclass(frozen=True, slots=True)
class TalkEntry:
    """A talk as a programme lists it.

    ``source_url`` is what will be fetched (a URL or an absolute path), ``source_key`` its identity.
    """

    title: str
    slug: str = ""
    number: int | None = None
    description: str = ""
    language: str = ""
    given_on: date | None = None
    source_url: str = ""
    source_key: str = ""
    link: bool = False
    speakers: tuple[SpeakerEntry, ...] = ()
    chapters: tuple[Chapter, ...] = ()


@dataclass(slots=True)
class Saved:
    """What saving came to: keys of the talks in the order given, and what a person should know."""

    talk_ids: list[int] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def save_programme(
    catalog: Catalog,
    event: EventEntry | None,
    talks: Collection[TalkEntry],
    *,
    event_slug: str = "",
) -> Saved:
    """Add or update an event with its talks, in one transaction.

    Without ``event``, the talks go to the event with ``event_slug``, or to none. Raises
    BadManifest when two entries are the same talk, or the event does not exist.
    """
    saved = Saved()
    with catalog.writing() as connection:
        event_id = _event_id(connection, event, event_slug, saved)
        for entry in talks:
            talk_id = _save_talk(connection, entry, event_id, saved)
            if talk_id in saved.talk_ids:
                raise BadManifest(
                    f"Two entries are the same talk: {entry.title!r} stands for a talk that an "
                    "entry before it names too.",
                    advice="Give each entry its own slug, number and source.",
                )
            saved.talk_ids.append(talk_id)
    return saved


def save_speaker(connection: Connection, entry: SpeakerEntry, saved: Saved) -> int:
    """The key of the speaker, who is found by name or alias or else added."""
    wanted = {name_key(name) for name in (entry.name, *entry.aliases)}
    table = schema.speakers
    for row in connection.execute(select(table).order_by(table.c.id)):
        if wanted & {name_key(name) for name in (row.name, *row.aliases)}:
            known = {name_key(name) for name in (row.name, *row.aliases)}
            more = [n for n in (entry.name, *entry.aliases) if name_key(n) not in known]
            if _update(connection, table, row, {"aliases": [*row.aliases, *more]}, row.name, saved):
                touch_talks(connection, talks_of_speaker(connection, row.id))
            return int(row.id)
    slug = unused_slug(entry.name, "speaker", lambda s: is_taken(connection, "speaker", s))
    values = {"slug": slug, "name": entry.name, "aliases": list(entry.aliases)}
    return add_row(connection, table, values)


def replace_appearances(
    connection: Connection, talk_id: int, entries: Collection[SpeakerEntry], saved: Saved
) -> bool:
    """Make ``entries`` the speakers of the talk; True when that changed anything."""
    table = schema.appearances
    rows: list[dict[str, Any]] = []
    for position, entry in enumerate(entries):
        rows.append(
            {
                "talk_id": talk_id,
                "position": position,
                "speaker_id": save_speaker(connection, entry, saved),
                "role": entry.role,
                "affiliation": entry.affiliation,
                "affiliation_aliases": list(entry.affiliation_aliases),
                "country": entry.country,
            }
        )
    query = select(table).where(table.c.talk_id == talk_id).order_by(table.c.position)
    if [dict(row._mapping) for row in connection.execute(query)] == rows:
        return False
    connection.execute(delete(table).where(table.c.talk_id == talk_id))
    if rows:
        connection.execute(insert(table), rows)
    return True


def talks_of_speaker(connection: Connection, speaker_id: int) -> Sequence[int]:
    """Keys of the talks that a person speaks in."""
    table = schema.appearances
    query = select(table.c.talk_id).where(table.c.speaker_id == speaker_id)
    return connection.execute(query).scalars().all()


def talks_of_event(connection: Connection, event_id: int) -> Sequence[int]:
    """Keys of the talks of an event."""
    query = select(schema.talks.c.id).where(schema.talks.c.event_id == event_id)
    return connection.execute(query).scalars().all()


def _event_id(
    connection: Connection, event: EventEntry | None, slug: str, saved: Saved
) -> int | None:
    if event is not None:
        return _save_event(connection, event, saved)
    if not slug:
        return None
    address = slugify(slug, "event")
    for name in (slug, address):
        found = key_of(connection, "event", name)
        if found is not None:
            return found
    saved.remarks.append(
        f"There was no event {slug}, so it was made; name it: podium edit {address} title=…"
    )
    return add_row(connection, schema.events, {"slug": address, "title": slug})


def _save_event(connection: Connection, entry: EventEntry, saved: Saved) -> int:
    table = schema.events
    values = {
        "title": entry.title,
        "starts_on": entry.starts_on,
        "ends_on": entry.ends_on,
        "place": entry.place,
        "url": entry.url,
        "organizers": list(entry.organizers),
        "people": [list(person) for person in entry.people],
        "summary": entry.summary,
    }
    same = table.c.title == entry.title
    if entry.slug:
        same = table.c.id == key_of(connection, "event", entry.slug)
    row = connection.execute(select(table).where(same)).first()
    if row is None:
        slug = entry.slug or unused_slug(
            entry.title, "event", lambda s: is_taken(connection, "event", s)
        )
        return add_row(connection, table, {"slug": slug, **values})
    if _update(connection, table, row, values, row.title, saved):
        touch_talks(connection, talks_of_event(connection, row.id))
    return int(row.id)


def _save_talk(connection: Connection, entry: TalkEntry, event_id: int | None, saved: Saved) -> int:
    table = schema.talks
    values: dict[str, Any] = {
        "event_id": event_id,
        "number": entry.number,
        "title": entry.title,
        "description": entry.description,
        "language": entry.language,
        "given_on": entry.given_on,
    }
    if entry.chapters:
        values["chapters"] = [[chapter.start_ms, chapter.title] for chapter in entry.chapters]
    row = _find_talk(connection, entry, event_id)
    if row is None:
        slug = entry.slug or unused_slug(
            entry.title, "talk", lambda s: is_taken(connection, "talk", s)
        )
        added = {"slug": slug, "added_at": now()}
        talk_id = add_row(connection, table, {**added, **values, **_source(entry)})
        replace_appearances(connection, talk_id, entry.speakers, saved)
        return talk_id
    talk_id = int(row.id)
    if entry.source_url and entry.source_url != row.source_url and row.recording_id is None:
        values |= _source(entry)
    elif entry.source_url and entry.source_key != row.source_key:
        saved.remarks.append(
            f"{row.slug}: its recording stays the one from {row.source_url}; to have the "
            f"programme's, run `podium ingest {entry.source_url} --talk {row.slug}`."
        )
    changed = _update(connection, table, row, values, row.slug, saved)
    if "speakers" not in row.edited:
        changed |= replace_appearances(connection, talk_id, entry.speakers, saved)
    elif _speakers_differ(connection, talk_id, entry):
        saved.remarks.append(f"{row.slug}: the speakers stay as a person edited them.")
    if changed:
        touch_talks(connection, [talk_id])
    return talk_id


def _source(entry: TalkEntry) -> dict[str, Any]:
    return {
        "source_url": entry.source_url,
        "source_key": entry.source_key,
        "link": entry.link,
    }


def _find_talk(connection: Connection, entry: TalkEntry, event_id: int | None) -> Row[Any] | None:
    talks = schema.talks
    in_event = talks.c.event_id == event_id
    tries = []
    if entry.slug:
        tries.append(talks.c.id == key_of(connection, "talk", entry.slug))
    if entry.number is not None and event_id is not None:
        tries.append(in_event & (talks.c.number == entry.number))
    if entry.source_key:
        tries.append(talks.c.source_key == entry.source_key)
    for condition in tries:
        row = connection.execute(select(talks).where(condition)).first()
        if row is not None:
            return row
    if not entry.speakers or event_id is None:
        return None
    names = {name_key(speaker.name) for speaker in entry.speakers}
    same_title = select(talks).where(in_event, talks.c.title == entry.title)
    for row in connection.execute(same_title):
        if names & set(_names_at(connection, row.id)):
            return row
    return None


def _names_at(connection: Connection, talk_id: int) -> list[str]:
    query = (
        select(schema.speakers.c.name)
        .join(schema.appearances)
        .where(schema.appearances.c.talk_id == talk_id)
        .order_by(schema.appearances.c.position)
    )
    return [name_key(name) for name in connection.execute(query).scalars()]


def _speakers_differ(connection: Connection, talk_id: int, entry: TalkEntry) -> bool:
    return _names_at(connection, talk_id) != [name_key(s.name) for s in entry.speakers]


def _update(
    connection: Connection,
    table: Table,
    row: Row[Any],
    values: Mapping[str, Any],
    what: str,
    saved: Saved,
) -> bool:
    """Set what differs and was not edited by a person; True when anything was set."""
    new: dict[str, Any] = {}
    for name, value in values.items():
        held = row._mapping[name]
        if value == held:
            continue
        if name in row.edited:
            saved.remarks.append(
                f"{what}: {name} stays {held!r}, as a person edited it; "
                f"the programme says {value!r}."
            )
        else:
            new[name] = value
    if new:
        connection.execute(update(table).where(table.c.id == row.id).values(**new))
        touch(connection)
    return bool(new)
