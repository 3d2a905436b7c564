"""Text that people send to be kept: what it may hold, and how long it may be."""

from __future__ import annotations

import unicodedata

from archive.errors import UserError

# Marks that turn the order of what stands around them: shown among other text they deceive.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def single_line(text: str, what: str, longest: int) -> str:
    """``text`` in one line, with single blanks; raises UserError for what cannot stand there.

    ``what`` names it in the message; ``longest`` is in characters. Both "" and blanks give "".
    """
    line = " ".join(unicodedata.normalize("NFC", text).split())
    if len(line) > longest:
        raise UserError(
            f"{what} is {len(line):,} characters long, and {longest:,} are taken.",
            advice="Make it shorter.",
        )
    if (place := next((n for n, c in enumerate(line) if _is_refused(c)), None)) is not None:
        raise UserError(
            f"{what} holds a character that cannot be shown (U+{ord(line[place]):04X}, "
            f"at place {place + 1}).",
            advice="Take it out.",
        )
    return line


def several_lines(text: str, what: str, longest: int) -> str:
    """As ``single_line``, for a text whose line breaks stay."""
    if len(text) > longest + text.count("\r"):
        raise UserError(
            f"{what} is {len(text):,} characters long, and {longest:,} are taken.",
            advice="Make it shorter.",
        )
    lines = [single_line(line, what, longest) for line in text.splitlines()]
    return "\n".join(lines).strip()


def _is_refused(character: str) -> bool:
    """Control characters, halves of characters, private ones, and marks that turn the order."""
    if character in _TURNING:
        return True
    return unicodedata.category(character) in ("Cc", "Cs", "Co")
