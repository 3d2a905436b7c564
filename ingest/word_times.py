"""When words of a text are said, as far as the alignment of an engine is to be trusted.

Words that were recognised have their times, which never change. They bound those of the words
between them, and show by where they are found again whether the text beside them is what is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from msgspec.structs import replace

from archive.turns import turns_of_words
from archive.types import Turn, Word
from transcribe.engine import LONGEST_ALIGNED_MS

Span = tuple[int, int]

# Sound of the pauses around the words: with it, the first and the last of them are found better.
MARGIN_MS = 200
_LONGEST_MS = LONGEST_ALIGNED_MS - 2 * MARGIN_MS
# Where a recognised word is found farther from its time, the text beside it is not what is said.
_NEAR_MS = 300
# How probable words are on the mean: 0.75 to 0.9 where they are said, below 0.15 where others are.
_LEAST_FIT = 0.2
# Nothing is said in less.
_SHORTEST_MS = 30
# Whose a word is depends on so many words to each side at most.
_BESIDE = 3


def stretches(words: Sequence[Word], first: int, end: int) -> Iterator[Span]:
    """Those parts of the words ``first`` to ``end`` that are to be aligned, each as one.

    They are divided where nobody corrected anything, at the longest pauses. What cannot be made
    short enough for an engine is left out.
    """
    if not any(word.estimated for word in words[first:end]):
        return
    if words[end - 1].end_ms - words[first].start_ms <= _LONGEST_MS:
        yield first, end
        return
    borders = [
        at
        for at in range(first + 1, end)
        if not words[at - 1].estimated and not words[at].estimated
    ]
    if borders:
        border = max(borders, key=lambda at: _pause_and_balance(words, first, at, end))
        yield from stretches(words, first, border)
        yield from stretches(words, border, end)


def sound_of(words: Sequence[Word], first: int, end: int, bounds_ms: Span) -> Span:
    """From when to when words are to be heard: with the pauses around them, as far as they go."""
    low_ms = words[first - 1].end_ms if first else bounds_ms[0]
    high_ms = words[end].start_ms if end < len(words) else bounds_ms[1]
    start_ms, end_ms = words[first].start_ms, words[end - 1].end_ms
    return (
        min(start_ms, max(low_ms, start_ms - MARGIN_MS)),
        max(end_ms, min(high_ms, end_ms + MARGIN_MS)),
    )


def take_times(
    words: list[Word],
    first: int,
    aligned: Sequence[Word],
    turns: Sequence[Turn],
    bounds_ms: Span,
) -> None:
    """Give corrected words the times of ``aligned``, which are those from ``first`` on.

    Words that stand side by side get theirs together, or keep those that they share: where the
    alignment is not to be trusted, where a word would have no time between its neighbours, and
    where another voice than before would say it. ``bounds_ms`` are those of the talk.
    """
    if not aligned or sum(word.probability for word in aligned) < _LEAST_FIT * len(aligned):
        return
    numbers = range(first, first + len(aligned))
    for estimated, members in groupby(numbers, key=lambda number: words[number].estimated):
        run = list(members)
        begin, end = run[0], run[-1] + 1
        if not estimated or not _found_beside(words, first, aligned, begin, end):
            continue
        new = _between(words, begin, end, aligned[begin - first : end - first], bounds_ms)
        if new and _same_voices(words, begin, end, new, turns):
            words[begin:end] = new


def _found_beside(
    words: Sequence[Word], first: int, aligned: Sequence[Word], begin: int, end: int
) -> bool:
    """Whether the recognised words on both sides, if there are any, were found at their times."""
    beside = [at for at in (begin - 1, end) if first <= at < first + len(aligned)]
    return all(abs(aligned[at - first].start_ms - words[at].start_ms) <= _NEAR_MS for at in beside)


def _between(
    words: Sequence[Word], begin: int, end: int, aligned: Sequence[Word], bounds_ms: Span
) -> list[Word]:
    """The words with their times inside of those of their neighbours; none if one has no room."""
    low_ms = words[begin - 1].end_ms if begin else bounds_ms[0]
    high_ms = words[end].start_ms if end < len(words) else bounds_ms[1]
    new = [
        replace(
            word,
            start_ms=max(found.start_ms, low_ms),
            end_ms=min(found.end_ms, high_ms),
            estimated=False,
        )
        for word, found in zip(words[begin:end], aligned, strict=True)
    ]
    return new if all(word.end_ms - word.start_ms >= _SHORTEST_MS for word in new) else []


def _same_voices(
    words: Sequence[Word], begin: int, end: int, new: Sequence[Word], turns: Sequence[Turn]
) -> bool:
    low, high = max(0, begin - _BESIDE), end + _BESIDE
    after = [*words[low:begin], *new, *words[end:high]]
    return turns_of_words(words[low:high], turns) == turns_of_words(after, turns)


def _pause_and_balance(words: Sequence[Word], first: int, at: int, end: int) -> tuple[int, int]:
    pause_ms = words[at].start_ms - words[at - 1].end_ms
    return pause_ms, -abs((end - at) - (at - first))
