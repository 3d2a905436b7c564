"""How near the words of a query come to each other: the tightest runs that hold most of them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

import numpy as np
import numpy.typing as npt

from search.documents import Stream
from search.index import Hits

LONGEST_MOMENT_MS = 15_000
LONGEST_RUN_TOKENS = 40
"""What is said in about as long."""

_MOST_PLACES = 20_000
"""So many places are looked at to see in which talks a query's rarest words come near."""

Places = npt.NDArray[np.int64]


class Windows:
    """For each hit, the tightest run that ends with it and holds the most clauses.

    Parallel arrays, one entry per hit: ``first`` and ``last`` are tokens of the run, ``distinct``
    counts its clauses, ``ordered`` those that follow the clause before them in the query.
    ``order`` says which hit the entry is of. ``stream`` gives the times that bound a run; without
    it tokens do.
    """

    def __init__(
        self, clause: Places, first: Places, last: Places, stream: Stream | None = None
    ) -> None:
        # Runs are looked at by where they end; hits of one place count from the shortest on.
        self.order = order = np.lexsort((first, last))
        clause, first, self.last = clause[order], first[order], last[order]
        if stream is None:
            earliest = self.last - LONGEST_RUN_TOKENS
            start = first
        else:
            earliest = stream.end_ms[self.last].astype(np.int64) - LONGEST_MOMENT_MS
            start = stream.start_ms[first].astype(np.int64)
        numbers = np.arange(len(clause))
        begin = numbers
        self.distinct = np.ones(len(clause), np.int64)
        self.ordered = np.zeros(len(clause), np.int64)
        nowhere = np.iinfo(np.int64).max
        before = np.full(len(clause), nowhere)
        for number in np.flatnonzero(np.bincount(clause)).tolist():
            mine = clause == number
            latest = np.maximum.accumulate(np.where(mine, numbers, -1))
            near = (latest >= 0) & (start[latest] >= earliest)
            near |= mine
            self.distinct += near & ~mine
            at = first[latest]
            begin = np.where(near & (at < first[begin]), latest, begin)
            self.ordered += near & (before < at)
            before = np.where(near, at, nowhere)
        self.first = first[begin]


def nearness(parts: Sequence[Hits], clauses: int) -> list[float]:
    """How near the query's words come to each other in each talk, 0 to 1.

    All of them side by side, in the query's order, is 1. Counted in tokens, since many talks are
    ranked and only those that are shown have their times read.
    """
    # The talks are laid behind each other, further apart than any run is long.
    lengths = [int(part.last.max(initial=0)) + 2 * LONGEST_RUN_TOKENS for part in parts]
    counts = [len(part.first) for part in parts]
    shift = np.repeat(np.cumsum([0, *lengths[:-1]]), counts)
    hits = Hits(
        np.concatenate([part.clause for part in parts]),
        np.concatenate([part.first for part in parts]) + shift,
        np.concatenate([part.last for part in parts]) + shift,
    )
    talk = np.repeat(np.arange(len(parts)), counts)
    return [float(near) for near in closeness(hits, talk, len(parts), clauses)]


def closeness(hits: Hits, talk: Places, talks: int, clauses: int) -> npt.NDArray[np.float64]:
    """``nearness`` of hits that lie in one row, further apart than a run is long where their
    number of a talk changes."""
    windows = Windows(hits.clause, hits.first, hits.last)
    near = windows.distinct - (windows.last - windows.first) / LONGEST_RUN_TOKENS
    near = np.where(windows.distinct > 1, near + windows.ordered / clauses, 0)
    best = np.zeros(talks)
    np.maximum.at(best, talk[windows.order], near)
    return best / (clauses + 1)


def lift(near: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """What a score is multiplied by for nearness.

    It grows steeply: words side by side, as in what somebody remembers of a talk, outweigh the
    same words scattered over another, however often that one has them.
    """
    return 1 + 4 * near**3


def rarest_clauses(often: Sequence[int]) -> list[int]:
    """The rarest clauses, all of whose places together are few enough to be looked at.

    ``often`` says how often each of a query's clauses stands in the talks that match.
    """
    rarest = sorted(range(len(often)), key=often.__getitem__)
    places = accumulate(often[number] for number in rarest)
    return [number for number, sum_ in zip(rarest, places, strict=True) if sum_ <= _MOST_PLACES]
