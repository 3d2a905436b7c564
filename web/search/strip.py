"""The strip of a talk: a mark wherever the query is said, drawn as SVG by the page's template."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

import numpy as np

from archive.types import Talk
from search.answering.occurrences import Occurrences, occurrences_of
from search.index import SpeechEvidence
from search.results import talk_url

# The drawing's own units: a column is about three pixels of a strip as wide as a page has room for.
COLUMNS = 240
HEIGHT = 24
# So many links at most; where more would be needed, what is said about the same time shares one.
MOST_MARKS = 18
# Characters of context on each side, and of all that a mark says.
_REACH = 22
_LONGEST = 54


@dataclass(frozen=True, slots=True)
class Mark:
    """A link on the strip. It opens the first of its ``occurrences``; ``words`` stand around that.

    ``path`` draws a tick for each of them, as SVG has it.
    """

    start_ms: int
    last_ms: int
    occurrences: int
    words: str
    url: str
    path: str


@dataclass(frozen=True, slots=True)
class Strip:
    """``occurrences`` is their exact number, however few the marks; ``length_ms`` the talk's."""

    marks: tuple[Mark, ...]
    occurrences: int
    length_ms: int
    columns: int = COLUMNS
    height: int = HEIGHT


def strip_of(talk: Talk, speeches: Sequence[SpeechEvidence]) -> Strip | None:
    """The strip of a talk that was found; None where it was found by its programme alone."""
    said = occurrences_of(speeches)
    if not len(said):
        return None
    from_ms, to_ms = _bounds(talk, speeches)
    share = (said.start_ms - from_ms) / max(to_ms - from_ms, 1)
    columns = np.clip((share * COLUMNS).astype(int), 0, COLUMNS - 1)
    groups = columns
    if len(np.unique(columns)) > MOST_MARKS:
        groups = columns * MOST_MARKS // COLUMNS
    begins = np.flatnonzero(np.diff(groups, prepend=-1)).tolist()
    ends = [*begins[1:], len(said)]
    marks = [
        _mark(talk.slug, said, begin, end, columns[begin:end].tolist())
        for begin, end in zip(begins, ends, strict=True)
    ]
    return Strip(tuple(marks), len(said), to_ms - from_ms)


def _bounds(talk: Talk, speeches: Sequence[SpeechEvidence]) -> tuple[int, int]:
    """Where the talk begins and ends on the clock of its recording."""
    spoken_to = max(int(speech.stream.end_ms[-1]) for speech in speeches)
    if talk.range_ms is not None:
        return talk.range_ms
    return 0, max(talk.recording.duration_ms if talk.recording else 0, spoken_to)


def _mark(slug: str, said: Occurrences, begin: int, end: int, columns: list[int]) -> Mark:
    start_ms = int(said.start_ms[begin])
    return Mark(
        start_ms=start_ms,
        last_ms=int(said.start_ms[end - 1]),
        occurrences=end - begin,
        words=_words(said, begin),
        url=talk_url(slug, start_ms),
        path=_path(columns),
    )


def _words(said: Occurrences, number: int) -> str:
    text = " ".join("".join(said.line(number, _REACH)).split())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST].rpartition(' ')[0] or text}…"


def _path(columns: Iterable[int]) -> str:
    """Columns in order; those side by side are one tick."""
    distinct = dict.fromkeys(columns)
    runs = [
        [column for _, column in run]
        for _, run in groupby(enumerate(distinct), key=lambda pair: pair[1] - pair[0])
    ]
    first = runs[0][0]
    steps = [run[0] - before[0] for before, run in pairwise(runs)]
    ticks = [
        f"{step} 0h{len(run)}v{HEIGHT}h-{len(run)}z"
        for step, run in zip([first, *steps], runs, strict=True)
    ]
    return f"M{'m'.join(ticks)}"
