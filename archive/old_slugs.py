"""Slugs that talks, events and speakers had before: what was linked to once stays where it leads.

A slug changes only when a person says so, or when two people become one. The one of before is
remembered, still names the same thing, and is not given to another one of its kind as long as
that is there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import Connection, Row, Table, delete, insert, select, update

from archive import schema
from archive.errors import UserError
from archive.names import slugify

TABLES: dict[str, Table] = {
    "talk": schema.talks,
    "event": schema.events,
    "speaker": schema.speakers,
}
"""The kinds of things that have slugs. Slugs of two kinds may be the same."""


def key_of(connection: Connection, kind: str, slug: str) -> int | None:
    """The key of what a slug names now or named before; None where there is no such thing."""
    return next((key for _, key in named(connection, [kind], slug)), None)


def named(connection: Connection, kinds: Iterable[str], slug: str) -> list[tuple[str, int]]:
    """Kinds and keys of the things that have a slug; where none has it, of those that had it."""
    kinds, old = list(kinds), schema.old_slugs
    now = [(kind, select(TABLES[kind].c.id).where(TABLES[kind].c.slug == slug)) for kind in kinds]
    before = [
        (kind, select(_target(kind)).where(old.c.kind == kind, old.c.slug == slug))
        for kind in kinds
    ]
    for queries in (now, before):
        keys = [(kind, connection.execute(query).scalar()) for kind, query in queries]
        found = [(kind, int(key)) for kind, key in keys if key is not None]
        if found:
            return found
    return []


def is_taken(connection: Connection, kind: str, slug: str) -> bool:
    """Whether something has or had the slug."""
    return key_of(connection, kind, slug) is not None


def present_slugs(connection: Connection) -> dict[tuple[str, str], str]:
    """For each kind and slug of before, the slug that counts now.

    One that something has again stands for itself and is left out.
    """
    old, found = schema.old_slugs, dict[tuple[str, str], str]()
    for kind, table in TABLES.items():
        query = (
            select(old.c.slug, table.c.slug.label("present"))
            .join_from(old, table, table.c.id == _target(kind))
            .where(old.c.slug.not_in(select(table.c.slug)))
        )
        found.update({(kind, row.slug): row.present for row in connection.execute(query)})
    return found


def new_slug(connection: Connection, kind: str, row: Row[Any], text: str) -> str:
    """The slug that a person gives a thing, whose slug of now is remembered.

    Raises UserError where it is no slug, or where it names another thing.
    """
    slug = text.strip()
    if not slug or slug != slugify(slug, ""):
        raise UserError(
            f"{text!r} is no slug.",
            advice="Write lower-case letters and digits with single hyphens between them, such as "
            f"{slugify(text, kind)}.",
        )
    held_by = key_of(connection, kind, slug)
    if held_by not in (None, row.id):
        name = connection.execute(
            select(TABLES[kind].c.slug).where(TABLES[kind].c.id == held_by)
        ).scalar_one()
        had = "is the slug of" if name == slug else f"was the slug of {name} and still leads to"
        raise UserError(f"{slug} {had} another {kind}.", advice="Choose another slug.")
    if slug != row.slug:
        old = schema.old_slugs
        connection.execute(delete(old).where(old.c.kind == kind, old.c.slug == slug))
        remember(connection, kind, row.slug, int(row.id))
    return slug


def remember(connection: Connection, kind: str, slug: str, key: int) -> None:
    """Let a slug that nothing has any more lead to the thing with that key."""
    values = {"kind": kind, "slug": slug, _target(kind).name: key}
    connection.execute(insert(schema.old_slugs).values(**values))


def led_to(connection: Connection, kind: str, key: int) -> list[str]:
    """The slugs of before that lead to the thing with that key."""
    old = schema.old_slugs
    query = select(old.c.slug).where(old.c.kind == kind, _target(kind) == key)
    return list(connection.execute(query.order_by(old.c.slug)).scalars())


def forget(connection: Connection, kind: str, slugs: Collection[str], key: int) -> None:
    """Let slugs no longer lead to the thing with that key."""
    old = schema.old_slugs
    led = (old.c.kind == kind) & (_target(kind) == key) & old.c.slug.in_(slugs)
    connection.execute(delete(old).where(led))


def hand_over(connection: Connection, kind: str, gone: int, kept: int) -> None:
    """Let all slugs of a thing that goes lead to another one; both by their keys."""
    target, table = _target(kind), TABLES[kind]
    slug = connection.execute(select(table.c.slug).where(table.c.id == gone)).scalar_one()
    connection.execute(update(schema.old_slugs).where(target == gone).values({target.name: kept}))
    remember(connection, kind, slug, kept)


def _target(kind: str) -> Any:
    return schema.old_slugs.c[f"{kind}_id"]
