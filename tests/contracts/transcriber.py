"""What every speech engine must do, on real weights: subclass this with an ``engine`` fixture."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from archive.errors import ModelMissing
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

    def test_words_of_a_given_text_are_timed_as_if_they_had_been_heard(
        self, engine: Transcriber, speech: Sound, heard: Heard
    ) -> None:
        timed = engine.align(speech, heard.words, language="en")
        assert [word.text for word in timed] == [word.text for word in heard.words]
        assert all(word.start_ms < word.end_ms for word in timed)
        assert all(one.end_ms <= other.start_ms for one, other in pairwise(timed))
        apart = [abs(a.start_ms - b.start_ms) for a, b in zip(timed, heard.words, strict=True)]
        assert np.median(apart) <= 60
        assert max(apart) <= 400

    def test_words_that_are_divided_otherwise_than_the_model_does_stay_as_they_are(
        self, engine: Transcriber, speech: Sound, heard: Heard
    ) -> None:
        texts = ["<|en|>", "Welcome-to", "this", "short", "talk", "ab", "out", "the", "tides."]
        words = [Word(text, text != "out", 0, 1) for text in texts]
        timed = engine.align(speech[: 6 * SAMPLE_RATE], words, language="en-GB")
        assert [word.text for word in timed] == texts
        about = next(word for word in heard.words if word.text == "about")
        ab, out = timed[5], timed[6]
        assert ab.start_ms == pytest.approx(about.start_ms, abs=150)
        assert ab.end_ms <= out.start_ms < about.end_ms + 100

    @pytest.mark.parametrize("ms", [0, 10, 60, 30_000])
    def test_words_are_timed_inside_of_any_sound(self, engine: Transcriber, ms: int) -> None:
        timed = engine.align(
            np.zeros(16 * ms, np.float32), [Word("tide", True, 0, 1)] * 3, language="en"
        )
        assert all(0 <= word.start_ms < word.end_ms <= ms for word in timed)

    def test_more_words_than_the_model_reads_at_once_get_no_times(
        self, engine: Transcriber, speech: Sound
    ) -> None:
        assert engine.align(speech, [Word("tide", True, 0, 1)] * 500, language="en") == ()
        assert engine.align(speech, [], language="en") == ()

    def test_a_language_that_the_model_does_not_know_has_no_times(
        self, engine: Transcriber, speech: Sound
    ) -> None:
        with pytest.raises(ModelMissing, match="does not know the language tlh"):
            engine.align(speech, [Word("tide", True, 0, 1)], language="tlh")
