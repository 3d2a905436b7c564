"""The documents of one state of an index as parallel arrays, for matching with numpy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from archive.types import Track
from search.documents import GAP, Speech, Stream, TalkDocument
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

    def plain(self) -> dict[str, object]:
        """The document as built-in values, since an engine may pickle what it stores."""
        return {**asdict(self), "track": self.track.value, "lengths": dict(self.lengths)}

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> StoredDocument:
        """The document that ``plain`` came from."""
        return cls(**{**plain, "track": Track(plain["track"])})


def stored_documents(
    document: TalkDocument, file: str
) -> list[tuple[StoredDocument, dict[str, Counter[str]]]]:
    """The engine's documents of a talk, with the counted surfaces of their fields.

    One for each speech, then the programme's.
    """

    def stored(
        section: int, lengths: Mapping[str, int], languages: Iterable[str], of: Speech | None = None
    ) -> StoredDocument:
        return StoredDocument(
            document.talk_id,
            document.revision,
            file,
            section,
            of.speaker if of is not None else None,
            of.track if of is not None else Track.ORIGINAL,
            tuple(dict.fromkeys(code for code in languages if code)),
            lengths,
        )

    speeches = [
        (
            stored(n, {"speech": len(s.stream.surfaces)}, (code for _, code in s.languages), s),
            {"speech": _counted([s.stream])},
        )
        for n, s in enumerate(document.speeches)
    ]
    by_field: dict[str, list[Stream]] = {}
    for entry in document.programme:
        by_field.setdefault(entry.field, []).append(entry.stream)
    lengths = {
        field: sum(len(stream.surfaces) for stream in streams)
        for field, streams in by_field.items()
    }
    counted = {field: _counted(streams) for field, streams in by_field.items()}
    return [*speeches, (stored(-1, lengths, [document.language]), counted)]


def _counted(streams: Iterable[Stream]) -> Counter[str]:
    counted: Counter[str] = Counter()
    for stream in streams:
        counted.update(stream.surfaces)
    del counted[GAP]
    return counted


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

    def _content(self, sections: Mapping[int, int]) -> IndexedTalk:
        documents = [d for row in sections.values() if (d := self.documents[row]) is not None]
        return IndexedTalk(
            revision=documents[0].revision,
            spoken=any(d.lengths.get("speech") for d in documents),
            unattributed=any(d.section >= 0 and d.speaker is None for d in documents),
            languages=tuple(dict.fromkeys(code for d in documents for code in d.languages)),
        )
