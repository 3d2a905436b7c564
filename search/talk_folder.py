"""The folder with a file of arrays for each indexed talk: written, read and kept in memory."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from pathlib import Path

from search.arrays import Kept, TalkArrays
from search.documents import TalkDocument
from search.files import sync_folder, write_whole
from search.talk_file import Detail, pack

_ARRAYS_BYTES = 96_000_000
"""Room for the arrays of some 1,200 talks of 12,000 words."""
_DETAILS_BYTES = 8_000_000


class TalkFolder:
    """Files by name; a file never changes, since each revision of a talk gets a new one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._arrays: Kept[TalkArrays] = Kept(_ARRAYS_BYTES)
        self._details: Kept[Detail] = Kept(_DETAILS_BYTES)

    def store(self, documents: Collection[TalkDocument]) -> dict[int, str]:
        """Bring a file for each document to disk; their names by talk."""
        names: dict[int, str] = {}
        for document in documents:
            name = f"{document.talk_id}-{document.revision}-{secrets.token_hex(4)}.arrays"
            write_whole(self._folder / name, pack(document))
            names[document.talk_id] = name
        sync_folder(self._folder)
        return names

    def arrays(self, name: str) -> TalkArrays:
        """A talk's arrays; raises FileNotFoundError where a newer generation has others."""

        def read() -> tuple[TalkArrays, int]:
            arrays = TalkArrays(self._folder / name, self._details)
            return arrays, arrays.bytes

        return self._arrays.get(name, read)

    def remove_except(self, kept: Collection[str]) -> None:
        """Remove the files that no generation still in use names."""
        for path in self._folder.iterdir():
            if path.name not in kept:
                path.unlink(missing_ok=True)
