"""What a talk's page shows: one object for its template."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from archive.states import NO_SPEECH
from archive.types import Event, State, Status, Talk, Track, Transcript, Turn
from web.shown import language_name, percent
from web.talk.citing import Quote, quote_of
from web.talk.quoting import Passage, Quotation, Standing, find
from web.talk.speaker_band import SpeakerBand, speaker_band
from web.talk.talk_lines import Part, part_of

LEAD_MS = 400
"""The player starts this much before the word, so that its first sound is not cut off."""


@dataclass(frozen=True, slots=True)
class TalkPage:
    """``at_ms`` is where it opens; ``asked`` what its address says of a passage, ``passage`` that.

    ``beside`` says that the English translation stands beside the transcript. ``quote`` is the
    passage as it stands now, where a link has other words.
    """

    talk: Talk
    event: Event | None
    status: Status
    transcript: Transcript | None
    part: Part | None
    at_ms: int | None
    asked: Quotation | None = None
    passage: Passage | None = None
    quote: Quote | None = None
    translation: Transcript | None = None
    beside: bool = False
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
        return recording is not None and recording.is_video

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
            name = language_name(self.talk.language)
            return str(_("%(language)s, as the programme states.", language=name))
        if self.transcript is None or not self.transcript.language:
            return ""
        name = language_name(self.transcript.language)
        share = self.transcript.language_probability
        if share is None:
            return f"{name}."
        sure = percent(share)
        if self.transcript.language_in_doubt:
            return str(
                _("%(language)s (guessed, in doubt: %(sure)s sure).", language=name, sure=sure)
            )
        return str(_("%(language)s (guessed: %(sure)s sure).", language=name, sure=sure))

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
        """Whether the machine doubted sentences."""
        return self.transcript is not None and any(part.unsure for part in self.transcript.segments)


def talk_page(
    talk: Talk,
    event: Event | None,
    status: Status,
    transcript: Transcript | None,
    turns: Sequence[Turn],
    asked: Quotation | None,
    translation: Transcript | None = None,
    versions: Sequence[Transcript] = (),
    *,
    address: str = "",
    part: int = 1,
    beside: bool = False,
) -> TalkPage:
    """The page of a talk, opened where its address asks for (None: at its beginning).

    ``turns`` are who spoke when, ``versions`` all its transcripts, without their words; ``part`` is
    which part of a long transcript is shown, ``beside`` whether with its translation. ``address``
    is the talk's own, whole.
    """
    beside = beside and translation is not None
    passage = find(transcript.words, asked) if transcript and asked else None
    at_ms = _opened_at(transcript, asked, passage)
    if at_ms is not None and at_ms >= _end_ms(talk):
        at_ms = passage = None
    changed = passage and passage.standing in (Standing.CHANGED, Standing.LOST)
    return TalkPage(
        talk=talk,
        event=event,
        status=status,
        transcript=transcript,
        part=part_of(
            talk,
            transcript,
            turns,
            number=part,
            passage=passage,
            translation=translation if beside else None,
        ),
        at_ms=at_ms,
        asked=asked,
        passage=passage,
        quote=quote_of(talk, event, transcript, turns, passage, address)
        if transcript and passage and changed
        else None,
        translation=translation,
        beside=beside,
        versions=versions,
        band=speaker_band(talk, turns),
    )


def _opened_at(
    transcript: Transcript | None, asked: Quotation | None, passage: Passage | None
) -> int | None:
    """Where the player is sent: to the words where they were found, else to the time."""
    if asked is None:
        return None
    found = passage and passage.standing in (Standing.SAME, Standing.CHANGED)
    if transcript is None or passage is None or not found:
        return asked.start_ms
    return transcript.words[passage.first].start_ms


def _end_ms(talk: Talk) -> float:
    """Where the talk ends in its recording; a player sent further would begin anew."""
    if talk.range_ms is not None:
        return talk.range_ms[1]
    return math.inf if talk.recording is None else talk.recording.duration_ms
