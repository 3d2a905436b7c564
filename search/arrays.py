"""The exact places of every token of a talk: one compact, memory-mapped file per indexed talk.

The engine says which talks hold a word; these arrays say where. All streams of a talk (speeches,
then entries of the programme) lie in one row of tokens with a gap behind each, so that a phrase is
found in one step and never leaps from one stream into the next.

Layout: magic, length of the header, CRC-32 of all that follows, the header (JSON), and, each at a
multiple of 8 bytes: ``vocabulary`` (sorted 64-bit numbers of the surfaces), ``starts`` and
``places`` (the tokens of the n-th surface are ``places[starts[n]:starts[n + 1]]``), ``tokens`` (the
number of each token's surface here, -1 for a gap), ``start_ms``, ``end_ms``, ``char_start``,
``char_end``, and the text in UTF-8.
"""

from __future__ import annotations

import json
import mmap
import struct
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from archive.errors import IndexBroken
from archive.types import Track
from search.documents import GAP, IntArray, Stream, TalkDocument
from search.index import Evidence, Hits, ProgrammeEvidence, Run, SpeechEvidence, Wanted

_MAGIC = b"PodiumT1"
_HEAD = struct.Struct("<8sII")
_STREAM_ARRAYS = ("start_ms", "end_ms", "char_start", "char_end")

Positions = npt.NDArray[np.int64]
_NOWHERE: Positions = np.empty(0, np.int64)


@lru_cache(maxsize=65536)
def surface_number(surface: str) -> int:
    """A 64-bit number that stands for a surface in every file, the same on every machine.

    Numbers instead of a shared list of surfaces make each file complete in itself: nothing has
    to be kept in step with it. Among a million surfaces two share one once in 37 million archives.
    """
    return int.from_bytes(blake2b(surface.encode(), digest_size=8).digest(), "little")


@dataclass(frozen=True, slots=True)
class Section:
    """One stream of the file: its first token, how many, and where its text begins."""

    first: int
    count: int
    char: int
    characters: int
    field: str
    speaker: str | None
    track: Track
    languages: tuple[tuple[int, str], ...]

    @property
    def is_speech(self) -> bool:
        return self.field == "speech"


def pack(document: TalkDocument) -> bytes:
    """The file's content for a talk."""
    streams = [speech.stream for speech in document.speeches]
    streams += [entry.stream for entry in document.programme]
    sections: list[dict[str, Any]] = [
        {
            "field": "speech",
            "speaker": speech.speaker,
            "track": speech.track.value,
            "languages": speech.languages,
        }
        for speech in document.speeches
    ]
    sections += [{"field": entry.field} for entry in document.programme]
    first = char = 0
    for section, stream in zip(sections, streams, strict=True):
        section |= {
            "first": first,
            "count": len(stream.surfaces),
            "char": char,
            "characters": len(stream.text),
        }
        first += len(stream.surfaces) + 1
        char += len(stream.text)
    text = "".join(stream.text for stream in streams).encode()
    surfaces = [surface for stream in streams for surface in (*stream.surfaces, GAP)]
    arrays = {**_inverted(surfaces), **_laid_out(streams)}
    header = json.dumps(
        {
            "talk": document.talk_id,
            "revision": document.revision,
            "sections": sections,
            "arrays": {name: len(array) for name, array in arrays.items()},
            "text": len(text),
        }
    ).encode()
    parts = [header, *(array.tobytes() for array in arrays.values()), text]
    body = b"".join(part + bytes(-len(part) % 8) for part in parts)
    return _HEAD.pack(_MAGIC, len(header), zlib.crc32(body)) + body


def _inverted(surfaces: Sequence[str]) -> dict[str, npt.NDArray[Any]]:
    numbers = np.fromiter(map(surface_number, surfaces), np.uint64, len(surfaces))
    spoken = numbers != surface_number(GAP)
    vocabulary = np.unique(numbers[spoken])
    tokens = np.searchsorted(vocabulary, numbers).astype(np.int32)
    tokens[~spoken] = -1
    places = np.argsort(tokens, kind="stable")[np.count_nonzero(~spoken) :]
    starts = np.searchsorted(tokens[places], np.arange(len(vocabulary) + 1))
    return {
        "vocabulary": vocabulary,
        "starts": starts.astype(np.int32),
        "places": places.astype(np.int32),
        "tokens": tokens,
    }


def _laid_out(streams: Sequence[Stream]) -> dict[str, IntArray]:
    gap = np.zeros(1, np.int32)
    return {
        name: np.concatenate([part for s in streams for part in (getattr(s, name), gap)] or [gap])
        for name in _STREAM_ARRAYS
    }


class Sought:
    """The runs of a request's clauses, prepared once for looking them up in many talks."""

    def __init__(self, wanted: Sequence[Wanted]) -> None:
        pairs = [(number, run) for number, clause in enumerate(wanted) for run in clause.runs]
        single = [(number, run[0]) for number, run in pairs if len(run) == 1]
        self.clauses: Positions = np.array([number for number, _ in single], np.int64)
        self.numbers: npt.NDArray[np.uint64] = np.array(
            [surface_number(surface) for _, surface in single], np.uint64
        )
        self.runs = [(number, run) for number, run in pairs if len(run) > 1]


class TalkArrays:
    """A talk's file, open for reading; what it gives out stays valid after the file is gone."""

    def __init__(self, path: Path) -> None:
        """Open and verify; raises IndexBroken, or FileNotFoundError where there is no such file."""
        with path.open("rb") as file:
            head = file.read(_HEAD.size)
            body = file.read()
            try:
                magic, header_length, checksum = _HEAD.unpack(head)
                if magic != _MAGIC or zlib.crc32(body) != checksum:
                    raise ValueError("the checksum does not fit")
                header = json.loads(body[:header_length])
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            except (struct.error, ValueError) as error:
                raise IndexBroken(
                    f"The index file {path.name} is damaged.", advice="Run `podium reindex`."
                ) from error
        offset = _HEAD.size + header_length + (-header_length % 8)
        arrays: dict[str, npt.NDArray[Any]] = {}
        for name, length in header["arrays"].items():
            kind = np.dtype(np.uint64 if name == "vocabulary" else np.int32)
            arrays[name] = np.frombuffer(self._map, kind, length, offset)
            offset += length * kind.itemsize + (-length * kind.itemsize % 8)
        self._text = (offset, header["text"])
        self._vocabulary: npt.NDArray[np.uint64] = arrays["vocabulary"]
        self._starts: IntArray = arrays["starts"]
        self._places: IntArray = arrays["places"]
        self._tokens: IntArray = arrays["tokens"]
        self._per_token = {name: arrays[name] for name in _STREAM_ARRAYS}
        self.sections = tuple(_section(entry) for entry in header["sections"])
        self._firsts = np.array([section.first for section in self.sections], np.int64)

    def run_places(self, run: Run) -> Positions:
        """The first tokens of each occurrence of a run, in order."""
        numbers = np.array([surface_number(surface) for surface in run], np.uint64)
        ids = np.searchsorted(self._vocabulary, numbers)
        if len(self._vocabulary) == 0 or ids.max() == len(self._vocabulary):
            return _NOWHERE
        if (self._vocabulary[ids] != numbers).any():
            return _NOWHERE
        begin, end = self._starts[ids], self._starts[ids + 1]
        rarest = int(np.argmin(end - begin))
        found = self._places[begin[rarest] : end[rarest]].astype(np.int64) - rarest
        # A gap ends every stream, so a run that fits in the row never reaches past its stream.
        found = found[(found >= 0) & (found + len(run) <= len(self._tokens))]
        for at, wanted in enumerate(ids):
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
        hits = self._hits(sought)
        bounds = [*np.searchsorted(hits.first, self._firsts).tolist(), len(hits.first)]
        parts = {
            number: Hits(hits.clause[begin:end], hits.first[begin:end], hits.last[begin:end])
            for number, (begin, end) in enumerate(pairwise(bounds))
            if end > begin
        }
        heard = [number for number in speeches if number in parts]
        original = [n for n in heard if self.sections[n].track is Track.ORIGINAL]
        return Evidence(
            tuple(self._speech(number, parts[number]) for number in original or heard),
            tuple(
                ProgrammeEvidence(self.sections[number].field, *self._local(number, part))
                for number, part in parts.items()
                if not self.sections[number].is_speech
            ),
        )

    def _hits(self, sought: Sought) -> Hits:
        clause, first = self._single_words(sought)
        if not sought.runs:
            last = first
        else:
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
        begin, end = self._starts[ids[present]], self._starts[ids[present] + 1]
        counts = end - begin
        # All slices of ``places`` at once: each place is its slice's begin plus a running number.
        before = np.cumsum(counts) - counts
        at = np.repeat(begin - before, counts) + np.arange(counts.sum())
        return np.repeat(sought.clauses[present], counts), self._places[at].astype(np.int64)

    def _speech(self, number: int, hits: Hits) -> SpeechEvidence:
        section = self.sections[number]
        return SpeechEvidence(
            section.speaker, section.track, section.languages, *self._local(number, hits)
        )

    def _local(self, number: int, hits: Hits) -> tuple[Stream, Hits]:
        """The section's stream, and the hits counted from its first token."""
        section = self.sections[number]
        part = slice(section.first, section.first + section.count)
        stream = Stream(
            self._whole_text()[section.char : section.char + section.characters],
            (),
            *(self._per_token[name][part] for name in _STREAM_ARRAYS),
        )
        return stream, Hits(hits.clause, hits.first - section.first, hits.last - section.first)

    def _whole_text(self) -> str:
        offset, length = self._text
        return self._map[offset : offset + length].decode()


def _section(entry: dict[str, Any]) -> Section:
    return Section(
        first=entry["first"],
        count=entry["count"],
        char=entry["char"],
        characters=entry["characters"],
        field=entry["field"],
        speaker=entry.get("speaker"),
        track=Track(entry.get("track", Track.ORIGINAL)),
        languages=tuple((first, code) for first, code in entry.get("languages", ())),
    )
