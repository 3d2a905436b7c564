"""Where words, phrases, and what stands near each other stand in all talks at once.

The rows of tokens of all talks are laid one behind the other (search.engine.generation), so that
one step of arithmetic on whole arrays does for all of them what it would do for each. Every row
ends with a gap, hence nothing leaps from one talk into the next.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from search.engine.generation import Generation
from search.engine.near import NOWHERE, Part, Positions, Spans, stretches
from search.index import NearRuns, Run
from search.matches import RowArray

SurfacePlaces = Callable[[str, "RowArray | None"], Positions]
"""The tokens of a surface in order; at least those in the given talks, by row, None for all."""


@dataclass(frozen=True, slots=True)
class Slices:
    """What of some arrays belongs to some talks: indices, and for each the number of its talk."""

    at: Positions
    talk: Positions


class Places:
    """Looks things up for one request."""

    def __init__(self, generation: Generation, surface_places: SurfacePlaces) -> None:
        self._generation = generation
        self._surface_places = surface_places
        self._begin = 0
        self._found: dict[Run | NearRuns, Spans] = {}

    def begin_at(self, talk_row: int) -> None:
        """Look for phrases and what stands near each other in this talk and later ones only."""
        self._begin = int(self._generation.begins[talk_row])

    def spans(self, sought: Run | NearRuns) -> Spans:
        """All occurrences of a phrase, or of what stands near each other."""
        if sought not in self._found:
            if isinstance(sought, NearRuns):
                parts = [self.part(runs) for runs in sought.parts]
                found = stretches(parts, sought.within, self._generation.gaps)
            else:
                first = self._starts(sought)
                found = first, first + (len(sought) - 1)
            self._found[sought] = found
        return self._found[sought]

    def spans_in(self, sought: Run | NearRuns, talk_rows: RowArray) -> Spans:
        """The occurrences at least in these talks."""
        if isinstance(sought, tuple) and len(sought) == 1:
            first = self._surface_places(sought[0], talk_rows)
            return first, first
        return self.spans(sought)

    def part(self, runs: Collection[Run]) -> Part:
        """The first tokens of some runs, by length."""
        found: dict[int, list[Positions]] = {}
        for run in runs:
            first = self._starts(run)
            if len(first):
                found.setdefault(len(run), []).append(first)
        return {
            length: firsts[0] if len(firsts) == 1 else np.sort(np.concatenate(firsts))
            for length, firsts in found.items()
        }

    def slices(self, first: Positions, talk_rows: RowArray) -> Slices:
        """Those of these tokens, which are in order, that stand in some talks."""
        begins = self._generation.begins
        low = np.searchsorted(first, begins[talk_rows])
        counts = np.searchsorted(first, begins[talk_rows + 1]) - low
        # All slices at once: each index is its slice's begin plus a running number.
        before = np.cumsum(counts) - counts
        at = np.repeat(low - before, counts) + np.arange(counts.sum())
        return Slices(at, np.repeat(np.arange(len(talk_rows)), counts))

    def _starts(self, run: Run) -> Positions:
        places = {surface: self._surface_places(surface, None) for surface in dict.fromkeys(run)}
        if self._begin:
            places = {
                surface: tokens[np.searchsorted(tokens, self._begin) :]
                for surface, tokens in places.items()
            }
        return _side_by_side(run, places)


def _side_by_side(run: Run, places: Mapping[str, Positions]) -> Positions:
    """The first tokens where the surfaces of a run stand side by side."""
    rarest, *others = sorted(range(len(run)), key=lambda at: len(places[run[at]]))
    found = places[run[rarest]] - rarest
    for at in others:
        if not len(found):
            break
        tokens = places[run[at]]
        wanted = found + at
        index = np.searchsorted(tokens, wanted)
        index[index == len(tokens)] = 0
        found = found[tokens[index] == wanted]
    return found


def joined(parts: Iterable[Positions]) -> Positions:
    """Arrays of tokens as one in order; each is in order itself."""
    several = [part for part in parts if len(part)]
    if not several:
        return NOWHERE
    one = np.concatenate(several) if len(several) > 1 else several[0]
    # What consists of a few ordered pieces is sorted fast by merging them.
    return one if (one[1:] > one[:-1]).all() else np.sort(one, kind="stable")
