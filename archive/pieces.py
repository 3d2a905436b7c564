"""The stored form of a finished piece of a transcript: compressed JSON of its segments."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence

from archive.types import Segment, Word


def pack(segments: Sequence[Segment]) -> bytes:
    """``segments`` as bytes for the catalog."""
    document = [
        {
            "start_ms": segment.start_ms,
            "end_ms": segment.end_ms,
            "language": segment.language,
            "unsure": segment.unsure,
            "words": [_packed(word) for word in segment.words],
        }
        for segment in segments
    ]
    return zlib.compress(json.dumps(document, ensure_ascii=False).encode("utf-8"), level=6)


def unpack(document: bytes) -> tuple[Segment, ...]:
    """The segments that ``pack`` stored."""
    return tuple(
        Segment(
            start_ms=item["start_ms"],
            end_ms=item["end_ms"],
            language=item["language"],
            unsure=item["unsure"],
            words=tuple(_unpacked(*fields) for fields in item["words"]),
        )
        for item in json.loads(zlib.decompress(document))
    )


def _packed(word: Word) -> list[object]:
    fields: list[object] = [word.text, int(word.space_before), word.start_ms, word.end_ms]
    fields.append(round(word.probability, 3))
    return [*fields, 1] if word.estimated else fields


def _unpacked(
    text: str, space: int, start_ms: int, end_ms: int, probability: float, estimated: int = 0
) -> Word:
    return Word(text, bool(space), start_ms, end_ms, probability, bool(estimated))
