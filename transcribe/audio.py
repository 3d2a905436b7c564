"""The door to PyAV for sound: any media file as the samples that recognition wants.

Samples are mono float32 at 16 kHz on the recording's own clock: sample n stands for n / 16 ms
after the recording's start, also where the sound starts late or has gaps.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import numpy as np

from archive.errors import BadSource, CorruptMedia, NoAudio, NotFound
from archive.phrases import phrase
from transcribe.voice import SAMPLES_PER_MS, Samples

SAMPLE_RATE = 16_000
# Quiet speakers are lost without levelling: word error rate 16 % without, 8 % with it. b=1 levels
# the first and last seconds too, which otherwise fade in from how they were recorded.
LEVELLING = "f=500:g=15:m=30:b=1"
# What the leveller looks at before and after each moment, and more than a decoder needs to run in
# after a seek: with it, a span sounds as it does in the whole.
_MARGIN_MS = 8_000
# Samples by which an array in the making grows: a minute.
_GROWTH = 60 * SAMPLE_RATE
# Differences between clock and samples that are left alone: rounding, not gaps.
_TOLERANCE = SAMPLE_RATE // 25
# Containers whose index makes a seek exact and whose header states the true length.
_INDEXED = {"mov", "mp4", "matroska", "webm", "avi", "wav", "flac"}
# Containers whose clock begins anywhere.
_FLOATING_CLOCK = {"mpegts", "mpeg"}


def read_audio(
    path: Path, *, level: bool = True, start_ms: int = 0, end_ms: int | None = None
) -> Samples:
    """The sound of a media file from ``start_ms`` to ``end_ms`` (its end if None).

    Mono float32 at 16 kHz, levelled unless told otherwise. It is shorter than asked where the
    recording ends before ``end_ms``. Raises NotFound, BadSource (not allowed to read), NoAudio
    (no sound track) and CorruptMedia (damaged, empty, or it ends long before its header says).
    """
    import av

    first_ms = max(0, start_ms - _MARGIN_MS)
    last_ms = None if end_ms is None else end_ms + _MARGIN_MS
    try:
        with closing(_open(path)) as container:
            blocks = _on_the_clock(container, path, first_ms, last_ms)
            samples = _collected(_levelled(blocks) if level else blocks)
    except av.error.FFmpegError as error:
        raise _damaged(
            path, phrase("it cannot be decoded (%(reason)s)", reason=error.strerror or error)
        ) from error
    if not len(samples) and not first_ms:
        raise _damaged(path, phrase("it holds no sound at all"))
    skipped = (start_ms - first_ms) * SAMPLES_PER_MS
    wanted = None if end_ms is None else skipped + (end_ms - start_ms) * SAMPLES_PER_MS
    return np.ascontiguousarray(samples[skipped:wanted])


def read_blocks(path: Path, block_ms: int, *, start_ms: int = 0) -> Generator[Samples]:
    """The sound of a media file from ``start_ms`` on, not levelled, in blocks of ``block_ms``.

    Mono float32 at 16 kHz; the last block is shorter. Memory does not grow with the recording.
    Raises what ``read_audio`` raises.
    """
    import av

    length = block_ms * SAMPLES_PER_MS
    first_ms = max(0, start_ms - _MARGIN_MS)
    to_skip = (start_ms - first_ms) * SAMPLES_PER_MS
    held: list[Samples] = []
    count = 0
    try:
        with closing(_open(path)) as container:
            for samples in _on_the_clock(container, path, first_ms, None):
                held.append(samples[to_skip:])
                count += len(held[-1])
                to_skip = max(0, to_skip - len(samples))
                if count >= length:
                    whole = np.concatenate(held)
                    yield whole[:length]
                    held, count = [whole[length:]], count - length
    except av.error.FFmpegError as error:
        raise _damaged(
            path, phrase("it cannot be decoded (%(reason)s)", reason=error.strerror or error)
        ) from error
    if count:
        yield np.concatenate(held)


def _open(path: Path) -> Any:
    import av

    try:
        # Only local files: a playlist that is dressed as a recording reaches nothing else.
        container = av.open(str(path.absolute()), options={"protocol_whitelist": "file"})
    except FileNotFoundError as error:
        raise NotFound(phrase("There is no file %(file)s.", file=path)) from error
    except PermissionError as error:
        raise BadSource(
            phrase("%(file)s cannot be read: permission denied.", file=path),
            advice=phrase("Allow your user to read it."),
        ) from error
    except IsADirectoryError as error:
        raise BadSource(phrase("%(file)s is a folder, not a recording.", file=path)) from error
    except av.error.FFmpegError as error:
        if path.stat().st_size == 0:
            raise _damaged(path, phrase("it is empty")) from error
        raise _damaged(path, phrase("it is no media file, or cut off")) from error
    if not container.streams.audio:
        container.close()
        raise NoAudio(
            phrase(
                "%(file)s has no sound track, so there is nothing to transcribe.", file=path.name
            ),
            advice=phrase("Give the recording with its sound, or a caption file."),
        )
    return container


def _on_the_clock(
    container: Any, path: Path, first_ms: int, last_ms: int | None
) -> Iterator[Samples]:
    """Blocks of samples from ``first_ms`` on, without gap or overlap, until ``last_ms``."""
    from av import AudioResampler

    resampler = AudioResampler(format="flt", layout="mono", rate=SAMPLE_RATE)
    first = first_ms * SAMPLES_PER_MS
    last = None if last_ms is None else last_ms * SAMPLES_PER_MS
    position = first
    aligned = False
    for frame in _frames(container, path, first_ms):
        due = None if frame.time is None else round((frame.time - _origin(container)) * SAMPLE_RATE)
        frame.pts = None
        block = _samples(resampler.resample(frame))
        if due is not None and (not aligned or abs(due - position) > _TOLERANCE):
            if due > position:
                gap = due - position if last is None else min(due, last) - position
                yield np.zeros(max(0, gap), dtype=np.float32)
                position = due
            block = block[position - due :]
        aligned = aligned or len(block) > 0
        yield block
        position += len(block)
        if last is not None and position >= last:
            return
    block = _samples(resampler.resample(None))
    yield block


def _frames(container: Any, path: Path, first_ms: int) -> Iterator[Any]:
    """Decoded frames of the sound track; damaged packets are skipped, and counted."""
    import av

    stream = container.streams.audio[0]
    stream.thread_type = "AUTO"
    indexed = not _INDEXED.isdisjoint(container.format.name.split(","))
    if first_ms and indexed:
        # Where a damaged index does not let us seek, decoding from the start finds the place too.
        with suppress(av.error.FFmpegError):
            container.seek(int((first_ms / 1000 + _origin(container)) * 1_000_000))
    packets = damaged = 0
    reached_s = 0.0
    for packet in container.demux():
        if packet.pts is not None:
            length = (packet.duration or 0) + packet.pts
            reached_s = max(reached_s, float(length * packet.time_base))
        if packet.stream.index != stream.index:
            continue
        packets += 1
        try:
            yield from packet.decode()
        except av.error.InvalidDataError:
            damaged += 1
    if packets and damaged * 10 > packets:
        raise _damaged(
            path,
            phrase(
                "%(damaged)s of its %(all)s sound packets are damaged", damaged=damaged, all=packets
            ),
        )
    stated_s = (container.duration or 0) / 1_000_000
    missing_s = stated_s - reached_s
    if indexed and stated_s > first_ms / 1000 and missing_s > min(max(0.5, 0.02 * stated_s), 10.0):
        raise _damaged(
            path,
            phrase(
                "it ends after %(reached_s).1f s, but should last %(stated_s).1f s",
                reached_s=reached_s,
                stated_s=stated_s,
            ),
        )


def _origin(container: Any) -> float:
    """The time stamp, in seconds, that is the recording's start."""
    if _FLOATING_CLOCK.isdisjoint(container.format.name.split(",")):
        return 0.0
    return (container.start_time or 0) / 1_000_000


def _samples(frames: list[Any]) -> Samples:
    if not frames:
        return np.zeros(0, dtype=np.float32)
    return np.concatenate([frame.to_ndarray().reshape(-1) for frame in frames])


def _levelled(blocks: Iterable[Samples]) -> Iterator[Samples]:
    """The same samples with quiet and loud speakers brought near one level."""
    import av
    from av.filter import Graph

    graph = Graph()
    source = graph.add_abuffer(format="flt", sample_rate=SAMPLE_RATE, layout="mono")
    leveller = graph.add("dynaudnorm", LEVELLING)
    sink = graph.add("abuffersink")
    source.link_to(leveller)
    leveller.link_to(sink)
    graph.configure()
    given = taken = 0

    def pulled() -> Iterator[Samples]:
        nonlocal taken
        while True:
            try:
                block: Samples = (
                    graph.pull().to_ndarray().reshape(-1).astype(np.float32, copy=False)
                )
            except (av.error.BlockingIOError, av.error.EOFError):
                return
            # The leveller fills its last window up with silence.
            block = block[: given - taken]
            taken += len(block)
            yield block

    for block in _in_seconds(blocks):
        frame = av.AudioFrame.from_ndarray(block.reshape(1, -1), format="flt", layout="mono")
        frame.sample_rate = SAMPLE_RATE
        frame.pts = given
        given += len(block)
        graph.push(frame)
        yield from pulled()
    if given:
        graph.push(None)
        yield from pulled()


def _in_seconds(blocks: Iterable[Samples]) -> Iterator[Samples]:
    """The same samples in blocks of a second; the last one may be shorter."""
    waiting: list[Samples] = []
    length = 0
    for block in blocks:
        waiting.append(block)
        length += len(block)
        if length >= SAMPLE_RATE:
            joined = np.concatenate(waiting)
            whole = length - length % SAMPLE_RATE
            for start in range(0, whole, SAMPLE_RATE):
                yield joined[start : start + SAMPLE_RATE]
            waiting, length = [joined[whole:].copy()], length - whole
    if length:
        yield np.concatenate(waiting)


def _collected(blocks: Iterable[Samples]) -> Samples:
    """The blocks as one array, which grows in place, so that memory holds the sound once."""
    whole = np.empty(0, dtype=np.float32)
    length = 0
    for block in blocks:
        if length + len(block) > len(whole):
            whole.resize(length + len(block) + _GROWTH, refcheck=False)
        whole[length : length + len(block)] = block
        length += len(block)
    whole.resize(length, refcheck=False)
    return whole


def _damaged(path: Path, reason: str) -> CorruptMedia:
    return CorruptMedia(
        phrase("%(file)s is damaged: %(reason)s.", file=path.name, reason=reason),
        advice=phrase("Fetch the recording again, or give another copy of it."),
    )
