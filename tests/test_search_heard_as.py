"""The tier "heard as": apart from the hits, true about who spoke, made only when needed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from search_seed import STEP_MS, segment

from archive.catalog import Catalog
from archive.programme import EventEntry, SpeakerEntry, TalkEntry, save_programme
from archive.removing import remove_talk
from archive.work.captions import save_captions
from search.indexing import update
from search.opening import CurrentIndex, open_index
from search.results import HeardAs
from search.results_json import as_json
from search.searching import Searcher, Sort

ADA = SpeakerEntry("Ada Zeilbrunner", country="AT")
BO = SpeakerEntry("Bo Sample")
SPOKEN = {
    "lecture": "we thank professor sailbruner for the lamp and sailbruner for the tide",
    "panel": "the tide that sail bruner saw is old",
    "turbines": "the turbine and the tide and the lamp and brunetta",
    "songs": "a sailor and a brunette sang of the tide",
}


class Shore:
    def __init__(self, catalog: Catalog, index: CurrentIndex) -> None:
        self.catalog = catalog
        self.index = index
        self.searcher = Searcher(catalog, index)

    def heard(self, text: str, **filters: str) -> HeardAs:
        (one,) = self.searcher.search(text, **filters).heard_as
        return one


@pytest.fixture
def shore(catalog: Catalog) -> Iterator[Shore]:
    entries = [
        TalkEntry("A lecture", slug="lecture", language="en", speakers=(BO,)),
        TalkEntry("A panel", slug="panel", language="en", speakers=(ADA, BO)),
        TalkEntry("On turbines", slug="turbines", language="en", speakers=(ADA,)),
        TalkEntry("On sailbruner", slug="songs", language="en", speakers=(BO,)),
    ]
    saved = save_programme(catalog, EventEntry("Tidal Days", slug="tidal-days"), entries)
    for talk_id, text in zip(saved.talk_ids, SPOKEN.values(), strict=True):
        save_captions(catalog, talk_id, [segment(text)], language="en", file="a.vtt")
    index = open_index(catalog.home)
    update(catalog, index)
    yield Shore(catalog, index)
    index.close()


def test_a_name_nobody_says_is_offered_as_it_was_heard(shore: Shore) -> None:
    heard = shore.heard("Zeilbrunner")
    assert heard.query_word == "zeilbrunner"
    assert heard.heard == ("sailbruner", "sail bruner")
    assert [(hit.slug, hit.matched, hit.matched_in) for hit in heard.talks] == [
        ("lecture", "heard", ("speech",)),
        ("panel", "heard", ("speech",)),
    ]
    for hit in heard.talks:
        for moment in hit.moments:
            marked = [moment.text[start:end] for start, end in moment.spans]
            assert set(marked) <= {"sailbruner", "sail", "bruner"}
    lecture, panel = heard.talks
    assert [moment.start_ms for moment in lecture.moments] == [3 * STEP_MS, 8 * STEP_MS]
    assert [moment.speaker for moment in lecture.moments] == ["bo-sample"] * 2
    assert lecture.occurrences == lecture.moments_total == 2
    # Two people share that panel and nobody knows who spoke.
    assert [moment.speaker for moment in panel.moments] == [None]


def test_the_tier_is_never_mixed_with_hits_nor_counted(shore: Shore) -> None:
    results = shore.searcher.search("zeilbrunner")
    assert {hit.slug for hit in results.talks} == {"panel", "turbines"}
    assert {hit.matched for hit in results.talks} == {"all"}
    assert results.totals.occurrences == 0
    assert results.totals.talks == 2
    assert sum(value.talks for value in results.facets.event) == 2
    written = as_json(results)
    assert [one["query_word"] for one in written["heard_as"]] == ["zeilbrunner"]  # type: ignore[attr-defined]
    assert written["heard_as"][0]["talks"][0]["matched"] == "heard"  # type: ignore[index]


def test_what_is_said_is_not_offered_as_heard_otherwise(shore: Shore) -> None:
    for text in ("tide", "tides", "lamp turbine", '"zeilbrunner"', "sailbruner", "zeil*", "-tide"):
        assert shore.searcher.search(text).heard_as == (), text


def test_words_too_short_or_of_digits_or_unlike_all_others_have_no_tier(shore: Shore) -> None:
    for text in ("tyd", "2019", "xylophone", "潮汐", "zzzzzzzz", "Лампа"):
        assert shore.searcher.search(text).heard_as == (), text


def test_a_wrongly_written_name_is_heard_as_the_name_would_be(shore: Shore) -> None:
    heard = shore.heard("zeilbruner")
    assert heard.query_word == "zeilbruner"
    assert "sailbruner" in heard.heard


def test_a_word_wrong_by_a_letter_is_offered_too(shore: Shore) -> None:
    assert shore.heard("turbyne").heard == ("turbine",)


def test_talks_that_hold_the_other_words_come_alone_if_there_are_any(shore: Shore) -> None:
    assert [hit.slug for hit in shore.heard("zeilbrunner lamp").talks] == ["lecture"]
    either = shore.heard("zeilbrunner xylophone")
    assert [hit.slug for hit in either.talks] == ["lecture", "panel"]
    # Only the misheard words are marked.
    for moment in shore.heard("zeilbrunner lamp").talks[0].moments:
        assert {moment.text[start:end] for start, end in moment.spans} == {"sailbruner"}


def test_filters_and_exclusions_hold_for_the_tier(shore: Shore) -> None:
    assert [hit.slug for hit in shore.heard("zeilbrunner", speaker="bo-sample").talks] == [
        "lecture"
    ]
    assert [hit.slug for hit in shore.heard("zeilbrunner -lamp").talks] == ["panel"]
    assert shore.searcher.search("zeilbrunner", speaker="nobody").heard_as == ()
    assert shore.searcher.search("zeilbrunner", language="de").heard_as == ()
    # Under a filter, a word that others say is looked for as well.
    assert shore.heard("brunette", speaker="ada-zeilbrunner").heard == ("brunetta",)


def test_the_tier_stands_on_the_first_page_only(shore: Shore) -> None:
    assert shore.searcher.search("zeilbrunner", offset=1).heard_as == ()
    assert shore.searcher.search("zeilbrunner", sort=Sort.DATE, limit=1).heard_as


def test_a_removed_talk_is_not_offered(shore: Shore) -> None:
    remove_talk(shore.catalog, shore.catalog.talk("lecture").id)
    update(shore.catalog, shore.index)
    heard = shore.heard("zeilbrunner")
    assert heard.heard == ("sail bruner",)
    assert [hit.slug for hit in heard.talks] == ["panel"]
