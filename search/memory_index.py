"""An index in plain Python lists: the oracle that the contract suite holds other engines against.

It does everything the slow and obvious way, and keeps nothing when the process ends.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import product
from math import log
from threading import Lock

import numpy as np

from archive.types import Track
from search.documents import GAP, Speech, Stream, TalkDocument
from search.index import (
    CORRECTED,
    FIELD_WEIGHTS,
    LENGTH_SHARE,
    NEARNESS_DEPTH,
    SATURATION,
    CorrectedEvidence,
    Evidence,
    Found,
    Hits,
    IndexedTalk,
    NearRuns,
    ProgrammeEvidence,
    Request,
    Run,
    SpeechBeside,
    SpeechEvidence,
    SpokenWords,
    Wanted,
    WordUse,
    speaks,
)
from search.matches import Match, Matches, SpeechCount
from search.moments import LONGEST_RUN_TOKENS, lift, nearness, rarest_clauses
from search.vocabulary import Lexicon, Vocabulary
from search.word_use import most_written

Span = tuple[int, int]
"""First and last token."""
_Scored = tuple[bool, float, int]
"""Whether a talk holds all of the query, its score, its key."""


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
        spoken = {
            surface
            for document in self._talks.values()
            for speech in document.speeches
            for surface in speech.stream.surfaces
        }
        return Vocabulary([Lexicon(frequencies, frequencies.keys() - spoken)])

    def word_use(self, speaker: str, fewest: int) -> tuple[WordUse, ...]:
        speeches = [
            (speech, next(iter(_languages(speech)), "").split("-")[0])
            for document in self._talks.values()
            for speech in document.speeches
            if speech.track is Track.ORIGINAL and speech.speaker is not None
        ]
        return tuple(
            _word_use([s for s, c in speeches if c == language], language, speaker, fewest)
            for language in sorted({code for s, code in speeches if s.speaker == speaker})
        )

    def contents(self) -> Mapping[int, IndexedTalk]:
        return {talk_id: _content(document) for talk_id, document in self._talks.items()}

    def indexed(self) -> dict[int, int]:
        return {talk_id: document.revision for talk_id, document in self._talks.items()}

    def damaged(self, *, thorough: bool = False) -> frozenset[int]:
        """There are no files."""
        return frozenset()

    def tidy(self, *, overdue: bool = False, step_s: float = 0.25) -> bool:
        """There is nothing to tidy."""
        return False

    def close(self) -> None:
        """There is nothing to let go of."""


def _search(talks: Mapping[int, TalkDocument], request: Request) -> Found:
    scored: list[_Scored] = []
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
        lifts = _lifts(talks, ordered, request)
        ordered = [(full, score * lifts.get(key, 1.0), key) for full, score, key in ordered]
        ordered.sort(key=_best_first)
    days = request.days
    if days is not None:
        ordered.sort(key=lambda entry: (not entry[0], -days.get(entry[2], -1)))
    page = ordered[request.offset : request.offset + request.limit]
    return Found(
        Matches.of(
            [
                Match(talk_id, score, full, _speech_counts(talks[talk_id], request))
                for full, score, talk_id in ordered
            ]
        ),
        {talk_id: evidence[talk_id] for _, _, talk_id in page},
        {talk_id: _content(document) for talk_id, document in talks.items()},
    )


def _lifts(
    talks: Mapping[int, TalkDocument], ordered: Sequence[_Scored], request: Request
) -> dict[int, float]:
    """What the scores of some talks are multiplied by, since the query's words come near there."""
    wanted = request.wanted
    keys = [talk_id for _, _, talk_id in ordered]
    if len(keys) > NEARNESS_DEPTH:
        rarest = rarest_clauses([_often(talks, keys, clause, request) for clause in wanted])
        if len(rarest) < len(wanted):
            chosen = replace(request, wanted=tuple(wanted[number] for number in sorted(rarest)))
            near = _near(talks, keys, chosen, len(wanted))
            nearest = sorted(ordered, key=lambda entry: (not entry[0], -near[entry[2]]))
            keys = [talk_id for _, _, talk_id in nearest[:NEARNESS_DEPTH]]
    near = _near(talks, keys, request, len(wanted))
    return dict(zip(keys, lift(np.array([near[key] for key in keys])).tolist(), strict=True))


def _near(
    talks: Mapping[int, TalkDocument], keys: Sequence[int], request: Request, clauses: int
) -> dict[int, float]:
    parts = [_spoken(_evidence(talks[key], request)) for key in keys]
    return dict(zip(keys, nearness(parts, clauses), strict=True))


def _often(
    talks: Mapping[int, TalkDocument], keys: Sequence[int], wanted: Wanted, request: Request
) -> int:
    """How often a clause stands in some talks."""
    return sum(
        _counted(talks[key], field, wanted, request) for key in keys for field in FIELD_WEIGHTS
    )


def _best_first(entry: _Scored) -> tuple[bool, float, int]:
    return not entry[0], -entry[1], entry[2]


def _places(stream: Stream, run: Run) -> Iterator[int]:
    for at in range(len(stream.surfaces) - len(run) + 1):
        if stream.surfaces[at : at + len(run)] == run:
            yield at


def _spans(stream: Stream, one: Run | NearRuns) -> list[Span]:
    """The first and last tokens of each occurrence."""
    if isinstance(one, NearRuns):
        return _stretches(stream, one)
    return [(at, at + len(one) - 1) for at in _places(stream, one)]


def _stretches(stream: Stream, near: NearRuns) -> list[Span]:
    """Every way to choose a run for each part is tried; the stretches that hold no other count."""
    parts = [[span for run in part for span in _spans(stream, run)] for part in near.parts]
    found = {
        (min(first for first, _ in chosen), max(last for _, last in chosen))
        for chosen in product(*parts)
        if all(map(partial(_is_near, stream), chosen, chosen[1:], near.within))
    }
    return [
        (first, last)
        for first, last in found
        if not any(
            first <= low and high <= last and (low, high) != (first, last) for low, high in found
        )
    ]


def _is_near(stream: Stream, one: Span, other: Span, within: int) -> bool:
    (_, last), (first, _) = sorted((one, other))
    between = stream.surfaces[last + 1 : first]
    return last < first and len(between) <= within and GAP not in between


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
        and (not request.languages or speaks(_languages(speech), request.languages))
    ]


def _corrected(document: TalkDocument, request: Request) -> list[Stream]:
    """What stood in speeches that are listened to before it was corrected."""
    speeches = _heard(document, request)
    return [speech.corrected for speech in speeches if speech.corrected is not None]


def _holds(document: TalkDocument, wanted: Wanted, request: Request) -> bool:
    streams = [speech.stream for speech in _heard(document, request)]
    streams += [entry.stream for entry in document.programme]
    streams += _corrected(document, request)
    return any(True for stream in streams for one in wanted.sought for _ in _spans(stream, one))


def _counted(document: TalkDocument, field: str, wanted: Wanted, request: Request) -> int:
    """Occurrences of a clause in a field; of speech, the original's where there are any."""
    if field == CORRECTED:
        before = _corrected(document, request)
        return sum(len(_spans(stream, one)) for stream in before for one in wanted.sought)
    if field != "speech":
        return sum(
            len(_spans(entry.stream, one))
            for entry in document.programme
            if entry.field == field
            for one in wanted.sought
        )
    by_track = {
        track: sum(
            len(_spans(speech.stream, one))
            for speech in _heard(document, request)
            if speech.track is track
            for one in wanted.sought
        )
        for track in Track
    }
    return by_track[Track.ORIGINAL] or by_track[Track.ENGLISH]


def _length(document: TalkDocument, field: str, request: Request) -> int:
    if field == CORRECTED:
        return sum(len(stream.surfaces) for stream in _corrected(document, request))
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
        SpeechEvidence(s.speaker, s.track, s.languages, s.stream, *_evidence_in(s.stream, request))
        for s in _heard(document, request)
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
        for s in _heard(document, request)
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


def _evidence_in(stream: Stream, request: Request) -> tuple[Hits, Hits]:
    """The hits in a stream, and the marks."""
    hits: list[tuple[int, int, int]] = []
    marks: list[tuple[int, int, int]] = []
    for number, wanted in enumerate(request.wanted):
        for one in wanted.sought:
            spans = _spans(stream, one)
            hits += [(first, last, number) for first, last in spans]
            marked = spans
            if isinstance(one, NearRuns):
                marked = [
                    (first, last)
                    for part in one.parts
                    for run in part
                    for first, last in _spans(stream, run)
                    if any(low <= first and last <= high for low, high in spans)
                ]
            marks += [(first, last, number) for first, last in marked]
    return _table(hits), _table(marks)


def _table(rows: list[tuple[int, int, int]]) -> Hits:
    columns = np.array(sorted(rows), np.int64).reshape(-1, 3)
    return Hits(columns[:, 2], columns[:, 0], columns[:, 1])


def _speech_counts(document: TalkDocument, request: Request) -> tuple[SpeechCount, ...]:
    sought = {one for wanted in request.wanted for one in wanted.sought}
    counts = [
        (
            speech.track,
            SpeechCount(
                speech.speaker,
                next(iter(_languages(speech)), ""),
                sum(len(_spans(speech.stream, one)) for one in sought),
            ),
        )
        for speech in _heard(document, request)
    ]
    counts = [(track, count) for track, count in counts if count.occurrences]
    original = [count for track, count in counts if track is Track.ORIGINAL]
    return tuple(original or [count for _, count in counts])


def _word_use(speeches: Sequence[Speech], language: str, speaker: str, fewest: int) -> WordUse:
    own, others = Counter[str](), Counter[str]()
    written: dict[str, Counter[str]] = {}
    for speech in speeches:
        stream = speech.stream
        counts = own if speech.speaker == speaker else others
        counts.update(surface for surface in stream.surfaces if surface != GAP)
        for at, surface in enumerate(stream.surfaces):
            if counts is own:
                text = stream.text[stream.char_start[at] : stream.char_end[at]]
                written.setdefault(surface, Counter())[text] += 1
    said = tuple(sorted(surface for surface, often in own.items() if often >= fewest))
    return WordUse(
        language,
        said,
        tuple(most_written(written[surface]) for surface in said),
        np.array([own[surface] for surface in said], np.int64),
        np.array([others[surface] for surface in said], np.int64),
        own.total(),
        others.total(),
        len({speech.speaker for speech in speeches} - {speaker}),
    )


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
        tuple(
            SpokenWords(one.speaker, one.track, _languages(one), len(one.stream.surfaces))
            for one in document.speeches
        ),
    )
