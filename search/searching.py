"""Searching: from what a person typed to the page of results."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum

import numpy as np

from archive.catalog import Catalog
from archive.errors import NotFound
from archive.phrases import phrase
from search.alternatives import alternatives, unknown_words
from search.clauses import FILTERS
from search.complete import Completion, Suggestion
from search.concordance import Concordance, Lines, Order, shares
from search.directory import Directory
from search.heard_as import Hearing, Misheard
from search.index import CORRECTED, Evidence, Found, IndexedTalk, Request, SearchIndex, Wanted
from search.keyness import FEWEST_USES, OwnWord, own_words
from search.matches import Match, Matches
from search.moments import corrected_moments, moment_of, passages, programme_hits
from search.narrowing import narrowed
from search.overview import Overview
from search.people import People, mentions, person_cards
from search.query import Query, parse
from search.results import Alternative, HeardAs, Moment, Results, SpeakerName, TalkHit, Totals
from search.widening import Widening

MOST_TALKS = 100
"""Talks on one page at most."""
BEST_MOMENTS = 5
_FIRST_STEMS = ("en",)
"""Stems for an archive that states no language: programmes are mostly in English."""
_TOO_BROAD = phrase(
    "The query is too broad: phrases and NEAR were looked for only in the talks added last."
)


OwnWords = tuple[tuple[str, tuple[OwnWord, ...]], ...]
"""Pairs of a language (BCP 47) and what a speaker says more than others in it."""
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
        self._catalog = catalog
        self._index = index
        self._lock = threading.Lock()
        self._read: Directory | None = None
        self._people: People | None = None
        self._completion: Completion | None = None
        self._overview: Overview | None = None
        self._own_words: tuple[object, dict[str, OwnWords]] = (None, {})

    def prepare(self) -> None:
        """Read what the first search would have to wait for. Raises what SearchIndex raises."""
        directory = self._directory()
        contents = self._index.contents()
        vocabulary = self._index.vocabulary()
        vocabulary.same_stem("a", self._overview_of(directory, contents).languages)
        vocabulary.sounds()
        vocabulary.similar("a", 1)
        self._people_of(directory)
        self._completion_of(directory)

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

        With ``spoken``, talks in which it is not said, but stands in the programme, are left out.

        ``speaker``, ``event``, ``language``, ``country`` and ``year`` are filters as in the query's
        own text, and stand in place of those.
        """
        began = time.perf_counter()
        query = _query(text, speaker, event, language, country, year)
        directory = self._directory()
        contents = self._index.contents()
        left = narrowed(query, directory, contents)
        notes = [*query.notes, *left.notes]
        plain = request = Request(())
        found = Found(Matches.of(()), {}, contents)
        suggestion: str | None = None
        instead: tuple[Alternative, ...] = ()
        if query.clauses or query.filters:
            widening = self._widening(directory, contents)
            plain = Request(
                widening.wanted(query, notes),
                widening.excluded(query, notes),
                left.talks,
                left.speakers,
                left.languages,
                max(offset, 0),
                min(max(limit, 1), MOST_TALKS),
                days=directory.days if sort is Sort.DATE else None,
            )
            request, found = self._find(query, plain, widening, notes)
            if spoken and query.clauses:
                said = frozenset(match.talk_id for match in found.matches if match.speech)
                request, found = self._find(query, replace(plain, talks=said), widening, notes)
            if not found.matches:
                suggestion = self._suggestion(query, request, widening)
            if not found.matches.full.any():
                in_pairs = len(request.wanted) > len(query.clauses)
                instead = self._alternatives(
                    query, plain if in_pairs else request, directory, notes
                )
        elif not query.excluded:
            notes.append(phrase("There is nothing to search for: type a word, a name or a phrase."))
        overview = self._overview_of(directory, found.contents)
        results = _results(found, request, left.talks, overview, notes)
        if query.clauses and not request.offset:
            everywhere = replace(request, talks=left.talks)
            results = self._with_first_page(results, query, everywhere, found, directory)
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
        query = _query(text, speaker, event, language, country, year)
        directory = self._directory()
        contents = self._index.contents()
        left = narrowed(query, directory, contents)
        notes = [*query.notes, *left.notes]
        request = Request((), talks=left.talks)
        found = Found(Matches.of(()), {}, contents)
        if query.clauses:
            widening = self._widening(directory, contents)
            request = Request(
                widening.wanted(query, notes),
                widening.excluded(query, notes),
                left.talks,
                left.speakers,
                left.languages,
                limit=0,
            )
            request, found = self._find(query, request, widening, notes)
        overview = self._overview_of(directory, found.contents)
        totals = _results(found, request, left.talks, overview, notes)
        return Concordance(
            str(query),
            totals.notes,
            totals.coverage,
            totals.totals,
            shares(found, request, left.talks, directory),
            Lines(self._index, request, found, directory, order),
        )

    def moments(self, slug: str, text: str) -> list[Moment]:
        """All moments of a talk for a query, in the order of time; raises NotFound."""
        query = parse(text)
        directory = self._directory()
        if slug not in directory.talk_ids:
            raise NotFound(f"There is no talk {slug!r}.", advice="`podium talks` lists them.")
        talk_id = directory.talk_ids[slug]
        if not query.clauses:
            return []
        contents = self._index.contents()
        left = narrowed(query, directory, contents)
        widening = self._widening(directory, contents)
        request = Request(
            widening.wanted(query, []),
            talks=frozenset({talk_id}),
            speakers=left.speakers,
            languages=left.languages,
            any_of=True,
        )
        request, found = self._find(query, request, widening, [])
        evidence = found.evidence.get(talk_id, Evidence())
        found_in = passages(evidence, request.wanted).best
        every = [moment_of(passage, slug, evidence.beside) for passage in found_in]
        every += corrected_moments(evidence, slug, every)
        return sorted(every, key=lambda moment: (moment.start_ms, moment.end_ms))

    def mentions(self, slug: str) -> int:
        """In how many talks others say the name of a speaker."""
        return mentions(self._people_of(self._directory()), slug, self._index)

    def own_words(self, slug: str) -> OwnWords:
        """The words that a speaker uses more than others do, by language; none where too few
        others speak it. They are reckoned once for what the index holds."""
        contents = self._index.contents()
        with self._lock:
            if self._own_words[0] is not contents:
                self._own_words = contents, {}
            known = self._own_words[1]
        if slug not in known:
            vocabulary = self._index.vocabulary()
            by_language = [
                (use.language, own_words(use, vocabulary))
                for use in self._index.word_use(slug, FEWEST_USES)
            ]
            known[slug] = tuple((code, words) for code, words in by_language if words)
        return known[slug]

    def complete(self, text: str, limit: int = 8) -> tuple[Suggestion, ...]:
        """The speakers, events and talks that somebody may be about to type; needs no index."""
        return self._completion_of(self._directory()).complete(text, limit)

    def _find(
        self, query: Query, request: Request, widening: Widening, notes: list[str]
    ) -> tuple[Request, Found]:
        """The answer; where no talk holds all of the query, that with words read as names, or the
        second tier of what is written without blanks."""
        found = self._index.search(request)
        if found.matches.full.any() or not request.talks:
            return request, found
        tolerant, name_notes = widening.with_names(query, request)
        if tolerant != request:
            found_by_name = self._index.search(tolerant)
            if found_by_name.matches.full.any():
                notes += name_notes
                return tolerant, found_by_name
        in_pairs = widening.with_pairs(query, request)
        if in_pairs == request:
            return request, found
        nearly = self._index.search(in_pairs)
        # What holds all pairs holds the run only nearly.
        matches = replace(nearly.matches, full=np.zeros(len(nearly.matches), bool))
        return in_pairs, replace(nearly, matches=matches)

    def _with_first_page(
        self, results: Results, query: Query, request: Request, found: Found, directory: Directory
    ) -> Results:
        """The results with what stands on the first page only: people, and words misheard."""
        vocabulary = self._index.vocabulary()
        people = self._people_of(directory)
        misheard = Hearing(self._index, vocabulary, directory).misheard(query, request, found)
        return replace(
            results,
            people=person_cards(people, query, vocabulary.is_spoken, self._index),
            heard_as=tuple(
                HeardAs(one.word, one.heard, _heard_hits(one, directory)) for one in misheard
            ),
        )

    def _suggestion(self, query: Query, request: Request, widening: Widening) -> str | None:
        """A query with better known words, if it finds anything."""
        suggested = widening.suggestion(query)
        if suggested is None:
            return None
        wanted = widening.wanted(suggested, [])
        found = self._index.search(replace(request, wanted=wanted, offset=0, limit=0))
        return str(suggested) if found.matches.full.any() else None

    def _alternatives(
        self, query: Query, request: Request, directory: Directory, notes: list[str]
    ) -> tuple[Alternative, ...]:
        """What to ask instead of a query without full matches."""
        unknown = unknown_words(query, request, self._index.vocabulary())
        if len(query.clauses) > 1 or query.filters:
            notes += [
                phrase("%(word)s stands nowhere in this archive.", word=word) for word in unknown
            ]
        return alternatives(query, request, unknown, frozenset(directory.talks), self._index)

    def _widening(self, directory: Directory, contents: Mapping[int, IndexedTalk]) -> Widening:
        languages = self._overview_of(directory, contents).languages or _FIRST_STEMS
        return Widening(self._index.vocabulary(), directory, languages)

    def _overview_of(self, directory: Directory, contents: Mapping[int, IndexedTalk]) -> Overview:
        with self._lock:
            known = self._overview
            if known is None or known.directory is not directory or known.contents is not contents:
                known = self._overview = Overview(directory, contents)
            return known

    def _people_of(self, directory: Directory) -> People:
        with self._lock:
            if self._people is None or self._people.directory is not directory:
                self._people = People(directory)
            return self._people

    def _completion_of(self, directory: Directory) -> Completion:
        with self._lock:
            if self._completion is None or self._completion.directory is not directory:
                self._completion = Completion(directory)
            return self._completion

    def _directory(self) -> Directory:
        revision = self._catalog.revision()
        with self._lock:
            if self._read is None or self._read.revision != revision:
                self._read = Directory.read(self._catalog)
            return self._read


def _query(text: str, *filters: Values) -> Query:
    """What was typed, with the values of the filters in their order, in place of those in it."""
    query = parse(text)
    for name, values in zip(FILTERS, filters, strict=True):
        query = query.with_filter(name, *([values] if isinstance(values, str) else values))
    return query


def _results(
    found: Found,
    request: Request,
    scope: frozenset[int],
    overview: Overview,
    notes: Sequence[str],
) -> Results:
    """The page that was found, with what counts all of it."""
    matches = found.matches
    full = int(matches.full.sum())
    coverage, behind = overview.coverage(scope)
    said = [*notes, *[_TOO_BROAD] * found.capped, *[_behind_note(behind)] * (behind > 0)]
    return Results(
        query="",
        understood="",
        notes=tuple(dict.fromkeys(said)),
        totals=Totals(
            full, len(matches) - full, int(matches.often[matches.full[matches.match]].sum())
        ),
        coverage=coverage,
        facets=overview.facets(matches),
        talks=_hits(found, request, overview.directory),
    )


def _behind_note(behind: int) -> str:
    if behind == 1:
        return phrase("The index is behind by one talk: it is searched as it was before.")
    return phrase(
        "The index is behind by %(talks)s talks: they are searched as they were before.",
        talks=behind,
    )


def _hits(found: Found, request: Request, directory: Directory) -> tuple[TalkHit, ...]:
    return tuple(
        _hit(match, found.evidence[match.talk_id], request.wanted, directory)
        for match in found.matches[request.offset : request.offset + request.limit]
    )


def _heard_hits(misheard: Misheard, directory: Directory) -> tuple[TalkHit, ...]:
    """The talks of the tier with what was said in them; its programme was not misheard."""
    evidence, wanted = misheard.found.evidence, misheard.request.wanted
    hits = (_hit(one, evidence[one.talk_id], wanted, directory) for one in misheard.matches)
    return tuple(
        replace(hit, matched="heard", matched_in=("speech",), programme=()) for hit in hits
    )


def _hit(
    match: Match, evidence: Evidence, wanted: tuple[Wanted, ...], directory: Directory
) -> TalkHit:
    talk = directory.talks[match.talk_id]
    moments = passages(evidence, wanted, BEST_MOMENTS)
    best = [moment_of(passage, talk.slug, evidence.beside) for passage in moments.best]
    before = corrected_moments(evidence, talk.slug, best)
    fields = ["speech"] * bool(evidence.speeches) + [CORRECTED] * bool(before)
    fields += [entry.field for entry in evidence.programme]
    return TalkHit(
        slug=talk.slug,
        title=talk.title,
        event=talk.event,
        score=match.score,
        matched="all" if match.full else "most",
        matched_in=tuple(dict.fromkeys(fields)),
        occurrences=match.occurrences,
        moments_total=moments.total + len(before),
        speakers=tuple(SpeakerName(person.slug, person.name) for person in talk.speakers),
        moments=(*best, *before[: BEST_MOMENTS - len(best)]),
        programme=programme_hits(evidence),
        said=evidence.speeches,
    )
