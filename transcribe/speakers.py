"""Who spoke when: a whole recording told apart by voices, and the voices named.

Voice activity → an embedding for every 0.75 s of speech → clusters → names by enrolment. Names
are given to whole clusters, never to single windows. People who speak at once are not told apart.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from archive.turns import joined
from archive.types import Turn
from transcribe.audio import read_blocks
from transcribe.clusters import Labels, cluster
from transcribe.voice import SAMPLES_PER_MS, Samples, find_speech
from transcribe.voiceprints import DIMENSIONS, Embeddings, VoiceNetwork, normalised, windows_in

# Cosine from which a voice is the enrolled one. Measured (benchmarks/speakers.py): the same person
# at least 0.77, in another room too; another person at most 0.33. Two people in one hall that
# echoes may have 0.58.
SAME_VOICE = 0.60
# The same for somebody whom the programme names and whom no voice is as much like as that.
EXPECTED_VOICE = 0.50
# Speech that a voiceprint is made of at least: of a talk, about 25 s with its pauses; of a file
# that a person gives for it.
ENROL_TALK_MS = 20_000
ENROL_FILE_MS = 5_000
# In a quiet hall the bounds that recognition uses (0.5, 0.35) missed 7 % of the speech.
_STARTS, _ENDS = 0.35, 0.2
# Shorter pauses stay inside a span: windows full of voice tell more than short ones.
_PAUSE_MS = 500
_MARGIN_MS = 100
_SHORTEST_SPEECH_MS = 250
_BLOCK_MS = 300_000
# A voice that says less in a whole recording may be an error of clustering: it goes to the nearest
# one if it is at all like it, and stays a voice of its own if not.
_SHORTEST_VOICE_MS = 2_000
_ALIKE = 0.35
_BRIDGED_MS = 500

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


def hear_voices(
    path: Path,
    network: VoiceNetwork,
    *,
    duration_ms: int = 0,
    enough_ms: int | None = None,
    progress: Callable[[float], None] | None = None,
) -> Speech:
    """The speech in a media file, or its beginning with ``enough_ms`` of speech.

    ``duration_ms`` is its length as far as known, for ``progress``. Raises what
    ``transcribe.audio.read_audio`` raises.
    """
    spans: list[Span] = []
    windows: list[Span] = []
    span_of: list[int] = []
    rows = [np.zeros((0, DIMENSIONS), dtype=np.float32)]
    heard_ms = 0
    with closing(read_blocks(path, _BLOCK_MS)) as blocks:
        for offset_ms, audio in _cut_at_pauses(blocks):
            inner: list[Span] = []
            for start, end in _speech_in(audio):
                if enough_ms is not None and heard_ms >= enough_ms:
                    break
                heard_ms += end - start
                parts = windows_in(start, end)
                span_of += [len(spans)] * len(parts)
                spans.append((start + offset_ms, end + offset_ms))
                inner += parts
            windows += [(start + offset_ms, end + offset_ms) for start, end in inner]
            rows.append(network.embeddings(audio, inner))
            if progress and duration_ms:
                done_ms = offset_ms + len(audio) // SAMPLES_PER_MS
                progress(min(1.0, done_ms / duration_ms))
            if enough_ms is not None and heard_ms >= enough_ms:
                break
    return Speech(tuple(spans), tuple(windows), tuple(span_of), np.concatenate(rows))


def voiceprint_of(speech: Speech, least_ms: int) -> tuple[Embeddings, int] | None:
    """The voice that says the most in ``speech``, and how much it says in ms.

    None where that is less than ``least_ms``.
    """
    if not speech.windows:
        return None
    labels = cluster(speech.embeddings)
    lengths = np.bincount(labels, weights=[end - start for start, end in _owned(speech)])
    most = int(lengths.argmax())
    if lengths[most] < least_ms:
        return None
    return normalised(speech.embeddings[labels == most].mean(axis=0)), int(lengths[most])


def tell_apart(
    speech: Speech, known: Mapping[str, Embeddings], expected: Collection[str] = ()
) -> tuple[Turn, ...]:
    """The turns of a recording, in the order of time.

    ``known`` maps a speaker's slug to their voiceprints, a row each. Who is ``expected``, because
    a programme says so, and found in no voice, needs to be less alike. ``voice`` of a turn is the
    slug of who is known, else ``unknown-1`` and so on in the order of appearance; ``score`` is
    the cosine to the voiceprint, 0 for an unknown voice.
    """
    if not speech.windows:
        return ()
    labels = _without_small(cluster(speech.embeddings), speech)
    names = _names(labels, speech, known, expected)
    return tuple(joined(_turns(labels, names, speech), _BRIDGED_MS))


def _cut_at_pauses(blocks: Iterable[Samples]) -> Iterator[tuple[int, Samples]]:
    """Blocks with their start in ms; what is said across a border goes into the later one."""
    offset_ms = 0
    held = np.zeros(0, dtype=np.float32)
    for block in blocks:
        audio = np.concatenate([held, block])
        cut = _last_pause(audio)
        yield offset_ms, audio[: cut * SAMPLES_PER_MS]
        held = audio[cut * SAMPLES_PER_MS :]
        offset_ms += cut
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


def _without_small(labels: Labels, speech: Speech) -> Labels:
    """The labels, with voices of less than two seconds given to a voice that they are like."""
    lengths = np.bincount(labels, weights=[end - start for start, end in _owned(speech)])
    means = normalised(
        np.stack([speech.embeddings[labels == n].mean(axis=0) for n in range(len(lengths))])
    )
    large = np.flatnonzero(lengths >= _SHORTEST_VOICE_MS)
    kept = np.arange(len(lengths))
    if len(large):
        for small in np.flatnonzero(lengths < _SHORTEST_VOICE_MS):
            likeness = means[large] @ means[small]
            if likeness.max() >= _ALIKE:
                kept[small] = large[likeness.argmax()]
    return kept[labels]


def _names(
    labels: Labels,
    speech: Speech,
    known: Mapping[str, Embeddings],
    expected: Collection[str],
) -> dict[int, tuple[str, float]]:
    """For each voice its slug and score; unknown ones are numbered as they appear."""
    scores: dict[int, dict[str, float]] = {}
    for label in dict.fromkeys(labels.tolist()):
        mean = normalised(speech.embeddings[labels == label].mean(axis=0))
        scores[label] = {slug: float((prints @ mean).max()) for slug, prints in known.items()}
    names: dict[int, tuple[str, float]] = {}
    for label, likeness in scores.items():
        best = max(likeness, key=lambda slug: likeness[slug], default="")
        if best and likeness[best] >= SAME_VOICE:
            names[label] = best, likeness[best]
    found = {slug for slug, _ in names.values()}
    for slug in sorted((set(expected) & known.keys()) - found):
        rest = [label for label in scores if label not in names]
        likest = max(rest, key=lambda label: scores[label][slug], default=None)
        if likest is not None and scores[likest][slug] >= EXPECTED_VOICE:
            names[likest] = slug, scores[likest][slug]
    strangers = (label for label in scores if label not in names)
    numbered = {label: (f"unknown-{n}", 0.0) for n, label in enumerate(strangers, start=1)}
    return names | numbered


def _owned(speech: Speech) -> list[Span]:
    """The part of the speech that each window decides: the nearest to its middle."""
    owned: list[Span] = []
    count = len(speech.windows)
    for n, (start, end) in enumerate(speech.windows):
        span = speech.span_of[n]
        first, last = speech.spans[span]
        if n and speech.span_of[n - 1] == span:
            first = owned[-1][1]
        if n + 1 < count and speech.span_of[n + 1] == span:
            after = speech.windows[n + 1]
            last = (start + end + after[0] + after[1]) // 4
        owned.append((first, last))
    return owned


def _turns(
    labels: Labels, names: Mapping[int, tuple[str, float]], speech: Speech
) -> Iterator[Turn]:
    for (start, end), label in zip(_owned(speech), labels.tolist(), strict=True):
        voice, score = names[label]
        yield Turn(start, end, voice, voice if score else None, round(score, 3), "machine")
