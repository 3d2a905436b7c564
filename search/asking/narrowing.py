"""What a query's filters leave of an archive: which talks, whose speech, in which languages.

Of several values of one filter any will do; different filters all count. A filter with a minus
takes away the talks that it stands for, whoever else speaks in them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from archive.countries import country_code, country_name
from archive.phrases import phrase
from archive.types import Talk
from search.asking.clauses import FILTERS, Filter
from search.asking.query import Query
from search.directory import Directory
from search.index import IndexedTalk, speaks

_YEARS = re.compile(r"([0-9]{1,4})|([0-9]{0,4})\s*(?:\.\.|…|[-–])\s*([0-9]{0,4})")
_LAST_YEAR = 9999
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What the filters leave: talks by key, whose speech (None for everybody's), languages."""

    talks: frozenset[int]
    speakers: frozenset[str] | None
    languages: tuple[str, ...]
    notes: tuple[str, ...]


def narrowed(query: Query, directory: Directory, contents: Mapping[int, IndexedTalk]) -> Narrowed:
    """What the query's filters leave. An unknown value stands for nothing, and a note says so."""
    talks = frozenset(directory.talks)
    notes: list[str] = []
    chosen = {one: _talks_of(one, directory, contents, notes) for one in query.filters}
    for name in FILTERS:
        wanted = [chosen[one] for one in query.filters if one.name == name and not one.excluded]
        if wanted:
            talks &= frozenset().union(*wanted)
    for one in query.filters:
        if one.excluded:
            talks -= chosen[one]
    speakers = _speakers(query, directory)
    if speakers and any(_is_shared(talk_id, directory, contents) for talk_id in talks):
        notes.append(
            phrase("Where several speakers are not told apart, only the programme was searched.")
        )
    return Narrowed(talks, speakers, _wanted(query, "language"), tuple(notes))


def _wanted(query: Query, name: str) -> tuple[str, ...]:
    return tuple(one.value for one in query.filters if one.name == name and not one.excluded)


def _speakers(query: Query, directory: Directory) -> frozenset[str] | None:
    values = _wanted(query, "speaker")
    if not values:
        return None
    return frozenset().union(*map(directory.speakers_named, values))


def _talks_of(
    one: Filter, directory: Directory, contents: Mapping[int, IndexedTalk], notes: list[str]
) -> frozenset[int]:
    """The talks that a filter stands for."""
    found, unknown = _FILTERED[one.name](one.value, directory, contents)
    if not found:
        notes.append(unknown)
    return found


_Filtered = tuple[frozenset[int], str]
"""The talks that a filter stands for, and the note for when there are none."""
_NONE = frozenset[int]()


def _no_talk(value: str) -> str:
    return phrase("%(name)s has no talk here.", name=value)


def _by_speaker(value: str, directory: Directory, _: Mapping[int, IndexedTalk]) -> _Filtered:
    slugs = directory.speakers_named(value)
    note = _no_talk(value) if slugs else phrase("No speaker here is called %(name)s.", name=value)
    return _united(directory.talks_by_speaker, slugs), note


def _of_event(value: str, directory: Directory, _: Mapping[int, IndexedTalk]) -> _Filtered:
    slugs = directory.events_named(value)
    note = _no_talk(value) if slugs else phrase("No event here is called %(name)s.", name=value)
    return _united(directory.talks_by_event, slugs), note


def _in_language(
    value: str, directory: Directory, contents: Mapping[int, IndexedTalk]
) -> _Filtered:
    def holds(talk: Talk) -> bool:
        held = contents.get(talk.id)
        stated = (talk.language,) if talk.language else ()
        return speaks((*stated, *(held.languages if held is not None else ())), [value])

    found = frozenset(talk.id for talk in directory.talks.values() if holds(talk))
    return found, phrase("No talk here is in the language %(language)s.", language=value)


def _from_country(value: str, directory: Directory, _: Mapping[int, IndexedTalk]) -> _Filtered:
    code = country_code(value)
    if code is None:
        return _NONE, phrase("No country is called %(name)s.", name=value)
    note = phrase("Nobody here is said to be from %(country)s.", country=country_name(code))
    return directory.talks_by_country.get(code, _NONE), note


def _in_years(value: str, directory: Directory, _: Mapping[int, IndexedTalk]) -> _Filtered:
    years = _years(value)
    if years is None:
        return _NONE, f"{value} is no year: write year:2020 or year:2019..2023."
    known = directory.talks_by_year
    found = _united(known, (year for year in known if year in years))
    return found, f"No talk here is known to be from {value}."


def _united(talks: Mapping[_Value, frozenset[int]], values: Iterable[_Value]) -> frozenset[int]:
    return _NONE.union(*(talks.get(value, _NONE) for value in values))


_FILTERED = {
    "speaker": _by_speaker,
    "event": _of_event,
    "language": _in_language,
    "country": _from_country,
    "year": _in_years,
}


def _years(text: str) -> range | None:
    """The years of ``2020``, ``2019..2023``, ``2019..`` or ``..2020``."""
    found = _YEARS.fullmatch(text.strip())
    if found is None or not any(found.groups()):
        return None
    first, last = (found[1], found[1]) if found[1] else (found[2], found[3])
    bounds = sorted((int(first or 0), int(last or _LAST_YEAR)))
    return range(bounds[0], bounds[1] + 1)


def _is_shared(talk_id: int, directory: Directory, contents: Mapping[int, IndexedTalk]) -> bool:
    """Whether a talk has several speakers and speech that is not known to be anybody's."""
    held = contents.get(talk_id)
    return len(directory.talks[talk_id].speakers) > 1 and held is not None and held.unattributed
