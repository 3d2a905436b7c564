"""Who spoke when: a whole recording told apart by voices, and the voices named.

Voice activity → an embedding for every 0.75 s of speech → clusters → names by enrolment. Names
are given to whole clusters, never to single windows. People who speak at once are not told apart.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from archive.turns import joined
from archive.types import Turn
from transcribe.clusters import Labels, cluster
from transcribe.listening import Span, Speech
from transcribe.voiceprints import Embeddings, normalised

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
# A voice that says less in a whole recording may be an error of clustering: it goes to the nearest
# one if it is at all like it, and stays a voice of its own if not.
_SHORTEST_VOICE_MS = 2_000
_ALIKE = 0.35
_BRIDGED_MS = 500
# A turn this short is a person's only where its own sound says so too: questions and laughter go to
# the nearest voice otherwise. Measured: own ones at least 0.50, other people at most 0.33.
_SHORT_TURN_MS = 2_500
_OWN_EVIDENCE = 0.40


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
    the cosine to the voiceprint, 0 for an unknown voice. A turn of a second or two that is not
    itself like the voice it was given to is a stranger's.
    """
    if not speech.windows:
        return ()
    labels = _without_small(cluster(speech.embeddings), speech)
    names = _names(labels, speech, known, expected)
    turns = joined(_turns(labels, names, speech), _BRIDGED_MS)
    return tuple(_with_own_evidence(turns, speech, known))


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


def _with_own_evidence(
    turns: Sequence[Turn], speech: Speech, known: Mapping[str, Embeddings]
) -> Iterator[Turn]:
    """The turns, where a short one that is not itself like its person is a stranger's."""
    strangers = len({turn.voice for turn in turns if turn.speaker is None})
    middles = np.array([(start + end) // 2 for start, end in speech.windows])
    for turn in turns:
        own = speech.embeddings[(middles >= turn.start_ms) & (middles <= turn.end_ms)]
        short = turn.end_ms - turn.start_ms <= _SHORT_TURN_MS
        if turn.speaker is not None and short and len(own):
            likeness = known[turn.speaker] @ normalised(own.mean(axis=0))
            if float(likeness.max()) < _OWN_EVIDENCE:
                strangers += 1
                voice = f"unknown-{strangers}"
                yield replace(turn, voice=voice, speaker=None, score=0.0)
                continue
        yield turn
