"""Which talks match, how often and how well, from an engine's postings and the talks' arrays.

The engine gives, for a word, the documents that hold it and how often. All that follows is
arithmetic on whole arrays: clauses are joined talk by talk, over programme and speeches together.
Phrases are looked up in the arrays of the talks that hold all of their words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from math import log
from typing import Protocol

import numpy as np

from search.arrays import Sought, TalkArrays, numbers_of
from search.generation import BoolArray, FloatArray, Generation, RowArray
from search.index import (
    FIELD_WEIGHTS,
    LENGTH_SHARE,
    NEARNESS_DEPTH,
    SATURATION,
    Evidence,
    Found,
    Match,
    Request,
    Run,
    SpeechCount,
    Wanted,
    speaks,
)
from search.moments import nearness

Postings = tuple[RowArray, FloatArray]
"""Documents by row, each once, and how often each holds what was looked up."""

Bm25 = Callable[[float, FloatArray, FloatArray, float, float, float], FloatArray]
"""idf, term frequency, field length, average length, B, K1 → score."""


class Engine(Protocol):
    """What matching needs of an engine, for one generation of it."""

    @property
    def generation(self) -> Generation: ...

    def postings(self, surface: str) -> Mapping[str, Postings]:
        """Where a surface stands, by field."""

    def arrays(self, talk_row: int) -> TalkArrays:
        """The arrays of a talk."""

    def bm25(self) -> Bm25:
        """The engine's scoring formula."""


@dataclass(frozen=True, slots=True)
class _Tally:
    """One clause, counted by talk. ``counts`` are occurrences by field; of speech, the original's
    where there are any."""

    present: BoolArray
    counts: Mapping[str, FloatArray]


class Matching:
    """One search in one generation of an index."""

    def __init__(self, engine: Engine, request: Request) -> None:
        self._engine = engine
        self._generation = engine.generation
        self._request = request
        self._talks = len(self._generation.talk_ids)
        self._allowed = self._allowed_talks()
        self._heard = self._heard_documents()
        self._sought = Sought(request.wanted)
        self._runs: dict[Run, Mapping[str, Postings]] = {}

    def found(self) -> Found:
        """All matches, with the evidence of the asked page."""
        full, most, scores = self._matched()
        chosen = np.flatnonzero(full | most)
        order = chosen[np.lexsort((chosen, -scores[chosen], ~full[chosen]))]
        if len(self._request.wanted) > 1 and len(order) > 1:
            best = order[:NEARNESS_DEPTH]
            scores[best] *= 1 + np.array(self._nearness(best.tolist()))
            order = order[np.lexsort((order, -scores[order], ~full[order]))]
        counts = self._speech_counts()
        ids = self._generation.talk_ids
        page = order[self._request.offset : self._request.offset + self._request.limit]
        return Found(
            tuple(
                Match(ids[row], float(scores[row]), bool(full[row]), counts.get(row, ()))
                for row in order.tolist()
            ),
            {ids[row]: self._evidence(row) for row in page.tolist()},
            self._generation.contents,
        )

    def _matched(self) -> tuple[BoolArray, BoolArray, FloatArray]:
        """Which talks hold all, which hold most, and the scores; by talk row."""
        request = self._request
        scores = np.zeros(self._talks)
        bare = np.zeros(self._talks, np.int64)
        needed = self._allowed.copy()
        for wanted in request.wanted:
            tally = self._tally(wanted)
            scores += self._score(tally)
            if wanted.quoted and not request.any_of:
                needed &= tally.present
            else:
                bare += tally.present
        for run in request.excluded:
            for rows, _ in self._look_up(run).values():
                needed[self._generation.owner[rows]] = False
        full = needed & (bare >= request.most_bare)
        most = needed & ~full & (bare >= request.fewest_bare)
        return full, most, scores

    def _tally(self, wanted: Wanted) -> _Tally:
        by_field: dict[str, list[Postings]] = {}
        for run in wanted.runs:
            for field, postings in self._look_up(run).items():
                by_field.setdefault(field, []).append(postings)
        counts: dict[str, FloatArray] = {}
        present = np.zeros(self._talks, bool)
        for field, parts in by_field.items():
            rows = np.concatenate([rows for rows, _ in parts])
            often = np.concatenate([often for _, often in parts])
            if field == "speech":
                original, english = self._by_track(rows, often)
                counts[field] = np.where(original > 0, original, english)
            else:
                counts[field] = self._by_talk(rows, often)
            present |= counts[field] > 0
        return _Tally(present, counts)

    def _score(self, tally: _Tally) -> FloatArray:
        scores = np.zeros(self._talks)
        # Counted among the talks that are allowed, where alone phrases are looked up.
        holding = int((tally.present & self._allowed).sum())
        idf = log(max(int(self._allowed.sum()), 1) / (holding + 1)) + 1
        bm25 = self._engine.bm25()
        for field, counts in tally.counts.items():
            at = np.flatnonzero(counts)
            if len(at):
                lengths, average = self._lengths(field)
                scores[at] += FIELD_WEIGHTS[field] * bm25(
                    idf, counts[at], lengths[at], average, LENGTH_SHARE, SATURATION
                )
        return scores

    def _lengths(self, field: str) -> tuple[FloatArray, float]:
        """Tokens of a field by talk, and the average of the talks that have the field."""
        rows = np.flatnonzero(self._generation.lengths[field])
        often = self._generation.lengths[field][rows]
        if field == "speech":
            original, english = self._by_track(rows, often)
            lengths = np.where(original > 0, original, english)
        else:
            lengths = self._by_talk(rows, often)
        having = np.count_nonzero(lengths)
        return lengths, float(lengths.sum() / having) if having else 1.0

    def _by_talk(self, rows: RowArray, often: FloatArray) -> FloatArray:
        owner = self._generation.owner[rows]
        return np.bincount(owner, often, self._talks).astype(np.float64)

    def _by_track(self, rows: RowArray, often: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Counts by talk in the speeches that are listened to: original, English."""
        heard = self._heard[rows]
        rows, often = rows[heard], often[heard]
        original = self._generation.is_original[rows]
        return (
            self._by_talk(rows[original], often[original]),
            self._by_talk(rows[~original], often[~original]),
        )

    def _speech_counts(self) -> dict[int, tuple[SpeechCount, ...]]:
        """Occurrences by talk row and speech, in the track that counts.

        An occurrence is a place, so a run that several clauses ask for counts once.
        """
        generation = self._generation
        totals = np.zeros(len(generation.documents))
        for run in {run for wanted in self._request.wanted for run in wanted.runs}:
            rows, often = self._look_up(run).get("speech", _NO_POSTINGS)
            totals[rows] += often
        totals[~self._heard] = 0
        rows = np.flatnonzero(totals)
        original = np.zeros(self._talks, bool)
        original[generation.owner[rows[generation.is_original[rows]]]] = True
        counts: dict[int, list[SpeechCount]] = {}
        for row in rows[generation.is_original[rows] | ~original[generation.owner[rows]]]:
            document = generation.documents[row]
            if document is not None:
                language = document.languages[0] if document.languages else ""
                counts.setdefault(int(generation.owner[row]), []).append(
                    SpeechCount(document.speaker, language, int(totals[row]))
                )
        return {row: tuple(parts) for row, parts in counts.items()}

    def _look_up(self, run: Run) -> Mapping[str, Postings]:
        if run not in self._runs:
            self._runs[run] = self._postings(run[0]) if len(run) == 1 else self._phrase(run)
        return self._runs[run]

    def _postings(self, surface: str) -> Mapping[str, Postings]:
        alive = self._generation.alive
        return {
            field: (rows[alive[rows]], often[alive[rows]])
            for field, (rows, often) in self._engine.postings(surface).items()
        }

    def _phrase(self, run: Run) -> Mapping[str, Postings]:
        """Where a run stands: candidates from the postings, places from the arrays."""
        holding = [
            np.unique(np.concatenate([_NO_POSTINGS[0], *(rows for rows, _ in fields.values())]))
            for fields in (self._look_up((surface,)) for surface in dict.fromkeys(run))
        ]
        generation = self._generation
        candidates = reduce(lambda one, other: np.intersect1d(one, other, True), holding)
        talks = np.unique(generation.owner[candidates])
        counted: dict[str, dict[int, int]] = {}
        numbers = numbers_of(run)
        for talk_row in talks[self._allowed[talks]].tolist():
            arrays = self._engine.arrays(talk_row)
            places = arrays.run_places(numbers)
            if not len(places):
                continue
            per_section = np.bincount(arrays.section_of(places))
            for number in np.flatnonzero(per_section).tolist():
                section = arrays.sections[number]
                row = generation.rows[talk_row].get(number if section.is_speech else -1)
                if row is not None:
                    rows = counted.setdefault(section.field, {})
                    rows[row] = rows.get(row, 0) + int(per_section[number])
        return {
            field: (
                np.fromiter(rows.keys(), np.int64, len(rows)),
                np.fromiter(rows.values(), np.float64, len(rows)),
            )
            for field, rows in counted.items()
        }

    def _nearness(self, talk_rows: Sequence[int]) -> list[float]:
        parts = [
            self._engine.arrays(row).spoken(self._sought, self._heard_sections(row))
            for row in talk_rows
        ]
        return nearness(parts, len(self._request.wanted))

    def _evidence(self, talk_row: int) -> Evidence:
        return self._engine.arrays(talk_row).evidence(self._sought, self._heard_sections(talk_row))

    def _heard_sections(self, talk_row: int) -> list[int]:
        return sorted(
            section
            for section, row in self._generation.rows[talk_row].items()
            if section >= 0 and self._heard[row]
        )

    def _allowed_talks(self) -> BoolArray:
        ids = self._generation.talk_ids
        if self._request.talks is None:
            return np.ones(len(ids), bool)
        return np.array([talk_id in self._request.talks for talk_id in ids], bool)

    def _heard_documents(self) -> BoolArray:
        """Which documents are speeches that the request listens to."""
        request, generation = self._request, self._generation
        heard = generation.is_speech.copy()
        if request.speakers is None and not request.language:
            return heard
        for row in np.flatnonzero(heard).tolist():
            document = generation.documents[row]
            if document is not None:
                heard[row] = _is_heard(document.speaker, document.languages, request)
        return heard


def _is_heard(speaker: str | None, languages: Sequence[str], request: Request) -> bool:
    if request.speakers is not None and speaker not in request.speakers:
        return False
    return not request.language or speaks(languages, request.language)


_NO_POSTINGS: Postings = (np.empty(0, np.int64), np.empty(0, np.float64))
