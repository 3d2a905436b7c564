"""The talks that match a request: parallel arrays, since thousands are counted for one page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, overload

import numpy as np
import numpy.typing as npt

BoolArray = npt.NDArray[np.bool_]
FloatArray = npt.NDArray[np.float64]
RowArray = npt.NDArray[np.int64]


class SpeechCount(NamedTuple):
    """Occurrences in one speech."""

    speaker: str | None
    language: str
    occurrences: int


class Match(NamedTuple):
    """A talk that matched. ``full`` says that it holds all of the query.

    ``speech`` counts the occurrences in the talk's speeches of one track: the original where it
    has any, else the English one. ``corrected`` says that some of the query stood in one of them
    before somebody corrected it.
    """

    talk_id: int
    score: float
    full: bool
    speech: tuple[SpeechCount, ...] = ()
    corrected: bool = False

    @property
    def occurrences(self) -> int:
        return sum(one.occurrences for one in self.speech)


@dataclass(frozen=True, slots=True, eq=False)
class Speeches:
    """What speeches have to do with counting; parallel.

    ``speakers`` are slugs, None where it is not known who spoke; ``languages`` are those in which
    the speeches begin, "" where that is not known.
    """

    talk_ids: RowArray
    speakers: Sequence[str | None]
    languages: Sequence[str]


@dataclass(frozen=True, slots=True, eq=False)
class Matches(Sequence[Match]):
    """Matches in their order: parallel arrays, of which each is made when it is asked for.

    The occurrences are three more: ``match`` is the number of the match, in order, ``speech`` the
    row in ``speeches``, and ``often`` how often.
    """

    talk_ids: RowArray
    scores: FloatArray
    full: BoolArray
    corrected: BoolArray
    speeches: Speeches
    match: RowArray
    speech: RowArray
    often: RowArray

    @classmethod
    def of(cls, matches: Sequence[Match]) -> Matches:
        """These matches as arrays."""
        counts = [(number, *one) for number, match in enumerate(matches) for one in match.speech]
        match, speakers, languages, often = zip(*counts, strict=True) if counts else ((),) * 4
        talk_ids = np.array([match.talk_id for match in matches], np.int64)
        numbers = np.array(match, np.int64)
        return cls(
            talk_ids,
            np.array([match.score for match in matches], np.float64),
            np.array([match.full for match in matches], bool),
            np.array([match.corrected for match in matches], bool),
            Speeches(talk_ids[numbers], speakers, languages),
            numbers,
            np.arange(len(numbers)),
            np.array(often, np.int64),
        )

    def said_in_full(self) -> Iterator[tuple[int, str | None, int]]:
        """For each speech of the full matches: its talk, who speaks, and how often it is said."""
        chosen = self.full[self.match]
        return zip(
            self.talk_ids[self.match[chosen]].tolist(),
            map(self.speeches.speakers.__getitem__, self.speech[chosen].tolist()),
            self.often[chosen].tolist(),
            strict=True,
        )

    def __len__(self) -> int:
        return len(self.talk_ids)

    @overload
    def __getitem__(self, chosen: int) -> Match: ...

    @overload
    def __getitem__(self, chosen: slice) -> Sequence[Match]: ...

    def __getitem__(self, chosen: int | slice) -> Match | Sequence[Match]:
        if isinstance(chosen, slice):
            return [self[number] for number in range(len(self))[chosen]]
        number = range(len(self))[chosen]
        begin, end = np.searchsorted(self.match, [number, number + 1]).tolist()
        return Match(
            int(self.talk_ids[number]),
            float(self.scores[number]),
            bool(self.full[number]),
            tuple(
                SpeechCount(self.speeches.speakers[row], self.speeches.languages[row], often)
                for row, often in zip(
                    self.speech[begin:end].tolist(), self.often[begin:end].tolist(), strict=True
                )
            ),
            bool(self.corrected[number]),
        )

    def __iter__(self) -> Iterator[Match]:
        return map(self.__getitem__, range(len(self)))
