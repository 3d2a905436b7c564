"""The cards of the people whom a query names, with where their names and counts lead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import url_for

from archive.types import Appearance, Speaker
from search.answering.people import mention_query
from search.results import PersonCard
from web.site import Directory


@dataclass(frozen=True, slots=True)
class Card:
    """A person with the addresses of the searches that show just the talks that are counted.

    ``last`` is what they were at their newest talk, None where they have none.
    """

    speaker: Speaker
    last: Appearance | None
    talks: int
    talks_address: str
    mentioned: int
    mentions_address: str


def cards_of(people: Sequence[PersonCard], directory: Directory) -> list[Card]:
    """The cards in their order; whoever left the catalog since the search is left out."""
    return [
        _card(person, directory.speaker_of[person.slug], directory)
        for person in people
        if person.slug in directory.speaker_of
    ]


def _card(person: PersonCard, speaker: Speaker, directory: Directory) -> Card:
    talks = directory.talks_of_speaker.get(person.slug, [])
    newest = max(talks, key=lambda talk: talk.id, default=None)
    appearances = newest.appearances if newest is not None else ()
    return Card(
        speaker,
        next((part for part in appearances if part.speaker.slug == person.slug), None),
        person.talks,
        _address(speaker=speaker.slug),
        person.mentioned,
        _address(q=mention_query(speaker), **{"in": "speech"}),
    )


def _address(**fields: str) -> str:
    return f"{url_for('pages.search')}?{urlencode(fields)}"
