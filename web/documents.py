"""The JSON forms of talks, events and transcripts: one set for the API and the command line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from archive.countries import country_name
from archive.turns import by_speaker
from archive.types import Appearance, Event, Segment, Status, Talk, Transcript, Turn


def talk_document(talk: Talk, status: Status) -> dict[str, Any]:
    """One element of ``podium talks --json`` and of ``/api/v1/talks``.

    Times are milliseconds; what is not known is null, texts that are empty too.
    """
    return {
        "slug": talk.slug,
        "title": talk.title,
        "event": talk.event,
        "number": talk.number,
        "language": talk.language or None,
        "state": status.state.value,
        "running": status.running,
        "reason": status.reason or None,
        "duration_ms": duration_ms(talk),
        "searchable_to_ms": status.searchable_to_ms,
        "source_url": talk.source_url or None,
        "speakers": [_speaker_document(appearance) for appearance in talk.appearances],
    }


def talk_detail_document(
    talk: Talk,
    status: Status,
    event: Event | None,
    transcript: Transcript | None,
    versions: Sequence[Transcript] = (),
    translation: Transcript | None = None,
    turns: Sequence[Turn] = (),
) -> dict[str, Any]:
    """The answer of ``/api/v1/talks/<slug>``: the element of the list, with all that is known.

    ``event_details`` is the event or null. ``transcript`` is null until the first piece is made;
    then it is what ``transcript_document`` gives, with ``origin``, ``complete`` and who checked it.
    ``translation`` is the same of the English track. ``transcripts`` are all ``versions`` without
    their words, ``turns`` who spoke when.
    """
    return {
        **talk_document(talk, status),
        "description": talk.description or None,
        "given_on": talk.given_on.isoformat() if talk.given_on else None,
        "advice": status.advice or None,
        "range_ms": list(talk.range_ms) if talk.range_ms else None,
        "chapters": [
            {"start_ms": chapter.start_ms, "title": chapter.title} for chapter in talk.chapters
        ],
        "media_url": f"/talks/{talk.slug}/media" if talk.recording else None,
        "media_type": talk.recording.mime_type if talk.recording else None,
        "captions_url": f"/talks/{talk.slug}/captions.vtt" if transcript else None,
        "event_details": None if event is None else event_document(event),
        "transcript": _whole_document(talk, transcript, turns),
        "translation": _whole_document(talk, translation, turns),
        "transcripts": [version_document(version) for version in versions],
        "session": talk.session,
        "turns": [turn_document(turn) for turn in turns],
    }


def turn_document(turn: Turn) -> dict[str, Any]:
    """A turn; ``speaker`` is a slug or null, ``score`` how sure a machine is of it, 0 to 1."""
    return {
        "start_ms": turn.start_ms,
        "end_ms": turn.end_ms,
        "voice": turn.voice,
        "speaker": turn.speaker,
        "name": turn.shown_name,
        "score": turn.score,
        "likely": turn.likely,
        "source": turn.source,
    }


def _whole_document(
    talk: Talk, transcript: Transcript | None, turns: Sequence[Turn]
) -> dict[str, Any] | None:
    if transcript is None:
        return None
    return {**transcript_document(talk, transcript, turns), **version_document(transcript)}


def version_document(transcript: Transcript) -> dict[str, Any]:
    """What is known of a transcript besides its words; ``number`` is what commands name it by."""
    return {
        "number": transcript.number,
        "track": transcript.track.value,
        "language": transcript.language or None,
        "language_probability": transcript.language_probability,
        "origin": transcript.origin,
        "engine": transcript.engine or None,
        "model": transcript.model or None,
        "settings": transcript.settings,
        "made_at": transcript.made_at or None,
        "checked_by": transcript.checked_by or None,
        "current": transcript.current,
        "chosen": transcript.chosen,
        "complete": transcript.complete,
        "done_to_ms": transcript.done_to_ms,
    }


def event_document(event: Event) -> dict[str, Any]:
    """An event as the API gives it; days are ISO 8601."""
    return {
        "slug": event.slug,
        "title": event.title,
        "starts_on": event.starts_on.isoformat() if event.starts_on else None,
        "ends_on": event.ends_on.isoformat() if event.ends_on else None,
        "place": event.place or None,
        "url": event.url or None,
        "organizers": list(event.organizers),
        "people": [{"name": person.name, "part": person.part} for person in event.people],
        "summary": event.summary or None,
    }


def transcript_document(
    talk: Talk, transcript: Transcript, turns: Sequence[Turn]
) -> dict[str, Any]:
    """The transcript as ``podium export --format json`` writes it.

    ``speaker`` of a segment is a slug, or null where nobody knows who speaks; a segment in which
    the voice changes becomes several. ``estimated`` says that the times of words in it were
    spread over a caption, not heard. ``engine`` and ``model`` are null for captions that came
    with the talk.
    """
    return {
        "talk": talk.slug,
        "track": transcript.track.value,
        "language": transcript.language or None,
        "engine": transcript.engine or None,
        "model": transcript.model or None,
        "segments": [
            _segment_document(segment, turn)
            for segment, turn in by_speaker(transcript.segments, turns)
        ],
    }


def duration_ms(talk: Talk) -> int | None:
    """How long the talk is: its part of the recording; None without a recording."""
    if talk.recording is None:
        return None
    if talk.range_ms is not None:
        return talk.range_ms[1] - talk.range_ms[0]
    return talk.recording.duration_ms


def _speaker_document(appearance: Appearance) -> dict[str, str | None]:
    return {
        "slug": appearance.speaker.slug,
        "name": appearance.speaker.name,
        "role": appearance.role or None,
        "affiliation": appearance.affiliation or None,
        "country": country_name(appearance.country) if appearance.country else None,
    }


def _segment_document(segment: Segment, turn: Turn | None) -> dict[str, Any]:
    return {
        "start_ms": segment.start_ms,
        "end_ms": segment.end_ms,
        "speaker": turn.speaker if turn else None,
        "voice": turn.voice if turn else None,
        "estimated": any(word.estimated for word in segment.words),
        "words": [
            {
                "text": word.text,
                "space_before": word.space_before,
                "start_ms": word.start_ms,
                "end_ms": word.end_ms,
                "probability": round(word.probability, 3),
            }
            for word in segment.words
        ],
    }
