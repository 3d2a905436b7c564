"""The file that says where every token of a talk stands, one for each indexed talk.

All streams of a talk (speeches, then entries of the programme) lie in one row of tokens with a gap
behind each, so that a phrase is found in one step and never leaps from one stream into the next.

Layout: magic, length of the header, CRC-32 of all that follows, header (JSON), then the arrays:

- the *core*, by which words and phrases are found: ``vocabulary`` (sorted 64-bit numbers of the
  surfaces), ``tokens`` (for each token the place of its surface in the vocabulary, behind the last
  one for a gap), ``starts`` and ``places`` (the tokens with the n-th surface are
  ``places[starts[n]:starts[n + 1]]``);
- the *detail*, which is read for the talks that are shown: ``start_ms``, ``end_ms``,
  ``char_start``, ``char_end``, and the text in UTF-8.

Files are read, not mapped: Python keeps a descriptor for every map, and a mapped file that
somebody cuts short ends the process.
"""

from __future__ import annotations

import json
import os
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from io import BufferedReader
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from archive.errors import IndexBroken
from archive.types import Track
from search.documents import GAP, IntArray, TalkDocument

_MAGIC = b"PodiumT1"
_HEAD = struct.Struct("<8sII")
_DETAIL = ("start_ms", "end_ms", "char_start", "char_end")
_ALIGNED = 8
_PIECE_BYTES = 1 << 16

Array = npt.NDArray[Any]


@lru_cache(maxsize=65536)
def surface_number(surface: str) -> int:
    """A 64-bit number that stands for a surface in every file, the same on every machine.

    Numbers instead of a shared list of surfaces make each file complete in itself: nothing has
    to be kept in step with it. Among a million surfaces two share one once in 37 million archives.
    """
    return int.from_bytes(blake2b(surface.encode(), digest_size=8).digest(), "little")


@dataclass(frozen=True, slots=True)
class Section:
    """One stream of the file: its tokens and its text, counted from the file's first ones.

    ``field`` is "speech" or a field of the programme, which has no speaker, track and languages.
    """

    field: str
    first: int
    count: int
    char: int
    characters: int
    speaker: str | None = None
    track: Track = Track.ORIGINAL
    languages: tuple[tuple[int, str], ...] = ()

    @property
    def is_speech(self) -> bool:
        return self.field == "speech"


@dataclass(frozen=True, slots=True)
class Detail:
    """Times and text of a whole file; parallel arrays, one entry per token."""

    start_ms: IntArray
    end_ms: IntArray
    char_start: IntArray
    char_end: IntArray
    text: str


def pack(document: TalkDocument) -> bytes:
    """The file's content for a talk."""
    sections: list[dict[str, Any]] = [
        {"speaker": s.speaker, "track": s.track.value, "languages": s.languages, "field": "speech"}
        for s in document.speeches
    ]
    sections += [{"field": entry.field} for entry in document.programme]
    streams = [speech.stream for speech in document.speeches]
    streams += [entry.stream for entry in document.programme]
    first = char = 0
    for section, stream in zip(sections, streams, strict=True):
        section["first"], section["count"] = first, len(stream.surfaces)
        section["char"], section["characters"] = char, len(stream.text)
        first += len(stream.surfaces) + 1
        char += len(stream.text)
    gap = np.zeros(1, np.int32)
    core = _core([surface for stream in streams for surface in (*stream.surfaces, GAP)])
    detail: dict[str, Array] = {
        name: np.concatenate([part for s in streams for part in (getattr(s, name), gap)] or [gap])
        for name in _DETAIL
    }
    detail["text"] = np.frombuffer("".join(stream.text for stream in streams).encode(), np.uint8)
    header = {
        "sections": sections,
        "core": _described(core),
        "detail": _described(detail),
    }
    parts = [json.dumps(header).encode()]
    parts += [array.tobytes() for array in (*core.values(), *detail.values())]
    body = b"".join(part.ljust(_aligned(len(part)), b"\0") for part in parts)
    return _HEAD.pack(_MAGIC, len(parts[0]), zlib.crc32(body)) + body


def _core(surfaces: Sequence[str]) -> dict[str, Array]:
    numbers = np.fromiter(map(surface_number, surfaces), np.uint64, len(surfaces))
    spoken = numbers != surface_number(GAP)
    vocabulary = np.unique(numbers[spoken])
    tokens = np.searchsorted(vocabulary, numbers)
    tokens[~spoken] = len(vocabulary)
    places = np.argsort(tokens, kind="stable")[: np.count_nonzero(spoken)]
    starts = np.searchsorted(tokens[places], np.arange(len(vocabulary) + 1))
    # Most talks are shorter than 65,536 tokens, and half the size is twice as many in memory.
    small = np.uint16 if len(surfaces) < 1 << 16 else np.uint32
    return {
        "vocabulary": vocabulary,
        "tokens": tokens.astype(small),
        "starts": starts.astype(np.uint32),
        "places": places.astype(small),
    }


def _described(arrays: dict[str, Array]) -> list[tuple[str, str, int]]:
    return [(name, array.dtype.str, len(array)) for name, array in arrays.items()]


class TalkFile:
    """A talk's file: verified when it is opened, and again when it has changed since."""

    def __init__(self, path: Path) -> None:
        """Raises IndexBroken, or FileNotFoundError where there is no such file."""
        self._path = path
        with path.open("rb") as file:
            self._stamp = _stamp(file)
            header_length = _verified(file, path)
            file.seek(_HEAD.size)
            header = json.loads(file.read(header_length))
            self._core_at = _HEAD.size + _aligned(header_length)
            self._detail_at = self._core_at + _size(header["core"])
            self._detail = header["detail"]
            self.sections = tuple(_section(entry) for entry in header["sections"])
            self.core = _read(file, self._core_at, header["core"])

    @property
    def core_bytes(self) -> int:
        """How much memory the core takes."""
        return self._detail_at - self._core_at

    @property
    def detail_bytes(self) -> int:
        """How much memory the detail takes."""
        return _size(self._detail)

    def detail(self) -> Detail:
        """Read times and text; raises as opening does."""
        with self._path.open("rb") as file:
            if _stamp(file) != self._stamp:
                _verified(file, self._path)
            arrays = _read(file, self._detail_at, self._detail)
        return Detail(
            start_ms=arrays["start_ms"],
            end_ms=arrays["end_ms"],
            char_start=arrays["char_start"],
            char_end=arrays["char_end"],
            text=arrays["text"].tobytes().decode(),
        )


def _stamp(file: BufferedReader) -> tuple[int, int]:
    status = os.fstat(file.fileno())
    return status.st_size, status.st_mtime_ns


def _verified(file: BufferedReader, path: Path) -> int:
    """The length of the header of a file that is whole, else IndexBroken."""
    head = file.read(_HEAD.size)
    if len(head) == _HEAD.size:
        magic, header_length, checksum = _HEAD.unpack(head)
        found = 0
        # In small pieces: large buffers that come and go would leave holes in the memory.
        while piece := file.read(_PIECE_BYTES):
            found = zlib.crc32(piece, found)
        if magic == _MAGIC and found == checksum:
            return int(header_length)
    raise IndexBroken(
        f"The index file {path.name} is damaged; it is kept.", advice="Run `podium reindex`."
    )


def _read(
    file: BufferedReader, at: int, described: Sequence[tuple[str, str, int]]
) -> dict[str, Array]:
    """Arrays that lie one behind the other in a file, as views of one buffer."""
    buffer = np.empty(_size(described), np.uint8)
    file.seek(at)
    file.readinto(buffer.data)
    arrays: dict[str, Array] = {}
    begin = 0
    for name, kind, length in described:
        arrays[name] = np.frombuffer(buffer, np.dtype(kind), length, begin)
        begin += _aligned(arrays[name].nbytes)
    return arrays


def _size(described: Sequence[tuple[str, str, int]]) -> int:
    return sum(_aligned(np.dtype(kind).itemsize * length) for _, kind, length in described)


def _aligned(size: int) -> int:
    return size + (-size % _ALIGNED)


def _section(entry: dict[str, Any]) -> Section:
    if "track" in entry:
        entry["track"] = Track(entry["track"])
        entry["languages"] = tuple((first, code) for first, code in entry["languages"])
    return Section(**entry)
