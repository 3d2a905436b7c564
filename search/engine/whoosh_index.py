"""The door to Whoosh 2.7.4: postings, storage and the BM25 formula.

One Whoosh document per speech and one for each talk's programme, with postings that hold the places
of words (search.engine.whoosh_storage); in ``talks/`` one file per talk with its text, named in the
stored documents, so that a reader never sees another revision than its own. Rules that are easy to
break:

- one writer at a time, under a kernel lock; a commit merges nothing: that is done beside it, by
  steps (search.engine.whoosh_merge);
- files are read through their checksums alone (search.engine.whoosh_storage), and where one proves
  damaged a note is left for whoever mends (search.storage.damage);
- a reader is a file cursor, so no two threads may use one at once. There is one reader with a lock
  around it, not one per thread: what is decoded is shared, and files are opened only once;
- files are never deleted because they failed to open: IndexBroken is raised and they stay;
- an index folder is code, since Whoosh unpickles its files: it is never taken from elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from whoosh import formats, scoring
from whoosh.fields import STORED, FieldType, Schema

from search.documents import TalkDocument
from search.engine.generation import PLACE, Placed, stored_documents
from search.engine.locating import Postings
from search.engine.matching import Bm25, Matching
from search.engine.near import Positions
from search.engine.talk_file import TalkText, talk_of
from search.engine.talk_folder import TalkFolder
from search.engine.whoosh_merge import Merging
from search.engine.whoosh_postings import KeptPostings
from search.engine.whoosh_storage import (
    Writer,
    create_index,
    damaged_files,
    newest_generation,
)
from search.engine.whoosh_views import View, Views
from search.engine.word_use import word_use
from search.index import FIELD_WEIGHTS, Found, IndexedTalk, Request, WordUse
from search.matches import RowArray
from search.storage.checksums import DamagedFile
from search.storage.damage import DamageNotes, reading, unreadable
from search.storage.files import disk_full_named, locked
from search.words.vocabulary import Vocabulary

_Answer = TypeVar("_Answer")

ENGINE_NAME = "whoosh-2.7.4"
SCHEMA_VERSION = 6
"""Grows with what Whoosh's files hold, and where a class that it pickles moves."""
_LOCK_WAIT_S = 120.0


class Surfaces(FieldType):  # type: ignore[misc]
    """A field that is given as surfaces with their places."""

    def __init__(self) -> None:
        super().__init__(format=formats.Existence(), analyzer=None)

    def index(self, value: Placed, **_: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        for surface, places in value.items():
            count = len(places) // PLACE.itemsize
            yield surface.encode(), count, float(count), places


class WhooshIndex:
    """A SearchIndex in one folder; make the folder with ``create``."""

    def __init__(self, folder: Path, *, lock_wait_s: float = _LOCK_WAIT_S) -> None:
        self._folder = folder
        self._notes = DamageNotes(folder)
        self._talks = TalkFolder(folder / "talks", self._notes)
        self._lock_wait_s = lock_wait_s
        self._views = Views(folder, self._notes)
        self._postings = KeptPostings(folder, self._views)
        self._merging = Merging(folder)

    @classmethod
    def create(cls, folder: Path) -> WhooshIndex:
        """Make an empty index in a folder that has none."""
        with disk_full_named(folder):
            (folder / "talks").mkdir(parents=True, exist_ok=True)
            create_index(folder, _schema())
        return cls(folder)

    def replace(self, talks: Sequence[TalkDocument]) -> None:
        documents = {document.talk_id: document for document in talks}
        self._write(documents, documents.keys())

    def remove(self, talk_ids: Collection[int]) -> None:
        self._write({}, talk_ids)

    def search(self, request: Request) -> Found:
        return self._asked(lambda engine: Matching(engine, request).found())

    def word_use(self, speaker: str, fewest: int) -> tuple[WordUse, ...]:
        return self._asked(lambda engine: word_use(engine, speaker, fewest))

    def _asked(self, ask: Callable[[_Opened], _Answer]) -> _Answer:
        """An answer of one generation."""
        while True:
            view = self._views.now()
            try:
                with self._notes.noting():
                    return ask(_Opened(self._postings, self._talks, view))
            except FileNotFoundError as error:
                # The talk was replaced twice while this search ran: look at the newer state.
                if self._views.now() is view:
                    name = Path(error.filename).name
                    self._notes.add(name)
                    raise DamagedFile(name) from error
            except OSError as error:
                raise unreadable(self._folder) from error

    def vocabulary(self) -> Vocabulary:
        with self._notes.noting():
            return self._views.vocabulary(self._views.now())

    def contents(self) -> Mapping[int, IndexedTalk]:
        return self._views.now().generation.contents

    def indexed(self) -> dict[int, int]:
        return {talk_id: content.revision for talk_id, content in self.contents().items()}

    def damaged(self, *, thorough: bool = False) -> frozenset[int]:
        view = self._views.newest() if thorough else self._views.now()
        if thorough:
            for name in self._damaged_files(view):
                self._notes.add(name)
        named = set(view.generation.files)
        talks: set[int] = set()
        for name in self._notes.names():
            talk_id = talk_of(name)
            if talk_id is None:
                raise DamagedFile(name)
            if name in named:
                talks.add(talk_id)
            else:
                self._notes.remove(name)
        return frozenset(talks)

    def tidy(self, *, overdue: bool = False, step_s: float = 0.25) -> bool:
        view = self._views.newest()
        leaves = [leaf for leaf, _ in view.leaves]
        with self._notes.noting(), disk_full_named(self._folder), reading(self._folder):
            return self._merging.step(view.number, leaves, overdue=overdue, seconds=step_s)

    def close(self) -> None:
        self._merging.close()
        self._views.close()

    def _write(self, documents: Mapping[int, TalkDocument], outdated: Collection[int]) -> None:
        """Put documents in place of all that the index holds of the outdated talks."""
        with disk_full_named(self._folder), locked(self._folder / "lock", self._lock_wait_s):
            before = self._views.newest().generation
            rows = [
                row
                for row, stored in enumerate(before.documents)
                if stored is not None and stored.talk_id in outdated
            ]
            if not rows and not documents:
                return
            files = self._talks.store(documents.values())
            with reading(self._folder):
                writer = Writer(self._folder)
            try:
                for row in rows:
                    writer.delete_document(row)
                for talk_id, document in documents.items():
                    _add(writer, document, files[talk_id])
                writer.finish()
            except BaseException:
                writer.give_up()
                raise
            # Files of the generation before stay until the next write, for searches under way.
            self._talks.remove_except({*before.files, *self._views.newest().generation.files})

    def _damaged_files(self, view: View) -> list[str]:
        """The damaged files of a generation, or none where that generation is not used any more."""
        with reading(self._folder):
            damaged = damaged_files(self._folder, view.number)
        damaged += self._talks.damaged(view.generation.files)
        return damaged if newest_generation(self._folder) == view.number else []


class _Opened:
    """The index in one generation, as matching wants it."""

    def __init__(self, postings: KeptPostings, talks: TalkFolder, view: View) -> None:
        self._postings = postings
        self._talks = talks
        self._view = view
        self.generation = view.generation

    def postings(self, surface: str) -> Mapping[str, Postings]:
        parts: dict[str, list[Postings]] = {}
        for leaf, offset in self._view.leaves:
            for name, extent in self._postings.of(self._view, leaf, surface).items():
                parts.setdefault(name, []).append((extent.rows + offset, extent.often))
        return {
            name: found[0]
            if len(found) == 1
            else (np.concatenate([p[0] for p in found]), np.concatenate([p[1] for p in found]))
            for name, found in parts.items()
        }

    def places(self, surface: str, talk_rows: RowArray | None) -> Positions:
        return self._postings.places(self._view, surface, talk_rows)

    def text(self, talk_row: int) -> TalkText:
        return self._talks.text(self.generation.files[talk_row])

    def bm25(self) -> Bm25:
        return scoring.bm25  # type: ignore[no-any-return]


def _schema() -> Schema:
    return Schema(stored=STORED(), **{name: Surfaces() for name in FIELD_WEIGHTS})


def _add(writer: Writer, document: TalkDocument, file: str) -> None:
    for stored, counted in stored_documents(document, file):
        writer.add_document(stored=stored.plain(), **counted)
