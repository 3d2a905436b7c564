"""Every place in a talk where a query was said, in the order of time, with the words around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from search.index import SpeechEvidence

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Occurrences:
    """Parallel arrays, one entry per place; a place that several clauses ask for is one.

    ``speech`` is the number of the speech, ``first`` and ``last`` are its tokens.
    """

    speeches: Sequence[SpeechEvidence]
    speech: Numbers
    first: Numbers
    last: Numbers
    start_ms: Numbers

    def __len__(self) -> int:
        return len(self.first)

    def line(self, number: int, reach: int) -> tuple[str, str, str]:
        """The text before a place, at it and behind it: up to ``reach`` characters on each side.

        Words are whole where the script has blanks; what follows the last token without one, as a
        full stop does, stands behind.
        """
        stream = self.speeches[int(self.speech[number])].stream
        begin = int(stream.char_start[self.first[number]])
        end = int(stream.char_end[self.last[number]])
        from_, to = max(begin - reach, 0), min(end + reach, len(stream.text))
        if from_:
            from_ = _behind_blank(stream.text, from_, begin)
        if to < len(stream.text):
            to = _before_blank(stream.text, end, to)
        return stream.text[from_:begin], stream.text[begin:end], stream.text[end:to]


def occurrences_of(speeches: Sequence[SpeechEvidence]) -> Occurrences:
    """All places of the hits of one talk's speeches."""
    rows = [_rows(number, speech) for number, speech in enumerate(speeches)]
    if not rows:
        nothing = np.empty(0, np.int64)
        return Occurrences((), nothing, nothing, nothing, nothing)
    speech, first, last, start_ms = np.concatenate(rows, axis=1)
    if len(rows) > 1:
        order = np.argsort(start_ms, kind="stable")
        speech, first, last, start_ms = speech[order], first[order], last[order], start_ms[order]
    return Occurrences(speeches, speech, first, last, start_ms)


def _rows(number: int, speech: SpeechEvidence) -> Numbers:
    # Two tokens fit in 64 bits: no talk has a thousand million of them.
    places = np.unique(speech.hits.first << 32 | speech.hits.last)
    first, last = places >> 32, places & 0xFFFFFFFF
    start_ms = speech.stream.start_ms[first].astype(np.int64)
    return np.stack([np.full(len(places), number), first, last, start_ms])


def _behind_blank(text: str, from_: int, begin: int) -> int:
    blank = text.find(" ", from_ - 1, begin)
    return from_ if blank < 0 else blank + 1


def _before_blank(text: str, end: int, to: int) -> int:
    blank = text.rfind(" ", end, to + 1)
    return to if blank < 0 else blank
