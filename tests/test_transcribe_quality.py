"""What is heard of recordings with known words: a small part of benchmarks/transcription.py."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import PROJECT, SAMPLE, SPEECH

from archive.segments import segments_from_words
from archive.settings import load_settings
from transcribe.audio import read_audio
from transcribe.engines import open_engine
from transcribe.models import choose_model

sys.path.insert(0, str(PROJECT / "benchmarks"))

from heard_conditions import Condition, conditions
from heard_truth import (
    Timed,
    error_rate,
    language_of,
    names_found,
    onset_errors_ms,
    start_errors_ms,
    words_inside,
)

# openai-whisper, whose normalisers compare the texts, leaves a file of its own open.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
needs_speech = pytest.mark.skipif(
    not SPEECH.is_dir(), reason="the real recordings are not beside the project"
)
# Those of en_lj_names_long that an engine does not know by itself.
NAMES = (
    "Maintz",
    "Peter Schoeffer",
    "Schoeffer",
    "Strasburg",
    "Basle",
    "Lubeck",
    "Sweynheim",
    "Pannartz",
    "Subiaco",
)
Hear = Callable[[Condition], Timed]


@pytest.fixture(scope="module")
def hear() -> Hear:
    """The whole stage with base, as it is set up for everybody."""
    engine = open_engine(
        "faster-whisper", choose_model("base", load_settings(home=Path("unused")).model_dir)
    )

    def heard(asked: Condition) -> Timed:
        language = language_of(asked.truth)
        found = engine.transcribe(
            read_audio(asked.path, level=asked.level), language=language, hints=asked.hints
        )
        return [
            (" " * word.space_before + word.text, word.start_ms / 1000)
            for segment in segments_from_words(found.words, language=language)
            for word in segment.words
        ]

    return heard


def test_the_sample_is_heard_nearly_without_errors(hear: Hear) -> None:
    rates = [
        error_rate(file, hear(Condition("", file, file)))
        for file in (SAMPLE / "amber.mp4", SAMPLE / "slate.mp4")
    ]
    assert all(rate is not None and rate < 0.05 for rate in rates), rates


@needs_speech
def test_words_start_when_they_are_spoken(hear: Hear) -> None:
    file = SPEECH / "en_austen_aligned.flac"
    heard = hear(Condition("", file, file))
    off = sorted(abs(error) for error in start_errors_ms(file, heard))
    assert len(off) > 60
    assert statistics.median(off) <= 60
    assert off[int(0.95 * len(off))] <= 300


@needs_speech
def test_names_that_are_given_are_spelt_right_and_pauses_hold_no_words(
    hear: Hear, tmp_path: Path
) -> None:
    file = SPEECH / "en_lj_names_long.flac"
    plain, hinted, paused = conditions(file, tmp_path, hints=NAMES, quieter_db=0, pauses=True)
    without, found = hear(plain), hear(hinted)
    assert len(names_found(NAMES, found)) >= 7 > len(names_found(NAMES, without))
    onsets = sorted(abs(error) for error in onset_errors_ms(file, found))
    assert statistics.median(onsets) <= 60
    assert words_inside(paused.pauses_s, hear(paused)) == 0


@needs_speech
def test_a_faint_recording_is_heard_because_it_is_levelled(hear: Hear, tmp_path: Path) -> None:
    file = SPEECH / "en_earnings_4482311.flac"
    _, levelled, faint = conditions(file, tmp_path, hints=(), quieter_db=40, pauses=False)
    with_it, without = error_rate(file, hear(levelled)), error_rate(file, hear(faint))
    assert with_it is not None
    assert without is not None
    assert with_it <= without / 2
