from hypothesis import given, settings
from hypothesis import strategies as st

from search.query import LONGEST_QUERY, Clause, Filter, Kind, parse

QUERYISH = st.text(alphabet="ab1 \"-*:,'+#“」東京ıßﷺé\u0301\u202e\x00speakervnlg", max_size=60)


@given(st.one_of(st.text(max_size=400), QUERYISH))
@settings(max_examples=400, deadline=None)
def test_any_text_is_a_query_that_reads_back_as_itself(text: str) -> None:
    query = parse(text)
    assert parse(str(query)) == query
    assert len(str(query)) <= LONGEST_QUERY


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


def test_a_filter_from_outside_replaces_a_typed_one() -> None:
    query = parse("x speaker:one").with_filter("speaker", "two three")
    assert query.filtered("speaker") == "two three"
    assert str(query) == 'x speaker:"two three"'
    assert query.with_filter("event", "  ") == query
