import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.asking.clauses import Clause, Either, Filter, Kind, Near
from search.asking.query import LONGEST_QUERY, parse

QUERYISH = st.text(alphabet="ab1 \"-*:,'+#“」東京ıßﷺé\u0301\u202e\x00speakervnlg()", max_size=60)
PIECES = (
    "a", "b", "tide", "c++", "ﷺ", "東京", "state-of-art", "genom*", '"the sea"', "“spring tide”",
    "OR", "NEAR", "NEAR/5", "NEAR/999999999999999999999", "near", "NOT", "AND", "or", "-", "-tide",
    "(", ")", "-(", '"', "speaker:ada", "-language:de", 'event:"x (y)"', "year:..2020", "country:",
)  # fmt: skip
TYPED = st.lists(st.sampled_from(PIECES), max_size=30).flatmap(
    lambda pieces: st.sampled_from([" ", " ", ""]).map(lambda blank: blank.join(pieces))
)


def word(text: str) -> Clause:
    return Clause(Kind.WORD, (text,))


def quoted(text: str) -> Clause:
    return Clause(Kind.QUOTED, tuple(text.split()))


@given(st.one_of(st.text(max_size=400), QUERYISH, TYPED))
@settings(max_examples=900, deadline=None)
def test_any_text_is_a_query_that_reads_back_as_itself(text: str) -> None:
    began = time.process_time()
    query = parse(text)
    assert time.process_time() - began < 0.2
    again = parse(str(query))
    assert again == query
    assert len(str(query)) <= LONGEST_QUERY


@pytest.mark.parametrize(
    ("typed", "clauses"),
    [
        ("a NEAR b", [Near(((word("a"),), (word("b"),)), (10,))]),
        (
            '"climate change" NEAR/20 finance',
            [Near(((quoted("climate change"),), (word("finance"),)), (20,))],
        ),
        ("a NEAR/5 b NEAR/7 c", [Near(((word("a"),), (word("b"),), (word("c"),)), (5, 7))]),
        ("(a OR b) NEAR/0 c", [Near(((word("a"), word("b")), (word("c"),)), (0,))]),
        ("genome OR genomics", [Either((word("genome"), word("genomics")))]),
        ('"a b" OR c', [Either((quoted("a b"), word("c")))]),
        ("a b OR c d", [word("a"), Either((word("b"), word("c"))), word("d")]),
        ("(a OR b) c", [Either((word("a"), word("b"))), word("c")]),
        ("a OR b NEAR c", [Either((word("a"), Near(((word("b"),), (word("c"),)), (10,))))]),
        ("a AND b", [word("a"), word("b")]),
        ("near or and not", [word("near"), word("or"), word("and"), word("not")]),
        ("TO BE OR NOT TO BE", [word("to"), word("be"), word("or"), word("not")]),
        ("a OR a", [word("a")]),
    ],
)
def test_operators_join_their_neighbours(typed: str, clauses: list[object]) -> None:
    query = parse(typed)
    assert list(query.clauses) == clauses
    assert query.notes == ()


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ("OR", "or"),
        ("NEAR", "near"),
        ("(NOT", "not"),
        ("AND", "and"),
        ("a OR", "a"),
        ("NEAR/5 a", "a"),
        ("a OR OR b", "a OR b"),
        ("a NEAR", "a"),
        ("a -b OR c", "a c -b"),
        ("a OR speaker:x b", "a b speaker:x"),
        ("a NOT", "a"),
        ("a NOT b", "a -b"),
        ("-(a OR b) c", "c -a -b"),
        ("NOT (a speaker:x) c", "c -a -speaker:x"),
        ("(a b) OR c", "a b OR c"),
        ("((((a", "a"),
        ("a )) b", "a b"),
        ("a NEAR/500 b", "a NEAR/100 b"),
        ("a NEAR b NEAR c NEAR d", "a NEAR/10 b NEAR/10 c d"),
        ("near/5", "near5"),
        ("-(a NEAR b) c", "c"),
    ],
)
def test_operators_without_neighbours_are_words_or_left_out(typed: str, understood: str) -> None:
    assert str(parse(typed)) == understood


@pytest.mark.parametrize("quotes", ["“”", "„“", "«»", "»«", "「」", "『』", "＂＂", "‹›", "„”"])
def test_quotes_of_all_kinds_are_quotes(quotes: str) -> None:
    assert parse(f"{quotes[0]}spring tide{quotes[1]}").clauses == (quoted("spring tide"),)


def test_the_same_filter_twice_is_either_and_a_minus_takes_away() -> None:
    query = parse("year:2019..2023 country:KR country:“South Korea” -language:de (speaker:ada)")
    assert query.filters == (
        Filter("year", "2019..2023"),
        Filter("country", "KR"),
        Filter("country", "South Korea"),
        Filter("language", "de", excluded=True),
        Filter("speaker", "ada"),
    )
    many = parse(" ".join(f"year:{year}" for year in range(2000, 2020)))
    assert len(many.filters) == 8
    assert "8 filters" in many.notes[0]


def test_words_phrases_prefixes_exclusions_and_filters_are_told_apart() -> None:
    query = parse(
        'science "climate change" -war genom* speaker:"Ada Example" event:x language:pt-BR'
    )
    assert query.clauses == (
        Clause(Kind.WORD, ("science",)),
        Clause(Kind.QUOTED, ("climate", "change")),
        Clause(Kind.PREFIX, ("genom",)),
    )
    assert query.excluded == (Clause(Kind.WORD, ("war",)),)
    assert query.filters == (
        Filter("speaker", "Ada Example"),
        Filter("event", "x"),
        Filter("language", "pt-BR"),
    )
    assert query.notes == ()


def test_what_is_typed_without_blanks_is_a_run() -> None:
    for typed in ("COVID-19", "covid19", "Covid–19"):
        assert parse(typed).clauses == (Clause(Kind.RUN, ("covid", "19")),)
    assert parse("10:30").clauses == (Clause(Kind.RUN, ("10", "30")),)
    assert parse("www.x.org").clauses == (Clause(Kind.RUN, ("www", "x", "org")),)
    assert parse("東京").clauses == (Clause(Kind.RUN, ("東", "京")),)
    assert str(parse("東京 state-of-art")) == "東京 state-of-art"


def test_a_lone_quote_brackets_and_stars_are_read_around() -> None:
    assert parse('"').clauses == ()
    assert parse('say "hello').clauses == (
        Clause(Kind.WORD, ("say",)),
        Clause(Kind.WORD, ("hello",)),
    )
    assert "partner" in parse('say "hello').notes[0]
    assert parse("(((((((").clauses == ()
    assert parse("*a*").clauses == (Clause(Kind.WORD, ("a",)),)
    assert parse("*a*").notes
    assert parse("\x00\u202e\u200f").clauses == ()


def test_long_queries_are_cut_and_say_so() -> None:
    query = parse("word " * 1000)
    assert query.clauses == (Clause(Kind.WORD, ("word",)),)
    assert "256" in query.notes[0]
    many = parse(" ".join(f"w{chr(97 + i)}" for i in range(20)))
    assert len(many.clauses) == 16
    assert "16" in many.notes[0]
    assert len(parse(f'"{"a " * 20}"').clauses[0].surfaces) == 16


def test_a_query_of_exclusions_alone_says_that_it_needs_more() -> None:
    query = parse('-war -"cold war"')
    assert query.clauses == ()
    assert len(query.excluded) == 2
    assert query.notes


def test_filters_from_outside_replace_typed_ones() -> None:
    query = parse("x speaker:one").with_filter("speaker", "two three")
    assert query.filters == (Filter("speaker", "two three"),)
    assert str(query) == 'x speaker:"two three"'
    assert query.with_filter("event", "  ") == query.with_filter("event") == query
    both = parse("-year:2020 year:2021").with_filter("year", "2022", "2023")
    assert str(both) == "-year:2020 year:2022 year:2023"
