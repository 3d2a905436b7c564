"""Moments are the places where a query was said, from its first word to its last."""

from __future__ import annotations

import pytest
from search_seed import STEP_MS, segment, words_of
from shore import ADA, BO, TIDES, Shore, captions, shore

from archive.catalog import Catalog
from archive.errors import NotFound
from archive.programme import TalkEntry, save_programme
from archive.types import Turn
from archive.work.captions import save_captions
from search.documents import talk_document
from search.indexing import update
from search.opening import open_index
from search.searching import Searcher

__all__ = ["shore"]


@pytest.mark.parametrize(
    ("query", "marked"),
    [
        ("tide", ["tide"]),
        ("covid19", ["COVID-19"]),
        ("covid 19", ["COVID-19"]),
        ("COVID-19", ["COVID-19"]),
        ("c++", ["C++"]),
        ("cant", ["can’t"]),
        ("10:30", ["10:30"]),
        ("1000", ["1,000"]),
        ("www.x.org", ["www.x.org"]),
        ("sao paulo", ["São", "Paulo"]),
        ('"climate change is near"', ["Climate", "change", "is", "near"]),
    ],
)
def test_what_is_marked_are_the_matched_words(shore: Shore, query: str, marked: list[str]) -> None:
    moment = shore.best(query).moments[0]
    assert [moment.text[start:end] for start, end in moment.spans][: len(marked)] == marked


def test_words_near_each_other_are_a_moment_from_the_first_to_the_last(shore: Shore) -> None:
    hit = shore.only('"climate change" NEAR/5 taught')
    assert (hit.occurrences, hit.moments_total) == (1, 1)
    (moment,) = hit.moments
    assert moment.start_ms == 7 * STEP_MS
    assert moment.end_ms == 13 * STEP_MS + 350
    assert [moment.text[a:b] for a, b in moment.spans] == ["Climate", "change", "taught"]
    assert [one.start_ms for one in shore.searcher.moments("tides", "taughts NEAR climate")] == [
        moment.start_ms
    ]


@pytest.mark.parametrize(
    ("query", "slugs"),
    [
        ("taught NEAR/6 climate", ["tides"]),
        ("teach* NEAR/5 climate", []),
        ("taugh* NEAR/5 changes", ["tides"]),
        ('"changes" NEAR/5 taught', []),
        ("climate NEAR/5 taught", []),
        ("climate NEAR/0 change NEAR/3 taught", []),
        ("change NEAR/0 climate NEAR/6 taught", ["tides"]),
        ("climate NEAR taught -lighthouse", []),
        ("climate NEAR taught lighthouse speaker:ada", ["tides"]),
        ("climate NEAR taught speaker:bo", []),
        ("harbour NEAR/100 pilot", ["panel"]),
        ("harbour NEAR/6 pilot OR marés", ["panel", "mares"]),
        ("elephant OR lighthouse OR pilot", ["panel", "tides"]),
        ("elephant OR lighthouse tide", ["tides"]),
        ('elephant OR "the pilot"', ["panel"]),
    ],
)
def test_near_and_or_find(shore: Shore, query: str, slugs: list[str]) -> None:
    assert sorted(shore.slugs(query)) == sorted(slugs)


def test_near_never_reaches_over_what_somebody_else_said(catalog: Catalog) -> None:
    talks = [TalkEntry("One", slug="one", speakers=(ADA, BO))]
    (talk,) = save_programme(catalog, None, talks).talk_ids
    save_captions(catalog, talk, captions(TIDES), language="en", file="a.vtt")
    index = open_index(catalog.home)
    stored = talk_document(
        catalog.talk("one"),
        None,
        catalog.transcripts(talk),
        [
            Turn(0, 4 * STEP_MS, "a", "ada-zeilbrunner"),
            Turn(4 * STEP_MS, 6 * STEP_MS, "b", "bo-palitta-pongarn"),
            Turn(6 * STEP_MS, 99_000, "a", "ada-zeilbrunner"),
        ],
    )
    index.replace([stored])
    searcher = Searcher(catalog, index)
    assert searcher.search("gentlemen NEAR/20 climate").talks == ()
    assert searcher.search("gentlemen NEAR/20 the").totals.occurrences == 1
    assert searcher.search("climate NEAR/20 covid").totals.occurrences == 1
    index.close()


def test_words_far_apart_match_the_talk_and_are_moments_of_their_own(shore: Shore) -> None:
    hit = shore.only("harbour pilot")
    assert hit.slug == "panel"
    assert [moment.start_ms for moment in hit.moments] == [STEP_MS, 60_000 + 2 * STEP_MS]


def test_words_that_are_near_are_one_moment_from_first_to_last(shore: Shore) -> None:
    (moment,) = shore.only("change gentlemen").moments
    assert moment.start_ms == 2 * STEP_MS
    assert moment.end_ms == 8 * STEP_MS + 350


def test_each_occurrence_of_a_phrase_is_a_moment_of_its_own(catalog: Catalog) -> None:
    (talk,) = save_programme(catalog, None, [TalkEntry("Echo", slug="echo")]).talk_ids
    text = "we go on and on again we go on and stop " * 4
    save_captions(catalog, talk, [segment(text.strip())], language="en", file="a.vtt")
    index = open_index(catalog.home)
    update(catalog, index)
    searcher = Searcher(catalog, index)
    (hit,) = searcher.search('"we go on"').talks
    assert (hit.occurrences, hit.moments_total, len(hit.moments)) == (8, 8, 5)
    every = searcher.moments("echo", '"we go on"')
    assert [moment.start_ms for moment in every] == sorted(
        (STEP_MS * (11 * turn + at)) for turn in range(4) for at in (0, 6)
    )
    assert len(searcher.moments("echo", "elephant again")) == 4
    index.close()


def test_moments_of_an_unknown_talk_are_not_found(shore: Shore) -> None:
    with pytest.raises(NotFound):
        shore.searcher.moments("nowhere", "tide")
    assert shore.searcher.moments("tides", "") == []
    assert shore.searcher.moments("genomics", "genomics") == []


def test_context_stands_on_both_sides_of_a_moment(shore: Shore) -> None:
    text = shore.only('"covid 19"').moments[0].text
    before, after = text.split("COVID-19")
    assert 8 <= len(before.split()) <= 12
    assert 8 <= len(after.split()) <= 12
    assert words_of(before)
