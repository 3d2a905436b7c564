"""Written text taken apart into words, as transcripts hold them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

# Characters of scripts that are written without blanks: Thai, Lao, Khmer, kana, Han.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
_WORD = re.compile(rf"{_UNSPACED.pattern}[^\w\s]*|[^\s]+?(?={_UNSPACED.pattern}|\s|$)")


@dataclass(frozen=True, slots=True)
class WrittenWord:
    """A word of a text; ``space_before`` says that a blank stands before it, or may stand there."""

    text: str
    space_before: bool


def written_words(text: str) -> Iterator[WrittenWord]:
    """The words of a text with their punctuation; where no blanks are written, each character."""
    for found in _WORD.finditer(text):
        spaced = found.start() == 0 or text[found.start() - 1].isspace()
        joined = found.start() == 0 and _UNSPACED.match(found[0]) is not None
        yield WrittenWord(found[0], spaced and not joined)


def is_unspaced(character: str) -> bool:
    """Whether a character belongs to a script that writes no blanks between words."""
    return _UNSPACED.fullmatch(character) is not None
