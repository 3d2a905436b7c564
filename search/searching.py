"""Searching: from what a person typed to the page of results."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum

from archive.catalog import Catalog
from archive.errors import NotFound
from archive.phrases import phrase
from search.answering.concordance import Concordance, Lines, Order
from search.answering.heard_as import Hearing
from search.answering.hits import heard_as, results_of
from search.answering.keyness import Keyness, OwnWords
from search.answering.moments import corrected_moments, moment_of, passages
from search.answering.people import mentions, person_cards
from search.answering.shares import shares_of
from search.asking.clauses import FILTERS
from search.asking.complete import Suggestion
from search.asking.query import Query, parse
from search.directory import Directory
from search.index import Evidence, Found, Request, SearchIndex
from search.matches import Matches
from search.question import Question
from search.results import Alternative, Moment, Results
from search.snapshots import Snapshots

MOST_TALKS = 100
"""Talks on one page at most."""
Values = str | Sequence[str]
"""What a filter is set to from outside the query: a value, or several of which any will do."""


class Sort(StrEnum):
    """The order of the talks: the best first, or the newest first."""

    RELEVANCE = "relevance"
    DATE = "date"


class Searcher:
    """Answers queries from a catalog and an index. Safe to share between threads.

    Raises what SearchIndex raises; a query itself is never an error.
    """

    def __init__(self, catalog: Catalog, index: SearchIndex) -> None:
        self._index = index
        self._snapshots = Snapshots(catalog)
        self._keyness = Keyness(index)

    def prepare(self) -> None:
        """Read what the first search would have to wait for. Raises what SearchIndex raises."""
        directory = self._snapshots.directory()
        contents = self._index.contents()
        vocabulary = self._index.vocabulary()
        vocabulary.same_stem("a", self._snapshots.overview(directory, contents).languages)
        vocabulary.sounds()
        vocabulary.similar("a", 1)
        self._snapshots.people(directory)
        self._snapshots.completion(directory)

    def search(
        self,
        text: str,
        *,
        speaker: Values = (),
        event: Values = (),
        language: Values = (),
        country: Values = (),
        year: Values = (),
        spoken: bool = False,
        sort: Sort = Sort.RELEVANCE,
        limit: int = 20,
        offset: int = 0,
    ) -> Results:
        """One page of results. ``limit`` is held to 1 to 100, ``offset`` to 0 and up.

        With ``spoken``, talks in which it is not said, but stands in the programme, are left out;
        those in which it was corrected stay.

        ``speaker``, ``event``, ``language``, ``country`` and ``year`` are filters as in the query's
        own text, and stand in place of those.
        """
        began = time.perf_counter()
        question = self._question(_query(text, speaker, event, language, country, year))
        query, directory = question.query, question.overview.directory
        request, found = Request(()), Found(Matches.of(()), {}, question.contents)
        suggestion: str | None = None
        instead: tuple[Alternative, ...] = ()
        if query.clauses or query.filters:
            plain = replace(
                question.request(),
                offset=max(offset, 0),
                limit=min(max(limit, 1), MOST_TALKS),
                days=directory.days if sort is Sort.DATE else None,
            )
            request, found = question.find(plain)
            if spoken and query.clauses:
                said = frozenset(
                    match.talk_id for match in found.matches if match.speech or match.corrected
                )
                request, found = question.find(replace(plain, talks=said))
            if not found.matches:
                suggestion = question.suggestion(request)
            if not found.matches.full.any():
                in_pairs = len(request.wanted) > len(query.clauses)
                instead = question.alternatives(plain if in_pairs else request)
        elif not query.excluded:
            question.notes.append(
                phrase("There is nothing to search for: type a word, a name or a phrase.")
            )
        results = self._results(question, request, found)
        if query.clauses and not request.offset:
            results = self._with_first_page(results, question, request, found)
        return replace(
            results,
            query=text,
            understood=str(query),
            suggestion=suggestion,
            alternatives=instead,
            took_ms=(time.perf_counter() - began) * 1000,
        )

    def concordance(
        self,
        text: str,
        *,
        speaker: Values = (),
        event: Values = (),
        language: Values = (),
        country: Values = (),
        year: Values = (),
        order: Order = Order.DATE,
    ) -> Concordance:
        """Every occurrence in the talks that hold all of the query, as ``search`` counts them."""
        question = self._question(_query(text, speaker, event, language, country, year))
        left, directory = question.left, question.overview.directory
        request = Request((), talks=left.talks)
        found = Found(Matches.of(()), {}, question.contents)
        if question.query.clauses:
            request, found = question.find(replace(question.request(), limit=0))
        results = self._results(question, request, found)
        return Concordance(
            str(question.query),
            results.notes,
            results.coverage,
            results.totals,
            shares_of(found, request, left.talks, directory),
            Lines(self._index, request, found, directory, order),
        )

    def moments(self, slug: str, text: str) -> list[Moment]:
        """All moments of a talk for a query, in the order of time; raises NotFound."""
        directory = self._snapshots.directory()
        if slug not in directory.talk_ids:
            raise NotFound(f"There is no talk {slug!r}.", advice="`podium talks` lists them.")
        talk_id = directory.talk_ids[slug]
        query = parse(text)
        if not query.clauses:
            return []
        question = self._question(query, directory)
        here = frozenset({talk_id})
        request = replace(question.request(), excluded=(), talks=here, any_of=True)
        request, found = question.find(request)
        evidence = found.evidence.get(talk_id, Evidence())
        found_in = passages(evidence, request.wanted).best
        every = [moment_of(passage, slug, evidence.beside) for passage in found_in]
        every += corrected_moments(evidence, slug, every)
        return sorted(every, key=lambda moment: (moment.start_ms, moment.end_ms))

    def mentions(self, slug: str) -> int:
        """In how many talks others say the name of a speaker."""
        people = self._snapshots.people(self._snapshots.directory())
        return mentions(people, slug, self._index)

    def own_words(self, slug: str) -> OwnWords:
        """The words that a speaker uses more than others do, by language; none where too few
        others speak it."""
        return self._keyness.of(slug)

    def complete(self, text: str, limit: int = 8) -> tuple[Suggestion, ...]:
        """The speakers, events and talks that somebody may be about to type; needs no index."""
        completion = self._snapshots.completion(self._snapshots.directory())
        return completion.complete(text, limit)

    def _question(self, query: Query, directory: Directory | None = None) -> Question:
        directory = directory or self._snapshots.directory()
        overview = self._snapshots.overview(directory, self._index.contents())
        return Question.of(query, overview, self._index)

    def _results(self, question: Question, request: Request, found: Found) -> Results:
        overview = self._snapshots.overview(question.overview.directory, found.contents)
        return results_of(found, request, question.left.talks, overview, question.notes)

    def _with_first_page(
        self, results: Results, question: Question, request: Request, found: Found
    ) -> Results:
        """The results with what stands on the first page only: people, and words misheard."""
        query, directory = question.query, question.overview.directory
        vocabulary = self._index.vocabulary()
        people = self._snapshots.people(directory)
        everywhere = replace(request, talks=question.left.talks)
        misheard = Hearing(self._index, vocabulary, directory).misheard(query, everywhere, found)
        return replace(
            results,
            people=person_cards(people, query, vocabulary.is_spoken, self._index),
            heard_as=tuple(heard_as(one, directory) for one in misheard),
        )


def _query(text: str, *filters: Values) -> Query:
    """What was typed, with the values of the filters in their order, in place of those in it."""
    query = parse(text)
    for name, values in zip(FILTERS, filters, strict=True):
        query = query.with_filter(name, *([values] if isinstance(values, str) else values))
    return query
