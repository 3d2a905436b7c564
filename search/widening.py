"""From a query's clauses to the surfaces that an engine is asked for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from search.directory import Directory
from search.index import Request, Run, Wanted
from search.names import as_person, near_names
from search.query import Clause, Kind, Query
from search.vocabulary import WIDEST, Vocabulary

_RARER = 10
"""A suggestion is at least so many times as frequent as what was typed."""
_MOST_EXCLUDED = 500
_SHORTEST = 4
"""Words shorter than this get no suggestions."""
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
        return tuple(self._wanted(clause, notes) for clause in query.clauses)

    def excluded(self, query: Query, notes: list[str]) -> tuple[Run, ...]:
        """What a talk must not hold: exactly what was typed, and the words of a prefix."""
        runs: list[Run] = []
        for clause in query.excluded:
            if clause.kind is Kind.PREFIX:
                begun = self.vocabulary.starting_with(clause.surfaces[0], most=_MOST_EXCLUDED)
                runs += [(surface,) for surface in begun.surfaces]
                if begun.capped:
                    notes.append(f"-{clause} is too broad; {_MOST_EXCLUDED} words were excluded.")
            else:
                runs.append(clause.surfaces)
        return tuple(runs)

    def with_names(self, query: Query, request: Request) -> tuple[Request, list[str]]:
        """The request with names in place of known words too, for when it found nothing."""
        notes: list[str] = []
        words = [clause.surfaces[0] for clause in query.clauses if clause.kind is Kind.WORD]
        person: tuple[str, ...] = ()
        if len(words) == len(query.clauses):
            person = as_person(words, self.directory.people)
        meant = dict(zip(words, ((name,) for name in person), strict=False))
        wanted = []
        for clause, plain in zip(query.clauses, request.wanted, strict=True):
            names: tuple[str, ...] = ()
            if clause.kind is Kind.WORD:
                word = clause.surfaces[0]
                names = meant.get(word) or near_names(word, self.directory.names)
            wanted.append(_with_names(plain, clause, names, notes))
        return replace(request, wanted=tuple(wanted)), notes

    def suggestion(self, query: Query) -> Query | None:
        """The query with words that the archive has in place of rare or unknown ones."""
        clauses = tuple(self._suggested(clause) for clause in query.clauses)
        return replace(query, clauses=clauses) if clauses != query.clauses else None

    def _wanted(self, clause: Clause, notes: list[str]) -> Wanted:
        match clause.kind:
            case Kind.QUOTED:
                return Wanted((clause.surfaces,), quoted=True)
            case Kind.RUN:
                return Wanted((clause.surfaces,))
            case Kind.PREFIX:
                widened = self.vocabulary.starting_with(clause.surfaces[0])
            case Kind.WORD:
                widened = self.vocabulary.same_stem(clause.surfaces[0], self.languages)
        if widened.capped:
            notes.append(f"{clause} stands for many words; the {WIDEST} most frequent were read.")
        plain = Wanted(tuple((surface,) for surface in widened.surfaces) or (clause.surfaces,))
        known = any(self.vocabulary.frequency(surface) for surface in widened.surfaces)
        if known or clause.kind is not Kind.WORD:
            return plain
        return _with_names(
            plain, clause, near_names(clause.surfaces[0], self.directory.names), notes
        )

    def _suggested(self, clause: Clause) -> Clause:
        word = clause.surfaces[0]
        # With one letter changed, a very short word is simply another word.
        if clause.kind is not Kind.WORD or len(word) < _SHORTEST:
            return clause
        known = self.vocabulary.frequency(word)
        for near, often in self.vocabulary.similar(word, 1 if len(word) < _SHORT else 2):
            if often >= _RARER * known and often > 0:
                return Clause(Kind.WORD, (near,))
        return clause


def _with_names(wanted: Wanted, clause: Clause, names: Collection[str], notes: list[str]) -> Wanted:
    added = [(name,) for name in names if (name,) not in wanted.runs]
    if not added:
        return wanted
    listed = " or ".join(name.capitalize() for (name,) in added)
    notes.append(f"{clause} read also as the name {listed}")
    return Wanted((*wanted.runs, *added), wanted.quoted)
