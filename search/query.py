"""What people type, read once into a ``Query``.

Words stand for themselves, ``"words in quotes"`` are exact and in that order, ``-word`` keeps
talks away, ``genom*`` is a prefix, and ``speaker:``, ``event:`` and ``language:`` narrow the
search. What is typed without blanks is a phrase (``COVID-19``). A query is never an error: what
cannot be read is left out, and ``notes`` say so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum

from search.analysis import surfaces

LONGEST_QUERY = 256
MOST_CLAUSES = 16
LONGEST_PHRASE = 16
SHORTEST_PREFIX = 3
FILTERS = ("speaker", "event", "language")


class Kind(StrEnum):
    """How a clause was typed, and so how it matches."""

    WORD = "word"  # one word, widened to others of the same stem
    RUN = "run"  # typed without blanks but of several tokens: these tokens, side by side
    QUOTED = "quoted"  # exactly these words
    PREFIX = "prefix"  # every word that begins so


@dataclass(frozen=True, slots=True)
class Clause:
    """One thing that is asked for, as surfaces."""

    kind: Kind
    surfaces: tuple[str, ...]

    def __str__(self) -> str:
        match self.kind:
            case Kind.WORD:
                return self.surfaces[0]
            case Kind.PREFIX:
                return f"{self.surfaces[0]}*"
            case Kind.QUOTED:
                return f'"{" ".join(self.surfaces)}"'
            case Kind.RUN:
                joined = "".join(self.surfaces)
                return joined if surfaces(joined) == self.surfaces else "-".join(self.surfaces)


@dataclass(frozen=True, slots=True)
class Filter:
    """``name`` is one of FILTERS; ``value`` is what was typed behind it."""

    name: str
    value: str

    def __str__(self) -> str:
        return f'{self.name}:"{self.value}"' if " " in self.value else f"{self.name}:{self.value}"


@dataclass(frozen=True, slots=True)
class Query:
    """A query as it was understood. ``str(query)`` parses back to the same query."""

    clauses: tuple[Clause, ...] = ()
    excluded: tuple[Clause, ...] = ()
    filters: tuple[Filter, ...] = ()
    notes: tuple[str, ...] = field(default=(), compare=False)

    def __str__(self) -> str:
        parts = [str(clause) for clause in self.clauses]
        parts += [f"-{clause}" for clause in self.excluded]
        parts += [str(chosen) for chosen in self.filters]
        return " ".join(parts)

    def filtered(self, name: str) -> str:
        """The value of a filter, or the empty string."""
        return next((chosen.value for chosen in self.filters if chosen.name == name), "")

    def with_filter(self, name: str, value: str) -> Query:
        """The same query with a filter set from outside the text, in place of a typed one."""
        value = _filter_value(value)
        if not value:
            return self
        others = tuple(chosen for chosen in self.filters if chosen.name != name)
        return replace(self, filters=(*others, Filter(name, value)))


_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»「」『』＂", '"'))
_DASHES = "-−‒–—"
_FILTER = re.compile(rf'({"|".join(FILTERS)}):(?:"([^"]*)"|([^\s"]+))', re.IGNORECASE)
_PIECE = re.compile(rf'([{_DASHES}]?)(?:"([^"]*)"|([^\s"]+))')


def parse(text: str) -> Query:
    """Read what a person typed. Never raises, whatever the text."""
    notes: list[str] = []
    text = _cut(text.translate(_QUOTES), notes)
    text = _without_lone_quote(text, notes)
    reading = _Reading(notes)
    for name, value, minus, clause in _pieces(text, notes):
        if clause is not None:
            reading.take_clause(clause, excluded=minus)
        elif name:
            reading.take_filter(Filter(name, value))
    return reading.query()


class _Reading:
    """Collects what was read, within the bounds of a query."""

    def __init__(self, notes: list[str]) -> None:
        self._clauses: list[Clause] = []
        self._excluded: list[Clause] = []
        self._filters: list[Filter] = []
        self._notes = notes
        self._length = 0

    def take_clause(self, clause: Clause, *, excluded: bool) -> None:
        kept = self._excluded if excluded else self._clauses
        if clause in kept:
            return
        if len(self._clauses) + len(self._excluded) == MOST_CLAUSES:
            self._note(f"Only the first {MOST_CLAUSES} words and phrases were read.")
        elif self._fits(len(str(clause)) + excluded):
            kept.append(clause)

    def take_filter(self, chosen: Filter) -> None:
        if any(other.name == chosen.name for other in self._filters):
            self._note(f"Only the first {chosen.name}: was read.")
        elif self._fits(len(str(chosen))):
            self._filters.append(chosen)

    def query(self) -> Query:
        if self._excluded and not (self._clauses or self._filters):
            self._note("Words with a minus only take away; say also what to look for.")
        return Query(
            tuple(self._clauses),
            tuple(self._excluded),
            tuple(self._filters),
            tuple(dict.fromkeys(self._notes)),
        )

    def _fits(self, length: int) -> bool:
        # Folding can make text longer (one ligature becomes eighteen letters), and what is shown
        # as understood has to be short enough to be read again whole.
        if self._length + length > LONGEST_QUERY:
            self._note(f"The query was cut at {LONGEST_QUERY} characters.")
            return False
        self._length += length + 1
        return True

    def _note(self, note: str) -> None:
        self._notes.append(note)


def _pieces(text: str, notes: list[str]) -> Iterator[tuple[str, str, bool, Clause | None]]:
    """(filter's name, its value, minus, clause) for each piece; either name or clause is set."""
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        chosen = _FILTER.match(text, at)
        if chosen is not None:
            at = chosen.end()
            value = _filter_value(chosen[2] if chosen[2] is not None else chosen[3])
            if value:
                yield chosen[1].lower(), value, False, None
            continue
        piece = _PIECE.match(text, at)
        if piece is None:  # a minus directly before a filter, or alone
            at += 1
            continue
        at = piece.end()
        clause = _typed(piece[3], notes) if piece[2] is None else _quoted(piece[2], notes)
        if clause is not None:
            yield "", "", bool(piece[1]), clause


def _quoted(text: str, notes: list[str]) -> Clause | None:
    found = _bounded(surfaces(text), notes)
    return Clause(Kind.QUOTED, found) if found else None


def _typed(text: str, notes: list[str]) -> Clause | None:
    found = _bounded(surfaces(text), notes)
    if not found:
        return None
    if len(found) > 1:
        if text.endswith("*"):
            notes.append(f"The * is read behind a single word only, not in {text[:40]}.")
        return Clause(Kind.RUN, found)
    if text.startswith("*"):
        notes.append("A * is read at the end of a word only.")
    if not text.endswith("*"):
        return Clause(Kind.WORD, found)
    if len(found[0]) < SHORTEST_PREFIX:
        notes.append(f"A prefix needs {SHORTEST_PREFIX} letters: {found[0]} was read as a word.")
        return Clause(Kind.WORD, found)
    return Clause(Kind.PREFIX, found)


def _bounded(found: tuple[str, ...], notes: list[str]) -> tuple[str, ...]:
    if len(found) > LONGEST_PHRASE:
        notes.append(f"A phrase was cut at {LONGEST_PHRASE} words.")
    return found[:LONGEST_PHRASE]


def _cut(text: str, notes: list[str]) -> str:
    if len(text) <= LONGEST_QUERY:
        return text
    notes.append(f"The query was cut at {LONGEST_QUERY} characters.")
    head, blank, _ = text[: LONGEST_QUERY + 1].rpartition(" ")
    return head if blank and head.strip() else text[:LONGEST_QUERY]


def _without_lone_quote(text: str, notes: list[str]) -> str:
    if text.count('"') % 2 == 0:
        return text
    notes.append("A quotation mark without its partner was left out.")
    head, _, tail = text.rpartition('"')
    return f"{head} {tail}"


def _filter_value(text: str) -> str:
    """A filter's value on one line, without what would end it when it is read again."""
    printable = "".join(
        character if character.isprintable() and character != '"' else " " for character in text
    )
    return " ".join(printable.split())
