"""A quote link leads to its words, also when the transcript around and in them is corrected."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import parse_qsl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from web_seed import SAMPLE, words_of
from werkzeug.datastructures import MultiDict

from archive.types import Word, join_words
from web.talk.quoting import (
    MOST_QUOTED,
    Passage,
    Quotation,
    Standing,
    find,
    quotation_asked,
    quotation_of,
)

WORDS = words_of((SAMPLE / "amber.txt").read_text(encoding="utf-8"), from_ms=600, to_ms=38_000)


def link(words: Sequence[Word], first: int, end: int) -> Quotation:
    """The quotation as it comes out of the address that it went into."""
    asked = quotation_asked(MultiDict(parse_qsl(quotation_of(words, first, end).query)))
    assert asked is not None
    return asked


def at(text: str, words: Sequence[Word] = WORDS) -> tuple[int, int]:
    """Where a text stands among the words."""
    wanted = text.split()
    texts = [word.text for word in words]
    for n in range(len(texts)):
        if texts[n : n + len(wanted)] == wanted:
            return n, n + len(wanted)
    raise AssertionError(text)


def changed(old: str, new: str, words: Sequence[Word] = WORDS) -> list[Word]:
    """The words with another text in one place; the new ones share its time."""
    first, end = at(old, words)
    fresh = words_of(new, from_ms=words[first].start_ms, to_ms=words[end - 1].end_ms) if new else []
    return [*words[:first], *fresh, *words[end:]]


def shown(words: Sequence[Word], passage: Passage | None) -> str:
    assert passage is not None
    return join_words(list(words[passage.first : passage.end]))


QUOTE = "stand in one line,"


def test_a_link_holds_times_words_and_what_surrounds_them() -> None:
    first, end = at(QUOTE)
    query = dict(parse_qsl(quotation_of(WORDS, first, end).query))
    assert set(query) == {"t", "quote", "before", "after"}
    assert query["quote"] == QUOTE
    assert len(query["before"].split()) == len(query["after"].split()) == 4
    start, finish = (float(part) * 1000 for part in query["t"].split(","))
    assert WORDS[first].start_ms - 10 < start <= WORDS[first].start_ms
    assert WORDS[end - 1].end_ms <= finish < WORDS[end - 1].end_ms + 10


def test_unchanged_words_are_found_as_they_are() -> None:
    first, end = at(QUOTE)
    assert find(WORDS, link(WORDS, first, end)) == Passage(first, end, Standing.SAME)


def test_a_time_alone_names_its_word_and_a_span_its_words() -> None:
    first, end = at(QUOTE)
    start_ms = WORDS[first].start_ms // 10 * 10
    assert find(WORDS, Quotation(start_ms)) == Passage(first, first + 1, Standing.TIMED)
    span = Quotation(start_ms, WORDS[end - 1].end_ms)
    assert find(WORDS, span) == Passage(first, end, Standing.TIMED)
    assert find(WORDS, Quotation(0)) is None
    assert find(WORDS, Quotation(0, 2000)) == Passage(0, 5, Standing.TIMED)
    assert find([], Quotation(5000)) is None


@pytest.mark.parametrize(
    ("old", "new", "now"),
    [
        # In the passage, at its edges, around it, and in a part of it that becomes two words.
        ("in one", "in a single", "stand in a single line"),
        ("stand in", "standing in", "standing in one line"),
        ("one line,", "one line-up,", "stand in one line-up"),
        ("one line,", "one straight line,", "stand in one straight line"),
        ("stand in", "in", "in one line"),
        ("stand in one", "Stand, in one", "Stand, in one line"),
    ],
)
def test_corrected_words_are_found_by_what_is_alike(old: str, new: str, now: str) -> None:
    asked = link(WORDS, *at(QUOTE))
    words = changed(old, new)
    passage = find(words, asked)
    assert shown(words, passage).removesuffix(",") == now.removesuffix(",")
    assert passage is not None
    same = new == "Stand, in one"
    assert passage.standing is (Standing.SAME if same else Standing.CHANGED)


def test_one_word_that_was_misheard_is_found_by_its_surroundings() -> None:
    heard = changed("Fundy", "Sunday")
    asked = link(heard, *at("Sunday", heard))
    passage = find(WORDS, asked)
    assert shown(WORDS, passage) == "Fundy"
    assert passage is not None
    assert passage.standing is Standing.CHANGED


def test_words_that_moved_are_found_where_they_are_now() -> None:
    first, end = at(QUOTE)
    later = [replace(w, start_ms=w.start_ms + 90_000, end_ms=w.end_ms + 90_000) for w in WORDS]
    assert find(later, link(WORDS, first, end)) == Passage(first, end, Standing.SAME)


def test_of_words_that_come_again_those_at_the_time_are_meant() -> None:
    words = words_of("thank you very much " * 20, from_ms=0, to_ms=60_000)
    assert find(words, link(words, 40, 42)) == Passage(40, 42, Standing.SAME)


def test_words_that_are_gone_leave_the_time() -> None:
    first, end = at(QUOTE)
    others = words_of("nothing of this was ever here at all " * 12, from_ms=600, to_ms=38_000)
    passage = find(others, link(WORDS, first, end))
    assert passage is not None
    assert passage.standing is Standing.LOST
    middle_ms = (others[passage.first].start_ms + others[passage.end - 1].end_ms) / 2
    assert abs(middle_ms - WORDS[first].start_ms) < 2000


def test_a_long_quote_carries_its_ends_and_is_found_by_them() -> None:
    end = MOST_QUOTED + 30
    asked = link(WORDS, 5, end)
    assert len(asked.query) < 500
    assert asked.until
    assert find(WORDS, asked) == Passage(5, end, Standing.SAME)
    opening = WORDS[5]
    other = [*WORDS[:5], replace(opening, text="Quite"), *WORDS[6:]]
    assert find(other, asked) == Passage(5, end, Standing.CHANGED)


def test_scripts_without_blanks_are_quoted_too() -> None:
    words = [
        Word(c, False, 1000 + 300 * n, 1280 + 300 * n)
        for n, c in enumerate("海水每天涨落两次月亮牵引着海水")
    ]
    assert find(words, link(words, 8, 12)) == Passage(8, 12, Standing.SAME)
    corrected = [*words[:9], replace(words[9], text="球"), *words[10:]]
    assert find(corrected, link(words, 8, 12)) == Passage(8, 12, Standing.CHANGED)


@pytest.mark.parametrize("text", ["", "…", "<script>alert(1)</script>", "x" * 9000, "\x00\n"])
def test_no_address_is_an_error(text: str) -> None:
    asked = quotation_asked(MultiDict({"t": "5", "quote": text, "before": text, "until": text}))
    assert asked is not None
    assert find(WORDS, asked) is not None
    assert quotation_asked(MultiDict({"t": "x", "quote": text})) is None


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_few_corrections_anywhere_do_not_lose_a_quote(data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(WORDS) - 9))
    end = data.draw(st.integers(first + 6, min(len(WORDS), first + 30)))
    asked = link(WORDS, first, end)
    words = list(WORDS)
    touched: set[int] = set()
    for _ in range(data.draw(st.integers(0, 2))):
        place = data.draw(st.integers(0, len(words) - 1))
        touched.add(place)
        words[place] = replace(words[place], text=data.draw(st.sampled_from(["zebra", "a", "I"])))
    passage = find(words, asked)
    assert passage is not None
    assert passage.standing in (Standing.SAME, Standing.CHANGED)
    assert (passage.first, passage.end) == (first, end)
    if not touched & set(range(first, end)):
        assert passage.standing is Standing.SAME
