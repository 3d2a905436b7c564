"""The state of a Whoosh index that answers: the newest commit, opened.

A commit that changed what the index holds is opened before anything is answered. One that only
merged parts is opened beside the view of before, which answers as rightly meanwhile.
"""

from __future__ import annotations

import threading
import weakref
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

import numpy as np

from archive.errors import IndexBroken
from search.engine.generation import Generation, StoredDocument
from search.engine.whoosh_storage import (
    content_of,
    newest_generation,
    open_generation,
    segment_id,
    words_of,
)
from search.index import CORRECTED
from search.storage.checksums import DamagedFile
from search.storage.damage import DamageNotes, reading
from search.words.vocabulary import GrowingVocabulary, Lexicon, Vocabulary


class Extents:
    """The surfaces of a field in a segment, and where in its file their postings lie."""

    def __init__(self, words: Mapping[str, tuple[int, int]]) -> None:
        self._surfaces = list(words)
        self._extents = np.array(list(words.values()), np.int64).reshape(-1, 2)

    def find(self, surface: str) -> tuple[int, int] | None:
        """How many documents hold a surface, and the byte at which its postings begin."""
        at = bisect_left(self._surfaces, surface)
        if at == len(self._surfaces) or self._surfaces[at] != surface:
            return None
        documents, begin = self._extents[at].tolist()
        return documents, begin


@dataclass(frozen=True, slots=True)
class Terms:
    """The surfaces of a segment, and by field those that it has and where their postings lie."""

    lexicon: Lexicon
    extents: Mapping[str, Extents]


@dataclass(eq=False, slots=True, weakref_slot=True)
class Segment:
    """What was read of a segment, which never changes except that documents are deleted."""

    documents: list[StoredDocument]
    _terms: Terms | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def terms(self, leaf: Any) -> Terms:
        """Its surfaces, read through this reader when they are asked for first."""
        with self._lock:
            if self._terms is None:
                words = words_of(leaf)
                frequencies: Counter[str] = Counter()
                for name, of_field in words.items():
                    if name == CORRECTED:  # No word is suggested that was mended.
                        continue
                    frequencies.update({surface: often for surface, (often, _) in of_field.items()})
                unspoken = frequencies.keys() - words.get("speech", {}).keys()
                extents = {name: Extents(of_field) for name, of_field in words.items()}
                self._terms = Terms(Lexicon(frequencies, unspoken), extents)
            return self._terms


@dataclass(eq=False, slots=True, weakref_slot=True)
class View:
    """The readers of one generation with the number of their first documents, and its documents.

    ``content`` is the number of the commit that last changed what the index holds.
    """

    number: int
    content: int
    leaves: list[tuple[Any, int]]
    segments: dict[str, Segment]
    generation: Generation
    vocabulary: Vocabulary | None = None


class Views:
    """Gives the view that answers now. Safe to share between threads."""

    def __init__(self, folder: Path, notes: DamageNotes) -> None:
        self._folder = folder
        self._notes = notes
        self.guard = threading.RLock()
        """Whoever reads postings holds it: a view's readers are file cursors."""
        self._view: View | None = None
        # What two views have in common is read once, also where they are opened side by side.
        self._segments: WeakValueDictionary[str, Segment] = WeakValueDictionary()
        self._segments_lock = threading.Lock()
        self._growing = GrowingVocabulary()
        self._growing_lock = threading.Lock()
        self._merged = -1
        self._opening: threading.Thread | None = None

    def now(self) -> View:
        """The view of the newest commit, or one that answers as that would."""
        with self.guard:
            view = self._view
            if view is not None:
                number = newest_generation(self._folder)
                if view.number == number or self._only_merged(view, number):
                    return view
            return self.newest()

    def newest(self) -> View:
        """The view of the newest commit itself, for who writes."""
        with self.guard:
            view = self._view
            if view is None or view.number != newest_generation(self._folder):
                view = self._view = self._opened()
            return view

    def terms(self, view: View, leaf: Any) -> Terms:
        """The surfaces of one of a view's segments."""
        with reading(self._folder):
            return view.segments[segment_id(leaf)].terms(leaf)

    def vocabulary(self, view: View) -> Vocabulary:
        """The surfaces of all of a view's segments."""
        # Who has a vocabulary does not wait for another view's to be made.
        known = view.vocabulary
        if known is not None:
            return known
        with self._growing_lock:
            if view.vocabulary is None:
                lexicons = {
                    segment_id(leaf): self.terms(view, leaf).lexicon for leaf, _ in view.leaves
                }
                view.vocabulary = self._growing.of(lexicons)
            return view.vocabulary

    def close(self) -> None:
        """Let go of files."""
        opening = self._opening
        if opening is not None:
            opening.join()
        with self.guard:
            self._view = None

    def _only_merged(self, view: View, number: int) -> bool:
        """Whether commits since the view only merged; the newest is then opened beside it."""
        if number != self._merged:
            try:
                if content_of(self._folder, number) != view.content:
                    return False
            except (DamagedFile, FileNotFoundError):
                return False
            if self._opening is None:
                self._merged = number
                self._opening = threading.Thread(target=self._open_beside, args=[view], daemon=True)
                self._opening.start()
        return True

    def _open_beside(self, before: View) -> None:
        try:
            view = self._opened()
            vocabulary = self.vocabulary(view)
            contents = view.generation.contents.values()
            # What the first query would have to wait for.
            vocabulary.same_stem("a", {code for talk in contents for code in talk.languages})
        except IndexBroken:
            view = before
        with self.guard:
            self._opening = None
            if self._view is before:
                self._view = view

    def _opened(self) -> View:
        while True:
            number = newest_generation(self._folder)
            try:
                with reading(self._folder):
                    return self._view_of(number)
            except IndexBroken as error:
                # Unless a writer has moved on and taken the files of this generation away.
                if newest_generation(self._folder) == number:
                    if isinstance(error, DamagedFile):
                        self._notes.add(error.name)
                    raise

    def _view_of(self, number: int) -> View:
        storage, leaves = open_generation(self._folder, number)
        try:
            segments = {segment_id(leaf): self._segment(leaf) for leaf, _ in leaves}
        except BaseException:
            storage.close_files()
            raise
        documents = [
            None if leaf.is_deleted(row) else document
            for leaf, _ in leaves
            for row, document in enumerate(segments[segment_id(leaf)].documents)
        ]
        view = View(number, storage.content, leaves, segments, Generation(documents))
        # A search under way keeps its view, and its files open, until it is done.
        weakref.finalize(view, storage.close_files)
        return view

    def _segment(self, leaf: Any) -> Segment:
        """What is known of a reader's segment, of this view or of others."""
        with self._segments_lock:
            name = segment_id(leaf)
            segment = self._segments.get(name)
            if segment is None:
                rows = range(leaf.doc_count_all())
                stored = [StoredDocument.of(leaf.stored_fields(row)["stored"]) for row in rows]
                segment = self._segments[name] = Segment(stored)
            return segment
