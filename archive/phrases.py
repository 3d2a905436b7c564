"""Sentences that the archive says in English and a page may say in another language."""

from __future__ import annotations


class Phrase(str):
    """A sentence in English, with the pattern it was made of and what was put into that."""

    pattern: str
    values: dict[str, object]


def phrase(pattern: str, **values: object) -> Phrase:
    """``phrase("%(word)s stands nowhere.", word="tide")``; a percent sign is written twice.

    The patterns are listed for translators, so they stand in the code as they are.
    """
    made = Phrase(pattern % values)
    made.pattern, made.values = pattern, values
    return made
