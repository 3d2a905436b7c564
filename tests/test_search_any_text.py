"""Whatever somebody types is a query, and is answered soon."""

from __future__ import annotations

import gc
import json
import random
import time
from collections.abc import Iterator

import pytest
from shore import Shore, shore

from search.asking.query import parse
from search.engine import locating
from search.results_json import as_json
from search.searching import Sort

__all__ = ["shore"]


NASTY = (
    "the", "of", "tide*", "the*", "-a*", "(", ")", "-(", '"', '"the of"', "OR", "NEAR/100", "NEAR",
    "NOT", "-", "*", "\0", "ﷺ" * 9, "東京", "year:..2040", "country:TR", "speaker:ada", "x" * 300,
    "-language:pt", 'event:"(', "a-b-c-d", "zeilbruner", "::", "\u202e",
)  # fmt: skip


@pytest.fixture
def uncollected() -> Iterator[None]:
    """No search for garbage in what other tests left: that is not the time of a query."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("uncollected")
def test_the_nastiest_queries_take_no_long_time(shore: Shore) -> None:
    chance = random.Random(5)
    shore.searcher.search("tide")
    for _ in range(2000):
        pieces = chance.choices(NASTY, k=chance.randrange(1, 60))
        text = chance.choice([" ", ""]).join(pieces)
        began = time.thread_time()
        results = shore.searcher.search(text, sort=chance.choice(list(Sort)))
        assert time.thread_time() - began < 0.5, text
        assert parse(results.understood).clauses == parse(text).clauses


def test_a_query_that_is_too_broad_is_cut_short_and_says_so(
    shore: Shore, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not shore.searcher.search('"is" NEAR "the"').notes
    monkeypatch.setattr(locating, "MOST_LOOKED_THROUGH", 1)
    results = shore.searcher.search('"is" NEAR "the"')
    assert [hit.slug for hit in results.talks] == ["panel"]
    assert "too broad" in results.notes[0]


@pytest.mark.parametrize(
    "text", ["", " ", '"', "((((", "*a*", "*", "\0", "\u202e\u200f", "-", "x" * 5000, "a " * 2500]
)
def test_no_query_is_an_error(shore: Shore, text: str) -> None:
    results = shore.searcher.search(text, limit=-5, offset=-5)
    json.dumps(as_json(results))
    assert results.coverage.talks == 4


def test_an_empty_query_says_that_it_is_empty(shore: Shore) -> None:
    results = shore.searcher.search("  ")
    assert results.talks == ()
    assert "nothing to search for" in results.notes[0]
