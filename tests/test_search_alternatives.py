"""What is offered where a query has no full match."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from answer_seed import save_answer_talks

from archive.catalog import Catalog
from search.indexing import update
from search.opening import open_index
from search.results import Alternative
from search.searching import Searcher


@pytest.fixture
def searcher(catalog: Catalog) -> Iterator[Searcher]:
    save_answer_talks(catalog)
    index = open_index(catalog.home)
    update(catalog, index)
    yield Searcher(catalog, index)
    index.close()


@pytest.mark.parametrize(
    ("query", "offered"),
    [
        ("lamp", []),
        ("xylophone", []),
        ("porto speaker:bo-sample", [Alternative("filters", (), "porto", 1)]),
        ("porto year:1999", [Alternative("filters", (), "porto", 1)]),
        ("xylophone speaker:bo-sample", []),
        ("xylophone lamp", [Alternative("words", ("xylophone",), "lamp", 3)]),
        ("xylophone lamp -tide", [Alternative("words", ("xylophone",), "lamp -tide", 2)]),
        (
            "xylophone lamp vibraphone speaker:bo-sample",
            [Alternative("words", ("xylophone", "vibraphone"), "lamp speaker:bo-sample", 2)],
        ),
        ('"xylophone lamp" tide', [Alternative("words", ("xylophone",), "tide", 2)]),
        (
            "xylophone porto speaker:bo-sample",
            [Alternative("both", ("xylophone",), "porto", 1)],
        ),
        ("lamp maré xyl*", []),
        ("lamps pilots", []),
    ],
)
def test_what_has_hits_is_offered(
    searcher: Searcher, query: str, offered: list[Alternative]
) -> None:
    assert list(searcher.search(query).alternatives) == offered


def test_filters_from_outside_are_taken_away_too(searcher: Searcher) -> None:
    results = searcher.search("porto", speaker="bo-sample", country="SG")
    assert results.alternatives == (Alternative("filters", (), "porto", 1),)
    assert [hit.slug for hit in searcher.search(results.alternatives[0].query).talks] == ["cartas"]


def test_a_word_that_stands_nowhere_is_named(searcher: Searcher) -> None:
    note = "xylophone stands nowhere in this archive."
    assert note in searcher.search("xylophone lamp").notes
    assert note in searcher.search("xylophone speaker:bo-sample").notes
    assert note not in searcher.search("xylophone").notes
    assert searcher.search("zeilbruner xylophone").notes[-1] == note
