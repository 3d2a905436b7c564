"""What a revision keeps of its change, as bytes for the catalog: words, and who spoke when."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from archive.corrections.patches import Patch, Rewrite, Span
from archive.pieces import segment_document, segment_of
from archive.types import Turn

NO_WORDS = Rewrite()


@dataclass(frozen=True, slots=True)
class TurnChange:
    """Turns that went, and those that came in their place; both without the speakers' names."""

    gone: tuple[Turn, ...] = ()
    come: tuple[Turn, ...] = ()

    @classmethod
    def between(cls, before: Iterable[Turn], after: Iterable[Turn]) -> TurnChange:
        """What makes the one the other."""
        old, new = nameless(before), nameless(after)
        return cls(
            tuple(turn for turn in old if turn not in new),
            tuple(turn for turn in new if turn not in old),
        )


NO_TURNS = TurnChange()


def nameless(turns: Iterable[Turn]) -> list[Turn]:
    """Turns without names, which may have changed meanwhile."""
    return [replace(turn, name="") for turn in turns]


def packed(rewrite: Rewrite, turns: TurnChange = NO_TURNS) -> bytes:
    """A change as bytes; none where nothing changed."""
    document: dict[str, Any] = {}
    if rewrite.patches:
        document["patches"] = [
            [
                patch.first_segment,
                patch.first_word,
                [segment_document(segment) for segment in patch.old],
                [segment_document(segment) for segment in patch.new],
            ]
            for patch in rewrite.patches
        ]
        document["spans"] = [[span.first, span.end, span.length] for span in rewrite.spans]
    if turns != NO_TURNS:
        document["turns"] = [_turn_fields(turns.gone), _turn_fields(turns.come)]
    if not document:
        return b""
    return zlib.compress(json.dumps(document, ensure_ascii=False).encode("utf-8"), level=6)


def unpacked(document: bytes) -> Rewrite:
    """What a change that ``packed`` stored does to words."""
    held = _held(document)
    if "patches" not in held:
        return NO_WORDS
    return Rewrite(
        tuple(
            Patch(segment, word, tuple(map(segment_of, old)), tuple(map(segment_of, new)))
            for segment, word, old, new in held["patches"]
        ),
        tuple(Span(*span) for span in held["spans"]),
    )


def unpacked_turns(document: bytes) -> TurnChange:
    """What it does to turns."""
    gone, come = _held(document).get("turns", ((), ()))
    return TurnChange(tuple(Turn(*fields) for fields in gone), tuple(Turn(*f) for f in come))


def _held(document: bytes) -> dict[str, Any]:
    if not document:
        return {}
    held = json.loads(zlib.decompress(document))
    # Until the 26th of November 2026 who spoke when was kept as a bare list.
    return held if isinstance(held, dict) else {"turns": held}


def _turn_fields(turns: Sequence[Turn]) -> list[list[Any]]:
    return [[t.start_ms, t.end_ms, t.voice, t.speaker, t.score, t.source] for t in turns]
