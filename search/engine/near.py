"""Stretches of tokens in which runs of words stand near each other: plain arithmetic on places.

What joins two runs is that they do not overlap, that few enough tokens stand between them, and no
gap. A stretch reaches over one run of each part; counted are those that hold no shorter one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Positions = npt.NDArray[np.int64]
Part = Mapping[int, Positions]
"""Where the runs of one part stand: the first tokens in order, by the length of the run."""
Spans = tuple[Positions, Positions]
"""Parallel arrays: first and last tokens."""

NOWHERE: Positions = np.empty(0, np.int64)


def stretches(parts: Sequence[Part], within: Sequence[int], gaps: Positions) -> Spans:
    """All stretches of two or three parts, in order.

    At most ``within[n]`` tokens stand between part n and the next one; ``gaps`` are the tokens
    that separate.
    """
    middle, ends = parts[1], [(parts[0], within[0])]
    if len(parts) == 3:
        ends.append((parts[2], within[1]))
    elif _count(parts[0]) < _count(middle):
        middle, ends = parts[0], [(middle, within[0])]
    states = _standing(middle, gaps)
    for part, words in ends:
        states = states.beside(part, words)
    return _shortest(states.low, states.high)


def inside(part: Part, low: Positions, high: Positions) -> Spans:
    """The runs of a part that lie in any of the stretches, which are in order."""
    firsts, lasts = [NOWHERE], [NOWHERE]
    for length, first in part.items():
        last = first + length - 1
        # Of stretches none holds another, so the last that begins in time reaches furthest.
        at = np.searchsorted(low, first, "right") - 1
        held = (at >= 0) & (high[at] >= last) if len(low) else np.zeros(len(first), bool)
        firsts.append(first[held])
        lasts.append(last[held])
    return np.concatenate(firsts), np.concatenate(lasts)


@dataclass(frozen=True, slots=True)
class _States:
    """Stretches in the making: parallel arrays, one entry for each.

    ``first`` and ``last`` are the run in the middle, ``before`` and ``after`` the gaps around it,
    ``low`` and ``high`` the whole so far.
    """

    first: Positions
    last: Positions
    before: Positions
    after: Positions
    low: Positions
    high: Positions

    def beside(self, part: Part, within: int) -> _States:
        """With the nearest run of a part on either side, where it is near: others are longer."""
        found = [self._chosen(NOWHERE, NOWHERE, NOWHERE)]
        for length, first in part.items():
            if not len(first):
                continue
            below = np.searchsorted(first, self.first - length, "right") - 1
            above = below + 1
            overlapping = np.flatnonzero(first[np.minimum(above, len(first) - 1)] <= self.last)
            above[overlapping] = np.searchsorted(first, self.last[overlapping], "right")
            farthest = np.maximum(self.first - within - length, self.before + 1)
            place = first[np.maximum(below, 0)]
            near = np.flatnonzero((below >= 0) & (place >= farthest))
            found.append(self._chosen(near, place[near], self.high[near]))
            farthest = np.minimum(self.last + within + 1, self.after - length)
            place = first[np.minimum(above, len(first) - 1)]
            near = np.flatnonzero((above < len(first)) & (place <= farthest))
            found.append(self._chosen(near, self.low[near], place[near] + (length - 1)))
        return _States(*map(np.concatenate, zip(*map(_columns, found), strict=True)))

    def _chosen(self, chosen: Positions, low: Positions, high: Positions) -> _States:
        """Some of the states, reaching so far as well."""
        return _States(
            self.first[chosen],
            self.last[chosen],
            self.before[chosen],
            self.after[chosen],
            np.minimum(self.low[chosen], low),
            np.maximum(self.high[chosen], high),
        )


def _columns(states: _States) -> tuple[Positions, ...]:
    return (
        states.first, states.last, states.before, states.after, states.low, states.high,
    )  # fmt: skip


def _standing(part: Part, gaps: Positions) -> _States:
    first = np.concatenate([NOWHERE, *part.values()])
    last = np.concatenate([NOWHERE, *(at + length - 1 for length, at in part.items())])
    bounds = np.concatenate([[-1], gaps, [_NEVER]])
    at = np.searchsorted(bounds, first)
    return _States(first, last, bounds[at - 1], bounds[at], first, last)


def _shortest(low: Positions, high: Positions) -> Spans:
    """The stretches that hold no other, each once, in order."""
    order = np.lexsort((high, -low))
    low, high = low[order], high[order]
    # From the last to begin on: each has to end before all that begin later.
    kept = high < np.minimum.accumulate(np.concatenate([[_NEVER], high[:-1]]))
    return low[kept][::-1], high[kept][::-1]


def _count(part: Part) -> int:
    return sum(map(len, part.values()))


_NEVER = np.iinfo(np.int64).max
