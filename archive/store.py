"""The media store: files under the name of their SHA-256, never half written.

home/media/ab/abcdef….mp4     finished files
home/incoming/<talk>/         downloads and conversions in work
home/frames/<media_key>/      pictures of a recording (ingest.frames)
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from archive.errors import DiskFull
from archive.phrases import phrase

# What the system says when there is no room: no space, over quota, over a limit of file size.
FULL_DISK = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
# Folders of the home with what can be made again.
FRAMES = "frames"
CLIPS = "clips"
_CHUNK = 1 << 20
_STORED_NAME = re.compile(r"[0-9a-f]{64}\.[a-z0-9]+")


class MediaStore:
    """The files of one archive; ``home`` is its folder."""

    def __init__(self, home: Path) -> None:
        self.media = home / "media"
        self._frames = home / FRAMES
        self._incoming = home / "incoming"

    def incoming_of(self, talk_id: int) -> Path:
        """Where the unfinished files of a talk belong, whether there are any or not."""
        return self._incoming / str(talk_id)

    def incoming(self, talk_id: int) -> Path:
        """The folder for the unfinished files of a talk; what a cut-off run left stays in it."""
        folder = self.incoming_of(talk_id)
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def clear_incoming(self, talk_id: int) -> None:
        """Remove the unfinished files of a talk."""
        shutil.rmtree(self.incoming_of(talk_id), ignore_errors=True)

    def leavings(self) -> list[int]:
        """Keys of the talks that have unfinished files."""
        if not self._incoming.is_dir():
            return []
        return [int(folder.name) for folder in self._incoming.iterdir() if folder.name.isdecimal()]

    def stored(self) -> Iterator[tuple[str, Path]]:
        """Location and path of every finished file that this store made."""
        for path in sorted(self.media.glob("??/*")):
            if _STORED_NAME.fullmatch(path.name) and path.name.startswith(path.parent.name):
                yield f"{path.parent.name}/{path.name}", path

    def discard(self, path: Path) -> None:
        """Delete a file or folder of this store; nothing happens when it is gone already."""
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)

    def discard_frames(self, media_key: str) -> None:
        """Delete the pictures that were drawn of a recording."""
        shutil.rmtree(self._frames / media_key, ignore_errors=True)

    def location(self, media_key: str, suffix: str) -> str:
        """Where a file with that key belongs, below the media folder."""
        return f"{media_key[:2]}/{media_key}{suffix.lower()}"

    def adopt(self, unfinished: Path, location: str) -> Path:
        """Move a complete file to its final name: bytes on disk first, then one rename."""
        target = self.media / location
        target.parent.mkdir(parents=True, exist_ok=True)
        with unfinished.open("rb") as handle:
            os.fsync(handle.fileno())
        unfinished.replace(target)
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return target

    def set_aside(self, path: Path) -> Path | None:
        """Rename a stored file so that it is no longer one; None where it is not this store's."""
        if not path.is_file() or not path.is_relative_to(self.media):
            return None
        return path.replace(path.with_name(f"{path.name}.changed"))

    def remove(self, location: str) -> None:
        """Delete a stored file; nothing happens when it is gone already."""
        (self.media / location).unlink(missing_ok=True)


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's bytes, in hex."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def copy_file(source: Path, target: Path) -> None:
    """Copy a file's bytes; raises DiskFull (the half copy is removed) when there is no room."""
    try:
        with source.open("rb") as reader, target.open("wb") as writer:
            shutil.copyfileobj(reader, writer, _CHUNK)
            writer.flush()
            os.fsync(writer.fileno())
    except OSError as error:
        if error.errno not in FULL_DISK:
            raise
        target.unlink(missing_ok=True)
        raise disk_full(target, error) from error


def disk_full(path: Path, error: OSError) -> DiskFull:
    """The error for a disk without room at ``path``."""
    return DiskFull(
        phrase(
            "There is no room to write %(folder)s: %(reason)s.",
            folder=path.parent,
            reason=error.strerror,
        ),
        advice=phrase("Make room, then run the same command again: it goes on where it was."),
    )
