"""Parts of recordings as they are cut: pictures and sound, from the very start (PyAV)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from archive.errors import CorruptMedia
from archive.phrases import phrase
from ingest.media import film_of

Samples = np.ndarray[Any, np.dtype[np.int16]]
RATE = 48_000
"""Samples of sound per second."""

_LOCAL = {"protocol_whitelist": "file"}
# Sound is read from a little before its place: decoders need a run-up.
_RUN_UP_S = Fraction(1, 2)
# Seconds between pictures where there is nothing to see.
_BLACK_S = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Take:
    """A part of a recording; ``width`` and ``height`` as it is seen (0 for sound alone)."""

    path: Path
    start_ms: int
    end_ms: int
    width: int = 0
    height: int = 0

    @property
    def start_s(self) -> Fraction:
        return Fraction(self.start_ms, 1000)

    @property
    def length_s(self) -> Fraction:
        return Fraction(self.end_ms - self.start_ms, 1000)


def seen_size(path: Path) -> tuple[int, int]:
    """How wide and high a recording is as people see it: upright, with square pixels."""
    with _reading(path) as container:
        stream = film_of(container)
        first = None if stream is None else next(container.decode(stream), None)
        if stream is None or first is None:
            raise CorruptMedia(phrase("%(file)s holds no picture.", file=path.name))
        width, height = round(first.width * float(stream.sample_aspect_ratio or 1)), first.height
        return (height, width) if first.rotation % 180 else (width, height)


def samples_of(take: Take) -> Samples:
    """The sound of a take, shape (2, samples) at 48 kHz; silence where there is none."""
    import av

    samples: Samples = np.zeros((2, round(take.length_s * RATE)), np.int16)
    resampler: Any = av.AudioResampler(format="s16p", layout="stereo", rate=RATE)
    with _reading(take.path) as container:
        stream = next(iter(container.streams.audio), None)
        if stream is None:
            raise CorruptMedia(phrase("%(file)s has no sound.", file=take.path.name))
        begins = take.start_s + _start_of(container)
        container.seek(int(max(Fraction(0), begins - _RUN_UP_S) * 1_000_000))
        for frame in container.decode(stream):
            if frame.pts is None:
                continue
            if frame.pts * frame.time_base >= begins + take.length_s:
                break
            for part in resampler.resample(frame):
                place = round((part.pts * part.time_base - begins) * RATE)
                _put(samples, part.to_ndarray(), place)
    return samples


def _put(samples: Samples, part: Samples, place: int) -> None:
    """Lay a part over the samples at a place, as far as it lies within them."""
    first, end = max(0, -place), min(part.shape[1], samples.shape[1] - place)
    if end > first:
        samples[:, place + first : place + end] = part[:, first:end]


def pictures_of(take: Take, size: tuple[int, int]) -> Iterator[tuple[Fraction, Any]]:
    """What is seen in a take, each with its time from the take's start; the first at 0."""
    if not take.width:
        yield from _black(take, size)
        return
    with _reading(take.path) as container:
        stream = film_of(container)
        if stream is None:
            raise CorruptMedia(phrase("%(file)s holds no picture.", file=take.path.name))
        stream.thread_type = "NONE"
        begins = take.start_s + _start_of(container)
        container.seek(int(begins / stream.time_base), stream=stream)
        fit = None
        held: Any = None
        for frame in container.decode(stream):
            if frame.pts is None:
                continue
            at_s = frame.pts * frame.time_base - begins
            if at_s >= take.length_s:
                break
            fit = fit or _fitting(stream, frame, size)
            if at_s <= 0:
                # What is seen at the start may have come up before it.
                held = frame
                continue
            if held is not None:
                yield Fraction(0), fit(held)
                held = None
            yield at_s, fit(frame)
        if held is not None and fit is not None:
            yield Fraction(0), fit(held)


def _black(take: Take, size: tuple[int, int]) -> Iterator[tuple[Fraction, Any]]:
    import av

    at_s = Fraction(0)
    while at_s < take.length_s:
        picture: Any = av.VideoFrame.from_ndarray(np.zeros((size[1], size[0], 3), np.uint8))
        yield at_s, picture.reformat(format="yuv420p")
        at_s += _BLACK_S


def _fitting(stream: Any, first: Any, size: tuple[int, int]) -> Callable[[Any], Any]:
    """What makes a picture one of that size: upright, with square pixels, black at the sides."""
    import av

    graph: Any = av.filter.Graph()
    width, height = size
    square = round(first.width * float(stream.sample_aspect_ratio or 1))
    steps: list[tuple[str, str]] = [
        ("scale", f"{square}:{first.height}"),
        ("setsar", "1"),
        *([("transpose", "cclock")] if first.rotation % 360 == 90 else []),
        *([("hflip", ""), ("vflip", "")] if first.rotation % 360 == 180 else []),
        *([("transpose", "clock")] if first.rotation % 360 == 270 else []),
        ("scale", f"{width}:{height}:force_original_aspect_ratio=decrease:force_divisible_by=2"),
        ("pad", f"{width}:{height}:(ow-iw)/2:(oh-ih)/2"),
        ("setsar", "1"),
        ("format", "yuv420p"),
    ]
    nodes = [graph.add_buffer(template=stream, time_base=stream.time_base)]
    nodes += [graph.add(name, options or None) for name, options in steps]
    nodes.append(graph.add("buffersink"))
    graph.link_nodes(*nodes).configure()

    def fit(picture: Any) -> Any:
        graph.push(picture)
        return graph.pull()

    return fit


@contextmanager
def _reading(path: Path) -> Iterator[Any]:
    """A recording that is read; a file that is gone or damaged is CorruptMedia."""
    import av

    try:
        with av.open(str(path), options=_LOCAL) as container:
            yield container
    except av.FFmpegError as error:
        raise CorruptMedia(
            phrase("%(file)s cannot be read: %(reason)s.", file=path.name, reason=error.strerror),
            advice=phrase("`podium check` says what is missing."),
        ) from error


def _start_of(container: Any) -> Fraction:
    return Fraction(container.start_time or 0, 1_000_000)
