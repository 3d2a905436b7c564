from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.segments import LONGEST_MS, ends_sentence, segments_from_words
from archive.types import Word


def words(*texts: str, each_ms: int = 1000, pause_ms: int = 0) -> list[Word]:
    step = each_ms + pause_ms
    return [Word(text, True, n * step, n * step + each_ms) for n, text in enumerate(texts)]


def test_a_sentence_ends_a_segment_once_four_seconds_are_full() -> None:
    segments = segments_from_words(words("Yes.", "It", "is", "so.", "Then", "on"))
    assert [segment.text for segment in segments] == ["Yes. It is so.", "Then on"]
    assert [(s.start_ms, s.end_ms) for s in segments] == [(0, 4000), (4000, 6000)]


def test_a_pause_of_more_than_a_second_ends_a_segment() -> None:
    assert len(segments_from_words(words("one", "two", pause_ms=1000))) == 1
    assert len(segments_from_words(words("one", "two", pause_ms=1001))) == 2


def test_a_segment_that_grows_too_long_is_cut_at_its_last_comma() -> None:
    made = words(*["x"] * 9, "x,", *["x"] * 10)
    assert [len(segment.words) for segment in segments_from_words(made)] == [10, 10]
    assert [len(segment.words) for segment in segments_from_words(words(*["x"] * 20))] == [18, 2]


def test_initials_and_titles_end_no_sentence() -> None:
    (segment,) = segments_from_words(words("so", "said", "the", "great", "J.", "Dr.", "Example"))
    assert segment.text == "so said the great J. Dr. Example"


@pytest.mark.parametrize("text", ["end.", "end?”", "结束。", "(end!)", "end…", "10."])
def test_a_sentence_may_end_in_any_script_and_inside_quotes(text: str) -> None:
    assert ends_sentence(text)


@pytest.mark.parametrize("text", ["J.", "Prof.", "(Dr.", "end,", ".5", "", "”"])
def test_these_end_no_sentence(text: str) -> None:
    assert not ends_sentence(text)


def test_a_segment_that_touches_a_doubtful_span_is_unsure() -> None:
    made = words("one", "two", "three", pause_ms=1500)
    segments = segments_from_words(made, language="en", unsure_spans=[(2600, 3000)])
    assert [segment.unsure for segment in segments] == [False, True, False]
    assert {segment.language for segment in segments} == {"en"}


@given(st.lists(st.tuples(st.integers(0, 3000), st.integers(1, 3000), st.booleans())))
def test_no_word_is_lost_and_no_segment_is_too_long(steps: list[tuple[int, int, bool]]) -> None:
    made = []
    at = 0
    for pause_ms, length_ms, last in steps:
        made.append(Word("x." if last else "x", True, at + pause_ms, at + pause_ms + length_ms))
        at += pause_ms + length_ms
    segments = segments_from_words(made)
    assert [word for segment in segments for word in segment.words] == made
    assert all(segment.end_ms - segment.start_ms <= LONGEST_MS for segment in segments)
