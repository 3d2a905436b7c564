"""The answer to a search: talks with their best moments, totals, facets and coverage.

``as_json`` writes it as the contract of the command line and the web API has it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from archive.types import State, Track
from search.index import SpeechEvidence

Span = tuple[int, int]
"""A stretch of matched text: first and last-plus-one code point of the text it belongs to."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What the other track of a talk has over the time of a moment's text, as plain text."""

    track: Track
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Moment:
    """A place in a talk where the query was said.

    ``start_ms`` is the start of the first matched word, ``end_ms`` the end of the last.
    ``speaker`` is a slug, or None where several speakers are not told apart. ``text`` is the
    transcript around it as the index holds it; it is plain text, never HTML. ``beside`` is what
    the talk's other track has meanwhile, None where there is no other or it is silent.
    ``corrected_from`` is what stood there before somebody corrected it, where that is what matched;
    then the spans are of what stands there now. "" elsewhere.
    ``shown_ms`` is from the first to the last word of ``text``.
    """

    start_ms: int
    end_ms: int
    speaker: str | None
    track: Track
    language: str
    text: str
    spans: tuple[Span, ...]
    url: str
    beside: Beside | None = None
    corrected_from: str = ""
    shown_ms: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class ProgrammeHit:
    """An entry of the programme that matched: a title, a name, an institution."""

    field: str
    text: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class SpeakerName:
    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class TalkHit:
    """A talk that matched: ``all`` of the query, or ``most`` of its words (second tier).

    ``heard`` are those in which a word of the query may have been misheard. ``said`` is where its
    speeches matched, from which all occurrences can be had (search.answering.occurrences).
    """

    slug: str
    title: str
    event: str | None
    score: float
    matched: Literal["all", "most", "heard"]
    matched_in: tuple[str, ...]
    occurrences: int
    moments_total: int
    speakers: tuple[SpeakerName, ...]
    moments: tuple[Moment, ...]
    programme: tuple[ProgrammeHit, ...]
    said: Sequence[SpeechEvidence] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class HeardAs:
    """Talks in which a word of the query may have been written down as others that sound alike.

    ``heard`` are those words as surfaces and then pairs of words, the likest first.
    """

    query_word: str
    heard: tuple[str, ...]
    talks: tuple[TalkHit, ...]


@dataclass(frozen=True, slots=True)
class PersonCard:
    """A person whom the query names: speaker in ``talks``, and named by others in ``mentioned``."""

    slug: str
    name: str
    talks: int
    mentioned: int


# An answer may have thousands of these, and tuples are made three times as fast.
class FacetValue(NamedTuple):
    """How many full matches have this speaker, event, language, country (by code) or year."""

    slug: str
    name: str
    talks: int
    occurrences: int


@dataclass(frozen=True, slots=True)
class Facets:
    speaker: tuple[FacetValue, ...] = ()
    event: tuple[FacetValue, ...] = ()
    language: tuple[FacetValue, ...] = ()
    country: tuple[FacetValue, ...] = ()
    year: tuple[FacetValue, ...] = ()


@dataclass(frozen=True, slots=True)
class MissingTalk:
    """A talk in scope whose speech cannot be searched, with its state and the reason."""

    talk: str
    state: State
    reason: str


@dataclass(frozen=True, slots=True)
class PartialTalk:
    """A talk that is being transcribed and can be searched up to ``searchable_to_ms``."""

    talk: str
    searchable_to_ms: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """What was searched: of ``talks`` in scope, the speech of ``searchable``."""

    talks: int = 0
    searchable: int = 0
    missing: tuple[MissingTalk, ...] = ()
    partial: tuple[PartialTalk, ...] = ()


@dataclass(frozen=True, slots=True)
class Totals:
    """``talks`` and ``occurrences`` count full matches, ``talks_partial`` the second tier."""

    talks: int = 0
    talks_partial: int = 0
    occurrences: int = 0


Without = Literal["filters", "words", "both"]


@dataclass(frozen=True, slots=True)
class Alternative:
    """A query that has full matches in ``talks`` where the one that was asked has none.

    It is that one ``without`` its filters, or without ``words`` that stand nowhere in the archive,
    or, where neither is enough, without both.
    """

    without: Without
    words: tuple[str, ...]
    query: str
    talks: int


@dataclass(frozen=True, slots=True)
class Results:
    """One page of the answer. ``understood`` is the query as it was read.

    ``people`` and ``heard_as`` stand on the first page, and neither totals nor facets count them.
    ``alternatives`` are given where no talk holds all of the query.
    """

    query: str
    understood: str
    notes: tuple[str, ...] = ()
    took_ms: float = 0.0
    totals: Totals = Totals()
    coverage: Coverage = Coverage()
    facets: Facets = Facets()
    suggestion: str | None = None
    people: tuple[PersonCard, ...] = ()
    talks: tuple[TalkHit, ...] = ()
    heard_as: tuple[HeardAs, ...] = ()
    alternatives: tuple[Alternative, ...] = ()


def talk_url(slug: str, start_ms: int) -> str:
    """The address that opens a talk's player at a word.

    Seconds are cut to hundredths, not rounded, so that the address never lies after the word.
    """
    hundredths = start_ms // 10
    seconds = f"{hundredths // 100}.{hundredths % 100:02d}".rstrip("0").rstrip(".")
    return f"/talks/{slug}?t={seconds}"
