from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from contracts.transcriber import SAMPLE, TranscriberContract, plain

from archive.errors import BadSetting, EngineMissing, ModelMissing
from archive.segments import segments_from_words
from archive.types import Word, join_words
from transcribe.audio import read_audio
from transcribe.engine import Transcriber
from transcribe.engines import open_engine
from transcribe.models import Model, choose_model
from transcribe.whisper import in_order

SPEECH = Path(__file__).parents[2] / "shared" / "speech"

needs_openai = pytest.mark.skipif(
    importlib.util.find_spec("whisper") is None,
    reason="openai-whisper is not installed: pip install openai-whisper",
)
needs_recordings = pytest.mark.skipif(
    not SPEECH.is_dir(), reason="the recordings in ../shared/speech are not here"
)


@pytest.fixture(scope="module")
def model_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="module")
def tiny(model_dir: Path) -> Model:
    return choose_model("tiny.en", model_dir)


@pytest.fixture(scope="module")
def base(model_dir: Path) -> Model:
    return choose_model("base", model_dir)


@pytest.fixture(scope="module")
def base_engine(base: Model) -> Transcriber:
    return open_engine("faster-whisper", base)


class TestFasterWhisper(TranscriberContract):
    @pytest.fixture(scope="class")
    @classmethod
    def engine(cls, tiny: Model) -> Transcriber:
        return open_engine("faster-whisper", tiny)


@needs_openai
class TestOpenAIWhisper(TranscriberContract):
    @pytest.fixture(scope="class")
    @classmethod
    def engine(cls, tiny: Model) -> Transcriber:
        return open_engine("openai-whisper", tiny, beam_size=1)


def test_sampling_on_the_way_does_not_change_the_next_answer(
    tiny: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    audio = read_audio(SAMPLE / "amber.mp4", end_ms=5_200)
    engine = open_engine("faster-whisper", tiny)
    monkeypatch.setattr("transcribe.faster_whisper_engine.TEMPERATURES", (0.9,))
    first, second = engine.transcribe(audio), engine.transcribe(audio)
    assert first.words == second.words
    assert first.unsure_spans


@needs_openai
def test_both_engines_hear_the_same_words_with_the_same_numbers(tiny: Model) -> None:
    audio = read_audio(SAMPLE / "amber.mp4", end_ms=10_000)
    texts = [
        join_words(
            open_engine(name, tiny, compute_type="float32", beam_size=1)
            .transcribe(audio, language="en")
            .words
        )
        for name in ("faster-whisper", "openai-whisper")
    ]
    assert texts[0] == texts[1]
    assert texts[0].lower().startswith("welcome")


@needs_openai
def test_openai_whisper_hears_another_language_with_base(base: Model) -> None:
    engine = open_engine("openai-whisper", base, beam_size=1)
    heard = engine.transcribe(read_audio(SAMPLE / "coral.mp4", end_ms=5_000))
    assert heard.language == "es"
    assert plain(heard.words).startswith("hoy vamos a hablar de la historia del agua")


def test_a_language_that_is_not_stated_is_detected_with_its_probability(
    base_engine: Transcriber,
) -> None:
    heard = base_engine.transcribe(read_audio(SAMPLE / "coral.mp4", end_ms=5_000))
    assert heard.language == "es"
    assert heard.language_probability is not None
    assert heard.language_probability > 0.8
    assert plain(heard.words).startswith("hoy vamos a hablar de la historia del agua")


def test_a_stated_language_is_taken_by_its_first_part(base_engine: Transcriber) -> None:
    heard = base_engine.transcribe(read_audio(SAMPLE / "coral.mp4", end_ms=5_000), language="es-CL")
    assert (heard.language, heard.language_probability) == ("es", None)


def test_a_language_that_the_model_does_not_know_is_refused(base_engine: Transcriber) -> None:
    with pytest.raises(ModelMissing, match="does not know the language tlh"):
        base_engine.transcribe(np.zeros(0, np.float32), language="tlh")


@needs_recordings
def test_a_script_without_blanks_is_not_given_any(base_engine: Transcriber) -> None:
    heard = base_engine.transcribe(read_audio(SPEECH / "ja_leopard.flac"), language="ja")
    assert " " not in join_words(heard.words)
    assert len(heard.words) > 10
    assert all(len(word.text) <= 3 for word in heard.words)


@needs_recordings
def test_a_noisy_recording_is_heard_word_for_word(base_engine: Transcriber) -> None:
    heard = base_engine.transcribe(read_audio(SPEECH / "en_jfk_inaugural.flac"), language="en")
    spoken = (SPEECH / "en_jfk_inaugural.txt").read_text(encoding="utf-8").lower()
    letters = "".join(c if c.isalnum() else " " for c in spoken)
    assert plain(heard.words) == " ".join(letters.split())


@needs_recordings
def test_words_start_when_they_are_spoken(base_engine: Transcriber) -> None:
    heard = base_engine.transcribe(read_audio(SPEECH / "en_austen_aligned.flac"), language="en")
    spoken = iter(
        line.split("\t")
        for line in (SPEECH / "en_austen_aligned.words.tsv").read_text().splitlines()
    )
    header = next(spoken)
    text, start = header.index("word"), header.index("start")
    expected = [(row[text].lower(), float(row[start]) * 1000) for row in spoken]
    errors = []
    for word in heard.words:
        near = [
            at for said, at in expected if said == plain((word,)) and abs(at - word.start_ms) < 2000
        ]
        if near:
            errors.append(min(abs(at - word.start_ms) for at in near))
    assert len(errors) > 0.8 * len(expected)
    assert np.median(errors) <= 60
    assert np.percentile(errors, 95) <= 300
    assert max(errors) < 500


@needs_recordings
def test_the_first_word_after_a_pause_starts_with_the_voice(tiny: Model) -> None:
    engine = open_engine("faster-whisper", tiny)
    recording = SPEECH / "en_lj_printing_long.flac"
    heard = engine.transcribe(read_audio(recording, end_ms=30_000), language="en")
    # What was joined there begins with these words, at these times.
    for text, onset_ms in (("in", 9_915), ("for", 12_095), ("produced", 21_991)):
        said = [word for word in heard.words if plain((word,)) == text]
        assert min(abs(word.start_ms - onset_ms) for word in said) <= 100


@pytest.mark.parametrize(
    ("engine", "library"), [("faster-whisper", "faster_whisper"), ("openai-whisper", "whisper")]
)
def test_a_missing_engine_says_what_to_install(
    tiny: Model, engine: str, library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(EngineMissing, match=f"{engine} is not installed") as caught:
        open_engine(engine, tiny)
    assert "pip install" in caught.value.advice


def test_an_engine_that_nobody_knows_is_a_wrong_setting(tiny: Model) -> None:
    with pytest.raises(BadSetting, match="no speech engine named 'siri'"):
        open_engine("siri", tiny)


@pytest.mark.parametrize(
    "engine", ["faster-whisper", pytest.param("openai-whisper", marks=needs_openai)]
)
def test_a_compute_type_that_the_engine_does_not_know_is_a_wrong_setting(
    tiny: Model, engine: str
) -> None:
    with pytest.raises(BadSetting, match="compute type int9"):
        open_engine(engine, tiny, compute_type="int9")


def test_broken_weights_are_no_model(tiny: Model, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "model.bin").write_bytes(b"not weights")
    broken = Model("broken", tmp_path, "0" * 64, 11, True, tmp_path)
    with pytest.raises(ModelMissing, match="cannot load"):
        open_engine("faster-whisper", broken)


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Notes every attempt to reach another machine."""
    attempts: list[object] = []
    monkeypatch.setattr("socket.socket.connect", lambda self, address: attempts.append(address))
    monkeypatch.setattr("socket.getaddrinfo", lambda *name, **more: attempts.append(name) or [])
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    return attempts


def test_a_model_is_loaded_without_any_network(tiny: Model, no_network: list[object]) -> None:
    open_engine("faster-whisper", tiny)
    assert no_network == []


def test_importing_the_package_loads_no_heavy_library() -> None:
    modules = "engine whisper models audio voice pieces listening captions hub checkpoint"
    heavy = "{'torch', 'whisper', 'faster_whisper', 'ctranslate2', 'onnxruntime', 'av', 'yt_dlp'}"
    program = (
        "import importlib, sys\n"
        f"for name in {modules.split()!r}: importlib.import_module('transcribe.' + name)\n"
        f"sys.exit(', '.join(sorted({heavy} & set(sys.modules))) or None)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def word(start_ms: int, end_ms: int) -> Word:
    return Word("x", True, start_ms, end_ms)


def test_words_of_no_length_and_overlapping_words_are_set_right() -> None:
    made = [word(5, 5), word(5, 90), word(80, 70), word(200, 300), word(310, 320)]
    assert [(w.start_ms, w.end_ms) for w in in_order(made, 250)] == [
        (5, 6),
        (6, 80),
        (80, 81),
        (200, 249),
        (249, 250),
    ]
    assert in_order([], 0) == ()


def test_segments_of_real_speech_end_at_sentences(base_engine: Transcriber) -> None:
    heard = base_engine.transcribe(read_audio(SAMPLE / "coral.mp4", end_ms=12_000), language="es")
    segments = segments_from_words(heard.words, language=heard.language)
    assert len(segments) > 1
    assert segments[0].text.endswith(".")
