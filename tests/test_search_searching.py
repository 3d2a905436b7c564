"""What a person asks of a real catalog through the real index is found."""

from __future__ import annotations

import pytest
from shore import TIDES, Shore, captions, shore

from archive.catalog import Catalog
from archive.programme import TalkEntry, save_programme
from archive.types import Segment, State, Word
from archive.work.captions import save_captions
from search.indexing import update
from search.opening import open_index
from search.searching import Searcher

__all__ = ["shore"]


def test_every_four_words_in_a_row_are_found_at_their_first_word(shore: Shore) -> None:
    words = [word for part in captions(TIDES) for word in part.words]
    for at in range(len(words) - 3):
        run = words[at : at + 4]
        hit = shore.only('"' + " ".join(word.text for word in run) + '"')
        assert hit.slug == "tides"
        assert [moment.start_ms for moment in hit.moments] == [run[0].start_ms]
        assert hit.moments[0].end_ms == run[-1].end_ms
        # Without quotes, the same place comes first.
        unquoted = shore.best(" ".join(word.text for word in run)).moments[0]
        assert unquoted.start_ms == run[0].start_ms


def test_the_first_and_the_last_word_are_found(shore: Shore) -> None:
    assert shore.only("ladies").moments[0].start_ms == 0
    hit = shore.only('"lighthouse"')
    assert hit.moments[0].text.endswith("lighthouse")
    assert hit.moments[0].url == "/talks/tides?t=15.2"


def test_words_are_found_by_their_stem_and_quotes_are_exact(shore: Shore) -> None:
    assert shore.only("turns").occurrences == 1
    assert shore.slugs('"turns"') == []
    hit = shore.only("tides speaker:zeilbrunner event:tidal-days")
    assert (hit.occurrences, hit.moments_total) == (2, 2)
    assert hit.matched_in == ("speech", "title", "affiliation")


def test_a_talk_without_a_recording_is_found_by_its_programme(shore: Shore) -> None:
    hit = shore.only("genomics")
    assert (hit.slug, hit.occurrences, hit.moments, hit.moments_total) == ("genomics", 0, (), 0)
    entry = hit.programme[0]
    assert (entry.field, [entry.text[a:b] for a, b in entry.spans]) == ("title", ["genomics"])
    coverage = shore.searcher.search("genomics").coverage
    assert (coverage.talks, coverage.searchable) == (4, 3)
    assert [(gap.talk, gap.state, gap.reason) for gap in coverage.missing] == [
        ("genomics", State.WAITING, "waits for a recording")
    ]


@pytest.mark.parametrize(
    ("query", "slug"),
    [
        ("Turkey president", "tides"),
        ("Türkiye president", "tides"),
        ("institute of tides", "tides"),
        ("IOT", "tides"),
        ("cleo sample", "tides"),
        ("solidarity coasts", "tides"),
        ("harbour board tide", "tides"),
        ("thailand genomics", "genomics"),
    ],
)
def test_a_talk_is_found_by_all_that_its_programme_says(
    shore: Shore, query: str, slug: str
) -> None:
    assert slug in shore.slugs(query)


@pytest.mark.parametrize(
    "query",
    [
        "Zeilbruner",
        "zeillbrunner",
        "Zielbrunner",
        "Zeilbrunner Ada",
        "Ada Zeilbrumer",
        "Adda Zeilbrunner",
    ],
)
def test_names_are_found_in_either_order_with_wrong_letters(shore: Shore, query: str) -> None:
    results = shore.searcher.search(query)
    assert "tides" in [hit.slug for hit in results.talks]
    if "zeilbrunner" not in query.lower():
        assert any("read also as the name Zeilbrunner" in note for note in results.notes)


def test_most_of_three_words_come_after_all_of_them(shore: Shore) -> None:
    results = shore.searcher.search("climate change elephants")
    assert [(hit.slug, hit.matched) for hit in results.talks] == [("tides", "most")]
    assert (results.totals.talks, results.totals.talks_partial) == (0, 1)
    assert shore.slugs("climate elephants") == []
    assert shore.slugs('climate change tide "elephants"') == []


def test_excluded_words_exclude_the_talk_wherever_they_stand(shore: Shore) -> None:
    assert shore.slugs("tide -lighthouse -panel") == []
    assert "tides" not in shore.slugs("tide -facilitator")


def test_scripts_without_blanks_are_found_inside_a_sentence(catalog: Catalog) -> None:
    (talk,) = save_programme(catalog, None, [TalkEntry("Tokyo", slug="tokyo")]).talk_ids
    text = "私たちは東京で科学の未来について話します"
    words = tuple(
        Word(character, False, at * 200, at * 200 + 200) for at, character in enumerate(text)
    )
    segments = [Segment(0, 10_000, words[:5], "ja"), Segment(0, 10_000, words[5:], "ja")]
    save_captions(catalog, talk, segments, language="ja", file="a.vtt")
    index = open_index(catalog.home)
    update(catalog, index)
    (hit,) = Searcher(catalog, index).search("東京で").talks
    moment = hit.moments[0]
    assert (moment.start_ms, moment.language, moment.text) == (800, "ja", text)
    assert [moment.text[a:b] for a, b in moment.spans] == ["東京で"]
    # One character was misheard: in a script without blanks too, most of it is found.
    nearly = Searcher(catalog, index).search("東京で化学の未来に")
    assert [(hit.matched, hit.moments[0].start_ms) for hit in nearly.talks] == [("most", 800)]
    assert nearly.totals.talks == 0
    assert not Searcher(catalog, index).search("来未の学科で京東").talks
    assert not Searcher(catalog, index).search("京都で").talks
    index.close()


def test_a_suggestion_is_made_where_nothing_is_found(shore: Shore) -> None:
    results = shore.searcher.search("lightxouse")
    assert results.talks == ()
    assert results.suggestion == "lighthouse"
    assert shore.searcher.search("xyzzyx").suggestion is None
