"""A talk on two tracks: found on either, with what the other one has over the same time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from answer_seed import IN_ENGLISH, PORTUGUESE, save_answer_talks, save_english
from search_seed import document, speech
from web_seed import segments_of

from archive.catalog import Catalog
from archive.programme import SpeakerEntry, TalkEntry, save_programme
from archive.types import Track
from archive.work.captions import save_captions
from search.answering.excerpt import around, beside
from search.index import SpeechBeside
from search.indexing import update
from search.opening import open_index
from search.results import Beside
from search.results_json import as_json
from search.searching import Searcher


@pytest.fixture
def searcher(catalog: Catalog) -> Iterator[Searcher]:
    save_answer_talks(catalog)
    index = open_index(catalog.home)
    update(catalog, index)
    yield Searcher(catalog, index)
    index.close()


def _beside(searcher: Searcher, query: str, **filters: str) -> list[Beside | None]:
    (hit,) = searcher.search(query, **filters).talks
    return [moment.beside for moment in hit.moments]


def test_a_talk_is_found_by_either_track_and_shows_the_other(searcher: Searcher) -> None:
    (english,) = _beside(searcher, "trezentos")
    assert english is not None
    assert (english.track, english.language) == (Track.ENGLISH, "en")
    assert "three hundred years" in english.text
    assert english.text in IN_ENGLISH
    (hit,) = searcher.search('"three hundred"').talks
    (moment,) = hit.moments
    assert (moment.track, hit.occurrences) == (Track.ENGLISH, 1)
    assert moment.beside is not None
    assert (moment.beside.track, moment.beside.language) == (Track.ORIGINAL, "pt")
    assert "trezentos anos" in moment.beside.text
    assert moment.beside.text in PORTUGUESE


def test_the_other_text_is_of_the_same_time_and_of_whole_words(searcher: Searcher) -> None:
    first, last = _beside(searcher, "bom")[0], _beside(searcher, "inteira")[0]
    assert first is not None
    assert last is not None
    assert first.text.startswith("Good morning")
    assert last.text.endswith("whole city.")
    for one in (first, last):
        assert set(one.text.split()) <= set(IN_ENGLISH.split())


def test_a_language_filter_hides_no_text_beside(searcher: Searcher) -> None:
    (english,) = _beside(searcher, "trezentos", language="pt")
    assert english is not None
    assert english.language == "en"


def test_a_talk_on_one_track_has_nothing_beside(searcher: Searcher) -> None:
    assert _beside(searcher, '"longest record"') == [None]


def test_moments_of_a_talk_have_it_too_and_json_says_so(searcher: Searcher) -> None:
    (moment,) = searcher.moments("cartas", "trezentos")
    assert moment.beside is not None
    talks = as_json(searcher.search("trezentos"))["talks"]
    assert isinstance(talks, list)
    assert talks[0]["moments"][0]["beside"] == {
        "track": "english",
        "language": "en",
        "text": moment.beside.text,
    }


def test_what_somebody_else_says_meanwhile_is_not_shown() -> None:
    ada = speech("a b c d e f g h", speaker="ada")
    span = around(ada.stream, 2, 3)
    others = [
        SpeechBeside(one.speaker, Track.ENGLISH, one.languages, one.stream)
        for one in document(
            1, speech("one two three", speaker="bo"), speech("late", speaker="ada", start_ms=90_000)
        ).speeches
    ]
    assert beside(ada.stream, span, "ada", others) is None
    assert beside(ada.stream, span, "bo", others) == Beside(Track.ENGLISH, "en", "one two three")


def test_a_silent_other_track_leaves_nothing_beside(catalog: Catalog) -> None:
    (talk_id,) = save_programme(
        catalog, None, [TalkEntry("Quiet", slug="quiet", speakers=(SpeakerEntry("Bo Sample"),))]
    ).talk_ids
    save_captions(catalog, talk_id, segments_of("maré alta"), language="pt", file="a.vtt")
    save_english(catalog, talk_id, segments_of("tide", from_ms=200_000, to_ms=201_000))
    index = open_index(catalog.home)
    update(catalog, index)
    (hit,) = Searcher(catalog, index).search("alta").talks
    assert hit.moments[0].beside is None
    index.close()
