"""A machine's transcript of a talk: asked for, begun, saved piece by piece, finished."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from archive import pieces, schema, versions
from archive.catalog import Catalog, add_row
from archive.clock import now
from archive.touch import touch, touch_talks
from archive.types import SURE_LANGUAGE, Segment, Track


@dataclass(frozen=True, slots=True)
class TranscriptInWork:
    """An unfinished transcript: its key, and the spans (start, end) of its pieces by number.

    ``language`` is "" until it is known, and ``in_doubt`` where it is a guess that may be wrong.
    """

    id: int
    spans_ms: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    language: str = ""
    in_doubt: bool = False

    @property
    def pieces_done(self) -> int:
        """How many pieces are done from the first one on, without a gap."""
        return next(number for number in count() if number not in self.spans_ms)

    @property
    def done_to_ms(self) -> int:
        """How far they go."""
        return self.spans_ms[self.pieces_done - 1][1] if self.pieces_done else 0


def ask_for_transcript(catalog: Catalog, talk_id: int) -> None:
    """Ask for another machine transcript; the present one stays current until it is complete."""
    with catalog.writing() as connection:
        connection.execute(
            update(schema.talks).where(schema.talks.c.id == talk_id).values(again=True)
        )
        touch(connection)


def ask_for_translation(catalog: Catalog, talk_id: int) -> None:
    """Ask for an English translation by machine; one that is there stays until it is complete."""
    with catalog.writing() as connection:
        connection.execute(
            update(schema.talks).where(schema.talks.c.id == talk_id).values(translate=True)
        )
        touch(connection)


def tracks_wanted(catalog: Catalog, talk_id: int) -> list[Track]:
    """The tracks that a talk still needs a machine transcript for, in the order of work."""
    talks, table = schema.talks, schema.transcripts
    asked = select(talks.c.again, talks.c.translate).where(talks.c.id == talk_id)
    complete = select(table.c.id).where(
        table.c.talk_id == talk_id, table.c.track == Track.ORIGINAL, table.c.complete
    )
    with catalog.reading() as connection:
        row = connection.execute(asked).one()
        original = row.again or connection.execute(complete).first() is None
    return [*([Track.ORIGINAL] if original else []), *([Track.ENGLISH] if row.translate else [])]


def left_unfinished(catalog: Catalog, talk_id: int, track: Track) -> tuple[str, str] | None:
    """Engine and model of the transcript that a cut-off run left, if there is one."""
    table = schema.transcripts
    query = select(table.c.engine, table.c.model).where(
        table.c.talk_id == talk_id, table.c.track == track, ~table.c.complete
    )
    with catalog.reading() as connection:
        row = connection.execute(query).first()
    return None if row is None else (row.engine, row.model)


def transcript_in_work(
    catalog: Catalog,
    talk_id: int,
    *,
    engine: str,
    model: str,
    settings: dict[str, object],
    track: Track = Track.ORIGINAL,
) -> TranscriptInWork | None:
    """The transcript that a cut-off run left, when it was made in the same way."""
    table = schema.transcripts
    query = select(table).where(
        table.c.talk_id == talk_id,
        table.c.track == track,
        ~table.c.complete,
        table.c.engine == engine,
        table.c.model == model,
    )
    with catalog.reading() as connection:
        for row in connection.execute(query):
            if row.settings == settings:
                part = schema.pieces
                columns = (part.c.number, part.c.start_ms, part.c.end_ms)
                done = connection.execute(select(*columns).where(part.c.transcript_id == row.id))
                spans_ms = {number: (start_ms, end_ms) for number, start_ms, end_ms in done}
                share = row.language_probability
                in_doubt = share is not None and share < SURE_LANGUAGE
                return TranscriptInWork(row.id, spans_ms, row.language, in_doubt)
    return None


def begin_transcript(
    catalog: Catalog,
    talk_id: int,
    *,
    engine: str,
    model: str,
    settings: dict[str, object],
    language: str,
    track: Track = Track.ORIGINAL,
) -> TranscriptInWork:
    """Begin a machine transcript; other unfinished ones of the talk's track are dropped.

    ``language`` is "" where it is to be detected.
    """
    table = schema.transcripts
    of_talk = (table.c.talk_id == talk_id) & (table.c.track == track)
    with catalog.writing() as connection:
        connection.execute(delete(table).where(of_talk, ~table.c.complete))
        current = connection.execute(select(table.c.id).where(of_talk, table.c.current)).first()
        values = {
            "talk_id": talk_id,
            "number": versions.next_number(connection, talk_id),
            "track": track,
            "language": language,
            "origin": "machine",
            "engine": engine,
            "model": model,
            "settings": settings,
            "made_at": now(),
            "current": current is None,
        }
        return TranscriptInWork(add_row(connection, table, values), language=language)


def save_piece(
    catalog: Catalog,
    talk_id: int,
    transcript: TranscriptInWork,
    segments: Sequence[Segment],
    *,
    end_ms: int,
    number: int | None = None,
    start_ms: int | None = None,
    settings: dict[str, object] | None = None,
    language: str = "",
    language_probability: float | None = None,
) -> TranscriptInWork:
    """Store a finished piece, which ends at ``end_ms``.

    Without ``number`` and ``start_ms`` it is the one after those that are done. ``language`` is
    what was heard where none was stated; the transcript's is that of the first piece, or of the
    first that is sure of it.
    """
    table = schema.transcripts
    values: dict[str, Any] = {
        "words": table.c.words + sum(len(segment.words) for segment in segments)
    }
    surer = transcript.in_doubt and (language_probability or 0.0) >= SURE_LANGUAGE
    if language and (not transcript.language or surer):
        values |= {"language": language, "language_probability": language_probability}
        transcript = replace(
            transcript,
            language=language,
            in_doubt=language_probability is not None and language_probability < SURE_LANGUAGE,
        )
    number = transcript.pieces_done if number is None else number
    start_ms = transcript.done_to_ms if start_ms is None else start_ms
    with catalog.writing() as connection:
        connection.execute(
            insert(schema.pieces).values(
                transcript_id=transcript.id,
                number=number,
                start_ms=start_ms,
                end_ms=end_ms,
                document=pieces.pack(segments),
                settings=settings or {},
            )
        )
        connection.execute(update(table).where(table.c.id == transcript.id).values(**values))
        touch_talks(connection, [talk_id])
    spans_ms = {**transcript.spans_ms, number: (start_ms, end_ms)}
    return replace(transcript, spans_ms=spans_ms)


def finish_transcript(catalog: Catalog, talk_id: int, transcript_id: int) -> bool:
    """Mark a transcript complete, and current where no person chose another; whether it is.

    What was current before stays at hand. Its settings tell from now on what "auto" came to.
    """
    table = schema.transcripts
    with catalog.writing() as connection:
        this = table.c.id == transcript_id
        settings = connection.execute(select(table.c.settings).where(this)).scalar_one()
        values = {"complete": True, "settings": {**settings, **_used(connection, transcript_id)}}
        connection.execute(update(table).where(this).values(**values))
        took_over = versions.take_over(connection, talk_id, transcript_id)
        track = connection.execute(select(table.c.track).where(table.c.id == transcript_id))
        asked = "again" if track.scalar_one() == Track.ORIGINAL else "translate"
        connection.execute(
            update(schema.talks).where(schema.talks.c.id == talk_id).values({asked: False})
        )
        touch_talks(connection, [talk_id])
    return took_over


def _used(connection: Connection, transcript_id: int) -> dict[str, object]:
    """The device and the compute type of the last piece, where its engine told them."""
    table = schema.pieces
    query = select(table.c.settings).where(table.c.transcript_id == transcript_id)
    found = connection.execute(query.order_by(table.c.number.desc())).scalars().first() or {}
    return {name: found[name] for name in ("device", "compute_type") if name in found}
