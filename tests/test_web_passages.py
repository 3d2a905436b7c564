"""What of a passage that somebody sent differs, and how two such texts are merged."""

from __future__ import annotations

from archive.types import Word
from web.talk.passages import changed_span, corrections_of, merged


def _words(text: str) -> list[Word]:
    return [Word(one, True, 100 * n, 100 * n + 90) for n, one in enumerate(text.split())]


def test_only_the_words_that_differ_are_sent() -> None:
    words = _words("the tied comes in twice a day")
    (one,) = corrections_of(words, 0, 7, "the tide comes in twice a day")
    assert (one.first_word, one.end_word, one.old, one.text) == (1, 2, ("tied",), "tide")
    two = corrections_of(words, 0, 7, "The tied comes in, twice a day")
    assert [(c.first_word, c.text) for c in two] == [(0, "The"), (3, "in,")]
    (added,) = corrections_of(words, 2, 5, "comes in almost twice")
    assert (added.first_word, added.end_word, added.text) == (4, 4, "almost")
    (before,) = corrections_of(words, 2, 5, "and comes in twice")
    assert (before.first_word, before.end_word, before.text) == (2, 3, "and comes")
    assert corrections_of(words, 0, 7, " the tied  comes in twice a day ") == []


def test_a_suggestion_is_of_the_fewest_words_and_never_of_none() -> None:
    words = _words("the tied comes in twice a day")
    assert changed_span(words, 0, 7, "the tide comes in twice a day") == (1, 2, "tide")
    assert changed_span(words, 0, 7, "the tied comes in almost twice a day") == (3, 4, "in almost")
    assert changed_span(words, 0, 2, "oh the tied") == (0, 1, "oh the")
    assert changed_span(words, 0, 2, "the tied") is None


def test_two_texts_are_merged_where_they_differ_in_other_words() -> None:
    base = _words("the tied comes in twice a day")
    theirs = _words("the tide comes in twice a day")
    assert merged(base, "the tied comes in thrice a day", theirs) == (
        "the tide comes in thrice a day"
    )
    assert merged(base, "the tied comes in", theirs) == "the tide comes in"
    # Words next to each other are other words.
    theirs = _words("the tide comes out twice a day")
    assert merged(base, "a tied comes in once a day", theirs) == "a tide comes out once a day"
    # Of the same word theirs stays.
    theirs = _words("the tide comes in twice a day")
    assert merged(base, "the tyde comes in twice a day", theirs) == "the tide comes in twice a day"
