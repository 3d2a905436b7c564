"""Merging parts of a Whoosh index, by steps and beside everybody else.

A merged part is written in a folder of its own. Searches and commits go on meanwhile; at the end it
takes the place of its parts under the index's lock, with what was deleted in between.
"""

from __future__ import annotations

import heapq
import shutil
import threading
import time
import weakref
from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from archive.errors import Busy
from search.engine.generation import PLACE
from search.engine.merging import Part, parts_to_merge
from search.engine.whoosh_storage import (
    OFTEN,
    ROW,
    Storage,
    new_segment,
    newest_generation,
    open_generation,
    postings_of,
    segment_id,
    segments_of,
)
from search.storage.checksums import DamagedFile
from search.storage.files import locked

_STORED = "stored"
# So many terms are merged between two looks at the clock: some 20 ms.
_TERMS_AT_ONCE = 200


class Merging:
    """Merges parts of an index, one merge at a time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._merge: Merge | None = None

    def step(
        self, generation: int, leaves: Sequence[Any], *, overdue: bool, seconds: float
    ) -> bool:
        """Go on with a merge for about so long, or begin one; whether there may be more to do.

        With ``overdue`` a merge that was begun while nobody waited is left as it is.
        """
        if not self._lock.acquire(blocking=False):
            return False
        try:
            chosen = _worth_merging(leaves, overdue=overdue)
            if self._merge is None:
                self._merge = self._begun(generation, chosen)
            elif overdue and not chosen:
                return False
            elif self._merge.advance(seconds) and self._put_in_place(self._merge, seconds):
                self._end()
                return True
            return self._merge is not None
        except BaseException:
            self._end()
            raise
        finally:
            self._lock.release()

    def close(self) -> None:
        """Leave a merge that is not done."""
        with self._lock:
            self._end()

    def _begun(self, generation: int, chosen: Collection[str]) -> Merge | None:
        try:
            return Merge(self._folder, generation, chosen) if chosen else None
        except Busy:
            return None  # another process merges
        except (DamagedFile, FileNotFoundError):
            if newest_generation(self._folder) == generation:
                raise
            return None  # another process has committed since, and taken files away

    def _put_in_place(self, merge: Merge, wait_s: float) -> bool:
        try:
            with locked(self._folder / "lock", wait_s):
                merge.put_in_place()
        except Busy:
            return False  # after the commit that is being written
        return True

    def _end(self) -> None:
        if self._merge is not None:
            self._merge.close()
            self._merge = None


def _worth_merging(leaves: Sequence[Any], *, overdue: bool) -> frozenset[str]:
    parts = {segment_id(leaf): Part(leaf.doc_count_all(), leaf.doc_count()) for leaf in leaves}
    return parts_to_merge(parts, overdue=overdue)


class Merge:
    """Some parts of an index on their way into one part, in a folder beside them.

    It can be left and taken up again at any time; only ``put_in_place`` needs the index's lock.
    """

    def __init__(self, folder: Path, generation: int, chosen: Collection[str]) -> None:
        """Raises Busy where another process merges."""
        with ExitStack() as stack:
            stack.enter_context(locked(folder / "merge.lock", 0))
            self._folder = folder
            self._beside = folder / "merging"
            shutil.rmtree(self._beside, ignore_errors=True)
            stack.callback(shutil.rmtree, self._beside, ignore_errors=True)
            self._beside.mkdir()
            source, leaves = open_generation(folder, generation)
            stack.callback(source.close_files)
            self._parts = [leaf for leaf, _ in leaves if segment_id(leaf) in chosen]
            self._schema = leaves[0][0].schema
            self._target = Storage(self._beside)
            stack.callback(self._target.close_files)
            self._segment, self._documents, self._terms = new_segment(self._target)
            # By part and row: the document's row in the merged part, or -1 where it was deleted.
            self._rows: list[npt.NDArray[np.int64]] = []
            self._steps = self._merged()
            self._finalizer = weakref.finalize(self, stack.pop_all().close)

    def advance(self, seconds: float) -> bool:
        """Go on for about so long; whether all is merged."""
        until = time.monotonic() + seconds
        return all(time.monotonic() < until for _ in self._steps)

    def put_in_place(self) -> None:
        """Let the merged part take the place of its parts, or leave it where one is gone."""
        generation = newest_generation(self._folder)
        storage, segments = segments_of(self._folder, generation)
        held = {segment.segment_id(): segment for segment in segments}
        if not all(segment_id(part) in held for part in self._parts):
            return
        for part, rows in zip(self._parts, self._rows, strict=True):
            for row in held.pop(segment_id(part)).deleted_docs():
                if rows[row] >= 0:
                    self._segment.delete_document(int(rows[row]))
        for name, known in self._target.checksums.items():
            (self._beside / name).replace(self._folder / name)
            storage.checksums[name] = known
        merged = [self._segment] * (self._segment.doc_count() > 0)
        storage.switch(
            self._schema, [*held.values(), *merged], generation + 1, content=storage.content
        )

    def close(self) -> None:
        """Let go of files and of the lock."""
        self._finalizer()

    def _merged(self) -> Iterator[None]:
        count = 0
        for part in self._parts:
            rows = np.full(part.doc_count_all(), -1, np.int64)
            for row in range(len(rows)):
                if not part.is_deleted(row):
                    rows[row] = count
                    self._documents.start_doc(count)
                    stored = part.stored_fields(row)[_STORED]
                    self._documents.add_field(_STORED, None, stored, 0)
                    self._documents.finish_doc()
                    count += 1
            self._rows.append(rows)
            yield
        self._segment.set_doc_count(count)
        for number, _ in enumerate(self._merged_terms()):
            if number % _TERMS_AT_ONCE == 0:
                yield
        self._documents.close()
        self._terms.close()
        yield
        self._target.bring_to_disk()

    def _merged_terms(self) -> Iterator[None]:
        """Write each term with its postings from all parts; terms are sorted in every part."""
        streams = [self._terms_of(number) for number in range(len(self._parts))]
        merged = heapq.merge(*streams, key=lambda entry: entry[:3])
        for field, of_field in groupby(merged, key=lambda entry: entry[0]):
            self._terms.start_field(field, self._schema[field])
            for text, of_term in groupby(of_field, key=lambda entry: entry[1]):
                postings = [self._postings(number, info) for _, _, number, info in of_term]
                found = [posting for of_part in postings for posting in of_part]
                if found:
                    self._terms.start_term(text)
                    for row, often, places in found:
                        self._terms.add(row, often, places, 0)
                    self._terms.finish_term()
                yield
            self._terms.finish_field()

    def _terms_of(self, number: int) -> Iterator[tuple[str, bytes, int, Any]]:
        for (field, text), info in self._parts[number]:
            yield field, text, number, info

    def _postings(self, number: int, info: Any) -> list[tuple[int, float, bytes]]:
        """The rows, counts and places of a term in a part."""
        begin, (length,) = info.extent()  # as Whoosh reads it
        content = postings_of(self._parts[number], begin, length)
        count = info.doc_frequency()
        rows = np.frombuffer(content, ROW, count)
        counts = np.frombuffer(content, OFTEN, count, rows.nbytes)
        ends = rows.nbytes + counts.nbytes + np.cumsum(counts.astype(np.int64)) * PLACE.itemsize
        begins = [rows.nbytes + counts.nbytes, *ends.tolist()]
        found = zip(
            self._rows[number][rows].tolist(), counts.tolist(), begins, ends.tolist(), strict=False
        )
        return [(row, often, content[begin:end]) for row, often, begin, end in found if row >= 0]
