"""Turns that others found, taken from an RTTM file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from archive.catalog import Catalog
from archive.errors import NotFound
from archive.turn_rows import save_turns
from archive.turns import joined
from archive.types import Turn
from archive.voiceprints import find_speaker


def take_turns(catalog: Catalog, talk_id: int, turns: Sequence[Turn]) -> list[str]:
    """Store the turns of a file as who spoke when in a talk's recording; remarks on it.

    A voice whose name somebody in the catalog has, as a slug or with underscores for blanks, is
    that person's; any other keeps its name and is unknown.
    """
    talk = catalog.talk_by_id(talk_id)
    if talk.recording is None:
        return [f"{talk.slug} has no recording, so who spoke when was not taken."]
    duration_ms = talk.recording.duration_ms
    slugs = {turn.voice: _slug_of(catalog, turn.voice) for turn in turns}
    inside = [turn for turn in turns if turn.start_ms < duration_ms]
    named = [
        replace(
            turn,
            end_ms=min(turn.end_ms, duration_ms),
            voice=slugs[turn.voice] or turn.voice,
            speaker=slugs[turn.voice],
        )
        for turn in inside
    ]
    save_turns(catalog, talk, joined(named, 1))
    left_out = len(turns) - len(inside)
    if not left_out:
        return []
    return [f"{talk.slug}: {left_out} turns begin after its end and were left out."]


def _slug_of(catalog: Catalog, voice: str) -> str | None:
    try:
        return find_speaker(catalog, voice).slug
    except NotFound:
        pass
    try:
        return find_speaker(catalog, voice.replace("_", " ")).slug
    except NotFound:
        return None
