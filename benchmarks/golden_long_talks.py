"""The golden set at the length of real talks: each transcript amid words drawn at random."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from golden_questions import Question
from golden_set import Transcribed
from msgspec import structs

from archive.catalog import Catalog
from archive.programme import EventEntry, TalkEntry, save_programme
from archive.types import Segment, Track, Word
from archive.work.captions import save_captions

WORD_MS = 400
_WORDS_PER_SEGMENT = 10
_PAUSE_MS = 1_000


def save_long_talks(
    source: Catalog,
    target: Catalog,
    recordings: Sequence[Transcribed],
    questions: Sequence[Question],
    words_per_talk: int,
    seed: int,
) -> list[Question]:
    """Store the talks; the same questions with their places in them.

    The words are drawn from all transcripts, as often as they come there, so that the question's
    words are everywhere and only their standing together tells.
    """
    chosen = random.Random(seed)
    pool = [surface for one in recordings for surface in one.surfaces]
    event = EventEntry("Golden Set", slug="golden-set")
    shifts: dict[str, int] = {}
    for number, recording in enumerate(recordings, 1):
        clip = recording.clip
        before = chosen.randrange(words_per_talk)
        shift = before * WORD_MS + _PAUSE_MS
        segments = [
            segment
            for transcript in source.transcripts(source.talk(clip.slug).id)
            if transcript.track is Track.ORIGINAL
            for segment in transcript.segments
        ]
        end_ms = shift + segments[-1].end_ms + _PAUSE_MS
        around = [
            *_spoken(chosen.choices(pool, k=before), 0),
            *(_later(segment, shift) for segment in segments),
            *_spoken(chosen.choices(pool, k=words_per_talk - before), end_ms),
        ]
        entry = TalkEntry(f"Recording {number}", slug=clip.slug, language=clip.language)
        (talk_id,) = save_programme(target, event, [entry]).talk_ids
        save_captions(target, talk_id, around, language=clip.language, file="golden.vtt")
        shifts[clip.slug] = shift
    return [_moved(question, shifts) for question in questions]


def _spoken(words: Sequence[str], start_ms: int) -> list[Segment]:
    timed = [
        Word(text, True, start_ms + at * WORD_MS, start_ms + at * WORD_MS + WORD_MS - 20)
        for at, text in enumerate(words)
    ]
    parts = [timed[at : at + _WORDS_PER_SEGMENT] for at in range(0, len(timed), _WORDS_PER_SEGMENT)]
    return [Segment(part[0].start_ms, part[-1].end_ms, tuple(part)) for part in parts]


def _later(segment: Segment, shift_ms: int) -> Segment:
    words = tuple(
        structs.replace(word, start_ms=word.start_ms + shift_ms, end_ms=word.end_ms + shift_ms)
        for word in segment.words
    )
    return Segment(segment.start_ms + shift_ms, segment.end_ms + shift_ms, words)


def _moved(question: Question, shifts: dict[str, int]) -> Question:
    places = tuple(
        replace(place, start_ms=place.start_ms + shifts[place.slug], within_ms=None)
        for place in question.places
    )
    return replace(question, places=places)
