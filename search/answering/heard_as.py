"""The tier "heard as": what speech recognition may have written in place of a word.

It is for words that nobody says in the archive as far as the index knows: names, mostly, which
recognition writes as something that sounds alike. What is found so is kept apart from the hits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from search.asking.clauses import Clause, Kind
from search.asking.query import Query
from search.directory import Directory
from search.index import Evidence, Found, Request, Run, SearchIndex, Wanted
from search.matches import Match
from search.words.analysis import surfaces
from search.words.names import tolerated
from search.words.sounds import MOST_ALIKE, likeness, pairs_alike, spelt_alike, words_alike
from search.words.vocabulary import Vocabulary

MOST_TALKS = 5
_MOST_WORDS = 2
"""So many words of a query are looked for under other spellings at most."""
_MOST_PAIRS = 24
_MOST_PAIR_DOCUMENTS = 60
"""Pairs of words are looked up in so many documents at most, so those of two common words not."""


@dataclass(frozen=True, slots=True)
class Misheard:
    """A word of the query, and what stands in the shown talks in its place.

    ``heard`` are words and then pairs of words (``"sigh linger"``), the likest first.
    """

    word: str
    heard: tuple[str, ...]
    request: Request
    matches: tuple[Match, ...]
    found: Found


@dataclass(frozen=True, slots=True)
class Hearing:
    """Looks for words as they may have been misheard, in one state of catalog and index."""

    index: SearchIndex
    vocabulary: Vocabulary
    directory: Directory

    def misheard(self, query: Query, request: Request, found: Found) -> list[Misheard]:
        """The tier for a query that was read as ``request`` and answered with ``found``."""
        if not request.talks:
            return []
        unheard = [
            (number, asked.surfaces[0])
            for number, asked in enumerate(query.clauses)
            if isinstance(asked, Clause)
            and asked.kind is Kind.WORD
            and self._is_unheard(asked.surfaces[0], number, request, found)
        ]
        tier = (self._misheard(word, number, request) for number, word in unheard[:_MOST_WORDS])
        return [one for one in tier if one is not None]

    def _is_unheard(self, word: str, number: int, request: Request, found: Found) -> bool:
        """Whether nobody says a word; of a name, whether nobody says just that."""
        if len(request.wanted) == 1 and not len(found.matches.often):
            return True
        if word in self.directory.names and not self.vocabulary.is_spoken(word):
            return True
        return not any(map(self.vocabulary.is_spoken, _words(request.wanted[number])))

    def _misheard(self, word: str, number: int, request: Request) -> Misheard | None:
        """What stands in place of a word, the clause of that number; None where nothing does."""
        runs = self._runs(word, request.wanted[number])
        if not runs:
            return None
        alone = replace(request, wanted=(Wanted(runs),), offset=0, limit=0)
        matches = self.index.search(alone).matches
        said = matches.talk_ids[np.unique(matches.match)].tolist()
        chosen = self._with_the_rest(request, number, runs, said)[:MOST_TALKS]
        shown = replace(alone, talks=frozenset(chosen), limit=MOST_TALKS)
        found = self.index.search(shown)
        spoken = {m.talk_id: m for m in found.matches if found.evidence[m.talk_id].speeches}
        kept = tuple(spoken[talk_id] for talk_id in chosen if talk_id in spoken)
        written = {run for match in kept for run in _written(found.evidence[match.talk_id])}
        heard = tuple(" ".join(run) for run in runs if run in written)
        return Misheard(word, heard, shown, kept, found) if heard else None

    def _with_the_rest(
        self, request: Request, number: int, runs: tuple[Run, ...], talks: Sequence[int]
    ) -> Sequence[int]:
        """Of talks in which one of the runs is said, those that hold the rest of the query too.

        Where none does, all of them.
        """
        if len(request.wanted) == 1 or not talks:
            return talks
        wanted = [Wanted(runs) if n == number else one for n, one in enumerate(request.wanted)]
        full = replace(request, wanted=tuple(wanted), talks=frozenset(talks), offset=0, limit=0)
        matches = self.index.search(full).matches
        return matches.talk_ids[matches.full].tolist() or talks

    def _runs(self, word: str, wanted: Wanted) -> tuple[Run, ...]:
        """What may have been written for a word and is said in the archive: the likest first."""
        known = _words(wanted)
        # A word that was read as a name too may have been misheard as what sounds like the name.
        meant = [word, *(name for name in known if name in self.directory.names and name != word)]
        likest: dict[Run, float] = {}
        for one in meant:
            for alike, surface in self._words_alike(one):
                if surface not in known:
                    likest[(surface,)] = max(alike, likest.get((surface,), 0))
        pairs: dict[Run, float] = {}
        for one in meant:
            for alike, pair in pairs_alike(one, self.vocabulary.sounds()):
                pairs[pair] = max(alike, pairs.get(pair, 0))
        words = _ranked(likest)[:MOST_ALIKE]
        return (*words, *self._affordable(_ranked(pairs)))

    def _words_alike(self, word: str) -> list[tuple[float, str]]:
        """Words that are said and sound or are spelt like one, with how much alike they are."""
        alike = words_alike(word, self.vocabulary.sounds())
        near = self.vocabulary.similar(word, tolerated(word)) if tolerated(word) else []
        return alike + [
            (likeness(word, surface), surface)
            for surface, _ in near
            if self.vocabulary.is_spoken(surface) and spelt_alike(word, surface)
        ]

    def _affordable(self, pairs: Sequence[Run]) -> list[Run]:
        """Pairs that are looked up in few talks; a name is seldom misheard as common words."""
        taken: list[Run] = []
        documents = 0
        for pair in pairs:
            rarer = min(map(self.vocabulary.frequency, pair))
            if documents + rarer <= _MOST_PAIR_DOCUMENTS and len(taken) < _MOST_PAIRS:
                taken.append(pair)
                documents += rarer
        return taken


def _words(wanted: Wanted) -> list[str]:
    return [run[0] for run in wanted.runs if len(run) == 1]


def _ranked(likest: dict[Run, float]) -> list[Run]:
    return sorted(likest, key=lambda run: (-likest[run], run))


def _written(evidence: Evidence) -> set[Run]:
    """What is written in a talk's speeches where they matched."""
    return {
        surfaces(stream.text[stream.char_start[first] : stream.char_end[last]])
        for stream, hits in ((speech.stream, speech.hits) for speech in evidence.speeches)
        for first, last in zip(hits.first, hits.last, strict=True)
    }
