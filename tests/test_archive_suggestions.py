"""Suggestions: what is kept of them, where they stand, and what an editor decided."""

from __future__ import annotations

import pytest
from msgspec import structs

from archive import suggestions
from archive.catalog import Catalog
from archive.errors import NotFound, TryLater, UserError
from archive.programme import TalkEntry, save_programme
from archive.removing import remove_talk
from archive.suggestions import accept, decline, open_suggestions, place_of, suggest
from archive.types import Word

WORDS = [
    Word(text, True, 1000 * n, 1000 * n + 900)
    for n, text in enumerate(["the", "tied", "comes", "in", "twice", "a", "day"])
]


@pytest.fixture
def talk_id(catalog: Catalog) -> int:
    return save_programme(catalog, None, [TalkEntry("On Tides", slug="on-tides")]).talk_ids[0]


def test_a_suggestion_knows_its_talk_its_time_and_what_stood_there(
    catalog: Catalog, talk_id: int
) -> None:
    suggest(catalog, talk_id, WORDS[1:2], " tide ", name="Bo  Sample", remark="the sea")
    (kept,) = open_suggestions(catalog)
    assert (kept.talk, kept.title, kept.start_ms, kept.end_ms) == (
        "on-tides",
        "On Tides",
        1000,
        1900,
    )
    assert (kept.before, kept.text, kept.name, kept.remark) == (
        "tied",
        "tide",
        "Bo Sample",
        "the sea",
    )


def test_its_place_is_found_while_its_words_stand_and_not_after(
    catalog: Catalog, talk_id: int
) -> None:
    suggest(catalog, talk_id, WORDS[1:3], "tide comes")
    (kept,) = open_suggestions(catalog)
    assert place_of(kept, WORDS) == (1, 3)
    assert place_of(kept, WORDS[1:]) == (0, 2)
    assert place_of(kept, [WORDS[0], structs.replace(WORDS[1], text="tide"), *WORDS[2:]]) is None
    assert place_of(kept, WORDS[:1]) is None


def test_the_same_twice_is_one_and_what_stands_there_is_none(
    catalog: Catalog, talk_id: int
) -> None:
    suggest(catalog, talk_id, WORDS[1:2], "tide")
    suggest(catalog, talk_id, WORDS[1:2], "tide")
    assert suggestions.count_open(catalog) == 1
    with pytest.raises(UserError, match="already"):
        suggest(catalog, talk_id, WORDS[1:2], "tied")


@pytest.mark.parametrize(
    ("text", "name", "remark"),
    [
        ("x" * 1001, "", ""),
        ("ti\x00de", "", ""),
        ("\u202etide", "", ""),
        ("tide", "x" * 61, ""),
        ("tide", "\u2066Bo", ""),
        ("tide", "", "x" * 501),
    ],
)
def test_what_is_too_long_or_cannot_be_shown_is_refused(
    catalog: Catalog, talk_id: int, text: str, name: str, remark: str
) -> None:
    with pytest.raises(UserError):
        suggest(catalog, talk_id, WORDS[1:2], text, name=name, remark=remark)
    assert open_suggestions(catalog) == []


def test_there_are_never_more_than_an_editor_can_go_through(
    catalog: Catalog, talk_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(suggestions, "MOST_OPEN_OF_A_TALK", 2)
    for text in ("tide", "tides"):
        suggest(catalog, talk_id, WORDS[1:2], text)
    with pytest.raises(TryLater):
        suggest(catalog, talk_id, WORDS[1:2], "tidal")
    decline(catalog, open_suggestions(catalog)[0], by="Ada Example")
    suggest(catalog, talk_id, WORDS[1:2], "tidal")


def test_it_is_decided_once(catalog: Catalog, talk_id: int) -> None:
    suggest(catalog, talk_id, WORDS[1:2], "tide")
    (kept,) = open_suggestions(catalog)
    decline(catalog, kept, by="Ada Example")
    assert open_suggestions(catalog) == []
    for late in (
        lambda: decline(catalog, kept, by="Bo Sample"),
        lambda: accept(catalog, kept, "tide", by="Bo Sample", note=""),
    ):
        with pytest.raises(UserError, match="Ada Example declined it"):
            late()


def test_it_goes_with_its_talk(catalog: Catalog, talk_id: int) -> None:
    suggest(catalog, talk_id, WORDS[1:2], "tide")
    (kept,) = open_suggestions(catalog)
    remove_talk(catalog, talk_id)
    with pytest.raises(NotFound):
        suggestions.suggestion(catalog, kept.id)
    with pytest.raises(UserError, match="removed"):
        accept(catalog, kept, "tide", by="Ada Example", note="")


def test_of_those_decided_the_newest_are_kept(
    catalog: Catalog, talk_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(suggestions, "_MOST_DECIDED", 1)
    for text in ("tide", "tides"):
        suggest(catalog, talk_id, WORDS[1:2], text)
    first, second = open_suggestions(catalog)
    decline(catalog, first, by="Ada Example")
    decline(catalog, second, by="Ada Example")
    with catalog.reading() as connection:
        kept = connection.exec_driver_sql("SELECT count(*) FROM suggestions").scalar()
    assert kept == 1
