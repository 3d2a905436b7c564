"""The spectrogram made in stretches is faster-whisper's, in a fraction of the memory."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tracemalloc

import numpy as np
import pytest
from conftest import PROJECT
from faster_whisper.feature_extractor import FeatureExtractor

from transcribe.spectrogram import Spectrogram
from transcribe.voice import Samples

SAMPLE_RATE = 16_000


def noise(samples: int) -> Samples:
    return np.random.default_rng(20).standard_normal(samples).astype(np.float32) / 10


@pytest.mark.parametrize(
    "samples", [500, 30 * SAMPLE_RATE, 4_096 * 160 - 160, 4_096 * 160 + 1, 100 * SAMPLE_RATE + 3]
)
def test_it_is_the_one_that_faster_whisper_makes(samples: int) -> None:
    theirs = FeatureExtractor()(noise(samples))
    ours = Spectrogram(FeatureExtractor())(noise(samples))
    assert ours.shape == theirs.shape
    assert ours.dtype == theirs.dtype
    assert np.abs(ours - theirs).max() < 1e-6


def test_it_needs_little_more_memory_than_its_own() -> None:
    spectrogram, sound = Spectrogram(FeatureExtractor()), noise(600 * SAMPLE_RATE)
    spectrogram(noise(SAMPLE_RATE))
    tracemalloc.start()
    made = spectrogram(sound)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < made.nbytes + 60_000_000


def test_its_last_bits_do_not_depend_on_the_number_of_threads() -> None:
    script = (
        "import sys; sys.path.insert(0, 'tests')\n"
        "from test_transcribe_spectrogram import digest; print(digest())"
    )
    for threads in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "OPENBLAS_NUM_THREADS": threads, "OMP_NUM_THREADS": threads},
            capture_output=True,
            text=True,
            check=True,
            cwd=PROJECT,
        )
        assert done.stdout.strip() == digest()


def digest() -> str:
    made = Spectrogram(FeatureExtractor())(noise(100 * SAMPLE_RATE))
    return hashlib.sha256(made.tobytes()).hexdigest()
