"""The strip of a talk: where its marks stand, how many they are, and what they say."""

from __future__ import annotations

import re

import numpy as np
import pytest
from search_seed import speech

from archive.types import Talk
from search.documents import Speech
from search.index import Hits, SpeechEvidence
from web.search.strip import COLUMNS, MOST_MARKS, strip_of

TALK = Talk(1, "tides", "Tides")


def evidence(spoken: Speech, places: list[tuple[int, int]]) -> SpeechEvidence:
    first = np.array([place[0] for place in places], np.int64)
    last = np.array([place[1] for place in places], np.int64)
    hits = Hits(np.zeros(len(places), np.int64), first, last)
    return SpeechEvidence("ada", spoken.track, (), spoken.stream, hits, hits)


def spoken(words: int) -> Speech:
    return speech(" ".join("w" + "abcdefghij"[n % 10] * (n // 10 % 10 + 1) for n in range(words)))


def test_every_occurrence_is_a_mark_while_they_are_few() -> None:
    said = evidence(spoken(1000), [(0, 0), (500, 501), (999, 999)])
    strip = strip_of(TALK, [said])
    assert strip is not None
    assert strip.occurrences == 3
    assert [mark.occurrences for mark in strip.marks] == [1, 1, 1]
    assert [mark.start_ms for mark in strip.marks] == [0, 200_000, 399_600]
    assert [mark.url for mark in strip.marks] == [
        "/talks/tides?t=0", "/talks/tides?t=200", "/talks/tides?t=399.6",
    ]  # fmt: skip
    assert "wa wb" in strip.marks[1].words
    columns = [int(re.match(r"M(\d+) ", mark.path)[1]) for mark in strip.marks]  # type: ignore[index]
    assert columns == [0, COLUMNS // 2, COLUMNS - 1]


def test_many_occurrences_share_few_links_and_are_counted_exactly() -> None:
    said = evidence(spoken(12_000), [(n, n) for n in range(0, 12_000, 7)])
    strip = strip_of(TALK, [said])
    assert strip is not None
    assert strip.occurrences == len(range(0, 12_000, 7))
    assert len(strip.marks) <= MOST_MARKS
    assert sum(mark.occurrences for mark in strip.marks) == strip.occurrences
    assert sum(len(mark.path) + len(mark.words) for mark in strip.marks) < 3_000


def test_a_place_that_two_clauses_ask_for_is_one_occurrence() -> None:
    said = evidence(spoken(100), [(7, 7), (7, 7), (7, 8)])
    strip = strip_of(TALK, [said])
    assert strip is not None
    assert strip.occurrences == 2


def test_a_part_of_a_session_has_a_strip_of_its_own_part() -> None:
    said = evidence(speech("one two three", start_ms=60_000), [(0, 0)])
    strip = strip_of(Talk(1, "part", "Part", range_ms=(30_000, 90_000)), [said])
    assert strip is not None
    assert strip.length_ms == 60_000
    assert strip.marks[0].path.startswith(f"M{COLUMNS // 2} ")


def test_times_beyond_the_recording_stay_on_the_strip() -> None:
    said = evidence(speech("one two three", start_ms=95_000), [(0, 0), (2, 2)])
    strip = strip_of(Talk(1, "part", "Part", range_ms=(0, 90_000)), [said])
    assert strip is not None
    assert all(mark.path.startswith(f"M{COLUMNS - 1} ") for mark in strip.marks)


def test_a_talk_found_by_its_programme_has_no_strip() -> None:
    assert strip_of(TALK, []) is None


@pytest.mark.parametrize("text", ["海水每天涨落两次", "مد وجزر البحر"])
def test_words_of_any_script_stand_at_a_mark(text: str) -> None:
    spoken_text = speech(text)
    strip = strip_of(TALK, [evidence(spoken_text, [(1, 1)])])
    assert strip is not None
    assert strip.marks[0].words == text
