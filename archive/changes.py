"""What changed between two transcripts, word by word.

Words are compared without case, accents and outer punctuation, unless exactness is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from archive.names import name_key
from archive.types import Word

# Where only a word stands between two changes, people read them as one.
_APART = 2


@dataclass(frozen=True, slots=True)
class Change:
    """A run of words that stands otherwise in the new transcript.

    ``old`` and ``new`` are spans (first and end) of the two transcripts' words; one may be empty.
    """

    old: tuple[int, int]
    new: tuple[int, int]


def changes(
    old: Sequence[Word], new: Sequence[Word], *, exact: bool = False, apart: int = _APART
) -> list[Change]:
    """The fewest changes that make ``new`` of ``old``, in the order of the words.

    Changes with fewer than ``apart`` equal words between them are one.
    """
    key: Callable[[Word], str] = (lambda word: word.text) if exact else heard_as
    steps = Levenshtein.opcodes([key(word) for word in old], [key(word) for word in new])
    found: list[Change] = []
    for step in steps:
        if step.tag == "equal":
            continue
        change = Change((step.src_start, step.src_end), (step.dest_start, step.dest_end))
        if found and change.old[0] - found[-1].old[1] < apart:
            before = found.pop()
            change = Change((before.old[0], change.old[1]), (before.new[0], change.new[1]))
        found.append(change)
    return found


def heard_as(word: Word) -> str:
    """What a word has in common with others that differ in case, accents and marks alone."""
    # A word of marks only, such as a dash, is what it is.
    return name_key(word.text) or word.text
