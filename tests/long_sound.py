"""Long recordings for tests: the clips of the sample event, again and again, with pauses."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
from conftest import SAMPLE

from transcribe.audio import SAMPLE_RATE, read_audio

PAUSE_S = 2


def write_long(target: Path, seconds: int) -> Path:
    """A WAV file of English clips in turn, so many seconds long."""
    clips = [read_audio(SAMPLE / name, level=False) for name in ("amber.mp4", "flint.mp4")]
    pause = np.zeros(PAUSE_S * SAMPLE_RATE, dtype=np.float32)
    round_of_all = np.concatenate([part for clip in clips for part in (clip, pause)])
    sound = np.resize(round_of_all, seconds * SAMPLE_RATE)
    with wave.open(str(target), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes((sound * 32_767).astype("<i2").tobytes())
    return target
