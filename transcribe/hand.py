"""A process of a crew (transcribe/crew.py): it hears pieces of a recording, one after the other.

``python -m transcribe.hand FD`` is started by the crew; FD is its end of a connection.
"""

from __future__ import annotations

import os
import queue
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from archive.errors import PodiumError
from transcribe.audio import read_audio
from transcribe.engine import Heard, Transcriber
from transcribe.pieces import Piece

# Shares of a piece that are told at most: 1 in so many.
_STEPS = 100


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording and how it is to be heard: the same for all of its pieces.

    ``language`` is BCP 47, or None to detect it; then ``expected`` is what was heard so far. With
    ``translate`` it is heard in English. Of a talk that is a part of the recording, ``until_ms``
    is where it ends.
    """

    path: Path
    language: str | None
    hints: tuple[str, ...] = ()
    expected: str | None = None
    until_ms: int | None = None
    translate: bool = False


def hear(
    engine: Transcriber,
    recording: Recording,
    piece: Piece,
    progress: Callable[[float], None] | None = None,
) -> Heard:
    """The words of one piece, timed from the start of the piece."""
    # A header may state a little less than there is, so a recording's last piece has no end.
    end_ms = recording.until_ms if piece.last else piece.end_ms
    return engine.transcribe(
        read_audio(recording.path, start_ms=piece.start_ms, end_ms=end_ms),
        language=recording.language,
        expected=recording.expected,
        hints=recording.hints,
        progress=progress,
        translate=recording.translate,
    )


def main() -> None:
    """Open the engine that the crew names, and hear each piece that it sends."""
    end = Connection(int(sys.argv[1]))
    # Where the crew is gone, there is nobody to tell.
    with suppress(EOFError, ConnectionError):
        try:
            _hear_all(end)
        except PodiumError as error:
            end.send(error)


def _hear_all(end: Connection) -> None:
    open_one: Callable[[], Transcriber] = end.recv()
    asked: queue.SimpleQueue[tuple[Recording, Piece]] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(end, asked), daemon=True).start()
    engine = open_one()
    while True:
        recording, piece = asked.get()
        end.send(hear(engine, recording, piece, _Teller(end)))


def _listen(end: Connection, asked: queue.SimpleQueue[tuple[Recording, Piece]]) -> None:
    """Take what the crew sends. When the crew's process is gone, so is this one, at once."""
    try:
        while True:
            asked.put(end.recv())
    except (EOFError, OSError):
        os._exit(0)


class _Teller:
    """Sends the share of a piece that is done, in whole steps."""

    def __init__(self, end: Connection) -> None:
        self._end = end
        self._told = 0

    def __call__(self, share: float) -> None:
        step = int(share * _STEPS)
        if step > self._told:
            self._told = step
            self._end.send(share)


if __name__ == "__main__":
    main()
