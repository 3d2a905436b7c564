"""Which parts of an index are worth merging now."""

from __future__ import annotations

from collections.abc import Mapping
from math import log

MERGE_COUNT = 8
"""So many parts of about one size (within a factor of eight) are merged into one."""
LARGEST_MERGE = 128
"""Documents in a merged part at most: some 60 talks, which take about 5 s of CPU."""


def parts_to_merge(sizes: Mapping[str, int]) -> frozenset[str]:
    """Of parts with these numbers of documents, the smallest group that is worth merging."""
    tiers: dict[int, list[str]] = {}
    for name in sorted(sizes, key=sizes.__getitem__):
        tiers.setdefault(int(log(max(sizes[name], 1), MERGE_COUNT)), []).append(name)
    for tier in sorted(tiers):
        names = tiers[tier][:MERGE_COUNT]
        if len(names) == MERGE_COUNT and sum(sizes[name] for name in names) <= LARGEST_MERGE:
            return frozenset(names)
    return frozenset()
