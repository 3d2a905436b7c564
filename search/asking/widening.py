"""From a query's clauses to the surfaces that an engine is asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TypeGuard

from archive.phrases import phrase
from search.asking.clauses import Asked, Clause, Either, Kind, Near, changed
from search.asking.query import Query
from search.directory import Directory
from search.index import NearRuns, Request, Run, Wanted
from search.words.analysis import is_character
from search.words.names import as_person, near_names
from search.words.vocabulary import WIDEST, Vocabulary

_RARER = 10
"""A suggestion is at least so many times as frequent as what was typed."""
_MOST_EXCLUDED = 500
"""So many words are excluded at most; prefixes stand for many."""
_SHORTEST = 4
"""Words shorter than this get no suggestions."""
_SHORTEST_SENTENCE = 5
"""Runs of fewer characters in scripts without blanks are words, which stand there or do not."""
_MOST_PAIRS = 32
"""So many pairs of characters are looked for in place of such runs at most."""
_SHORT = 6
"""Words shorter than this get suggestions with one changed letter, longer ones with two."""


@dataclass(frozen=True, slots=True)
class Widening:
    """Widens clauses with what the archive's vocabulary and names have.

    ``languages`` are those whose stems count; the programme is in English where none is known.
    """

    vocabulary: Vocabulary
    directory: Directory
    languages: Collection[str]

    def wanted(self, query: Query, notes: list[str]) -> tuple[Wanted, ...]:
        """The clauses as an engine takes them; names stand in for words that are unknown."""
        return tuple(self._wanted(asked, notes) for asked in query.clauses)

    def excluded(self, query: Query, notes: list[str]) -> tuple[Run, ...]:
        """What a talk must not hold: exactly what was typed, and the words of a prefix."""
        runs: list[Run] = []
        for clause in query.excluded:
            if clause.kind is Kind.PREFIX:
                most = max(_MOST_EXCLUDED - len(runs), 0)
                begun = self.vocabulary.starting_with(clause.surfaces[0], most=most)
                runs += [(surface,) for surface in begun.surfaces]
                if begun.capped:
                    notes.append(
                        phrase(
                            "-%(prefix)s is too broad; %(most)s of its words were excluded.",
                            prefix=str(clause),
                            most=most,
                        )
                    )
            else:
                runs.append(clause.surfaces)
        return tuple(runs)

    def with_names(self, query: Query, request: Request) -> tuple[Request, list[str]]:
        """The request with names in place of known words too, for when it found nothing."""
        notes: list[str] = []
        words = [one.surfaces[0] for one in query.clauses if _is_word(one)]
        person: tuple[str, ...] = ()
        if len(words) == len(query.clauses):
            person = as_person(words, self.directory.people)
        meant = dict(zip(words, ((name,) for name in person), strict=False))
        wanted = []
        for asked, plain in zip(query.clauses, request.wanted, strict=True):
            if not _is_word(asked):
                wanted.append(plain)
                continue
            word = asked.surfaces[0]
            names = meant.get(word) or near_names(word, self.directory.names)
            wanted.append(Wanted(_with_names(plain.runs, asked, names, notes)))
        return replace(request, wanted=tuple(wanted)), notes

    def with_pairs(self, query: Query, request: Request) -> Request:
        """The request with pairs of characters in place of long runs of them.

        In scripts without blanks a whole sentence is one run, which one misheard character breaks.
        """
        wanted: list[Wanted] = []
        others: list[Wanted] = []
        for asked, plain in zip(query.clauses, request.wanted, strict=True):
            room = _MOST_PAIRS - len(others)
            if isinstance(asked, Clause) and _is_sentence(asked) and len(asked.surfaces) <= room:
                first, *more = (Wanted((pair,)) for pair in pairwise(asked.surfaces))
                wanted.append(first)
                others += more
            else:
                wanted.append(plain)
        # Each clause of the query keeps its number.
        return replace(request, wanted=(*wanted, *others))

    def suggestion(self, query: Query) -> Query | None:
        """The query with words that the archive has in place of rare or unknown ones."""
        clauses = tuple(changed(asked, self._suggested) for asked in query.clauses)
        return replace(query, clauses=clauses) if clauses != query.clauses else None

    def _wanted(self, asked: Asked, notes: list[str]) -> Wanted:
        match asked:
            case Clause():
                return Wanted(self._runs(asked, notes), quoted=asked.kind is Kind.QUOTED)
            case Near():
                parts = tuple(self._runs_of_any(part, notes) for part in asked.parts)
                near = NearRuns(parts, asked.within).either_way()
                return Wanted((), quoted=True, near=(near,))
            case Either():
                every = [self._wanted(one, notes) for one in asked.alternatives]
                return Wanted(
                    tuple(dict.fromkeys(run for one in every for run in one.runs)),
                    quoted=all(one.quoted for one in every),
                    near=tuple(dict.fromkeys(near for one in every for near in one.near)),
                )

    def _runs_of_any(self, clauses: Iterable[Clause], notes: list[str]) -> tuple[Run, ...]:
        runs = (run for clause in clauses for run in self._runs(clause, notes))
        return tuple(dict.fromkeys(runs))

    def _runs(self, clause: Clause, notes: list[str]) -> tuple[Run, ...]:
        """The runs that stand for a clause."""
        match clause.kind:
            case Kind.QUOTED | Kind.RUN:
                return (clause.surfaces,)
            case Kind.PREFIX:
                widened = self.vocabulary.starting_with(clause.surfaces[0])
            case Kind.WORD:
                widened = self.vocabulary.same_stem(clause.surfaces[0], self.languages)
        if widened.capped:
            notes.append(
                phrase(
                    "%(word)s stands for many words; the %(most)s most frequent were read.",
                    word=str(clause),
                    most=WIDEST,
                )
            )
        plain = tuple((surface,) for surface in widened.surfaces) or (clause.surfaces,)
        known = any(self.vocabulary.frequency(surface) for surface in widened.surfaces)
        if known or clause.kind is not Kind.WORD:
            return plain
        return _with_names(
            plain, clause, near_names(clause.surfaces[0], self.directory.names), notes
        )

    def _suggested(self, clause: Clause) -> Clause:
        word = clause.surfaces[0]
        # With one letter changed, a very short word is simply another word; so is any number.
        if clause.kind is not Kind.WORD or len(word) < _SHORTEST or word.isdecimal():
            return clause
        known = self.vocabulary.frequency(word)
        for near, often in self.vocabulary.similar(word, 1 if len(word) < _SHORT else 2):
            if often >= _RARER * known and often > 0:
                return Clause(Kind.WORD, (near,))
        return clause


def _is_sentence(clause: Clause) -> bool:
    characters = sum(map(is_character, clause.surfaces))
    return clause.kind is Kind.RUN and characters >= _SHORTEST_SENTENCE


def _is_word(asked: Asked) -> TypeGuard[Clause]:
    return isinstance(asked, Clause) and asked.kind is Kind.WORD


def _with_names(
    runs: tuple[Run, ...], clause: Clause, names: Collection[str], notes: list[str]
) -> tuple[Run, ...]:
    added = [(name,) for name in names if (name,) not in runs]
    if not added:
        return runs
    listed = " or ".join(name.capitalize() for (name,) in added)
    notes.append(phrase("%(word)s read also as the name %(names)s", word=str(clause), names=listed))
    return (*runs, *added)
