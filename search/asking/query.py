"""What people type, read once into a ``Query``.

Words stand for themselves, ``"words in quotes"`` are exact and in that order, ``-word`` (or ``NOT
word``) keeps talks away, and ``genom*`` is a prefix. What is typed without blanks is a phrase
(``COVID-19``). ``NEAR/20`` between two of these wants at most 20 words between them, in either
order; ``NEAR`` alone is ``NEAR/10``. ``OR`` wants one of its neighbours. NEAR binds tighter than
OR, and OR tighter than standing side by side: ``a b OR c NEAR d`` is a, and b or (c near d).
Parentheses hold what OR joins. Operators are upper-case; ``AND`` means nothing, since all is
wanted anyway.

``speaker:``, ``event:``, ``language:``, ``country:`` and ``year:`` narrow the search, with a minus
they take away; of several values of one of them any will do.

A query is never an error: what cannot be read is left out, and ``notes`` say so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from archive.phrases import phrase
from search.asking.clauses import FILTERS, Asked, Clause, Either, Filter, Kind
from search.asking.operators import Item, Nearness, Sign, Term, joined
from search.words.analysis import surfaces

LONGEST_QUERY = 256
MOST_CLAUSES = 16
MOST_FILTERS = 8
LONGEST_PHRASE = 16
SHORTEST_PREFIX = 3
DEFAULT_NEAR = 10
FARTHEST_NEAR = 100
"""How many words may stand between two parts of a NEAR: unless said, and at most."""


@dataclass(frozen=True, slots=True)
class Query:
    """A query as it was understood. ``str(query)`` parses back to the same query."""

    clauses: tuple[Asked, ...] = ()
    excluded: tuple[Clause, ...] = ()
    filters: tuple[Filter, ...] = ()
    notes: tuple[str, ...] = field(default=(), compare=False)

    def __str__(self) -> str:
        parts = [str(clause) for clause in self.clauses]
        parts += [f"-{clause}" for clause in self.excluded]
        parts += [str(chosen) for chosen in self.filters]
        return " ".join(parts)

    def with_filter(self, name: str, *values: str) -> Query:
        """The same query with a filter set from outside the text, in place of typed ones."""
        cut = (_filter_value(value[:LONGEST_QUERY]) for value in values[:MOST_FILTERS])
        chosen = dict.fromkeys(Filter(name, value) for value in cut if value)
        if not chosen:
            return self
        others = [other for other in self.filters if other.excluded or other.name != name]
        return replace(self, filters=(*others, *chosen))


_WRITTEN = str.maketrans(
    {**dict.fromkeys("“”„‟«»‹›「」『』﹁﹂〝〞〟❝❞＂", '"'), "（": "(", "）": ")"}
)
_DASHES = "-−‒–—"
_OPENING = re.compile(rf"([{_DASHES}]?)\(")
_OPERATOR = re.compile(r'(AND|OR|NOT|NEAR(?:/([0-9]+))?)(?=[\s()"]|$)')
_OR_NOT = re.compile(r"\bOR\s+NOT\b")
_FILTER = re.compile(
    rf'([{_DASHES}]?)({"|".join(FILTERS)})[:：](?:"([^"]*)"|([^\s"]+))', re.IGNORECASE
)
_PIECE = re.compile(rf'([{_DASHES}]?)(?:"([^"]*)"|([^\s"]+))')


def parse(text: str) -> Query:
    """Read what a person typed. Never raises, whatever the text."""
    notes: list[str] = []
    written = _cut(text.translate(_WRITTEN), notes)
    written = _without_lone_quote(written, notes)
    if _OR_NOT.search(written) and written == written.upper():
        written = written.lower()  # TO BE OR NOT TO BE
    items = list(_items(written, notes))
    if not any(isinstance(item, Term | Filter) for item in items):
        # Operators that join nothing are words that somebody typed in capitals.
        items = list(_items(_OPERATOR.sub(lambda found: found[0].lower(), written), notes))
    reading = _Reading(notes)
    for item in joined(items, notes):
        if isinstance(item, Filter):
            reading.take_filter(item)
        elif isinstance(item, Term):
            reading.take_term(item)
    return reading.query()


class _Reading:
    """Collects what was read, within the bounds of a query."""

    def __init__(self, notes: list[str]) -> None:
        self._clauses: list[Asked] = []
        self._excluded: list[Clause] = []
        self._filters: list[Filter] = []
        self._notes = notes
        self._length = 0

    def take_term(self, term: Term) -> None:
        if term.excluded:
            for clause in term.alternatives:
                if isinstance(clause, Clause) and clause not in self._excluded:
                    self._excluded += [clause] if self._fits(len(str(clause)) + 1) else []
        elif term.alternatives:
            only = len(term.alternatives) == 1
            asked = term.alternatives[0] if only else Either(term.alternatives)
            if asked not in self._clauses and self._fits(len(str(asked))):
                self._clauses.append(asked)

    def take_filter(self, chosen: Filter) -> None:
        if chosen in self._filters:
            return
        if len(self._filters) == MOST_FILTERS:
            self._notes.append(
                phrase("Only the first %(most)s filters were read.", most=MOST_FILTERS)
            )
        elif self._fits(len(str(chosen))):
            self._filters.append(chosen)

    def query(self) -> Query:
        if self._excluded and not (self._clauses or self._filters):
            self._notes.append(
                phrase("Words with a minus only take away; say also what to look for.")
            )
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
            self._notes.append(_cut_note())
            return False
        self._length += length + 1
        return True


def _items(text: str, notes: list[str]) -> Iterator[Item]:
    """The text's terms, filters and signs, one after the other."""
    at = 0
    seen: set[Clause] = set()
    while at < len(text):
        if text[at].isspace():
            at += 1
        elif opening := _OPENING.match(text, at):
            at = opening.end()
            if opening[1]:
                yield Sign.NOT
            yield Sign.OPEN
        elif text[at] == ")":
            at += 1
            yield Sign.CLOSE
        elif operator := _OPERATOR.match(text, at):
            at = operator.end()
            if operator[1] != "AND":
                yield _operator(operator, notes)
        elif chosen := _FILTER.match(text, at):
            typed = chosen[3] if chosen[3] is not None else _inside(chosen[4])
            at = chosen.end() - (len(chosen[4]) - len(typed) if chosen[3] is None else 0)
            if value := _filter_value(typed):
                yield Filter(chosen[2].casefold(), value, bool(chosen[1]))
        elif piece := _PIECE.match(text, at):
            typed = piece[2] if piece[2] is not None else _inside(piece[3])
            at = piece.end() - (len(piece[3]) - len(typed) if piece[2] is None else 0)
            clause = _typed(typed, notes) if piece[2] is None else _quoted(typed, notes)
            if clause is None:
                continue
            if clause not in seen and len(seen) == MOST_CLAUSES:
                notes.append(
                    phrase(
                        "Only the first %(most)s words and phrases were read.", most=MOST_CLAUSES
                    )
                )
                continue
            seen.add(clause)
            yield Term((clause,), bool(piece[1]))
        else:  # a minus alone
            at += 1


def _inside(typed: str) -> str:
    """What was typed up to the parentheses that close those before it."""
    end = len(typed)
    while end and typed[end - 1] == ")" and typed.count(")", 0, end) > typed.count("(", 0, end):
        end -= 1
    return typed[:end]


def _operator(found: re.Match[str], notes: list[str]) -> Item:
    if not found[1].startswith("NEAR"):
        return Sign(found[1])
    # A longer number is out of range, and int() refuses those of over 4,300 digits.
    within = int(found[2][:6]) if found[2] else DEFAULT_NEAR
    if within > FARTHEST_NEAR:
        notes.append(phrase("NEAR reaches %(most)s words at most.", most=FARTHEST_NEAR))
    return Nearness(min(within, FARTHEST_NEAR))


def _quoted(text: str, notes: list[str]) -> Clause | None:
    found = _bounded(surfaces(text), notes)
    return Clause(Kind.QUOTED, found) if found else None


def _typed(text: str, notes: list[str]) -> Clause | None:
    found = _bounded(surfaces(text), notes)
    if not found:
        return None
    if len(found) > 1:
        if text.endswith("*"):
            notes.append(
                phrase("The * is read behind a single word only, not in %(text)s.", text=text[:40])
            )
        return Clause(Kind.RUN, found)
    if text.startswith("*"):
        notes.append(phrase("A * is read at the end of a word only."))
    if not text.endswith("*"):
        return Clause(Kind.WORD, found)
    if len(found[0]) < SHORTEST_PREFIX:
        notes.append(
            phrase(
                "A prefix needs %(least)s letters: %(word)s was read as a word.",
                least=SHORTEST_PREFIX,
                word=found[0],
            )
        )
        return Clause(Kind.WORD, found)
    return Clause(Kind.PREFIX, found)


def _bounded(found: tuple[str, ...], notes: list[str]) -> tuple[str, ...]:
    if len(found) > LONGEST_PHRASE:
        notes.append(phrase("A phrase was cut at %(most)s words.", most=LONGEST_PHRASE))
    return found[:LONGEST_PHRASE]


def _cut(text: str, notes: list[str]) -> str:
    if len(text) <= LONGEST_QUERY:
        return text
    notes.append(_cut_note())
    head, blank, _ = text[: LONGEST_QUERY + 1].rpartition(" ")
    return head if blank and head.strip() else text[:LONGEST_QUERY]


def _cut_note() -> str:
    return phrase("The query was cut at %(most)s characters.", most=LONGEST_QUERY)


def _without_lone_quote(text: str, notes: list[str]) -> str:
    if text.count('"') % 2 == 0:
        return text
    notes.append(phrase("A quotation mark without its partner was left out."))
    head, _, tail = text.rpartition('"')
    return f"{head} {tail}"


def _filter_value(text: str) -> str:
    """A filter's value on one line, without what would end it when it is read again."""
    printable = "".join(
        character if character.isprintable() and character != '"' else " " for character in text
    )
    return " ".join(printable.split())
