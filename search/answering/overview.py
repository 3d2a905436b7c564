"""What the answers of one state of catalog and index have in common: coverage and facets.

It is prepared once for a state, so that a query counts on arrays what belongs to its talks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pycountry

from archive.countries import country_name
from archive.types import State
from search.directory import Directory
from search.index import IndexedTalk
from search.matches import Matches, Speeches
from search.results import Coverage, Facets, FacetValue, MissingTalk, PartialTalk

_Counts = npt.NDArray[np.int64]


class _Facet:
    """The values of one facet, and which talks have which: parallel arrays of numbers."""

    def __init__(
        self, slugs_by_talk: Iterable[Iterable[str]], name_of: Callable[[str], str]
    ) -> None:
        self.number_of: dict[str, int] = {}
        pairs = [
            (talk, self.number_of.setdefault(slug, len(self.number_of)))
            for talk, slugs in enumerate(slugs_by_talk)
            for slug in dict.fromkeys(slugs)
            if slug
        ]
        self._talk, self._value = np.array(pairs, np.int64).reshape(-1, 2).T
        self._named = [(slug, name_of(slug)) for slug in self.number_of]
        by_name = sorted(range(len(self._named)), key=lambda number: self._named[number][::-1])
        self._name_order = np.argsort(np.array(by_name, np.int64))

    def sums(self, often: _Counts) -> _Counts:
        """The occurrences of the talks that have each value."""
        return _summed(self._value, often[self._talk], len(self._named))

    def values(self, matched: npt.NDArray[np.bool_], often: _Counts) -> list[FacetValue]:
        """The values of the matched talks with their occurrences; those of most talks first."""
        talks = np.bincount(self._value[matched[self._talk]], minlength=len(self._named))
        order = np.lexsort((self._name_order, -often, -talks))[: np.count_nonzero(talks)]
        return [
            FacetValue(slug, name, of_talks, occurrences)
            for (slug, name), of_talks, occurrences in zip(
                map(self._named.__getitem__, order.tolist()),
                talks[order].tolist(),
                often[order].tolist(),
                strict=True,
            )
        ]


@dataclass(frozen=True, slots=True)
class _Placed:
    """For each of some speeches the talk, and the value of each facet; -1 for none: parallel."""

    speeches: Speeches
    talk: _Counts
    speaker: _Counts
    language: _Counts
    country: _Counts


class Overview:
    """One state of catalog and index."""

    def __init__(self, directory: Directory, contents: Mapping[int, IndexedTalk]) -> None:
        self.directory = directory
        self.contents = contents
        self.languages = directory.languages(contents)
        self._missing: dict[int, MissingTalk] = {}
        self._partial: dict[int, PartialTalk] = {}
        self._behind: set[int] = set()
        for talk in directory.talks.values():
            self._see(talk.id)
        self._whole = self._coverage(directory.talks)
        known = sorted(contents.keys() & directory.talks.keys())
        talks = [directory.talks[talk_id] for talk_id in known]
        self._ids = np.array(known, np.int64)
        appearances = [talk.appearances for talk in talks]
        self._country_of = {
            (talk.id, part.speaker.slug): part.country
            for talk in talks
            for part in talk.appearances
            if part.country
        }
        days = [directory.given_on(talk) for talk in talks]
        self._speakers = _Facet(
            ([part.speaker.slug for part in parts] for parts in appearances),
            lambda slug: directory.speakers[slug].name,
        )
        self._countries = _Facet(
            (
                [self._country_of.get((talk.id, part.speaker.slug), "") for part in parts]
                for talk, parts in zip(talks, appearances, strict=True)
            ),
            country_name,
        )
        self._languages = _Facet((contents[talk.id].languages for talk in talks), language_name)
        self._events = _Facet(
            ([talk.event or ""] for talk in talks), lambda slug: directory.events[slug].title
        )
        self._years = _Facet(([str(day.year)] if day is not None else [] for day in days), str)
        self._placed: _Placed | None = None

    def coverage(self, scope: frozenset[int]) -> tuple[Coverage, int]:
        """What of these talks can be searched, and how many are indexed as they were before."""
        if len(scope) == len(self.directory.talks):
            return self._whole
        return self._coverage(scope)

    def _see(self, talk_id: int) -> None:
        talk = self.directory.talks[talk_id]
        status = self.directory.statuses.get(talk_id)
        if status is None:
            return
        held = self.contents.get(talk_id)
        if held is not None and held.revision != talk.revision:
            self._behind.add(talk_id)
        silent = status.state is State.READY and held is not None
        if held is None or not (held.spoken or silent):
            self._missing[talk_id] = MissingTalk(talk.slug, status.state, status.reason)
        elif status.state is State.TRANSCRIBE:
            self._partial[talk_id] = PartialTalk(talk.slug, status.searchable_to_ms)

    def _coverage(self, scope: Iterable[int]) -> tuple[Coverage, int]:
        inside = set(scope)
        missing = tuple(one for talk_id, one in self._missing.items() if talk_id in inside)
        partial = tuple(one for talk_id, one in self._partial.items() if talk_id in inside)
        known = len(inside & self.directory.statuses.keys())
        coverage = Coverage(len(inside), known - len(missing), missing, partial)
        return coverage, len(inside & self._behind)

    def facets(self, matches: Matches) -> Facets:
        """The facets of full matches, each value with its talks and occurrences, the most first,
        but years from the newest on.

        The occurrences of a speaker, and of a country, are those in the speech of that person, and
        of those who come from there: where several speakers are not told apart, the talk counts for
        each of them, and its occurrences for nobody.
        """
        if not matches.full.any():
            return Facets()
        matched = np.zeros(len(self._ids), bool)
        matched[np.searchsorted(self._ids, matches.talk_ids[matches.full])] = True
        counted = matches.full[matches.match]
        speech, amounts = matches.speech[counted], matches.often[counted]
        placed = self._place(matches.speeches)
        often = _summed(placed.talk[speech], amounts, len(self._ids))

        def said(facet: _Facet, value: _Counts) -> tuple[FacetValue, ...]:
            spoken = _summed(value[speech], amounts, len(facet.number_of))
            return tuple(facet.values(matched, spoken))

        years = self._years.values(matched, self._years.sums(often))
        return Facets(
            said(self._speakers, placed.speaker),
            tuple(self._events.values(matched, self._events.sums(often))),
            said(self._languages, placed.language),
            said(self._countries, placed.country),
            tuple(sorted(years, key=lambda value: value.slug, reverse=True)),
        )

    def _place(self, speeches: Speeches) -> _Placed:
        """Where speeches belong; those of one state of an index are looked up once."""
        placed = self._placed
        if placed is None or placed.speeches is not speeches:
            talk_ids = speeches.talk_ids
            pairs = zip(talk_ids.tolist(), speeches.speakers, strict=True)
            countries = (self._country_of.get((talk, slug or "")) for talk, slug in pairs)
            placed = self._placed = _Placed(
                speeches,
                np.searchsorted(self._ids, talk_ids),
                _numbers(self._speakers, speeches.speakers),
                _numbers(self._languages, speeches.languages),
                _numbers(self._countries, countries),
            )
        return placed


def _numbers(facet: _Facet, slugs: Iterable[str | None]) -> _Counts:
    return np.array([facet.number_of.get(slug or "", -1) for slug in slugs], np.int64)


def _summed(value: _Counts, often: _Counts, values: int) -> _Counts:
    """Amounts summed by the value that each belongs to; those of no value are left out."""
    return np.bincount(value + 1, often, values + 1)[1:].astype(np.int64)


@lru_cache(maxsize=256)
def language_name(code: str) -> str:
    """A language's English name by its BCP 47 code; the code where it is not known."""
    primary, _, region = code.partition("-")
    language = pycountry.languages.get(alpha_2=primary.lower()) or pycountry.languages.get(
        alpha_3=primary.lower()
    )
    if language is None:
        return code
    return f"{language.name} ({region})" if region else str(language.name)
