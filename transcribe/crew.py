"""Pieces of a long recording shared out to several processes, each with an engine of its own.

The words are those that one process would hear: each piece is heard by itself, with the same
seed, whoever hears it.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from pathlib import Path

from archive.errors import TryLater
from archive.phrases import phrase
from transcribe.engine import Heard, Transcriber
from transcribe.hand import Recording
from transcribe.models import usable_cores
from transcribe.pieces import Piece

# What a process may need beyond the largest that this one has been.
_MARGIN = 1.25
_END_S = 5.0


def crew_size(wanted: int, pieces: int) -> int:
    """How many processes to share ``pieces`` out to; below 2, this one goes on by itself.

    ``wanted`` is the most, or 0 for as many as there are cores. It is fewer where memory has not
    room for as many of the size of this process, which has heard a piece already.
    """
    most = min(wanted or usable_cores(), pieces)
    room = available_memory()
    if wanted or most < 2:
        return most
    return most if room is None else min(most, int(room / (_largest_size() * _MARGIN)))


def available_memory() -> int | None:
    """Bytes of memory that can be taken without swapping; None where the system does not say."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    rooms = [int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:")]
    limit, used = _number("/sys/fs/cgroup/memory.max"), _number("/sys/fs/cgroup/memory.current")
    if limit is not None and used is not None:
        rooms.append(max(0, limit - used))
    return min(rooms, default=None)


def share_out(
    size: int,
    open_one: Callable[[], Transcriber],
    recording: Recording,
    pieces: Iterator[Piece],
    progress: Callable[[Piece, float], None],
) -> Generator[tuple[Piece, Heard], None, None]:
    """What was heard in each piece, as soon as it is there, in whatever order.

    ``open_one`` opens an engine; it is called in each of the ``size`` processes. ``progress`` is
    given 0 to 1 of a piece. Raises what the engine raises, and TryLater where a process is
    killed. Closing the iterator ends the processes.
    """
    hands: list[_Hand] = []
    try:
        for _ in range(size):
            hands.append(_Hand.started(open_one))
        busy = [hand for hand in hands if hand.take_next(recording, pieces)]
        while busy:
            spoke = set(wait([hand.end for hand in busy]))
            for hand in [hand for hand in busy if hand.end in spoke]:
                piece, told = hand.piece, hand.told()
                if isinstance(told, float):
                    progress(piece, told)
                    continue
                if not hand.take_next(recording, pieces):
                    busy.remove(hand)
                yield piece, told
    finally:
        for hand in hands:
            hand.stop()


@dataclass(slots=True)
class _Hand:
    """One process of the crew, and the piece that it hears."""

    process: subprocess.Popen[bytes]
    end: Connection
    piece: Piece

    @classmethod
    def started(cls, open_one: Callable[[], Transcriber]) -> _Hand:
        ours, theirs = Pipe()
        root = str(Path(__file__).parent.parent)
        path = os.pathsep.join([root, *filter(None, [os.environ.get("PYTHONPATH")])])
        process = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-m", "transcribe.hand", str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            env={**os.environ, "PYTHONPATH": path},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            # Ctrl-C is for the crew, which ends its hands.
            start_new_session=True,
        )
        theirs.close()
        ours.send(open_one)
        return cls(process, ours, Piece(0, 0, 0, last=False))

    def take_next(self, recording: Recording, pieces: Iterator[Piece]) -> bool:
        """Begin with the next piece; False where there is none."""
        piece = next(pieces, None)
        if piece is None:
            return False
        self.piece = piece
        self.end.send((recording, piece))
        return True

    def told(self) -> float | Heard:
        """The share of its piece that is done, or what it heard."""
        try:
            told: float | Heard | Exception = self.end.recv()
        except (EOFError, OSError) as error:
            code = self.process.wait()
            raise TryLater(
                phrase(
                    "A process that transcribed ended before it was done (exit code %(code)s).",
                    code=code,
                ),
                advice=phrase("Where memory is short, set workers = 1; `podium retry` goes on."),
            ) from error
        if isinstance(told, Exception):
            raise told
        return told

    def stop(self) -> None:
        self.end.close()
        self.process.terminate()
        try:
            self.process.wait(_END_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def _largest_size() -> int:
    """Bytes of memory that this process has had at most."""
    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return size if sys.platform == "darwin" else size * 1024


def _number(file: str) -> int | None:
    try:
        return int(Path(file).read_text(encoding="ascii"))
    except (OSError, ValueError):
        # "max" stands for no limit.
        return None
