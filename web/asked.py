"""What a request asks for, read from its address. Nothing a person types here is an error."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

DEFAULT_LIMIT = 20
LARGEST_LIMIT = 100
LARGEST_OFFSET = 1_000_000
_WHOLE = re.compile(r"\s*([+-]?)0*([0-9]+)\s*")
_SECONDS = re.compile(r"([0-9]{1,7}(?:\.[0-9]{1,3})?)(?:,[0-9.]*)?")


@dataclass(frozen=True, slots=True)
class SearchAsked:
    """A search: what was typed, the filters (None for all), and which talks of the answer."""

    text: str
    speaker: str | None = None
    event: str | None = None
    language: str | None = None
    limit: int = DEFAULT_LIMIT
    offset: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked for: no words and no filter."""
        return not (self.text or self.speaker or self.event or self.language)


def search_asked(args: Mapping[str, str]) -> SearchAsked:
    """The search in the parameters of an address; numbers out of range are drawn into it."""
    return SearchAsked(
        text=args.get("q", "").strip(),
        speaker=args.get("speaker") or None,
        event=args.get("event") or None,
        language=args.get("language") or None,
        limit=_whole(args.get("limit", ""), DEFAULT_LIMIT, 1, LARGEST_LIMIT),
        offset=_whole(args.get("offset", ""), 0, 0, LARGEST_OFFSET),
    )


def time_asked(text: str) -> int | None:
    """The milliseconds that ``t=75.42`` names (of ``t=75.42,79.10`` its start), or None."""
    match = _SECONDS.fullmatch(text)
    return None if match is None else round(float(match[1]) * 1000)


def _whole(text: str, default: int, smallest: int, largest: int) -> int:
    match = _WHOLE.fullmatch(text)
    if match is None:
        return default
    # Longer numbers are out of every range, and int() refuses those over 4,300 digits.
    value = int(match[2]) if len(match[2]) < 10 else largest
    return max(smallest, min(-value if match[1] == "-" else value, largest))
