from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from transcribe.voice import SAMPLES_PER_MS, find_speech, splice_speech, voice_probabilities

SECOND = 1000 * SAMPLES_PER_MS


def test_silence_noise_and_a_tone_hold_no_voice() -> None:
    noise = np.random.default_rng(7).normal(0, 0.1, 5 * SECOND).astype(np.float32)
    tone = (0.3 * np.sin(np.arange(5 * SECOND) / 10)).astype(np.float32)
    for sound in (np.zeros(5 * SECOND, np.float32), noise, tone, np.zeros(0, np.float32)):
        assert find_speech(sound) == ()


def test_there_is_one_probability_for_each_32_ms() -> None:
    for length in (0, 1, 511, 512, 513, 90 * SECOND):
        assert len(voice_probabilities(np.zeros(length, np.float32))) == -(-length // 512)


def test_a_word_in_the_spliced_sound_finds_back_to_its_own_time() -> None:
    audio = np.zeros(10 * SECOND, np.float32)
    (splice,) = splice_speech(audio, [(1000, 3000), (6000, 9000)])
    assert splice.duration_ms == 5000
    assert splice.original_span(500, 900) == (1500, 1900)
    assert splice.original_span(2500, 2600) == (6500, 6600)
    # A word over the seam belongs to where most of it is, and stays inside that span.
    assert splice.original_span(1900, 2050) == (2900, 3000)
    assert splice.original_span(1990, 2100) == (6000, 6100)
    assert splice.original_span(4900, 5600) == (8900, 9000)


def test_splices_are_no_longer_than_asked_and_cut_no_span() -> None:
    audio = np.zeros(100 * SECOND, np.float32)
    spans = [(0, 20_000), (30_000, 45_000), (50_000, 60_000), (61_000, 99_000)]
    splices = splice_speech(audio, spans, 30_000)
    assert [splice.spans for splice in splices] == [
        ((0, 20_000),),
        ((30_000, 45_000), (50_000, 60_000)),
        ((61_000, 99_000),),
    ]
    assert splice_speech(audio, []) == ()


@given(
    st.lists(st.integers(1, 500), min_size=2, max_size=8),
    st.integers(0, 3000),
    st.integers(0, 500),
)
def test_every_time_in_a_splice_lies_in_one_of_its_spans(
    steps: list[int], start_ms: int, length_ms: int
) -> None:
    borders = np.cumsum(steps).tolist()
    spans = list(zip(borders[::2], borders[1::2], strict=False))
    audio = np.zeros(borders[-1] * SAMPLES_PER_MS, np.float32)
    (splice,) = splice_speech(audio, spans)
    begins, ends = splice.original_span(start_ms, start_ms + length_ms)
    assert any(first <= begins <= ends <= last for first, last in spans)
