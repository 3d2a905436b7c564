"""The door to Whoosh 2.7.4: postings, storage and the BM25 formula.

One Whoosh document per speech and one for each talk's programme; beside them, in ``talks/``, one
file of arrays per talk (search.arrays), named in the stored documents, so that a reader never sees
arrays of another revision than its own. Rules that are easy to break:

- one writer at a time, under a kernel lock; a commit that somebody waits for merges nothing;
- a reader is a file cursor, so no two threads may use one at once. There is one reader with a lock
  around it, not one per thread: what is decoded is shared, and files are opened only once;
- files are never deleted because they failed to open: IndexBroken is raised and they stay;
- an index folder is code, since Whoosh unpickles its files: it is never taken from elsewhere.
"""

from __future__ import annotations

import os
import threading
import weakref
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from whoosh import formats, scoring
from whoosh.codec import default_codec
from whoosh.fields import STORED, FieldType, Schema
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, FileIndex
from whoosh.reading import SegmentReader, TermNotFound
from whoosh.writing import SegmentWriter

from archive.errors import IndexBroken
from search.arrays import Kept, TalkArrays
from search.documents import TalkDocument
from search.files import disk_full_named, is_disk_full, locked, sync_folder
from search.generation import Generation, StoredDocument, stored_documents
from search.index import FIELD_WEIGHTS, Found, IndexedTalk, Request
from search.matching import Bm25, Matching, Postings
from search.merging import parts_to_merge
from search.talk_folder import TalkFolder
from search.vocabulary import GrowingVocabulary, Lexicon, Vocabulary

ENGINE_NAME = "whoosh-2.7.4"
SCHEMA_VERSION = 1
_INDEX_NAME = "MAIN"
_LOCK_WAIT_S = 120.0
_POSTINGS_BYTES = 12_000_000


class Counts(FieldType):  # type: ignore[misc]
    """A field that is given as counted surfaces; where they stand is in the arrays."""

    def __init__(self) -> None:
        super().__init__(format=formats.Existence(), analyzer=None)

    def index(
        self, value: Mapping[str, int], **_: Any
    ) -> Iterator[tuple[bytes, int, float, bytes]]:
        for surface, count in value.items():
            yield surface.encode(), count, float(count), b""


class _Storage(FileStorage):  # type: ignore[misc]
    """A folder whose commits are on disk before they count, and that knows what it has open."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder))
        self._written: set[str] = set()
        self._opened: list[Any] = []

    def create_file(self, name: str, *args: Any, **kwargs: Any) -> Any:
        self._written.add(name)
        return super().create_file(name, *args, **kwargs)

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        for name in self._written:
            with suppress(FileNotFoundError), open(self._fpath(name), "rb") as file:
                os.fsync(file.fileno())
        self._written.clear()
        super().rename_file(oldname, newname, safe=safe)
        sync_folder(Path(self.folder))

    def open_file(self, name: str, *args: Any, **kwargs: Any) -> Any:
        file = super().open_file(name, *args, **kwargs)
        self._opened.append(file.raw_file())
        return file

    def close_files(self) -> None:
        """Close what Whoosh left open, as it does where opening fails halfway."""
        for file in self._opened:
            file.close()


@dataclass(eq=False, slots=True, weakref_slot=True)
class _View:
    """A reader of one generation, with that generation's documents."""

    number: int
    leaves: list[tuple[Any, int]]
    generation: Generation


@dataclass(frozen=True, slots=True)
class _Terms:
    """The surfaces of a segment, and those of each field of the programme, which are few."""

    lexicon: Lexicon
    programme: Mapping[str, frozenset[str]]


@dataclass(slots=True)
class _Segment:
    """What was read of a segment, which never changes except that documents are deleted."""

    documents: list[StoredDocument]
    terms: _Terms | None = None


class WhooshIndex:
    """A SearchIndex in one folder; make the folder with ``create``."""

    def __init__(self, folder: Path, *, lock_wait_s: float = _LOCK_WAIT_S) -> None:
        self._folder = folder
        self._talks = TalkFolder(folder / "talks")
        self._lock_wait_s = lock_wait_s
        self._guard = threading.RLock()
        self._view_now: _View | None = None
        self._segments: dict[str, _Segment] = {}
        self._postings: Kept[dict[str, Postings]] = Kept(_POSTINGS_BYTES)
        self._vocabulary = GrowingVocabulary()

    @classmethod
    def create(cls, folder: Path) -> WhooshIndex:
        """Make an empty index in a folder that has none."""
        with disk_full_named(folder):
            (folder / "talks").mkdir(parents=True, exist_ok=True)
            FileIndex.create(_Storage(folder), _schema())
        return cls(folder)

    def replace(self, talks: Sequence[TalkDocument]) -> None:
        documents = {document.talk_id: document for document in talks}
        self._write(documents, documents.keys())

    def remove(self, talk_ids: Collection[int]) -> None:
        self._write({}, talk_ids)

    def search(self, request: Request) -> Found:
        while True:
            view = self._view()
            try:
                return Matching(_Opened(self, view), request).found()
            except FileNotFoundError as error:
                # The talk was replaced twice while this search ran: look at the newer state.
                if self._newest() == view.number:
                    raise self._broken() from error

    def vocabulary(self) -> Vocabulary:
        with self._guard:
            leaves = {_segment_id(leaf): leaf for leaf, _ in self._view().leaves}
            return self._vocabulary.of({n: self._terms(leaf).lexicon for n, leaf in leaves.items()})

    def contents(self) -> Mapping[int, IndexedTalk]:
        return self._view().generation.contents

    def indexed(self) -> dict[int, int]:
        return {talk_id: content.revision for talk_id, content in self.contents().items()}

    def tidy(self) -> None:
        with disk_full_named(self._folder), locked(self._folder / "lock", self._lock_wait_s):
            leaves = [leaf for leaf, _ in self._view().leaves]
            chosen = parts_to_merge({_segment_id(leaf): leaf.doc_count_all() for leaf in leaves})
            if not chosen:
                return
            with self._reading():
                writer = self._writer()
                try:
                    writer.commit(mergetype=_merging(chosen))
                except BaseException:
                    _cancel(writer)
                    raise

    def close(self) -> None:
        with self._guard:
            self._view_now = None

    def _write(self, documents: Mapping[int, TalkDocument], outdated: Collection[int]) -> None:
        """Put documents in place of all that the index holds of the outdated talks."""
        with disk_full_named(self._folder), locked(self._folder / "lock", self._lock_wait_s):
            before = self._view().generation
            rows = [
                row
                for row, stored in enumerate(before.documents)
                if stored is not None and stored.talk_id in outdated
            ]
            if not rows and not documents:
                return
            files = self._talks.store(documents.values())
            writer = self._writer()
            try:
                for row in rows:
                    writer.delete_document(row)
                for talk_id, document in documents.items():
                    _add(writer, document, files[talk_id])
                writer.commit(mergetype=_merging(frozenset()))
            except BaseException:
                _cancel(writer)
                raise
            # Files of the generation before stay until the next write, for searches under way.
            self._talks.remove_except({*before.files, *self._view().generation.files})

    def _writer(self) -> SegmentWriter:
        with self._reading():
            index = FileIndex(_Storage(self._folder))
            codec = default_codec()
            codec.length_stats = False  # lengths are in the stored documents
            # One file for the whole segment would be read into memory by every reader.
            return index.writer(timeout=self._lock_wait_s, compound=False, codec=codec)

    def _newest(self) -> int:
        return int(TOC._latest_generation(FileStorage(str(self._folder)), _INDEX_NAME))

    def _view(self) -> _View:
        """The view of the newest generation."""
        with self._guard:
            if self._view_now is None or self._view_now.number != self._newest():
                self._view_now = self._open_view()
            return self._view_now

    def _open_view(self) -> _View:
        storage = _Storage(self._folder)
        try:
            with self._reading():
                index = FileIndex(storage)
                newest = index.latest_generation()
                reader = index.reader()
                leaves = reader.leaf_readers() if reader.doc_count_all() else []
                documents: list[StoredDocument | None] = []
                for leaf, _ in leaves:
                    documents += [
                        None if leaf.is_deleted(row) else document
                        for row, document in enumerate(self._segment(leaf).documents)
                    ]
        except IndexBroken:
            storage.close_files()
            raise
        names = {_segment_id(leaf) for leaf, _ in leaves}
        self._segments = {name: s for name, s in self._segments.items() if name in names}
        opened = reader.generation()
        view = _View(newest if opened is None else opened, leaves, Generation(documents))
        # A search under way keeps its view, and its files open, until it is done.
        weakref.finalize(view, storage.close_files)
        return view

    def _segment(self, leaf: Any) -> _Segment:
        name = _segment_id(leaf)
        segment = self._segments.get(name)
        if segment is None:
            rows = range(leaf.doc_count_all())
            segment = _Segment(
                [StoredDocument.of(leaf.stored_fields(row)["stored"]) for row in rows]
            )
            self._segments[name] = segment
        return segment

    def _terms(self, leaf: Any) -> _Terms:
        segment = self._segment(leaf)
        with self._guard:
            if segment.terms is None:
                frequencies: Counter[str] = Counter()
                by_field: dict[str, set[str]] = {name: set() for name in FIELD_WEIGHTS}
                with self._reading():
                    for (name, term), info in leaf:
                        surface = term.decode()
                        frequencies[surface] += info.doc_frequency()
                        if name != "speech":
                            by_field[name].add(surface)
                programme = {name: frozenset(found) for name, found in by_field.items()}
                segment.terms = _Terms(Lexicon(frequencies), programme)
            return segment.terms

    def postings(self, leaf: Any, surface: str) -> dict[str, Postings]:
        """A segment's postings of a surface by field, decoded once and kept for a while."""

        def read() -> tuple[dict[str, Postings], int]:
            with self._guard:
                programme = self._terms(leaf).programme
                fields = ["speech", *(name for name in programme if surface in programme[name])]
                with self._reading():
                    found = {name: _decode(leaf, name, surface) for name in fields}
            decoded = {name: postings for name, postings in found.items() if postings is not None}
            return decoded, 1024 + sum(2 * rows.nbytes for rows, _ in decoded.values())

        # A segment never changes, but the more of its documents are deleted, the fewer are read.
        return self._postings.get(f"{_segment_id(leaf)} {leaf.doc_count()} {surface}", read)

    def arrays(self, file: str) -> TalkArrays:
        return self._talks.arrays(file)

    @contextmanager
    def _reading(self) -> Iterator[None]:
        try:
            yield
        # Where its files are damaged, Whoosh raises whatever comes of it, also bare Exceptions.
        except Exception as error:
            if is_disk_full(error):
                raise
            raise self._broken() from error

    def _broken(self) -> IndexBroken:
        return IndexBroken(
            f"The search index in {self._folder.name} is damaged; its files are kept.",
            advice="Run `podium reindex`, which builds a new one beside it.",
        )


class _Opened:
    """The index in one generation, as matching wants it."""

    def __init__(self, index: WhooshIndex, view: _View) -> None:
        self._index = index
        self._view = view
        self.generation = view.generation

    def postings(self, surface: str) -> Mapping[str, Postings]:
        parts: dict[str, list[Postings]] = {}
        for leaf, offset in self._view.leaves:
            for name, (rows, often) in self._index.postings(leaf, surface).items():
                parts.setdefault(name, []).append((rows + offset, often))
        return {
            name: found[0]
            if len(found) == 1
            else (np.concatenate([p[0] for p in found]), np.concatenate([p[1] for p in found]))
            for name, found in parts.items()
        }

    def arrays(self, talk_row: int) -> TalkArrays:
        return self._index.arrays(self.generation.files[talk_row])

    def bm25(self) -> Bm25:
        return scoring.bm25  # type: ignore[no-any-return]


def _schema() -> Schema:
    return Schema(stored=STORED(), **{name: Counts() for name in FIELD_WEIGHTS})


def _segment_id(leaf: Any) -> str:
    return str(leaf.segment().segment_id())


def _decode(leaf: Any, name: str, surface: str) -> Postings | None:
    try:
        matcher = leaf.postings(name, surface)
    except TermNotFound:
        return None
    # Whole blocks are taken, for which Whoosh has no public way. The filter for deleted documents
    # is taken off for that: those that a block still has, the generation knows as deleted.
    matcher = getattr(matcher, "child", matcher)
    rows: list[int] = []
    often: list[float] = []
    while matcher.is_active():
        matcher.id(), matcher.weight()
        rows.extend(matcher._ids)
        often.extend(matcher._weights)
        matcher._next_block()
    return np.array(rows, np.int64), np.array(often, np.float64)


def _add(writer: SegmentWriter, document: TalkDocument, file: str) -> None:
    for stored, counted in stored_documents(document, file):
        writer.add_document(stored=stored.plain(), **counted)


def _merging(chosen: Collection[str]) -> Any:
    """A merge policy for Whoosh: these segments into the new one; empty segments go."""

    def policy(writer: SegmentWriter, segments: list[Any]) -> list[Any]:
        kept = []
        for segment in segments:
            if segment.segment_id() in chosen:
                reader = SegmentReader(writer.storage, writer.schema, segment)
                writer.add_reader(reader)
                reader.close()
            elif segment.doc_count():
                kept.append(segment)
        return kept

    return policy


def _cancel(writer: SegmentWriter) -> None:
    # The error that made the writer stop is the one to report, not one that stopping it makes.
    if not writer.is_closed:
        with suppress(Exception):
            writer.cancel()
