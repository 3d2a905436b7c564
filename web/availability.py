"""What whoever searches is told of an index that is damaged or being rebuilt."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from archive.errors import IndexBroken, IndexUnavailable
from archive.phrases import phrase
from search.opening import is_rebuilding
from search.results import Results
from web.presence import is_working

_REBUILDING = phrase(
    "The index is being rebuilt: until that is done, talks may be missing or as they were before."
)


@contextmanager
def searching(home: Path) -> Iterator[None]:
    """For who searches, a damaged index is one to wait for, or one that wants a command."""
    try:
        yield
    except IndexBroken as error:
        raise _unavailable(home) from error


def with_rebuilding_noted(results: Results, home: Path) -> Results:
    """The results, which say so where an index is built anew at this moment."""
    if not is_rebuilding(home):
        return results
    return replace(results, notes=(*results.notes, _REBUILDING))


def _unavailable(home: Path) -> IndexUnavailable:
    if is_rebuilding(home):
        return IndexUnavailable(
            phrase("The search index is being rebuilt."),
            advice=phrase("Try again in a minute."),
        )
    if is_working(home):
        return IndexUnavailable(
            phrase("The search index is damaged and is being rebuilt."),
            advice=phrase("Try again in a minute; `podium reindex` does it by hand."),
        )
    return IndexUnavailable(
        phrase("The search index is damaged, and nothing shows that it is being rebuilt."),
        advice=phrase("`podium worker` mends it, and so does `podium reindex`."),
    )
