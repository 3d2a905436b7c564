"""What is examined of an archive: its home, catalog, index and media. Nothing is changed.

The catalog is opened for reading alone: opening it as the other commands do would make the home,
or bring an older catalog up to date.
"""

from __future__ import annotations

import os
import shlex
import sqlite3
from collections import Counter
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from sqlalchemy import Engine, create_engine, func, make_url, select, text
from sqlalchemy.exc import ArgumentError, DatabaseError, NoSuchModuleError
from sqlalchemy.pool import NullPool

from archive import schema
from archive.catalog import Catalog
from archive.database import HEAD, version_of
from archive.errors import IndexBroken
from archive.settings import Settings
from archive.types import State
from ingest.doctor.finding import Finding, counted, fault, good, warning
from ingest.doctor.machine import nearest
from search.opening import is_of_this_kind, open_index

_BEGIN = "podium ingest SOURCE (or podium demo, for a sample)"
_OTHER_HOME = "or choose another folder with --home"
_SEE_SERVER = "Look whether the server runs, and whether PODIUM_DATABASE_URL is its address"
_CONNECT_WAIT_S = 5
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
# A larger catalog takes seconds to examine page by page.
_QUICK_CHECK_BYTES = 500_000_000


def home(settings: Settings) -> Finding:
    folder = settings.home
    standing = nearest(folder)
    if not standing.is_dir():
        return fault(f"{standing} is a file and no folder", f"Move it away, {_OTHER_HOME}")
    if not os.access(standing, os.R_OK | os.W_OK | os.X_OK):
        mend = f"chmod u+rwx {shlex.quote(str(standing))}, {_OTHER_HOME}"
        return fault(f"{standing} cannot be read and written", mend)
    if standing != folder:
        return good(f"{folder}: no archive there yet", _BEGIN)
    return good(str(folder))


def read_catalog(settings: Settings) -> tuple[Finding, Catalog | None]:
    """How the catalog stands, and the catalog for reading where this Podium can read it."""
    try:
        url = make_url(settings.catalog_url)
        if url.get_backend_name() == "sqlite":
            return _read_sqlite(settings, Path(url.database or ""))
        wait = {"connect_timeout": _CONNECT_WAIT_S}
        postgresql = url.get_backend_name() == "postgresql"
        database = create_engine(url, poolclass=NullPool, connect_args=wait if postgresql else {})
    except (ArgumentError, NoSuchModuleError):
        return fault(
            "the setting database_url is no address of a database", "podium settings"
        ), None
    except ImportError as error:
        return fault(f"{error.name} is not installed", "pip install 'podium[postgres]'"), None
    place = f"{url.get_backend_name()} at {url.host or 'this machine'}/{url.database or ''}"
    return _read(settings, database, place, lambda _: _SEE_SERVER)


def _read_sqlite(settings: Settings, file: Path) -> tuple[Finding, Catalog | None]:
    try:
        size = file.stat().st_size
    except FileNotFoundError:
        return good("none yet", _BEGIN), None
    place = f"SQLite, {size / 1e6:.1f} MB"
    return _read(settings, _sqlite_for_reading(file), place, partial(_mend_sqlite, settings, file))


def _mend_sqlite(settings: Settings, file: Path, error: DatabaseError) -> str:
    """What to do about an SQLite file that could not be read."""
    if getattr(error.orig, "sqlite_errorcode", None) not in _DAMAGED:
        return f"Look whether you may read {shlex.quote(str(file))}, then try again"
    kept = max((settings.home / "backups").glob("catalog-*.sqlite"), default=None, key=_changed)
    if kept is None:
        return "Restore it from your backup"
    # The log of the damaged file must not be left for SQLite to play into the copy.
    aside, old, new = (shlex.quote(str(path)) for path in (settings.home / "damaged", file, kept))
    return f"mkdir {aside}; mv {old}* {aside}; cp {new} {old}"


def _sqlite_for_reading(file: Path) -> Engine:
    """An engine that reads a file and leaves nothing beside it.

    Where there is no write-ahead log, nobody has the file open and SQLite need not make one.
    """
    quiet = not file.with_name(f"{file.name}-wal").exists()
    address = f"{file.absolute().as_uri()}?mode=ro{'&immutable=1' if quiet else ''}"
    return create_engine(
        "sqlite://",
        creator=lambda: sqlite3.connect(address, uri=True, timeout=_CONNECT_WAIT_S),
        poolclass=NullPool,
    )


def _read(
    settings: Settings, database: Engine, place: str, mend: Callable[[DatabaseError], str]
) -> tuple[Finding, Catalog | None]:
    try:
        version = version_of(database)
        if version == HEAD:
            catalog = Catalog(database, settings.home)
            talks = counted(_count_talks(database), "talk")
            return good(f"{place}, version {version}, {talks}"), catalog
    except DatabaseError as error:
        return fault(f"{place}: {str(error.orig).splitlines()[0]}", mend(error)), None
    if version is None:
        return good(f"{place}, empty", _BEGIN), None
    if version < HEAD:
        later = "the next command brings it up to date and keeps a copy"
        return good(f"{place}, version {version}; {later}", "podium talks"), None
    newer = f"{place}, version {version}: made by a newer Podium"
    return fault(newer, f"pip install -U podium, {_OTHER_HOME}"), None


def _count_talks(database: Engine) -> int:
    with database.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(schema.talks)).scalar_one())


def integrity(_settings: Settings, catalog: Catalog) -> Finding:
    """What the database says of itself."""
    if catalog.database.dialect.name != "sqlite":
        return good("left to the database server")
    with catalog.reading() as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()
        page_bytes = connection.execute(text("PRAGMA page_size")).scalar_one()
        if pages * page_bytes > _QUICK_CHECK_BYTES:
            return good("not examined, because the catalog is large")
        said = str(connection.execute(text("PRAGMA quick_check(1)")).scalar_one())
    if said != "ok":
        return fault(f"the catalog is damaged: {said}", "Restore it from your backup")
    return good("the catalog's pages are sound")


def index(settings: Settings, catalog: Catalog) -> Finding:
    """Whether the index opens, and how many talks it is behind."""
    wanted = {talk.id: talk.revision for talk in catalog.talks()}
    opened = open_index(settings.home)
    try:
        # Asking an index of another kind would begin a new one.
        if not is_of_this_kind(opened.name):
            value = f"none yet for {counted(len(wanted), 'talk')}"
            return warning(value, "podium reindex") if wanted else good("none yet")
        held, damaged = opened.indexed(), opened.damaged()
    except IndexBroken as error:
        return fault(error.message, "podium reindex")
    finally:
        opened.close()
    if damaged:
        value = f"what it holds of {counted(len(damaged), 'talk')} is damaged"
        return fault(value, "podium reindex")
    behind = [key for key in wanted.keys() | held.keys() if wanted.get(key) != held.get(key)]
    if behind:
        return warning(f"{counted(len(behind), 'talk')} behind the catalog", "podium worker --once")
    return good(f"holds {counted(len(held), 'talk')}, up to date")


def media(_settings: Settings, catalog: Catalog) -> Finding:
    """Whether the recordings are where they were stored, as large as they were."""
    recordings = {talk.recording: talk.slug for talk in catalog.talks() if talk.recording}
    astray = []
    for recording, slug in recordings.items():
        path = Path(recording.path)
        if not path.is_file() or path.stat().st_size != recording.size:
            astray.append(slug)
    if astray:
        value = (
            f"{len(astray)} of {len(recordings)} missing or changed, such as that of {astray[0]}"
        )
        return fault(value, f"podium check (lists them; podium ingest CLIP --talk {astray[0]})")
    size = sum(recording.size for recording in recordings)
    return good(f"{counted(len(recordings), 'recording')}, {size / 1e9:.1f} GB")


def work(_settings: Settings, catalog: Catalog) -> Finding:
    """The talks that a process holds a lease of."""
    running = {key for key, status in catalog.statuses().items() if status.running}
    slugs = [talk.slug for talk in catalog.talks() if talk.id in running]
    return good(f"at work on {', '.join(slugs)}" if slugs else "no process is at work")


def talks(_settings: Settings, catalog: Catalog) -> Finding:
    """How many talks stand at what, and how many failed."""
    counts = Counter(status.state for status in catalog.statuses().values())
    value = ", ".join(f"{counts[state]} {state.value}" for state in State if counts[state])
    if counts[State.FAILED]:
        return warning(value, "podium retry")
    if counts[State.FETCH] or counts[State.TRANSCRIBE]:
        return good(value, "podium retry")
    return good(value or "none")


ARCHIVE: Mapping[str, Callable[[Settings, Catalog], Finding]] = {
    "integrity": integrity,
    "index": index,
    "media": media,
    "work": work,
    "talks": talks,
}


def _changed(file: Path) -> float:
    return file.stat().st_mtime
