"""Folding of text for comparison, and slugs: the two forms a name has inside the archive."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

# Letters that Unicode does not take apart into a base letter and a mark.
_LETTERS = str.maketrans(
    {"ı": "i", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe"}
)
_SLUG_LENGTH = 60


def fold(text: str) -> str:
    """``text`` without case and accents, for comparing and searching: ``İstanbul`` → ``istanbul``.

    Compatibility forms are unified (NFKD) and combining marks of Latin, Greek and Cyrillic are
    dropped; the marks of other scripts are part of their words and stay.
    """
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    kept = "".join(c for c in decomposed if not "\u0300" <= c <= "\u036f")
    return unicodedata.normalize("NFC", kept.translate(_LETTERS))


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
