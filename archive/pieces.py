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
            "words": [
                [w.text, int(w.space_before), w.start_ms, w.end_ms, round(w.probability, 3)]
                for w in segment.words
            ],
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
            words=tuple(
                Word(text, bool(space), start_ms, end_ms, probability)
                for text, space, start_ms, end_ms, probability in item["words"]
            ),
        )
        for item in json.loads(zlib.decompress(document))
    )
