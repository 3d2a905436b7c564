"""Files that can be made again, kept in a folder up to a size; the longest unused go first."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

from archive.store import FULL_DISK, disk_full

UNFINISHED = ".part"
# Down to this share of its size, so that not every further file has to look for room.
_ROOM = 0.9
# How old the mark of its last use may become, in seconds; each use would else be a write.
_USED_WITHIN_S = 3600


class BoundedFolder:
    """A folder below the archive's home; safe to share between threads and processes.

    Names are relative paths that Podium made itself. A file is complete under its name or not
    there: it is written under another one first.
    """

    def __init__(self, folder: Path, most_bytes: int) -> None:
        self.folder = folder
        self._most_bytes = most_bytes
        self._held_bytes: int | None = None
        self._lock = threading.Lock()

    def find(self, name: str) -> Path | None:
        """The file of that name, which is then one that was just used; None where there is none."""
        path = self.folder / name
        try:
            if time.time() - path.stat().st_mtime > _USED_WITHIN_S:
                os.utime(path)
        except OSError:
            return None
        return path

    def unfinished(self, name: str) -> Path:
        """Where to write a file before ``adopt`` gives it its name; nobody else writes there."""
        place = self.folder / f"{name}.{os.getpid()}-{threading.get_ident()}{UNFINISHED}"
        place.parent.mkdir(parents=True, exist_ok=True)
        return place

    def keep(self, name: str, content: bytes) -> Path:
        """Store a file; raises DiskFull where there is no room for it."""
        unfinished = self.unfinished(name)
        try:
            unfinished.write_bytes(content)
            return self.adopt(name, unfinished)
        except OSError as error:
            unfinished.unlink(missing_ok=True)
            if error.errno not in FULL_DISK:
                raise
            raise disk_full(unfinished, error) from error

    def adopt(self, name: str, unfinished: Path) -> Path:
        """Give a complete file its name: bytes on disk first, then one rename."""
        target = self.folder / name
        with unfinished.open("rb") as handle:
            os.fsync(handle.fileno())
        size = unfinished.stat().st_size
        unfinished.replace(target)
        with self._lock:
            if self._held_bytes is None:
                self._held_bytes = sum(held for _, held, _ in self._contents())
            else:
                self._held_bytes += size
            if self._held_bytes > self._most_bytes:
                self._held_bytes = self._make_room(target)
        return target

    def _make_room(self, newest: Path) -> int:
        """Delete the longest unused files; how many bytes are left. ``newest`` stays."""
        contents = sorted(self._contents())
        held = sum(size for _, size, _ in contents)
        for _, size, path in contents:
            if held <= self._most_bytes * _ROOM:
                break
            if path != newest:
                path.unlink(missing_ok=True)
                held -= size
        return held

    def _contents(self) -> list[tuple[float, int, Path]]:
        """When each file was last used, its size, and the file."""
        found: list[tuple[float, int, Path]] = []
        for path in self.folder.rglob("*"):
            try:
                facts = path.stat()
            except FileNotFoundError:
                continue
            if path.is_file():
                found.append((facts.st_mtime, facts.st_size, path))
        return found
