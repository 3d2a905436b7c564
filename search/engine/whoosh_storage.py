"""Whoosh's files: verified when they are read, and on disk before they count.

A commit writes ``_MAIN_<n>.sums`` with the checksums of all its files, brings everything to disk,
and only then gives Whoosh's table of contents the name that makes the commit count. Readers open a
file only through its checksum.
"""

from __future__ import annotations

import io
import json
import os
import sys
from contextlib import suppress
from pathlib import Path
from sys import intern
from typing import Any

import numpy as np
from whoosh.codec.whoosh3 import W3Codec, W3FieldWriter, W3PostingsWriter
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import StructFile
from whoosh.index import TOC, FileIndex, clean_files
from whoosh.reading import SegmentReader
from whoosh.system import pack_ushort
from whoosh.writing import SegmentWriter

from search.storage.checksums import (
    BLOCK_BYTES,
    CheckedFile,
    Checksum,
    Commit,
    DamagedFile,
)
from search.storage.files import sync_folder

_INDEX_NAME = "MAIN"
_WORDS = ".words"
_WHOLE = sys.maxsize
ROW, OFTEN = np.dtype("I"), np.dtype("f")
"""What the numbers of documents, and of times that each holds a word, are in the postings."""


class Codec(W3Codec):  # type: ignore[misc]
    """Whoosh's own with postings that numpy reads as they are, and one file more: a segment's
    words and where their postings begin, which is read at once.

    The postings of a word in a field are three arrays one behind the other: the rows of the
    documents that hold it, how often each does, and the places, document by document.
    """

    length_stats = False  # lengths are in the stored documents

    def __init__(self) -> None:
        super().__init__(blocklimit=_WHOLE)

    def field_writer(self, storage: Storage, segment: Any) -> W3FieldWriter:
        return _FieldWriter(self, storage, segment)

    def postings_writer(self, dbfile: Any, byteids: bool = False) -> W3PostingsWriter:
        return _PostingsWriter(dbfile, self._blocklimit)


class _PostingsWriter(W3PostingsWriter):  # type: ignore[misc]
    def _write_block(self, last: bool = False) -> None:
        """Write all postings of a term: each has its places as its value."""
        self._terminfo.add_block(self)
        self._postfile.write(self._ids.tobytes())
        self._postfile.write(self._weights.tobytes())
        self._postfile.write(b"".join(self._values))
        self._blockcount += 1
        self._new_block()


class _FieldWriter(W3FieldWriter):  # type: ignore[misc]
    def __init__(self, codec: Codec, storage: Storage, segment: Any) -> None:
        super().__init__(codec, storage, segment)
        self._words: dict[str, dict[str, tuple[int, int]]] = {}

    def finish_term(self) -> None:
        info = self._postwriter.finish_postings()
        self._tindex.add(pack_ushort(self._fieldid) + self._btext, info.to_bytes())
        of_field = self._words.setdefault(self._fieldname, {})
        of_field[self._btext.decode()] = info.doc_frequency(), info.extent()[0]

    def close(self) -> None:
        super().close()
        with self._create_file(_WORDS) as file:
            file.write(json.dumps(self._words).encode())


class _Temporary(FileStorage):  # type: ignore[misc]
    """A folder that knows what it has open, which Whoosh leaves so where it is interrupted."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder))
        self._files: list[Any] = []

    def create_file(self, name: str, *args: Any, **kwargs: Any) -> Any:
        file = super().create_file(name, *args, **kwargs)
        self._files.append(file.raw_file())
        return file

    def open_file(self, name: str, **kwargs: Any) -> Any:
        file = super().open_file(name, **kwargs)
        self._files.append(file.raw_file())
        return file

    def close_files(self) -> None:
        """Close all files."""
        for file in self._files:
            file.close()


class Storage(_Temporary):
    """A folder with the files of one generation, and those that are being written."""

    def __init__(self, folder: Path, generation: int | None = None) -> None:
        """Raises DamagedFile, FileNotFoundError where there is no such generation."""
        super().__init__(folder)
        commit = Commit(0, {})
        if generation is not None:
            commit = Commit.read(folder / _commit_name(generation))
        self.content = commit.content
        self.checksums = dict(commit.files)
        self.words: dict[str, Any] = {}
        self.postings: dict[str, Any] = {}
        self._segments: frozenset[str] = frozenset()
        self._written: set[str] = set()
        self._temporary: list[_Temporary] = []

    def create_file(self, name: str, *args: Any, **kwargs: Any) -> Any:
        self._written.add(name)
        return super().create_file(name, *args, **kwargs)

    def temp_storage(self, name: str | None = None) -> Any:
        self._temporary.append(_Temporary(Path(self.folder, name or "temporary")).create())
        return self._temporary[-1]

    def open_file(self, name: str, **kwargs: Any) -> Any:
        try:
            raw = CheckedFile(Path(self.folder, name), self.checksums[name])
        except (KeyError, FileNotFoundError) as error:
            raise DamagedFile(name) from error
        self._files.append(io.BufferedReader(raw, BLOCK_BYTES))
        return StructFile(self._files[-1], name=name, **kwargs)

    def file_exists(self, name: str) -> bool:
        return name in self.checksums

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        """Let a commit count: the table of contents gets its name after all else is on disk."""
        self.bring_to_disk()
        files = {
            name: known
            for name, known in self.checksums.items()
            if name.split(".")[0] in self._segments
        }
        folder = Path(self.folder)
        self.checksums = {**files, newname: self.checksums[oldname]}
        Commit(self.content, self.checksums).write(folder / f"{newname.removesuffix('.toc')}.sums")
        sync_folder(folder)
        super().rename_file(oldname, newname, safe=safe)
        sync_folder(folder)

    def switch(
        self, schema: Any, segments: list[Any], generation: int, *, content: int | None = None
    ) -> None:
        """Let these segments be the index from now on, and remove the files of others.

        ``content`` is given where they hold what another commit held.
        """
        self.content = generation if content is None else content
        self._segments = frozenset(segment.segment_id() for segment in segments)
        TOC(schema, segments, generation).write(self, _INDEX_NAME)
        clean_files(self, _INDEX_NAME, generation, segments)
        for path in Path(self.folder).glob(f"_{_INDEX_NAME}_*.sums"):
            if path.name != _commit_name(generation):
                path.unlink(missing_ok=True)

    def bring_to_disk(self) -> None:
        """Bring what was written to disk, and take its checksums."""
        for name in self._written:
            path = Path(self.folder, name)
            with path.open("rb") as file:
                os.fsync(file.fileno())
            self.checksums[name] = Checksum.of(path)
        self._written.clear()

    def close_files(self) -> None:
        super().close_files()
        for storage in self._temporary:
            storage.close_files()


class Writer(SegmentWriter):  # type: ignore[misc]
    """Writes one commit; whoever opens it holds the index's lock."""

    def __init__(self, folder: Path) -> None:
        storage = Storage(folder, newest_generation(folder))
        try:
            # One file for the whole segment would be read into memory by every reader.
            super().__init__(FileIndex(storage), _lk=False, compound=False, codec=Codec())
        except BaseException:
            storage.close_files()
            raise

    def finish(self) -> None:
        """Commit what was added and deleted."""
        self.commit(mergetype=_without_empty)
        self.storage.close_files()

    def give_up(self) -> None:
        """Leave the index as it was."""
        # The error that made the writer stop is the one to report, not one that stopping it makes.
        if not self.is_closed:
            with suppress(Exception):
                self.cancel()
        self.storage.close_files()

    def _commit_toc(self, segments: list[Any]) -> None:
        self.storage.switch(self.schema, segments, self.generation)


def create_index(folder: Path, schema: Any) -> None:
    """Make an empty index in a folder that has none."""
    storage = Storage(folder)
    FileIndex.create(storage, schema)
    storage.close_files()


def newest_generation(folder: Path) -> int:
    """The number of the commit that counts; -1 where there is none."""
    return int(TOC._latest_generation(FileStorage(str(folder)), _INDEX_NAME))


def open_generation(folder: Path, number: int) -> tuple[Storage, list[tuple[Any, int]]]:
    """The readers of a generation's segments, each with the number of its first document.

    All their files are open, so that they can be read when a writer has removed them. The storage
    has what to close when they are not needed any more.
    """
    storage = Storage(folder, number)
    try:
        toc = TOC.read(storage, _INDEX_NAME, gen=number)
        leaves: list[tuple[Any, int]] = []
        first = 0
        for segment in toc.segments:
            reader = SegmentReader(storage, toc.schema, segment, generation=number)
            reader.stored_fields(0)
            name = segment.segment_id()
            storage.words[name] = storage.open_file(segment.make_filename(_WORDS))
            storage.postings[name] = storage.open_file(segment.make_filename(Codec.POSTS_EXT))
            leaves.append((reader, first))
            first += segment.doc_count_all()
    except BaseException:
        storage.close_files()
        raise
    return storage, leaves


def damaged_files(folder: Path, number: int) -> list[str]:
    """The names of a generation's files that are not what was written; all are read."""
    damaged = []
    for name, known in Commit.read(folder / _commit_name(number)).files.items():
        try:
            if Checksum.of(folder / name) != known:
                damaged.append(name)
        except FileNotFoundError:
            damaged.append(name)
    return damaged


def content_of(folder: Path, number: int) -> int:
    """The number of the commit that last changed what this generation holds."""
    return Commit.read(folder / _commit_name(number)).content


def words_of(leaf: Any) -> dict[str, dict[str, tuple[int, int]]]:
    """The surfaces of a segment by field, in order, with the number of documents that hold each
    and where its postings begin."""
    file = leaf.storage().words[segment_id(leaf)]
    file.seek(0)
    # The parts of an index have most of their words in common: each is kept once.
    return {
        field: {intern(surface): known for surface, known in words.items()}
        for field, words in json.loads(file.read()).items()
    }


def postings_of(leaf: Any, begin: int, length: int) -> bytes:
    """So many bytes of the postings of a segment."""
    file = leaf.storage().postings[segment_id(leaf)]
    file.seek(begin)
    return bytes(file.read(length))


def segment_id(leaf: Any) -> str:
    """The name of a reader's segment."""
    return str(leaf.segment().segment_id())


def _without_empty(_writer: SegmentWriter, segments: list[Any]) -> list[Any]:
    """A merge policy for Whoosh: nothing is merged, and segments without documents go."""
    return [segment for segment in segments if segment.doc_count()]


def segments_of(folder: Path, generation: int) -> tuple[Storage, list[Any]]:
    """The storage of a generation, with nothing open, and its segments."""
    storage = Storage(folder, generation)
    try:
        return storage, list(TOC.read(storage, _INDEX_NAME, gen=generation).segments)
    finally:
        storage.close_files()


def new_segment(storage: Storage) -> tuple[Any, Any, Any]:
    """A segment with the writers of its documents and of its terms."""
    writers = Codec()
    segment = writers.new_segment(storage, _INDEX_NAME)
    return (
        segment,
        writers.per_document_writer(storage, segment),
        writers.field_writer(storage, segment),
    )


def _commit_name(generation: int) -> str:
    return f"_{_INDEX_NAME}_{generation}.sums"
