"""Watching a folder: what appears there is taken in once it is complete.

The folder is looked at again and again. Polling works on network mounts, which send no notices of
change, and nothing is lost while nobody watches. What was taken already is asked of the catalog;
nothing is kept beside it.

A recording is complete when it and what stands beside it (its sidecars and captions) have been
still for a while, no process has it open for writing, and it can be read to its end. One that
stays unreadable for long is handed on all the same, so that the archive says why it failed. A
file is handed on once: again only after it or a sidecar of it changed, or in a new run. So a
sidecar that comes later than its recording brings its metadata later.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from archive import schema
from archive.catalog import Catalog
from archive.errors import (
    BadSource,
    CorruptMedia,
    NoAudio,
    NotFound,
    PodiumError,
    TryLater,
    UserError,
)
from archive.types import State
from ingest.ingesting import Run
from ingest.media import probe
from ingest.open_files import open_for_writing
from ingest.programmes.sidecars import Neighbours, read_sidecar
from ingest.sources import identify, is_recording, natural_order, walk

log = logging.getLogger("podium.watch")

Tell = Callable[[str], None]
# The paths of which nothing is left to do.
Known = Callable[[Sequence[Path]], Collection[Path]]

# A file that is still this many times as long as a complete one must be is not waited for.
_PATIENCE = 30
# Very large folders are looked at less often.
_LOOKS_PER_S = 500.0

# Names of a recording and its sidecars, each with size in bytes and time of change.
_Fingerprint = tuple[tuple[str, int, int], ...]


@dataclass(slots=True)
class _Sight:
    """A recording as it was seen last; ``since_s`` is when it was first seen so."""

    fingerprint: _Fingerprint
    since_s: float
    done: bool = False
    fault: str = ""
    told: str = ""


class Watcher:
    """The recordings of a folder and of those below it, and which of them are complete.

    ``known`` says of which nothing is left to do; ``tell`` is given what a person should know, a
    sentence at a time; ``leave_out`` is a folder whose files are no sources, the archive's own.
    """

    def __init__(
        self,
        folder: Path,
        *,
        settle_s: float,
        known: Known = lambda _paths: (),
        tell: Tell = log.info,
        leave_out: Path | None = None,
    ) -> None:
        self.folder = folder
        self.settle_s = settle_s
        self._known = known
        self._tell = tell
        self._leave_out = _as_below(leave_out, folder)
        self._sights: dict[Path, _Sight] = {}
        self._gone = False
        self.looks = 0

    def scan(self, now_s: float) -> list[Path]:
        """Look at the folder; the recordings that are complete and were not handed on yet.

        ``now_s`` is the time in seconds on a clock that never goes back.
        """
        if not self._is_there():
            return []
        found = dict(self._look())
        self.looks = sum(len(fingerprint) for fingerprint in found.values())
        self._sights = {
            path: self._sight(path, fingerprint, now_s) for path, fingerprint in found.items()
        }
        still = [
            path
            for path, sight in self._sights.items()
            if not sight.done and now_s - sight.since_s >= self.settle_s
        ]
        if not still:
            return []
        for path in self._known(still):
            self._sights[path].done = True
        still = [path for path in still if not self._sights[path].done]
        written = open_for_writing(still)
        ready = [path for path in still if self._is_ready(path, written.get(path), now_s)]
        return sorted(ready, key=natural_order)

    def waiting(self) -> list[Path]:
        """The recordings that are there and not complete yet."""
        return sorted((p for p, s in self._sights.items() if not s.done), key=natural_order)

    def forget(self, path: Path) -> None:
        """Hand that recording on again, once it has been still again."""
        self._sights.pop(path, None)

    def _is_there(self) -> bool:
        try:
            os.scandir(self.folder).close()
        except OSError as error:
            if not self._gone:
                self._tell(f"{self.folder} is not there ({error.strerror}); waiting for it.")
            self._gone = True
            return False
        if self._gone:
            self._tell(f"{self.folder} is there again.")
        self._gone = False
        return True

    def _look(self) -> Iterator[tuple[Path, _Fingerprint]]:
        for here, names in walk(self.folder, leave_out=self._leave_out):
            beside = Neighbours(names)
            for name in filter(is_recording, names):
                media = here / name
                marks = [_mark(here, each) for each in (name, *beside.sidecars(media))]
                if marks[0] is not None:
                    yield media, tuple(mark for mark in marks if mark is not None)

    def _sight(self, path: Path, fingerprint: _Fingerprint, now_s: float) -> _Sight:
        before = self._sights.get(path)
        if before is not None and before.fingerprint == fingerprint:
            return before
        return _Sight(fingerprint, now_s, told=before.told if before is not None else "")

    def _is_ready(self, path: Path, writer: str | None, now_s: float) -> bool:
        sight = self._sights[path]
        if writer is not None:
            self._wait(path, f"process {writer} has {path} open for writing.")
            return False
        if not sight.fault:
            sight.fault = _fault(path)
        if sight.fault and now_s - sight.since_s < _PATIENCE * self.settle_s:
            self._wait(path, sight.fault)
            return False
        sight.done = True
        return True

    def _wait(self, path: Path, why: str) -> None:
        sight = self._sights[path]
        if sight.told != why:
            self._tell(f"Not complete yet: {why}")
        sight.told = why


def watch_folder(
    watcher: Watcher,
    take: Callable[[Path], Run],
    *,
    tell: Tell,
    interval_s: float,
    once: bool = False,
) -> int:
    """Take what becomes complete in the folder until the process is stopped.

    With ``once``, what has been still between two looks is taken, and that is all; returns how
    many files failed. A file that fails does not stop the others.
    """
    if not once:
        while True:
            _take_all(watcher, take, tell)
            time.sleep(max(interval_s, watcher.looks / _LOOKS_PER_S))
    failed = _take_all(watcher, take, tell)
    time.sleep(watcher.settle_s)
    failed += _take_all(watcher, take, tell)
    if left := watcher.waiting():
        tell(f"Not complete yet, and left for the next time: {len(left)} files.")
    return failed


def watched_folder(folder: Path, home: Path) -> Path:
    """The folder's absolute path; raises NotFound or BadSource where it cannot be watched."""
    path = Path(os.path.abspath(os.path.expanduser(folder)))
    if not os.path.exists(path):
        raise NotFound(f"There is no folder {path}.", advice="Make it, or check the spelling.")
    if not os.path.isdir(path):
        raise BadSource(f"{path} is no folder.", advice=f"Take it in: podium ingest {path}")
    if Path(os.path.realpath(path)).is_relative_to(os.path.realpath(home)):
        raise BadSource(f"{path} belongs to the archive itself.", advice="Watch another folder.")
    return path


def up_to_date(catalog: Catalog, paths: Sequence[Path], *, transcribe: bool) -> set[Path]:
    """The files whose talks need no more work, and whose sidecars did not change since.

    A talk is known by its file's path or by the address that the sidecar names.
    """
    table = schema.talks
    with catalog.reading() as connection:
        query = select(table.c.source_key, table.c.id, table.c.added_at)
        talks = {row.source_key: row for row in connection.execute(query)}
    statuses = catalog.statuses()
    enough = {State.READY} if transcribe else {State.READY, State.TRANSCRIBE}
    found = set()
    for path in paths:
        talk = next((talks[key] for key in _keys(path) if key in talks), None)
        if talk is None or statuses[talk.id].state not in enough:
            continue
        added_at_s = datetime.fromisoformat(talk.added_at).timestamp()
        if _sidecars_changed_at_s(path) <= added_at_s:
            found.add(path)
    return found


def _take_all(watcher: Watcher, take: Callable[[Path], Run], tell: Tell) -> int:
    failed = 0
    for path in watcher.scan(time.monotonic()):
        try:
            failed += bool(take(path).failed)
        except TryLater as error:
            tell(f"{path}: {error} It is tried again.")
            watcher.forget(path)
            failed += 1
        except (PodiumError, OSError) as error:
            # On a network mount a file may go, or cannot be read, at any moment.
            tell(f"{path}: {error}")
            failed += 1
    return failed


def _as_below(inner: Path | None, folder: Path) -> Path | None:
    """The path by which a walk through ``folder`` comes upon ``inner``, or None."""
    if inner is None:
        return None
    real = Path(os.path.realpath(inner))
    outer = os.path.realpath(folder)
    return folder / real.relative_to(outer) if real.is_relative_to(outer) else None


def _mark(folder: Path, name: str) -> tuple[str, int, int] | None:
    try:
        status = os.stat(folder / name)
    except OSError:
        return None
    return name, status.st_size, status.st_mtime_ns


def _fault(path: Path) -> str:
    """Why a recording cannot be read to its end, or "" where it can."""
    try:
        probe(path)
    except NoAudio:
        # It is complete; that it cannot be used is for the archive to say.
        return ""
    except (BadSource, CorruptMedia) as error:
        return error.message
    except OSError as error:
        return f"{path} cannot be read: {error.strerror}."
    return ""


def _keys(path: Path) -> Iterator[str]:
    try:
        yield identify(str(path), Path.cwd()).key
        if sidecar := read_sidecar(path):
            yield sidecar.entry.source_key
    except UserError:
        # Ingesting it meets the same fault, and says it.
        return


def _sidecars_changed_at_s(path: Path) -> float:
    """When a sidecar of the recording was last written or put there; 0 where there is none."""
    times = [0.0]
    for name in Neighbours.of(path).sidecars(path):
        try:
            # A copy may keep the modification time of its original, but never this one.
            times.append(os.stat(path.with_name(name)).st_ctime)
        except OSError:
            continue
    return max(times)
