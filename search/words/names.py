"""Names with a wrong letter or two, in either order of given and family name."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import permutations

from rapidfuzz.distance import OSA

MOST_CHANGES = 2
_LONGEST_NAME = 5
"""Words of a person's name that are compared in every order; longer names are rare."""


def tolerated(word: str) -> int:
    """How many letters of a word may be wrong for it to be read as a name."""
    if len(word) < 4:
        return 0
    return 1 if len(word) < 8 else MOST_CHANGES


def changes(word: str, name: str, most: int) -> int:
    """Letters left out, put in, changed or swapped with a neighbour; more than ``most`` is more."""
    return int(OSA.distance(word, name, score_cutoff=most))


def near_names(word: str, names: Collection[str]) -> tuple[str, ...]:
    """The names that come nearest to a word, within what is tolerated; not the word itself."""
    most = tolerated(word)
    if not most:
        return ()
    found = {name: changes(word, name, most) for name in names if name != word}
    nearest = min(found.values(), default=most + 1)
    return tuple(sorted(n for n, far in found.items() if far == nearest)) if nearest <= most else ()


def as_person(words: Sequence[str], people: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """The words as one person's names, in the order of the words, or nothing.

    Together they may have two wrong letters, also in short names, since all words have to belong
    to the same person.
    """
    best: tuple[int, tuple[str, ...]] = (MOST_CHANGES + 1, ())
    if not 2 <= len(words) <= _LONGEST_NAME:
        return ()
    for person in people:
        for names in permutations(person[:_LONGEST_NAME], len(words)):
            far = sum(
                changes(word, name, MOST_CHANGES) for word, name in zip(words, names, strict=True)
            )
            best = min(best, (far, names))
    return best[1]


def is_named(words: Collection[str], name: Collection[str]) -> bool:
    """Whether every word is one of the name's, give or take what is tolerated."""
    return all(
        any(changes(word, part, tolerated(word)) <= tolerated(word) for part in name)
        for word in words
    )
