"""The door to faster-whisper: Whisper on CTranslate2. The only module that imports either."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from functools import partial
from importlib.metadata import version
from typing import Any

import numpy as np

from archive.errors import BadSetting, EngineMissing, ModelMissing
from archive.phrases import phrase
from archive.types import Word
from transcribe.engine import LONGEST_ALIGNED_MS
from transcribe.given_words import GivenWords
from transcribe.models import Model, usable_cores
from transcribe.spectrogram import Spectrogram
from transcribe.spoken_languages import WINDOW_MS
from transcribe.voice import SAMPLES_PER_MS, Samples
from transcribe.whisper import (
    HIGHEST_COMPRESSION,
    LOWEST_LOG_PROBABILITY,
    SEED,
    TEMPERATURES,
    RawSegment,
    RawWord,
)


class FasterWhisper:
    """A ``Recognizer``. int8 on a CPU, float16 on a GPU, unless told otherwise."""

    name = "faster-whisper"
    longest_ms: int | None = None

    def __init__(
        self, model: Model, device: str, compute_type: str, beam_size: int, threads: int
    ) -> None:
        try:
            import ctranslate2
            from faster_whisper import WhisperModel
            from faster_whisper.tokenizer import Tokenizer
        except ImportError as error:
            raise EngineMissing(
                phrase("The speech engine faster-whisper is not installed."),
                advice="pip install 'faster-whisper>=1.2.1'",
            ) from error
        if device == "auto":
            device = "cuda" if ctranslate2.get_cuda_device_count() else "cpu"
        if compute_type == "auto":
            compute_type = "float16" if device == "cuda" else "int8"
        self.version = version("faster-whisper")
        self._beam_size = beam_size
        ctranslate2.set_random_seed(SEED)
        self._weights = partial(
            ctranslate2.models.Whisper,
            os.fspath(model.path),
            device=device,
            compute_type=compute_type,
            intra_threads=threads or usable_cores(),
        )
        try:
            # A folder's path, so that nothing is ever looked up on a hub.
            self._model: Any = WhisperModel(
                os.fspath(model.path),
                device=device,
                compute_type=compute_type,
                cpu_threads=threads or usable_cores(),
                local_files_only=True,
            )
        except ValueError as error:
            raise BadSetting(
                phrase(
                    "faster-whisper does not run with compute type %(compute_type)s on "
                    "%(device)s: %(reason)s.",
                    compute_type=compute_type,
                    device=device,
                    reason=error,
                ),
                advice=phrase("Set compute_type and device to auto."),
            ) from error
        except (RuntimeError, OSError) as error:
            raise ModelMissing(
                phrase(
                    "faster-whisper cannot load the model in %(folder)s: %(reason)s.",
                    folder=model.path,
                    reason=error,
                ),
                advice=phrase("`podium models` shows what is present and whether it is sound."),
            ) from error
        self.settings: dict[str, object] = {
            "device": device,
            "compute_type": str(self._model.model.compute_type),
            "beam_size": beam_size,
            "threads": threads or usable_cores(),
            "ctranslate2_version": ctranslate2.__version__,
        }
        self._tokenizer = Tokenizer
        self._view = ctranslate2.StorageView.from_array
        self._model.feature_extractor = Spectrogram(self._model.feature_extractor)
        self._sampled = False
        self._watch_for_sampling()

    def languages(self) -> frozenset[str]:
        return frozenset(self._model.supported_languages)

    def language_probabilities(self, window: Samples) -> dict[str, float]:
        # The library's own way fills every window up to 30 s, at five times the cost.
        fill = max(0, WINDOW_MS * SAMPLES_PER_MS - len(window))
        encoded = self._encoded(np.pad(window, (0, fill)))
        (guesses,) = self._model.model.detect_language(encoded)
        return {token[2:-2]: float(probability) for token, probability in guesses}

    def count_tokens(self, text: str) -> int:
        return len(self._model.hf_tokenizer.encode(" " + text, add_special_tokens=False).ids)

    def recognize(
        self, speech: Samples, language: str, prompt: str, *, translate: bool
    ) -> Iterator[RawSegment]:
        if self._sampled:
            # CTranslate2 reads the seed once, when a model's thread first draws a random number:
            # only a model that has drawn none answers like the one before it. The old one goes
            # first, as two would need twice the memory.
            self._model.model = None
            self._model.model = self._weights()
            self._sampled = False
        segments, _ = self._model.transcribe(
            speech,
            language=language,
            task="translate" if translate else "transcribe",
            beam_size=self._beam_size,
            temperature=TEMPERATURES,
            log_prob_threshold=LOWEST_LOG_PROBABILITY,
            compression_ratio_threshold=HIGHEST_COMPRESSION,
            condition_on_previous_text=False,
            word_timestamps=True,
            vad_filter=False,
            hotwords=prompt or None,
        )
        for segment in segments:
            yield RawSegment(
                words=tuple(
                    RawWord(word.word, float(word.start), float(word.end), float(word.probability))
                    for word in segment.words or ()
                ),
                temperature=segment.temperature,
                average_log_probability=segment.avg_logprob,
                compression_ratio=segment.compression_ratio,
            )

    def align(self, speech: Samples, language: str, words: Sequence[Word]) -> list[RawWord]:
        tokenizer = self._tokenizer(
            self._model.hf_tokenizer,
            self._model.model.is_multilingual,
            task="transcribe",
            language=language,
        )
        given = GivenWords(tokenizer, words, tokenizer.encode)
        if not given.all_tokens:
            return []
        columns = len(speech) // self._model.feature_extractor.hop_length
        fill = max(0, LONGEST_ALIGNED_MS * SAMPLES_PER_MS - len(speech))
        (found,) = self._model.find_alignment(
            given, [given.all_tokens], self._encoded(np.pad(speech, (0, fill))), columns
        )
        return [
            RawWord(
                word["word"], float(word["start"]), float(word["end"]), float(word["probability"])
            )
            for word in found
        ]

    def _encoded(self, sound: Samples) -> Any:
        """What the model makes of sound, as the next steps take it."""
        features = self._model.feature_extractor(sound)[np.newaxis, :, :-1]
        return self._model.model.encode(
            self._view(np.ascontiguousarray(features, dtype=np.float32))
        )

    def _watch_for_sampling(self) -> None:
        """Notes when a window was decoded above temperature 0, which takes random numbers."""
        decode = self._model.generate_with_fallback

        def watched(*arguments: Any) -> Any:
            answer = decode(*arguments)
            self._sampled = self._sampled or answer[2] > 0
            return answer

        self._model.generate_with_fallback = watched
