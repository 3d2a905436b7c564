"""The questions that the golden set is asked, each with the places where its words were said.

A run is five words that stand side by side in a reference, typed as it has them, without quotes; in
scripts without blanks it is eight characters. Where the same words were said twice, both places are
right. Nothing is drawn: every run of the set is there.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from golden_set import Known, Transcribed

WORDS_PER_RUN = 5
CHARACTERS_PER_RUN = 8
SHORTEST_RARE_WORD = 5
_QUOTES = str.maketrans(dict.fromkeys('"“”„«»‹›「」『』'))
_SENTENCE_ENDS = ".!?:"


class Kind(StrEnum):
    """What is typed."""

    RUN = "run"
    PHRASE = "phrase"
    RARE = "rare word"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Place:
    """Where the words were said: the talk and the start of the first of them.

    ``by_transcript`` says that the time is the transcript's own, since no other is known; then
    ``within_ms`` may still say between which times of another source it has to lie.
    """

    slug: str
    start_ms: int
    by_transcript: bool
    within_ms: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What is typed, and the right answers. ``misheard`` counts its words that the transcript of
    the first place lacks there."""

    kind: Kind
    text: str
    language: str
    places: tuple[Place, ...]
    misheard: int


def questions_of(recordings: Sequence[Transcribed]) -> list[Question]:
    """All questions of a golden set, by kind and in the order of the recordings."""
    runs = list(_together(runs_of(recordings)))
    phrases = [replace(run, kind=Kind.PHRASE, text=f'"{run.text}"') for run in runs]
    return [*runs, *phrases, *_rare_words(recordings)]


def runs_of(recordings: Sequence[Transcribed]) -> Iterator[tuple[tuple[str, ...], Question]]:
    """Each run of each recording, with its tokens."""
    for recording in recordings:
        clip = recording.clip
        length = WORDS_PER_RUN if clip.spaced else CHARACTERS_PER_RUN
        for at in range(len(clip.words) - length + 1):
            place = place_of(recording, at)
            if place is None:
                continue
            words = clip.words[at : at + length]
            text = (" " if clip.spaced else "").join(word.text for word in words)
            misheard = sum(not heard.right for heard in recording.heard[at : at + length])
            yield (
                tuple(surface for word in words for surface in word.surfaces),
                Question(Kind.RUN, text.translate(_QUOTES), clip.language, (place,), misheard),
            )


def place_of(recording: Transcribed, at: int) -> Place | None:
    """Where the word with this number was said; None where that is not known."""
    word, heard = recording.clip.words[at], recording.heard[at]
    if word.start_ms is not None:
        return Place(recording.clip.slug, word.start_ms, by_transcript=False)
    if heard.start_ms is None:
        return None
    return Place(recording.clip.slug, heard.start_ms, True, word.within_ms)


def _together(runs: Iterator[tuple[tuple[str, ...], Question]]) -> Iterator[Question]:
    """Runs of the same tokens become one question with all of their places."""
    same: dict[tuple[str, ...], list[Question]] = defaultdict(list)
    for surfaces, question in runs:
        same[surfaces].append(question)
    for first, *others in same.values():
        places = (place for one in (first, *others) for place in one.places)
        yield replace(first, places=tuple(places))


def _rare_words(recordings: Sequence[Transcribed]) -> Iterator[Question]:
    """Words that were said once in the whole set; those written as names are of that kind."""
    counts = Counter(
        surface
        for recording in recordings
        for word in recording.clip.words
        for surface in word.surfaces
    )
    for recording in recordings:
        words = recording.clip.words
        for at, word in enumerate(words):
            (surface, *more), place = word.surfaces, place_of(recording, at)
            if more or counts[surface] > 1 or place is None or not surface.isalpha():
                continue
            kind = Kind.NAME if _is_name(words, at) else Kind.RARE
            if len(surface) >= SHORTEST_RARE_WORD or kind is Kind.NAME:
                misheard = int(not recording.heard[at].right)
                text = word.text.strip("".join(map(chr, _QUOTES)) + ".,;:!?()«»—–-")
                yield Question(kind, text, recording.clip.language, (place,), misheard)


def _is_name(words: Sequence[Known], at: int) -> bool:
    """Whether a word is capitalised although no sentence begins with it."""
    before = words[at - 1].text.translate(_QUOTES) if at else "."
    written = words[at].text.translate(_QUOTES)
    return (
        len(words[at].surfaces[0]) > 1
        and written[:1].isupper()
        and before[-1:] not in _SENTENCE_ENDS
    )
