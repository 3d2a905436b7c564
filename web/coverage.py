"""How much of the archive a search has looked through, in one quiet line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from archive.types import State
from search.query import parse
from search.results import Coverage, MissingTalk, Results

_NOT_INDEXED = "not indexed yet"


def answer_line(results: Results) -> str:
    """What was searched for an answer; one without any hit says so as well."""
    line = coverage_line if _found(results) else nothing_line
    return line(results.coverage, filtered=bool(parse(results.understood).filters))


def coverage_line(coverage: Coverage, *, filtered: bool = False) -> str:
    """``Searched 8 of 9 talks; 1 waits for a recording.`` Waiting is kept apart from failed.

    ``filtered`` says that only talks that filters left are counted.
    """
    if coverage.talks == 0:
        return _no_talks(filtered)
    return _sentence(f"Searched {_searched(coverage, filtered)}", coverage)


def nothing_line(coverage: Coverage, *, filtered: bool = False) -> str:
    """The same for an empty answer: ``0 hits in 8 of 9 talks; 1 waits for a recording.``"""
    if coverage.talks == 0:
        return _no_talks(filtered)
    return _sentence(f"0 hits in {_searched(coverage, filtered)}", coverage)


def missing_reason(missing: MissingTalk) -> str:
    """Why what was said in a talk could not be searched."""
    # A talk that is ready and still missing is one that the index does not hold.
    return _NOT_INDEXED if missing.state is State.READY else missing.reason or missing.state.value


def _found(results: Results) -> bool:
    return results.totals.talks + results.totals.talks_partial > 0


def _no_talks(filtered: bool) -> str:
    return (
        "The filters leave no talk to search." if filtered else "There are no talks here to search."
    )


def _sentence(line: str, coverage: Coverage) -> str:
    left_out = ", ".join(_left_out(coverage))
    return f"{line}; {left_out}." if left_out else f"{line}."


def _searched(coverage: Coverage, filtered: bool) -> str:
    left = " that the filters leave" if filtered else ""
    if coverage.searchable < coverage.talks:
        noun = "talk" if coverage.talks == 1 else "talks"
        return f"{coverage.searchable:,} of {coverage.talks:,} {noun}{left}"
    return f"the one talk{left}" if coverage.talks == 1 else f"all {coverage.talks:,} talks{left}"


def _left_out(coverage: Coverage) -> Iterator[str]:
    states = Counter(missing.state for missing in coverage.missing)
    waiting = states[State.WAITING]
    if waiting:
        yield f"{waiting:,} {'waits' if waiting == 1 else 'wait'} for a recording"
    yield from _not_yet(states[State.FETCH], "not fetched yet")
    yield from _not_yet(states[State.TRANSCRIBE], "not transcribed yet")
    yield from _not_yet(states[State.INDEX] + states[State.READY], _NOT_INDEXED)
    if coverage.partial:
        yield f"{len(coverage.partial):,} searched as far as transcribed"
    if states[State.FAILED]:
        yield f"{states[State.FAILED]:,} failed"


def _not_yet(count: int, what: str) -> Iterator[str]:
    if count:
        yield f"{count:,} {'is' if count == 1 else 'are'} {what}"
