"""Whisper's log-mel spectrogram, made a stretch at a time.

faster-whisper makes it of all sound at once, which takes 0.7 MB for each second of it; in
stretches it takes the spectrogram's own 0.03 MB. Its last bits no longer depend on how many
threads multiply the matrices, and with them the words that Whisper hears: the same recording gives
the same text in every process.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from transcribe.voice import Samples

# Columns made at once: 41 s.
_STRETCH = 4_096
# Columns multiplied at once: so few that no library shares them out to threads.
_BLOCK = 16
_SMALLEST = 1e-10


class Spectrogram:
    """Takes the place of faster-whisper's extractor, and is like it in all else."""

    def __init__(self, extractor: Any) -> None:
        self._extractor = extractor
        self._window = np.hanning(extractor.n_fft + 1)[:-1].astype(np.float32)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._extractor, name)

    def __call__(
        self, waveform: Samples, padding: int = 160, chunk_length: int | None = None
    ) -> Samples:
        """Columns of 10 ms, scaled as the model wants them (mel bands by columns)."""
        extractor = self._extractor
        if chunk_length is not None:
            extractor.n_samples = chunk_length * extractor.sampling_rate
            extractor.nb_max_frames = extractor.n_samples // extractor.hop_length
        half, hop = extractor.n_fft // 2, extractor.hop_length
        columns = (len(waveform) + padding) // hop
        mel = np.empty((len(extractor.mel_filters), columns), dtype=np.float32)
        for first in range(0, columns, _STRETCH):
            last = min(first + _STRETCH, columns)
            sound = _around(waveform, first * hop - half, (last - 1) * hop + half, padding)
            frames = np.lib.stride_tricks.sliding_window_view(sound, extractor.n_fft)[::hop]
            waves = np.fft.rfft(frames * self._window).astype(np.complex64)
            power = np.zeros((_STRETCH, waves.shape[1]), dtype=np.float32)
            power[: last - first] = np.abs(waves) ** 2
            bands = power.reshape(-1, _BLOCK, waves.shape[1]) @ extractor.mel_filters.T
            mel[:, first:last] = bands.reshape(_STRETCH, -1)[: last - first].T
        np.log10(np.maximum(mel, _SMALLEST, out=mel), out=mel)
        np.maximum(mel, mel.max(initial=-np.inf) - 8.0, out=mel)
        mel += 4.0
        mel /= 4.0
        return mel


def _around(waveform: Samples, start: int, end: int, padding: int) -> Samples:
    """Samples ``start`` to ``end``, with silence behind the sound and both ends mirrored."""
    length = len(waveform) + padding
    inside = waveform[max(0, start) : min(end, len(waveform))]
    silence = max(0, min(end, length) - max(start, len(waveform), 0))
    sound = np.pad(inside, (0, silence))
    return np.pad(sound, (max(0, -start), max(0, end - length)), mode="reflect")
