"""What a talk's page shows: one object for its template."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from archive.states import NO_SPEECH
from archive.turns import by_speaker
from archive.types import Event, Segment, State, Status, Talk, Track, Transcript, Turn
from search.results import talk_url
from web.shown import language_name, marked, percent
from web.speaker_band import SpeakerBand, speaker_band

LEAD_MS = 400
"""The player starts this much before the word, so that its first sound is not cut off."""
_ADDRESS_MS = 10
"""Addresses carry hundredths of a second, cut off: the word begins within this of them."""


@dataclass(frozen=True, slots=True)
class Line:
    """A segment as the transcript shows it; ``query`` opens the page there, ``html`` is safe.

    ``heading`` is the turn that begins with it, where several voices speak.
    """

    start_ms: int
    query: str
    html: Markup
    unsure: bool
    heading: Turn | None = None


@dataclass(frozen=True, slots=True)
class TalkPage:
    talk: Talk
    event: Event | None
    status: Status
    transcript: Transcript | None
    lines: tuple[Line, ...]
    at_ms: int | None
    translation: Transcript | None = None
    translated: tuple[Line, ...] = ()
    versions: Sequence[Transcript] = ()
    band: SpeakerBand | None = None

    @property
    def media_source(self) -> str:
        """The recording's address; its fragment opens it at the second without any script."""
        start_ms, end_ms = self.talk.range_ms or (0, None)
        if self.at_ms is not None:
            start_ms = max(start_ms, self.at_ms - LEAD_MS)
        fragment = "" if not start_ms and end_ms is None else f"#t={start_ms / 1000:.3f}"
        if end_ms is not None:
            fragment += f",{end_ms / 1000:.3f}"
        return f"/talks/{self.talk.slug}/media{fragment}"

    @property
    def playable(self) -> bool:
        return self.talk.recording is not None

    @property
    def is_video(self) -> bool:
        recording = self.talk.recording
        return recording is not None and recording.mime_type.startswith("video/")

    @property
    def silent(self) -> bool:
        """Whether the whole recording was listened to and nobody speaks in it."""
        return self.status.reason == NO_SPEECH

    @property
    def in_work(self) -> bool:
        return self.status.state in (State.FETCH, State.TRANSCRIBE, State.INDEX)

    @property
    def made_to_ms(self) -> int:
        """How far the transcript that is being made has come."""
        return max((v.done_to_ms for v in self._spoken if not v.complete), default=0)

    @property
    def others(self) -> list[Transcript]:
        """The transcripts that are kept beside the one that is shown."""
        return [version for version in self._spoken if version.complete and not version.current]

    @property
    def _spoken(self) -> list[Transcript]:
        return [version for version in self.versions if version.track is Track.ORIGINAL]

    @property
    def language_line(self) -> str:
        """Which language it is in and how that is known; "" while it is not."""
        if self.talk.language:
            return f"{language_name(self.talk.language)}, as the programme states."
        if self.transcript is None or not self.transcript.language:
            return ""
        name = language_name(self.transcript.language)
        share = self.transcript.language_probability
        if share is None:
            return f"{name}."
        doubt = "guessed, in doubt" if self.transcript.language_in_doubt else "guessed"
        return f"{name} ({doubt}: {percent(share)} sure)."

    @property
    def doubtful_language(self) -> bool:
        """Whether the language was guessed and may well be another."""
        stated = bool(self.talk.language)
        return not stated and self.transcript is not None and self.transcript.language_in_doubt

    @property
    def any_estimated(self) -> bool:
        """Whether times of words were spread over their caption instead of heard."""
        return self.transcript is not None and any(w.estimated for w in self.transcript.words)

    @property
    def told_by_machine(self) -> bool:
        """Whether a machine says who speaks, at least here and there."""
        return self.band is not None and any(b.turn.source == "machine" for b in self.band.bars)

    @property
    def any_unsure(self) -> bool:
        return any(line.unsure for line in self.lines)


def talk_page(
    talk: Talk,
    event: Event | None,
    status: Status,
    transcript: Transcript | None,
    turns: Sequence[Turn],
    at_ms: int | None,
    translation: Transcript | None = None,
    versions: Sequence[Transcript] = (),
) -> TalkPage:
    """The page of a talk, opened at ``at_ms`` of its recording (None: at its beginning).

    ``turns`` are who spoke when, ``versions`` all its transcripts, without their words.
    """
    parts = by_speaker(transcript.segments if transcript else (), turns)
    segments = [segment for segment, _ in parts]
    band = speaker_band(talk, turns)
    if at_ms is not None and at_ms >= _end_ms(talk):
        at_ms = None
    hit = None if at_ms is None else word_at(segments, at_ms)
    headings = _headings([turn for _, turn in parts]) if band else [None] * len(parts)
    lines = tuple(
        _line(
            talk,
            segment,
            [_span(segment, hit[1])] if hit and hit[0] == number else (),
            headings[number],
        )
        for number, segment in enumerate(segments)
    )
    english = translation.segments if translation else ()
    translated = tuple(_line(talk, segment) for segment in english)
    return TalkPage(
        talk, event, status, transcript, lines, at_ms, translation, translated, versions, band
    )


def _line(
    talk: Talk,
    segment: Segment,
    spans: Sequence[tuple[int, int]] = (),
    heading: Turn | None = None,
) -> Line:
    return Line(
        start_ms=segment.start_ms,
        query=talk_url(talk.slug, segment.start_ms).partition("?")[2],
        html=marked(segment.text, spans),
        unsure=segment.unsure,
        heading=heading,
    )


def _headings(turns: Sequence[Turn | None]) -> list[Turn | None]:
    """The turn of each line where its voice is another than the line's before."""
    return [
        turn if turn and (not before or before.voice != turn.voice) else None
        for before, turn in zip([None, *turns], turns, strict=False)
    ]


def _end_ms(talk: Talk) -> float:
    """Where the talk ends in its recording; a player sent further would begin anew."""
    if talk.range_ms is not None:
        return talk.range_ms[1]
    return math.inf if talk.recording is None else talk.recording.duration_ms


def word_at(segments: Sequence[Segment], at_ms: int) -> tuple[int, int] | None:
    """The word an address names, as numbers of its segment and of the word in it.

    That is the first word that begins at ``at_ms`` (to the hundredth), else the one being spoken
    then; None before the first word.
    """
    spoken = None
    for number, segment in enumerate(segments):
        for position, word in enumerate(segment.words):
            if word.start_ms >= at_ms + _ADDRESS_MS:
                return spoken
            if word.start_ms >= at_ms:
                return number, position
            spoken = number, position
    return spoken


def _span(segment: Segment, position: int) -> tuple[int, int]:
    """Where a word stands in the segment's text, in code points."""
    start = 0
    for number, word in enumerate(segment.words):
        start += 1 if number and word.space_before else 0
        if number == position:
            return start, start + len(word.text)
        start += len(word.text)
    return 0, 0
