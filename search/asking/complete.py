"""Completing what somebody begins to type: speakers, events and titles of talks.

Every word that was typed has to begin a word of the name, of one of its other spellings, or of
the title; accents, case and the order of the words do not matter.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate

from archive.types import Event, Speaker, Talk
from search.asking.query import LONGEST_QUERY
from search.directory import Directory
from search.results import Span
from search.words.analysis import Token, is_character, surfaces, tokens
from search.words.names import tolerated

MOST_SUGGESTIONS = 20
_MOST_UNITS = 8


class Kind(StrEnum):
    SPEAKER = "speaker"
    EVENT = "event"
    TALK = "talk"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What somebody may be about to type.

    ``alias`` is the other spelling that was begun, "" where it is the name itself; ``spans`` are
    what is typed of it already. ``about`` tells namesakes apart. ``talks`` counts the talks of a
    speaker or an event; a talk is one.
    """

    kind: Kind
    slug: str
    name: str
    alias: str
    spans: tuple[Span, ...]
    about: str
    talks: int


@dataclass(frozen=True, slots=True)
class _Entry:
    """One spelling; the surfaces of all of them stand in one text, a line for each."""

    kind: Kind
    slug: str
    name: str
    spelling: str
    about: str
    talks: int


class Completion:
    """The names and titles of one directory. Safe to share between threads."""

    def __init__(self, directory: Directory) -> None:
        self.directory = directory
        # The order of the lines is that in which equally good ones are suggested.
        self._entries = [*_speakers(directory), *_events(directory), *_talks(directory)]
        lines = [f" {' '.join(surfaces(entry.spelling))}\n" for entry in self._entries]
        self._text = "".join(["\n", *lines])
        self._starts = list(accumulate(map(len, lines), initial=1))
        self._names = {
            word
            for entry, line in zip(self._entries, lines, strict=True)
            if entry.kind is Kind.SPEAKER
            for word in line.split()
        }

    def complete(self, text: str, limit: int = 8) -> tuple[Suggestion, ...]:
        """The best first, ``limit`` of them at most (1 to 20)."""
        units = _units(text)
        most = min(max(limit, 1), MOST_SUGGESTIONS)
        found = self._best(units, most) if units else []
        if units and not found:
            units = [self._nearly(unit) for unit in units]
            found = self._best(units, most)
        return tuple(_suggestion(self._entries[number], units) for number in found)

    def _best(self, units: Sequence[str], most: int) -> list[int]:
        """The entries that fit best, each person, event and talk once."""
        typed = f" {' '.join(units)}"
        by_fit: tuple[list[int], ...] = ([], [], [])
        for number in self._holding(max(units, key=len)):
            line = self._text[self._starts[number] : self._starts[number + 1]]
            if not all(f" {unit}" in line for unit in units):
                continue
            at = line.find(typed)
            # A surname is as good a beginning of a person's name as the given name.
            begins = at == 0 or (at > 0 and self._entries[number].kind is Kind.SPEAKER)
            by_fit[0 if begins else 1 if at > 0 else 2].append(number)
            if len(by_fit[0]) >= 4 * most:
                break
        ranked = [*self._written_just_so(typed), *(n for fit in by_fit for n in fit)]
        best: dict[tuple[Kind, str], int] = {}
        for number in ranked:
            best.setdefault((self._entries[number].kind, self._entries[number].slug), number)
        return list(best.values())[:most]

    def _holding(self, unit: str) -> Iterator[int]:
        """The lines with a word that begins so."""
        at = self._text.find(f" {unit}")
        while at >= 0:
            number = bisect_right(self._starts, at) - 1
            yield number
            at = self._text.find(f" {unit}", self._starts[number + 1])

    def _written_just_so(self, typed: str) -> Iterator[int]:
        """The lines that are what was typed, no more."""
        at = self._text.find(f"\n{typed}\n")
        while at >= 0:
            yield bisect_right(self._starts, at + 1) - 1
            at = self._text.find(f"\n{typed}\n", at + 1)

    def _nearly(self, unit: str) -> str:
        """The beginning of a speaker's name that was meant by one with a wrong letter or two."""
        if f" {unit}" in self._text or not tolerated(unit):
            return unit
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        # A letter may be missing in what was typed, or be one too many.
        lengths = range(len(unit) - 1, len(unit) + 2)
        begun = sorted({name[:length] for name in self._names for length in lengths})
        near = process.extractOne(unit, begun, scorer=OSA.distance, score_cutoff=tolerated(unit))
        return str(near[0]) if near is not None else unit


def _units(text: str) -> list[str]:
    """The words that were typed; characters of scripts without blanks stay in their order."""
    units: list[str] = []
    before = False
    for surface in surfaces(text[:LONGEST_QUERY]):
        character = is_character(surface)
        if character and before:
            units[-1] += f" {surface}"
        else:
            units.append(surface)
        before = character
    return units[:_MOST_UNITS]


def _speakers(directory: Directory) -> Iterator[_Entry]:
    counts: Counter[str] = Counter()
    affiliations: dict[str, str] = {}
    for talk in directory.talks.values():
        for slug in {part.speaker.slug for part in talk.appearances}:
            counts[slug] += 1
        for part in talk.appearances:
            affiliations[part.speaker.slug] = part.affiliation or part.role

    def order(speaker: Speaker) -> tuple[int, str]:
        return -counts[speaker.slug], speaker.name

    for speaker in sorted(directory.speakers.values(), key=order):
        for spelling in dict.fromkeys((speaker.name, *speaker.aliases)):
            yield _Entry(
                Kind.SPEAKER,
                speaker.slug,
                speaker.name,
                spelling,
                affiliations.get(speaker.slug, ""),
                counts[speaker.slug],
            )


def _events(directory: Directory) -> Iterator[_Entry]:
    counts = Counter(talk.event for talk in directory.talks.values())
    for event in sorted(directory.events.values(), key=_newest_event_first):
        about = str(event.starts_on.year) if event.starts_on is not None else event.place
        yield _Entry(Kind.EVENT, event.slug, event.title, event.title, about, counts[event.slug])


def _newest_event_first(event: Event) -> tuple[int, str]:
    return -(event.starts_on.toordinal() if event.starts_on is not None else 0), event.title


def _talks(directory: Directory) -> Iterator[_Entry]:
    talks: Iterable[Talk] = sorted(directory.talks.values(), key=lambda talk: -talk.id)
    for talk in talks:
        names = ", ".join(speaker.name for speaker in talk.speakers)
        yield _Entry(Kind.TALK, talk.slug, talk.title, talk.title, names, 1)


def _suggestion(entry: _Entry, units: Sequence[str]) -> Suggestion:
    return Suggestion(
        entry.kind,
        entry.slug,
        entry.name,
        entry.spelling if entry.spelling != entry.name else "",
        _spans(entry.spelling, units),
        entry.about,
        entry.talks,
    )


def _spans(text: str, units: Sequence[str]) -> tuple[Span, ...]:
    """What the units have typed of a text, in its order."""
    found = tokens(text)
    line = "".join(f" {token.surface}" for token in found)
    starts = list(accumulate((len(token.surface) + 1 for token in found), initial=0))
    # Where the words stand side by side, they are marked there and nowhere else.
    together = f" {' '.join(units)}"
    spans: set[Span] = set()
    for unit in [together[1:]] if together in line else units:
        first = bisect_right(starts, line.index(f" {unit}")) - 1
        for token, typed in zip(found[first:], unit.split(" "), strict=False):
            spans.add((token.start, _end_of(token, typed)))
    return tuple(sorted(spans))


def _end_of(token: Token, typed: str) -> int:
    """Where the typed beginning of a token ends in the text; folding may change its length."""
    if len(token.surface) == token.end - token.start:
        return token.start + len(typed)
    return token.end
