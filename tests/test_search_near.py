"""Stretches in which runs stand near each other, against every way to choose them."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from search.engine.near import Part, inside, stretches

TOKENS = 24
Span = tuple[int, int]


@st.composite
def parts(draw: st.DrawFn, gaps: frozenset[int]) -> Part:
    """Runs of one to three tokens that hold no gap."""
    found = {}
    for length in draw(st.sets(st.integers(1, 3), min_size=1, max_size=2)):
        able = [at for at in range(TOKENS - length) if gaps.isdisjoint(range(at, at + length))]
        firsts = draw(st.sets(st.sampled_from(able), max_size=7)) if able else set()
        found[length] = np.array(sorted(firsts), np.int64)
    return found


def spans_of(part: Part) -> list[Span]:
    return [(at, at + length - 1) for length, first in part.items() for at in first.tolist()]


def tried(chain: list[Part], within: list[int], gaps: frozenset[int]) -> list[Span]:
    def near(one: Span, other: Span, most: int) -> bool:
        (_, last), (first, _) = sorted((one, other))
        return last < first <= last + most + 1 and gaps.isdisjoint(range(last, first))

    found = {
        (min(first for first, _ in chosen), max(last for _, last in chosen))
        for chosen in product(*map(spans_of, chain))
        if all(near(a, b, most) for (a, b), most in zip(pairwise(chosen), within, strict=True))
    }
    return sorted(
        one
        for one in found
        if not any(two != one and one[0] <= two[0] and two[1] <= one[1] for two in found)
    )


@given(data=st.data())
@settings(max_examples=500, deadline=None)
def test_the_stretches_are_those_that_trying_everything_finds(data: st.DataObject) -> None:
    gaps = frozenset(data.draw(st.sets(st.integers(0, TOKENS - 1), max_size=2)))
    chain = [data.draw(parts(gaps)) for _ in range(data.draw(st.integers(2, 3)))]
    within = [data.draw(st.integers(0, 6)) for _ in chain[1:]]
    low, high = stretches(chain, within, np.array(sorted(gaps), np.int64))
    assert list(zip(low.tolist(), high.tolist(), strict=True)) == tried(chain, within, gaps)
    turned = stretches(chain[::-1], within[::-1], np.array(sorted(gaps), np.int64))
    assert [column.tolist() for column in turned] == [low.tolist(), high.tolist()]
    for part in chain:
        first, last = inside(part, low, high)
        assert sorted(zip(first.tolist(), last.tolist(), strict=True)) == sorted(
            (begin, end)
            for begin, end in spans_of(part)
            if any(a <= begin and end <= b for a, b in zip(low, high, strict=True))
        )
