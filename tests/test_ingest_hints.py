"""Hints for the engine: names that may be spoken, from the programme."""

from __future__ import annotations

from archive.types import Appearance, Event, EventPerson, Speaker, Talk
from ingest.hints import hints_for

ADA = Appearance(
    Speaker(1, "ada-example", "Ada Example"),
    affiliation="Institute of Examples",
    affiliation_aliases=("IoE",),
)
EVENT = Event(
    1,
    "days",
    "Days of Examples",
    organizers=("City of Exampleton", "Institute of Examples"),
    people=(EventPerson("Cy Example", "host"),),
)


def test_the_speaker_comes_first_and_no_name_twice() -> None:
    talk = Talk(1, "on-examples", "On Examples", appearances=(ADA,))
    assert hints_for(talk, EVENT) == [
        "Ada Example",
        "Institute of Examples",
        "IoE",
        "City of Exampleton",
        "Cy Example",
    ]


def test_the_glossary_follows_the_speakers_and_goes_before_institutions() -> None:
    talk = Talk(1, "on-examples", "On Examples", appearances=(ADA,))
    assert hints_for(talk, EVENT, ["Exampleton Locks", "IoE"]) == [
        "Ada Example",
        "Exampleton Locks",
        "IoE",
        "Institute of Examples",
        "City of Exampleton",
        "Cy Example",
    ]


def test_a_persons_own_words_are_given_although_no_speaker_is_known() -> None:
    talk = Talk(1, "on-examples", "On Examples")
    assert hints_for(talk, EVENT, ["Exampleton Locks"]) == ["Exampleton Locks"]


def test_a_talk_without_a_known_speaker_gets_no_hints() -> None:
    assert hints_for(Talk(1, "on-examples", "On Examples"), EVENT) == []
