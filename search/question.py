"""A query, asked of one state of the archive: how it is read, what is found, what else to ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from archive.phrases import phrase
from search.answering.alternatives import alternatives, unknown_words
from search.answering.overview import Overview
from search.asking.narrowing import Narrowed, narrowed
from search.asking.query import Query
from search.asking.widening import Widening
from search.index import Found, IndexedTalk, Request, SearchIndex
from search.results import Alternative

_FIRST_STEMS = ("en",)
"""Stems for an archive that states no language: programmes are mostly in English."""


@dataclass(frozen=True)
class Question:
    """A query, what its filters leave of the archive, and notes on how it is read.

    ``notes`` grow while it is answered.
    """

    query: Query
    overview: Overview
    index: SearchIndex
    left: Narrowed
    notes: list[str]

    @classmethod
    def of(cls, query: Query, overview: Overview, index: SearchIndex) -> Question:
        """The question that a query is to a state of catalog and index."""
        left = narrowed(query, overview.directory, overview.contents)
        return cls(query, overview, index, left, [*query.notes, *left.notes])

    @property
    def contents(self) -> Mapping[int, IndexedTalk]:
        """What the index held when the question was asked."""
        return self.overview.contents

    @cached_property
    def _widening(self) -> Widening:
        languages = self.overview.languages or _FIRST_STEMS
        return Widening(self.index.vocabulary(), self.overview.directory, languages)

    def request(self) -> Request:
        """What an engine is asked for: the query's clauses, within what its filters leave."""
        return Request(
            self._widening.wanted(self.query, self.notes),
            self._widening.excluded(self.query, self.notes),
            self.left.talks,
            self.left.speakers,
            self.left.languages,
        )

    def find(self, request: Request) -> tuple[Request, Found]:
        """The answer; where no talk holds all of the query, that with words read as names, or the
        second tier of what is written without blanks."""
        found = self.index.search(request)
        if found.matches.full.any() or not request.talks:
            return request, found
        tolerant, name_notes = self._widening.with_names(self.query, request)
        if tolerant != request:
            found_by_name = self.index.search(tolerant)
            if found_by_name.matches.full.any():
                self.notes.extend(name_notes)
                return tolerant, found_by_name
        in_pairs = self._widening.with_pairs(self.query, request)
        if in_pairs == request:
            return request, found
        nearly = self.index.search(in_pairs)
        # What holds all pairs holds the run only nearly.
        matches = replace(nearly.matches, full=np.zeros(len(nearly.matches), bool))
        return in_pairs, replace(nearly, matches=matches)

    def suggestion(self, request: Request) -> str | None:
        """The query with better known words, if that finds anything."""
        suggested = self._widening.suggestion(self.query)
        if suggested is None:
            return None
        wanted = self._widening.wanted(suggested, [])
        found = self.index.search(replace(request, wanted=wanted, offset=0, limit=0))
        return str(suggested) if found.matches.full.any() else None

    def alternatives(self, request: Request) -> tuple[Alternative, ...]:
        """What to ask instead where nothing holds all of the query."""
        query = self.query
        unknown = unknown_words(query, request, self.index.vocabulary())
        if len(query.clauses) > 1 or query.filters:
            self.notes.extend(
                phrase("%(word)s stands nowhere in this archive.", word=word) for word in unknown
            )
        every_talk = frozenset(self.overview.directory.talks)
        return alternatives(query, request, unknown, every_talk, self.index)
