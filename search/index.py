"""The seam between Podium and a search engine.

``SearchIndex`` is what an engine has to do; ``Request`` is what it is asked, in surfaces, never in
what a person typed; ``Found`` is its answer. One contract suite runs against every engine.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from archive.types import Track
from search.documents import Stream, TalkDocument
from search.matches import Matches
from search.words.vocabulary import Vocabulary

Run = tuple[str, ...]
"""Surfaces that stand side by side; a single word is a run of one."""

MOST_SHARE = 0.6
"""The share of the bare words that a talk of the second tier holds at least."""
FEWEST_FOR_MOST = 3
"""With fewer bare words than this there is no second tier."""
NEARNESS_DEPTH = 30
"""Where more talks match, so many of them are ordered by the nearness of the query's words as well:
those in which its rarest words come nearest to each other."""

CORRECTED = "corrected"
"""The field of what stood in speech before somebody corrected it: found, never shown as said."""
FIELD_WEIGHTS: Mapping[str, float] = {
    "speech": 1.0,
    CORRECTED: 1.0,
    "title": 3.0,
    "speaker": 4.0,
    "affiliation": 2.0,
    "role": 1.0,
    "country": 1.0,
    "description": 1.5,
    "chapter": 1.5,
    "event": 0.5,
}
"""What a match in each field is worth (BM25F)."""
SATURATION = 1.2
LENGTH_SHARE = 0.75
"""BM25's parameters K1 and B."""


@dataclass(frozen=True, slots=True)
class NearRuns:
    """Two or three runs that stand near each other in one stream, in any order.

    Each part is any of its runs. A part and the one after it do not overlap, and at most
    ``within[n]`` tokens stand between part n and the next; never a gap. An occurrence is a stretch
    from the first to the last token of such parts that holds no shorter such stretch.
    """

    parts: tuple[tuple[Run, ...], ...]
    within: tuple[int, ...]

    def either_way(self) -> NearRuns:
        """The one of two that are the same but for the direction in which they are written."""
        turned = NearRuns(self.parts[::-1], self.within[::-1])
        return min(self, turned, key=lambda near: (near.parts, near.within))


@dataclass(frozen=True, slots=True)
class Wanted:
    """One clause of a query: it holds where any of its runs or any of its ``near`` stands.

    ``quoted`` clauses are always required and each occurrence is a moment of its own; the others
    are the bare words, of which a talk of the second tier may lack some.
    """

    runs: tuple[Run, ...]
    quoted: bool = False
    near: tuple[NearRuns, ...] = ()

    @property
    def sought(self) -> tuple[Run | NearRuns, ...]:
        """All that it holds where any stands."""
        return (*self.runs, *self.near)


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of an engine.

    ``talks`` is the allow-list (None for all; empty for none). ``speakers`` restricts speech to
    what these slugs said, ``languages`` to speech in any of these ("pt" covers "pt-BR"; none for
    all); the programme of a talk is searched all the same, so narrowing which talks is the
    allow-list's work. Evidence is given for the matches from ``offset`` on, ``limit`` of them.
    ``any_of`` asks for talks that hold at least one of the clauses. With ``days`` (a number that
    grows with the date, by talk), each tier has the newest talks first, those without a day last.
    """

    wanted: tuple[Wanted, ...]
    excluded: tuple[Run, ...] = ()
    talks: frozenset[int] | None = None
    speakers: frozenset[str] | None = None
    languages: tuple[str, ...] = ()
    offset: int = 0
    limit: int = 20
    any_of: bool = False
    days: Mapping[int, int] | None = None

    def hears(self, speaker: str | None, languages: Iterable[str]) -> bool:
        """Whether speech of this speaker in these languages is listened to."""
        return (self.speakers is None or speaker in self.speakers) and (
            not self.languages or speaks(languages, self.languages)
        )

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
class Hits:
    """Occurrences in one stream, ordered by their first token: three parallel arrays.

    ``clause`` is the place of the clause in the request, ``first`` and ``last`` are tokens.
    """

    clause: npt.NDArray[np.int64]
    first: npt.NDArray[np.int64]
    last: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class SpeechEvidence:
    """Where a speech matched. ``marks`` are the hits, but of what stands near its parts alone."""

    speaker: str | None
    track: Track
    languages: tuple[tuple[int, str], ...]
    stream: Stream
    hits: Hits
    marks: Hits


@dataclass(frozen=True, slots=True)
class ProgrammeEvidence:
    """Where an entry of the programme matched; ``marks`` as in speech."""

    field: str
    stream: Stream
    hits: Hits
    marks: Hits


@dataclass(frozen=True, slots=True)
class CorrectedEvidence:
    """Where words match that stood in a speech before they were corrected.

    ``corrected`` is the stream of those, ``hits`` are in it; ``stream`` is the speech as it stands.
    """

    speaker: str | None
    track: Track
    languages: tuple[tuple[int, str], ...]
    stream: Stream
    corrected: Stream
    hits: Hits


@dataclass(frozen=True, slots=True)
class SpeechBeside:
    """A speech of the track that does not count, to be shown beside what was found."""

    speaker: str | None
    track: Track
    languages: tuple[tuple[int, str], ...]
    stream: Stream


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that matched in a talk: its speeches of the track that counts, and its programme.

    ``corrected`` is what stood in speeches before, of any track. ``beside`` are the speeches of
    the other track, where the talk has two and speech matched.
    """

    speeches: tuple[SpeechEvidence, ...] = ()
    programme: tuple[ProgrammeEvidence, ...] = ()
    beside: tuple[SpeechBeside, ...] = ()
    corrected: tuple[CorrectedEvidence, ...] = ()


class SpokenWords(NamedTuple):
    """How many tokens a speech has; ``languages`` are those in which it is."""

    speaker: str | None
    track: Track
    languages: tuple[str, ...]
    tokens: int


@dataclass(frozen=True, slots=True)
class IndexedTalk:
    """What the index holds of a talk.

    ``spoken`` says whether there is any speech, ``unattributed`` whether there is speech of which
    it is not known who spoke. ``words`` is how much each speech has, in their order.
    """

    revision: int
    spoken: bool
    unattributed: bool
    languages: tuple[str, ...]
    words: tuple[SpokenWords, ...]


@dataclass(frozen=True, slots=True)
class WordUse:
    """How often one speaker says words of a language, and how often all other speakers do.

    ``surfaces``, ``written`` (as the speaker's transcripts mostly have each) and the counts are
    parallel. The totals count all tokens of such speech; where it is not known who spoke, it
    counts for nobody. ``speakers`` are the others.
    """

    language: str
    surfaces: tuple[str, ...]
    written: tuple[str, ...]
    own: npt.NDArray[np.int64]
    others: npt.NDArray[np.int64]
    own_total: int
    others_total: int
    speakers: int


@dataclass(frozen=True, slots=True)
class Found:
    """The answer of one consistent state of the index.

    ``matches`` are all that matched: full matches first, each tier the best (or newest) first.
    ``evidence`` is that of the asked page, by talk. ``contents`` is what that state holds.
    ``capped`` says that phrases or nearness were looked for in so many talks that not all of
    them were looked through.
    """

    matches: Matches
    evidence: Mapping[int, Evidence]
    contents: Mapping[int, IndexedTalk]
    capped: bool = False


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
        """The surfaces that the index holds; those of removed talks may stay until parts merge.

        They widen a query to words that nothing has, which finds nothing more.
        """

    def word_use(self, speaker: str, fewest: int) -> tuple[WordUse, ...]:
        """The words that a speaker says at least so often, by language (BCP 47, the first part).

        Only what was spoken counts, no translation. Surfaces are in their order.
        """

    def contents(self) -> Mapping[int, IndexedTalk]:
        """What the index holds, by talk."""

    def indexed(self) -> dict[int, int]:
        """The revision of each talk that the index holds."""

    def damaged(self, *, thorough: bool = False) -> frozenset[int]:
        """The talks whose files were found damaged and that are to be indexed again.

        ``thorough`` reads every byte first. Raises IndexBroken where more than that is damaged.
        """

    def tidy(self, *, overdue: bool = False, step_s: float = 0.25) -> bool:
        """Do a piece of the upkeep that makes searching faster; whether there is more to do.

        A piece takes about ``step_s`` seconds and lets readers and writers go on. With ``overdue``
        only what must not be put off any longer is done.
        """

    def close(self) -> None:
        """Let go of files; the index is not used again."""


def speaks(languages: Iterable[str], wanted: Iterable[str]) -> bool:
    """Whether one of the languages is one of the wanted ones: "pt" covers "pt-BR"."""
    covered = tuple(f"{code.casefold()}-" for code in wanted)
    return any(f"{language.casefold()}-".startswith(covered) for language in languages)
