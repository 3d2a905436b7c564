"""What the index in memory shows of a talk: where a query's words stand in it, and how often."""

from __future__ import annotations

import numpy as np

from archive.types import Track
from search.documents import Stream, TalkDocument
from search.engine.memory_occurrences import heard, languages_of, spans_of
from search.index import (
    CorrectedEvidence,
    Evidence,
    Hits,
    NearRuns,
    ProgrammeEvidence,
    Request,
    SpeechBeside,
    SpeechEvidence,
)
from search.matches import SpeechCount


def evidence_of(document: TalkDocument, request: Request) -> Evidence:
    """Where the clauses of a request stand in a talk."""
    speeches = [
        SpeechEvidence(s.speaker, s.track, s.languages, s.stream, *_evidence_in(s.stream, request))
        for s in heard(document, request)
    ]
    speeches = [speech for speech in speeches if len(speech.hits.first)]
    original = [speech for speech in speeches if speech.track is Track.ORIGINAL]
    programme = [
        ProgrammeEvidence(entry.field, entry.stream, *_evidence_in(entry.stream, request))
        for entry in document.programme
    ]
    counting = original or speeches
    corrected = [
        CorrectedEvidence(
            s.speaker,
            s.track,
            s.languages,
            s.stream,
            s.corrected,
            _evidence_in(s.corrected, request)[0],
        )
        for s in heard(document, request)
        if s.corrected is not None
    ]
    return Evidence(
        tuple(counting),
        tuple(entry for entry in programme if len(entry.hits.first)),
        tuple(
            SpeechBeside(speech.speaker, speech.track, speech.languages, speech.stream)
            for speech in document.speeches
            if counting and speech.track is not counting[0].track
        ),
        tuple(one for one in corrected if len(one.hits.first)),
    )


def _evidence_in(stream: Stream, request: Request) -> tuple[Hits, Hits]:
    """The hits in a stream, and the marks."""
    hits: list[tuple[int, int, int]] = []
    marks: list[tuple[int, int, int]] = []
    for number, wanted in enumerate(request.wanted):
        for one in wanted.sought:
            spans = spans_of(stream, one)
            hits += [(first, last, number) for first, last in spans]
            marked = spans
            if isinstance(one, NearRuns):
                marked = [
                    (first, last)
                    for part in one.parts
                    for run in part
                    for first, last in spans_of(stream, run)
                    if any(low <= first and last <= high for low, high in spans)
                ]
            marks += [(first, last, number) for first, last in marked]
    return _table(hits), _table(marks)


def _table(rows: list[tuple[int, int, int]]) -> Hits:
    columns = np.array(sorted(rows), np.int64).reshape(-1, 3)
    return Hits(columns[:, 2], columns[:, 0], columns[:, 1])


def speech_counts(document: TalkDocument, request: Request) -> tuple[SpeechCount, ...]:
    """How often the clauses stand in each speech that counts; the original's, where any is."""
    sought = {one for wanted in request.wanted for one in wanted.sought}
    counts = [
        (
            speech.track,
            SpeechCount(
                speech.speaker,
                next(iter(languages_of(speech)), ""),
                sum(len(spans_of(speech.stream, one)) for one in sought),
            ),
        )
        for speech in heard(document, request)
    ]
    counts = [(track, count) for track, count in counts if count.occurrences]
    original = [count for track, count in counts if track is Track.ORIGINAL]
    return tuple(original or [count for _, count in counts])
