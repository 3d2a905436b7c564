"""How well the talks of the index in memory match: BM25F, and how near the words come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import log

import numpy as np

from search.documents import TalkDocument
from search.engine.memory_evidence import evidence_of
from search.engine.memory_occurrences import counted, holds, length_of
from search.index import (
    FIELD_WEIGHTS,
    LENGTH_SHARE,
    NEARNESS_DEPTH,
    SATURATION,
    Evidence,
    Hits,
    Request,
    Wanted,
)
from search.nearness import LONGEST_RUN_TOKENS, lift, nearness, rarest_clauses

Scored = tuple[bool, float, int]
"""Whether a talk holds all of the query, its score, its key."""


def score_of(
    talks: Mapping[int, TalkDocument], document: TalkDocument, wanted: Wanted, request: Request
) -> float:
    """What one clause adds to the score of a talk."""
    allowed = [
        other
        for talk_id, other in talks.items()
        if request.talks is None or talk_id in request.talks
    ]
    holding = sum(holds(other, wanted, request) for other in allowed)
    idf = log(len(allowed) / (holding + 1)) + 1
    score = 0.0
    for field, weight in FIELD_WEIGHTS.items():
        often = counted(document, field, wanted, request)
        if not often:
            continue
        lengths = [length_of(other, field, request) for other in talks.values()]
        average = sum(lengths) / sum(length > 0 for length in lengths)
        share = 1 - LENGTH_SHARE + LENGTH_SHARE * length_of(document, field, request) / average
        score += weight * idf * often * (SATURATION + 1) / (often + SATURATION * share)
    return score


def lifts(
    talks: Mapping[int, TalkDocument], ordered: Sequence[Scored], request: Request
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
    parts = [_spoken(evidence_of(talks[key], request)) for key in keys]
    return dict(zip(keys, nearness(parts, clauses), strict=True))


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


def _often(
    talks: Mapping[int, TalkDocument], keys: Sequence[int], wanted: Wanted, request: Request
) -> int:
    """How often a clause stands in some talks."""
    return sum(
        counted(talks[key], field, wanted, request) for key in keys for field in FIELD_WEIGHTS
    )


def best_first(entry: Scored) -> tuple[bool, float, int]:
    """The key to sort by: full matches first, each tier the best first."""
    return not entry[0], -entry[1], entry[2]
