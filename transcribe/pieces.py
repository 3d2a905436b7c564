"""Long recordings in pieces that are cut at pauses, each worked through and kept by itself.

The first pieces are short, so that something can be found soon; later ones are long enough for
the engine and short enough for memory, which grows with the length of what it is given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from transcribe.audio import read_audio
from transcribe.voice import Span, find_speech

# Where the end of the first, the second and every later piece is looked for, from its start.
_CUT_WINDOWS_MS = ((60_000, 120_000), (180_000, 300_000), (600_000, 720_000))
# A shorter pause may be the inside of a word.
_PAUSE_MS = 300

SpeechFinder = Callable[[int, int], Sequence[Span]]


@dataclass(frozen=True, slots=True)
class Piece:
    """Piece ``number`` (from 0) of a recording, or of the part of it that is a talk."""

    number: int
    start_ms: int
    end_ms: int
    last: bool


def pieces_of(
    path: Path, until_ms: int, *, start_ms: int = 0, done: Mapping[int, int] | None = None
) -> Iterator[Piece]:
    """The pieces of a media file from ``start_ms`` on, each planned when it is asked for.

    ``done`` maps the numbers of pieces that are left out to where they end: the others are the
    same as without an interruption. Raises what ``read_audio`` raises.
    """

    def speech_in(first_ms: int, last_ms: int) -> Sequence[Span]:
        audio = read_audio(path, start_ms=first_ms, end_ms=last_ms)
        spans = find_speech(audio, pause_ms=_PAUSE_MS, margin_ms=0)
        return [(start + first_ms, end + first_ms) for start, end in spans]

    return plan_pieces(until_ms, speech_in, start_ms=start_ms, done=done)


def plan_pieces(
    until_ms: int,
    speech_in: SpeechFinder,
    *,
    start_ms: int = 0,
    done: Mapping[int, int] | None = None,
) -> Iterator[Piece]:
    """The pieces of a recording, where ``speech_in(a, b)`` gives the spans of speech in a to b."""
    for number in count():
        earliest, latest = _CUT_WINDOWS_MS[min(number, len(_CUT_WINDOWS_MS) - 1)]
        last = until_ms - start_ms <= latest
        end_ms = (done or {}).get(number)
        if end_ms is None:
            first_ms, last_ms = start_ms + earliest, start_ms + latest
            end_ms = (
                until_ms
                if last
                else _longest_pause(speech_in(first_ms, last_ms), first_ms, last_ms)
            )
            yield Piece(number, start_ms, end_ms, last)
        if last:
            return
        start_ms = end_ms


def pieces_in(rest_ms: int) -> int:
    """How many pieces the rest of a recording makes at least, once the short ones are done."""
    return -(-rest_ms // _CUT_WINDOWS_MS[-1][1])


def _longest_pause(speech: Sequence[Span], first_ms: int, last_ms: int) -> int:
    """The middle of the longest pause in a window; its end where nobody pauses."""
    borders = [first_ms, *(border for span in speech for border in span), last_ms]
    pauses = list(zip(borders[::2], borders[1::2], strict=True))
    start, end = max(pauses, key=lambda pause: pause[1] - pause[0])
    return (start + end) // 2 if end > start else last_ms
