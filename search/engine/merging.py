"""Which parts of an index are worth merging.

Parts of about one size are merged into one of the next size, as with the digits of a number that
is counted up: so each talk is rewritten only as often as the index grows eightfold, and there are a
few parts of each size.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import log

MERGE_COUNT = 8
"""So many parts of about one size (within a factor of eight) are merged into one."""
OVERDUE_COUNT = 2 * MERGE_COUNT
"""So many of about one size are merged even while somebody waits."""
LARGEST_MERGE = 4096
"""Documents in a merged part at most: some 2,000 talks."""


@dataclass(frozen=True, slots=True)
class Part:
    """How many documents a part has, and how many of them were not deleted since."""

    documents: int
    alive: int

    @property
    def is_hollow(self) -> bool:
        """Whether most of its documents were deleted, so that rewriting it alone is worth it."""
        return 2 * self.alive < self.documents


def parts_to_merge(parts: Mapping[str, Part], *, overdue: bool = False) -> frozenset[str]:
    """The smallest parts that are worth merging, if any; only what is overdue, if so asked."""
    tiers: dict[int, list[str]] = {}
    for name in sorted(parts, key=lambda name: parts[name].alive):
        tiers.setdefault(int(log(max(parts[name].alive, 1), MERGE_COUNT)), []).append(name)
    for tier in sorted(tiers):
        names = tiers[tier][:MERGE_COUNT]
        few = len(tiers[tier]) < (OVERDUE_COUNT if overdue else MERGE_COUNT)
        if not few and sum(parts[name].alive for name in names) <= LARGEST_MERGE:
            return frozenset(names)
    hollow = [name for name in parts if parts[name].is_hollow]
    return frozenset() if overdue else frozenset(hollow[:1])
