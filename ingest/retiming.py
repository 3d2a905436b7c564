"""Corrected words aligned again to the sound.

Whoever corrects a word hears it and does not time it: new words share the time of what they
replace. Here they get the times at which they are said, from the speech engine (word_times.py).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from msgspec import structs

from archive.catalog import Catalog
from archive.corrections.realigned import Unaligned, corrected_since, keep_times, unaligned
from archive.errors import BadSource, CorruptMedia, EngineMissing, ModelMissing, NoAudio, NotFound
from archive.types import Recording, Segment, Talk, Word
from ingest.word_times import Span, sound_of, stretches, take_times
from ingest.workshop import Workshop
from transcribe.audio import read_audio
from transcribe.engine import Transcriber
from transcribe.voice import SAMPLES_PER_MS, Samples

QUIET_S = 15.0
"""Whoever goes through a talk saves a line every ten seconds or so, and starting an engine takes
seconds: it starts when nobody corrected the talk for as long as this."""

# Sound that is read at once, for passages with less than so much between them: 38 MB at most.
_BLOCK_MS = 600_000
_NEAR_MS = 60_000

log = logging.getLogger("podium")


def quiet_talks(catalog: Catalog, quiet_s: float = QUIET_S) -> tuple[list[int], bool]:
    """Talks (their keys) that were corrected and are not corrected now; whether others may follow.

    Whether there is anything to align in one, ``is_to_align`` says.
    """
    corrected = corrected_since(catalog)
    latest = datetime.now(UTC) - timedelta(seconds=quiet_s)
    quiet = [talk_id for talk_id, changed_at in corrected.items() if changed_at <= latest]
    return quiet, len(quiet) < len(corrected)


def is_to_align(catalog: Catalog, talk_id: int) -> bool:
    """Whether a corrected talk has words to align; that it has none is recorded."""
    return _to_align(catalog, talk_id) is not None


def align_quiet(shop: Workshop, stopped: Callable[[], bool], quiet_s: float = QUIET_S) -> bool:
    """Align what nobody corrects now; False where a talk has no engine, or no model that knows it.

    What becomes quiet meanwhile is aligned too.
    """
    done: set[int] = set()
    complete = True
    while due := [talk for talk in quiet_talks(shop.catalog, quiet_s)[0] if talk not in done]:
        for talk_id in due:
            if stopped():
                return complete
            done.add(talk_id)
            try:
                align_corrected(shop, talk_id, stopped)
            except (EngineMissing, ModelMissing) as error:
                log.info("%s", error)
                complete = False
    return complete


def align_corrected(shop: Workshop, talk_id: int, stopped: Callable[[], bool]) -> int:
    """Align the corrected words of a talk; how many of its segments have other times then.

    What is not found in the recording stays as it is, as do words that somebody corrects meanwhile,
    and all of them where ``stopped`` says so. Raises ModelMissing or EngineMissing where there is
    nothing to align them with.
    """
    found = _to_align(shop.catalog, talk_id)
    if found is None:
        return 0
    talk, recording, seen = found
    engine = shop.engine_with(shop.model_for(_language(talk, seen) or None))
    retimed = _retimed(shop.catalog, talk, recording, seen, engine, stopped)
    return 0 if stopped() else keep_times(shop.catalog, talk_id, seen, retimed)


def _to_align(catalog: Catalog, talk_id: int) -> tuple[Talk, Recording, Unaligned] | None:
    """A talk with its recording, and what of it is to be aligned.

    None where that is nothing, which is recorded; and where the recording is another one than was
    transcribed, or not there.
    """
    try:
        talk = catalog.talk_by_id(talk_id)
    except NotFound:
        return None
    seen = unaligned(catalog, talk_id)
    if seen is None:
        return None
    recording = talk.recording
    there = recording is not None and Path(recording.path).is_file()
    if recording and there and seen.open and recording.media_key == seen.media_key:
        return talk, recording, seen
    keep_times(catalog, talk_id, seen, {})
    return None


def _retimed(
    catalog: Catalog,
    talk: Talk,
    recording: Recording,
    seen: Unaligned,
    engine: Transcriber,
    stopped: Callable[[], bool],
) -> dict[Segment, Segment]:
    """The segments whose words have other times, each with what takes its place."""
    words = [word for segment in seen.segments for word in segment.words]
    turns = catalog.turns(talk)
    bounds_ms = talk.range_ms or (0, recording.duration_ms)
    for block in _blocks(_passages(seen, words, _language(talk, seen), bounds_ms)):
        for part, sound in _heard(Path(recording.path), block):
            if stopped():
                return {}
            aligned = part.aligned(engine, sound, words)
            take_times(words, part.first, aligned, turns, bounds_ms)
    return {
        segment: replace(segment, start_ms=new[0].start_ms, end_ms=new[-1].end_ms, words=new)
        for segment, place in zip(seen.segments, _places(seen), strict=True)
        if (new := tuple(words[slice(*place)])) != segment.words
    }


@dataclass(frozen=True, slots=True)
class _Passage:
    """Words ``first`` to ``end`` of a transcript that are aligned as one, and where they sound."""

    first: int
    end: int
    start_ms: int
    end_ms: int
    language: str

    def aligned(self, engine: Transcriber, sound: Samples, words: Sequence[Word]) -> list[Word]:
        """The words with the times at which they are said; none where that is not known."""
        try:
            found = engine.align(sound, words[self.first : self.end], language=self.language)
        except ModelMissing as error:
            # A model that hears a talk may not know the language of each part of it.
            log.info("%s", error)
            return []
        return [
            structs.replace(
                word, start_ms=word.start_ms + self.start_ms, end_ms=word.end_ms + self.start_ms
            )
            for word in found
        ]


def _passages(
    seen: Unaligned, words: Sequence[Word], language: str, bounds_ms: Span
) -> list[_Passage]:
    """What is to be aligned, in the order of time."""
    places = _places(seen)
    return [
        _Passage(
            first,
            end,
            *sound_of(words, first, end, bounds_ms),
            language=seen.segments[number].language or language,
        )
        for number in seen.open
        for first, end in stretches(words, *places[number])
    ]


def _blocks(passages: Sequence[_Passage]) -> Iterator[list[_Passage]]:
    """Passages that are near each other, so that a recording is not searched for each of them."""
    block: list[_Passage] = []
    for part in passages:
        apart = block and part.start_ms - block[-1].end_ms > _NEAR_MS
        if apart or (block and part.end_ms - block[0].start_ms > _BLOCK_MS):
            yield block
            block = []
        block.append(part)
    if block:
        yield block


def _heard(path: Path, block: Sequence[_Passage]) -> Iterator[tuple[_Passage, Samples]]:
    """Each passage with its sound; none where the recording cannot be read there."""
    begin_ms = block[0].start_ms
    try:
        sound = read_audio(path, start_ms=begin_ms, end_ms=block[-1].end_ms)
    except (NotFound, BadSource, NoAudio, CorruptMedia) as error:
        log.info("Words at %.1f s are not aligned: %s", begin_ms / 1000, error)
        return
    for part in block:
        first, end = part.start_ms - begin_ms, part.end_ms - begin_ms
        yield part, sound[first * SAMPLES_PER_MS : end * SAMPLES_PER_MS]


def _language(talk: Talk, seen: Unaligned) -> str:
    return seen.language or talk.language


def _places(seen: Unaligned) -> list[Span]:
    """The first word of each segment and the one behind its last."""
    places = []
    first = 0
    for segment in seen.segments:
        places.append((first, first + len(segment.words)))
        first += len(segment.words)
    return places
