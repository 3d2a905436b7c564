"""The folder with a file for each indexed talk: written, read and kept in memory."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path

from search.documents import TalkDocument
from search.engine.kept import Kept
from search.engine.talk_file import Detail, TalkFile, TalkText, name_of, pack
from search.storage.checksums import DamagedFile
from search.storage.damage import DamageNotes
from search.storage.files import sync_folder, write_whole

_HEADERS_BYTES = 8_000_000
_HEADER_BYTES = 4_000
"""About what the header of a file takes."""
_DETAILS_BYTES = 32_000_000
"""Room for some 120 talks of 12,000 words."""


class TalkFolder:
    """Files by name; a file never changes, since its name has the checksum of its content."""

    def __init__(self, folder: Path, notes: DamageNotes) -> None:
        self._folder = folder
        self._notes = notes
        self._files: Kept[TalkFile] = Kept(_HEADERS_BYTES)
        self._details: Kept[Detail] = Kept(_DETAILS_BYTES)

    def store(self, documents: Collection[TalkDocument]) -> dict[int, str]:
        """Bring a file for each document to disk; their names by talk."""
        names: dict[int, str] = {}
        damaged = self._notes.names()
        for document in documents:
            content = pack(document)
            name = name_of(document, content)
            if name in damaged:
                self._notes.set_aside(self._folder / name)
            write_whole(self._folder / name, content)
            self._notes.remove(name)
            names[document.talk_id] = name
        sync_folder(self._folder)
        return names

    def text(self, name: str) -> TalkText:
        """A talk's text; raises FileNotFoundError where a newer generation has another."""
        file = self._files.get(name, lambda: (TalkFile(self._folder / name), _HEADER_BYTES))
        detail = self._details.get(name, lambda: (file.detail(), file.detail_bytes))
        return TalkText(file.sections, detail)

    def damaged(self, names: Iterable[str]) -> list[str]:
        """Of the files of these names those that are damaged or missing; all are read."""
        damaged = []
        for name in names:
            try:
                TalkFile(self._folder / name).detail()
            except (FileNotFoundError, DamagedFile):
                damaged.append(name)
        return damaged

    def remove_except(self, kept: Collection[str]) -> None:
        """Remove the files that no generation still in use names."""
        damaged = self._notes.names()
        for path in self._folder.iterdir():
            if path.name not in kept:
                if path.name in damaged:
                    self._notes.set_aside(path)
                path.unlink(missing_ok=True)
