"""Rows of the catalog as the types of archive.types."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Row

from archive.types import (
    Appearance,
    Chapter,
    Event,
    EventPerson,
    Recording,
    Speaker,
    Talk,
)


def event_of(row: Row[Any]) -> Event:
    """A row of the table of events as its type."""
    return Event(
        id=row.id,
        slug=row.slug,
        title=row.title,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        place=row.place,
        url=row.url,
        organizers=tuple(row.organizers),
        people=tuple(EventPerson(name, part) for name, part in row.people),
        summary=row.summary,
    )


def speaker_of(row: Row[Any]) -> Speaker:
    """A row of the table of speakers as its type."""
    return Speaker(row.id, row.slug, row.name, tuple(row.aliases), row.url)


def appearance_of(row: Row[Any]) -> Appearance:
    """A row of appearances joined with speakers as its type."""
    return Appearance(
        speaker=speaker_of(row),
        role=row.role,
        affiliation=row.affiliation,
        affiliation_aliases=tuple(row.affiliation_aliases),
        country=row.country,
    )


def talk_of(
    row: Row[Any], appearances: tuple[Appearance, ...], recording: Recording | None
) -> Talk:
    """A row of talks, with ``event_slug``, as its type."""
    in_part = row.range_start_ms is not None and row.range_end_ms is not None
    return Talk(
        id=row.id,
        slug=row.slug,
        title=row.title,
        event=row.event_slug,
        number=row.number,
        description=row.description,
        language=row.language,
        appearances=appearances,
        given_on=row.given_on,
        source_url=row.source_url,
        source_key=row.source_key,
        recording=recording,
        range_ms=(row.range_start_ms, row.range_end_ms) if in_part else None,
        chapters=tuple(Chapter(start_ms, title) for start_ms, title in row.chapters),
        session=row.session,
        revision=row.revision,
    )


def recording_of(row: Row[Any], home: Path) -> Recording:
    """A row of the table of recordings as its type; ``home`` is the archive's folder."""
    path = row.location if row.linked else str(home / "media" / row.location)
    return Recording(
        id=row.id,
        media_key=row.media_key,
        kind=row.kind,
        mime_type=row.mime_type,
        size=row.size,
        duration_ms=row.duration_ms,
        width=row.width,
        height=row.height,
        path=path,
        linked=row.linked,
    )
