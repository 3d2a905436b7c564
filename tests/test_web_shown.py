"""How values are shown, and what addresses ask for."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape
from werkzeug.datastructures import MultiDict

from archive.types import Event, Segment, State, Word
from search.results import Coverage, MissingTalk, PartialTalk
from web import shown
from web.asked import search_asked, time_asked
from web.search.coverage import coverage_line, missing_reason, nothing_line
from web.search.examples import best_runs
from web.talk.quoting import Quotation, find


@pytest.mark.parametrize(
    ("time_ms", "text"),
    [(0, "0:00"), (75_420, "1:15"), (3_723_000, "1:02:03"), (59_999, "0:59")],
)
def test_a_clock_reads_as_players_do(time_ms: int, text: str) -> None:
    assert shown.clock(time_ms) == text


def test_durations_are_round() -> None:
    assert [shown.duration(ms) for ms in (400, 45_000, 1_080_000, 4_800_000, 3_600_000)] == [
        "1 s", "45 s", "18 min", "1 h 20 min", "1 h",
    ]  # fmt: skip


def test_days_of_an_event_are_joined() -> None:
    first = date(2031, 5, 12)
    for last, text in (
        (None, "12 May 2031"),
        (first, "12 May 2031"),
        (date(2031, 5, 13), "12–13 May 2031"),
        (date(2031, 6, 1), "12 May\u2009–\u20091 Jun 2031"),
    ):
        assert shown.event_days(Event(1, "e", "E", starts_on=first, ends_on=last)) == text
    assert shown.event_days(Event(1, "e", "E")) == ""


def test_languages_have_names_and_unknown_ones_keep_their_tag() -> None:
    tags = ("en", "zh", "pt-BR", "yue", "qqq", "", "x" * 50)
    names = ["English", "Chinese", "Portuguese (Brazil)", "Cantonese", "qqq", "", "x" * 50]
    assert [shown.language_name(tag) for tag in tags] == names


def test_only_web_addresses_become_links() -> None:
    assert shown.web_address("https://a.example/x") == "https://a.example/x"
    for url in ("javascript:alert(1)", "data:text/html,x", "/etc/passwd", "", "http://[", "//x"):
        assert shown.web_address(url) == ""


def test_marked_text_is_escaped_first() -> None:
    html = shown.marked("a <b> tide & more", [(6, 10)])
    assert html == "a &lt;b&gt; <mark>tide</mark> &amp; more"


@given(st.text(), st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40))))
def test_marks_add_nothing_but_marks(text: str, spans: list[tuple[int, int]]) -> None:
    html = shown.marked(text, spans)
    assert html.replace("<mark>", "").replace("</mark>", "") == str(escape(text))


def test_commands_in_advice_are_escaped_too() -> None:
    html = shown.with_commands("Run `podium <x>` & see.")
    assert html == "Run <code>podium &lt;x&gt;</code> &amp; see."


@pytest.mark.parametrize(
    ("text", "at_ms"),
    [("75.42", 75_420), ("75.42,79.10", 75_420), ("0", 0), ("", None), ("-1", None),
     ("nan", None), ("1e5", None), ("9" * 40, None), ("1.5x", None), ("１", None)],
)  # fmt: skip
def test_a_time_is_read_or_left_out(text: str, at_ms: int | None) -> None:
    assert time_asked(text) == at_ms


def test_numbers_out_of_range_are_drawn_into_it() -> None:
    asked = search_asked(MultiDict({"q": " tide ", "limit": "0", "offset": "9" * 5000}))
    assert (asked.text, asked.limit, asked.offset) == ("tide", 1, 1_000_000)
    assert search_asked(MultiDict({"limit": "-" + "9" * 5000})).limit == 1
    assert search_asked(MultiDict({"limit": "ten"})).limit == 20


def test_coverage_says_what_was_left_out() -> None:
    assert coverage_line(Coverage(talks=9, searchable=9)) == "Searched all 9 talks."
    waiting = MissingTalk("a", State.WAITING, "waits for a recording")
    failed = MissingTalk("b", State.FAILED, "403")
    line = coverage_line(Coverage(9, 8, (waiting,)))
    assert line == "Searched 8 of 9 talks; 1 waits for a recording."
    line = coverage_line(Coverage(9, 5, (waiting, waiting, failed), (PartialTalk("c", 9),)))
    assert line == (
        "Searched 5 of 9 talks; 2 wait for a recording, 1 searched as far as transcribed, 1 failed."
    )

    lost = MissingTalk("d", State.READY, "no speech was found")
    behind = MissingTalk("e", State.INDEX, "the last change is not indexed yet")
    others = (
        lost,
        behind,
        MissingTalk("f", State.FETCH, ""),
        MissingTalk("g", State.TRANSCRIBE, ""),
    )
    assert coverage_line(Coverage(4, 0, others)) == (
        "Searched 0 of 4 talks; 1 is not fetched yet, 1 is not transcribed yet, "
        "2 are not indexed yet."
    )
    assert missing_reason(lost) == "not indexed yet"


def test_an_empty_answer_says_where_nothing_was_found() -> None:
    waiting = MissingTalk("a", State.WAITING, "waits for a recording")
    assert nothing_line(Coverage(9, 8, (waiting,))) == (
        "0 hits in 8 of 9 talks; 1 waits for a recording."
    )
    assert nothing_line(Coverage(9, 9)) == "0 hits in all 9 talks."
    assert nothing_line(Coverage(2, 1, (waiting,)), filtered=True) == (
        "0 hits in 1 of 2 talks that the filters leave; 1 waits for a recording."
    )
    assert nothing_line(Coverage(1, 1), filtered=True) == (
        "0 hits in the one talk that the filters leave."
    )
    assert nothing_line(Coverage(), filtered=True) == "The filters leave no talk to search."
    assert nothing_line(Coverage()) == "There are no talks here to search."


@pytest.mark.parametrize(
    ("at_ms", "expected"),
    [(990, None), (1000, 0), (1200, 0), (1230, 1), (1240, 1), (2000, 2), (9000, 3)],
)
def test_an_address_names_the_word_that_begins_there(at_ms: int, expected: int | None) -> None:
    # Addresses are cut to hundredths: 1239 ms is t=1.23.
    words = [Word(f"w{start}", True, start, start + 50) for start in (1009, 1239, 2000, 2100)]
    passage = find(words, Quotation(at_ms))
    assert (passage and passage.first) == expected


def test_examples_prefer_what_comes_up_again() -> None:
    texts = "A seed bank is cold. The seed bank keeps Golden Gate seeds very long indeed."
    words = tuple(Word(text, True, 100 * n, 100 * n + 90) for n, text in enumerate(texts.split()))
    assert best_runs([Segment(0, 9000, words)])[:2] == ["seed bank", "Golden Gate"]


def test_examples_of_scripts_without_blanks_are_runs_of_characters() -> None:
    words = tuple(
        Word(c, False, 100 * n, 100 * n + 90) for n, c in enumerate("海水涨落，海水涨落了")
    )
    assert best_runs([Segment(0, 2000, words)])[0] == "海水涨落"
