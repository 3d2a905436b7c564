"""Folding of text for comparison, and slugs: the two forms a name has inside the archive."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

# Letters that no Unicode decomposition takes apart, in their casefolded form.
_PLAIN = {
    "ı": "i", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe",
    "ħ": "h", "ŧ": "t", "ŋ": "n", "ĸ": "k", "ƒ": "f", "ə": "e",
}  # fmt: skip
# Accents, and the vowel points that Arabic and Hebrew mostly leave out. The vowel signs of Indic
# scripts and the voicing marks of Japanese are marks too, but other words without them.
_ACCENTS = (
    (0x0300, 0x036F), (0x0483, 0x0487), (0x0591, 0x05C7), (0x0610, 0x061A), (0x064B, 0x065F),
    (0x0670, 0x0670), (0x06D6, 0x06ED), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20FF),
    (0xFE00, 0xFE0F), (0xFE20, 0xFE2F), (0xE0100, 0xE01EF),
)  # fmt: skip
_SLUG_LENGTH = 60


def fold(text: str) -> str:
    """``text`` without case and accents, for comparing and searching: ``İstanbul`` → ``istanbul``.

    Compatibility forms are unified (NFKD), and letters that are near to plain Latin ones become
    those. Marks that make another word of a word stay.
    """
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    plain = "".join(_PLAIN.get(character, character) for character in decomposed)
    return unicodedata.normalize("NFC", "".join(c for c in plain if not _is_accent(c)))


def name_key(name: str) -> str:
    """What two spellings of one name have in common: folded words, punctuation aside."""
    return " ".join(re.findall(r"\w+", fold(name)))


def slugify(text: str, fallback: str) -> str:
    """A lower-case ASCII address made of ``text``, at most 60 characters; ``fallback`` if empty."""
    ascii_text = unicodedata.normalize("NFKD", fold(text)).encode("ascii", "ignore").decode()
    slug = "-".join(re.findall(r"[a-z0-9]+", ascii_text))
    if len(slug) > _SLUG_LENGTH:
        slug = slug[: _SLUG_LENGTH + 1].rpartition("-")[0] or slug[:_SLUG_LENGTH]
    return slug or fallback


def unused_slug(text: str, fallback: str, taken: Callable[[str], bool]) -> str:
    """A slug of ``text`` that ``taken`` does not know yet; a number is added where needed."""
    base = slugify(text, fallback)
    slug, number = base, 1
    while taken(slug):
        number += 1
        slug = f"{base}-{number}"
    return slug


def _is_accent(character: str) -> bool:
    point = ord(character)
    return point >= 0x0300 and any(first <= point <= last for first, last in _ACCENTS)
