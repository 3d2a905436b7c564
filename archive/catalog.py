"""The catalog: what the archive holds, read as the types of archive.types.

Everything here reads, except ``mark_indexed``. Who writes: archive.programme (what a programme
says), archive.edits and archive.removing (what a person changes), and archive.work (what the stages
have done).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, insert, select, update
from sqlalchemy.exc import DatabaseError, IntegrityError

from archive import schema
from archive.database import foreign_error, open_database
from archive.errors import NotFound
from archive.old_slugs import key_of, present_slugs
from archive.owners import running
from archive.rows import appearance_of, event_of, recording_of, speaker_of, talk_of
from archive.settings import Settings
from archive.states import derive_status
from archive.turn_rows import heard_speakers, turns_of
from archive.turns import whole_talk
from archive.types import (
    Appearance,
    Event,
    Speaker,
    Status,
    Talk,
    Track,
    Transcript,
    Turn,
)
from archive.versions import transcript_of


class Catalog:
    """The door to the database; safe to share between threads."""

    def __init__(self, database: Engine, home: Path) -> None:
        self.database = database
        self.home = home

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
            return int(connection.execute(select(schema.catalog_state.c.revision)).scalar_one())

    def events(self) -> list[Event]:
        """All events, the newest first."""
        order = (schema.events.c.starts_on.desc().nulls_last(), schema.events.c.id.desc())
        with self.reading() as connection:
            rows = connection.execute(select(schema.events).order_by(*order))
            return [event_of(row) for row in rows]

    def present_slugs(self) -> dict[tuple[str, str], str]:
        """For each kind ("talk", "event", "speaker") and slug of before, the one that counts."""
        with self.reading() as connection:
            return present_slugs(connection)

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
        has_talk = select(schema.appearances.c.speaker_id)
        is_heard = select(schema.turns.c.speaker_id).where(schema.turns.c.speaker_id.is_not(None))
        query = select(schema.speakers).where(schema.speakers.c.id.in_(has_talk.union(is_heard)))
        with self.reading() as connection:
            rows = connection.execute(query.order_by(schema.speakers.c.name))
            return [speaker_of(row) for row in rows]

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
            return self._talks(connection, None)

    def talk(self, slug: str) -> Talk:
        """The talk that has, or had, that slug; raises NotFound."""
        with self.reading() as connection:
            talk_id = key_of(connection, "talk", slug)
            if talk_id is None:
                raise NotFound(f"There is no talk {slug!r}.", advice="`podium talks` lists them.")
            return self._talks(connection, [talk_id])[0]

    def talk_by_id(self, talk_id: int) -> Talk:
        """The talk with that key; raises NotFound when it was removed."""
        with self.reading() as connection:
            found = self._talks(connection, [talk_id])
        if not found:
            raise NotFound("That talk was removed.")
        return found[0]

    def statuses(self, talk_ids: Collection[int] | None = None) -> dict[int, Status]:
        """Where each talk (or each of ``talk_ids``) stands, by key."""
        talks = schema.talks
        query = select(talks, schema.recordings.c.duration_ms).outerjoin(schema.recordings)
        transcripts = select(
            schema.transcripts.c.talk_id,
            schema.transcripts.c.complete,
            schema.transcripts.c.words,
            schema.transcripts.c.current,
        ).where(schema.transcripts.c.track == Track.ORIGINAL)
        if talk_ids is not None:
            query = query.where(talks.c.id.in_(talk_ids))
            transcripts = transcripts.where(schema.transcripts.c.talk_id.in_(talk_ids))
        with self.reading() as connection:
            made: dict[int, list[Any]] = {}
            for row in connection.execute(transcripts):
                made.setdefault(row.talk_id, []).append(row)
            at_work = running(connection)
            return {
                row.id: derive_status(row, made.get(row.id, ()), running=row.id in at_work)
                for row in connection.execute(query)
            }

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

    def _talks(self, connection: Connection, talk_ids: Collection[int] | None) -> list[Talk]:
        talks, events = schema.talks, schema.events
        query = (
            select(talks, events.c.slug.label("event_slug"))
            .outerjoin(events)
            .order_by(
                events.c.starts_on.desc().nulls_last(),
                events.c.id.desc().nulls_last(),
                talks.c.number.nulls_last(),
                talks.c.id,
            )
        )
        appearances = (
            select(schema.appearances, schema.speakers)
            .join(schema.speakers)
            .order_by(schema.appearances.c.talk_id, schema.appearances.c.position)
        )
        recordings = select(schema.recordings)
        if talk_ids is not None:
            query = query.where(talks.c.id.in_(talk_ids))
            appearances = appearances.where(schema.appearances.c.talk_id.in_(talk_ids))
            used = select(talks.c.recording_id).where(talks.c.id.in_(talk_ids))
            recordings = recordings.where(schema.recordings.c.id.in_(used))
        people: dict[int, list[Appearance]] = {}
        for row in connection.execute(appearances):
            people.setdefault(row.talk_id, []).append(appearance_of(row))
        for row in heard_speakers(connection, talk_ids):
            parts = people.setdefault(row.talk_id, [])
            if all(part.speaker.id != row.id for part in parts):
                parts.append(Appearance(speaker_of(row), by_voice=True))
        media = {row.id: recording_of(row, self.home) for row in connection.execute(recordings)}
        return [
            talk_of(row, tuple(people.get(row.id, ())), media.get(row.recording_id))
            for row in connection.execute(query)
        ]


def touch(connection: Connection) -> None:
    """Count a change that search or pages can show."""
    state = schema.catalog_state
    connection.execute(update(state).values(revision=state.c.revision + 1))


def touch_talks(connection: Connection, talk_ids: Collection[int]) -> None:
    """Count a change of those talks: each gets a new revision, and the catalog too."""
    talks = schema.talks
    connection.execute(
        update(talks).where(talks.c.id.in_(talk_ids)).values(revision=talks.c.revision + 1)
    )
    touch(connection)


def add_row(connection: Connection, table: Table, values: Mapping[str, Any]) -> int:
    """Add a row; its key."""
    touch(connection)
    return int(
        connection.execute(insert(table).values(**values).returning(table.c.id)).scalar_one()
    )
