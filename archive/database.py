"""Opening the catalog's database: SQLite by default, PostgreSQL by URL, migrated on opening."""

from __future__ import annotations

import fcntl
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Engine, create_engine, event, inspect, text
from sqlalchemy.exc import DatabaseError, SQLAlchemyError

from archive.errors import BadHome, Busy, DiskFull, PodiumError
from archive.phrases import phrase
from archive.settings import Settings

# The newest migration in archive/migrations/versions; a test compares the two.
HEAD = "0010"


def open_database(settings: Settings) -> Engine:
    """The catalog's database, made or migrated to this Podium's schema.

    Raises BadHome where the folder cannot be used or a newer Podium made the catalog.
    """
    _make_home(settings.home)
    engine = create_engine(settings.catalog_url, json_deserializer=msgspec.json.decode)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_up_sqlite)
    try:
        if version_of(engine) != HEAD:
            with file_lock(settings.home / "locks" / "migration"):
                if (version := version_of(engine)) != HEAD:
                    _migrate(engine, settings.home, version)
    except (DatabaseError, BadHome) as error:
        engine.dispose()
        if isinstance(error, BadHome):
            raise
        raise foreign_error(error, settings.home) from error
    return engine


def foreign_error(error: SQLAlchemyError, home: Path) -> PodiumError:
    """What a database error means for the person at the machine."""
    said = str(getattr(error, "orig", error)).splitlines()[0]
    if "full" in said:
        return DiskFull(
            phrase("The disk of %(home)s is full; what was finished is kept.", home=home),
            advice=phrase("Make room, try again."),
        )
    if "locked" in said:
        return Busy(
            phrase("The catalog in %(home)s is busy: %(reason)s.", home=home, reason=said),
            advice=phrase("Try again in a moment."),
        )
    return BadHome(
        f"The catalog in {home} cannot be used: {said}.",
        advice="Check that the folder can be read and written, or choose another with --home.",
    )


@contextmanager
def file_lock(path: Path) -> Iterator[None]:
    """Hold a kernel lock on ``path`` (flock: it ends with the process, however that ends)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def copy_database(source: Path, target: Path) -> None:
    """A consistent copy of an SQLite file that others may be using."""
    with closing(sqlite3.connect(source)) as original, closing(sqlite3.connect(target)) as copy:
        original.backup(copy)


def _make_home(home: Path) -> None:
    try:
        home.mkdir(parents=True, exist_ok=True)
        probe = home / "locks"
        probe.mkdir(exist_ok=True)
        (probe / "migration").touch()
    except (PermissionError, NotADirectoryError, FileExistsError) as error:
        raise BadHome(
            f"The archive's home {home} cannot be written: {error.strerror}.",
            advice="Allow your user to write there, or choose another folder with --home.",
        ) from error
    except OSError as error:
        raise DiskFull(
            f"The archive's home {home} cannot be written: {error.strerror}.",
            advice="Make room, or choose another folder with --home.",
        ) from error


def _set_up_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    try:
        connection.execute("PRAGMA busy_timeout = 30000")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
    except sqlite3.DatabaseError:
        # A file that is no database: SQLAlchemy does not have this connection yet.
        connection.close()
        raise


def version_of(engine: Engine) -> str | None:
    """The migration that a database stands at; None where no Podium has made its tables."""
    if not inspect(engine).has_table("alembic_version"):
        return None
    with engine.connect() as connection:
        version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if version is None else str(version)


def _migrate(engine: Engine, home: Path, version: str | None) -> None:
    # Alembic is imported only when there is something to migrate: it doubles a command's start.
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    if engine.dialect.name == "sqlite":
        file = Path(str(engine.url.database))
        if version is None:
            # Kept in the file. Two processes that set it at once would meet a lock.
            with engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA journal_mode = WAL")
        else:
            name = f"catalog-{version}-{datetime.now(UTC):%Y%m%dT%H%M%S}.sqlite"
            (home / "backups").mkdir(exist_ok=True)
            copy_database(file, home / "backups" / name)
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    try:
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except CommandError as error:
        raise BadHome(
            f"The catalog in {home} was made by a newer Podium (version {version}).",
            advice="Update Podium, or choose another folder with --home.",
        ) from error
