"""What the answers of one state of catalog and index have in common: coverage and facets.

It is prepared once for a state, so that a query counts on arrays what belongs to its talks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pycountry

from archive.countries import country_name
from archive.types import State
from search.directory import Directory
from search.index import IndexedTalk, Match
from search.narrowing import given_on
from search.results import Coverage, Facets, FacetValue, MissingTalk, PartialTalk

_Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Facet:
    """The values of one facet, and which talks have which: parallel arrays of numbers."""

    slugs: Sequence[str]
    number_of: Mapping[str, int]
    talk: _Counts
    value: _Counts

    @classmethod
    def of(cls, slugs_by_talk: Iterable[Iterable[str]]) -> _Facet:
        number_of: dict[str, int] = {}
        pairs = [
            (talk, number_of.setdefault(slug, len(number_of)))
            for talk, slugs in enumerate(slugs_by_talk)
            for slug in dict.fromkeys(slugs)
        ]
        table = np.array(pairs, np.int64).reshape(-1, 2)
        return cls(list(number_of), number_of, table[:, 0], table[:, 1])

    def talks(self, matched: npt.NDArray[np.bool_]) -> _Counts:
        """How many of the matched talks have each value."""
        return np.bincount(self.value[matched[self.talk]], minlength=len(self.slugs))

    def sums(self, often: _Counts) -> _Counts:
        """The occurrences of the talks that have each value."""
        sums = np.bincount(self.value, often[self.talk], len(self.slugs))
        return sums.astype(np.int64)


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
        talks = [directory.talks[talk_id] for talk_id in contents if talk_id in directory.talks]
        self._row_of = {talk.id: row for row, talk in enumerate(talks)}
        appearances = [talk.appearances for talk in talks]
        self._country_of = {
            (talk.id, part.speaker.slug): part.country
            for talk in talks
            for part in talk.appearances
            if part.country
        }
        days = [given_on(talk, directory) for talk in talks]
        self._speakers = _Facet.of([part.speaker.slug for part in parts] for parts in appearances)
        self._countries = _Facet.of(
            [self._country_of.get((talk.id, part.speaker.slug), "") for part in talk.appearances]
            for talk in talks
        )
        self._languages = _Facet.of(contents[talk.id].languages for talk in talks)
        self._events = _Facet.of([talk.event] if talk.event else [] for talk in talks)
        self._years = _Facet.of([str(day.year)] if day is not None else [] for day in days)

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

    def facets(self, matches: Sequence[Match]) -> Facets:
        """The facets of full matches, each value with its talks and occurrences, the most first,
        but years from the newest on.

        The occurrences of a speaker, and of a country, are those in the speech of that person, and
        of those who come from there: where several speakers are not told apart, the talk counts for
        each of them, and its occurrences for nobody.
        """
        if not matches:
            return Facets()
        matched = np.zeros(len(self._row_of), bool)
        matched[[self._row_of[match.talk_id] for match in matches]] = True
        spoken = [(match.talk_id, *count) for match in matches for count in match.speech]
        talk_ids, speakers, languages, amounts = zip(*spoken, strict=True) if spoken else ((),) * 4
        rows = np.array([self._row_of[talk_id] for talk_id in talk_ids], np.int64)
        often = np.bincount(rows, amounts, len(self._row_of)).astype(np.int64)
        countries = list(map(self._country_of.get, zip(talk_ids, speakers, strict=True)))
        return Facets(
            self._values(
                self._speakers,
                matched,
                _by_value(self._speakers, speakers, amounts),
                lambda slug: self.directory.speakers[slug].name,
            ),
            self._values(
                self._events,
                matched,
                self._events.sums(often),
                lambda slug: self.directory.events[slug].title,
            ),
            self._values(
                self._languages,
                matched,
                _by_value(self._languages, languages, amounts),
                language_name,
            ),
            self._values(
                self._countries,
                matched,
                _by_value(self._countries, countries, amounts),
                country_name,
            ),
            tuple(
                sorted(
                    self._values(self._years, matched, self._years.sums(often), str),
                    key=lambda value: value.slug,
                    reverse=True,
                )
            ),
        )

    def _values(
        self,
        facet: _Facet,
        matched: npt.NDArray[np.bool_],
        occurrences: _Counts,
        name_of: Callable[[str], str],
    ) -> tuple[FacetValue, ...]:
        talks = facet.talks(matched)
        holding = np.flatnonzero(talks)
        numbers = zip(
            holding.tolist(), talks[holding].tolist(), occurrences[holding].tolist(), strict=True
        )
        values = [
            FacetValue(slug, name_of(slug), of_talks, often)
            for slug, of_talks, often in ((facet.slugs[n], *rest) for n, *rest in numbers)
            if slug
        ]
        return tuple(sorted(values, key=lambda v: (-v.talks, -v.occurrences, v.name, v.slug)))


def _by_value(facet: _Facet, slugs: Sequence[str | None], amounts: Sequence[int]) -> _Counts:
    """Amounts summed by the value that each belongs to; those of no value are left out."""
    find = facet.number_of.get
    numbers = [find(slug, -1) if slug else -1 for slug in slugs]
    sums = np.bincount(np.array(numbers, np.int64) + 1, amounts, len(facet.slugs) + 1)
    return sums[1:].astype(np.int64)


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
