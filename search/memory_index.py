"""An index in plain Python lists: the oracle that the contract suite holds other engines against.

It does everything the slow and obvious way, and keeps nothing when the process ends.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from math import log
from threading import Lock

import numpy as np

from archive.types import Track
from search.documents import GAP, Speech, Stream, TalkDocument
from search.index import (
    FIELD_WEIGHTS,
    LENGTH_SHARE,
    NEARNESS_DEPTH,
    SATURATION,
    Evidence,
    Found,
    Hits,
    IndexedTalk,
    Match,
    ProgrammeEvidence,
    Request,
    Run,
    SpeechCount,
    SpeechEvidence,
    Wanted,
    speaks,
)
from search.moments import LONGEST_RUN_TOKENS, nearness
from search.vocabulary import Lexicon, Vocabulary


class MemoryIndex:
    """A SearchIndex that forgets."""

    def __init__(self) -> None:
        self._talks: dict[int, TalkDocument] = {}
        self._lock = Lock()

    def replace(self, talks: Sequence[TalkDocument]) -> None:
        added = {document.talk_id: document for document in talks}
        with self._lock:
            self._talks = {**self._talks, **added}

    def remove(self, talk_ids: Collection[int]) -> None:
        with self._lock:
            self._talks = {key: doc for key, doc in self._talks.items() if key not in talk_ids}

    def search(self, request: Request) -> Found:
        return _search(self._talks, request)

    def vocabulary(self) -> Vocabulary:
        frequencies: Counter[str] = Counter()
        for document in self._talks.values():
            for speech in document.speeches:
                frequencies.update(set(speech.stream.surfaces) - {GAP})
            by_field: dict[str, set[str]] = {}
            for entry in document.programme:
                by_field.setdefault(entry.field, set()).update(entry.stream.surfaces)
            for surfaces in by_field.values():
                frequencies.update(surfaces)
        return Vocabulary([Lexicon(frequencies)])

    def contents(self) -> Mapping[int, IndexedTalk]:
        return {talk_id: _content(document) for talk_id, document in self._talks.items()}

    def indexed(self) -> dict[int, int]:
        return {talk_id: document.revision for talk_id, document in self._talks.items()}

    def tidy(self) -> None:
        """There is nothing to tidy."""

    def close(self) -> None:
        """There is nothing to let go of."""


def _search(talks: Mapping[int, TalkDocument], request: Request) -> Found:
    scored: list[tuple[bool, float, int]] = []
    for talk_id, document in talks.items():
        if request.talks is not None and talk_id not in request.talks:
            continue
        if any(any(True for _ in _anywhere(document, run)) for run in request.excluded):
            continue
        held = [_holds(document, wanted, request) for wanted in request.wanted]
        pairs = list(zip(held, request.wanted, strict=True))
        if not request.any_of and not all(holds for holds, wanted in pairs if wanted.quoted):
            continue
        bare = sum(holds for holds, wanted in pairs if request.any_of or not wanted.quoted)
        if bare >= request.fewest_bare:
            score = sum(_score(talks, document, wanted, request) for wanted in request.wanted)
            scored.append((bare >= request.most_bare, score, talk_id))
    evidence = {talk_id: _evidence(talks[talk_id], request) for _, _, talk_id in scored}
    ordered = sorted(scored, key=_best_first)
    if len(request.wanted) > 1 and len(ordered) > 1:
        best = ordered[:NEARNESS_DEPTH]
        near = nearness([_spoken(evidence[key]) for _, _, key in best], len(request.wanted))
        ordered[: len(best)] = [
            (full, score * (1 + closeness), talk_id)
            for (full, score, talk_id), closeness in zip(best, near, strict=True)
        ]
        ordered.sort(key=_best_first)
    page = ordered[request.offset : request.offset + request.limit]
    return Found(
        tuple(
            Match(talk_id, score, full, _speech_counts(talks[talk_id], request))
            for full, score, talk_id in ordered
        ),
        {talk_id: evidence[talk_id] for _, _, talk_id in page},
        {talk_id: _content(document) for talk_id, document in talks.items()},
    )


def _best_first(entry: tuple[bool, float, int]) -> tuple[bool, float, int]:
    return not entry[0], -entry[1], entry[2]


def _places(stream: Stream, run: Run) -> Iterator[int]:
    for at in range(len(stream.surfaces) - len(run) + 1):
        if stream.surfaces[at : at + len(run)] == run:
            yield at


def _anywhere(document: TalkDocument, run: Run) -> Iterator[int]:
    for speech in document.speeches:
        yield from _places(speech.stream, run)
    for entry in document.programme:
        yield from _places(entry.stream, run)


def _heard(document: TalkDocument, request: Request) -> list[Speech]:
    return [
        speech
        for speech in document.speeches
        if (request.speakers is None or speech.speaker in request.speakers)
        and (not request.language or speaks(_languages(speech), request.language))
    ]


def _holds(document: TalkDocument, wanted: Wanted, request: Request) -> bool:
    streams = [speech.stream for speech in _heard(document, request)]
    streams += [entry.stream for entry in document.programme]
    return any(True for stream in streams for run in wanted.runs for _ in _places(stream, run))


def _counted(document: TalkDocument, field: str, wanted: Wanted, request: Request) -> int:
    """Occurrences of a clause in a field; of speech, the original's where there are any."""
    if field != "speech":
        return sum(
            len(list(_places(entry.stream, run)))
            for entry in document.programme
            if entry.field == field
            for run in wanted.runs
        )
    by_track = {
        track: sum(
            len(list(_places(speech.stream, run)))
            for speech in _heard(document, request)
            if speech.track is track
            for run in wanted.runs
        )
        for track in Track
    }
    return by_track[Track.ORIGINAL] or by_track[Track.ENGLISH]


def _length(document: TalkDocument, field: str, request: Request) -> int:
    if field != "speech":
        entries = [entry for entry in document.programme if entry.field == field]
        return sum(len(entry.stream.surfaces) for entry in entries)
    by_track = Counter[Track]()
    for speech in _heard(document, request):
        by_track[speech.track] += len(speech.stream.surfaces)
    return by_track[Track.ORIGINAL] or by_track[Track.ENGLISH]


def _score(
    talks: Mapping[int, TalkDocument], document: TalkDocument, wanted: Wanted, request: Request
) -> float:
    allowed = [
        other
        for talk_id, other in talks.items()
        if request.talks is None or talk_id in request.talks
    ]
    holding = sum(_holds(other, wanted, request) for other in allowed)
    idf = log(len(allowed) / (holding + 1)) + 1
    score = 0.0
    for field, weight in FIELD_WEIGHTS.items():
        often = _counted(document, field, wanted, request)
        if not often:
            continue
        lengths = [_length(other, field, request) for other in talks.values()]
        average = sum(lengths) / sum(length > 0 for length in lengths)
        share = 1 - LENGTH_SHARE + LENGTH_SHARE * _length(document, field, request) / average
        score += weight * idf * often * (SATURATION + 1) / (often + SATURATION * share)
    return score


def _evidence(document: TalkDocument, request: Request) -> Evidence:
    speeches = [
        SpeechEvidence(s.speaker, s.track, s.languages, s.stream, _hits(s.stream, request))
        for s in _heard(document, request)
    ]
    speeches = [speech for speech in speeches if len(speech.hits.first)]
    original = [speech for speech in speeches if speech.track is Track.ORIGINAL]
    programme = [
        ProgrammeEvidence(entry.field, entry.stream, _hits(entry.stream, request))
        for entry in document.programme
    ]
    return Evidence(
        tuple(original or speeches), tuple(entry for entry in programme if len(entry.hits.first))
    )


def _spoken(evidence: Evidence) -> Hits:
    """The hits of all speeches, laid so far apart that no run spans two."""
    shift = 0
    rows: list[tuple[int, int, int]] = []
    for speech in evidence.speeches:
        columns = (speech.hits.clause, speech.hits.first, speech.hits.last)
        rows += [
            (int(clause), int(first) + shift, int(last) + shift)
            for clause, first, last in zip(*columns, strict=True)
        ]
        shift += len(speech.stream.surfaces) + LONGEST_RUN_TOKENS
    table = np.array(rows, np.int64).reshape(-1, 3)
    return Hits(table[:, 0], table[:, 1], table[:, 2])


def _hits(stream: Stream, request: Request) -> Hits:
    found = sorted(
        (first, first + len(run) - 1, number)
        for number, wanted in enumerate(request.wanted)
        for run in wanted.runs
        for first in _places(stream, run)
    )
    columns = np.array(found, np.int64).reshape(-1, 3)
    return Hits(columns[:, 2], columns[:, 0], columns[:, 1])


def _speech_counts(document: TalkDocument, request: Request) -> tuple[SpeechCount, ...]:
    runs = {run for wanted in request.wanted for run in wanted.runs}
    counts = [
        (
            speech.track,
            SpeechCount(
                speech.speaker,
                next(iter(_languages(speech)), ""),
                sum(len(list(_places(speech.stream, run))) for run in runs),
            ),
        )
        for speech in _heard(document, request)
    ]
    counts = [(track, count) for track, count in counts if count.occurrences]
    original = [count for track, count in counts if track is Track.ORIGINAL]
    return tuple(original or [count for _, count in counts])


def _languages(speech: Speech) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for _, code in speech.languages if code))


def _content(document: TalkDocument) -> IndexedTalk:
    languages = [code for speech in document.speeches for code in _languages(speech)]
    if document.language:
        languages.append(document.language)
    return IndexedTalk(
        document.revision,
        any(speech.stream.surfaces for speech in document.speeches),
        any(speech.speaker is None for speech in document.speeches),
        tuple(dict.fromkeys(languages)),
    )
