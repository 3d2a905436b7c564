"""Counting changes: what search or pages can show has another revision after each."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, Connection, update

from archive import schema


def touch(connection: Connection) -> None:
    """Count a change that search or pages can show."""
    state = schema.catalog_state
    connection.execute(update(state).values(revision=state.c.revision + 1))


def touch_talks(connection: Connection, talk_ids: Collection[int]) -> None:
    """Count a change of those talks: each gets a new revision, and the catalog too."""
    touch_talks_where(connection, schema.talks.c.id.in_(talk_ids))


def touch_talks_where(connection: Connection, which: ColumnElement[bool]) -> None:
    """Count a change of the talks that are so."""
    talks = schema.talks
    connection.execute(update(talks).where(which).values(revision=talks.c.revision + 1))
    touch(connection)
