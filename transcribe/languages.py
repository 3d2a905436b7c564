"""Languages as Whisper names them."""

from __future__ import annotations

# Whisper's own codes where they are not the first part of the BCP 47 tag.
_CODES = {
    "cmn": "zh",
    "zho": "zh",
    "nb": "no",
    "nob": "no",
    "fil": "tl",
    "jv": "jw",
    "iw": "he",
    "in": "id",
}
# Written without blanks between words.
UNSPACED = frozenset({"zh", "yue", "ja", "th", "lo", "my", "km", "bo"})


def whisper_language(tag: str) -> str:
    """Whisper's code for a BCP 47 tag: ``pt-BR`` is ``pt``, ``cmn-Hans`` is ``zh``."""
    first = tag.replace("_", "-").split("-")[0].lower()
    return _CODES.get(first, first)
