"""Who may correct: editors with their passwords, and where they are signed in.

A password is kept as its scrypt hash, a sign-in as the SHA-256 of its token: whoever reads the
catalog can sign in with neither.
"""

from __future__ import annotations

import hashlib
import secrets
import time
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from werkzeug.security import check_password_hash, generate_password_hash

from archive import schema
from archive.catalog import Catalog
from archive.clock import now
from archive.errors import NotFound, UserError
from archive.names import name_key
from archive.plain_text import single_line

SIGNED_IN_S = 14 * 24 * 3600
"""How long a sign-in lasts."""
SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200
LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Editor:
    """Somebody who may correct; ``places`` is in how many browsers they are signed in."""

    id: int
    name: str
    added_at: str
    places: int = 0


def add_editor(catalog: Catalog, name: str, password: str) -> Editor:
    """Add an editor; raises UserError where the name is taken or no name, or for the password."""
    shown = single_line(name, "The name", LONGEST_NAME)
    if not name_key(shown):
        raise UserError(f"{name!r} is no name.", advice="Give the editor's name.")
    values = {
        "name": shown,
        "key": name_key(shown),
        "password": _hashed(password),
        "added_at": now(),
    }
    try:
        with catalog.writing() as connection:
            connection.execute(insert(schema.editors).values(values))
    except IntegrityError as error:
        raise UserError(
            f"There is an editor {shown!r} already.",
            advice=f"Another password: podium editor password {shown!r}",
        ) from error
    return find_editor(catalog, shown)


def editors(catalog: Catalog) -> list[Editor]:
    """All editors, in the order in which they were added."""
    table, places = schema.editors, schema.sign_ins
    with catalog.reading() as connection:
        alive = select(places.c.editor_id).where(places.c.ends_at > time.time())
        signed_in = list(connection.execute(alive).scalars())
        rows = connection.execute(select(table).order_by(table.c.id)).all()
    return [Editor(row.id, row.name, row.added_at, signed_in.count(row.id)) for row in rows]


def has_editors(catalog: Catalog) -> bool:
    """Whether anybody was made an editor."""
    with catalog.reading() as connection:
        return connection.execute(select(schema.editors.c.id).limit(1)).first() is not None


def find_editor(catalog: Catalog, name: str) -> Editor:
    """The editor of that name, however it is written; raises NotFound."""
    key = name_key(name)
    found = next((one for one in editors(catalog) if name_key(one.name) == key), None)
    if found is None:
        raise NotFound(f"There is no editor {name!r}.", advice="`podium editor list` shows them.")
    return found


def remove_editor(catalog: Catalog, editor: Editor) -> None:
    """Take an editor away, and sign them out everywhere; what they corrected stays."""
    with catalog.writing() as connection:
        connection.execute(delete(schema.editors).where(schema.editors.c.id == editor.id))


def change_password(catalog: Catalog, editor: Editor, password: str) -> None:
    """Give an editor another password, and sign them out everywhere."""
    hashed = _hashed(password)
    table = schema.editors
    with catalog.writing() as connection:
        connection.execute(update(table).where(table.c.id == editor.id).values(password=hashed))
        _sign_out(connection, editor.id)


def knows_password(catalog: Catalog, name: str, password: str) -> Editor | None:
    """The editor of that name, if the password is theirs.

    An unknown name takes the same work as a known one, so that time does not tell them apart.
    """
    table = schema.editors
    with catalog.reading() as connection:
        query = select(table).where(table.c.key == name_key(name[:LONGEST_NAME]))
        row = connection.execute(query).first()
    hashed = row.password if row else _nobodys()
    right = check_password_hash(hashed, _normal(password[:LONGEST_PASSWORD]))
    return _editor_of(row) if row is not None and right else None


def sign_in(catalog: Catalog, editor: Editor) -> str:
    """Sign an editor in; the secret token that their browser shows from now on."""
    token = secrets.token_urlsafe(32)
    now = time.time()
    table = schema.sign_ins
    values: Mapping[str, Any] = {
        "token_hash": _token_hash(token),
        "editor_id": editor.id,
        "made_at": now,
        "ends_at": now + SIGNED_IN_S,
    }
    with catalog.writing() as connection:
        connection.execute(delete(table).where(table.c.ends_at <= now))
        connection.execute(insert(table).values(**values))
    return token


def signed_in(catalog: Catalog, token: str) -> Editor | None:
    """Whose token that is, if it is anybody's and has not ended."""
    table, people = schema.sign_ins, schema.editors
    query = select(people).join(table, table.c.editor_id == people.c.id)
    alive = (table.c.token_hash == _token_hash(token)) & (table.c.ends_at > time.time())
    with catalog.reading() as connection:
        row = connection.execute(query.where(alive)).first()
    return None if row is None else _editor_of(row)


def sign_out(catalog: Catalog, token: str) -> None:
    """End one sign-in."""
    table = schema.sign_ins
    with catalog.writing() as connection:
        connection.execute(delete(table).where(table.c.token_hash == _token_hash(token)))


def sign_out_everywhere(catalog: Catalog, editor: Editor) -> None:
    """End all sign-ins of an editor."""
    with catalog.writing() as connection:
        _sign_out(connection, editor.id)


def _sign_out(connection: Connection, editor_id: int) -> None:
    table = schema.sign_ins
    connection.execute(delete(table).where(table.c.editor_id == editor_id))


def _editor_of(row: Row[Any]) -> Editor:
    return Editor(row.id, row.name, row.added_at)


def _token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _hashed(password: str) -> str:
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise UserError(
            f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters.",
            advice="Several words in a row are easy to keep in mind.",
        )
    return generate_password_hash(_normal(password), method="scrypt")


def _normal(password: str) -> str:
    """One form for all ways in which keyboards write the same letters."""
    return unicodedata.normalize("NFKC", password)


@cache
def _nobodys() -> str:
    return generate_password_hash(secrets.token_urlsafe(), method="scrypt")
