"""Notes on damaged files, by which the process that meets damage tells the one that mends it.

A note is an empty file in ``damaged/`` with the name of the damaged file. While an index is being
mended its good parts go on answering, since every byte that is read is verified.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from archive.errors import IndexBroken
from archive.phrases import phrase
from search.storage.checksums import DamagedFile
from search.storage.files import is_disk_full

_MOST_ASIDE = 8
"""So many damaged files of single talks are kept for whoever wants to look at them."""


class DamageNotes:
    """The notes on the files of one index."""

    def __init__(self, folder: Path) -> None:
        self._notes = folder / "damaged"
        self._aside = folder / "aside"

    def add(self, name: str) -> None:
        """Note that the file of that name is damaged."""
        # Where no note can be written, whoever mends finds the damage by its own checks.
        with suppress(OSError):
            self._notes.mkdir(exist_ok=True)
            (self._notes / name).touch()

    @contextmanager
    def noting(self) -> Iterator[None]:
        """Note the file that proves damaged in here."""
        try:
            yield
        except DamagedFile as error:
            self.add(error.name)
            raise

    def names(self) -> frozenset[str]:
        """The files that were found damaged and are not mended yet."""
        try:
            return frozenset(path.name for path in self._notes.iterdir())
        except FileNotFoundError:
            return frozenset()

    def remove(self, name: str) -> None:
        """The file is mended, or nobody needs it any more."""
        (self._notes / name).unlink(missing_ok=True)

    def set_aside(self, path: Path) -> None:
        """Keep a damaged file for a while, out of the way of the one that takes its place."""
        self._aside.mkdir(exist_ok=True)
        with suppress(FileNotFoundError):
            path.replace(self._aside / path.name)
        kept = sorted(self._aside.iterdir(), key=lambda kept: kept.stat().st_mtime_ns)
        for old in kept[:-_MOST_ASIDE]:
            old.unlink(missing_ok=True)


@contextmanager
def reading(folder: Path) -> Iterator[None]:
    """Turn whatever comes of reading the files of an index into IndexBroken."""
    try:
        yield
    except IndexBroken:
        raise
    # Where its files are damaged, Whoosh raises whatever comes of it, also bare Exceptions.
    except Exception as error:
        if is_disk_full(error):
            raise
        raise unreadable(folder) from error


def unreadable(folder: Path) -> IndexBroken:
    """The error for an index that cannot be read, for whatever reason."""
    return IndexBroken(
        phrase(
            "The search index in %(index)s cannot be read; its files are kept.",
            index=folder.name,
        ),
        advice=phrase("Run `podium reindex`, which builds a new one beside it."),
    )
