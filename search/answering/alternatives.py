"""What an answer without hits offers instead: queries that are near to it and do have some."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from search.asking.clauses import Asked, Clause, Kind
from search.asking.query import Query
from search.index import Request, SearchIndex, Wanted
from search.results import Alternative, Without
from search.words.vocabulary import Vocabulary


def unknown_words(query: Query, request: Request, vocabulary: Vocabulary) -> tuple[str, ...]:
    """The words of a query that stand nowhere in the archive, in any of the forms looked for."""
    unknown = (
        word
        for asked, wanted in zip(query.clauses, request.wanted, strict=True)
        for word in _unknown(asked, wanted, vocabulary)
    )
    return tuple(dict.fromkeys(unknown))


def alternatives(
    query: Query,
    request: Request,
    unknown: tuple[str, ...],
    every_talk: frozenset[int],
    index: SearchIndex,
) -> tuple[Alternative, ...]:
    """The query without its filters, without the clauses with unknown words, or without both.

    ``request`` is how the query was read. Only what has full matches is offered.
    """
    found: list[Alternative] = []
    for without, words, other, asked in _others(query, request, unknown, every_talk):
        if without == "both" and found:
            break
        matches = index.search(replace(asked, offset=0, limit=0)).matches
        talks = sum(match.full for match in matches)
        if talks:
            found.append(Alternative(without, words, str(other), talks))
    return tuple(found)


def _others(
    query: Query, request: Request, unknown: tuple[str, ...], every_talk: frozenset[int]
) -> Iterator[tuple[Without, tuple[str, ...], Query, Request]]:
    wide = replace(request, talks=every_talk, speakers=None, languages=())
    if query.filters and query.clauses:
        yield "filters", (), replace(query, filters=()), wide
    pairs = list(zip(query.clauses, request.wanted, strict=True))
    kept = [pair for pair in pairs if not set(_surfaces(pair[0])) & set(unknown)]
    if kept and len(kept) < len(pairs):
        clauses, wanted = zip(*kept, strict=True)
        yield "words", unknown, replace(query, clauses=clauses), replace(request, wanted=wanted)
        if query.filters:
            plain = replace(query, clauses=clauses, filters=())
            yield "both", unknown, plain, replace(wide, wanted=wanted)


def _unknown(asked: Asked, wanted: Wanted, vocabulary: Vocabulary) -> list[str]:
    surfaces = _surfaces(asked)
    if len(surfaces) == 1:
        # A word counts as known where one of its forms does, or a name that it may stand for.
        forms = (run[0] for run in wanted.runs if len(run) == 1)
        return [] if any(map(vocabulary.frequency, forms)) else list(surfaces)
    return [surface for surface in surfaces if not vocabulary.frequency(surface)]


def _surfaces(asked: Asked) -> tuple[str, ...]:
    """The words that a condition cannot do without."""
    if isinstance(asked, Clause) and asked.kind is not Kind.PREFIX:
        return asked.surfaces
    return ()
