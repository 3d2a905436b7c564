"""What both Whisper engines have in common: speech only, capped hints, words on one clock.

An engine's door is a ``Recognizer``: it holds the model and recognises a stretch that is all
speech. Everything that has to be the same for all of them stands here.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from msgspec.structs import replace

from archive.errors import ModelMissing
from archive.phrases import phrase
from archive.types import Word
from transcribe import voice
from transcribe.engine import LONGEST_ALIGNED_MS, Heard
from transcribe.languages import UNSPACED, whisper_language
from transcribe.models import Model
from transcribe.onsets import at_their_onsets, before_their_pauses
from transcribe.spoken_languages import Run, spoken_languages
from transcribe.voice import Samples, Span, Splice

# More hint tokens than this cost accuracy; 223 of them tripled the error rate.
HINT_TOKENS = 120
# Bounded fallback: at 1.0 the model invents sentences.
TEMPERATURES = (0.0, 0.2, 0.4)
LOWEST_LOG_PROBABILITY = -1.0
HIGHEST_COMPRESSION = 2.4
SEED = 20_200_918
# Attention over less is not smoothed, and no word is as short.
_SHORTEST_ALIGNED_MS = 60


@dataclass(frozen=True, slots=True)
class RawWord:
    """A word as Whisper gives it: text with a leading blank where one is written; seconds."""

    text: str
    start_s: float
    end_s: float
    probability: float


@dataclass(frozen=True, slots=True)
class RawSegment:
    """A segment as Whisper gives it, with what tells whether to doubt it."""

    words: tuple[RawWord, ...]
    temperature: float
    average_log_probability: float
    compression_ratio: float

    @property
    def unsure(self) -> bool:
        return (
            self.temperature > 0
            or self.average_log_probability < LOWEST_LOG_PROBABILITY
            or self.compression_ratio > HIGHEST_COMPRESSION
        )


class Recognizer(Protocol):
    """The door to one engine, with a model loaded."""

    name: str
    version: str
    settings: dict[str, object]
    longest_ms: int | None
    """Speech given to one call at most, so that progress can be told; None for any length."""

    def languages(self) -> frozenset[str]:
        """Whisper's codes of the languages that the model knows."""

    def language_probabilities(self, window: Samples) -> dict[str, float]:
        """How likely each language is in a window of speech of up to ``WINDOW_MS``."""

    def count_tokens(self, text: str) -> int:
        """The length of a text in the model's tokens."""

    def recognize(
        self, speech: Samples, language: str, prompt: str, *, translate: bool
    ) -> Iterator[RawSegment]:
        """The segments of ``speech``, each as soon as it is there; the same on each call.

        With ``translate`` they are in English.
        """

    def align(self, speech: Samples, language: str, words: Sequence[Word]) -> list[RawWord]:
        """When each of the words is said in up to ``LONGEST_ALIGNED_MS`` of speech.

        None where they are more than the model reads at once.
        """


class WhisperTranscriber:
    """A ``Transcriber`` made of a Whisper engine's door."""

    def __init__(self, recognizer: Recognizer, model: Model) -> None:
        self._recognizer = recognizer
        self._model = model
        self._late_ms = model.known.words_late_ms if model.known else 0

    @property
    def name(self) -> str:
        return self._recognizer.name

    @property
    def version(self) -> str:
        return self._recognizer.version

    @property
    def model(self) -> str:
        return self._model.name

    def transcribe(
        self,
        audio: Samples,
        *,
        language: str | None = None,
        expected: str | None = None,
        hints: Sequence[str] = (),
        progress: Callable[[float], None] | None = None,
        translate: bool = False,
    ) -> Heard:
        began, began_cpu = time.perf_counter(), time.process_time()
        tell = progress or (lambda share: None)
        tell(0.0)
        speech = voice.find_speech(audio)
        runs, code, probability = self._spoken(audio, speech, language, expected)
        names = self._capped(hints)
        words, unsure = self._words(audio, runs, ", ".join(names), translate, tell)
        words = at_their_onsets(words, audio, self._late_ms)
        tell(1.0)
        return Heard(
            words=in_order(words, len(audio) // voice.SAMPLES_PER_MS),
            language=code,
            language_probability=probability,
            language_runs=tuple((run.speech[0][0], run.language) for run in runs),
            unsure_spans=tuple(unsure),
            speech_spans=speech,
            settings={
                **self._recognizer.settings,
                "engine": self.name,
                "engine_version": self.version,
                "model": self._model.name,
                "model_sha256": self._model.sha256,
                "temperatures": list(TEMPERATURES),
                "condition_on_previous_text": False,
                "voice_pause_ms": voice.PAUSE_MS,
                "voice_margin_ms": voice.MARGIN_MS,
                "words_late_ms": self._late_ms,
                "hints": names,
                "task": "translate" if translate else "transcribe",
                "seed": SEED,
                "cpu_seconds": round(time.process_time() - began_cpu, 2),
                "wall_seconds": round(time.perf_counter() - began, 2),
            },
        )

    def align(self, audio: Samples, words: Sequence[Word], *, language: str) -> tuple[Word, ...]:
        code = self._known_code(language)
        duration_ms = len(audio) // voice.SAMPLES_PER_MS
        if not words or not _SHORTEST_ALIGNED_MS <= duration_ms <= LONGEST_ALIGNED_MS:
            return ()
        found = self._recognizer.align(audio, code, words)
        timed = [
            replace(
                word,
                start_ms=round(raw.start_s * 1000),
                end_ms=round(raw.end_s * 1000),
                probability=_share(raw.probability),
            )
            for word, raw in zip(words[: len(found)], found, strict=True)
        ]
        timed = before_their_pauses(timed, audio)
        return in_order(at_their_onsets(timed, audio, self._late_ms), duration_ms)

    def _words(
        self,
        audio: Samples,
        runs: Sequence[Run],
        prompt: str,
        translate: bool,
        tell: Callable[[float], None],
    ) -> tuple[list[Word], list[Span]]:
        words: list[Word] = []
        unsure: list[Span] = []
        total_ms = sum(run.length_ms for run in runs)
        passed_ms = 0
        for language, splice in self._splices(audio, runs):
            reached_ms = 0.0
            for segment in self._recognizer.recognize(
                splice.audio, language, prompt, translate=translate
            ):
                placed = _placed(segment, splice, "en" if translate else language)
                words += placed
                if placed and segment.unsure:
                    unsure.append((placed[0].start_ms, placed[-1].end_ms))
                if segment.words:
                    reached_ms = max(reached_ms, segment.words[-1].end_s * 1000)
                    reached_ms = min(reached_ms, splice.duration_ms)
                # The last step belongs to the answer, so that 1.0 means that it is there.
                tell(min(0.99, (passed_ms + reached_ms) / total_ms))
            passed_ms += splice.duration_ms
            tell(min(0.99, passed_ms / total_ms))
        return words, unsure

    def _splices(self, audio: Samples, runs: Sequence[Run]) -> Iterator[tuple[str, Splice]]:
        for run in runs:
            for splice in voice.splice_speech(audio, run.speech, self._recognizer.longest_ms):
                yield run.language, splice

    def _spoken(
        self, audio: Samples, speech: tuple[Span, ...], stated: str | None, expected: str | None
    ) -> tuple[tuple[Run, ...], str, float | None]:
        """Runs of speech with their languages, the main one, and how likely a guess of it is."""
        known = self._recognizer.languages()
        code = self._known_code(stated) if stated else ""
        if not code and len(known) == 1:
            code = next(iter(known))
        if code or not speech:
            return ((Run(code, speech),) if speech else (), code, None)
        spoken = spoken_languages(
            audio, speech, self._recognizer.language_probabilities, expected or None
        )
        return spoken.runs, spoken.language, spoken.probability

    def _known_code(self, language: str) -> str:
        """Whisper's code of a language (BCP 47) that the model knows."""
        code = whisper_language(language)
        if code not in self._recognizer.languages():
            raise ModelMissing(
                phrase(
                    "The speech model %(model)s does not know the language %(language)s.",
                    model=self._model.name,
                    language=language,
                ),
                advice=phrase("Use a multilingual model, or correct the talk's language."),
            )
        return code

    def _capped(self, hints: Sequence[str]) -> list[str]:
        kept: list[str] = []
        for hint in dict.fromkeys(" ".join(hint.split()) for hint in hints):
            if hint and self._recognizer.count_tokens(", ".join([*kept, hint])) > HINT_TOKENS:
                break
            if hint:
                kept.append(hint)
        return kept


def in_order(words: Sequence[Word], duration_ms: int) -> tuple[Word, ...]:
    """The words inside the duration, each at least 1 ms long, none over the next.

    Cross-attention gives words of no length and words that overlap by a few hundredths.
    """
    starts: list[int] = []
    for word in words:
        earliest = starts[-1] + 1 if starts else 0
        starts.append(max(word.start_ms, earliest))
    limit = duration_ms
    ordered: list[Word] = []
    for word, start in zip(reversed(words), reversed(starts), strict=True):
        start = min(start, limit - 1)
        end = min(max(word.end_ms, start + 1), limit)
        ordered.append(replace(word, start_ms=start, end_ms=end))
        limit = start
    return tuple(reversed(ordered))


def _placed(segment: RawSegment, splice: Splice, language: str) -> list[Word]:
    """A segment's words on the clock of the sound that the splice was cut from."""
    placed: list[Word] = []
    for raw in segment.words:
        text = raw.text.strip()
        if not text:
            continue
        start_ms, end_ms = splice.original_span(raw.start_s * 1000, raw.end_s * 1000)
        # Whisper now and then begins a segment without the blank that the script wants.
        begins = not placed and language not in UNSPACED
        placed.append(
            Word(
                text=text,
                space_before=begins or raw.text[0].isspace(),
                start_ms=start_ms,
                end_ms=end_ms,
                probability=_share(raw.probability),
            )
        )
    return placed


def _share(probability: float) -> float:
    return min(1.0, max(0.0, round(probability, 4)))
