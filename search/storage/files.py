"""Files that are there whole or not at all, and the kernel lock that writers hold."""

from __future__ import annotations

import errno
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from archive.errors import Busy, DiskFull
from archive.phrases import phrase

_POLL_S = 0.05


@contextmanager
def locked(path: Path, wait_s: float) -> Iterator[None]:
    """Hold a kernel lock (flock), which ends with its process however that ends.

    Waits for others up to ``wait_s`` seconds, then raises Busy.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as handle:
        until = time.monotonic() + wait_s
        while not _taken(handle.fileno()):
            if time.monotonic() >= until:
                raise Busy(
                    phrase(
                        "Another process has been writing the search index for %(wait_s).0f s.",
                        wait_s=wait_s,
                    ),
                    advice=phrase("Try again when it is done."),
                )
            time.sleep(_POLL_S)
        yield


def is_locked(path: Path) -> bool:
    """Whether some process holds the lock at this moment."""
    try:
        with path.open("rb") as handle:
            fcntl.flock(handle.fileno(), fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except FileNotFoundError:
        pass
    return False


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def write_whole(path: Path, content: bytes) -> None:
    """Write a file under another name, bring it to disk, and give it its name.

    The name itself is on disk only after ``sync_folder``.
    """
    unfinished = path.with_name(f"{path.name}.new")
    with unfinished.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def disk_full_named(folder: Path) -> Iterator[None]:
    """Turn the system's error for a full disk into DiskFull."""
    try:
        yield
    except OSError as error:
        if not is_disk_full(error):
            raise
        raise DiskFull(
            phrase(
                "The disk of %(folder)s is full; the search index stays as it was.", folder=folder
            ),
            advice=phrase("Make room, then run `podium ingest` or `podium reindex`."),
        ) from error


def is_disk_full(error: Exception) -> bool:
    """Whether an error is the system's for a disk, or a person's share of it, that is full."""
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
