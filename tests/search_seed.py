"""Talks for the tests of search: fictional words, one word every 400 ms."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from archive.types import Segment, Track, Word
from search.documents import (
    ProgrammeEntry,
    Speech,
    SpokenWord,
    TalkDocument,
    plain_stream,
    speech_of,
)
from search.index import (
    Evidence,
    NearRuns,
    ProgrammeEvidence,
    Request,
    Run,
    SpeechEvidence,
    Wanted,
)

STEP_MS = 400


def words_of(text: str, start_ms: int = 0, step_ms: int = STEP_MS) -> tuple[Word, ...]:
    return tuple(
        Word(word, at > 0, start_ms + at * step_ms, start_ms + at * step_ms + 350)
        for at, word in enumerate(text.split())
    )


def corrected_word(word: Word) -> Word:
    """``moon<mood`` is a word that somebody corrected from another; ``_`` is a blank in that."""
    text, mark, before = word.text.partition("<")
    return replace(word, text=text, corrected_from=before.replace("_", " ")) if mark else word


def segment(text: str, start_ms: int = 0, step_ms: int = STEP_MS) -> Segment:
    words = words_of(text, start_ms, step_ms)
    return Segment(words[0].start_ms, words[-1].end_ms, words)


def speech(
    text: str,
    *,
    speaker: str | None = "ada",
    track: Track = Track.ORIGINAL,
    language: str = "en",
    start_ms: int = 0,
) -> Speech:
    """A speech; a ``|`` between two words is a place where somebody else spoke.

    ``moon<mood`` was corrected.
    """
    spoken: list[SpokenWord] = []
    interrupted = False
    for word in words_of(text, start_ms):
        if word.text == "|":
            interrupted = True
            continue
        spoken.append(SpokenWord(corrected_word(word), language, interrupted))
        interrupted = False
    return speech_of(spoken, speaker=speaker, track=track)


def document(
    talk_id: int,
    *speeches: str | Speech,
    revision: int = 1,
    language: str = "en",
    **programme: str,
) -> TalkDocument:
    return TalkDocument(
        talk_id,
        revision,
        language,
        tuple(ProgrammeEntry(field, plain_stream(text)) for field, text in programme.items()),
        tuple(one if isinstance(one, Speech) else speech(one) for one in speeches),
    )


def bare(*words: str) -> tuple[Wanted, ...]:
    return tuple(Wanted(((word,),)) for word in words)


def quoted(text: str) -> Wanted:
    return Wanted((tuple(text.split()),), quoted=True)


def near(within: int, *parts: str) -> Wanted:
    """These runs with so many words between two of them at most."""
    runs = tuple((tuple(part.split()),) for part in parts)
    return Wanted((), quoted=True, near=(NearRuns(runs, (within,) * (len(parts) - 1)),))


def asking(
    *wanted: Wanted | str, excluded: Sequence[Run] = (), talks: frozenset[int] | None = None
) -> Request:
    """A request of bare words (as strings) and other clauses."""
    clauses = tuple(one if isinstance(one, Wanted) else Wanted(((one,),)) for one in wanted)
    return Request(clauses, excluded=tuple(excluded), talks=talks)


def places(evidence: Evidence) -> list[tuple[object, ...]]:
    """The evidence as plain values, to compare engines by."""
    return [
        (one.speaker, one.track.value, one.stream.text, one.languages, *_found(one))
        for one in evidence.speeches
    ] + [
        *((one.field, one.stream.text, *_found(one)) for one in evidence.programme),
        *(
            (one.speaker, one.track.value, one.stream.text, one.languages)
            for one in evidence.beside
        ),
        *(
            (one.speaker, one.track.value, one.stream.text, one.corrected.text, _hits(one.hits))
            for one in evidence.corrected
        ),
    ]


def _found(one: SpeechEvidence | ProgrammeEvidence) -> tuple[object, object]:
    return _hits(one.hits), _hits(one.marks)


def _hits(hits: object) -> list[tuple[int, int, int]]:
    columns = (getattr(hits, name).tolist() for name in ("first", "last", "clause"))
    return sorted(zip(*columns, strict=True))


def matched_text(evidence: Evidence) -> list[str]:
    """What each hit of the speeches covers in their texts."""
    return [
        one.stream.text[one.stream.char_start[first] : one.stream.char_end[last]]
        for one in evidence.speeches
        for first, last in zip(one.hits.first, one.hits.last, strict=True)
    ]
