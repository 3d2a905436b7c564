"""A concordance: every occurrence of a query in a line with what stands left and right of it.

Its lines are the occurrences that the totals of a search count, so both agree. Texts are read for
the lines that are shown; to order lines by their neighbours, those of many talks are, a few talks
at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from archive.names import fold
from archive.types import Track
from search.answering.occurrences import Occurrences, occurrences_of
from search.answering.shares import Share
from search.directory import Directory
from search.documents import language_at
from search.index import Evidence, Found, Request, SearchIndex
from search.results import Coverage, Totals, talk_url

MOST_SORTED = 20_000
"""So many lines at most are ordered by the words beside them, those of the newest talks."""
REACH = 44
"""Characters of context on each side."""
_TALKS_AT_ONCE = 50
_NEIGHBOURS = 3


class Order(StrEnum):
    """The newest talks first, in time; by speaker; or by the words that follow or precede."""

    DATE = "date"
    SPEAKER = "speaker"
    LEFT = "left"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Line:
    """One occurrence. ``talk`` and ``speaker`` are slugs; who spoke may not be known."""

    talk: str
    speaker: str | None
    track: Track
    language: str
    start_ms: int
    left: str
    words: str
    right: str
    url: str


@dataclass(frozen=True, slots=True)
class Concordance:
    """The occurrences of one query. ``lines`` reads a stretch of them.

    ``totals`` are those of a search: its talks may hold all of the query in their programme.
    """

    understood: str
    notes: tuple[str, ...]
    coverage: Coverage
    totals: Totals
    shares: tuple[Share, ...]
    lines: Lines


class Lines:
    """All lines of a concordance in their order; only what is asked for is read."""

    def __init__(
        self,
        index: SearchIndex,
        request: Request,
        found: Found,
        directory: Directory,
        order: Order = Order.DATE,
    ) -> None:
        self._index = index
        self._request = replace(request, offset=0, days=None)
        self._directory = directory
        self._units = _units(found, directory, by_speaker=order is Order.SPEAKER)
        self._sorted: list[_Place] = []
        if order in (Order.LEFT, Order.RIGHT):
            self._sort(order)

    @property
    def talks(self) -> int:
        """How many talks have a line."""
        talk_ids = {place.talk_id for place in self._sorted}
        return len(talk_ids | {unit.talk_id for unit in self._units})

    def __len__(self) -> int:
        return len(self._sorted) + sum(unit.occurrences for unit in self._units)

    @property
    def ordered(self) -> int:
        """How many lines, from the first, stand in the order of their neighbours."""
        return len(self._sorted)

    def read(self, offset: int, limit: int) -> list[Line]:
        """The lines from ``offset`` on. Raises what SearchIndex raises.

        There may be fewer than ``len`` says where a talk was changed since.
        """
        places = self._sorted[offset : offset + limit]
        units: list[tuple[_Unit, int, int]] = []
        passed = len(self._sorted)
        for unit in self._units:
            first = max(offset - passed, 0)
            end = min(offset + limit - passed, unit.occurrences)
            if first < end:
                units.append((unit, first, end))
            passed += unit.occurrences
        talk_ids = dict.fromkeys([place.talk_id for place in places])
        talk_ids |= dict.fromkeys([unit.talk_id for unit, _, _ in units])
        said = {
            talk_id: occurrences
            for some in _parts(list(talk_ids))
            for talk_id, occurrences in self._said(some)
        }
        for unit, first, end in units:
            if unit.talk_id in said:
                numbers = unit.numbers(said[unit.talk_id])[first:end]
                places += [_Place(unit.talk_id, number) for number in numbers]
        return [
            self._line(place.talk_id, said[place.talk_id], place.number)
            for place in places
            if place.talk_id in said and place.number < len(said[place.talk_id])
        ]

    def _sort(self, order: Order) -> None:
        """Put the first units, as many as are few enough, in the order of the words beside."""
        taken, total = 0, 0
        while taken < len(self._units):
            total += self._units[taken].occurrences
            if taken and total > MOST_SORTED:
                break
            taken += 1
        chosen, self._units = self._units[:taken], self._units[taken:]
        keyed: list[tuple[tuple[str, ...], _Place]] = []
        for some in _parts([unit.talk_id for unit in chosen]):
            for talk_id, said in self._said(some):
                keys = _neighbours(said, order)
                keyed += [(key, _Place(talk_id, at)) for at, key in enumerate(keys)]
        keyed.sort(key=lambda pair: pair[0])
        self._sorted = [place for _, place in keyed]

    def _said(self, talk_ids: Sequence[int]) -> Iterator[tuple[int, Occurrences]]:
        """The occurrences in a few talks, in the given order."""
        evidence: Mapping[int, Evidence] = self._index.search(
            replace(self._request, talks=frozenset(talk_ids), limit=len(talk_ids))
        ).evidence
        for talk_id in talk_ids:
            if talk_id in evidence:
                yield talk_id, occurrences_of(evidence[talk_id].speeches)

    def _line(self, talk_id: int, said: Occurrences, number: int) -> Line:
        speech = said.speeches[int(said.speech[number])]
        slug = self._directory.talks[talk_id].slug
        start_ms = int(said.start_ms[number])
        left, words, right = said.line(number, REACH)
        return Line(
            slug,
            speech.speaker,
            speech.track,
            language_at(speech.languages, int(said.first[number])),
            start_ms,
            left,
            words,
            right,
            talk_url(slug, start_ms),
        )


@dataclass(frozen=True, slots=True)
class _Place:
    talk_id: int
    number: int


@dataclass(frozen=True, slots=True)
class _Unit:
    """Lines that stand together: of a talk, or of one speaker in it."""

    talk_id: int
    occurrences: int
    speaker: str | None = None
    whole_talk: bool = True

    def numbers(self, said: Occurrences) -> Sequence[int]:
        if self.whole_talk:
            return range(len(said))
        theirs = [speech.speaker == self.speaker for speech in said.speeches]
        numbers: list[int] = np.flatnonzero(np.array(theirs, bool)[said.speech]).tolist()
        return numbers


def _parts(talk_ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for at in range(0, len(talk_ids), _TALKS_AT_ONCE):
        yield talk_ids[at : at + _TALKS_AT_ONCE]


def _units(found: Found, directory: Directory, *, by_speaker: bool) -> list[_Unit]:
    """The lines of all full matches, the newest talk first, or by the names of the speakers."""
    days = directory.days
    units: dict[tuple[int, str | None], int] = {}
    for talk_id, speaker, count in found.matches.said_in_full():
        key = talk_id, speaker if by_speaker else None
        units[key] = units.get(key, 0) + count

    def place(key: tuple[int, str | None]) -> tuple[bool, str, int, int]:
        talk_id, speaker = key
        name = fold(directory.speaker_name(speaker)) if by_speaker else ""
        return by_speaker and speaker is None, name, -days.get(talk_id, -1), talk_id

    return [
        _Unit(talk_id, units[talk_id, speaker], speaker, not by_speaker)
        for talk_id, speaker in sorted(units, key=place)
    ]


def _neighbours(said: Occurrences, order: Order) -> list[tuple[str, ...]]:
    """For each place the words beside it, folded: the nearest first."""
    keys: list[tuple[str, ...]] = [()] * len(said)
    for number, speech in enumerate(said.speeches):
        at = np.flatnonzero(said.speech == number)
        stream = speech.stream
        columns = []
        for step in range(1, _NEIGHBOURS + 1):
            token = said.last[at] + step if order is Order.RIGHT else said.first[at] - step
            there = (token >= 0) & (token < len(stream.char_start))
            token = np.where(there, token, 0)
            begins, ends = stream.char_start[token].tolist(), stream.char_end[token].tolist()
            columns.append(
                [
                    fold(stream.text[begin:end]) if is_there else ""
                    for begin, end, is_there in zip(begins, ends, there.tolist(), strict=True)
                ]
            )
        for place, key in zip(at.tolist(), zip(*columns, strict=True), strict=True):
            keys[place] = key
    return keys
