"""Completing what somebody begins to type."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from archive.catalog import Catalog
from archive.edits import edit_speaker
from archive.programme import EventEntry, SpeakerEntry, TalkEntry, save_programme
from search.asking.complete import Suggestion
from search.opening import open_index
from search.searching import Searcher

ADA = SpeakerEntry("Ada Zeilbrunner", aliases=("Zeilbrunner Ada",), affiliation="Lamp Works")
WEI = SpeakerEntry("Wei Shili", aliases=("示例伟",))
MIRA = SpeakerEntry("Mira Álvares Straße", aliases=("Мира Алварес",))
BO = SpeakerEntry("Bo O’Sample")
ADAM = SpeakerEntry("Adam Muster")


@pytest.fixture
def searcher(catalog: Catalog) -> Iterator[Searcher]:
    save_programme(
        catalog,
        EventEntry("Tidal Days", slug="tidal-days", starts_on=date(2031, 5, 12)),
        [
            TalkEntry("How the Moon Moves the Sea", slug="moon", speakers=(ADA, BO)),
            TalkEntry("Turbines in a Tidal Race", slug="turbines", speakers=(ADAM,)),
            TalkEntry("More on the Moon", slug="more", speakers=(ADAM,)),
            TalkEntry("潮汐的故事", slug="chaoxi", speakers=(WEI,)),
            TalkEntry("Ada", slug="ada-talk", speakers=(MIRA,)),
        ],
    )
    index = open_index(catalog.home)
    yield Searcher(catalog, index)
    index.close()


def _slugs(searcher: Searcher, text: str, limit: int = 8) -> list[str]:
    return [one.slug for one in searcher.complete(text, limit)]


@pytest.mark.parametrize(
    ("typed", "slugs"),
    [
        ("zeil", ["ada-zeilbrunner"]),
        ("ZEILBRUNNER a", ["ada-zeilbrunner"]),
        ("ada zeilbrunner", ["ada-zeilbrunner"]),
        ("alva", ["mira-alvares-strasse"]),
        ("ÁLVA", ["mira-alvares-strasse"]),
        ("strass", ["mira-alvares-strasse"]),
        ("алв", ["mira-alvares-strasse"]),
        ("示例", ["wei-shili"]),
        ("例示", []),
        ("osam", ["bo-osample"]),
        ("o'sam", ["bo-osample"]),
        ("moon sea", ["moon"]),
        ("mo mo", ["more", "moon"]),
        ("潮汐", ["chaoxi"]),
        ("故事", ["chaoxi"]),
        ("tidal", ["tidal-days", "turbines"]),
        ("on the", ["more"]),
        ("xylophone", []),
        ("", []),
        ('  -"*', []),
    ],
)
def test_every_word_typed_begins_a_word_of_a_name_or_title(
    searcher: Searcher, typed: str, slugs: list[str]
) -> None:
    assert _slugs(searcher, typed) == slugs


def test_what_is_written_just_so_comes_first_then_people_with_the_most_talks(
    searcher: Searcher,
) -> None:
    assert _slugs(searcher, "ada") == ["ada-talk", "adam-muster", "ada-zeilbrunner"]
    assert _slugs(searcher, "ada", limit=2) == ["ada-talk", "adam-muster"]


@pytest.mark.parametrize("typed", ["zeillbr", "seilbrunner", "zeilbrunnre"])
def test_a_wrong_letter_in_a_name_is_forgiven_where_nothing_else_fits(
    searcher: Searcher, typed: str
) -> None:
    assert _slugs(searcher, typed) == ["ada-zeilbrunner"]


def test_a_suggestion_says_what_it_is_and_what_of_it_is_typed(searcher: Searcher) -> None:
    assert searcher.complete("bru ada") == ()
    (ada,) = searcher.complete("zeilb ada")
    assert ada == Suggestion(
        ada.kind, "ada-zeilbrunner", "Ada Zeilbrunner", "", ((0, 3), (4, 9)),
        "Lamp Works", 1,
    )  # fmt: skip
    (wei,) = searcher.complete("例伟")
    assert (wei.name, wei.alias, wei.spans) == ("Wei Shili", "示例伟", ((1, 2), (2, 3)))
    (mira,) = searcher.complete("strasse")
    assert [mira.name[start:end] for start, end in mira.spans] == ["Straße"]
    event, talk = searcher.complete("tidal")
    assert (event.kind, event.about, event.talks) == ("event", "2031", 5)
    assert (talk.kind, talk.about) == ("talk", "Adam Muster")


def test_a_person_with_several_spellings_is_suggested_once(searcher: Searcher) -> None:
    assert _slugs(searcher, "zeilbrunner") == ["ada-zeilbrunner"]


def test_suggestions_follow_the_catalog(searcher: Searcher, catalog: Catalog) -> None:
    speaker = next(one for one in catalog.speakers() if one.slug == "wei-shili")
    edit_speaker(catalog, speaker.id, {"name": ["Wei Tidewater"]})
    assert _slugs(searcher, "tidew") == ["wei-shili"]


def test_very_long_and_strange_texts_do_no_harm(searcher: Searcher) -> None:
    for text in ("a " * 5_000, "x" * 100_000, "\x00\n\r", "\u202eabc", "%" * 300, "示" * 900):
        assert len(searcher.complete(text, 10_000)) <= 20
