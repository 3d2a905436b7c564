"""How one piece of work goes on: how far it is, how fast, and how long it still takes."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from ingest.progress import Progress

Clock = Callable[[], float]

# Over how many seconds a speed is averaged. Speech comes in spurts of half a minute.
_DOWNLOAD_WINDOW_S = 10.0
_OTHER_WINDOW_S = 60.0
# A speed measured over less than this is a guess, and samples closer than that are one.
_SHORTEST_S = 0.5
_SAMPLE_S = 0.1
_UNITS = ((1e9, "GB", 2), (1e6, "MB", 1), (1e3, "kB", 0))


class Meter:
    """Speed as a moving average of the last ``window_s`` seconds of ``clock``.

    A stall shows: time goes on although nothing more is noted.
    """

    def __init__(self, clock: Clock, window_s: float) -> None:
        self._clock = clock
        self._window_s = window_s
        self._samples: deque[tuple[float, float]] = deque()

    def note(self, done: float) -> None:
        """Note how much is done by now, in whatever unit; less than before begins anew."""
        now, samples = self._clock(), self._samples
        if samples and done < samples[-1][1]:
            samples.clear()
        if len(samples) > 1 and now - samples[-2][0] < _SAMPLE_S:
            samples.pop()
        samples.append((now, done))
        # The newest sample that is older than the window is where the average begins.
        while len(samples) > 2 and samples[1][0] <= now - self._window_s:
            samples.popleft()

    @property
    def per_s(self) -> float | None:
        """Units per second; None before that can be told."""
        if len(self._samples) < 2:
            return None
        (begun_s, first), (_, last) = self._samples[0], self._samples[-1]
        elapsed_s = self._clock() - begun_s
        return (last - first) / elapsed_s if elapsed_s >= _SHORTEST_S else None


class Course:
    """One download, conversion or transcription, followed from report to report."""

    def __init__(self, progress: Progress, clock: Clock) -> None:
        self.latest = progress
        self.done_bytes: int | None = None
        self.total_bytes: int | None = None
        self.failed = False
        self._first_bytes = 0
        self._clock = clock
        self._begun_s = clock()
        self._ended_s: float | None = None
        self._share: float | None = None
        self._meter = Meter(clock, _OTHER_WINDOW_S)
        self._note(progress)

    def follow(self, progress: Progress) -> bool:
        """Take in a further report; False where it is about other work than this."""
        if (progress.talk.id, progress.stage) != (self.latest.talk.id, self.latest.stage):
            return False
        if self._is_other_file(progress):
            return False
        self.latest = progress
        self._note(progress)
        return True

    def end(self, *, failed: bool = False) -> None:
        """The work is over, done or failed."""
        self.failed, self._ended_s = failed, self._clock()
        if not failed:
            self._share, self.total_bytes = 1.0, self.done_bytes

    @property
    def ended(self) -> bool:
        """Whether the work is over."""
        return self._ended_s is not None

    @property
    def note(self) -> str:
        """Words instead of figures: a model is being loaded, another try waits."""
        silent = self.ended or self.latest.share is not None or self.latest.done_bytes is not None
        return "" if silent else self.latest.detail

    @property
    def share(self) -> float | None:
        """What is done of it, 0 to 1; None where that is not known."""
        return self._share

    @property
    def bytes_per_s(self) -> float | None:
        """Speed of a download, over all its time once it is over; None for other work.

        Also None before it can be told.
        """
        if self.done_bytes is None:
            return None
        if self._ended_s is None:
            return self._meter.per_s
        fetched = self.done_bytes - self._first_bytes
        return fetched / self.seconds_taken if fetched and self.seconds_taken else None

    @property
    def seconds_left(self) -> float | None:
        """How long it still takes at the speed of the last seconds, where that can be told."""
        per_s = self._meter.per_s
        if not per_s or self.ended:
            return None
        if self.done_bytes is None:
            return None if self._share is None else (1 - self._share) / per_s
        if self.total_bytes is None:
            return None
        return max(0, self.total_bytes - self.done_bytes) / per_s

    @property
    def seconds_taken(self) -> float:
        """How long it has taken until now, or took until its end."""
        return (self._clock() if self._ended_s is None else self._ended_s) - self._begun_s

    def _is_other_file(self, progress: Progress) -> bool:
        """Whether a report begins at another file: picture and sound may come one by one."""
        if self.done_bytes is None:
            return False
        if progress.done_bytes is None:
            # Words alone, such as those on a pause before another try, belong to the download.
            return progress.share is not None
        return progress.done_bytes < self.done_bytes and progress.total_bytes != self.total_bytes

    def _note(self, progress: Progress) -> None:
        if progress.done_bytes is None:
            if progress.share is not None:
                # Rounding at the border of two pieces must not make a bar step back.
                self._share = max(progress.share, self._share or 0.0)
                self._meter.note(self._share)
            return
        if self.done_bytes is None:
            # What was there from an earlier run was not fetched now.
            self._first_bytes = progress.done_bytes
            self._meter = Meter(self._clock, _DOWNLOAD_WINDOW_S)
        self.done_bytes, self.total_bytes = progress.done_bytes, progress.total_bytes
        self._share = min(1.0, self.done_bytes / self.total_bytes) if self.total_bytes else None
        self._meter.note(self.done_bytes)


def in_bytes(count: float) -> str:
    """A number of bytes as people read it: 12.3 MB."""
    return f"{_scaled(count, count)} {_unit(count)[1]}"


def bytes_of(done: int, total: int | None) -> str:
    """How much of a download is there, in the unit of the whole: 4.6 of 45.6 MB."""
    if total is None:
        return in_bytes(done)
    return f"{_scaled(done, total)} of {in_bytes(total)}"


def _unit(count: float) -> tuple[float, str, int]:
    return next((unit for unit in _UNITS if count >= unit[0]), _UNITS[-1])


def _scaled(count: float, whole: float) -> str:
    size, _, digits = _unit(whole)
    return f"{count / size:.{digits}f}"
