"""What a person changes by hand: fields of talks, events and speakers.

An edited field is remembered as such, so that no programme overwrites it (archive.programme).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, Table, select, update

from archive import old_slugs, schema, versions
from archive.catalog import Catalog
from archive.errors import NotFound, UserError
from archive.fields import parse_country, parse_date, parse_language, parse_list, parse_number
from archive.fields import parse_speaker as parse_speaker_entry
from archive.programme import (
    Saved,
    SpeakerEntry,
    replace_appearances,
    talks_of_event,
    talks_of_speaker,
)
from archive.touch import touch_talks
from archive.turn_rows import heard_speakers

Changes = Mapping[str, Sequence[str]]
_Parser = Callable[[str], Any]

# What may be edited: the name a person types → the column and how its value is read.
TALK_FIELDS: dict[str, tuple[str, _Parser]] = {
    "title": ("title", str.strip),
    "date": ("given_on", parse_date),
    "language": ("language", parse_language),
    "description": ("description", str.strip),
    "number": ("number", parse_number),
    "slug": ("slug", str.strip),
}
EVENT_FIELDS: dict[str, tuple[str, _Parser]] = {
    "title": ("title", str.strip),
    "date": ("starts_on", parse_date),
    "starts_on": ("starts_on", parse_date),
    "ends_on": ("ends_on", parse_date),
    "place": ("place", str.strip),
    "url": ("url", str.strip),
    "summary": ("summary", str.strip),
    "organizers": ("organizers", lambda text: list(parse_list(text))),
    "slug": ("slug", str.strip),
}
SPEAKER_FIELDS: dict[str, tuple[str, _Parser]] = {
    "name": ("name", str.strip),
    "aliases": ("aliases", lambda text: list(parse_list(text))),
    "url": ("url", str.strip),
    "slug": ("slug", str.strip),
}
# Fields of a speaker's part in a talk.
APPEARANCE_FIELDS: dict[str, _Parser] = {
    "role": str.strip,
    "affiliation": str.strip,
    "affiliation_aliases": parse_list,
    "country": parse_country,
}
_NEVER_EMPTY = ("title", "name")
_ALL_OF_A_TALK = (*TALK_FIELDS, "event", "transcript", "speaker", *APPEARANCE_FIELDS, "aliases")


def find_kind(catalog: Catalog, name: str) -> tuple[str, int]:
    """What a slug names: ("talk", "event" or "speaker") and its key.

    ``talk:``, ``event:`` or ``speaker:`` before it tells apart what has the same slug. Raises
    NotFound, or UserError where it names several things.
    """
    kinds = old_slugs.TABLES
    prefix, colon, rest = name.partition(":")
    slug = rest if colon and prefix in kinds else name
    wanted = [prefix] if colon and prefix in kinds else list(kinds)
    with catalog.reading() as connection:
        found = old_slugs.named(connection, wanted, slug)
    if not found:
        raise NotFound(
            f"There is no talk, event or speaker {name!r}.", advice="`podium talks` lists them."
        )
    if len(found) > 1:
        choices = " or ".join(f"{kind}:{slug}" for kind, _ in found)
        raise UserError(f"{name!r} names several things.", advice=f"Say {choices}.")
    return found[0]


def edit_talk(catalog: Catalog, talk_id: int, changes: Changes, *, by: str = "") -> None:
    """Change a talk. ``changes`` maps a field to its values; ``speaker`` may have several.

    ``role``, ``affiliation``, ``affiliation_aliases``, ``country`` and ``aliases`` go to the talk's
    one speaker; ``transcript`` is the number of the one to show, "" for the newest, which ``by``
    chose. Raises
    UserError for a field or value that does not fit; then nothing changed.
    """
    own = {name: values for name, values in changes.items() if name in TALK_FIELDS}
    people = {name: values for name, values in changes.items() if name not in TALK_FIELDS}
    with catalog.writing() as connection:
        row = _row(connection, schema.talks, talk_id)
        values = _parsed(own, TALK_FIELDS)
        _change_slug(connection, "talk", row, values)
        if "event" in people:
            values["event_id"] = _event_id(connection, _single("event", people.pop("event")))
        if "transcript" in people:
            _choose(connection, talk_id, _single("transcript", people.pop("transcript")), by)
        edited = set(values)
        if people:
            _edit_people(connection, talk_id, people)
            if set(people) - {"aliases"}:
                edited.add("speakers")
        _store(connection, schema.talks, row, values, edited)
        touch_talks(connection, [talk_id])


def edit_event(catalog: Catalog, event_id: int, changes: Changes) -> None:
    """Change an event; raises UserError for a field or value that does not fit."""
    with catalog.writing() as connection:
        row = _row(connection, schema.events, event_id)
        rest = {name: values for name, values in changes.items() if name != "person"}
        values = _parsed(rest, EVENT_FIELDS)
        _change_slug(connection, "event", row, values)
        if "person" in changes:
            values["people"] = [_person(text) for text in changes["person"]]
        _store(connection, schema.events, row, values, set(values))
        touch_talks(connection, talks_of_event(connection, event_id))


def edit_speaker(catalog: Catalog, speaker_id: int, changes: Changes) -> None:
    """Change a person; the fields of a part in a talk are taken where there is one talk only."""
    own = {name: values for name, values in changes.items() if name not in APPEARANCE_FIELDS}
    part = {name: values for name, values in changes.items() if name in APPEARANCE_FIELDS}
    with catalog.writing() as connection:
        row = _row(connection, schema.speakers, speaker_id)
        values = _parsed(own, SPEAKER_FIELDS)
        _change_slug(connection, "speaker", row, values)
        if "name" in values and values["name"] != row.name:
            aliases = values.get("aliases", row.aliases)
            values["aliases"] = [*aliases, *({row.name} - set(aliases))]
        _store(connection, schema.speakers, row, values, set(values))
        talk_ids = talks_of_speaker(connection, speaker_id)
        if part:
            if len(talk_ids) != 1:
                raise UserError(
                    f"{row.name} has {len(talk_ids)} talks, each with its own {', '.join(part)}.",
                    advice="Edit the talk: `podium edit TALK role=…`.",
                )
            table = schema.appearances
            connection.execute(
                update(table)
                .where(table.c.talk_id == talk_ids[0], table.c.speaker_id == speaker_id)
                .values({name: _part_value(name, given) for name, given in part.items()})
            )
            talk = _row(connection, schema.talks, talk_ids[0])
            _store(connection, schema.talks, talk, {}, {"speakers"})
        heard_in = [row.talk_id for row in heard_speakers(connection) if row.id == speaker_id]
        touch_talks(connection, {*talk_ids, *heard_in})


def _choose(connection: Connection, talk_id: int, text: str, by: str) -> None:
    number = parse_number(text)
    if number is None:
        versions.let_newest(connection, talk_id, by)
    else:
        versions.choose(connection, talk_id, number, by)


def _edit_people(connection: Connection, talk_id: int, changes: Changes) -> None:
    entries = _entries(connection, talk_id)
    given = dict(changes)
    if "speaker" in given:
        named = [parse_speaker_entry(text) for text in given.pop("speaker") if text.strip()]
        entries = [_as_before(entry, entries) for entry in named]
    for name in given:
        if name not in APPEARANCE_FIELDS and name != "aliases":
            raise _unknown(name, _ALL_OF_A_TALK)
    if given and len(entries) != 1:
        raise UserError(
            f"This talk has {len(entries)} speakers, so {', '.join(given)} could be anybody's.",
            advice='Give all speakers anew: speaker="Name|Role|Affiliation|Country" for each.',
        )
    if "aliases" in given:
        _set_aliases(connection, entries[0].name, _single("aliases", given.pop("aliases")))
    if given:
        values = {name: _part_value(name, texts) for name, texts in given.items()}
        entries = [replace(entries[0], **values)]
    replace_appearances(connection, talk_id, entries, Saved())


def _entries(connection: Connection, talk_id: int) -> list[SpeakerEntry]:
    part, people = schema.appearances, schema.speakers
    query = select(part, people.c.name).join(people).where(part.c.talk_id == talk_id)
    return [
        SpeakerEntry(
            name=row.name,
            role=row.role,
            affiliation=row.affiliation,
            affiliation_aliases=tuple(row.affiliation_aliases),
            country=row.country,
        )
        for row in connection.execute(query.order_by(part.c.position))
    ]


def _as_before(entry: SpeakerEntry, before: Sequence[SpeakerEntry]) -> SpeakerEntry:
    """A speaker who is named anew keeps the other names of an affiliation that stays the same."""
    for held in before:
        if (held.name, held.affiliation) == (entry.name, entry.affiliation):
            return replace(entry, affiliation_aliases=held.affiliation_aliases)
    return entry


def _set_aliases(connection: Connection, name: str, text: str) -> None:
    table = schema.speakers
    row = connection.execute(select(table).where(table.c.name == name)).first()
    if row is None:
        raise NotFound(f"There is no speaker {name!r}.")
    _store(connection, table, row, {"aliases": list(parse_list(text))}, {"aliases"})
    touch_talks(connection, talks_of_speaker(connection, row.id))


def _part_value(name: str, texts: Sequence[str]) -> Any:
    value = APPEARANCE_FIELDS[name](_single(name, texts))
    return list(value) if isinstance(value, tuple) else value


def _person(text: str) -> list[str]:
    name, _, part = (piece.strip() for piece in text.partition("|"))
    if not name:
        raise UserError(f"{text!r} is no person.", advice='Write person="Name|Part".')
    return [name, part]


def _event_id(connection: Connection, slug: str) -> int | None:
    if not slug:
        return None
    found = old_slugs.key_of(connection, "event", slug)
    if found is None:
        raise NotFound(f"There is no event {slug!r}.", advice="`podium talks` lists them.")
    return found


def _parsed(changes: Changes, fields: Mapping[str, tuple[str, _Parser]]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, texts in changes.items():
        if name not in fields:
            raise _unknown(name, list(fields))
        column, parse = fields[name]
        values[column] = parse(_single(name, texts))
        if column in _NEVER_EMPTY and not values[column]:
            raise UserError(f"{name} cannot be empty.")
    return values


def _change_slug(connection: Connection, kind: str, row: Row[Any], values: dict[str, Any]) -> None:
    """See to it that a slug which is given anew is a good one, and that the old one still leads."""
    if "slug" in values:
        values["slug"] = old_slugs.new_slug(connection, kind, row, values["slug"])


def _single(name: str, texts: Sequence[str]) -> str:
    if len(texts) != 1:
        raise UserError(f"{name} was given {len(texts)} times.", advice="Give it once.")
    return texts[0]


def _unknown(name: str, known: Sequence[str]) -> UserError:
    return UserError(f"There is no field {name!r} here.", advice=f"Known: {', '.join(known)}.")


def _row(connection: Connection, table: Table, key: int) -> Row[Any]:
    row = connection.execute(select(table).where(table.c.id == key)).first()
    if row is None:
        raise NotFound("That was removed by somebody else.")
    return row


def _store(
    connection: Connection, table: Table, row: Row[Any], values: dict[str, Any], edited: set[str]
) -> None:
    marked = sorted({*row.edited, *edited})
    connection.execute(update(table).where(table.c.id == row.id).values(**values, edited=marked))
