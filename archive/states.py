"""A talk's state is its next step, derived from what the catalog's rows hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from archive.phrases import from_kept, phrase
from archive.types import State, Status

NO_SPEECH = phrase("no speech was found")


def derive_status(talk: Row[Any], transcripts: Sequence[Row[Any]], *, running: bool) -> Status:
    """The status of one talk.

    ``talk`` is its row; ``transcripts`` are the rows (complete, words, current) of its original
    track.
    """
    state, reason, advice = _next_step(talk, transcripts)
    return Status(
        state=state,
        running=running,
        reason=reason,
        advice=advice,
        searchable_to_ms=talk.searchable_to_ms,
        indexed_revision=talk.indexed_revision,
    )


def _next_step(talk: Row[Any], transcripts: Sequence[Row[Any]]) -> tuple[State, str, str]:
    if talk.failed_stage:
        kept = talk.failed_phrases or {}
        reason = from_kept(talk.failed_reason, kept.get("reason"))
        return State.FAILED, reason, from_kept(talk.failed_advice, kept.get("advice"))
    complete = [row for row in transcripts if row.complete]
    if talk.recording_id is None and talk.source_url:
        return State.FETCH, phrase("the clip is not fetched yet"), _run(f"podium retry {talk.slug}")
    if not complete or talk.again:
        if talk.recording_id is None:
            return State.WAITING, phrase("waits for a recording"), waiting_advice(talk.slug)
        return (
            State.TRANSCRIBE,
            phrase("not transcribed yet"),
            _run(f"podium transcribe {talk.slug}"),
        )
    if talk.translate and talk.recording_id is not None:
        return State.TRANSCRIBE, phrase("not translated yet"), _run(f"podium retry {talk.slug}")
    if talk.tell_apart and talk.recording_id is not None:
        reason = phrase("its voices are not told apart yet")
        return State.TRANSCRIBE, reason, _run(f"podium retry {talk.slug}")
    if talk.indexed_revision != talk.revision:
        return (
            State.INDEX,
            phrase("the last change is not indexed yet"),
            _run("podium worker --once"),
        )
    if not any(row.words for row in complete if row.current):
        return State.READY, NO_SPEECH, ""
    return State.READY, "", ""


def _run(command: str) -> str:
    return phrase("Run %(command)s.", command=f"`{command}`")


def waiting_advice(slug: str) -> str:
    """The command that brings a waiting talk its clip."""
    return f"podium ingest CLIP --talk {slug}"
