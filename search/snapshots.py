"""What all searches need of one state of the archive, read or reckoned once for that state."""

from __future__ import annotations

import threading
from collections.abc import Mapping

from archive.catalog import Catalog
from search.answering.overview import Overview
from search.answering.people import People
from search.asking.complete import Completion
from search.directory import Directory
from search.index import IndexedTalk


class Snapshots:
    """The newest snapshot of the catalog, and what follows from it. Safe to share between threads.

    Whoever answers a query asks for the directory once, and for all else by that directory.
    """

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._lock = threading.Lock()
        self._directory: Directory | None = None
        self._overview: Overview | None = None
        self._people: People | None = None
        self._completion: Completion | None = None

    def directory(self) -> Directory:
        """The catalog as it stands now."""
        held = self._catalog.holdings()
        with self._lock:
            if self._directory is None or self._directory.revision != held.revision:
                self._directory = Directory.of(held)
            return self._directory

    def overview(self, directory: Directory, contents: Mapping[int, IndexedTalk]) -> Overview:
        """What coverage and facets are counted by, for a state of catalog and index."""
        with self._lock:
            known = self._overview
            if known is None or known.directory is not directory or known.contents is not contents:
                known = self._overview = Overview(directory, contents)
            return known

    def people(self, directory: Directory) -> People:
        """The people whom a query may name."""
        with self._lock:
            if self._people is None or self._people.directory is not directory:
                self._people = People(directory)
            return self._people

    def completion(self, directory: Directory) -> Completion:
        """What somebody may be about to type."""
        with self._lock:
            if self._completion is None or self._completion.directory is not directory:
                self._completion = Completion(directory)
            return self._completion
