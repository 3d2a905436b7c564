"""Which times of an alignment are taken, and which words keep those that they share."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from archive.types import Turn, Word
from ingest.word_times import MARGIN_MS, sound_of, stretches, take_times

BOUNDS = (0, 60_000)


def heard(start_ms: int, end_ms: int, text: str = "tide") -> Word:
    return Word(text, True, start_ms, end_ms, 0.5)


def corrected(start_ms: int, end_ms: int, text: str = "moon") -> Word:
    return Word(text, True, start_ms, end_ms, estimated=True)


# Two corrected words share 1,000 to 2,000 ms.
WORDS = (heard(0, 900), corrected(1_000, 1_500), corrected(1_500, 2_000), heard(2_100, 3_000))


def found(*times: tuple[int, int], fit: float = 0.8) -> list[Word]:
    """What an engine says of ``WORDS``."""
    return [
        replace(word, start_ms=start_ms, end_ms=end_ms, probability=fit)
        for word, (start_ms, end_ms) in zip(WORDS, times, strict=True)
    ]


def taken(aligned: list[Word], turns: tuple[Turn, ...] = ()) -> list[tuple[int, int, bool]]:
    words = list(WORDS)
    take_times(words, 0, aligned, turns, BOUNDS)
    assert (words[0], words[3]) == (WORDS[0], WORDS[3])
    assert [word.probability for word in words] == [0.5, 1, 1, 0.5]
    return [(word.start_ms, word.end_ms, word.estimated) for word in words[1:3]]


SHARED = [(1_000, 1_500, True), (1_500, 2_000, True)]


def test_corrected_words_get_the_times_at_which_they_are_said() -> None:
    aligned = found((10, 950), (1_020, 1_200), (1_200, 2_050), (2_090, 2_900))
    assert taken(aligned) == [(1_020, 1_200, False), (1_200, 2_050, False)]


def test_words_that_were_recognised_bound_those_between_them() -> None:
    aligned = found((10, 850), (850, 1_200), (1_200, 2_200), (2_200, 2_900))
    assert taken(aligned) == [(900, 1_200, False), (1_200, 2_100, False)]


@pytest.mark.parametrize(
    ("times", "fit", "why"),
    [
        (((0, 500), (500, 880), (880, 2_000), (2_100, 2_900)), 0.8, "one lies before its place"),
        (((0, 900), (1_000, 1_020), (1_020, 2_000), (2_100, 2_900)), 0.8, "one has no length"),
        (((0, 900), (1_000, 1_500), (1_500, 2_500), (2_500, 2_900)), 0.8, "the next one is off"),
        (((400, 900), (1_000, 1_300), (1_300, 2_000), (2_100, 2_900)), 0.8, "the last one is off"),
        (((0, 900), (1_000, 1_300), (1_300, 2_000), (2_100, 2_900)), 0.1, "something else is said"),
    ],
)
def test_words_that_are_not_found_for_sure_keep_the_time_that_they_share(
    times: tuple[tuple[int, int], ...], fit: float, why: str
) -> None:
    assert taken(found(*times, fit=fit)) == SHARED, why


def test_no_word_changes_its_speaker_by_another_time() -> None:
    turns = (
        Turn(0, 1_550, "ada-example", "ada-example", source="editor"),
        Turn(1_550, 9_000, "bo-sample", "bo-sample", source="editor"),
    )
    late = found((0, 900), (1_600, 1_800), (1_800, 2_000), (2_100, 2_900))
    assert taken(late, turns) == SHARED
    early = found((0, 900), (1_000, 1_300), (1_300, 2_000), (2_100, 2_900))
    assert taken(early, turns) == [(1_000, 1_300, False), (1_300, 2_000, False)]


def test_without_an_alignment_nothing_changes() -> None:
    assert taken([]) == SHARED


def test_what_nobody_corrected_is_not_aligned() -> None:
    assert list(stretches([heard(0, 900)] * 3, 0, 3)) == []
    assert list(stretches(WORDS, 0, 4)) == [(0, 4)]
    assert list(stretches(WORDS, 3, 4)) == []


def test_a_long_passage_is_divided_at_its_pauses_and_never_in_a_correction() -> None:
    # A word each second, for 70 s; the longest pauses are before the words 25 and 45.
    words = [heard(1_000 * at, 1_000 * at + 800) for at in range(70)]
    for at in (25, 45):
        words[at] = replace(words[at], start_ms=1_000 * at + 500)
    for at in (3, 30, 31, 60):
        words[at] = replace(words[at], estimated=True)
    assert list(stretches(words, 0, 70)) == [(0, 25), (25, 45), (45, 70)]
    words[31] = replace(words[31], estimated=False)
    words[3] = replace(words[3], estimated=False)
    assert list(stretches(words, 0, 70)) == [(25, 45), (45, 70)]


def test_a_passage_that_was_all_corrected_and_is_too_long_is_left() -> None:
    words = [corrected(1_000 * at, 1_000 * at + 1_000) for at in range(40)]
    assert list(stretches(words, 0, 40)) == []


def test_the_pauses_around_words_are_listened_to_as_far_as_they_go() -> None:
    words = [heard(0, 900), corrected(950, 1_500), heard(3_000, 3_900)]
    assert sound_of(words, 1, 2, BOUNDS) == (900, 1_500 + MARGIN_MS)
    assert sound_of(words, 0, 3, (0, 4_000)) == (0, 4_000)
