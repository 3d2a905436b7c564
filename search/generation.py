"""The documents of one state of an index as parallel arrays, for matching with numpy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from archive.types import Track
from search.documents import TalkDocument
from search.index import FIELD_WEIGHTS, IndexedTalk

BoolArray = npt.NDArray[np.bool_]
FloatArray = npt.NDArray[np.float64]
RowArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """What the engine stores beside the postings of one document: a speech, or a programme.

    ``section`` is the number of the speech in the talk's arrays, or -1 for the programme.
    ``file`` names those arrays. ``lengths`` counts the tokens by field.
    """

    talk_id: int
    revision: int
    file: str
    section: int
    speaker: str | None
    track: Track
    languages: tuple[str, ...]
    lengths: Mapping[str, int]


def stored_documents(document: TalkDocument, file: str) -> list[StoredDocument]:
    """The engine's documents of a talk: one for each speech, then the programme's."""
    stored = [
        StoredDocument(
            document.talk_id,
            document.revision,
            file,
            section,
            speech.speaker,
            speech.track,
            tuple(dict.fromkeys(code for _, code in speech.languages if code)),
            {"speech": len(speech.stream.surfaces)},
        )
        for section, speech in enumerate(document.speeches)
    ]
    lengths: dict[str, int] = {}
    for entry in document.programme:
        lengths[entry.field] = lengths.get(entry.field, 0) + len(entry.stream.surfaces)
    languages = (document.language,) if document.language else ()
    programme = StoredDocument(
        document.talk_id, document.revision, file, -1, None, Track.ORIGINAL, languages, lengths
    )
    return [*stored, programme]


class Generation:
    """All documents that count in one state of an index. Rows are the engine's own numbers.

    ``owner`` is the talk's row for each document (deleted ones belong to no talk: -1);
    ``documents[row]`` is None where a document was deleted.
    """

    def __init__(self, documents: Sequence[StoredDocument | None]) -> None:
        self.documents = documents
        self.alive: BoolArray = np.array([d is not None for d in documents], bool)
        self.talk_ids = sorted({d.talk_id for d in documents if d is not None})
        row_of = {talk_id: row for row, talk_id in enumerate(self.talk_ids)}
        self.owner: RowArray = np.array(
            [-1 if d is None else row_of[d.talk_id] for d in documents], np.int64
        )
        self.is_speech: BoolArray = np.array(
            [d is not None and d.section >= 0 for d in documents], bool
        )
        self.is_original: BoolArray = np.array(
            [d is not None and d.track is Track.ORIGINAL for d in documents], bool
        )
        self.lengths: dict[str, FloatArray] = {
            field: np.array(
                [0.0 if d is None else d.lengths.get(field, 0) for d in documents], np.float64
            )
            for field in FIELD_WEIGHTS
        }
        self.files = [""] * len(self.talk_ids)
        self.rows: list[dict[int, int]] = [{} for _ in self.talk_ids]
        for row, document in enumerate(documents):
            if document is not None:
                self.files[row_of[document.talk_id]] = document.file
                self.rows[row_of[document.talk_id]][document.section] = row
        self.contents = {
            talk_id: self._content(sections)
            for talk_id, sections in zip(self.talk_ids, self.rows, strict=True)
        }

    def row_of_talk(self, talk_id: int) -> int | None:
        """The row of a talk, or None where it is not in the index."""
        at = int(np.searchsorted(self.talk_ids, talk_id)) if self.talk_ids else 0
        return at if at < len(self.talk_ids) and self.talk_ids[at] == talk_id else None

    def _content(self, sections: Mapping[int, int]) -> IndexedTalk:
        documents = [d for row in sections.values() if (d := self.documents[row]) is not None]
        return IndexedTalk(
            revision=documents[0].revision,
            spoken=any(d.lengths.get("speech") for d in documents),
            unattributed=any(d.section >= 0 and d.speaker is None for d in documents),
            languages=tuple(dict.fromkeys(code for d in documents for code in d.languages)),
        )
