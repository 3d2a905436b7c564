"""Where somebody speaks: voice activity by the Silero network that faster-whisper carries.

Without it Whisper writes "You" over silence and invents sentences in pauses. Both engines get
the same speech, with the pauses cut out; the times of their words are put back on the clock of
the recording.

The network's file is data of an installed package; nothing of that package is executed. It
takes 512 samples at 16 kHz with the 64 before them, and answers the probability of a voice.
"""

from __future__ import annotations

import functools
import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from archive.errors import EngineMissing
from archive.phrases import phrase
from transcribe.onnx_network import open_network

SAMPLES_PER_MS = 16
_FRAME = 512
_CONTEXT = 64
_FRAME_MS = _FRAME // SAMPLES_PER_MS
# Frames given to the network at once: 80 s of sound.
_BATCH = 2_500

# A voice begins at the first and ends at the second probability.
STARTS = 0.5
ENDS = 0.35
# Pauses shorter than this stay in the speech; a margin keeps soft first and last sounds.
PAUSE_MS = 2_000
MARGIN_MS = 400

Span = tuple[int, int]
Samples = npt.NDArray[np.float32]


def find_speech(
    audio: Samples,
    *,
    pause_ms: int = PAUSE_MS,
    margin_ms: int = MARGIN_MS,
    starts: float = STARTS,
    ends: float = ENDS,
) -> tuple[Span, ...]:
    """Spans of speech in ``audio`` (mono, 16 kHz), in ms from its start, in order, apart.

    A pause of less than ``pause_ms`` does not end a span; each span is widened by ``margin_ms``
    at both ends, or to the middle of a shorter pause. A voice begins at the probability
    ``starts`` and ends below ``ends``.
    """
    duration_ms = len(audio) // SAMPLES_PER_MS
    spans: list[Span] = []
    for start, end in _voiced_runs(voice_probabilities(audio), starts, ends):
        if spans and start - spans[-1][1] < pause_ms:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return _widened(spans, margin_ms, duration_ms)


def voice_probabilities(audio: Samples) -> Samples:
    """The probability of a voice in each 32 ms of ``audio`` (mono, 16 kHz), one each, 0 to 1."""
    count = -(-len(audio) // _FRAME)
    if not count:
        return np.zeros(0, dtype=np.float32)
    padded = np.zeros(_CONTEXT + count * _FRAME, dtype=np.float32)
    padded[_CONTEXT : _CONTEXT + len(audio)] = audio
    frames = np.lib.stride_tricks.sliding_window_view(padded, _CONTEXT + _FRAME)[::_FRAME]
    network = _network()
    state = np.zeros((1, 1, 128), dtype=np.float32)
    cell = np.zeros((1, 1, 128), dtype=np.float32)
    probabilities = []
    for start in range(0, count, _BATCH):
        batch = np.ascontiguousarray(frames[start : start + _BATCH])
        if not batch.any():
            # Hours of silence before a talk or after it are not worth the network's time.
            probabilities.append(np.zeros(len(batch), dtype=np.float32))
            continue
        answer, state, cell = network.run(None, {"input": batch, "h": state, "c": cell})
        probabilities.append(np.asarray(answer, dtype=np.float32).reshape(-1))
    return np.concatenate(probabilities)


@dataclass(frozen=True, slots=True)
class Splice:
    """Spans of speech put end to end, and the way back to the times they were cut from."""

    audio: Samples
    spans: tuple[Span, ...]

    @property
    def duration_ms(self) -> int:
        return len(self.audio) // SAMPLES_PER_MS

    def original_span(self, start_ms: float, end_ms: float) -> Span:
        """A word's times in the spliced sound as times in the original one.

        Both ends stay in the span that holds the word's middle.
        """
        middle = (start_ms + end_ms) / 2
        passed = 0
        for start, end in self.spans:
            if middle < passed + end - start or (start, end) == self.spans[-1]:
                break
            passed += end - start
        offset = start - passed
        return (
            int(min(max(start_ms + offset, start), end)),
            int(min(max(end_ms + offset, start), end)),
        )


def splice_speech(
    audio: Samples, spans: Sequence[Span], longest_ms: int | None = None
) -> tuple[Splice, ...]:
    """The speech of ``audio`` without its pauses.

    With ``longest_ms`` it comes in several splices, each about that long at most; a span is
    never cut, so that no word is.
    """
    groups: list[list[Span]] = []
    length = 0
    for span in spans:
        span_ms = span[1] - span[0]
        if not groups or (longest_ms is not None and length + span_ms > longest_ms):
            groups.append([])
            length = 0
        groups[-1].append(span)
        length += span_ms
    return tuple(
        Splice(
            np.concatenate([audio[s * SAMPLES_PER_MS : e * SAMPLES_PER_MS] for s, e in group]),
            tuple(group),
        )
        for group in groups
    )


def _voiced_runs(probabilities: Samples, starts: float, ends: float) -> list[Span]:
    """Runs that begin at ``starts`` and last until the voice falls below ``ends``, in ms."""
    runs: list[Span] = []
    begun: int | None = None
    for index, probability in enumerate(probabilities.tolist()):
        if begun is None and probability >= starts:
            begun = index
        elif begun is not None and probability < ends:
            runs.append((begun * _FRAME_MS, index * _FRAME_MS))
            begun = None
    if begun is not None:
        runs.append((begun * _FRAME_MS, len(probabilities) * _FRAME_MS))
    return runs


def _widened(spans: Sequence[Span], margin_ms: int, duration_ms: int) -> tuple[Span, ...]:
    widened = []
    for index, (start, end) in enumerate(spans):
        before = start - spans[index - 1][1] if index else 2 * start
        after = spans[index + 1][0] - end if index + 1 < len(spans) else 2 * margin_ms
        widened.append(
            (
                max(0, start - min(margin_ms, before // 2)),
                min(duration_ms, end + min(margin_ms, after // 2)),
            )
        )
    return tuple((start, end) for start, end in widened if end > start)


@functools.cache
def _network() -> Any:
    return open_network(_network_file())


def _network_file() -> Path:
    spec = importlib.util.find_spec("faster_whisper")
    if spec is not None and spec.submodule_search_locations:
        assets = Path(next(iter(spec.submodule_search_locations))) / "assets"
        files = sorted(assets.glob("silero_vad_v6*.onnx"))
        if files:
            return files[-1]
    raise EngineMissing(
        phrase("The voice detector, which faster-whisper carries, is not installed."),
        advice="pip install 'faster-whisper>=1.2.1'",
    )
