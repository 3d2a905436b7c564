"""Which language is spoken where, when nobody has said so.

A few windows spread over the speech tell the language. Where they disagree, the talk is mixed: it
is then cut at its pauses into stretches of some seconds, each with the likelier of its languages,
and each change is put at the pause that parts the two best.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from transcribe.voice import SAMPLES_PER_MS, Samples, Span, find_speech, splice_speech

Listen = Callable[[Samples], dict[str, float]]
"""How likely each language is in a window of speech of up to ``WINDOW_MS``."""

# As right as the 30 s that Whisper works in, for a fifth of the time (docs/benchmarks.md).
WINDOW_MS = 12_000
_EVERY_MS = 20_000
_MOST_WINDOWS = 12
# From this probability on a window counts as spoken in its language.
SURE = 0.7
# Shorter sound is now and then taken for a neighbour's language.
_STRETCH_MS = 8_000
_PAUSE_MS = 300
_LEAST = 1e-6


@dataclass(frozen=True, slots=True)
class Run:
    """Spans of speech in one language, one after the other."""

    language: str
    speech: tuple[Span, ...]

    @property
    def length_ms(self) -> int:
        return sum(end - start for start, end in self.speech)


@dataclass(frozen=True, slots=True)
class Spoken:
    """The runs of a sound; its main language with the probability of that guess, 0 to 1."""

    runs: tuple[Run, ...]
    language: str
    probability: float


def spoken_languages(
    audio: Samples, speech: Sequence[Span], listen: Listen, expected: str | None = None
) -> Spoken:
    """The languages of ``audio`` (mono, 16 kHz), whose voices are in ``speech`` (not empty).

    ``expected`` is what was spoken before; it stands where the windows leave it in doubt.
    """
    windows = [listen(window) for window in _windows(splice_speech(audio, speech)[0].audio)]
    likeliest = [max(window, key=window.__getitem__) for window in windows]
    pairs = list(zip(likeliest, windows, strict=True))
    sure = sorted({code for code, window in pairs if window[code] >= SURE})
    if len(sure) > 1:
        runs = _runs(audio, speech, sure, listen)
        share = {code: sum(run.length_ms for run in runs if run.language == code) for code in sure}
        main = max(sure, key=share.__getitem__)
        windows = [window for code, window in pairs if code == main]
    else:
        main = max(likeliest, key=lambda code: _mean(windows, code))
        if expected is not None and not sure:
            main = expected
        runs = (Run(main, tuple(speech)),)
    return Spoken(runs, main, round(_mean(windows, main), 4))


def _windows(speech: Samples) -> list[Samples]:
    """Windows spread evenly over the speech, the first and the last at its ends."""
    length = WINDOW_MS * SAMPLES_PER_MS
    count = min(_MOST_WINDOWS, 1 + len(speech) // (_EVERY_MS * SAMPLES_PER_MS))
    last = max(0, len(speech) - length)
    starts = [round(last * n / (count - 1)) if count > 1 else 0 for n in range(count)]
    return [speech[start : start + length] for start in starts]


def _runs(
    audio: Samples, speech: Sequence[Span], codes: Sequence[str], listen: Listen
) -> tuple[Run, ...]:
    """The speech of a mixed sound, parted where its language changes."""

    def likely(spans: Sequence[Span]) -> dict[str, float]:
        (splice,) = splice_speech(audio, spans)
        heard = listen(splice.audio[: WINDOW_MS * SAMPLES_PER_MS])
        total = sum(heard.get(code, 0.0) for code in codes) + _LEAST
        return {code: heard.get(code, 0.0) / total for code in codes}

    stretches = _stretches(find_speech(audio, pause_ms=_PAUSE_MS, margin_ms=0))
    languages: list[str] = []
    for stretch in stretches:
        guess = likely(stretch)
        code = max(guess, key=guess.__getitem__)
        languages.append(languages[-1] if languages and guess[code] < SURE else code)
    changes = []
    for n, (before, after) in enumerate(pairwise(languages)):
        if before != after:
            both = [*stretches[n], *stretches[n + 1]]
            at = _border([likely([span]) for span in both], before, after)
            changes.append(((both[at - 1][1] + both[at][0]) // 2, after))
    return _parted(speech, [(0, languages[0]), *changes])


def _parted(speech: Sequence[Span], changes: Sequence[tuple[int, str]]) -> tuple[Run, ...]:
    """The spans of speech, cut where the language changes; ``changes`` are pairs of ms and code."""
    ends = [*(at for at, _ in changes[1:]), speech[-1][1]]
    runs = []
    for (begins, code), ends_at in zip(changes, ends, strict=True):
        spans = [(max(start, begins), min(end, ends_at)) for start, end in speech]
        inside = tuple((start, end) for start, end in spans if start < end)
        if inside:
            runs.append(Run(code, inside))
    return tuple(runs)


def _stretches(spans: Sequence[Span]) -> list[list[Span]]:
    stretches: list[list[Span]] = []
    for span in spans:
        if not stretches or sum(end - start for start, end in stretches[-1]) >= _STRETCH_MS:
            stretches.append([])
        stretches[-1].append(span)
    return stretches


def _border(guesses: Sequence[dict[str, float]], before: str, after: str) -> int:
    """How many spans are likeliest spoken in the first of two languages; one at least in each."""
    gains = [math.log((g[before] + _LEAST) / (g[after] + _LEAST)) for g in guesses]
    return max(range(1, len(gains)), key=lambda n: sum(gains[:n]) - sum(gains[n:]))


def _mean(windows: Sequence[dict[str, float]], code: str) -> float:
    return sum(window.get(code, 0.0) for window in windows) / len(windows)
