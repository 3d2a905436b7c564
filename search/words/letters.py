"""Which of many words may be within a few changed letters of one: a sieve before they are compared.

A letter left out or put in changes the set of a word's letters by one, a changed one by two, and a
swap by none. So most words of a vocabulary are ruled out by arithmetic on whole arrays.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

_BITS = 64
"""Letters that share a bit only let more words through."""


class Letters:
    """The letters of words that never change."""

    def __init__(self, words: Sequence[str]) -> None:
        self._lengths = np.fromiter(map(len, words), np.int32, len(words))
        # No word is empty for the sums below: each has a blank behind it, as has what is asked for.
        codes = np.frombuffer("".join(f"{word} " for word in words).encode("utf-32-le"), np.uint32)
        begins = np.cumsum(self._lengths + 1) - (self._lengths + 1)
        bits = np.uint64(1) << (codes % _BITS).astype(np.uint64)
        self._sets = np.bitwise_or.reduceat(bits, begins) if len(words) else bits

    def near(self, word: str, changes: int) -> list[int]:
        """The numbers, in order, of the words that may be within so many changes of one."""
        (mine,) = Letters([word])._sets
        apart = self._sets ^ mine
        for _ in range(2 * changes):
            apart &= apart - np.uint64(1)  # without the lowest letter; of none nothing is left
        near = (apart == 0) & (np.abs(self._lengths - len(word)) <= changes)
        numbers: list[int] = np.flatnonzero(near).tolist()
        return numbers
