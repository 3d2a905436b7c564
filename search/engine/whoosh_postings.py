"""Postings and places of a Whoosh index, read when they are needed and kept for a while."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from search.engine.generation import PLACE
from search.engine.kept import Kept
from search.engine.near import Positions
from search.engine.places import joined
from search.engine.whoosh_storage import OFTEN, ROW, postings_of, segment_id
from search.engine.whoosh_views import View, Views
from search.matches import BoolArray, FloatArray, RowArray
from search.storage.damage import reading

_POSTINGS_BYTES = 12_000_000
_PLACES_BYTES = 32_000_000
_READ_AT_ONCE = 65_536
"""So many bytes of places are read faster than parts of them."""
_READ_WHOLE = 65_536
"""The places of a surface that stands more often are read for the talks alone that need them."""


@dataclass(frozen=True, slots=True)
class Extent:
    """Postings of a surface in a field of a segment, deleted documents included.

    ``rows`` are those of the documents, ``often`` says how often each holds it, and ``places`` is
    the byte at which its places begin.
    """

    rows: RowArray
    often: FloatArray
    places: int


class KeptPostings:
    """The postings of one index in its generations. Safe to share between threads."""

    def __init__(self, folder: Path, views: Views) -> None:
        self._folder = folder
        self._views = views
        self._kept: Kept[dict[str, Extent]] = Kept(_POSTINGS_BYTES)
        self._kept_places: Kept[Positions] = Kept(_PLACES_BYTES)

    def of(self, view: View, leaf: Any, surface: str) -> dict[str, Extent]:
        """A segment's postings of a surface by field, read once and kept for a while."""

        def read() -> tuple[dict[str, Extent], int]:
            by_field: dict[str, Extent] = {}
            with self._views.guard, reading(self._folder):
                for name, extents in self._views.terms(view, leaf).extents.items():
                    extent = extents.find(surface)
                    if extent is not None:
                        by_field[name] = _read(leaf, *extent)
            return by_field, 1024 + sum(2 * one.rows.nbytes for one in by_field.values())

        return self._kept.get(f"{segment_id(leaf)} {surface}", read)

    def places(self, view: View, surface: str, talk_rows: RowArray | None) -> Positions:
        """The tokens of a surface in order, in all talks, where they are kept for a while, or at
        least in some."""

        def read() -> tuple[Positions, int]:
            found = joined(self._places_in_parts(view, surface))
            return found, 512 + found.nbytes

        key = f"{view.number} {surface}"
        known = self._kept_places.find(key)
        if known is not None:
            return known
        if talk_rows is not None and self._stands_often(view, surface):
            return joined(self._places_in_parts(view, surface, talk_rows))
        return self._kept_places.get(key, read)

    def _stands_often(self, view: View, surface: str) -> bool:
        parts = (self.of(view, leaf, surface) for leaf, _ in view.leaves)
        counts = (one.often.sum() for part in parts for one in part.values())
        return bool(sum(counts) > _READ_WHOLE)

    def _places_in_parts(
        self, view: View, surface: str, talk_rows: RowArray | None = None
    ) -> Iterator[Positions]:
        """The tokens of a surface, by segment and field; of some talks only, if these are given."""
        generation = view.generation
        wanted = np.full(len(generation.talk_ids) + 1, talk_rows is None)
        wanted[-1] = False  # where the deleted documents belong
        wanted[talk_rows if talk_rows is not None else slice(-1)] = True
        for leaf, offset in view.leaves:
            for extent in self.of(view, leaf, surface).values():
                owner = generation.owner[extent.rows + offset]
                counts = extent.often.astype(np.int64)
                chosen = wanted[owner]
                content = self._places_of(leaf, extent.places, counts, chosen)
                first = np.repeat(generation.begins[owner[chosen]], counts[chosen])
                yield first + np.frombuffer(content, PLACE)

    def _places_of(self, leaf: Any, begin: int, counts: RowArray, chosen: BoolArray) -> bytes:
        """The bytes with the places of the chosen documents, of which ``counts`` are all."""
        size = int(counts.sum()) * PLACE.itemsize
        if size <= _READ_AT_ONCE or chosen.all():
            with self._views.guard, reading(self._folder):
                content = postings_of(leaf, begin, size)
            places = np.frombuffer(content, PLACE)
            return content if chosen.all() else places[np.repeat(chosen, counts)].tobytes()
        # Documents side by side are read at once.
        bounds = np.flatnonzero(np.diff(chosen, prepend=False, append=False)).reshape(-1, 2)
        ends = begin + PLACE.itemsize * np.concatenate([[0], np.cumsum(counts)])
        with self._views.guard, reading(self._folder):
            return b"".join(
                postings_of(leaf, first, last - first) for first, last in ends[bounds].tolist()
            )


def _read(leaf: Any, documents: int, begin: int) -> Extent:
    content = postings_of(leaf, begin, documents * (ROW.itemsize + OFTEN.itemsize))
    return Extent(
        np.frombuffer(content, ROW, documents).astype(np.int64),
        np.frombuffer(content, OFTEN, offset=documents * ROW.itemsize).astype(np.float64),
        begin + len(content),
    )
