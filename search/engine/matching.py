"""Which talks match, how often and how well, from an engine's postings and places.

The engine gives, for a word, the documents that hold it and how often, and where it stands. All
that follows is arithmetic on whole arrays: clauses are joined talk by talk, over programme and
speeches together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import Protocol

import numpy as np

from search.engine.evidence import Showing
from search.engine.generation import Generation
from search.engine.locating import ByField, Located, Locating, Postings
from search.engine.near import Positions
from search.engine.places import Places
from search.engine.talk_file import TalkText
from search.index import (
    CORRECTED,
    FIELD_WEIGHTS,
    LENGTH_SHARE,
    NEARNESS_DEPTH,
    SATURATION,
    Found,
    NearRuns,
    Request,
    Run,
    Wanted,
    speaks,
)
from search.matches import BoolArray, FloatArray, Matches, RowArray
from search.nearness import lift, rarest_clauses

Bm25 = Callable[[float, FloatArray, FloatArray, float, float, float], FloatArray]
"""idf, term frequency, field length, average length, B, K1 → score."""


class Engine(Protocol):
    """What matching needs of an engine, for one generation of it."""

    @property
    def generation(self) -> Generation: ...

    def postings(self, surface: str) -> ByField:
        """Where a surface stands, by field."""

    def places(self, surface: str, talk_rows: RowArray | None) -> Positions:
        """The tokens of a surface in all talks, in order; at least those in the given ones."""

    def text(self, talk_row: int) -> TalkText:
        """Times and text of a talk."""

    def bm25(self) -> Bm25:
        """The engine's scoring formula."""


@dataclass(frozen=True, slots=True)
class _Tally:
    """One clause, counted by talk. ``counts`` are occurrences by field; of speech, the original's
    where there are any."""

    present: BoolArray
    counts: Mapping[str, FloatArray]


@dataclass(frozen=True, slots=True)
class _Matched:
    """By talk row: which talks hold all, which hold most, and the scores.

    ``often`` counts for each clause how often the talks hold it; ``corrected`` says which held some
    of it before they were corrected.
    """

    full: BoolArray
    most: BoolArray
    corrected: BoolArray
    scores: FloatArray
    often: Sequence[FloatArray]


class Matching:
    """One search in one generation of an index."""

    def __init__(self, engine: Engine, request: Request) -> None:
        self._engine = engine
        self._generation = engine.generation
        self._request = request
        self._talks = len(self._generation.talk_ids)
        self._allowed = self._allowed_talks()
        self._heard = self._heard_documents()
        self._surfaces: dict[str, ByField] = {}
        self._lengths_of: dict[str, tuple[FloatArray, float]] = {}
        self._places = Places(self._generation, engine.places)
        self._located = self._locate()

    def found(self) -> Found:
        """All matches, with the evidence of the asked page."""
        ids = self._generation.talk_ids
        matched = self._matched()
        full, scores = matched.full, matched.scores
        chosen = np.flatnonzero(full | matched.most)
        order = chosen[np.lexsort((chosen, -scores[chosen], ~full[chosen]))]
        showing = Showing(self._generation, self._places, self._request.wanted, self._heard)
        if len(self._request.wanted) > 1 and len(order) > 1:
            best, near = self._nearest(order, matched, showing)
            scores[best] *= lift(near)
            order = order[np.lexsort((order, -scores[order], ~full[order]))]
        if self._request.days is not None:
            days = np.array([self._request.days.get(ids[row], -1) for row in order.tolist()])
            order = order[np.lexsort((np.arange(len(order)), -days, ~full[order]))]
        page = order[self._request.offset : self._request.offset + self._request.limit]
        return Found(
            Matches(
                self._generation.ids[order],
                scores[order],
                full[order],
                matched.corrected[order],
                self._generation.speeches,
                *self._speech_counts(order),
            ),
            {
                ids[row]: evidence
                for row, evidence in zip(
                    page.tolist(), showing.evidence(page, self._engine.text), strict=True
                )
            },
            self._generation.contents,
            self._located.capped,
        )

    def _nearest(
        self, order: RowArray, matched: _Matched, showing: Showing
    ) -> tuple[RowArray, FloatArray]:
        """The talks in which the query's words come nearest to each other, and how near.

        Where many match, that is found out in two steps: from the rarest words in all of the
        talks, then from all words in the best of them.
        """
        if len(order) > NEARNESS_DEPTH:
            rarest = rarest_clauses([int(counts[order].sum()) for counts in matched.often])
            near = showing.nearness(order, rarest)
            if len(rarest) == len(matched.often):
                return order, near
            nearest = np.lexsort((np.arange(len(order)), -near, ~matched.full[order]))
            order = order[nearest[:NEARNESS_DEPTH]]
        return order, showing.nearness(order)

    def _matched(self) -> _Matched:
        request = self._request
        often: list[FloatArray] = []
        scores = np.zeros(self._talks)
        bare = np.zeros(self._talks, np.int64)
        needed = self._allowed.copy()
        corrected = np.zeros(self._talks, bool)
        for wanted in request.wanted:
            tally = self._tally(wanted)
            corrected |= tally.counts.get(CORRECTED, 0) > 0
            scores += self._score(tally)
            often.append(np.sum([np.zeros(self._talks), *tally.counts.values()], axis=0))
            if wanted.quoted and not request.any_of:
                needed &= tally.present
            else:
                bare += tally.present
        for run in request.excluded:
            for field, (rows, _) in self._look_up(run).items():
                if field != CORRECTED:
                    needed[self._generation.owner[rows]] = False
        full = needed & (bare >= request.most_bare)
        most = needed & ~full & (bare >= request.fewest_bare)
        return _Matched(full, most, corrected, scores, often)

    def _tally(self, wanted: Wanted) -> _Tally:
        by_field: dict[str, list[Postings]] = {}
        for one in wanted.sought:
            for field, postings in self._look_up(one).items():
                by_field.setdefault(field, []).append(postings)
        counts: dict[str, FloatArray] = {}
        present = np.zeros(self._talks, bool)
        for field, parts in by_field.items():
            rows = np.concatenate([rows for rows, _ in parts])
            often = np.concatenate([often for _, often in parts])
            if field == "speech":
                original, english = self._by_track(rows, often)
                counts[field] = np.where(original > 0, original, english)
            elif field == CORRECTED:
                counts[field] = sum(self._by_track(rows, often), start=np.zeros(self._talks))
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
        if field not in self._lengths_of:
            self._lengths_of[field] = self._lengths_in(field)
        return self._lengths_of[field]

    def _lengths_in(self, field: str) -> tuple[FloatArray, float]:
        rows = np.flatnonzero(self._generation.lengths[field])
        often = self._generation.lengths[field][rows]
        if field == "speech":
            original, english = self._by_track(rows, often)
            lengths = np.where(original > 0, original, english)
        elif field == CORRECTED:
            lengths = sum(self._by_track(rows, often), start=np.zeros(self._talks))
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

    def _speech_counts(self, order: RowArray) -> tuple[RowArray, RowArray, RowArray]:
        """Occurrences by the number of the talk in this order and speech, in the track that counts.

        An occurrence is a place, so a run that several clauses ask for counts once.
        """
        generation = self._generation
        totals = np.zeros(len(generation.documents))
        for one in {one for wanted in self._request.wanted for one in wanted.sought}:
            rows, often = self._look_up(one).get("speech", _NO_POSTINGS)
            totals[rows] += often
        totals[~self._heard] = 0
        rows = np.flatnonzero(totals)
        original = np.zeros(self._talks, bool)
        original[generation.owner[rows[generation.is_original[rows]]]] = True
        rows = rows[generation.is_original[rows] | ~original[generation.owner[rows]]]
        number_of = np.full(self._talks, -1)
        number_of[order] = np.arange(len(order))
        numbers = number_of[generation.owner[rows]]
        chosen = np.argsort(numbers, kind="stable")
        chosen = chosen[np.searchsorted(numbers, 0, sorter=chosen) :]
        return numbers[chosen], rows[chosen], totals[rows[chosen]].astype(np.int64)

    def _look_up(self, sought: Run | NearRuns) -> ByField:
        if isinstance(sought, tuple) and len(sought) == 1:
            return self._postings(sought[0])
        return self._located.found[sought]

    def _postings(self, surface: str) -> ByField:
        if surface not in self._surfaces:
            alive = self._generation.alive
            self._surfaces[surface] = {
                field: (rows[alive[rows]], often[alive[rows]])
                for field, (rows, often) in self._engine.postings(surface).items()
            }
        return self._surfaces[surface]

    def _locate(self) -> Located:
        """Where phrases stand, and what stands near each other."""
        sought = [one for wanted in self._request.wanted for one in wanted.sought]
        sought += self._request.excluded
        located = Locating(self._generation, self._places, self._postings)
        return located.located(one for one in sought if isinstance(one, NearRuns) or len(one) > 1)

    def _allowed_talks(self) -> BoolArray:
        ids = self._generation.talk_ids
        if self._request.talks is None:
            return np.ones(len(ids), bool)
        return np.array([talk_id in self._request.talks for talk_id in ids], bool)

    def _heard_documents(self) -> BoolArray:
        """Which documents are speeches that the request listens to."""
        request, generation = self._request, self._generation
        heard = generation.is_speech.copy()
        if request.speakers is None and not request.languages:
            return heard
        if request.speakers is not None:
            wanted = request.speakers
            by_them = [speaker in wanted for speaker in generation.speeches.speakers]
            heard &= np.array(by_them, bool)
        if request.languages:
            spoken = [() if one is None else one.languages for one in generation.documents]
            fit = {codes: speaks(codes, request.languages) for codes in set(spoken)}
            heard &= np.array([fit[codes] for codes in spoken], bool)
        return heard


_NO_POSTINGS: Postings = (np.empty(0, np.int64), np.empty(0, np.float64))
