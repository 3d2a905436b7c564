"""Taking talks and events away, with the media that nothing else uses."""

from __future__ import annotations

from sqlalchemy import delete, select

from archive import schema
from archive.catalog import Catalog
from archive.errors import NotFound
from archive.programme import talks_of_event
from archive.store import MediaStore
from archive.touch import touch


def remove_talk(catalog: Catalog, talk_id: int) -> None:
    """Take a talk away, with its media where no other talk uses them."""
    table = schema.talks
    this = delete(table).where(table.c.id == talk_id).returning(table.c.recording_id)
    with catalog.writing() as connection:
        removed = connection.execute(this).first()
        if removed is None:
            raise NotFound("That was removed by somebody else.")
        touch(connection)
    MediaStore(catalog.home).clear_incoming(talk_id)
    if removed.recording_id is not None:
        remove_unused_recordings(catalog)


def remove_unused_recordings(catalog: Catalog) -> list[str]:
    """Delete recordings that no talk uses, with their files; what was deleted."""
    table = schema.recordings
    used = select(schema.talks.c.recording_id).where(schema.talks.c.recording_id.is_not(None))
    with catalog.writing() as connection:
        unused = connection.execute(select(table).where(table.c.id.not_in(used))).all()
        connection.execute(delete(table).where(table.c.id.in_([row.id for row in unused])))
        kept = set(connection.execute(select(table.c.location)).scalars())
        seen = set(connection.execute(select(table.c.media_key)).scalars())
    for media_key in {row.media_key for row in unused} - seen:
        MediaStore(catalog.home).discard_frames(media_key)
    gone = [row.location for row in unused if not row.linked and row.location not in kept]
    for location in gone:
        MediaStore(catalog.home).remove(location)
    return gone


def remove_event(catalog: Catalog, event_id: int) -> None:
    """Take an event away, with all its talks."""
    with catalog.reading() as connection:
        talk_ids = talks_of_event(connection, event_id)
    for talk_id in talk_ids:
        remove_talk(catalog, talk_id)
    with catalog.writing() as connection:
        connection.execute(delete(schema.events).where(schema.events.c.id == event_id))
        touch(connection)
