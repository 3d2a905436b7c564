"""A talk's clip: where it comes from, the recording that was made of it, what its site says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, delete, select, update

from archive import schema, versions
from archive.catalog import Catalog, add_row
from archive.touch import touch_talks
from archive.types import Chapter
from archive.work.failures import clear_failure


@dataclass(frozen=True, slots=True)
class StoredMedia:
    """A media file that stands under its final name.

    ``location`` is relative to the home's media folder, or absolute where ``linked``. ``size`` is
    in bytes, ``width`` and ``height`` in pixels (0 for sound alone).
    """

    media_key: str
    kind: str
    mime_type: str
    size: int
    duration_ms: int
    width: int
    height: int
    location: str
    linked: bool = False


def set_source(
    catalog: Catalog, talk_id: int, source_url: str, source_key: str, *, link: bool
) -> None:
    """Give a talk another source; its recording, when it has one, is let go.

    What a machine heard in that goes too, unless a person chose, checked or corrected it.
    """
    table = schema.transcripts
    with catalog.writing() as connection:
        connection.execute(
            update(schema.talks)
            .where(schema.talks.c.id == talk_id)
            .values(
                source_url=source_url,
                source_key=source_key,
                link=link,
                recording_id=None,
                translate=False,
            )
        )
        connection.execute(
            delete(table).where(
                table.c.talk_id == talk_id,
                table.c.origin == "machine",
                ~table.c.chosen,
                table.c.checked_by == "",
                ~versions.corrected(table.c.id),
            )
        )
        held = select(table.c.id).where(table.c.talk_id == talk_id, table.c.current)
        if connection.execute(held).first() is None:
            versions.let_newest(connection, talk_id)
        touch_talks(connection, [talk_id])
    clear_failure(catalog, talk_id)


def is_linked(catalog: Catalog, talk_id: int) -> bool:
    """Whether the talk's file is to be linked instead of copied."""
    query = select(schema.talks.c.link).where(schema.talks.c.id == talk_id)
    with catalog.reading() as connection:
        return bool(connection.execute(query).scalar())


def attach_recording(catalog: Catalog, talk_id: int, media: StoredMedia) -> None:
    """Record that the talk's clip stands in the store.

    Where all that was heard of the talk was heard in another recording, it is to be heard anew.
    """
    table = schema.recordings
    values = {name: getattr(media, name) for name in StoredMedia.__slots__}
    same = (table.c.media_key == media.media_key) & (table.c.location == media.location)
    with catalog.writing() as connection:
        recording_id = connection.execute(select(table.c.id).where(same)).scalar()
        if recording_id is None:
            recording_id = add_row(connection, table, values)
        new: dict[str, Any] = {"recording_id": recording_id}
        if media.media_key not in (heard := _heard_in(connection, talk_id)) and heard:
            new["again"] = True
        connection.execute(update(schema.talks).where(schema.talks.c.id == talk_id).values(**new))
        touch_talks(connection, [talk_id])


def attach_part(catalog: Catalog, talk_id: int, recording_id: int, span: tuple[int, int]) -> None:
    """Record that a talk is the part of a recording from ``span``'s first to its last ms."""
    talks = schema.talks
    values = {
        "recording_id": recording_id,
        "range_start_ms": span[0],
        "range_end_ms": span[1],
    }
    with catalog.writing() as connection:
        connection.execute(update(talks).where(talks.c.id == talk_id).values(**values))
        touch_talks(connection, [talk_id])


def _heard_in(connection: Connection, talk_id: int) -> set[object]:
    """The keys of the recordings that the talk's machine transcripts were made from."""
    table = schema.transcripts
    made = select(table.c.settings).where(
        table.c.talk_id == talk_id, table.c.origin == "machine", table.c.complete
    )
    return {settings.get("media_key") for settings in connection.execute(made).scalars()}


def let_go_recording(catalog: Catalog, talk_id: int) -> None:
    """Take a lost recording from a talk, so that its clip is fetched again; its words stay."""
    with catalog.writing() as connection:
        connection.execute(
            update(schema.talks).where(schema.talks.c.id == talk_id).values(recording_id=None)
        )
        touch_talks(connection, [talk_id])


def fill_in(
    catalog: Catalog,
    talk_id: int,
    *,
    description: str = "",
    language: str = "",
    given_on: date | None = None,
    chapters: Sequence[Chapter] = (),
    title: str = "",
) -> None:
    """Add what a clip's site says of the talk where nothing is said yet; nothing is overwritten.

    ``title``, when given, replaces one that was provisional.
    """
    talks = schema.talks
    said: dict[str, Any] = {
        "description": description,
        "language": language,
        "given_on": given_on,
        "chapters": [[chapter.start_ms, chapter.title] for chapter in chapters],
    }
    with catalog.writing() as connection:
        row = connection.execute(select(talks).where(talks.c.id == talk_id)).one()
        new = {
            name: value
            for name, value in said.items()
            if value and not row._mapping[name] and name not in row.edited
        }
        if title and title != row.title and "title" not in row.edited:
            new["title"] = title
        if new:
            connection.execute(update(talks).where(talks.c.id == talk_id).values(**new))
            touch_talks(connection, [talk_id])


def same_clip(catalog: Catalog, talk_id: int) -> list[str]:
    """Slugs of the earlier talks whose recording is the same file, by its SHA-256."""
    talks, recordings = schema.talks, schema.recordings
    own = (
        select(recordings.c.media_key)
        .join(talks, talks.c.recording_id == recordings.c.id)
        .where(talks.c.id == talk_id)
        .scalar_subquery()
    )
    query = (
        select(talks.c.slug)
        .join(recordings, talks.c.recording_id == recordings.c.id)
        .where(recordings.c.media_key == own, talks.c.id < talk_id)
        .order_by(talks.c.id)
    )
    with catalog.reading() as connection:
        return list(connection.execute(query).scalars())
