"""Sounds of words: what recognition mishears is found again, and little else is."""

from __future__ import annotations

import pytest

from search.words.sounds import (
    SoundIndex,
    pairs_alike,
    sound_alike,
    sounds_of,
    spelt_alike,
    words_alike,
)

# Fictional surnames and common spellings of one sound, with what may be written for them.
HEARD = {
    "zeilinger": ["sailinger", "zellinger", "zylinger", "silinger"],
    "zeilbrunner": ["sailbruner", "zylbrunner", "zeilbrooner"],
    "shirakovsky": ["chirakofski", "shirakowski", "schirakovski"],
    "palittapongarnpim": ["palitapongarnpim", "pallitapongarmpim", "palittapongampim"],
    "tschermak": ["chermak", "tchermack"],
    "kvistgaard": ["quistgard", "kvistgard"],
    "phillipson": ["filipson", "philippson"],
    "meyerhold": ["maierholt", "mayerhold"],
    "xiaolan": ["shiaolan", "siaolan"],
    "johannsen": ["johanson", "yohannsen"],
    "wrightmann": ["rightman", "wrightman"],
    "mukharji": ["mookerjee", "mukerji"],
    "guimaraez": ["gimaraes", "guimarays"],
    "mcnattan": ["macnaten", "mcnatten"],
    "knudtsen": ["nudsen", "knutson"],
}
_ORDINARY_TEXT = """
about after again people energy science research climate change water ocean system country world
between government development question important technology university building student history
morning children different company program information number problem never water second minute
silence singer sailor signal similar simple single philosophy pillar pilot palace pattern machine
"""
ORDINARY = _ORDINARY_TEXT.split()


@pytest.mark.parametrize("name", HEARD)
def test_what_is_misheard_for_a_name_sounds_like_it(name: str) -> None:
    index = SoundIndex(HEARD[name] + ORDINARY, [1] * (len(HEARD[name]) + len(ORDINARY)))
    found = [surface for _, surface in words_alike(name, [index])]
    assert set(found) | {w for w in HEARD[name] if spelt_alike(name, w)} >= set(HEARD[name])
    assert not set(found) & set(ORDINARY)


def test_ordinary_words_are_seldom_taken_for_each_other() -> None:
    index = SoundIndex(ORDINARY, [1] * len(ORDINARY))
    alike = {(w, found) for w in set(ORDINARY) for _, found in words_alike(w, [index])}
    assert alike == set()


@pytest.mark.parametrize(
    ("name", "pair"),
    [
        ("zeilinger", ("sigh", "linger")),
        ("palittapongarnpim", ("palitta", "pongarnpim")),
        ("mackenzo", ("mack", "kenzo")),
        ("kobalashi", ("coba", "lashi")),
    ],
)
def test_a_name_is_heard_in_two_words_side_by_side(name: str, pair: tuple[str, str]) -> None:
    index = SoundIndex([*pair, *ORDINARY], [1] * (2 + len(ORDINARY)))
    assert pair in [found for _, found in pairs_alike(name, [index])]


def test_the_halves_of_a_pair_may_lie_in_two_parts_of_an_index() -> None:
    parts = [SoundIndex(["sigh"], [1]), SoundIndex(["linger"], [1])]
    assert [pair for _, pair in pairs_alike("zeilinger", parts)] == [("sigh", "linger")]


def test_all_words_at_once_sound_as_each_by_itself() -> None:
    words = [*HEARD, *ORDINARY, "", "潮", "2019", "e", "mb", "xx", "tide"]
    assert sounds_of(words) == [sounds_of([word])[0] for word in words]
    assert sounds_of([]) == []


def test_only_plain_latin_words_have_a_sound() -> None:
    for word in ("", "潮汐", "приливы", "covid19", "c++", "2020"):
        assert sounds_of([word])[0].key == ""
        assert not sound_alike(sounds_of([word])[0], sounds_of([word])[0])
    assert not words_alike("潮汐", [SoundIndex(["潮汐", "tide"], [1, 1])])


def test_wrong_letters_are_tolerated_where_the_sound_stays_near() -> None:
    assert spelt_alike("turbine", "turbyne")
    assert spelt_alike("приливы", "прилывы")
    assert not spelt_alike("bohm", "bohr")
    assert not spelt_alike("a2019", "a2018")
    assert not spelt_alike("tide", "lantern")


def test_the_most_frequent_words_are_tried_for_halves_and_work_is_bounded() -> None:
    crowd = ["sei" + "h" * more for more in range(60)]
    index = SoundIndex([*crowd, "linger"], [*range(1, 61), 1])
    firsts = {first for _, (first, _) in pairs_alike("zeilinger", [index])}
    assert crowd[-1] in firsts
    assert crowd[0] not in firsts
