"""RTTM: who spoke when, as files that others write and read."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from archive.errors import BadSource, NotFound
from archive.types import Turn

_KIND = "SPEAKER"
_LARGEST_FILE = 32 * 1024 * 1024


def read_rttm(path: Path) -> list[Turn]:
    """The turns of an RTTM file in the order of time; ``voice`` is the name that stands there.

    Raises NotFound, and BadSource with the line for a file that is none.
    """
    turns: list[Turn] = []
    for number, line in enumerate(_text(path).splitlines(), start=1):
        fields = line.split()
        if not fields or fields[0].startswith(";") or fields[0] != _KIND:
            continue
        try:
            start_ms, length_ms = (round(float(field) * 1000) for field in fields[3:5])
            voice = fields[7]
        except (ValueError, IndexError, OverflowError) as error:
            raise BadSource(
                f"{path}, line {number}: {line[:80]!r} is no turn.",
                advice="A line reads: SPEAKER FILE 1 START SECONDS <NA> <NA> NAME <NA> <NA>",
            ) from error
        if start_ms < 0 or length_ms < 0:
            raise BadSource(f"{path}, line {number}: a turn with a negative time.")
        if length_ms:
            turns.append(Turn(start_ms, start_ms + length_ms, voice, source="rttm"))
    if not turns:
        raise BadSource(f"{path} holds no turns.", advice="Give a file of lines SPEAKER ….")
    return sorted(turns, key=lambda turn: (turn.start_ms, turn.end_ms))


def write_rttm(turns: Iterable[Turn], recording: str) -> str:
    """The turns as RTTM; ``recording`` and voices are slugs, without blanks."""
    lines = []
    for turn in turns:
        start_s, length_s = turn.start_ms / 1000, (turn.end_ms - turn.start_ms) / 1000
        lines.append(
            f"{_KIND} {recording} 1 {start_s:.3f} {length_s:.3f} <NA> <NA> {turn.voice} <NA> <NA>\n"
        )
    return "".join(lines)


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise BadSource(f"{path.name} is too large to be an RTTM file.")
        return path.read_text(encoding="utf-8-sig", errors="replace")
    except FileNotFoundError as error:
        raise NotFound(f"There is no file {path}.") from error
    except OSError as error:
        raise BadSource(f"{path} cannot be read: {error.strerror}.") from error
