"""The same recording under other conditions: with hints, made quieter, with long pauses in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
from heard_truth import joins_s

from transcribe.audio import SAMPLE_RATE, read_audio

PLAIN = "as it is"
_PAUSE_S = 6.0
# A room in which nobody speaks.
_ROOM = 0.0005


@dataclass(frozen=True, slots=True)
class Condition:
    """A recording as it is heard: ``truth`` is the file beside which its words are.

    ``pauses_s`` are spans of ``path`` in which nobody speaks.
    """

    name: str
    truth: Path
    path: Path
    hints: tuple[str, ...] = ()
    level: bool = True
    pauses_s: tuple[tuple[float, float], ...] = ()


def conditions(
    file: Path, folder: Path, *, hints: Sequence[str], quieter_db: float, pauses: bool
) -> Iterator[Condition]:
    """What a file is heard as; changed recordings are written into ``folder``."""
    yield Condition(PLAIN, file, file)
    if hints:
        yield Condition("with hints", file, file, hints=tuple(hints))
    if quieter_db:
        faint = read_audio(file, level=False) * 10 ** (-quieter_db / 20)
        path = _write(folder / f"{file.stem}-quiet.wav", faint)
        yield Condition(f"{quieter_db:g} dB quieter", file, path)
        yield Condition(f"{quieter_db:g} dB quieter, not levelled", file, path, level=False)
    if pauses and joins_s(file):
        sound, spans = _with_pauses(read_audio(file, level=False), joins_s(file))
        path = _write(folder / f"{file.stem}-pauses.wav", sound)
        yield Condition(f"pauses of {_PAUSE_S:g} s", file, path, pauses_s=spans)


def _with_pauses(
    sound: npt.NDArray[np.float32], at_s: Sequence[float]
) -> tuple[npt.NDArray[np.float32], tuple[tuple[float, float], ...]]:
    room = np.random.default_rng(5).normal(0, _ROOM, round(_PAUSE_S * SAMPLE_RATE))
    parts = np.split(sound, [round(at * SAMPLE_RATE) for at in at_s])
    joined = [parts[0]]
    spans = []
    for number, (at, part) in enumerate(zip(at_s, parts[1:], strict=True)):
        joined += [room.astype(np.float32), part]
        spans.append((at + number * _PAUSE_S, at + (number + 1) * _PAUSE_S))
    return np.concatenate(joined), tuple(spans)


def _write(path: Path, sound: npt.NDArray[np.float32]) -> Path:
    samples = np.clip(np.round(sound * 32768), -32768, 32767).astype(np.int16)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=SAMPLE_RATE, layout="mono")
        frame = av.AudioFrame.from_ndarray(samples[np.newaxis], format="s16", layout="mono")
        frame.sample_rate = SAMPLE_RATE
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path
