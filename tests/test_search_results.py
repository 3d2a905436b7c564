"""A page of results: its order, what is counted, and whether it is what the catalog says."""

from __future__ import annotations

import json

from shore import Shore, shore

from archive.edits import edit_talk
from archive.removing import remove_talk
from search.indexing import update
from search.results_json import as_json
from search.searching import Sort

__all__ = ["shore"]


def test_the_newest_come_first_by_date(shore: Shore) -> None:
    edit_talk(shore.catalog, shore.catalog.talk("panel").id, {"date": ["2033-02-01"]})
    best = shore.searcher.search("the OR on OR as")
    newest = shore.searcher.search("the OR on OR as", sort=Sort.DATE)
    assert [newest.talks[0].slug, newest.talks[-1].slug] == ["panel", "mares"]
    assert best.totals == newest.totals
    pages = [
        shore.searcher.search("the OR on OR as", sort=Sort.DATE, limit=1, offset=at).talks
        for at in range(5)
    ]
    assert [hit for page in pages for hit in page] == list(newest.talks)


def test_countries_and_years_are_facets(shore: Shore) -> None:
    facets = shore.searcher.search("the OR on OR as").facets
    assert [(one.slug, one.name, one.talks) for one in facets.year] == [("2031", "2031", 2)]
    assert {one.slug: (one.name, one.talks, one.occurrences) for one in facets.country} == {
        "TR": ("Türkiye", 2, 4),
        "TH": ("Thailand", 3, 1),
    }


def test_totals_and_facets_count_all_full_matches_whatever_the_page(shore: Shore) -> None:
    whole = shore.searcher.search("the")
    page = shore.searcher.search("the", limit=1, offset=1)
    assert page.totals == whole.totals
    assert page.facets == whole.facets
    assert [hit.slug for hit in page.talks] == [whole.talks[1].slug]
    assert whole.totals.talks == len(whole.talks)
    assert whole.totals.occurrences == sum(hit.occurrences for hit in whole.talks)
    speakers = {value.slug: (value.talks, value.occurrences) for value in whole.facets.speaker}
    assert speakers["ada-zeilbrunner"] == (2, 3)
    assert [(value.slug, value.name) for value in whole.facets.language] == [("en", "English")]


def test_an_edit_is_announced_as_behind_until_it_is_indexed(shore: Shore) -> None:
    talk = shore.catalog.talk("tides")
    edit_talk(shore.catalog, talk.id, {"title": ["On estuaries"]})
    results = shore.searcher.search("lighthouse")
    assert results.talks[0].title == "On estuaries"
    assert any("behind by one talk" in note for note in results.notes)
    assert update(shore.catalog, shore.index) == 1
    assert shore.slugs("estuaries") == ["tides"]
    assert not shore.searcher.search("lighthouse").notes


def test_a_removed_talk_is_gone_before_the_index_knows(shore: Shore) -> None:
    remove_talk(shore.catalog, shore.catalog.talk("tides").id)
    assert shore.slugs("lighthouse") == []
    update(shore.catalog, shore.index)
    assert shore.slugs("lighthouse") == []
    assert len(shore.index.indexed()) == 3


def test_the_json_has_the_keys_of_the_contract(shore: Shore) -> None:
    answer = as_json(shore.searcher.search("tide"))
    assert list(answer) == [
        "query", "understood", "notes", "took_ms", "totals", "coverage", "facets", "suggestion",
        "people", "talks", "heard_as", "alternatives",
    ]  # fmt: skip
    talk = json.loads(json.dumps(answer))["talks"][0]
    assert list(talk) == [
        "slug", "title", "event", "score", "matched", "matched_in", "occurrences",
        "moments_total", "speakers", "moments", "programme",
    ]  # fmt: skip
    assert list(talk["moments"][0]) == [
        "start_ms", "end_ms", "speaker", "track", "language", "text", "spans", "url", "beside",
        "corrected_from",
    ]  # fmt: skip
    assert talk["moments"][0]["speaker"] == "ada-zeilbrunner"
