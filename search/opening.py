"""Where the index lies, and how a new one takes the place of an old one.

``home/index/`` holds a folder for each index and the file ``current``, which names the one that
counts. A rebuild fills a new folder beside the old one and switches when it is complete; whoever
has the index open moves over by itself.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import TypeVar

from archive.errors import IndexBroken
from search.analysis import ANALYSIS_VERSION
from search.documents import TalkDocument
from search.files import locked, sync_folder, write_whole
from search.index import Found, IndexedTalk, Request, SearchIndex
from search.vocabulary import Vocabulary

_REBUILD_WAIT_S = 600.0
_Answer = TypeVar("_Answer")


def open_index(home: Path) -> CurrentIndex:
    """The index of an archive, made empty where there is none.

    Opening never fails over a damaged index; using it does, with IndexBroken.
    """
    return CurrentIndex(home / "index")


def rebuild(home: Path, batches: Iterable[Sequence[TalkDocument]]) -> int:
    """Build a new index from these talks and switch to it; how many there were.

    Each batch is one commit. The old index, damaged or not, is kept until the new one is in its
    place, and answers until then if it can.
    """
    folder = home / "index"
    folder.mkdir(parents=True, exist_ok=True)
    with locked(folder / "rebuild.lock", _REBUILD_WAIT_S):
        name = _new_name()
        index = _create(folder / name)
        count = 0
        for batch in batches:
            index.replace(batch)
            count += len(batch)
        index.close()
        _switch(folder, name)
        _remove_others(folder, name)
    return count


class CurrentIndex:
    """A SearchIndex that is always the one that ``current`` names."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = Lock()
        self._name = ""
        self._engine: SearchIndex | None = None

    def replace(self, talks: Sequence[TalkDocument]) -> None:
        self._write(lambda engine: engine.replace(talks))

    def remove(self, talk_ids: Collection[int]) -> None:
        self._write(lambda engine: engine.remove(talk_ids))

    def search(self, request: Request) -> Found:
        return self._read(lambda engine: engine.search(request))

    def vocabulary(self) -> Vocabulary:
        return self._read(lambda engine: engine.vocabulary())

    def contents(self) -> Mapping[int, IndexedTalk]:
        return self._read(lambda engine: engine.contents())

    def indexed(self) -> dict[int, int]:
        return self._read(lambda engine: engine.indexed())

    def tidy(self) -> None:
        self._read(lambda engine: engine.tidy())

    def close(self) -> None:
        with self._lock:
            if self._engine is not None:
                self._engine.close()
            self._engine = None

    def _read(self, ask: Callable[[SearchIndex], _Answer]) -> _Answer:
        engine, name = self._current()
        try:
            return ask(engine)
        except IndexBroken:
            # An index that was switched away loses its files while it is read.
            if _current_name(self._folder) == name:
                raise
        return ask(self._current()[0])

    def _write(self, change: Callable[[SearchIndex], None]) -> None:
        """Write to the index that counts, also where that changes meanwhile."""
        while True:
            engine, name = self._current()
            try:
                change(engine)
            except IndexBroken:
                if _current_name(self._folder) == name:
                    raise
            if _current_name(self._folder) == name:
                return

    def _current(self) -> tuple[SearchIndex, str]:
        with self._lock:
            name = _current_name(self._folder)
            if self._engine is None or name != self._name:
                if not _fits(name):
                    name = _start_empty(self._folder)
                engine = _open(self._folder / name)
                # Searches of other threads may still be in the engine of before: it is let go
                # of, not closed.
                self._engine, self._name = engine, name
            return self._engine, self._name


def _prefix() -> str:
    """Engine, schema and analysis by version: an index of others is never opened."""
    from search.whoosh_index import ENGINE_NAME, SCHEMA_VERSION

    return f"{ENGINE_NAME}-schema{SCHEMA_VERSION}-analysis{ANALYSIS_VERSION}-"


def _new_name() -> str:
    return _prefix() + secrets.token_hex(4)


def _fits(name: str) -> bool:
    return name.startswith(_prefix())


def _create(folder: Path) -> SearchIndex:
    from search.whoosh_index import WhooshIndex

    return WhooshIndex.create(folder)


def _open(folder: Path) -> SearchIndex:
    from search.whoosh_index import WhooshIndex

    return WhooshIndex(folder)


def _current_name(folder: Path) -> str:
    try:
        return (folder / "current").read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return ""
    except ValueError as error:
        raise IndexBroken(
            "The file that names the current search index is damaged.",
            advice="Run `podium reindex`.",
        ) from error


def _start_empty(folder: Path) -> str:
    """Make an empty index that counts, unless another process just did."""
    with locked(folder / "rebuild.lock", _REBUILD_WAIT_S):
        name = _current_name(folder)
        if not _fits(name):
            name = _new_name()
            _create(folder / name).close()
            _switch(folder, name)
        return name


def _switch(folder: Path, name: str) -> None:
    write_whole(folder / "current", f"{name}\n".encode())
    sync_folder(folder)


def _remove_others(folder: Path, name: str) -> None:
    for path in folder.iterdir():
        if path.is_dir() and path.name != name and (path / "talks").is_dir():
            shutil.rmtree(path, ignore_errors=True)
