"""The seam between Podium and a search engine.

``SearchIndex`` is what an engine has to do; ``Request`` is what it is asked, in surfaces, never in
what a person typed; ``Found`` is its answer. One contract suite runs against every engine.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Protocol

import numpy as np
import numpy.typing as npt

from archive.types import Track
from search.documents import Stream, TalkDocument
from search.vocabulary import Vocabulary

Run = tuple[str, ...]
"""Surfaces that stand side by side; a single word is a run of one."""

MOST_SHARE = 0.6
"""The share of the bare words that a talk of the second tier holds at least."""
FEWEST_FOR_MOST = 3
"""With fewer bare words than this there is no second tier."""
NEARNESS_DEPTH = 50
"""How many of the best talks are ordered by the nearness of the query's words as well."""

FIELD_WEIGHTS: Mapping[str, float] = {
    "speech": 1.0,
    "title": 3.0,
    "speaker": 4.0,
    "affiliation": 2.0,
    "role": 1.0,
    "country": 1.0,
    "description": 1.5,
    "event": 0.5,
}
"""What a match in each field is worth (BM25F)."""
SATURATION = 1.2
LENGTH_SHARE = 0.75
"""BM25's parameters K1 and B."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One clause of a query: it holds where any of its runs stands.

    ``quoted`` clauses are always required and each occurrence is a moment of its own; the others
    are the bare words, of which a talk of the second tier may lack some.
    """

    runs: tuple[Run, ...]
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of an engine.

    ``talks`` is the allow-list (None for all; empty for none). ``speakers`` restricts speech to
    what these slugs said, ``language`` to speech in that language ("pt" covers "pt-BR"); the
    programme of a talk is searched all the same, so narrowing which talks is the allow-list's
    work. Evidence is given for the matches from ``offset`` on, ``limit`` of them.
    ``any_of`` asks for talks that hold at least one of the clauses.
    """

    wanted: tuple[Wanted, ...]
    excluded: tuple[Run, ...] = ()
    talks: frozenset[int] | None = None
    speakers: frozenset[str] | None = None
    language: str = ""
    offset: int = 0
    limit: int = 20
    any_of: bool = False

    @property
    def most_bare(self) -> int:
        """How many bare clauses a full match holds; with ``any_of`` quoted ones count as bare."""
        return 1 if self.any_of else sum(not wanted.quoted for wanted in self.wanted)

    @property
    def fewest_bare(self) -> int:
        """How many bare clauses a talk of the second tier holds at least."""
        all_of_them = self.most_bare
        if all_of_them < FEWEST_FOR_MOST:
            return all_of_them
        return ceil(all_of_them * MOST_SHARE)


@dataclass(frozen=True, slots=True)
class SpeechCount:
    """Occurrences in one speech."""

    speaker: str | None
    language: str
    occurrences: int


@dataclass(frozen=True, slots=True)
class Match:
    """A talk that matched. ``full`` says that it holds all of the query.

    ``speech`` counts the occurrences in the talk's speeches of one track: the original where it
    has any, else the English one.
    """

    talk_id: int
    score: float
    full: bool
    speech: tuple[SpeechCount, ...] = ()

    @property
    def occurrences(self) -> int:
        return sum(count.occurrences for count in self.speech)


@dataclass(frozen=True, slots=True)
class Hits:
    """Occurrences in one stream, ordered by their first token: three parallel arrays.

    ``clause`` is the place of the clause in the request, ``first`` and ``last`` are tokens.
    """

    clause: npt.NDArray[np.int64]
    first: npt.NDArray[np.int64]
    last: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class SpeechEvidence:
    """Where a speech matched."""

    speaker: str | None
    track: Track
    languages: tuple[tuple[int, str], ...]
    stream: Stream
    hits: Hits


@dataclass(frozen=True, slots=True)
class ProgrammeEvidence:
    """Where an entry of the programme matched."""

    field: str
    stream: Stream
    hits: Hits


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that matched in a talk: its speeches of the track that counts, and its programme."""

    speeches: tuple[SpeechEvidence, ...] = ()
    programme: tuple[ProgrammeEvidence, ...] = ()


@dataclass(frozen=True, slots=True)
class IndexedTalk:
    """What the index holds of a talk.

    ``spoken`` says whether there is any speech, ``unattributed`` whether there is speech of which
    it is not known who spoke.
    """

    revision: int
    spoken: bool
    unattributed: bool
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """The answer of one consistent state of the index.

    ``matches`` are all that matched: full matches first, each tier the best first. ``evidence``
    is that of the asked page, by talk. ``contents`` is what that state holds.
    """

    matches: tuple[Match, ...]
    evidence: Mapping[int, Evidence]
    contents: Mapping[int, IndexedTalk]


class SearchIndex(Protocol):
    """Finds talks. Safe to share between threads; one writer at a time, others wait.

    Raises IndexBroken where its files are damaged, Busy where another process does not stop
    writing, DiskFull where there is no room.
    """

    def replace(self, talks: Sequence[TalkDocument]) -> None:
        """Put these talks in place of what the index holds of them: all of them, or none."""

    def remove(self, talk_ids: Collection[int]) -> None:
        """Take talks out."""

    def search(self, request: Request) -> Found:
        """Find talks."""

    def vocabulary(self) -> Vocabulary:
        """The surfaces that the index holds."""

    def contents(self) -> Mapping[int, IndexedTalk]:
        """What the index holds, by talk."""

    def indexed(self) -> dict[int, int]:
        """The revision of each talk that the index holds."""

    def tidy(self) -> None:
        """Do a bounded piece of upkeep that makes searching faster; for idle moments."""

    def close(self) -> None:
        """Let go of files; the index is not used again."""


def speaks(languages: Sequence[str], wanted: str) -> bool:
    """Whether one of the languages is the wanted one: "pt" covers "pt-BR"."""
    wanted = wanted.casefold()
    return any(
        language.casefold() == wanted or language.casefold().startswith(f"{wanted}-")
        for language in languages
    )
