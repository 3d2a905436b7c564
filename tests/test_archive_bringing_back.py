"""Words of a corrected file, placed among those that stand."""

from __future__ import annotations

import pytest
from test_archive_corrections import ADA, BO, change, heard, text_of, words_of

from archive.catalog import Catalog
from archive.corrections.bringing_back import BroughtBack, bring_back
from archive.corrections.history import history, words_at
from archive.corrections.present import present
from archive.corrections.saving import restore
from archive.errors import NotFound, UserError
from archive.programme import TalkEntry, save_programme
from archive.types import Word, join_words

TEXT = "The tide comes in twice a day. " + " ".join(f"word{n}" for n in range(60)) + " And so on."


@pytest.fixture
def talk_id(catalog: Catalog) -> int:
    made = save_programme(catalog, None, [TalkEntry("On Tides", slug="on-tides", language="en")])
    heard(catalog, made.talk_ids[0], TEXT)
    return made.talk_ids[0]


def timed(text: str, start_ms: int) -> list[Word]:
    return [
        Word(word, True, start_ms + 300 * n, start_ms + 300 * n + 280, estimated=True)
        for n, word in enumerate(text.split())
    ]


def brought(catalog: Catalog, talk_id: int, text: str) -> BroughtBack:
    words = [Word(word, True, 0, 0) for word in text.split()]
    return bring_back(catalog, talk_id, words, file="fixed.txt", by=ADA, timed=False)


def test_a_long_passage_that_a_file_does_not_have_stays_and_is_named(
    catalog: Catalog, talk_id: int
) -> None:
    came = brought(catalog, talk_id, "The tide comes in thrice a day. And so on.")
    (left,) = came.unplaced
    assert (left.missing, left.start_ms, left.text[:11]) == (True, 7000, "word0 word1")
    assert text_of(catalog, talk_id) == TEXT.replace("twice", "thrice")
    assert (came.changed, came.revision) == (1, 2)


def test_words_that_a_file_with_times_adds_at_the_end_have_its_times(
    catalog: Catalog, talk_id: int
) -> None:
    words = [*words_of(catalog, talk_id), *timed("Thank you all very much.", 75_000)]
    came = bring_back(catalog, talk_id, words, file="a.vtt", by=ADA)
    assert came.unplaced == ()
    last = words_of(catalog, talk_id)[-5:]
    assert (last[0].start_ms, last[-1].end_ms) == (75_000, 76_480)
    assert all(word.end_ms > word.start_ms for word in last)


def test_words_without_times_that_do_not_fit_at_the_end_are_left_out(
    catalog: Catalog, talk_id: int
) -> None:
    came = brought(catalog, talk_id, TEXT + " Thank you all" * 10)
    assert [left.missing for left in came.unplaced] == [False]
    assert text_of(catalog, talk_id) == TEXT


def test_marks_and_capitals_of_the_file_stand_and_the_times_stay(
    catalog: Catalog, talk_id: int
) -> None:
    before = words_of(catalog, talk_id)
    brought(catalog, talk_id, TEXT.replace("word7 ", "Word7, "))
    after = words_of(catalog, talk_id)
    assert [word.text for word in after if word.text.startswith("Word")] == ["Word7,"]
    assert [word.start_ms for word in after] == [word.start_ms for word in before]


def test_the_revision_can_be_taken_back_like_any_other(catalog: Catalog, talk_id: int) -> None:
    change(catalog, talk_id, "tide", "ebb", by=BO)
    brought(catalog, talk_id, TEXT.replace("word7 ", "Word7, ").replace("tide", "neap tide"))
    assert history(catalog, talk_id)[0].note == "fixed.txt"
    assert join_words(words_at(catalog, talk_id, 2)) == TEXT.replace("tide", "ebb")
    restore(catalog, talk_id, 1, by=BO)
    assert text_of(catalog, talk_id) == TEXT


def test_what_comes_back_counts_as_checked_only_if_it_did_then(
    catalog: Catalog, talk_id: int
) -> None:
    def checked_by() -> str:
        found = present(catalog, talk_id)
        assert found is not None
        return found.transcript.checked_by

    brought(catalog, talk_id, TEXT.replace("tide", "ebb"))
    assert checked_by() == ADA
    assert restore(catalog, talk_id, 1, by=BO) == 3
    assert checked_by() == ""
    restore(catalog, talk_id, 2, by=BO)
    assert checked_by() == ADA
    restore(catalog, talk_id, 3, by=BO)
    assert checked_by() == ""


def test_a_file_of_another_talk_is_refused_unless_it_is_said_to_be_right(
    catalog: Catalog, talk_id: int
) -> None:
    words = [Word(word, True, 0, 0) for word in ("Ships sail to lands far away " * 3).split()]
    with pytest.raises(UserError, match="another talk"):
        bring_back(catalog, talk_id, words, file="a.txt", by=ADA, timed=False)
    bring_back(catalog, talk_id, words, file="a.txt", by=ADA, timed=False, force=True)
    found = present(catalog, talk_id)
    assert found is not None
    assert (found.revision, found.transcript.checked_by) == (2, ADA)
    with pytest.raises(UserError, match="words, the transcript"):
        bring_back(catalog, talk_id, words * 90, file="a.txt", by=ADA, force=True)
    with pytest.raises(NotFound):
        bring_back(catalog, 99, words, file="a.txt", by=ADA)
