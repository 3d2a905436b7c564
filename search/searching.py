"""Searching: from what a person typed to the page of results."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

from archive.catalog import Catalog
from archive.errors import NotFound
from search.directory import Directory
from search.facets import facets_of
from search.index import Evidence, Found, IndexedTalk, Match, Request, SearchIndex, Wanted
from search.moments import moment_of, passages, programme_hits
from search.query import FILTERS, Query, parse
from search.results import Facets, Moment, Results, SpeakerName, TalkHit, Totals
from search.widening import Widening

MOST_TALKS = 100
"""Talks on one page at most."""
BEST_MOMENTS = 5
_FIRST_STEMS = ("en",)
"""Stems for an archive that states no language: programmes are mostly in English."""


@dataclass(frozen=True, slots=True)
class _Narrowed:
    """What the filters leave: talks by key, whose speech, in which language."""

    talks: frozenset[int]
    speakers: frozenset[str] | None
    language: str
    notes: tuple[str, ...]


class Searcher:
    """Answers queries from a catalog and an index. Safe to share between threads.

    Raises what SearchIndex raises; a query itself is never an error.
    """

    def __init__(self, catalog: Catalog, index: SearchIndex) -> None:
        self._catalog = catalog
        self._index = index
        self._lock = threading.Lock()
        self._read: Directory | None = None

    def search(
        self,
        text: str,
        *,
        speaker: str | None = None,
        event: str | None = None,
        language: str | None = None,
        limit: int = 20,
        offset: int = 0,
    ) -> Results:
        """One page of results. ``limit`` is held to 1 to 100, ``offset`` to 0 and up.

        ``speaker``, ``event`` and ``language`` are filters as in the query's own text, and stand
        in place of those.
        """
        began = time.perf_counter()
        query = _with_filters(parse(text), speaker, event, language)
        directory = self._directory()
        contents = self._index.contents()
        narrowed = _narrow(query, directory, contents)
        notes = [*query.notes, *narrowed.notes]
        suggestion: str | None = None
        if query.clauses or query.filters:
            widening = self._widening(directory, contents)
            request = Request(
                widening.wanted(query, notes),
                widening.excluded(query, notes),
                narrowed.talks,
                narrowed.speakers,
                narrowed.language,
                max(offset, 0),
                min(max(limit, 1), MOST_TALKS),
            )
            request, found = self._find(query, request, widening, notes)
            if not found.matches:
                suggestion = self._suggestion(query, request, widening)
        else:
            if not query.excluded:
                notes.append("There is nothing to search for: type a word, a name or a phrase.")
            request, found = Request(()), Found((), {}, contents)
        full = [match for match in found.matches if match.full]
        coverage, behind = directory.coverage(narrowed.talks, found.contents)
        if behind:
            notes.append(_behind_note(behind))
        return Results(
            query=text,
            understood=str(query),
            notes=tuple(dict.fromkeys(notes)),
            totals=Totals(
                len(full), len(found.matches) - len(full), sum(match.occurrences for match in full)
            ),
            coverage=coverage,
            facets=facets_of(full, directory, found.contents) if full else Facets(),
            suggestion=suggestion,
            talks=_hits(found, request, directory),
            took_ms=(time.perf_counter() - began) * 1000,
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
        narrowed = _narrow(query, directory, contents)
        widening = self._widening(directory, contents)
        request = Request(
            widening.wanted(query, []),
            talks=frozenset({talk_id}),
            speakers=narrowed.speakers,
            language=narrowed.language,
            any_of=True,
        )
        request, found = self._find(query, request, widening, [])
        evidence = found.evidence.get(talk_id, Evidence())
        every = [moment_of(p, slug) for p in passages(evidence, request.wanted).best]
        return sorted(every, key=lambda moment: (moment.start_ms, moment.end_ms))

    def _find(
        self, query: Query, request: Request, widening: Widening, notes: list[str]
    ) -> tuple[Request, Found]:
        """The answer; where no talk holds all of the query, that with words read as names."""
        found = self._index.search(request)
        if any(match.full for match in found.matches) or not request.talks:
            return request, found
        tolerant, name_notes = widening.with_names(query, request)
        if tolerant == request:
            return request, found
        found_by_name = self._index.search(tolerant)
        if not any(match.full for match in found_by_name.matches):
            return request, found
        notes += name_notes
        return tolerant, found_by_name

    def _suggestion(self, query: Query, request: Request, widening: Widening) -> str | None:
        """A query with better known words, if it finds anything."""
        suggested = widening.suggestion(query)
        if suggested is None:
            return None
        wanted = widening.wanted(suggested, [])
        found = self._index.search(replace(request, wanted=wanted, offset=0, limit=0))
        return str(suggested) if any(match.full for match in found.matches) else None

    def _widening(self, directory: Directory, contents: Mapping[int, IndexedTalk]) -> Widening:
        languages = directory.languages(contents) or _FIRST_STEMS
        return Widening(self._index.vocabulary(), directory, languages)

    def _directory(self) -> Directory:
        revision = self._catalog.revision()
        with self._lock:
            if self._read is None or self._read.revision != revision:
                self._read = Directory.read(self._catalog)
            return self._read


def _with_filters(
    query: Query, speaker: str | None, event: str | None, language: str | None
) -> Query:
    for name, value in zip(FILTERS, (speaker, event, language), strict=True):
        if value is not None:
            query = query.with_filter(name, value)
    return query


def _narrow(query: Query, directory: Directory, contents: Mapping[int, IndexedTalk]) -> _Narrowed:
    notes: list[str] = []
    speaker, event = query.filtered("speaker"), query.filtered("event")
    language = query.filtered("language")
    speakers = directory.speakers_named(speaker) if speaker else None
    events = directory.events_named(event) if event else None
    if speakers is not None and not speakers:
        notes.append(f"No speaker here is called {speaker}.")
    if events is not None and not events:
        notes.append(f"No event here is called {event}.")
    talks = directory.scope(speakers, events, language, contents)
    if language and not talks:
        notes.append(f"No talk here is in the language {language}.")
    if speakers and any(_is_shared(talk_id, directory, contents) for talk_id in talks):
        notes.append("Where several speakers are not told apart, only the programme was searched.")
    return _Narrowed(talks, speakers, language, tuple(notes))


def _is_shared(talk_id: int, directory: Directory, contents: Mapping[int, IndexedTalk]) -> bool:
    """Whether a talk has several speakers and speech that is not known to be anybody's."""
    held = contents.get(talk_id)
    return len(directory.talks[talk_id].speakers) > 1 and held is not None and held.unattributed


def _behind_note(behind: int) -> str:
    if behind == 1:
        return "The index is behind by one talk: it is searched as it was before."
    return f"The index is behind by {behind} talks: they are searched as they were before."


def _hits(found: Found, request: Request, directory: Directory) -> tuple[TalkHit, ...]:
    return tuple(
        _hit(match, found.evidence[match.talk_id], request.wanted, directory)
        for match in found.matches[request.offset : request.offset + request.limit]
    )


def _hit(
    match: Match, evidence: Evidence, wanted: tuple[Wanted, ...], directory: Directory
) -> TalkHit:
    talk = directory.talks[match.talk_id]
    moments = passages(evidence, wanted, BEST_MOMENTS)
    fields = ["speech"] * bool(evidence.speeches)
    fields += [entry.field for entry in evidence.programme]
    return TalkHit(
        slug=talk.slug,
        title=talk.title,
        event=talk.event,
        score=match.score,
        matched="all" if match.full else "most",
        matched_in=tuple(dict.fromkeys(fields)),
        occurrences=match.occurrences,
        moments_total=moments.total,
        speakers=tuple(SpeakerName(person.slug, person.name) for person in talk.speakers),
        moments=tuple(moment_of(passage, talk.slug) for passage in moments.best),
        programme=programme_hits(evidence),
    )
