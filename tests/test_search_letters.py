"""The sieve before words are compared lets through every word that is near enough."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from search.words.letters import Letters

WORDS = st.text("abcdeé ", max_size=7)


@given(st.lists(WORDS, max_size=8), WORDS, st.integers(0, 2))
def test_every_word_within_so_many_changes_goes_through(
    words: list[str], word: str, changes: int
) -> None:
    near = Letters(words).near(word, changes)
    assert near == sorted(near)
    assert set(near) >= {n for n, one in enumerate(words) if OSA.distance(word, one) <= changes}


def test_most_words_are_ruled_out() -> None:
    assert Letters(["tide", "tied", "moon", "tides", "tidings", "", "ride"]).near("tide", 1) == [
        0, 1, 3, 6,
    ]  # fmt: skip
