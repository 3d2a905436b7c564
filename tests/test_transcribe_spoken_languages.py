from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from contracts.transcriber import SAMPLE, plain

from transcribe.audio import SAMPLE_RATE, read_audio
from transcribe.engine import Heard, Transcriber
from transcribe.engines import open_engine
from transcribe.models import choose_model
from transcribe.spoken_languages import spoken_languages

Sound = npt.NDArray[np.float32]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Transcriber:
    models = tmp_path_factory.mktemp("models")
    return open_engine("faster-whisper", choose_model("base", models), beam_size=1)


class TestAMixedTalk:
    """Half a minute in English, then half a minute in Spanish, then English again."""

    @pytest.fixture(scope="class")
    @classmethod
    def heard(cls, engine: Transcriber) -> Heard:
        english = read_audio(SAMPLE / "amber.mp4", end_ms=30_000)
        spanish = read_audio(SAMPLE / "coral.mp4", end_ms=30_000)
        pause = np.zeros(SAMPLE_RATE // 2, np.float32)
        return engine.transcribe(np.concatenate([english, pause, spanish, pause, english]))

    def test_each_stretch_keeps_its_language(self, heard: Heard) -> None:
        assert [code for _, code in heard.language_runs] == ["en", "es", "en"]
        assert heard.language == "en"
        assert heard.language_probability is not None
        assert heard.language_probability > 0.8

    def test_the_language_changes_at_the_pause_between_them(self, heard: Heard) -> None:
        (_, first), (_, second), (_, third) = heard.words_by_language()
        assert first[-1].end_ms <= 30_500 <= second[0].start_ms + 500
        assert second[-1].end_ms <= 61_000 <= third[0].start_ms + 500
        assert plain(first).startswith("welcome to this short talk")
        assert plain(second).startswith("hoy vamos a hablar de la historia del agua")
        assert plain(third).startswith("welcome to this short talk")


def test_one_language_is_one_run(engine: Transcriber) -> None:
    heard = engine.transcribe(read_audio(SAMPLE / "coral.mp4", end_ms=12_000))
    assert heard.language_runs == ((heard.speech_spans[0][0], "es"),)
    assert [code for code, _ in heard.words_by_language()] == ["es"]


def test_a_stated_language_is_not_guessed_at(engine: Transcriber) -> None:
    heard = engine.transcribe(read_audio(SAMPLE / "amber.mp4", end_ms=5_000), language="en")
    assert [code for _, code in heard.language_runs] == ["en"]
    assert heard.language_probability is None


def test_the_guess_is_made_from_windows_all_over_the_speech() -> None:
    asked: list[float] = []

    def listen(window: Sound) -> dict[str, float]:
        asked.append(float(window[0]))
        return {"pt": 0.5, "es": 0.3} if len(asked) % 2 else {"pt": 0.2, "es": 0.55}

    audio = np.arange(60 * SAMPLE_RATE, dtype=np.float32)
    spoken = spoken_languages(audio, [(0, 60_000)], listen)
    assert [round(start / SAMPLE_RATE) for start in asked] == [0, 16, 32, 48]
    assert (spoken.language, spoken.probability) == ("es", pytest.approx(0.425))


@pytest.mark.parametrize(("probability", "language", "kept"), [(0.4, "es", 0.3), (0.9, "pt", 0.9)])
def test_in_doubt_the_language_before_it_stands_with_its_low_probability(
    probability: float, language: str, kept: float
) -> None:
    audio = np.zeros(20 * SAMPLE_RATE, np.float32)
    guess = {"pt": probability, "es": 0.3}
    spoken = spoken_languages(audio, [(0, 20_000)], lambda window: guess, expected="es")
    assert (spoken.language, spoken.probability) == (language, kept)
    assert [run.language for run in spoken.runs] == [language]
