from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.types import Word
from transcribe.onsets import at_their_onsets, before_their_pauses, quiet_spans
from transcribe.voice import SAMPLES_PER_MS

Sound = npt.NDArray[np.float32]


def sound(*spans: tuple[int, int], length_ms: int = 4_000, floor: float = 1e-4) -> Sound:
    """Noise as loud as speech in the given spans of ms, and ``floor`` elsewhere."""
    noise = np.random.default_rng(2).normal(0, 1, length_ms * SAMPLES_PER_MS)
    loudness = np.full(len(noise), floor)
    for start_ms, end_ms in spans:
        loudness[start_ms * SAMPLES_PER_MS : end_ms * SAMPLES_PER_MS] = 0.2
    return (noise * loudness).astype(np.float32)


def starts_ms(audio: Sound, *spans: tuple[int, int], late_ms: int = 0) -> list[int]:
    words = [Word("x", True, start_ms, end_ms) for start_ms, end_ms in spans]
    return [word.start_ms for word in at_their_onsets(words, audio, late_ms)]


def test_a_word_that_was_drawn_out_over_a_pause_begins_behind_it() -> None:
    audio = sound((0, 1_000), (2_500, 4_000))
    assert starts_ms(audio, (400, 800), (800, 2_900), (2_900, 3_300)) == [400, 2_500, 2_900]


def test_a_word_that_starts_in_quiet_begins_with_the_voice() -> None:
    assert starts_ms(sound((1_000, 4_000)), (940, 1_400)) == [1_000]


def test_the_stop_of_a_consonant_is_no_pause() -> None:
    audio = sound((0, 1_000), (1_120, 4_000))
    assert starts_ms(audio, (800, 1_400)) == [800]


def test_a_pause_that_follows_a_word_is_left_behind_it() -> None:
    audio = sound((0, 1_000), (2_500, 4_000))
    assert starts_ms(audio, (700, 2_520)) == [700]


@pytest.mark.parametrize(
    ("text", "span", "end_ms"),
    [
        ("tides.", (400, 2_700), 1_000),
        ("the", (400, 2_700), 2_700),
        ("tides.", (900, 3_300), 3_300),
    ],
)
def test_the_end_of_a_clause_is_not_drawn_out_to_the_next_one(
    text: str, span: tuple[int, int], end_ms: int
) -> None:
    audio = sound((0, 1_000), (2_500, 4_000))
    (word,) = before_their_pauses([Word(text, True, *span)], audio)
    assert word.start_ms == span[0]
    assert word.end_ms == pytest.approx(end_ms, abs=20)


def test_what_a_model_is_late_or_early_is_taken_off() -> None:
    audio = sound((0, 4_000))
    assert starts_ms(audio, (1_000, 1_300), late_ms=100) == [900]
    assert starts_ms(audio, (1_000, 1_300), late_ms=-45) == [1_045]
    assert starts_ms(audio, (20, 300), late_ms=100) == [0]


def test_a_voice_over_loud_noise_has_pauses_and_noise_alone_has_none() -> None:
    ((start_ms, end_ms),) = quiet_spans(sound((0, 1_000), (2_500, 4_000), floor=0.01))
    assert (start_ms, end_ms) == (pytest.approx(1_000, abs=20), pytest.approx(2_500, abs=20))
    assert quiet_spans(sound((0, 1_000), (2_500, 4_000), floor=0.15)) == []


@pytest.mark.parametrize("length", [0, 1, 159, 161, 1_600])
def test_sound_of_any_length_is_judged(length: int) -> None:
    assert quiet_spans(np.ones(length, np.float32)) == []


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(1, 900)), max_size=12))
def test_no_word_is_lost_and_none_loses_its_length(steps: list[tuple[int, int]]) -> None:
    audio = sound((0, 900), (1_500, 2_000), (2_100, 3_000))
    words = []
    at = 0
    for pause_ms, length_ms in steps:
        words.append(Word("x", True, at + pause_ms, at + pause_ms + length_ms))
        at += pause_ms + length_ms
    moved = at_their_onsets(words, audio)
    assert len(moved) == len(words)
    assert all(one.start_ms <= other.start_ms for one, other in pairwise(moved))
    assert all(
        word.start_ms <= new.start_ms < new.end_ms for word, new in zip(words, moved, strict=True)
    )
