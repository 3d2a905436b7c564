"""Phrases, and what stands near each other, counted by document."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from search.engine.generation import FIELDS, Generation
from search.engine.near import Positions
from search.engine.places import Places
from search.index import NearRuns, Run
from search.matches import FloatArray, RowArray

Postings = tuple[RowArray, FloatArray]
"""Documents by row, each once, and how often each holds what was looked up."""
ByField = Mapping[str, Postings]

MOST_LOOKED_THROUGH = 20_000_000
"""So many words of phrases, and of what is to stand near each other, are looked at: each time one
stands in a talk counts."""


@dataclass(frozen=True, slots=True)
class Located:
    """What was found, by what was sought.

    ``capped`` says that there was too much; the talks added last were looked through.
    """

    found: Mapping[Run | NearRuns, ByField]
    capped: bool


class Locating:
    """Looks up phrases, and what stands near each other."""

    def __init__(
        self, generation: Generation, places: Places, postings: Callable[[str], ByField]
    ) -> None:
        """``postings`` are those of a surface."""
        self._generation = generation
        self._places = places
        self._postings = postings

    def located(self, sought: Iterable[Run | NearRuns]) -> Located:
        """Where these stand."""
        each = list(dict.fromkeys(sought))
        looked_at = sum(map(self._frequency, {surface for one in each for surface in _words(one)}))
        looked_at *= max(len(each), 1) if looked_at > MOST_LOOKED_THROUGH else 1
        capped = looked_at > MOST_LOOKED_THROUGH
        if capped:
            talks = len(self._generation.talk_ids)
            self._places.begin_at(talks - max(int(talks * MOST_LOOKED_THROUGH / looked_at), 1))
        return Located({one: self._counted(self._places.spans(one)[0]) for one in each}, capped)

    def _frequency(self, surface: str) -> int:
        return sum(int(often.sum()) for _, often in self._postings(surface).values())

    def _counted(self, first: Positions) -> ByField:
        """How many of these tokens, which are in order, stand in which documents, by field."""
        sections = self._generation.sections
        counts = np.diff(np.searchsorted(first, sections.first), append=len(first))
        holding = np.flatnonzero(counts)
        fields = sections.field[holding]
        found: dict[str, Postings] = {}
        for number in np.unique(fields).tolist():
            inside = holding[fields == number]
            rows, of_row = np.unique(sections.document[inside], return_inverse=True)
            found[FIELDS[number]] = rows, np.bincount(of_row, counts[inside]).astype(np.float64)
        return found


def _words(sought: Run | NearRuns) -> set[str]:
    if isinstance(sought, NearRuns):
        return {surface for runs in sought.parts for run in runs for surface in run}
    return set(sought)
