"""What every speech engine must do, on real weights: subclass this with an ``engine`` fixture."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from archive.types import Word, join_words
from transcribe.audio import SAMPLE_RATE, read_audio
from transcribe.engine import Heard, Transcriber
from transcribe.engines import ENGINES

Sound = npt.NDArray[np.float32]

SAMPLE = Path(__file__).parents[2] / "events" / "sample"
SPOKEN = "welcome to this short talk about the tides twice a day the sea comes in"


class Stop(Exception):
    """Somebody wants the work to end."""


def plain(words: tuple[Word, ...]) -> str:
    """The words in lower case, without punctuation."""
    letters = "".join(c if c.isalnum() or c == "'" else " " for c in join_words(words).lower())
    return " ".join(letters.split())


class TranscriberContract:
    """What every engine does; a subclass gives the fixture ``engine``, of the class's scope."""

    @pytest.fixture(scope="class")
    @classmethod
    def speech(cls) -> Sound:
        """The first seconds of an English sample clip, with silence on both sides."""
        silence = np.zeros(3 * SAMPLE_RATE, np.float32)
        return np.concatenate([silence, read_audio(SAMPLE / "amber.mp4", end_ms=5_200), silence])

    @pytest.fixture(scope="class")
    @classmethod
    def heard(cls, engine: Transcriber, speech: Sound) -> Heard:
        return engine.transcribe(speech, language="en")

    def test_it_hears_what_was_said(self, heard: Heard) -> None:
        assert plain(heard.words).startswith(SPOKEN)
        assert (heard.language, heard.language_probability) == ("en", None)

    def test_words_are_in_order_inside_the_sound_and_do_not_overlap(
        self, heard: Heard, speech: Sound
    ) -> None:
        assert heard.words[0].start_ms >= 0
        assert heard.words[-1].end_ms <= len(speech) * 1000 // SAMPLE_RATE
        assert all(word.start_ms < word.end_ms for word in heard.words)
        assert all(one.end_ms <= other.start_ms for one, other in pairwise(heard.words))

    def test_words_are_never_empty_and_blanks_stand_between_them(self, heard: Heard) -> None:
        assert all(word.text == word.text.strip() != "" for word in heard.words)
        assert all(word.space_before for word in heard.words)
        assert all(0 <= word.probability <= 1 for word in heard.words)

    def test_words_keep_the_clock_of_the_sound(self, heard: Heard) -> None:
        assert heard.words[0].start_ms == pytest.approx(3_000, abs=400)
        assert heard.words[-1].end_ms < 8_600

    def test_where_a_voice_was_found_is_told(self, heard: Heard) -> None:
        ((start_ms, end_ms),) = heard.speech_spans
        assert start_ms == pytest.approx(2_600, abs=500)
        assert end_ms == pytest.approx(8_500, abs=700)

    @pytest.mark.parametrize("seconds", [0, 0.1, 12])
    def test_silence_holds_no_words(self, engine: Transcriber, seconds: float) -> None:
        heard = engine.transcribe(np.zeros(round(seconds * SAMPLE_RATE), np.float32))
        assert (heard.words, heard.speech_spans) == ((), ())

    def test_noise_holds_no_words(self, engine: Transcriber) -> None:
        noise = np.random.default_rng(3).normal(0, 0.2, 12 * SAMPLE_RATE).astype(np.float32)
        assert engine.transcribe(noise, language="en").words == ()

    def test_progress_rises_to_one_and_a_second_call_answers_the_same(
        self, engine: Transcriber, speech: Sound, heard: Heard
    ) -> None:
        told: list[float] = []
        again = engine.transcribe(speech, language="en", progress=told.append)
        assert again.words == heard.words
        assert told == sorted(told)
        assert (told[0], told[-1]) == (0.0, 1.0)

    def test_hints_do_not_leak_into_the_next_call(
        self, engine: Transcriber, speech: Sound, heard: Heard
    ) -> None:
        hinted = engine.transcribe(speech, language="en", hints=["Tydes", "Ada Example"])
        assert hinted.settings["hints"] == ["Tydes", "Ada Example"]
        assert engine.transcribe(speech, language="en").words == heard.words

    def test_too_many_hints_are_cut_and_the_first_stay(self, engine: Transcriber) -> None:
        names = [f"Professor Number {n}" for n in range(200)]
        kept = engine.transcribe(np.zeros(0, np.float32), hints=["", *names]).settings["hints"]
        assert isinstance(kept, list)
        assert 10 < len(kept) < 60
        assert kept == names[: len(kept)]

    def test_an_error_out_of_progress_stops_the_work(
        self, engine: Transcriber, speech: Sound, heard: Heard
    ) -> None:
        def stop(share: float) -> None:
            if share > 0:
                raise Stop

        with pytest.raises(Stop):
            engine.transcribe(speech, language="en", progress=stop)
        assert engine.transcribe(speech, language="en").words == heard.words

    def test_it_says_how_the_words_were_made(self, engine: Transcriber, heard: Heard) -> None:
        settings = json.loads(json.dumps(heard.settings))
        assert settings["engine"] == engine.name
        assert engine.name in ENGINES
        assert settings["engine_version"] == engine.version
        assert settings["model"] == engine.model
        assert len(settings["model_sha256"]) == 64
        assert settings["cpu_seconds"] > 0
