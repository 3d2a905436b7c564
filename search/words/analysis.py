"""How text becomes tokens, alike for the index and for queries.

A token is a *surface*: a word as it was written, case-folded, without accents. Nothing is
stemmed and nothing is dropped here, so that quoted words stay exact in every language.

- Text splits at punctuation and between letters and digits: ``COVID-19`` is ``covid`` ``19``.
- Apostrophes join (``don't`` is ``dont``), but a word that Romance languages elide before another
  stands by itself (``l'énergie`` is ``l`` ``energie``). A thousands comma goes (``1,000`` is
  ``1000``), and ``+`` and ``#`` directly after a letter belong to it (``C++``).
- Chinese, Japanese, Thai, Lao and Khmer write no blanks: each character is a token. So is each
  syllable of Korean, which writes particles onto its words.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from archive.names import fold

ANALYSIS_VERSION = 2
"""Grows whenever the same text gives other tokens; an index of another version is rebuilt."""

_APOSTROPHES = frozenset("'’‘ʼʹ＇`´")
# Scripts without spaces: Thai, Lao, Khmer, kana, Chinese characters.
_UNSPACED = (
    "\u0e00-\u0eff\u1780-\u17ff\u19e0-\u19ff\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3038-\u303c"
    "\u3041-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_CHARACTERS = rf"{_UNSPACED}\uac00-\ud7a3"
_LETTER = rf"[^ 0-9',+#{_CHARACTERS}]"
# French, Italian, Catalan, Portuguese. None is what English writes before an apostrophe.
_ELIDED = "[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu|un|(?:a|co|da|de|ne|su)(?:ll|gl)|quest|quell|gl"
_TOKEN = re.compile(
    rf"[0-9]{{1,3}}(?:,[0-9]{{3}})+(?![0-9])|[0-9]+|[{_CHARACTERS}]"
    rf"|(?:{_ELIDED})(?='{_LETTER}{{2}})|{_LETTER}+(?:'{_LETTER}+)*[+#]*"
)
_JOINING = str.maketrans("", "", "',")


@dataclass(frozen=True, slots=True)
class Token:
    """A surface and where it stands: ``text[start:end]`` of the source, in code points."""

    surface: str
    start: int
    end: int


@lru_cache(maxsize=65536)
def tokens(text: str) -> tuple[Token, ...]:
    """The tokens of a text, in order. Kept for short texts, since words come again and again."""
    folded, sources = _fold_with_sources(text)
    return tuple(
        Token(
            match.group().translate(_JOINING),
            sources[match.start()][0],
            sources[match.end() - 1][1],
        )
        for match in _TOKEN.finditer(folded)
    )


def surfaces(text: str) -> tuple[str, ...]:
    """The surfaces alone."""
    return tuple(token.surface for token in tokens(text))


def is_character(surface: str) -> bool:
    """Whether a surface is one character of a script in which each is a token."""
    return _CHARACTER.fullmatch(surface) is not None


def is_unspaced(character: str) -> bool:
    """Whether a character belongs to a script that writes no blanks between words."""
    return _UNSPACED_CHARACTER.fullmatch(character) is not None


_CHARACTER = re.compile(rf"[{_CHARACTERS}]")
_UNSPACED_CHARACTER = re.compile(rf"[{_UNSPACED}]")


def _fold_with_sources(text: str) -> tuple[str, list[tuple[int, int]]]:
    """Folded text, and for each of its characters the part of the source that it came from."""
    if text.isascii():
        return "".join(map(_fold, text)), [(at, at + 1) for at in range(len(text))]
    folded: list[str] = []
    sources: list[tuple[int, int]] = []
    start = 0
    while start < len(text):
        end = start + 1
        while end < len(text) and _continues(text[end]):
            end += 1
        part = _fold(text[start:end])
        folded.append(part)
        sources.extend([(start, end)] * len(part))
        start = end
    return "".join(folded), sources


def _continues(character: str) -> bool:
    """Whether a character builds one letter together with the one before it."""
    return (
        unicodedata.combining(character) != 0
        or "\u1160" <= character <= "\u11ff"  # Korean, written in parts
        or character in "\uff9e\uff9f"  # voicing marks of halfwidth Japanese
    )


@lru_cache(maxsize=16384)
def _fold(cluster: str) -> str:
    """A letter with its marks as token characters; a blank for whatever separates words."""
    while True:
        result = "".join(map(_class_of, fold(cluster)))
        if result == cluster:
            return result
        cluster = result


def _class_of(character: str) -> str:
    """The character as tokens see it: itself, an ASCII digit, nothing, or a blank."""
    if character in _APOSTROPHES:
        return "'"
    if character in ",+#":
        return character
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category[0] in "LMN":
        return character
    return "" if category == "Cf" else " "
