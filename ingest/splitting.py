"""A session split into its talks: each keynote becomes a talk of its own, with its own address.

A keynote is the longest time that one voice speaks with hardly a word from others; introductions
and questions stay in the session alone. The talk plays its part of the session's recording.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from archive.catalog import Catalog
from archive.errors import UserError
from archive.programme import SpeakerEntry, TalkEntry, save_programme
from archive.types import Speaker, Talk, Track, Transcript, Turn
from archive.work.captions import save_captions
from archive.work.recordings import attach_part
from archive.work.transcripts import begin_transcript, finish_transcript, save_piece

LEAST_MS = 60_000
# What others may say in between, and how long nobody may speak, before it is another stretch.
_OTHERS_MS = 4_000
_SILENCE_MS = 60_000
# A split talk begins and ends a little beside its words.
_MARGIN_MS = 300


@dataclass(frozen=True, slots=True)
class Keynote:
    """A stretch of a session in which one voice speaks. ``speaker`` is a slug, or None."""

    voice: str
    speaker: str | None
    start_ms: int
    end_ms: int


def keynotes_of(turns: Sequence[Turn], least_ms: int = LEAST_MS) -> list[Keynote]:
    """The longest stretch of each voice that speaks ``least_ms`` in one, in the order of time."""
    longest: dict[str, tuple[int, Keynote]] = {}
    for voice in dict.fromkeys(turn.voice for turn in turns):
        for own in _stretches(turns, voice):
            spoken_ms = sum(turn.end_ms - turn.start_ms for turn in own)
            if spoken_ms >= max(least_ms, longest[voice][0] if voice in longest else 0):
                first, last = own[0], own[-1]
                keynote = Keynote(voice, first.speaker, first.start_ms, last.end_ms)
                longest[voice] = spoken_ms, keynote
    return sorted((keynote for _, keynote in longest.values()), key=lambda k: k.start_ms)


def split_session(
    catalog: Catalog, session: Talk, least_ms: int = LEAST_MS
) -> tuple[list[int], list[str]]:
    """Make a talk of each keynote whose speaker is known; keys of the talks, and remarks.

    A talk of the same event that waits for its recording and has that one speaker gets the part;
    else a talk is added. Split again, the same talks are brought up to date. Raises UserError
    where nobody's turns are known.
    """
    turns = catalog.turns(session)
    if session.recording is None or session.range_ms or len({t.voice for t in turns}) < 2:
        raise UserError(
            f"{session.slug} is no session whose voices are told apart.",
            advice=f"podium speakers again {session.slug}",
        )
    keynotes = keynotes_of(turns, least_ms)
    remarks = [
        f"{k.voice} speaks at length, and nobody knows who it is. "
        f'Say it: podium speakers name {session.slug} {k.voice} "NAME"'
        for k in keynotes
        if k.speaker is None
    ]
    transcripts = [t for t in catalog.transcripts(session.id) if t.track is Track.ORIGINAL]
    talk_ids = []
    for keynote in keynotes:
        if keynote.speaker is None:
            continue
        speaker = catalog.speaker(keynote.speaker)
        talk_id = _talk_for(catalog, session, speaker)
        span = (
            max(0, keynote.start_ms - _MARGIN_MS),
            min(session.recording.duration_ms, keynote.end_ms + _MARGIN_MS),
        )
        attach_part(catalog, talk_id, session.recording.id, span)
        for transcript in transcripts:
            _copy_words(catalog, talk_id, session, transcript, span)
        talk_ids.append(talk_id)
    if not talk_ids and not remarks:
        remarks.append(f"Nobody speaks for {least_ms // 1000} s in one in {session.slug}.")
    return talk_ids, remarks


def _stretches(turns: Sequence[Turn], voice: str) -> list[list[Turn]]:
    """The turns of a voice, apart where others speak or nobody does for long."""
    stretches: list[list[Turn]] = []
    others_ms = 0
    for turn in turns:
        if turn.voice != voice:
            others_ms += turn.end_ms - turn.start_ms
            continue
        last = stretches[-1][-1] if stretches else None
        goes_on = last is not None and turn.start_ms - last.end_ms <= _SILENCE_MS
        if goes_on and others_ms <= _OTHERS_MS:
            stretches[-1].append(turn)
        else:
            stretches.append([turn])
        others_ms = 0
    return stretches


def _talk_for(catalog: Catalog, session: Talk, speaker: Speaker) -> int:
    """The talk of the programme that waits for this part, else the one of an earlier split."""
    for talk in catalog.talks():
        waits = talk.event == session.event and talk.recording is None and not talk.source_url
        if session.event and waits and talk.only_speaker == speaker:
            return talk.id
    held = [
        talk.id
        for talk in catalog.talks()
        if talk.range_ms and talk.recording == session.recording and talk.speakers[:1] == (speaker,)
    ]
    if held:
        return held[0]
    entry = TalkEntry(
        f"{speaker.name} at {session.title}",
        language=session.language,
        given_on=session.given_on,
        source_key=f"{session.source_key}#{speaker.slug}",
        speakers=(SpeakerEntry(speaker.name),),
    )
    saved = save_programme(catalog, None, [entry], event_slug=session.event or "")
    return saved.talk_ids[0]


def _copy_words(
    catalog: Catalog, talk_id: int, session: Talk, transcript: Transcript, span: tuple[int, int]
) -> None:
    """Give a talk the words of its part of the session, where it has no transcript of it yet."""
    made_from = {"split_from": session.slug, "part": list(span), "of": transcript.number}
    held = catalog.versions(talk_id)
    if any(version.settings.get("split") == made_from for version in held):
        return
    segments = [
        replace(segment, words=words, start_ms=words[0].start_ms, end_ms=words[-1].end_ms)
        for segment in transcript.segments
        if (words := tuple(w for w in segment.words if span[0] <= w.start_ms < span[1]))
    ]
    if transcript.origin == "captions":
        file = Path(str(transcript.settings.get("file", ""))).name
        save_captions(catalog, talk_id, segments, language=transcript.language, file=file)
        return
    begun = begin_transcript(
        catalog,
        talk_id,
        engine=transcript.engine,
        model=transcript.model,
        settings={**transcript.settings, "split": made_from},
        language=transcript.language,
    )
    save_piece(catalog, talk_id, begun, segments, end_ms=span[1])
    finish_transcript(catalog, talk_id, begun.id)
