"""Excerpts of a speech: the text around what was found, and what another track has meanwhile."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

import numpy as np

from search.documents import Stream, language_at
from search.index import SpeechBeside
from search.results import Beside, Span

CONTEXT_TOKENS = 10
CONTEXT_CHARACTERS = 24
"""Context on each side: so many tokens, but in scripts of one token per character rather more."""
LONGEST_WORD = 24
"""How many characters the text is widened by at most, to begin and end between words."""
_MOST_AROUND = CONTEXT_TOKENS + CONTEXT_CHARACTERS + LONGEST_WORD
"""More tokens than this are shown on neither side."""


def around(stream: Stream, first: int, last: int) -> Span:
    """Where the shown text begins and ends: whole words around the tokens first to last."""
    final = len(stream.char_start) - 1
    begin = min(
        int(stream.char_start[max(first - CONTEXT_TOKENS, 0)]),
        max(int(stream.char_start[first]) - CONTEXT_CHARACTERS, 0),
    )
    end = max(
        int(stream.char_end[min(last + CONTEXT_TOKENS, final)]),
        min(int(stream.char_end[last]) + CONTEXT_CHARACTERS, len(stream.text)),
    )
    return _between_words(stream.text, begin, end)


def spoken_ms(stream: Stream, shown: Span, first: int, last: int) -> Span:
    """When the shown text around the tokens first to last is said."""
    begin = bisect_left(stream.char_start, shown[0], max(first - _MOST_AROUND, 0), first)
    ends = min(last + 1 + _MOST_AROUND, len(stream.char_end))
    end = bisect_right(stream.char_end, shown[1], last + 1, ends) - 1
    return int(stream.start_ms[begin]), int(stream.end_ms[end])


def beside(
    stream: Stream, shown: Span, speaker: str | None, speeches: Sequence[SpeechBeside]
) -> Beside | None:
    """What the same speaker says on the other track while the shown text is said, if anything."""
    first = int(np.searchsorted(stream.char_start, shown[0]))
    last = int(np.searchsorted(stream.char_end, shown[1], "right")) - 1
    if first > last:
        return None
    start_ms, end_ms = int(stream.start_ms[first]), int(stream.end_ms[last])
    for speech in speeches:
        other = speech.stream
        if speech.speaker != speaker or not len(other.start_ms):
            continue
        begin = int(np.searchsorted(other.start_ms, start_ms))
        begin -= begin > 0 and int(other.end_ms[begin - 1]) > start_ms
        end = int(np.searchsorted(other.start_ms, end_ms))
        if begin < end:
            bounds = int(other.char_start[begin]), int(other.char_end[end - 1])
            begin_at, end_at = _between_words(other.text, *bounds)
            return Beside(
                speech.track, language_at(speech.languages, begin), other.text[begin_at:end_at]
            )
    return None


def _between_words(text: str, begin: int, end: int) -> Span:
    """Out to the next blanks, so that no word is cut and its punctuation stays.

    Where the script has none, no further than a long word.
    """
    blank = text.rfind(" ", max(begin - LONGEST_WORD, 0), begin)
    if begin <= LONGEST_WORD and blank < 0:
        begin = 0
    elif blank >= 0:
        begin = blank + 1
    following = text.find(" ", end, end + LONGEST_WORD)
    if following >= 0:
        end = following
    elif len(text) - end <= LONGEST_WORD:
        end = len(text)
    return begin, end
