"""The door to openai-whisper: the original Whisper on PyTorch.

No other module imports either, but for campplus.py, a process of its own. It runs on the same
weights as the other engine: OpenAI's checkpoint is made from the model's CTranslate2 file, checked
against it tensor by tensor, and kept beside the models.
"""

from __future__ import annotations

import base64
import gzip
import io
import json
import warnings
from collections.abc import Iterator, Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from archive.errors import BadSetting, EngineMissing, ModelMissing
from archive.phrases import phrase
from archive.types import Word
from transcribe.checkpoint import read_checkpoint
from transcribe.given_words import GivenWords
from transcribe.model_files import WEIGHTS, new_file
from transcribe.models import Model, usable_cores
from transcribe.voice import Samples
from transcribe.whisper import (
    HIGHEST_COMPRESSION,
    LOWEST_LOG_PROBABILITY,
    SEED,
    TEMPERATURES,
    RawSegment,
    RawWord,
)

_BEST_OF = 5
_WINDOW_MS = 30_000


class OpenAIWhisper:
    """A ``Recognizer``. float32 on a CPU, float16 on a GPU, unless told otherwise."""

    name = "openai-whisper"
    # It tells nothing before it has finished, so it is given a few windows at a time.
    longest_ms: int | None = 4 * _WINDOW_MS

    def __init__(
        self, model: Model, device: str, compute_type: str, beam_size: int, threads: int
    ) -> None:
        try:
            import torch
            import whisper
        except ImportError as error:
            raise EngineMissing(
                phrase("The speech engine openai-whisper is not installed."),
                advice="pip install openai-whisper, or use the engine faster-whisper.",
            ) from error
        if device == "auto":
            device = "cuda" if torch.cuda.is_available() else "cpu"
        if compute_type == "auto":
            compute_type = "float16" if device == "cuda" else "float32"
        if compute_type not in ("float32", "float16") or (device, compute_type) == (
            "cpu",
            "float16",
        ):
            raise BadSetting(
                phrase(
                    "openai-whisper does not run with compute type %(compute_type)s on %(device)s.",
                    compute_type=compute_type,
                    device=device,
                ),
                advice=phrase("Set compute_type to auto."),
            )
        self.version = version("openai-whisper")
        self._torch, self._whisper = torch, whisper
        self._beam_size, self._half = beam_size, compute_type == "float16"
        torch.set_num_threads(threads or usable_cores())
        self._model = self._loaded(model, device)
        with warnings.catch_warnings():
            # Its vocabulary file is left to the garbage collector, once in a process.
            warnings.simplefilter("ignore", ResourceWarning)
            self._tokenizer = self._tokenizer_for(None)
        self.settings: dict[str, object] = {
            "device": device,
            "compute_type": compute_type,
            "beam_size": beam_size,
            "threads": threads or usable_cores(),
            "torch_version": torch.__version__,
        }

    def languages(self) -> frozenset[str]:
        if not self._model.is_multilingual:
            return frozenset({"en"})
        return frozenset(self._tokenizer.all_language_codes)

    def language_probabilities(self, window: Samples) -> dict[str, float]:
        _, probabilities = self._model.detect_language(self._mel(window))
        return dict(probabilities)

    def count_tokens(self, text: str) -> int:
        return len(self._tokenizer.encode(" " + text))

    def recognize(
        self, speech: Samples, language: str, prompt: str, *, translate: bool
    ) -> Iterator[RawSegment]:
        self._torch.manual_seed(SEED)
        with warnings.catch_warnings():
            # Without a compiler for its GPU kernels it says so and uses slower ones.
            warnings.filterwarnings("ignore", message="Failed to launch Triton kernels")
            answer = self._whisper.transcribe(
                self._model,
                speech,
                language=language,
                task="translate" if translate else "transcribe",
                beam_size=self._beam_size if self._beam_size > 1 else None,
                best_of=_BEST_OF,
                temperature=TEMPERATURES,
                logprob_threshold=LOWEST_LOG_PROBABILITY,
                compression_ratio_threshold=HIGHEST_COMPRESSION,
                condition_on_previous_text=False,
                initial_prompt=prompt or None,
                carry_initial_prompt=bool(prompt),
                word_timestamps=True,
                fp16=self._half,
                verbose=None,
            )
        for segment in answer["segments"]:
            yield RawSegment(
                words=tuple(
                    RawWord(
                        word["word"],
                        float(word["start"]),
                        float(word["end"]),
                        float(word["probability"]),
                    )
                    for word in segment.get("words", ())
                ),
                temperature=segment["temperature"],
                average_log_probability=segment["avg_logprob"],
                compression_ratio=segment["compression_ratio"],
            )

    def align(self, speech: Samples, language: str, words: Sequence[Word]) -> list[RawWord]:
        given = GivenWords(
            self._tokenizer_for(language),
            words,
            partial(self._tokenizer.encode, disallowed_special=()),
        )
        if not given.all_tokens:
            return []
        columns = len(speech) // self._whisper.audio.HOP_LENGTH
        with warnings.catch_warnings():
            # Without a compiler for its GPU kernels it says so and uses slower ones.
            warnings.filterwarnings("ignore", message="Failed to launch Triton kernels")
            found = self._whisper.timing.find_alignment(
                self._model, given, given.all_tokens, self._mel(speech), columns
            )
        return [
            RawWord(word.word, float(word.start), float(word.end), float(word.probability))
            for word in found
        ]

    def _tokenizer_for(self, language: str | None) -> Any:
        return self._whisper.tokenizer.get_tokenizer(
            self._model.is_multilingual,
            num_languages=self._model.num_languages,
            language=language,
            task=None if language is None else "transcribe",
        )

    def _mel(self, sound: Samples) -> Any:
        """The spectrogram of a window, filled up with silence."""
        mel = self._whisper.log_mel_spectrogram(
            self._whisper.pad_or_trim(sound), self._model.dims.n_mels
        ).to(self._model.device)
        return mel.half() if self._half else mel

    def _loaded(self, model: Model, device: str) -> Any:
        path = model.store / f"{model.sha256}.pt"
        if not path.is_file():
            self._convert(model.path / WEIGHTS, path)
        try:
            loaded = self._whisper.load_model(str(path), device=device)
        except (RuntimeError, OSError, ValueError, KeyError, EOFError) as error:
            raise ModelMissing(
                phrase("openai-whisper cannot load %(file)s: %(reason)s.", file=path, reason=error),
                advice=phrase("Remove that file; it is made again."),
            ) from error
        heads = _alignment_heads(model.path, loaded.dims.n_text_layer, loaded.dims.n_text_head)
        if heads is not None:
            loaded.set_alignment_heads(heads)
        return loaded

    def _convert(self, weights: Path, target: Path) -> None:
        torch = self._torch
        checkpoint = read_checkpoint(weights)
        state = {
            name: torch.from_numpy(np.array(tensor)) for name, tensor in checkpoint.tensors.items()
        }
        with new_file(target) as file:
            # Through memory, because torch hides what goes wrong when it writes to a disk.
            content = io.BytesIO()
            torch.save({"dims": checkpoint.dims, "model_state_dict": state}, content)
            file.write_bytes(content.getbuffer())
            saved = torch.load(file, map_location="cpu", weights_only=True)["model_state_dict"]
            for name, tensor in checkpoint.tensors.items():
                if not np.array_equal(saved[name].numpy(), tensor):
                    raise ModelMissing(
                        phrase(
                            "The tensor %(tensor)s of %(weights)s did not survive being saved in "
                            "%(file)s.",
                            tensor=name,
                            weights=weights,
                            file=file,
                        ),
                        advice=phrase("Check the disk, then try again."),
                    )


def _alignment_heads(folder: Path, layers: int, heads: int) -> bytes | None:
    """The attention heads that give the times of words, packed as openai-whisper wants them."""
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    listed = config.get("alignment_heads")
    if not listed:
        return None
    mask = np.zeros((layers, heads), dtype=bool)
    for layer, head in listed:
        mask[layer, head] = True
    return base64.b85encode(gzip.compress(mask.tobytes()))
