"""Where the index lies, and how a new one takes the place of an old one.

``home/index/`` holds a folder for each index and the file ``current``, which names the one that
counts. A rebuild fills a new folder beside the old one and switches when it is complete; whoever
has the index open moves over by itself. A damaged index that was replaced stays aside as
``damaged-<name>``, the last one only.
"""

from __future__ import annotations

import re
import secrets
import shutil
import zlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import TypeVar

from archive.errors import IndexBroken
from archive.phrases import phrase
from search.documents import TalkDocument
from search.index import Found, IndexedTalk, Request, SearchIndex, WordUse
from search.storage.files import is_locked, locked, sync_folder, write_whole
from search.words.analysis import ANALYSIS_VERSION
from search.words.vocabulary import Vocabulary

_REBUILD_WAIT_S = 600.0
_LOCK = "rebuild.lock"
_ASIDE = "damaged-"
_Answer = TypeVar("_Answer")


def open_index(home: Path) -> CurrentIndex:
    """The index of an archive, made empty where there is none.

    Opening never fails over a damaged index; using it does, with IndexBroken.
    """
    return CurrentIndex(home / "index")


def rebuild(home: Path, batches: Iterable[Sequence[TalkDocument]]) -> int:
    """Build a new index from these talks and switch to it; how many there were.

    Each batch is one commit. The old index, damaged or not, is kept until the new one is in its
    place, and answers until then as far as it can.
    """
    folder = home / "index"
    folder.mkdir(parents=True, exist_ok=True)
    with locked(folder / _LOCK, _REBUILD_WAIT_S):
        name = _new_name()
        index = _create(folder / name)
        count = 0
        for batch in batches:
            index.replace(batch)
            count += len(batch)
        index.close()
        _switch(folder, name)
        _clear_others(folder, name)
    return count


def is_rebuilding(home: Path) -> bool:
    """Whether some process is building an index at this moment."""
    return is_locked(home / "index" / _LOCK)


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

    def word_use(self, speaker: str, fewest: int) -> tuple[WordUse, ...]:
        return self._read(lambda engine: engine.word_use(speaker, fewest))

    def contents(self) -> Mapping[int, IndexedTalk]:
        return self._read(lambda engine: engine.contents())

    def indexed(self) -> dict[int, int]:
        return self._read(lambda engine: engine.indexed())

    def damaged(self, *, thorough: bool = False) -> frozenset[int]:
        return self._read(lambda engine: engine.damaged(thorough=thorough))

    def tidy(self, *, overdue: bool = False, step_s: float = 0.25) -> bool:
        return self._read(lambda engine: engine.tidy(overdue=overdue, step_s=step_s))

    @property
    def name(self) -> str:
        """The name of the index that counts; raises IndexBroken where that is not known."""
        return _current_name(self._folder)

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


def is_of_this_kind(name: str) -> bool:
    """Whether an index of that name is of this engine, schema and analysis."""
    return name.startswith(_prefix())


def _prefix() -> str:
    """Engine, schema and analysis by version: an index of others is never opened."""
    from search.engine.whoosh_index import ENGINE_NAME, SCHEMA_VERSION

    return f"{ENGINE_NAME}-schema{SCHEMA_VERSION}-analysis{ANALYSIS_VERSION}-"


def _new_name() -> str:
    return _prefix() + secrets.token_hex(4)


def _fits(name: str) -> bool:
    return name.startswith(_prefix())


def _create(folder: Path) -> SearchIndex:
    from search.engine.whoosh_index import WhooshIndex

    return WhooshIndex.create(folder)


def _open(folder: Path) -> SearchIndex:
    from search.engine.whoosh_index import WhooshIndex

    return WhooshIndex(folder)


def _current_name(folder: Path) -> str:
    """The name in the file ``current``; "" where there is none."""
    try:
        content = (folder / "current").read_bytes()
    except FileNotFoundError:
        return ""
    name, _, checksum = content.removesuffix(b"\n").rpartition(b" ")
    if name and content.endswith(b"\n") and checksum == b"%08x" % zlib.crc32(name):
        return name.decode()
    # Podium 0.1 wrote no checksum; an index of that time is never opened, but replaced.
    if re.fullmatch(rb"whoosh-2\.7\.4-schema1-analysis\d+-[0-9a-f]{8}", checksum) and not name:
        return checksum.decode()
    raise _unknown()


def _unknown() -> IndexBroken:
    return IndexBroken(
        phrase("The file that names the current search index is damaged or missing."),
        advice=phrase("Run `podium reindex`."),
    )


def _start_empty(folder: Path) -> str:
    """Make an empty index that counts, unless another process just did."""
    with locked(folder / _LOCK, _REBUILD_WAIT_S):
        name = _current_name(folder)
        if not name and any(any(talks.iterdir()) for talks in folder.glob("*/talks")):
            raise _unknown()
        if not _fits(name):
            name = _new_name()
            _create(folder / name).close()
            _switch(folder, name)
        return name


def _switch(folder: Path, name: str) -> None:
    plain = name.encode()
    write_whole(folder / "current", b"%s %08x\n" % (plain, zlib.crc32(plain)))
    sync_folder(folder)


def _clear_others(folder: Path, name: str) -> None:
    """Remove the indexes that do not count any more, but keep one that is damaged aside."""
    others = [
        path
        for path in folder.iterdir()
        if path.is_dir() and path.name != name and (path / "talks").is_dir()
    ]
    aside = [path for path in others if path.name.startswith(_ASIDE)]
    for path in others:
        if path not in aside and _is_damaged(path):
            _remove(aside)
            aside = [path.rename(folder / f"{_ASIDE}{path.name}")]
        elif path not in aside:
            _remove([path])


def _is_damaged(folder: Path) -> bool:
    """Whether an index of this version is known as damaged."""
    if not _fits(folder.name):
        return False
    index = _open(folder)
    try:
        return bool(index.damaged())
    except IndexBroken:
        return True
    finally:
        index.close()


def _remove(folders: Iterable[Path]) -> None:
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
