"""Looking up words and phrases in the arrays of one talk.

The engine says which talks hold a word; the arrays say where.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import count, pairwise
from pathlib import Path
from threading import Lock
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

from archive.types import Track
from search.documents import Stream
from search.index import Evidence, Hits, ProgrammeEvidence, Run, SpeechEvidence, Wanted
from search.moments import LONGEST_RUN_TOKENS
from search.talk_file import Detail, TalkFile, surface_number

Positions = npt.NDArray[np.int64]
_NOWHERE: Positions = np.empty(0, np.int64)

_Value = TypeVar("_Value")


class Sought:
    """The runs of a request's clauses, prepared once for looking them up in many talks."""

    def __init__(self, wanted: Sequence[Wanted]) -> None:
        pairs = [(number, run) for number, clause in enumerate(wanted) for run in clause.runs]
        single = [(number, run[0]) for number, run in pairs if len(run) == 1]
        self.clauses: Positions = np.array([number for number, _ in single], np.int64)
        self.numbers = numbers_of([surface for _, surface in single])
        self.runs = [(number, numbers_of(run)) for number, run in pairs if len(run) > 1]


def numbers_of(run: Run | Sequence[str]) -> npt.NDArray[np.uint64]:
    """The numbers of the surfaces, as the talks' vocabularies have them."""
    return np.array([surface_number(surface) for surface in run], np.uint64)


class Kept(Generic[_Value]):
    """What was read last, up to a number of bytes. Safe to share between threads."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        self._values: OrderedDict[str, tuple[_Value, int]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: str, read: Callable[[], tuple[_Value, int]]) -> _Value:
        """The value kept for a key, or else what ``read`` gives with its size in bytes."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key][0]
        value, size = read()
        with self._lock:
            if key not in self._values:
                self._values[key] = value, size
                self._bytes += size
            while self._bytes > self._most_bytes and len(self._values) > 1:
                self._bytes -= self._values.popitem(last=False)[1][1]
        return value


class TalkArrays:
    """A talk's arrays. Its details are read when they are asked for, and kept for a while."""

    def __init__(self, path: Path, details: Kept[Detail]) -> None:
        """Raises IndexBroken, or FileNotFoundError where there is no such file."""
        self._name = path.name
        self._file = TalkFile(path)
        self._details = details
        self.sections = self._file.sections
        self._firsts = np.array([section.first for section in self.sections], np.int64)
        core = self._file.core
        self._vocabulary, self._tokens = core["vocabulary"], core["tokens"]
        self._starts, self._places = core["starts"], core["places"]

    @property
    def bytes(self) -> int:
        """How much memory the arrays take, without the details."""
        return self._file.core_bytes

    def run_places(self, numbers: npt.NDArray[np.uint64]) -> Positions:
        """The first tokens of each occurrence of a run of surfaces, in order."""
        if not len(self._vocabulary):
            return _NOWHERE
        ids = self._vocabulary.searchsorted(numbers)
        if (self._vocabulary.take(ids, mode="clip") != numbers).any():
            return _NOWHERE
        begin, end = self._starts[ids].tolist(), self._starts[ids + 1].tolist()
        rarest = min(range(len(begin)), key=lambda at: end[at] - begin[at])
        found = self._places[begin[rarest] : end[rarest]].astype(np.int64) - rarest
        # A gap ends every stream, so a run that fits in the row never reaches past its stream.
        if rarest and len(found) and found[0] < 0:
            found = found[found >= 0]
        if len(found) and found[-1] + len(begin) > len(self._tokens):
            found = found[found + len(begin) <= len(self._tokens)]
        for at, wanted in enumerate(ids.tolist()):
            if at != rarest:
                found = found[self._tokens[found + at] == wanted]
        return found

    def section_of(self, places: Positions) -> Positions:
        """The number of the section in which each token stands."""
        return np.searchsorted(self._firsts, places, "right") - 1

    def evidence(self, sought: Sought, speeches: Iterable[int]) -> Evidence:
        """Where the clauses stand in these speeches (by number) and in the programme.

        Of the speeches' tracks the original counts where it has any occurrence, else English.
        """
        parts = self._by_section(sought)
        counting = self._counting(parts, speeches)
        programme = [number for number in parts if not self.sections[number].is_speech]
        if not (counting or programme):
            return Evidence()
        detail = self._details.get(self._name, self._read_detail)
        return Evidence(
            tuple(self._speech(detail, number, parts[number]) for number in counting),
            tuple(
                ProgrammeEvidence(
                    self.sections[number].field, *self._local(detail, number, parts[number])
                )
                for number in programme
            ),
        )

    def spoken(self, sought: Sought, speeches: Iterable[int]) -> Hits:
        """The hits of ``evidence`` in its speeches, laid so far apart that no run spans two."""
        parts = self._by_section(sought)
        counting = self._counting(parts, speeches)
        columns = [
            (parts[n].clause, parts[n].first + apart, parts[n].last + apart)
            for n, apart in zip(counting, count(0, LONGEST_RUN_TOKENS), strict=False)
        ]
        if not columns:
            return Hits(_NOWHERE, _NOWHERE, _NOWHERE)
        clause, first, last = map(np.concatenate, zip(*columns, strict=True))
        return Hits(clause, first, last)

    def _by_section(self, sought: Sought) -> dict[int, Hits]:
        hits = self._hits(sought)
        bounds = [*np.searchsorted(hits.first, self._firsts).tolist(), len(hits.first)]
        return {
            number: Hits(hits.clause[begin:end], hits.first[begin:end], hits.last[begin:end])
            for number, (begin, end) in enumerate(pairwise(bounds))
            if end > begin
        }

    def _counting(self, parts: Mapping[int, Hits], speeches: Iterable[int]) -> list[int]:
        """Of the speeches with hits those that count: the original's, else the English ones."""
        heard = [number for number in speeches if number in parts]
        return [n for n in heard if self.sections[n].track is Track.ORIGINAL] or heard

    def _hits(self, sought: Sought) -> Hits:
        clause, first = self._single_words(sought)
        last = first
        if sought.runs:
            clauses, firsts, lasts = [clause], [first], [first]
            for number, run in sought.runs:
                places = self.run_places(run)
                clauses.append(np.full(len(places), number))
                firsts.append(places)
                lasts.append(places + (len(run) - 1))
            clause, first, last = map(np.concatenate, (clauses, firsts, lasts))
        order = np.argsort(first, kind="stable")
        return Hits(clause[order], first[order], last[order])

    def _single_words(self, sought: Sought) -> tuple[Positions, Positions]:
        """The clause and the token of every single word that is sought."""
        ids = np.searchsorted(self._vocabulary, sought.numbers)
        present = np.flatnonzero(ids < len(self._vocabulary))
        present = present[self._vocabulary[ids[present]] == sought.numbers[present]]
        begin = self._starts[ids[present]].astype(np.int64)
        counts = self._starts[ids[present] + 1] - begin
        # All slices of ``places`` at once: each place is its slice's begin plus a running number.
        before = np.cumsum(counts) - counts
        at = np.repeat(begin - before, counts) + np.arange(counts.sum())
        return np.repeat(sought.clauses[present], counts), self._places[at].astype(np.int64)

    def _read_detail(self) -> tuple[Detail, int]:
        return self._file.detail(), self._file.detail_bytes

    def _speech(self, detail: Detail, number: int, hits: Hits) -> SpeechEvidence:
        section = self.sections[number]
        return SpeechEvidence(
            section.speaker, section.track, section.languages, *self._local(detail, number, hits)
        )

    def _local(self, detail: Detail, number: int, hits: Hits) -> tuple[Stream, Hits]:
        """The section's stream, and the hits counted from its first token."""
        section = self.sections[number]
        part = slice(section.first, section.first + section.count)
        stream = Stream(
            detail.text[section.char : section.char + section.characters],
            (),
            detail.start_ms[part],
            detail.end_ms[part],
            detail.char_start[part],
            detail.char_end[part],
        )
        return stream, Hits(hits.clause, hits.first - section.first, hits.last - section.first)
