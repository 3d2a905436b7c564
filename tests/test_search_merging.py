"""Which parts of an index are merged: few parts, each talk rewritten seldom."""

from __future__ import annotations

import random

from search.engine.merging import LARGEST_MERGE, MERGE_COUNT, Part, parts_to_merge


def _grown(talks: int, *, overdue: bool = False) -> tuple[dict[str, Part], float, int]:
    """The parts after so many single talks, rewrites per talk, and the most parts there were."""
    parts: dict[str, Part] = {}
    rewritten = most = 0
    for number in range(talks):
        parts[f"talk-{number}"] = Part(2, 2)
        most = max(most, len(parts))
        while chosen := parts_to_merge(parts, overdue=overdue):
            documents = sum(parts.pop(name).alive for name in chosen)
            parts[f"merged-{number}-{documents}"] = Part(documents, documents)
            rewritten += documents
    return parts, rewritten / (2 * talks), most


def test_the_number_of_parts_and_of_rewrites_grows_with_the_logarithm_alone() -> None:
    parts, rewrites, most = _grown(6000)
    assert most <= 4 * MERGE_COUNT
    assert rewrites <= 4
    assert max(part.documents for part in parts.values()) <= LARGEST_MERGE


def test_where_nobody_merges_in_idle_moments_there_are_twice_as_many_parts_at_most() -> None:
    _, rewrites, most = _grown(2000, overdue=True)
    assert most <= 8 * MERGE_COUNT
    assert rewrites <= 4


def test_the_smallest_parts_are_merged_first_and_large_ones_stay() -> None:
    eight = {f"part-{n}": Part(2, 2) for n in range(MERGE_COUNT)}
    assert parts_to_merge({**eight, "large": Part(900, 900)}) == eight.keys()
    assert not parts_to_merge(eight, overdue=True)


def test_parts_as_a_rebuild_makes_them_are_left_alone() -> None:
    assert not parts_to_merge({f"part-{n}": Part(400, 400) for n in range(7)})


def test_parts_of_very_different_sizes_are_not_merged() -> None:
    chosen = random.Random(1)
    parts = {f"part-{n}": Part(8**n, 8**n) for n in range(9)}
    names = list(parts)
    chosen.shuffle(names)
    assert not parts_to_merge({name: parts[name] for name in names})


def test_a_part_that_is_mostly_deleted_is_rewritten_alone() -> None:
    parts = {"full": Part(100, 100), "half": Part(100, 50), "hollow": Part(100, 49)}
    assert parts_to_merge(parts) == {"hollow"}
    assert not parts_to_merge(parts, overdue=True)
