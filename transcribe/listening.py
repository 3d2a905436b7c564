"""Listening to a recording for voices: where somebody speaks, and what the voice is like there.

A long recording is listened to in blocks that end in pauses. What is known after each block can be
kept in a file, so that a run that was cut off goes on behind the last one.
"""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from transcribe.audio import read_blocks
from transcribe.voice import SAMPLES_PER_MS, Samples, find_speech
from transcribe.voiceprints import DIMENSIONS, Embeddings, VoiceNetwork, windows_in

# In a quiet hall the bounds that recognition uses (0.5, 0.35) missed 7 % of the speech.
_STARTS, _ENDS = 0.35, 0.2
# Shorter pauses stay inside a span: windows full of voice tell more than short ones.
_PAUSE_MS = 500
_MARGIN_MS = 100
_SHORTEST_SPEECH_MS = 250
_BLOCK_MS = 300_000
_READ_MS = 60_000

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Speech:
    """The speech of a recording: spans in ms from its start, and what the voice is like in them.

    ``windows`` and ``embeddings`` go together, one row each; ``span_of`` is the number of the
    span that a window lies in.
    """

    spans: tuple[Span, ...]
    windows: tuple[Span, ...]
    span_of: tuple[int, ...]
    embeddings: Embeddings

    @property
    def duration_ms(self) -> int:
        return sum(end - start for start, end in self.spans)

    def followed_by(self, later: Speech) -> Speech:
        """This speech with what is said after it in the same recording."""
        return Speech(
            self.spans + later.spans,
            self.windows + later.windows,
            self.span_of + tuple(len(self.spans) + number for number in later.span_of),
            np.concatenate([self.embeddings, later.embeddings]),
        )


SILENCE = Speech((), (), (), np.zeros((0, DIMENSIONS), dtype=np.float32))


def hear_voices(
    path: Path,
    network: VoiceNetwork,
    *,
    duration_ms: int = 0,
    enough_ms: int | None = None,
    kept: Path | None = None,
    progress: Callable[[float], None] | None = None,
) -> Speech:
    """The speech in a media file, or its beginning with ``enough_ms`` of speech.

    ``duration_ms`` is its length as far as known, for ``progress``. What is heard is kept in the
    file ``kept`` after every five minutes or so; where that is there, listening goes on from it.
    Raises what ``transcribe.audio.read_audio`` raises.
    """
    done_ms, speech = _read(kept) if kept else (0, SILENCE)
    with closing(read_blocks(path, _READ_MS, start_ms=done_ms)) as blocks:
        for offset_ms, audio in _cut_at_pauses(blocks, done_ms):
            left_ms = None if enough_ms is None else enough_ms - speech.duration_ms
            speech = speech.followed_by(_heard_in(audio, offset_ms, network, left_ms))
            done_ms = offset_ms + len(audio) // SAMPLES_PER_MS
            if kept:
                _keep(kept, done_ms, speech)
            if progress and duration_ms:
                progress(min(1.0, done_ms / duration_ms))
            if enough_ms is not None and speech.duration_ms >= enough_ms:
                break
    return speech


def _heard_in(
    audio: Samples, offset_ms: int, network: VoiceNetwork, enough_ms: int | None
) -> Speech:
    """The speech in one block, which begins ``offset_ms`` after the recording's start."""
    spans: list[Span] = []
    windows: list[Span] = []
    span_of: list[int] = []
    heard_ms = 0
    for start, end in _speech_in(audio):
        if enough_ms is not None and heard_ms >= enough_ms:
            break
        heard_ms += end - start
        parts = windows_in(start, end)
        span_of += [len(spans)] * len(parts)
        spans.append((start, end))
        windows += parts
    return Speech(
        tuple((start + offset_ms, end + offset_ms) for start, end in spans),
        tuple((start + offset_ms, end + offset_ms) for start, end in windows),
        tuple(span_of),
        network.embeddings(audio, windows),
    )


def _cut_at_pauses(blocks: Iterable[Samples], start_ms: int) -> Iterator[tuple[int, Samples]]:
    """The sound in blocks of ``_BLOCK_MS`` at most, each with its start in ms.

    Where a block ends depends on where it begins alone: so whoever goes on at the end of one gets
    the same blocks. What is said across a border goes into the later one.
    """
    length = _BLOCK_MS * SAMPLES_PER_MS
    offset_ms = start_ms
    held = np.zeros(0, dtype=np.float32)
    for block in blocks:
        held = np.concatenate([held, block])
        while len(held) >= length:
            cut_ms = _last_pause(held[:length])
            yield offset_ms, held[: cut_ms * SAMPLES_PER_MS]
            held = held[cut_ms * SAMPLES_PER_MS :]
            offset_ms += cut_ms
    if len(held):
        yield offset_ms, held


def _last_pause(audio: Samples) -> int:
    """Where the last minute of ``audio`` has its last pause, in ms; its end if it has none."""
    end_ms = len(audio) // SAMPLES_PER_MS
    from_ms = max(0, end_ms - 60_000)
    spans = _speech_in(audio[from_ms * SAMPLES_PER_MS :])
    pauses = [(before[1] + after[0]) // 2 for before, after in pairwise(spans)]
    return from_ms + pauses[-1] if pauses else end_ms


def _speech_in(audio: Samples) -> list[Span]:
    spans = find_speech(audio, pause_ms=_PAUSE_MS, margin_ms=_MARGIN_MS, starts=_STARTS, ends=_ENDS)
    return [(start, end) for start, end in spans if end - start >= _SHORTEST_SPEECH_MS]


def _keep(file: Path, done_ms: int, speech: Speech) -> None:
    unfinished = file.with_name(f"{file.name}.new")
    with unfinished.open("wb") as handle:
        np.savez(
            handle,
            done_ms=done_ms,
            spans=np.array(speech.spans, dtype=np.int64).reshape(-1, 2),
            windows=np.array(speech.windows, dtype=np.int64).reshape(-1, 2),
            span_of=np.array(speech.span_of, dtype=np.int64),
            embeddings=speech.embeddings,
        )
        handle.flush()
        os.fsync(handle.fileno())
    unfinished.replace(file)


def _read(file: Path) -> tuple[int, Speech]:
    """How far an earlier run came, and what it heard; nothing where its file cannot be read."""
    unreadable = (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile)
    with suppress(*unreadable), file.open("rb") as handle, np.load(handle) as arrays:
        speech = Speech(
            tuple((int(start), int(end)) for start, end in arrays["spans"]),
            tuple((int(start), int(end)) for start, end in arrays["windows"]),
            tuple(int(number) for number in arrays["span_of"]),
            arrays["embeddings"],
        )
        return int(arrays["done_ms"]), speech
    return 0, SILENCE
