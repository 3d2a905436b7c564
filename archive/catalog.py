"""The catalog: what the archive holds, read as the types of archive.types.

Everything here reads, except ``mark_indexed``. Who writes: archive.programme (what a programme
says), archive.edits and archive.removing (what a person changes), and archive.work (what the stages
have done).
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, insert, select, update
from sqlalchemy.exc import DatabaseError, IntegrityError

from archive import schema
from archive.database import foreign_error, open_database
from archive.errors import NotFound
from archive.holdings import (
    Holdings,
    read_events,
    read_holdings,
    read_revision,
    read_speakers,
    read_statuses,
    read_talks,
)
from archive.old_slugs import key_of
from archive.rows import event_of, speaker_of
from archive.settings import Settings
from archive.touch import touch
from archive.turn_rows import turns_of
from archive.turns import whole_talk
from archive.types import (
    Event,
    Speaker,
    Status,
    Talk,
    Transcript,
    Turn,
)
from archive.versions import transcript_of


class Catalog:
    """The door to the database; safe to share between threads."""

    def __init__(self, database: Engine, home: Path) -> None:
        self.database = database
        self.home = home
        self._holdings: Holdings | None = None
        self._lock = threading.Lock()

    @classmethod
    def open(cls, settings: Settings) -> Catalog:
        """Open (and on first use make) the catalog of ``settings.home``."""
        return cls(open_database(settings), settings.home)

    def close(self) -> None:
        self.database.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection for reads, with one consistent view for its duration."""
        with self._connection("BEGIN") as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction: all of it is kept, or none.

        SQLite's write lock is taken first, because a read that turns into a write cannot wait.
        """
        with self._connection("BEGIN IMMEDIATE") as connection:
            yield connection
            connection.commit()

    @contextmanager
    def _connection(self, sqlite_begin: str) -> Iterator[Connection]:
        try:
            with self.database.connect() as connection:
                if connection.dialect.name == "sqlite":
                    connection.exec_driver_sql(sqlite_begin)
                yield connection
        except IntegrityError:
            raise
        except DatabaseError as error:
            raise foreign_error(error, self.home) from error

    def revision(self) -> int:
        """Grows with every change that search or pages can show."""
        with self.reading() as connection:
            return read_revision(connection)

    def holdings(self) -> Holdings:
        """All that lists show, as the catalog stands now; read once for each revision."""
        revision = self.revision()
        with self._lock:
            if self._holdings is None or self._holdings.revision != revision:
                with self.reading() as connection:
                    self._holdings = read_holdings(connection, self.home)
            return self._holdings

    def events(self) -> list[Event]:
        """All events, the newest first."""
        with self.reading() as connection:
            return read_events(connection)

    def event(self, slug: str) -> Event:
        """The event that has, or had, that slug; raises NotFound."""
        with self.reading() as connection:
            key = key_of(connection, "event", slug)
            query = select(schema.events).where(schema.events.c.id == key)
            row = connection.execute(query).one_or_none()
        if row is None:
            raise NotFound(f"There is no event {slug!r}.", advice="`podium talks` lists them.")
        return event_of(row)

    def speakers(self) -> list[Speaker]:
        """All people who speak here, as a programme or their voice says, by name."""
        with self.reading() as connection:
            return read_speakers(connection)

    def speaker(self, slug: str) -> Speaker:
        """The speaker who has, or had, that slug; raises NotFound."""
        with self.reading() as connection:
            key = key_of(connection, "speaker", slug)
            query = select(schema.speakers).where(schema.speakers.c.id == key)
            row = connection.execute(query).one_or_none()
        if row is None:
            raise NotFound(f"There is no speaker {slug!r}.", advice="`podium talks` lists them.")
        return speaker_of(row)

    def talks(self) -> list[Talk]:
        """All talks: by event in the order of its programme, then single talks as added."""
        with self.reading() as connection:
            return read_talks(connection, self.home)

    def talk(self, slug: str) -> Talk:
        """The talk that has, or had, that slug; raises NotFound."""
        with self.reading() as connection:
            talk_id = key_of(connection, "talk", slug)
            if talk_id is None:
                raise NotFound(f"There is no talk {slug!r}.", advice="`podium talks` lists them.")
            return read_talks(connection, self.home, [talk_id])[0]

    def talk_by_id(self, talk_id: int) -> Talk:
        """The talk with that key; raises NotFound when it was removed."""
        with self.reading() as connection:
            found = read_talks(connection, self.home, [talk_id])
        if not found:
            raise NotFound("That talk was removed.")
        return found[0]

    def statuses(self, talk_ids: Collection[int] | None = None) -> dict[int, Status]:
        """Where each talk (or each of ``talk_ids``) stands, by key."""
        with self.reading() as connection:
            return read_statuses(connection, talk_ids)

    def revisions(self) -> dict[int, tuple[int, int]]:
        """For each talk, by key, its revision and the one that was recorded as indexed.

        Read from two columns alone: whole talks of a large archive take much longer.
        """
        table = schema.talks
        query = select(table.c.id, table.c.revision, table.c.indexed_revision)
        with self.reading() as connection:
            return {
                row.id: (row.revision, row.indexed_revision) for row in connection.execute(query)
            }

    def status(self, talk_id: int) -> Status:
        """Where one talk stands."""
        return self.statuses([talk_id])[talk_id]

    def transcripts(self, talk_id: int) -> list[Transcript]:
        """The current transcript of each track, with its segments; the original first."""
        table = schema.transcripts
        query = select(table).where(table.c.talk_id == talk_id, table.c.current)
        with self.reading() as connection:
            rows = connection.execute(query.order_by(table.c.track.desc())).all()
            return [transcript_of(row, connection) for row in rows]

    def turns(self, talk: Talk) -> tuple[Turn, ...]:
        """Who spoke when in a talk, in the order of time, on the clock of its recording.

        Where nobody told its voices apart, the one speaker of a talk has all of it.
        """
        with self.reading() as connection:
            return turns_of(connection, talk) or whole_talk(talk)

    def versions(self, talk_id: int) -> list[Transcript]:
        """All transcripts of a talk without their segments, in the order of their numbers."""
        table = schema.transcripts
        query = select(table).where(table.c.talk_id == talk_id).order_by(table.c.number)
        with self.reading() as connection:
            rows = connection.execute(query).all()
            return [transcript_of(row, connection, words=False) for row in rows]

    def transcript(self, transcript_id: int) -> Transcript:
        """The transcript with that key, with its segments; raises NotFound."""
        query = select(schema.transcripts).where(schema.transcripts.c.id == transcript_id)
        with self.reading() as connection:
            row = connection.execute(query).one_or_none()
            if row is None:
                raise NotFound("That transcript was removed.")
            return transcript_of(row, connection)

    def mark_indexed(
        self, revisions: Mapping[int, int], searchable_to_ms: Mapping[int, int]
    ) -> None:
        """Record which revision of each talk the index holds now, and how far its speech goes."""
        talks = schema.talks
        with self.writing() as connection:
            for talk_id, revision in revisions.items():
                connection.execute(
                    update(talks)
                    .where(talks.c.id == talk_id)
                    .values(
                        indexed_revision=revision,
                        searchable_to_ms=searchable_to_ms.get(talk_id, 0),
                    )
                )
            touch(connection)


def add_row(connection: Connection, table: Table, values: Mapping[str, Any]) -> int:
    """Add a row; its key."""
    touch(connection)
    return int(
        connection.execute(insert(table).values(**values).returning(table.c.id)).scalar_one()
    )
