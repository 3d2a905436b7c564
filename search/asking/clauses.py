"""What a query is made of: words, phrases and prefixes, joined by NEAR and OR, and filters."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from search.words.analysis import surfaces

FILTERS = ("speaker", "event", "language", "country", "year")
_NEEDS_QUOTES = re.compile(r"[\s()]")


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
class Near:
    """Clauses that stand near each other, in any order.

    Each part is one clause, or several of which any will do. Between part n and the part after
    it stand at most ``within[n]`` words.
    """

    parts: tuple[tuple[Clause, ...], ...]
    within: tuple[int, ...]

    def __str__(self) -> str:
        written = [_part(self.parts[0])]
        for words, part in zip(self.within, self.parts[1:], strict=True):
            written += [f"NEAR/{words}", _part(part)]
        return " ".join(written)


@dataclass(frozen=True, slots=True)
class Either:
    """Two or more clauses of which any will do."""

    alternatives: tuple[Clause | Near, ...]

    def __str__(self) -> str:
        return " OR ".join(map(str, self.alternatives))


Asked = Clause | Near | Either
"""One condition that a talk has to meet."""


@dataclass(frozen=True, slots=True)
class Filter:
    """``name`` is one of FILTERS; ``value`` is what was typed behind it.

    An excluded one takes away the talks that it stands for.
    """

    name: str
    value: str
    excluded: bool = False

    def __str__(self) -> str:
        value = f'"{self.value}"' if _NEEDS_QUOTES.search(self.value) else self.value
        return f"{'-' if self.excluded else ''}{self.name}:{value}"


def changed(asked: Asked, change: Callable[[Clause], Clause]) -> Asked:
    """The same condition with each of its clauses changed."""
    match asked:
        case Clause():
            return change(asked)
        case Near():
            parts = tuple(tuple(change(clause) for clause in part) for part in asked.parts)
            return Near(parts, asked.within)
        case Either():
            return Either(
                tuple(
                    change(one)
                    if isinstance(one, Clause)
                    else Near(tuple(tuple(map(change, part)) for part in one.parts), one.within)
                    for one in asked.alternatives
                )
            )


def _part(clauses: tuple[Clause, ...]) -> str:
    written = " OR ".join(map(str, clauses))
    return f"({written})" if len(clauses) > 1 else written
