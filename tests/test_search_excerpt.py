"""What is shown of a moment, and when that is said."""

from __future__ import annotations

import numpy as np
import pytest
from search_seed import STEP_MS, speech

from search.answering.moments import Passage, moment_of
from search.answering.occurrences import occurrences_of
from search.documents import Speech
from search.index import Hits, SpeechEvidence
from search.results import Moment

LETTERS = "abcdefghijklmnopqrstuvwxyz"
WORDS = [f"word{one}{two}" for one in LETTERS[:4] for two in LETTERS]


def evidence(spoken: Speech, *places: tuple[int, int]) -> SpeechEvidence:
    first, last = np.array(places, np.int64).T
    hits = Hits(np.zeros(len(places), np.int64), first, last)
    return SpeechEvidence("ada", spoken.track, (), spoken.stream, hits, hits)


def moment(spoken: Speech, first: int, last: int) -> Moment:
    return moment_of(Passage(evidence(spoken, (first, last)), first, last), "tides")


@pytest.mark.parametrize("at", [0, 1, 9, 50, 102, 103])
def test_the_times_of_what_is_shown_are_those_of_its_first_and_last_word(at: int) -> None:
    shown = moment(speech(" ".join(WORDS)), at, at)
    words = shown.text.split()
    first, last = WORDS.index(words[0]), WORDS.index(words[-1])
    assert shown.shown_ms == (first * STEP_MS, last * STEP_MS + 350)
    assert shown.shown_ms[0] <= shown.start_ms < shown.end_ms <= shown.shown_ms[1]


def test_a_long_moment_is_shown_with_its_times_too() -> None:
    shown = moment(speech(" ".join(WORDS)), 10, 90)
    assert shown.shown_ms[0] <= 10 * STEP_MS
    assert shown.shown_ms[1] >= 90 * STEP_MS + 350


def test_scripts_without_blanks_have_times_as_well() -> None:
    shown = moment(speech("海水每天涨落两次月亮牵引着海水 " * 8), 60, 61)
    assert 0 <= shown.shown_ms[0] <= shown.start_ms
    assert shown.shown_ms[1] >= shown.end_ms


@pytest.mark.parametrize("reach", [0, 1, 5, 6, 40, 10_000])
def test_the_text_beside_a_place_is_whole_words_within_reach(reach: int) -> None:
    said = occurrences_of([evidence(speech(" ".join(WORDS)), (0, 0), (40, 41), (103, 103))])
    for number, (first, last) in enumerate(((0, 0), (40, 41), (103, 103))):
        left, words, right = said.line(number, reach)
        assert words == " ".join(WORDS[first : last + 1])
        assert max(len(left), len(right)) <= reach
        assert WORDS[:first][len(WORDS[:first]) - len(left.split()) :] == left.split()
        assert WORDS[last + 1 :][: len(right.split())] == right.split()


def test_speeches_of_several_speakers_are_in_the_order_of_time() -> None:
    late, early = speech("late tide", start_ms=60_000), speech("early tide")
    said = occurrences_of([evidence(late, (1, 1)), evidence(early, (1, 1))])
    assert said.speech.tolist() == [1, 0]
    assert said.start_ms.tolist() == [STEP_MS, 60_000 + STEP_MS]
