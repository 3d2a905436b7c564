"""Searching a real catalog through the real index: what a person asks and gets."""

from __future__ import annotations

import gc
import json
import random
import time
from collections.abc import Iterator
from datetime import date

import pytest
from search_seed import STEP_MS, segment, words_of

from archive.catalog import Catalog
from archive.edits import edit_talk, remove_talk
from archive.errors import NotFound
from archive.programme import EventEntry, SpeakerEntry, TalkEntry, save_programme
from archive.types import Segment, State, Turn, Word
from archive.work.captions import save_captions
from search import locating
from search.documents import talk_document
from search.indexing import update
from search.opening import CurrentIndex, open_index
from search.query import parse
from search.results import TalkHit, as_json
from search.searching import Searcher, Sort

ADA = SpeakerEntry(
    "Ada Zeilbrunner",
    aliases=("Zeilbrunner Ada",),
    role="President",
    affiliation="Institute of Tides",
    affiliation_aliases=("IOT",),
    country="TR",
)
BO = SpeakerEntry("Bo Palitta Pongarn", country="TH")
EVENT = EventEntry(
    "Tidal Days",
    slug="tidal-days",
    starts_on=date(2031, 5, 12),
    organizers=("Harbour Board",),
    people=(("Cleo Sample", "facilitator"),),
    summary="Solidarity of the coasts.",
)
TIDES = (
    "Ladies and gentlemen, the tide is",
    "turning. Climate change is near, and",
    "COVID-19 taught us that C++ code can’t wait.",
    "At 10:30 we asked 1,000 people on www.x.org",
    "about the tides of São Paulo and the last word: lighthouse",
)
PORTUGUESE = ("As marés são o futuro da ciência no litoral",)
FAR_APART = ("harbour", "pilot")


class Shore:
    """An archive with an index, and ways to ask it."""

    def __init__(self, catalog: Catalog, index: CurrentIndex) -> None:
        self.catalog = catalog
        self.index = index
        self.searcher = Searcher(catalog, index)

    def slugs(self, text: str, **filters: str) -> list[str]:
        return [hit.slug for hit in self.searcher.search(text, **filters).talks]

    def best(self, text: str) -> TalkHit:
        return self.searcher.search(text).talks[0]

    def only(self, text: str) -> TalkHit:
        (hit,) = self.searcher.search(text).talks
        return hit


def captions(lines: tuple[str, ...]) -> list[Segment]:
    segments, start_ms = [], 0
    for line in lines:
        segments.append(segment(line, start_ms))
        start_ms += STEP_MS * len(line.split())
    return segments


@pytest.fixture
def shore(catalog: Catalog) -> Iterator[Shore]:
    tides, waiting = save_programme(
        catalog,
        EVENT,
        [
            TalkEntry("On tides", slug="tides", number=1, language="en", speakers=(ADA,)),
            TalkEntry("On genomics", slug="genomics", number=2, speakers=(BO,)),
        ],
    ).talk_ids
    mares, panel = save_programme(
        catalog,
        None,
        [
            TalkEntry("Sobre marés", slug="mares", language="pt-BR", speakers=(BO,)),
            TalkEntry("A panel", slug="panel", language="en", speakers=(ADA, BO)),
        ],
    ).talk_ids
    assert waiting
    save_captions(catalog, tides, captions(TIDES), language="en", file="a.vtt")
    save_captions(catalog, mares, captions(PORTUGUESE), language="pt-BR", file="b.vtt")
    far = [segment("The harbour is old", 0), segment("but the pilot is young", 60_000)]
    save_captions(catalog, panel, far, language="en", file="c.vtt")
    index = open_index(catalog.home)
    assert update(catalog, index) == 4
    yield Shore(catalog, index)
    index.close()


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


def test_filters_take_slugs_names_titles_and_codes(shore: Shore) -> None:
    assert shore.slugs("the", speaker="ada-zeilbrunner") == ["tides"]
    assert shore.slugs('the speaker:"zeilbrunner ada"') == ["tides"]
    assert shore.slugs("speaker:zeilbruner") == ["tides", "panel"]
    assert shore.slugs("event:tidal") == ["tides", "genomics"]
    assert shore.slugs("lighthouse", event="tidal-days") == ["tides"]
    assert shore.slugs("pilot", event="tidal-days") == []
    assert shore.slugs("language:pt") == shore.slugs("language:pt-BR") == ["mares"]
    assert shore.slugs("futuro", language="en") == []
    results = shore.searcher.search("tide", speaker="nobody")
    assert results.talks == ()
    assert results.notes == ("No speaker here is called nobody.",)


@pytest.mark.parametrize(
    ("query", "slugs"),
    [
        ("country:TR", ["tides", "panel"]),
        ("country:Türkiye", ["tides", "panel"]),
        ("country:turkey event:tidal", ["tides"]),
        ('country:"the kingdom of thailand" country:TR', ["tides", "genomics", "mares", "panel"]),
        ("-country:turkey", ["genomics", "mares"]),
        ("year:2031", ["tides", "genomics"]),
        ("year:2029..2030", ["panel"]),
        ("year:2031..2029 -event:tidal", ["panel"]),
        ("year:2030..", ["tides", "genomics", "panel"]),
        ("year:..2030", ["panel"]),
        ("-year:2031", ["mares", "panel"]),
        ("-speaker:zeilbrunner", ["genomics", "mares"]),
        ("speaker:zeilbrunner speaker:pongarn -language:en", ["genomics", "mares"]),
        ("language:pt language:en", ["tides", "mares", "panel"]),
        ("-language:en", ["genomics", "mares"]),
    ],
)
def test_filters_by_country_year_and_minus(shore: Shore, query: str, slugs: list[str]) -> None:
    edit_talk(shore.catalog, shore.catalog.talk("panel").id, {"date": ["2030-02-01"]})
    assert sorted(shore.slugs(query)) == sorted(slugs)


@pytest.mark.parametrize(
    ("query", "note"),
    [
        ("country:Atlantis", "No country is called Atlantis."),
        ("country:peru", "Nobody here is said to be from Peru."),
        ("year:soon", "soon is no year: write year:2020 or year:2019..2023."),
        ("year:..", ".. is no year: write year:2020 or year:2019..2023."),
        ("year:1999", "No talk here is known to be from 1999."),
        ("language:xx", "No talk here is in the language xx."),
        ("event:nothing", "No event here is called nothing."),
    ],
)
def test_an_unknown_value_finds_nothing_and_a_note_says_so(
    shore: Shore, query: str, note: str
) -> None:
    results = shore.searcher.search(f"tide {query}")
    assert (results.talks, results.notes) == ((), (note,))
    assert shore.slugs(f"lighthouse -{query}") == ["tides"]


def test_filters_may_have_several_values_from_outside(shore: Shore) -> None:
    results = shore.searcher.search("event:nothing", event="tidal", country=("TH", "CL"))
    assert [hit.slug for hit in results.talks] == ["genomics"]
    assert results.understood == "event:tidal country:TH country:CL"


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


def test_speech_that_may_be_anothers_is_no_hit_for_a_speaker(shore: Shore) -> None:
    panel = shore.only('"the pilot is young"')
    assert panel.moments[0].speaker is None
    results = shore.searcher.search('"the pilot is young"', speaker="ada-zeilbrunner")
    assert results.talks == ()
    assert "not told apart" in results.notes[0]
    assert shore.slugs("panel", speaker="ada-zeilbrunner") == ["panel"]


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


def test_moments_of_an_unknown_talk_are_not_found(shore: Shore) -> None:
    with pytest.raises(NotFound):
        shore.searcher.moments("nowhere", "tide")
    assert shore.searcher.moments("tides", "") == []
    assert shore.searcher.moments("genomics", "genomics") == []


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


def test_context_stands_on_both_sides_of_a_moment(shore: Shore) -> None:
    text = shore.only('"covid 19"').moments[0].text
    before, after = text.split("COVID-19")
    assert 8 <= len(before.split()) <= 12
    assert 8 <= len(after.split()) <= 12
    assert words_of(before)
