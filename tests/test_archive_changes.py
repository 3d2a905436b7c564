"""The word diff of two transcripts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from archive.changes import changes
from archive.types import Word

TEXTS = st.lists(st.sampled_from(["the", "tide", "tied", "comes", "in"]), max_size=12)


def words(text: str) -> list[Word]:
    return [Word(one, True, 100 * n, 100 * n + 90) for n, one in enumerate(text.split())]


def texts(old: str, new: str, *, exact: bool = False) -> list[tuple[str, str]]:
    before, after = words(old), words(new)
    return [
        (
            " ".join(word.text for word in before[slice(*change.old)]),
            " ".join(word.text for word in after[slice(*change.new)]),
        )
        for change in changes(before, after, exact=exact)
    ]


def test_words_that_were_replaced_added_and_left_out_are_found() -> None:
    assert texts("the tied comes in", "the tide comes in") == [("tied", "tide")]
    assert texts("the tide comes in", "the spring tide comes in") == [("", "spring")]
    assert texts("so the tide comes in", "the tide comes in") == [("so", "")]


def test_case_accents_and_punctuation_are_no_change_unless_that_is_asked() -> None:
    assert texts("Sao Paulo, the tide", "são Paulo the Tide.") == []
    assert texts("the tide", "the Tide.", exact=True) == [("tide", "Tide.")]


def test_changes_that_only_a_word_stands_between_are_one() -> None:
    assert texts("a tied by knight came in again", "the tide by night came in again") == [
        ("a tied by knight", "the tide by night")
    ]
    assert len(texts("tied came in by knight", "tide came in by night")) == 2


@given(TEXTS, TEXTS)
def test_the_changes_applied_to_the_old_words_give_the_new_ones(
    old: list[str], new: list[str]
) -> None:
    before, after = words(" ".join(old)), words(" ".join(new))
    made = [word.text for word in before]
    for change in reversed(changes(before, after)):
        made[slice(*change.old)] = [word.text for word in after[slice(*change.new)]]
    assert made == new


def test_transcripts_of_a_long_day_are_compared_in_seconds() -> None:
    old = words(" ".join(f"word{n % 500}" for n in range(60_000)))
    new = [*old[:30_000], *words("something else"), *old[30_010:]]
    assert len(changes(old, new)) == 1
