"""Word starts put where the voice begins.

Whisper takes a word's start from where its attention moves on. That leaves two errors. Each
model is early or late by an amount of its own, and the first word after a pause is drawn out over
the pause, often by half a second and now and then by more than one. The first is a number in the
table of models; the second is mended here, by the loudness of the sound.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from msgspec.structs import replace

from archive.segments import ends_clause
from archive.types import Word
from transcribe.voice import SAMPLES_PER_MS, Samples, Span

_FRAME_MS = 10
# The voice and what lies under it are measured around each half second, 2 s to both sides.
_STEP_MS = 500
_AROUND_MS = 2_000
_LOUD_PERCENTILE = 90
_FLOOR_PERCENTILE = 5
# Quiet is this much below the voice, or nearer to the floor than to the voice where that is noisy.
_BELOW_VOICE_DB = 25
_ABOVE_FLOOR = 0.3
# With less between voice and floor (music, a crowd) nothing is called quiet.
_LEAST_CONTRAST_DB = 15
# Quiet of this length inside a word is a pause before it: the stop of a consonant is shorter.
_PAUSE_MS = 200
# A word that starts in quiet of this length begins where that ends.
_LEAD_MS = 30
# What a word must keep behind the pause, else the pause follows it.
_REST_MS = 60

Decibels = npt.NDArray[np.float64]


def at_their_onsets(words: Sequence[Word], audio: Samples, late_ms: int = 0) -> list[Word]:
    """The words of ``audio`` (mono, 16 kHz) with their starts set right.

    ``late_ms`` is how late the model's words are, and below 0 how early.
    """
    pauses = quiet_spans(audio)
    begins = np.array([start for start, _ in pauses], dtype=np.int64)
    moved = []
    for word in words:
        start_ms = max(0, word.start_ms - late_ms)
        end_ms = max(word.end_ms - late_ms, start_ms + 1)
        last = int(np.searchsorted(begins, end_ms - _REST_MS))
        moved.append(replace(word, start_ms=_onset(start_ms, end_ms, pauses[:last]), end_ms=end_ms))
    return moved


def before_their_pauses(words: Sequence[Word], audio: Samples) -> list[Word]:
    """The last words of clauses without the pause behind them, where they are mostly before it.

    An engine that lays a given text along the sound may draw such a word out to where the next one
    has begun. In any other the pause is before it, and ``at_their_onsets`` finds where it begins.
    """
    pauses = [(begins, ends) for begins, ends in quiet_spans(audio) if ends - begins >= _PAUSE_MS]
    return [replace(word, end_ms=_end(word, pauses)) for word in words]


def quiet_spans(audio: Samples) -> list[Span]:
    """Where nobody speaks, to 10 ms, judged by loudness alone; in ms, in order, apart."""
    quiet = _quiet(_loudness_db(audio))
    steps = np.diff(quiet.astype(np.int8), prepend=0, append=0)
    starts, ends = np.flatnonzero(steps == 1), np.flatnonzero(steps == -1)
    return [(int(a) * _FRAME_MS, int(b) * _FRAME_MS) for a, b in zip(starts, ends, strict=True)]


def _onset(start_ms: int, end_ms: int, pauses: Sequence[Span]) -> int:
    """Where a word begins whose span may hold a pause."""
    for begins, ends in reversed(pauses):
        if ends <= start_ms:
            break
        least_ms = _LEAD_MS if begins <= start_ms + _LEAD_MS else _PAUSE_MS
        if ends - begins >= least_ms and end_ms - ends >= _REST_MS:
            return ends
    return start_ms


def _end(word: Word, pauses: Sequence[Span]) -> int:
    """Where a word ends whose span may hold a pause."""
    for begins, ends in pauses if ends_clause(word.text) else ():
        before_ms, after_ms = begins - word.start_ms, word.end_ms - ends
        if before_ms >= _REST_MS and 0 < after_ms < before_ms:
            return begins
    return word.end_ms


def _loudness_db(audio: Samples) -> Decibels:
    frame = _FRAME_MS * SAMPLES_PER_MS
    count = len(audio) // frame
    power = np.square(audio[: count * frame].reshape(count, frame), dtype=np.float64).mean(axis=1)
    return np.asarray(10 * np.log10(power + 1e-10), dtype=np.float64)


def _quiet(loudness_db: Decibels) -> npt.NDArray[np.bool_]:
    if not len(loudness_db):
        return np.zeros(0, dtype=np.bool_)
    step, around = _STEP_MS // _FRAME_MS, _AROUND_MS // _FRAME_MS
    padded = np.pad(loudness_db, (around, around + step), mode="reflect")
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * around + step)[::step]
    floor, voice = np.percentile(windows, (_FLOOR_PERCENTILE, _LOUD_PERCENTILE), axis=1)
    border = np.maximum(voice - _BELOW_VOICE_DB, floor + _ABOVE_FLOOR * (voice - floor))
    border = np.where(voice - floor > _LEAST_CONTRAST_DB, border, -np.inf)
    return loudness_db < np.repeat(border, step)[: len(loudness_db)]
