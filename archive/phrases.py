"""Sentences that the archive says in English and a page may say in another language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Phrase(str):
    """A sentence in English, with the pattern it was made of and what was put into that.

    A value may be a phrase of its own.
    """

    pattern: str
    values: dict[str, object]

    def filled(self, **values: object) -> Phrase:
        """The same pattern with these values, for patterns that stand in tables."""
        return phrase(self.pattern, **values)


def phrase(pattern: str, **values: object) -> Phrase:
    """``phrase("%(word)s stands nowhere.", word="tide")``; a percent sign is written twice.

    The patterns are listed for translators, so they stand in the code as they are.
    """
    return _made(pattern % values if values else pattern.replace("%%", "%"), pattern, values)


def together(*sentences: str) -> Phrase:
    """Sentences, one behind the other; those that are phrases stay such."""
    values: dict[str, object] = {f"part_{number}": one for number, one in enumerate(sentences)}
    return phrase(" ".join(f"%({name})s" for name in values), **values)


def kept_form(text: str) -> dict[str, object] | None:
    """What is kept of a phrase beside its English, as JSON; None for any other text."""
    if not isinstance(text, Phrase):
        return None
    return {
        "pattern": text.pattern,
        "values": {name: _kept_value(value) for name, value in text.values.items()},
    }


def from_kept(text: str, kept: Mapping[str, Any] | None) -> str:
    """The phrase that ``text`` was, by what was kept of it; the text itself without that."""
    if not kept:
        return text
    return _made(text, kept["pattern"], {n: _value_of(v) for n, v in kept["values"].items()})


def _made(text: str, pattern: str, values: dict[str, object]) -> Phrase:
    made = Phrase(text)
    made.pattern, made.values = pattern, values
    return made


def _kept_value(value: object) -> object:
    if isinstance(value, Phrase):
        return {"text": str(value), **(kept_form(value) or {})}
    return value if isinstance(value, int | float | str) else str(value)


def _value_of(kept: object) -> object:
    return from_kept(kept["text"], kept) if isinstance(kept, dict) else kept
