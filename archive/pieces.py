"""The stored form of a finished piece of a transcript: compressed JSON of its segments."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from archive.types import Segment, Word

# Words hold 0 and 1 for what is false and true, which only a lax decoder takes.
_SEGMENTS = msgspec.json.Decoder(tuple[Segment, ...], strict=False)


def pack(segments: Sequence[Segment]) -> bytes:
    """``segments`` as bytes for the catalog."""
    document = [segment_document(segment) for segment in segments]
    return zlib.compress(json.dumps(document, ensure_ascii=False).encode("utf-8"), level=6)


def unpack(document: bytes) -> tuple[Segment, ...]:
    """The segments that ``pack`` stored."""
    return _SEGMENTS.decode(zlib.decompress(document))


def segment_document(segment: Segment) -> dict[str, Any]:
    """A segment as JSON can hold it."""
    return {
        "start_ms": segment.start_ms,
        "end_ms": segment.end_ms,
        "language": segment.language,
        "unsure": segment.unsure,
        "words": [_packed(word) for word in segment.words],
    }


def segment_of(document: Mapping[str, Any]) -> Segment:
    """The segment of which ``segment_document`` made this."""
    return msgspec.convert(document, Segment, strict=False)


def _packed(word: Word) -> list[object]:
    fields: list[object] = [word.text, int(word.space_before), word.start_ms, word.end_ms]
    fields.append(round(word.probability, 3))
    if word.corrected_from:
        return [*fields, int(word.estimated), word.corrected_from]
    return [*fields, 1] if word.estimated else fields
