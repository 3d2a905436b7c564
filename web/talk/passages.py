"""Passages of a transcript as people correct them: lines of the talk's page, by their words.

What is typed into a line is narrowed to the words that differ, so that two people who correct
other words of one line do not meet.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from archive.changes import Change, changes
from archive.corrections.reworded import clean_text
from archive.corrections.saving import Correction
from archive.turns import by_speaker
from archive.types import Segment, Turn, Word, join_words
from archive.written_words import written_words
from search.results import talk_url

# Addresses carry hundredths of a second, cut off.
_ADDRESS_MS = 10


@dataclass(frozen=True, slots=True)
class Line:
    """Words ``first`` up to ``end`` of the transcript, which its page shows as one line."""

    first: int
    end: int
    words: tuple[Word, ...]
    turn: Turn | None

    @property
    def start_ms(self) -> int:
        return self.words[0].start_ms

    @property
    def end_ms(self) -> int:
        return self.words[-1].end_ms

    @property
    def text(self) -> str:
        return join_words(self.words)

    @property
    def at(self) -> str:
        """The second at which it begins, as addresses carry it."""
        return seconds_of(self.start_ms)


def seconds_of(time_ms: int) -> str:
    """A time as the addresses of talks carry it: in seconds, cut to hundredths."""
    return talk_url("", time_ms).partition("?t=")[2]


def lines_of(segments: Sequence[Segment], turns: Sequence[Turn]) -> list[Line]:
    """The lines of a talk's page, in the order of time."""
    lines: list[Line] = []
    first = 0
    for segment, turn in by_speaker(segments, turns):
        end = first + len(segment.words)
        lines.append(Line(first, end, segment.words, turn))
        first = end
    return lines


def begins_beside(lines: Sequence[Line], segments: Sequence[Segment]) -> list[int]:
    """The first word of the other track that its page shows beside each line.

    A segment stands beside the line during which it begins, those before the first beside that.
    """
    starts = [line.start_ms for line in lines]
    held = [0] * len(lines)
    for segment in segments:
        held[max(0, bisect_right(starts, segment.start_ms) - 1)] += len(segment.words)
    return list(accumulate(held[:-1], initial=0))


def line_at(lines: Sequence[Line], at_ms: int) -> int:
    """The number of the line that is spoken at a time, or was last; 0 before the first."""
    begun = [number for number, line in enumerate(lines) if line.start_ms <= at_ms + _ADDRESS_MS]
    return begun[-1] if begun else 0


def corrections_of(words: Sequence[Word], first: int, end: int, text: str) -> list[Correction]:
    """What makes ``text`` of words ``first`` up to ``end``: a correction for each place.

    Raises UserError for a text that cannot stand in a transcript.
    """
    old, typed = words[first:end], _typed(text)
    found = _changes(old, typed)
    if found and found[0].old == (0, 0) and old:
        # Together with the word behind them, words before the first one stay in this line.
        found[0] = Change((0, 1), (0, found[0].new[1] + 1))
    return [
        Correction(
            first_word=first + change.old[0],
            end_word=first + change.old[1],
            old=tuple(word.text for word in old[slice(*change.old)]),
            text=join_words(typed[slice(*change.new)]),
        )
        for change in found
    ]


def changed_span(
    words: Sequence[Word], first: int, end: int, text: str
) -> tuple[int, int, str] | None:
    """The fewest words next to each other that make ``text`` of a passage when they are replaced.

    As a range of ``words``, never an empty one, and what is to stand there; None for no change.
    """
    old, typed = words[first:end], _typed(text)
    found = _changes(old, typed)
    if not found:
        return None
    before, behind = found[0].old[0], len(old) - found[-1].old[1]
    if before + behind == len(old):
        # Words are added: a neighbour goes with them, so that their place has a name.
        before, behind = (before - 1, behind) if before else (before, behind - 1)
    return first + before, end - behind, join_words(typed[before : len(typed) - behind])


def merged(base: Sequence[Word], mine: str, theirs: Sequence[Word]) -> str:
    """The text of ``theirs`` with what ``mine`` changed of ``base`` in other places."""
    typed = _typed(mine)
    taken = [(change.old, list(theirs[slice(*change.new)])) for change in _by_word(base, theirs)]
    for change in _by_word(base, typed):
        if not any(_meet(change.old, old) for old, _words in taken):
            taken.append((change.old, typed[slice(*change.new)]))
    result = list(base)
    for (begin, end), new in sorted(taken, key=lambda pair: pair[0], reverse=True):
        result[begin:end] = new
    return join_words(result)


def _typed(text: str) -> list[Word]:
    return [Word(word.text, word.space_before, 0, 0) for word in written_words(clean_text(text))]


def _changes(old: Sequence[Word], new: Sequence[Word]) -> list[Change]:
    return changes(old, new, exact=True, apart=1)


def _by_word(old: Sequence[Word], new: Sequence[Word]) -> list[Change]:
    """The changes, where as many words come as go each word by itself."""
    found: list[Change] = []
    for change in _changes(old, new):
        (begin, end), (first, last) = change.old, change.new
        if end - begin == last - first:
            pairs = zip(range(begin, end), range(first, last), strict=True)
            found += [Change((a, a + 1), (b, b + 1)) for a, b in pairs]
        else:
            found.append(change)
    return found


def _meet(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one == other or (one[0] < other[1] and other[0] < one[1])
