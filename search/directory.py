"""What search needs of the catalog besides the words: names, filters, states.

A ``Directory`` is a snapshot of one revision of the catalog and never changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TypeVar

from archive.holdings import Holdings
from archive.types import Event, Speaker, Status, Talk
from search.index import IndexedTalk
from search.words.analysis import surfaces
from search.words.names import is_named

Name = tuple[str, ...]
"""A name as surfaces."""
_Value = TypeVar("_Value")


@dataclass(frozen=True)
class Directory:
    """The talks, people, events and states of one revision of the catalog."""

    revision: int
    talks: Mapping[int, Talk]
    talk_ids: Mapping[str, int]
    speakers: Mapping[str, Speaker]
    events: Mapping[str, Event]
    statuses: Mapping[int, Status]
    people: tuple[Name, ...]
    names: frozenset[str]
    old_slugs: Mapping[tuple[str, str], str] = field(default_factory=dict)

    @classmethod
    def of(cls, held: Holdings) -> Directory:
        """The directory of what the catalog holds."""
        talks = {talk.id: talk for talk in held.talks}
        events = {event.slug: event for event in held.events}
        speakers = {speaker.slug: speaker for speaker in held.speakers}
        people = _people(speakers.values(), events.values())
        institutions = _institutions(talks.values(), events.values())
        return cls(
            revision=held.revision,
            talks=talks,
            talk_ids={talk.slug: talk.id for talk in talks.values()},
            speakers=speakers,
            events=events,
            statuses=held.statuses,
            people=people,
            names=frozenset(token for name in (*people, *institutions) for token in name),
            old_slugs=held.old_slugs,
        )

    def speaker_name(self, slug: str | None) -> str:
        """The name of a speaker; the slug of one who is not known, "" for nobody."""
        known = self.speakers.get(slug or "")
        return known.name if known is not None else slug or ""

    @cached_property
    def talks_by_speaker(self) -> Mapping[str, frozenset[int]]:
        return _by_value(
            (speaker.slug, talk.id) for talk in self.talks.values() for speaker in talk.speakers
        )

    @cached_property
    def talks_by_event(self) -> Mapping[str, frozenset[int]]:
        return _by_value((talk.event, talk.id) for talk in self.talks.values() if talk.event)

    @cached_property
    def talks_by_country(self) -> Mapping[str, frozenset[int]]:
        """By the ISO 3166 code of the country that somebody came from to the talk."""
        return _by_value(
            (part.country, talk.id)
            for talk in self.talks.values()
            for part in talk.appearances
            if part.country
        )

    @cached_property
    def talks_by_year(self) -> Mapping[int, frozenset[int]]:
        days = ((self.given_on(talk), talk.id) for talk in self.talks.values())
        return _by_value((day.year, talk_id) for day, talk_id in days if day is not None)

    @cached_property
    def days(self) -> Mapping[int, int]:
        """A number that grows with the date, by talk; without those whose day is not known."""
        days = ((talk.id, self.given_on(talk)) for talk in self.talks.values())
        return {talk_id: day.toordinal() for talk_id, day in days if day is not None}

    @cached_property
    def _names(self) -> Sequence[tuple[str, Sequence[set[str]]]]:
        """The slug of each speaker, and the words of each name."""
        return [
            (one.slug, [set(surfaces(name)) for name in (one.name, *one.aliases)])
            for one in self.speakers.values()
        ]

    def given_on(self, talk: Talk) -> date | None:
        """The day of a talk; where the programme states none, that on which its event began."""
        if talk.given_on is not None:
            return talk.given_on
        event = self.events.get(talk.event or "")
        return event.starts_on if event is not None else None

    def languages(self, contents: Mapping[int, IndexedTalk]) -> frozenset[str]:
        """The languages of the archive: as the programme states them, and as they were heard."""
        stated = {talk.language for talk in self.talks.values()}
        heard = {code for content in contents.values() for code in content.languages}
        return frozenset(stated | heard) - {""}

    def speakers_named(self, text: str) -> frozenset[str]:
        """Slugs of the speakers meant: by slug (of now or before), else by words of a name, else
        by nearly those."""
        text = self.old_slugs.get(("speaker", text), text)
        if text in self.speakers:
            return frozenset({text})
        words = set(surfaces(text))
        named = frozenset(
            slug for slug, names in self._names if words and any(words <= name for name in names)
        )
        return named or frozenset(
            slug
            for slug, names in self._names
            if words and any(is_named(words, name) for name in names)
        )

    def events_named(self, text: str) -> frozenset[str]:
        """Slugs of the events meant: by slug, now or before, else by all words of the title."""
        text = self.old_slugs.get(("event", text), text)
        if text in self.events:
            return frozenset({text})
        words = set(surfaces(text))
        return frozenset(
            event.slug
            for event in self.events.values()
            if words and words <= set(surfaces(event.title))
        )


def _by_value(pairs: Iterable[tuple[_Value, int]]) -> Mapping[_Value, frozenset[int]]:
    found: dict[_Value, set[int]] = {}
    for value, talk_id in pairs:
        found.setdefault(value, set()).add(talk_id)
    return {value: frozenset(talk_ids) for value, talk_ids in found.items()}


def _people(speakers: Iterable[Speaker], events: Iterable[Event]) -> tuple[Name, ...]:
    names = [name for speaker in speakers for name in (speaker.name, *speaker.aliases)]
    names += [person.name for event in events for person in event.people]
    return tuple(dict.fromkeys(surfaces(name) for name in names))


def _institutions(talks: Iterable[Talk], events: Iterable[Event]) -> tuple[Name, ...]:
    names = [organizer for event in events for organizer in event.organizers]
    for talk in talks:
        for appearance in talk.appearances:
            names += [appearance.affiliation, *appearance.affiliation_aliases]
    return tuple(dict.fromkeys(surfaces(name) for name in names))
