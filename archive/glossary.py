"""The archive's own glossary: names that a person wants the speech engine to know.

A name stands for the talks of one event, or for all talks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from archive import schema
from archive.catalog import Catalog
from archive.errors import NotFound, UserError
from archive.names import name_key
from archive.old_slugs import key_of

_LONGEST = 80


@dataclass(frozen=True, slots=True)
class GlossaryName:
    """A name, and the slug of the event it is for, or None where it is for all talks."""

    name: str
    event: str | None = None


def glossary(catalog: Catalog) -> list[GlossaryName]:
    """The whole glossary: names for all talks first, then event by event, as they were added."""
    table, events = schema.glossary, schema.events
    query = select(table.c.name, events.c.slug).outerjoin(events)
    order = (table.c.event_id.nulls_first(), table.c.id)
    with catalog.reading() as connection:
        rows = connection.execute(query.order_by(*order))
        return [GlossaryName(row.name, row.slug) for row in rows]


def glossary_for(catalog: Catalog, event: str | None) -> list[str]:
    """The names for a talk of that event (None: of no event): the event's own come first."""
    entries = glossary(catalog)
    own = [entry.name for entry in entries if entry.event is not None and entry.event == event]
    return [*own, *(entry.name for entry in entries if entry.event is None)]


def add_names(catalog: Catalog, names: Sequence[str], event: str | None = None) -> list[str]:
    """Add names; those that were not there yet, however they are written.

    Raises UserError for what is no name and NotFound for an event that is not there; then
    nothing is added.
    """
    with catalog.writing() as connection:
        return add_in(connection, names, event)


def add_in(connection: Connection, names: Sequence[str], event: str | None = None) -> list[str]:
    """``add_names`` inside a transaction."""
    wanted = {name_key(name): name for name in map(_name, names)}
    event_id = _event_id(connection, event)
    held = {name_key(name) for _, name in _rows(connection, event_id)}
    new = [name for key, name in wanted.items() if key not in held]
    for name in new:
        connection.execute(insert(schema.glossary).values(event_id=event_id, name=name))
    return new


def remove_names(catalog: Catalog, names: Sequence[str], event: str | None = None) -> list[str]:
    """Remove names; as they stood there. Raises NotFound for one that did not; then none goes."""
    wanted = {name_key(name): name for name in names}
    with catalog.writing() as connection:
        event_id = _event_id(connection, event)
        held = {name_key(name): (key, name) for key, name in _rows(connection, event_id)}
        for key, name in wanted.items():
            if key not in held:
                where = f"of the event {event}" if event else "for all talks"
                raise NotFound(
                    f"The glossary {where} does not hold {name!r}.",
                    advice="`podium glossary list` shows what it holds.",
                )
        gone = [held[key] for key in wanted]
        keys = [key for key, _ in gone]
        connection.execute(delete(schema.glossary).where(schema.glossary.c.id.in_(keys)))
    return [name for _, name in gone]


def remove_in(connection: Connection, name: str, event: str | None = None) -> None:
    """Remove a name inside a transaction, where it and its event are still there."""
    table, events = schema.glossary, schema.events
    held = table.c.event_id.is_(None)
    if event is not None:
        held = table.c.event_id.in_(select(events.c.id).where(events.c.slug == event))
    connection.execute(delete(table).where(table.c.name == name, held))


def _rows(connection: Connection, event_id: int | None) -> list[tuple[int, str]]:
    table = schema.glossary
    # `is` compares with NULL as with a number.
    query = select(table.c.id, table.c.name).where(table.c.event_id.is_not_distinct_from(event_id))
    return [(row.id, row.name) for row in connection.execute(query)]


def _event_id(connection: Connection, slug: str | None) -> int | None:
    if slug is None:
        return None
    found = key_of(connection, "event", slug)
    if found is None:
        raise NotFound(f"There is no event {slug!r}.", advice="`podium talks` lists them.")
    return found


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not name_key(name) or not name.isprintable():
        raise UserError(f"{text!r} is no name.", advice="Write it as it is spelt.")
    if len(name) > _LONGEST:
        raise UserError(
            f"{name[:20]!r}… is longer than {_LONGEST} characters.", advice="Give single names."
        )
    return name
