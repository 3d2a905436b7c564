"""How much of the archive a search has looked through, in one quiet line."""

from __future__ import annotations

from archive.types import State
from search.results import Coverage


def coverage_line(coverage: Coverage) -> str:
    """``Searched 8 of 9 talks; 1 waits for a recording.`` Waiting is kept apart from failed."""
    if coverage.talks == 0:
        return "There are no talks here to search."
    states = [missing.state for missing in coverage.missing]
    waiting = states.count(State.WAITING)
    failed = states.count(State.FAILED)
    silent = states.count(State.READY)
    in_work = len(states) - waiting - failed - silent
    parts = []
    if waiting:
        parts.append(f"{waiting:,} {'waits' if waiting == 1 else 'wait'} for a recording")
    if in_work:
        parts.append(f"{in_work:,} {'is' if in_work == 1 else 'are'} not transcribed yet")
    if coverage.partial:
        parts.append(f"{len(coverage.partial):,} searched as far as transcribed")
    if silent:
        parts.append(f"{silent:,} {'holds' if silent == 1 else 'hold'} no speech")
    if failed:
        parts.append(f"{failed:,} failed")
    if coverage.searchable == coverage.talks:
        line = (
            "Searched the one talk"
            if coverage.talks == 1
            else f"Searched all {coverage.talks:,} talks"
        )
    else:
        noun = "talk" if coverage.talks == 1 else "talks"
        line = f"Searched {coverage.searchable:,} of {coverage.talks:,} {noun}"
    return "; ".join((line, ", ".join(parts))) + "." if parts else f"{line}."
