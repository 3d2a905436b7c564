"""Names with wrong letters, and the vocabulary."""

from __future__ import annotations

import pytest

from search.words.names import as_person, is_named, near_names, tolerated
from search.words.vocabulary import GrowingVocabulary, Lexicon, Vocabulary

PEOPLE = (("ada", "zeilbrunner"), ("bo", "lin"), ("cleo", "de", "mar"))


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("zeillbrunner", ("zeilbrunner",)),
        ("zielbruner", ("zeilbrunner",)),
        ("zeilbrunner", ()),
        ("cloe", ("cleo",)),
        ("ade", ()),
        ("elephants", ()),
    ],
)
def test_a_word_is_read_as_the_nearest_name(word: str, found: tuple[str, ...]) -> None:
    assert near_names(word, {name for person in PEOPLE for name in person}) == found


def test_longer_words_may_have_more_wrong_letters() -> None:
    assert [tolerated("x" * length) for length in (3, 4, 7, 8)] == [0, 1, 1, 2]


def test_all_words_together_may_be_a_person_even_with_short_names() -> None:
    assert as_person(["bo", "len"], PEOPLE) == ("bo", "lin")
    assert as_person(["lim", "bo"], PEOPLE) == ("lin", "bo")
    assert as_person(["len"], PEOPLE) == ()
    assert as_person(["wide", "open", "sea"], PEOPLE) == ()


def test_a_filter_names_a_person_by_some_of_the_names() -> None:
    assert is_named({"zeilbruner"}, {"ada", "zeilbrunner"})
    assert not is_named({"zeilbruner", "bo"}, {"ada", "zeilbrunner"})


def test_surfaces_of_one_stem_stand_for_a_word_in_each_language() -> None:
    counts = {"tide": 3, "tides": 9, "tidal": 4, "ciencia": 5, "ciencias": 6}
    vocabulary = Vocabulary([Lexicon(counts)])
    assert vocabulary.same_stem("tide", ["en"]).surfaces == ("tide", "tides")
    assert vocabulary.same_stem("tide", ["xx"]).surfaces == ("tide",)
    assert vocabulary.same_stem("ciencia", ["en", "pt-BR"]).surfaces == ("ciencia", "ciencias")
    assert vocabulary.same_stem("unknown", ["en"]).surfaces == ("unknown",)


def test_a_prefix_stands_for_its_most_frequent_words_and_says_when_there_are_more() -> None:
    lexicon = Lexicon({f"tide{chr(97 + n % 26)}{chr(97 + n // 26)}": n + 1 for n in range(100)})
    widened = Vocabulary([lexicon]).starting_with("tide")
    assert widened.capped
    assert len(widened.surfaces) == 64
    assert widened.surfaces[0] == "tidevd"
    assert not Vocabulary([lexicon]).starting_with("tidea").capped


def test_parts_that_come_later_count_like_those_before() -> None:
    growing = GrowingVocabulary()
    parts = {"one": Lexicon({"tide": 2, "moon": 1})}
    for number in range(9):
        parts[f"part{number}"] = Lexicon({"tide": 1, f"word{number}": 1})
        vocabulary = growing.of(parts)
        assert vocabulary.frequency("tide") == 3 + number
        assert vocabulary.frequency(f"word{number}") == 1
    del parts["one"]
    assert growing.of(parts).frequency("moon") == 0


def test_similar_words_come_nearest_first_then_by_frequency() -> None:
    vocabulary = Vocabulary([Lexicon({"harbour": 1, "harbor": 9, "arbour": 5, "labour": 9})])
    assert [word for word, _ in vocabulary.similar("harbur", 2)] == [
        "harbor", "harbour", "arbour",
    ]  # fmt: skip
