"""The file with the times and the text of a talk's tokens, one for each indexed talk.

All streams of a talk lie in one row of tokens (search.engine.generation); where words stand in it
is in the engine's own files.

Layout: magic, length and CRC-32 of the header, header (JSON), then the arrays ``start_ms``,
``end_ms``, ``char_start``, ``char_end``, and the text in UTF-8.

The header holds a CRC-32 of the rest, and the header's own is part of the file's name, which a
commit of the index names: so a file that took the place of another is noticed as well. The rest,
which is read for every page of results, is verified when it is read first and when the file was
changed since.

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
from io import BufferedReader
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from archive.types import Track
from search.documents import IntArray, Stream, TalkDocument
from search.engine.generation import streams_of
from search.storage.checksums import DamagedFile

_MAGIC = b"PodiumT4"
_HEAD = struct.Struct("<8sII")
_DETAIL = ("start_ms", "end_ms", "char_start", "char_end")
_ALIGNED = 8
_SUFFIX = ".talk"

Array = npt.NDArray[Any]
_Stamp = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Section:
    """One stream of the file: its tokens and its text, counted from the file's first ones.

    ``field`` is "speech", which alone has speaker, track and languages, "corrected", or a field of
    the programme. ``speech`` is the number of the section of the speech that it belongs to, or -1.
    """

    field: str
    first: int
    count: int
    char: int
    characters: int
    speaker: str | None = None
    track: Track = Track.ORIGINAL
    languages: tuple[tuple[int, str], ...] = ()
    speech: int = -1

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
    laid = streams_of(document)
    sections: list[dict[str, Any]] = [{"field": one.field, "speech": one.speech} for one in laid]
    for section, speech in zip(sections, document.speeches, strict=False):
        section |= {
            "speaker": speech.speaker,
            "track": speech.track.value,
            "languages": speech.languages,
        }
    streams = [one.stream for one in laid]
    first = char = 0
    for section, stream in zip(sections, streams, strict=True):
        section["first"], section["count"] = first, len(stream.surfaces)
        section["char"], section["characters"] = char, len(stream.text)
        first += len(stream.surfaces) + 1
        char += len(stream.text)
    gap = np.zeros(1, np.int32)
    detail: dict[str, Array] = {
        name: np.concatenate([part for s in streams for part in (getattr(s, name), gap)] or [gap])
        for name in _DETAIL
    }
    detail["text"] = np.frombuffer("".join(stream.text for stream in streams).encode(), np.uint8)
    detail_bytes = _joined(detail)
    header = json.dumps(
        {
            "sections": sections,
            "detail": {"arrays": _described(detail), "crc": zlib.crc32(detail_bytes)},
        }
    ).encode()
    # Blanks behind the JSON, so that what is aligned is verified too.
    header = header.ljust(_aligned(len(header)))
    return _HEAD.pack(_MAGIC, len(header), zlib.crc32(header)) + header + detail_bytes


def name_of(document: TalkDocument, content: bytes) -> str:
    """The name of a talk's file with that content: talk, revision, checksum."""
    _, _, checksum = _HEAD.unpack_from(content)
    return f"{document.talk_id}-{document.revision}-{checksum:08x}{_SUFFIX}"


def talk_of(name: str) -> int | None:
    """The talk that a file of this name is of; None for other names."""
    talk_id, _, _ = name.partition("-")
    return (
        int(talk_id) if name.endswith(_SUFFIX) and talk_id.isascii() and talk_id.isdigit() else None
    )


def _joined(arrays: dict[str, Array]) -> bytes:
    parts = [array.tobytes() for array in arrays.values()]
    return b"".join(part.ljust(_aligned(len(part)), b"\0") for part in parts)


def _described(arrays: dict[str, Array]) -> list[tuple[str, str, int]]:
    return [(name, array.dtype.str, len(array)) for name, array in arrays.items()]


class TalkFile:
    """A talk's file, with its header. Safe to share between threads."""

    def __init__(self, path: Path) -> None:
        """Raises DamagedFile, or FileNotFoundError where there is no such file."""
        self._path = path
        with path.open("rb") as file:
            header_length, header = _header(file, path)
            self._detail_at = _HEAD.size + header_length
            self._detail = header["detail"]
            self._verified: _Stamp | None = None
            if os.fstat(file.fileno()).st_size != self._detail_at + self.detail_bytes:
                raise DamagedFile(path.name)
            self.sections = tuple(_section(entry) for entry in header["sections"])

    @property
    def detail_bytes(self) -> int:
        """How much memory the detail takes."""
        return _size(self._detail["arrays"])

    def detail(self) -> Detail:
        """Read times and text; raises as opening does."""
        with self._path.open("rb") as file:
            stamp = _stamp(file)
            verify = stamp != self._verified
            arrays = _read(file, self._path, self._detail_at, self._detail, verify=verify)
        self._verified = stamp
        return Detail(
            start_ms=arrays["start_ms"],
            end_ms=arrays["end_ms"],
            char_start=arrays["char_start"],
            char_end=arrays["char_end"],
            text=arrays["text"].tobytes().decode(),
        )


class TalkText:
    """A talk's streams, with the details of the file that they are parts of."""

    def __init__(self, sections: Sequence[Section], detail: Detail) -> None:
        self.sections = sections
        self._detail = detail

    def stream(self, number: int) -> Stream:
        """The stream of a section, without its surfaces."""
        section, detail = self.sections[number], self._detail
        part = slice(section.first, section.first + section.count)
        return Stream(
            detail.text[section.char : section.char + section.characters],
            (),
            detail.start_ms[part],
            detail.end_ms[part],
            detail.char_start[part],
            detail.char_end[part],
        )


def _header(file: BufferedReader, path: Path) -> tuple[int, dict[str, Any]]:
    """The length of the header, and what it says."""
    head = file.read(_HEAD.size)
    if len(head) == _HEAD.size:
        magic, length, checksum = _HEAD.unpack(head)
        header = file.read(length)
        named = path.name.endswith(f"-{checksum:08x}{_SUFFIX}")
        if magic == _MAGIC and named and zlib.crc32(header) == checksum:
            return length, json.loads(header)
    raise DamagedFile(path.name)


def _stamp(file: BufferedReader) -> _Stamp:
    """What changes with every change to a file: nobody can set the time of its inode back."""
    status = os.fstat(file.fileno())
    return status.st_ino, status.st_size, status.st_ctime_ns


def _read(
    file: BufferedReader, path: Path, at: int, part: dict[str, Any], *, verify: bool
) -> dict[str, Array]:
    """Arrays that lie one behind the other in a file, as views of one buffer."""
    buffer = np.empty(_size(part["arrays"]), np.uint8)
    file.seek(at)
    if file.readinto(buffer.data) != len(buffer):
        raise DamagedFile(path.name)
    if verify and zlib.crc32(buffer.data) != part["crc"]:
        raise DamagedFile(path.name)
    arrays: dict[str, Array] = {}
    begin = 0
    for name, kind, length in part["arrays"]:
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
