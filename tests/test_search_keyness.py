"""The words that a speaker uses more than others do."""

from __future__ import annotations

import random
from collections.abc import Iterator

import numpy as np
import pytest
from search_seed import document, speech

from archive.settings import Settings
from search.answering.keyness import FEWEST_USES, Keyness, OwnWord, own_words
from search.index import SearchIndex, WordUse
from search.opening import open_index

# As often as in English: of some twenty words one is "the".
COMMON = ["the"] * 12 + ["of", "and", "to", "a", "in", "that"] * 5 + ["we", "is", "it", "so"] * 3
TOPICS = {
    "ada": ["Turbine", "turbines", "tidal", "sluice"],
    "bo": ["orchard", "beetle", "pollen"],
    "cy": ["quantum", "qubit", "lattice"],
}


def _talk(topic: list[str], number: int, *, we: int = 1) -> str:
    chosen = random.Random(number)
    pool = COMMON + ["we"] * (3 * we - 3) + ["science", "people", "year", "world"] * 2
    words = chosen.choices(pool, k=900)
    for at in chosen.sample(range(900), 40):
        words[at] = chosen.choice(topic)
    return " ".join(words)


@pytest.fixture
def index(settings: Settings) -> Iterator[SearchIndex]:
    opened = open_index(settings.home)
    opened.replace(
        [
            document(
                10 * n + part, speech(_talk(TOPICS[who], 10 * n + part, we=1 + 2 * n), speaker=who)
            )
            for n, who in enumerate(TOPICS)
            for part in range(3)
        ]
    )
    yield opened
    opened.close()


def _words(index: SearchIndex, speaker: str) -> list[OwnWord]:
    (use,) = index.word_use(speaker, FEWEST_USES)
    return list(own_words(use, index.vocabulary()))


def test_what_only_one_speaks_about_is_theirs_and_what_all_say_is_nobodys(
    index: SearchIndex,
) -> None:
    assert {word.text for word in _words(index, "ada")} == {"turbines", "tidal", "sluice"} or {
        word.text for word in _words(index, "ada")
    } == {"Turbine", "tidal", "sluice"}
    assert {word.text for word in _words(index, "bo")} == set(TOPICS["bo"])
    # cy says "we" five times as much as ada: significant, but no more than a habit.
    assert "we" not in {word.text for word in _words(index, "cy")}


def test_each_word_comes_with_how_often_it_is_said(index: SearchIndex) -> None:
    for word in _words(index, "bo"):
        assert word.uses >= FEWEST_USES
        assert word.others == 0


def test_they_are_reckoned_anew_when_their_own_talk_changes_or_many_others(
    settings: Settings,
) -> None:
    index = open_index(settings.home)
    crowd = [
        document(n, speech(_talk(["science"], n), speaker=f"other-{n % 7}")) for n in range(120)
    ]
    ada = speech(_talk(TOPICS["ada"], 500), speaker="ada")
    index.replace([*crowd, document(500, ada)])
    keyness = Keyness(index)

    def own() -> set[str]:
        return {word.text for _, words in keyness.of("ada") for word in words}

    assert "sluice" in own()
    # One talk in which another says it all the time changes nothing yet; three do.
    sluices = speech(" ".join(["sluice", "and"] * 400), speaker="other-1")
    index.replace([document(0, sluices, revision=2)])
    assert "sluice" in own()
    index.replace([document(n, sluices, revision=2) for n in (1, 2)])
    assert "sluice" not in own()
    # What she says herself is another thing at once.
    said = speech(_talk(["lighthouse"], 501), speaker="ada")
    index.replace([document(500, said, revision=2)])
    assert own() == {"lighthouse"}
    index.close()


def test_with_fewer_than_two_others_of_the_language_there_is_nothing_to_compare(
    index: SearchIndex,
) -> None:
    index.replace([document(90, speech(_talk(["mar", "maré"], 90), speaker="di", language="pt"))])
    (use,) = index.word_use("di", FEWEST_USES)
    assert use.speakers == 0
    assert own_words(use, index.vocabulary()) == ()


def test_a_chance_of_few_words_is_not_taken_for_a_habit(index: SearchIndex) -> None:
    """Of twenty speakers who all draw from the same words, hardly anyone has words of their own."""
    everybody = list(range(100, 120))
    same = [word for words in TOPICS.values() for word in words]
    index.remove(list(index.indexed()))
    index.replace([document(n, speech(_talk(same, n), speaker=f"s{n}")) for n in everybody])
    found = [word for n in everybody for word in _words(index, f"s{n}")]
    assert len(found) <= 1


def test_numbers_and_single_characters_are_no_words(index: SearchIndex) -> None:
    use = WordUse(
        "en",
        ("2031", "x", "海", "tide"),
        ("2031", "X", "海", "tide"),
        np.array([50, 50, 50, 50]),
        np.array([0, 0, 0, 0]),
        1000,
        5000,
        4,
    )
    assert [word.text for word in own_words(use, index.vocabulary())] == ["tide"]
