"""The seam between Podium and speech engines: what an engine is given and what it answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Protocol

from archive.types import Word

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Heard:
    """What an engine heard in a stretch of sound; times in ms from the start of that sound.

    ``words`` are in the order of time, inside the sound, and do not overlap. ``language`` is
    Whisper's code; ``language_probability`` is None where the language was given, else 0 to 1.
    In a mixed talk it is the one that is spoken most, and ``language_runs`` has a pair for each
    stretch in one language: the ms where it begins, and the code.
    ``unsure_spans`` are where the engine doubted, ``speech_spans`` where a voice was found.
    ``settings`` says how it was made, with CPU and wall seconds: JSON types only.
    """

    words: tuple[Word, ...]
    language: str
    language_probability: float | None = None
    language_runs: tuple[tuple[int, str], ...] = ()
    unsure_spans: tuple[tuple[int, int], ...] = ()
    speech_spans: tuple[tuple[int, int], ...] = ()
    settings: dict[str, object] = field(default_factory=dict)

    def words_by_language(self) -> Iterator[tuple[str, tuple[Word, ...]]]:
        """The words in stretches of one language each, in the order of time."""

        def language(word: Word) -> str:
            middle_ms = (word.start_ms + word.end_ms) // 2
            begun = [code for start_ms, code in self.language_runs if start_ms <= middle_ms]
            return begun[-1] if begun else self.language

        for code, words in groupby(self.words, key=language):
            yield code, tuple(words)


LONGEST_ALIGNED_MS = 30_000
"""So much sound a model looks at in one."""


class Transcriber(Protocol):
    """Turns sound into words. One object holds one loaded model and serves one call at a time."""

    @property
    def name(self) -> str:
        """The engine, one of ``ENGINES``."""

    @property
    def version(self) -> str:
        """The version of the engine's library."""

    @property
    def model(self) -> str:
        """The name of the loaded model."""

    def transcribe(
        self,
        audio: npt.NDArray[np.float32],
        *,
        language: str | None = None,
        expected: str | None = None,
        hints: Sequence[str] = (),
        progress: Callable[[float], None] | None = None,
        translate: bool = False,
    ) -> Heard:
        """The words of ``audio`` (mono, 16 kHz, levelled by ``read_audio``).

        ``language`` is BCP 47, or None to detect it; then ``expected``, Whisper's code of what was
        spoken before, stands where the sound leaves it in doubt. ``hints`` are names that may be
        spoken, the most likely first; what exceeds the model's share for them is left out.
        ``progress`` is given 0 to 1, never falling; what it raises stops the work. Two calls with
        the same arguments give the same answer. With ``translate`` the words are an English
        translation, and ``language`` is still what was spoken. Raises ModelMissing for a language
        the model does not know.
        """

    def align(
        self, audio: npt.NDArray[np.float32], words: Sequence[Word], *, language: str
    ) -> tuple[Word, ...]:
        """The same words when they are said in ``audio``, which holds them and no others.

        ``audio`` is as for ``transcribe``, ``LONGEST_ALIGNED_MS`` at most, and times count from
        its start; they are in order inside of it. ``probability`` is how well each word fits what
        is heard there. ``language`` is BCP 47. None come back for more words than the model reads
        at once, or for hardly any sound. Raises ModelMissing for a language that the model does
        not know.
        """
