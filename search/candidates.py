"""Which talks may hold a word or phrase, so that not all transcripts are read for a correction."""

from __future__ import annotations

from archive.catalog import Catalog
from archive.errors import IndexBroken, IndexUnavailable
from search.index import Request, Run, SearchIndex, Wanted
from search.words.analysis import surfaces


def talks_that_may_hold(catalog: Catalog, index: SearchIndex, form: str) -> set[int]:
    """The keys of the talks in which the form may be written, for ``occurrences_like``.

    Talks that the index does not hold at their present revision are among them, and all talks are
    where it cannot answer.
    """
    run = surfaces(form)
    revisions = catalog.revisions()
    if not run:
        return set()
    # An English genitive is one token with its word.
    runs: tuple[Run, ...] = (run, (*run[:-1], f"{run[-1]}s"))
    try:
        found = index.search(Request((Wanted(runs, quoted=True),), limit=0))
    except (IndexBroken, IndexUnavailable):
        return set(revisions)
    behind = {
        talk_id
        for talk_id, (revision, _) in revisions.items()
        if talk_id not in found.contents or found.contents[talk_id].revision != revision
    }
    return behind | (set(found.matches.talk_ids.tolist()) & revisions.keys())
