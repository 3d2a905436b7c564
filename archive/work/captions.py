"""Captions that came with a talk, stored as a transcript of it."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from sqlalchemy import Connection, insert, select, update

from archive import pieces, schema, versions
from archive.catalog import Catalog, add_row
from archive.clock import now
from archive.touch import touch_talks
from archive.types import Segment, Track


def save_captions(
    catalog: Catalog,
    talk_id: int,
    segments: Sequence[Segment],
    *,
    language: str,
    file: str,
    automatic: bool = False,
    transcribe: bool = False,
) -> None:
    """Store captions that came with a talk as its current transcript; the same twice is one.

    ``automatic`` says that a machine of the site wrote them. With ``transcribe``, the talk is
    transcribed as well, and the captions are current only until that is done (not at all where
    it was done before).
    """
    document = pieces.pack(segments)
    values = {
        "talk_id": talk_id,
        "track": Track.ORIGINAL,
        "language": language,
        "origin": "captions",
        "settings": {"file": file, "automatic": automatic, "sha256": sha256(document).hexdigest()},
        "made_at": now(),
        "complete": True,
        "words": sum(len(segment.words) for segment in segments),
    }
    piece = {
        "number": 0,
        "start_ms": 0,
        "end_ms": segments[-1].end_ms if segments else 0,
        "document": document,
        "settings": {},
    }
    with catalog.writing() as connection:
        if _has_captions(connection, talk_id, document):
            return
        transcribed = _is_transcribed(connection, talk_id)
        values["number"] = versions.next_number(connection, talk_id)
        transcript_id = add_row(connection, schema.transcripts, values)
        connection.execute(insert(schema.pieces).values(transcript_id=transcript_id, **piece))
        if not (transcribed and transcribe):
            versions.take_over(connection, talk_id, transcript_id)
        if transcribe and not transcribed:
            connection.execute(
                update(schema.talks).where(schema.talks.c.id == talk_id).values(again=True)
            )
        touch_talks(connection, [talk_id])


def has_captions(catalog: Catalog, talk_id: int, segments: Sequence[Segment]) -> bool:
    """Whether these captions came with a talk, also where they were corrected since."""
    with catalog.reading() as connection:
        return _has_captions(connection, talk_id, pieces.pack(segments))


def _is_transcribed(connection: Connection, talk_id: int) -> bool:
    table = schema.transcripts
    made = select(table.c.id).where(
        table.c.talk_id == talk_id,
        table.c.track == Track.ORIGINAL,
        table.c.origin == "machine",
        table.c.complete,
    )
    return connection.execute(made).first() is not None


def _has_captions(connection: Connection, talk_id: int, document: bytes) -> bool:
    table = schema.transcripts
    stored = connection.execute(
        select(table.c.settings, schema.pieces.c.document)
        .join(schema.pieces)
        .where(table.c.talk_id == talk_id, table.c.origin == "captions")
    ).all()
    digest = sha256(document).hexdigest()
    return any(row.document == document or row.settings.get("sha256") == digest for row in stored)
