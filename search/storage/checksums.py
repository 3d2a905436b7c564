"""Files whose bytes are verified whenever they are read.

A commit of the index keeps, for each of its files, the length and a CRC-32 of every block. A block
is compared with its checksum each time it is read, so there is no moment after a check at which
damage could slip in, and nothing has to be read that nobody asks for: opening stays as fast as it
was, and a byte that was never right is never used.
"""

from __future__ import annotations

import io
import json
import os
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archive.errors import IndexBroken
from search.storage.files import write_whole

BLOCK_BYTES = 1 << 14
_MAGIC = b"PodiumSums1"


class DamagedFile(IndexBroken):
    """A file of the index, by name, is not what was written."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The index file {name} is damaged or missing.",
            advice="`podium serve` mends it by itself; so does `podium check --repair`.",
        )
        self.name = name


@dataclass(frozen=True, slots=True)
class Checksum:
    """The length of a file in bytes, and the CRC-32 of each of its blocks."""

    size: int
    blocks: tuple[int, ...]

    @classmethod
    def of(cls, path: Path) -> Checksum:
        """The checksum of a file as it is now."""
        size = 0
        blocks: list[int] = []
        with path.open("rb", buffering=0) as file:
            while block := file.read(BLOCK_BYTES):
                size += len(block)
                blocks.append(zlib.crc32(block))
        return cls(size, tuple(blocks))


class CheckedFile(io.RawIOBase):
    """A file to read from, block by verified block; wrap it in a BufferedReader.

    Raises DamagedFile where the file is not what its checksum says, FileNotFoundError where it is
    not there.
    """

    def __init__(self, path: Path, known: Checksum) -> None:
        self._name = path.name
        self._known = known
        self._at = 0
        self._block_number, self._block = -1, b""
        self._file = path.open("rb", buffering=0)
        if os.fstat(self._file.fileno()).st_size != known.size:
            self._file.close()
            raise DamagedFile(self._name)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._file.fileno()

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        begin = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._known.size}[whence]
        if begin + offset < 0:
            raise DamagedFile(self._name)
        self._at = begin + offset
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: Any) -> int:
        """Read at most to the end of a block; whoever wants more asks again."""
        if self._at >= self._known.size:
            return 0
        number, skipped = divmod(self._at, BLOCK_BYTES)
        part = self._verified(number)[skipped : skipped + len(buffer)]
        buffer[: len(part)] = part
        self._at += len(part)
        return len(part)

    def close(self) -> None:
        if not self.closed:
            self._file.close()
        super().close()

    def _verified(self, number: int) -> bytes:
        if number != self._block_number:
            block = os.pread(self._file.fileno(), BLOCK_BYTES, number * BLOCK_BYTES)
            if zlib.crc32(block) != self._known.blocks[number]:
                raise DamagedFile(self._name)
            self._block_number, self._block = number, block
        return self._block


@dataclass(frozen=True, slots=True)
class Commit:
    """What a commit keeps of its files, by name.

    ``content`` is the number of the commit that last changed what the index holds, which is an
    older one where this one only arranged it anew.
    """

    content: int
    files: Mapping[str, Checksum]

    def write(self, path: Path) -> None:
        """Write it to a file that is on disk when this returns."""
        plain = {name: [checksum.size, *checksum.blocks] for name, checksum in self.files.items()}
        body = json.dumps({"content": self.content, "files": plain}).encode()
        write_whole(path, b"%s %08x\n%s" % (_MAGIC, zlib.crc32(body), body))

    @classmethod
    def read(cls, path: Path) -> Commit:
        """What a file holds; raises DamagedFile, FileNotFoundError."""
        head, _, body = path.read_bytes().partition(b"\n")
        if head != b"%s %08x" % (_MAGIC, zlib.crc32(body)):
            raise DamagedFile(path.name)
        plain = json.loads(body)
        files = {
            name: Checksum(size, tuple(blocks)) for name, (size, *blocks) in plain["files"].items()
        }
        return cls(plain["content"], files)
