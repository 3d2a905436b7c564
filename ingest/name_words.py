"""Names of people and the texts they stand in, cut into words that can be compared."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace

from archive.names import fold

# First and last letter of scripts that write no blanks between words, and of the two Japanese
# syllabaries, which stand beside Chinese characters without one.
_SCRIPTS = (
    ("han", "\u3005", "\u3007"), ("han", "\u3400", "\u9fff"), ("han", "\U00020000", "\U0003ffff"),
    ("hiragana", "\u3040", "\u309f"), ("katakana", "\u30a0", "\u30ff"),
    ("thai", "\u0e00", "\u0e7f"), ("lao", "\u0e80", "\u0eff"),
    ("burmese", "\u1000", "\u109f"), ("khmer", "\u1780", "\u17ff"),
)  # fmt: skip
_WITHOUT_BLANKS = frozenset({"han", "thai", "lao", "burmese", "khmer"})
_TITLES_OF_PERSONS = (
    "prof professor professorin profesor profesora professeur professore dr drs doctor doktor dra "
    "dott dottssa mr mrs ms mx miss sir dame herr frau hr fr mme madame monsieur senor senora "
    "signor signora academician"
)
PERSONAL_TITLES = frozenset(_TITLES_OF_PERSONS.split())
_AFTER_NAMES = frozenset({"phd", "md", "jr", "sr", "ii", "iii", "iv", "frs", "obe", "esq"})
_LONGEST_TEXT = 100_000
HYPHEN = re.compile("[-‐‑]")


@dataclass(frozen=True, slots=True)
class TextWord:
    """A word of a text: folded, where it stands, and what parts it from the word before it."""

    text: str
    start: int
    end: int
    gap: str
    capital: bool
    shouted: bool


@dataclass(frozen=True, slots=True)
class PersonName:
    """One name of a person. ``run`` is the whole name in a script without blanks, else ""."""

    words: tuple[str, ...]
    capitals: tuple[bool, ...]
    run: str = ""

    @property
    def full_words(self) -> tuple[str, ...]:
        """The words that are no initials."""
        return tuple(word for word in self.words if len(word) > 1)


def normal_form(text: str) -> str:
    """The form in which texts and names are compared; at most 100,000 characters of it."""
    return unicodedata.normalize("NFC", text[:_LONGEST_TEXT])


def words_of(text: str) -> list[TextWord]:
    """The words of a text in its ``normal_form``: runs of letters and digits of one script."""
    found: list[TextWord] = []
    start = 0
    while start < len(text):
        if not text[start].isalnum():
            start += 1
            continue
        script, end = script_of(text[start]), start + 1
        while end < len(text) and _goes_on(text[end], script):
            end += 1
        written = text[start:end]
        found.append(
            TextWord(
                text=fold(written),
                start=start,
                end=end,
                gap=text[found[-1].end if found else 0 : start],
                capital=written[0].isupper() or written[0].istitle(),
                shouted=len(written) > 1 and written.isupper(),
            )
        )
        start = end
    return found


def with_hyphens_closed(words: list[TextWord]) -> list[TextWord]:
    """The words with those that a hyphen joins as one: ``Xiao-Ming`` as ``Xiaoming``."""
    closed: list[TextWord] = []
    for word in words:
        if closed and HYPHEN.fullmatch(word.gap):
            first = closed[-1]
            closed[-1] = replace(first, text=first.text + word.text, end=word.end)
        else:
            closed.append(word)
    return closed


def script_of(character: str) -> str:
    """The script of a character, where it is one of those without blanks; else ""."""
    if character < "\u0e00":
        return ""
    return next((name for name, first, last in _SCRIPTS if first <= character <= last), "")


def read_names(names: Iterable[str]) -> list[PersonName]:
    """Names of one person without titles and degrees; with hyphens also as if without them."""
    found: dict[PersonName, None] = {}
    for name in names:
        written = normal_form(name)
        if {script_of(character) for character in written} & _WITHOUT_BLANKS:
            found[PersonName((), (), _run(written))] = None
            continue
        family, comma, given = written.partition(",")
        if comma and all(word.text in _AFTER_NAMES for word in words_of(given)):
            given, written = "", family
        words = words_of(f"{given} {family}" if given and "," not in given else written)
        for reading in (words, with_hyphens_closed(words)):
            kept = _without_titles(reading)
            if kept:
                words_kept = tuple(word.text for word in kept)
                found[PersonName(words_kept, tuple(word.capital for word in kept))] = None
    return list(found)


def _without_titles(words: list[TextWord]) -> list[TextWord]:
    start, end = 0, len(words)
    while start < end - 1 and words[start].text in PERSONAL_TITLES:
        start += 1
    while end > start + 2 and words[end - 1].text in _AFTER_NAMES:
        end -= 1
    return words[start:end]


def _run(written: str) -> str:
    return "".join(c for c in written if c.isalnum() or unicodedata.category(c)[0] == "M")


def _goes_on(character: str, script: str) -> bool:
    if unicodedata.category(character)[0] == "M":
        return True
    return character.isalnum() and script_of(character) == script
