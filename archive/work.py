"""What the stages have done, written into the catalog: recordings, pieces, failures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from hashlib import sha256
from itertools import count
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from archive import pieces, schema, versions
from archive.catalog import Catalog, add_row, touch, touch_talks
from archive.errors import PodiumError
from archive.types import SURE_LANGUAGE, Chapter, Segment, Track


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


def let_go_recording(catalog: Catalog, talk_id: int) -> None:
    """Take a lost recording from a talk, so that its clip is fetched again; its words stay."""
    with catalog.writing() as connection:
        connection.execute(
            update(schema.talks).where(schema.talks.c.id == talk_id).values(recording_id=None)
        )
        touch_talks(connection, [talk_id])


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


def _heard_in(connection: Connection, talk_id: int) -> set[object]:
    """The keys of the recordings that the talk's machine transcripts were made from."""
    table = schema.transcripts
    made = select(table.c.settings).where(
        table.c.talk_id == talk_id, table.c.origin == "machine", table.c.complete
    )
    return {settings.get("media_key") for settings in connection.execute(made).scalars()}


def is_linked(catalog: Catalog, talk_id: int) -> bool:
    """Whether the talk's file is to be linked instead of copied."""
    query = select(schema.talks.c.link).where(schema.talks.c.id == talk_id)
    with catalog.reading() as connection:
        return bool(connection.execute(query).scalar())


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


def left_unfinished(catalog: Catalog, talk_id: int, track: Track) -> tuple[str, str] | None:
    """Engine and model of the transcript that a cut-off run left, if there is one."""
    table = schema.transcripts
    query = select(table.c.engine, table.c.model).where(
        table.c.talk_id == talk_id, table.c.track == track, ~table.c.complete
    )
    with catalog.reading() as connection:
        row = connection.execute(query).first()
    return None if row is None else (row.engine, row.model)


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
            "made_at": _now(),
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
    table = schema.transcripts
    document = pieces.pack(segments)
    end_ms = segments[-1].end_ms if segments else 0
    with catalog.writing() as connection:
        if _has_captions(connection, talk_id, document):
            return
        original = (table.c.talk_id == talk_id) & (table.c.track == Track.ORIGINAL)
        done = connection.execute(
            select(table.c.id).where(original, table.c.origin == "machine", table.c.complete)
        ).first()
        transcript_id = add_row(
            connection,
            table,
            {
                "talk_id": talk_id,
                "number": versions.next_number(connection, talk_id),
                "track": Track.ORIGINAL,
                "language": language,
                "origin": "captions",
                "settings": {
                    "file": file,
                    "automatic": automatic,
                    "sha256": sha256(document).hexdigest(),
                },
                "made_at": _now(),
                "complete": True,
                "words": sum(len(segment.words) for segment in segments),
            },
        )
        connection.execute(
            insert(schema.pieces).values(
                transcript_id=transcript_id,
                number=0,
                start_ms=0,
                end_ms=end_ms,
                document=document,
                settings={},
            )
        )
        if done is None or not transcribe:
            versions.take_over(connection, talk_id, transcript_id)
        if done is None and transcribe:
            connection.execute(
                update(schema.talks).where(schema.talks.c.id == talk_id).values(again=True)
            )
        touch_talks(connection, [talk_id])


def has_captions(catalog: Catalog, talk_id: int, segments: Sequence[Segment]) -> bool:
    """Whether these captions came with a talk, also where they were corrected since."""
    with catalog.reading() as connection:
        return _has_captions(connection, talk_id, pieces.pack(segments))


def _has_captions(connection: Connection, talk_id: int, document: bytes) -> bool:
    table = schema.transcripts
    stored = connection.execute(
        select(table.c.settings, schema.pieces.c.document)
        .join(schema.pieces)
        .where(table.c.talk_id == talk_id, table.c.origin == "captions")
    ).all()
    digest = sha256(document).hexdigest()
    return any(row.document == document or row.settings.get("sha256") == digest for row in stored)


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


def record_failure(catalog: Catalog, talk_id: int, stage: str, error: PodiumError) -> None:
    """Keep why a stage failed, for people and for the next run."""
    _set_failure(catalog, talk_id, stage, error.message, error.advice)


def clear_failure(catalog: Catalog, talk_id: int) -> None:
    """Forget the last failure: the talk is to be tried again."""
    _set_failure(catalog, talk_id, "", "", "")


def _used(connection: Connection, transcript_id: int) -> dict[str, object]:
    """The device and the compute type of the last piece, where its engine told them."""
    table = schema.pieces
    query = select(table.c.settings).where(table.c.transcript_id == transcript_id)
    found = connection.execute(query.order_by(table.c.number.desc())).scalars().first() or {}
    return {name: found[name] for name in ("device", "compute_type") if name in found}


def _set_failure(catalog: Catalog, talk_id: int, stage: str, reason: str, advice: str) -> None:
    talks = schema.talks
    values = {"failed_stage": stage, "failed_reason": reason, "failed_advice": advice}
    with catalog.writing() as connection:
        connection.execute(update(talks).where(talks.c.id == talk_id).values(**values))
        touch(connection)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
