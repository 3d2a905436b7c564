"""What a request asks for, read from its address. Nothing a person types here is an error."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from archive.types import Track
from search.asking.complete import MOST_SUGGESTIONS
from search.searching import Sort

DEFAULT_LIMIT = 20
LARGEST_LIMIT = 100
DEFAULT_SUGGESTIONS = 8
LARGEST_OFFSET = 1_000_000
_WHOLE = re.compile(r"\s*([+-]?)0*([0-9]+)\s*")
_NUMBER = r"([0-9]{1,7}(?:\.[0-9]{1,3})?)"
_SECONDS = re.compile(rf"{_NUMBER}(?:,{_NUMBER}?[0-9.]*)?")


@dataclass(frozen=True, slots=True)
class SearchAsked:
    """A search: what was typed, the filters, the order, and which talks of the answer.

    Of several values of one filter any will do; none of them filters nothing. ``spoken`` leaves
    out talks that only the programme finds.
    """

    text: str
    speaker: tuple[str, ...] = ()
    event: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    country: tuple[str, ...] = ()
    year: tuple[str, ...] = ()
    spoken: bool = False
    sort: Sort = Sort.RELEVANCE
    limit: int = DEFAULT_LIMIT
    offset: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked for: no words and no filter."""
        return not (self.text or any(self.filters.values()))

    @property
    def filters(self) -> dict[str, tuple[str, ...]]:
        """The values of each filter, by the name that it has in addresses."""
        return {
            "speaker": self.speaker,
            "event": self.event,
            "language": self.language,
            "country": self.country,
            "year": self.year,
        }


def search_asked(args: MultiDict[str, str], limit: int = DEFAULT_LIMIT) -> SearchAsked:
    """The search in the parameters of an address; numbers out of range are drawn into it.

    ``limit`` is how many talks are meant where the address does not say.
    """
    return SearchAsked(
        text=args.get("q", "").strip(),
        speaker=_values(args, "speaker"),
        event=_values(args, "event"),
        language=_values(args, "language"),
        country=_values(args, "country"),
        year=_values(args, "year"),
        spoken=args.get("in") == "speech",
        sort=Sort.DATE if args.get("sort") == Sort.DATE else Sort.RELEVANCE,
        limit=_whole(args.get("limit", ""), limit, 1, LARGEST_LIMIT),
        offset=_whole(args.get("offset", ""), 0, 0, LARGEST_OFFSET),
    )


def completion_asked(args: MultiDict[str, str]) -> tuple[str, int]:
    """What was typed so far, and how many suggestions are wanted at most."""
    return args.get("q", ""), _whole(
        args.get("limit", ""), DEFAULT_SUGGESTIONS, 1, MOST_SUGGESTIONS
    )


def track_asked(args: MultiDict[str, str]) -> Track:
    """The original, or with ``track=english`` its translation."""
    return Track.ENGLISH if args.get("track") == Track.ENGLISH else Track.ORIGINAL


def naming_track(track: Track) -> dict[str, Any]:
    """What names a track in an address, for ``track_asked``; nothing for the original."""
    return {} if track is Track.ORIGINAL else {"track": track.value}


def number_asked(args: MultiDict[str, str], name: str) -> int:
    """Which page of a list, or part of a transcript, ``name`` asks for, from 1."""
    return _whole(args.get(name, ""), 1, 1, LARGEST_OFFSET)


def size_asked(args: MultiDict[str, str], name: str, usual: int, least: int) -> int:
    """A number of pixels of which ``name`` is the most that there is room for."""
    return _whole(args.get(name, ""), usual, least, usual)


def time_asked(text: str) -> int | None:
    """The milliseconds that ``t=75.42`` names (of ``t=75.42,79.10`` its start), or None."""
    span = span_asked(text)
    return None if span is None else span[0]


def span_asked(text: str) -> tuple[int, int | None] | None:
    """The milliseconds from and to which ``t=75.42,79.10`` goes; the end is None without one."""
    match = _SECONDS.fullmatch(text)
    if match is None:
        return None
    start_ms, end_ms = (
        None if part is None else round(float(part) * 1000) for part in match.groups()
    )
    assert start_ms is not None  # noqa: S101 - that part is not optional
    return start_ms, end_ms if end_ms is not None and end_ms > start_ms else None


def _values(args: MultiDict[str, str], name: str) -> tuple[str, ...]:
    return tuple(value for value in args.getlist(name) if value.strip())


def _whole(text: str, default: int, smallest: int, largest: int) -> int:
    match = _WHOLE.fullmatch(text)
    if match is None:
        return default
    # Longer numbers are out of every range, and int() refuses those over 4,300 digits.
    value = int(match[2]) if len(match[2]) < 10 else largest
    return max(smallest, min(-value if match[1] == "-" else value, largest))
