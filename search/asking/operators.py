"""How NOT, NEAR, OR and parentheses join what stands beside them.

NOT is applied first, then NEAR, then OR. Parentheses hold what OR joins; others are left out.
An operator with nothing to join on one of its sides is left out, and a note says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import TypeGuard

from archive.phrases import phrase
from search.asking.clauses import Clause, Filter, Near

LONGEST_CHAIN = 3
"""So many parts may be joined by NEAR."""


@dataclass(frozen=True, slots=True)
class Term:
    """Something to look for, of which any alternative will do; or something to keep away."""

    alternatives: tuple[Clause | Near, ...]
    excluded: bool = False


class Sign(Enum):
    """What is typed between terms, but for NEAR."""

    OR = "OR"
    NOT = "NOT"
    OPEN = "("
    CLOSE = ")"


@dataclass(frozen=True, slots=True)
class Nearness:
    """NEAR, with how many words may stand between its neighbours."""

    within: int


Item = Term | Filter | Sign | Nearness


def joined(items: Iterable[Item], notes: list[str]) -> list[Item]:
    """Terms and filters alone, in their order: what operators join are single terms."""
    groups: list[list[Item]] = [[]]
    for item in items:
        if item is Sign.OPEN:
            groups.append([])
        elif item is not Sign.CLOSE:
            groups[-1].append(item)
        elif len(groups) > 1:
            _close(groups, notes)
    while len(groups) > 1:
        _close(groups, notes)
    return _applied(groups[0], notes)


def _close(groups: list[list[Item]], notes: list[str]) -> None:
    """Put the innermost group into the one around it."""
    inside = _applied(groups.pop(), notes)
    around = groups[-1]
    if around and around[-1] is Sign.NOT:
        around.pop()
        inside = [_excluded(item, notes) for item in inside]
    elif len(inside) > 1:
        notes.append(phrase("Parentheses hold what OR joins; others were left out."))
    around += inside


def _applied(items: Sequence[Item], notes: list[str]) -> list[Item]:
    kept: list[Item] = []
    for item in items:
        if kept and kept[-1] is Sign.NOT:
            if isinstance(item, Term | Filter):
                kept[-1] = _excluded(item, notes)
                continue
            notes.append(_left_out(kept.pop()))
        kept.append(item)
    if kept and kept[-1] is Sign.NOT:
        notes.append(_left_out(kept.pop()))
    near = _operated(kept, lambda item: isinstance(item, Nearness), _nearer, notes)
    return _operated(near, lambda item: item is Sign.OR, _either, notes)


def _operated(
    items: Sequence[Item],
    is_operator: Callable[[Item], bool],
    join: Callable[[Term, Item, Term, list[str]], Term | None],
    notes: list[str],
) -> list[Item]:
    """The items with the terms on both sides of an operator joined, from left to right."""
    result: list[Item] = []
    operator: Item | None = None
    for item in items:
        if is_operator(item):
            if operator is not None:
                notes.append(_left_out(operator))
            operator = item
            continue
        both = None
        if operator is not None:
            if result and _is_wanted(result[-1]) and _is_wanted(item):
                both = join(result[-1], operator, item, notes)
            else:
                notes.append(_left_out(operator))
            operator = None
        if both is None:
            result.append(item)
        else:
            result[-1] = both
    if operator is not None:
        notes.append(_left_out(operator))
    return result


def _nearer(one: Term, operator: Item, other: Term, notes: list[str]) -> Term | None:
    within = operator.within if isinstance(operator, Nearness) else 0
    before, after = _near(one), _near(other)
    if before is None or after is None:
        notes.append(
            phrase("NEAR joins words and phrases, and parentheses of these; one was left out.")
        )
        return None
    parts = (*before.parts, *after.parts)
    if len(parts) > LONGEST_CHAIN:
        notes.append(phrase("NEAR joins %(most)s words or phrases at most.", most=LONGEST_CHAIN))
        return None
    return Term((Near(parts, (*before.within, within, *after.within)),))


def _near(term: Term) -> Near | None:
    """The term as a Near, which it is already or is a part of; None where it cannot be one."""
    first = term.alternatives[0]
    if isinstance(first, Near):
        return first if len(term.alternatives) == 1 else None
    part = tuple(clause for clause in term.alternatives if isinstance(clause, Clause))
    return Near((part,), ()) if len(part) == len(term.alternatives) else None


def _either(one: Term, operator: Item, other: Term, notes: list[str]) -> Term:
    return Term(tuple(dict.fromkeys((*one.alternatives, *other.alternatives))))


def _excluded(item: Item, notes: list[str]) -> Item:
    """A term or filter as one that takes away; what stands near each other cannot."""
    if isinstance(item, Filter):
        return replace(item, excluded=True)
    if not isinstance(item, Term):
        return item
    if any(isinstance(one, Near) for one in item.alternatives):
        notes.append(phrase("A minus takes away words and phrases; NEAR cannot be taken away."))
        clauses = tuple(one for one in item.alternatives if isinstance(one, Clause))
        return Term(clauses, excluded=True)
    return Term(item.alternatives, excluded=True)


def _is_wanted(item: Item) -> TypeGuard[Term]:
    return isinstance(item, Term) and not item.excluded and bool(item.alternatives)


def _left_out(operator: Item) -> str:
    if operator is Sign.NOT:
        return phrase("A NOT with nothing behind it was left out.")
    name = "OR" if operator is Sign.OR else "NEAR"
    return phrase(
        "%(operator)s joins two words or phrases; one that did not was left out.", operator=name
    )
