"""Text as the readers of pages hand it on: one line each, without control characters."""

from __future__ import annotations

import re

# Stands in a line where the way it is set changes, such as behind words in bold.
SPLIT = "\x1f"
_BLANKS = re.compile(r"\s+")
_CONTROLS = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069"
    r"\u00ad\u200b\u2060\ufeff]"
)


def without_controls(text: str) -> str:
    """``text`` without controls, lone surrogates, marks of direction and of where to break."""
    return _CONTROLS.sub("", text)


def plain(line: str) -> str:
    """The line as a person sees it: no marks, and single blanks."""
    return _BLANKS.sub(" ", line.replace(SPLIT, " ")).strip()


def one_line(text: str) -> str:
    """Any text as a single line without control characters."""
    return plain(without_controls(text.replace("\x00", "")))


def word_set(text: str) -> frozenset[str]:
    """The words of a text, for asking whether a word is one of them."""
    return frozenset(text.split())
