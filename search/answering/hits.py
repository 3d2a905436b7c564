"""From what an engine found to the page of results: talks with their best moments, and counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from archive.phrases import phrase
from search.answering.heard_as import Misheard
from search.answering.moments import corrected_moments, moment_of, passages, programme_hits
from search.answering.overview import Overview
from search.directory import Directory
from search.index import CORRECTED, Evidence, Found, Request, Wanted
from search.matches import Match
from search.results import HeardAs, Results, SpeakerName, TalkHit, Totals

BEST_MOMENTS = 5
_TOO_BROAD = phrase(
    "The query is too broad: phrases and NEAR were looked for only in the talks added last."
)


def results_of(
    found: Found,
    request: Request,
    scope: frozenset[int],
    overview: Overview,
    notes: Sequence[str],
) -> Results:
    """The page that was found, with what counts all of it; ``scope`` is what could be found."""
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


def heard_as(misheard: Misheard, directory: Directory) -> HeardAs:
    """A word that was misheard, with the talks of its tier.

    Of these stands what was said in them; their programme was not misheard.
    """
    evidence, wanted = misheard.found.evidence, misheard.request.wanted
    hits = (_hit(one, evidence[one.talk_id], wanted, directory) for one in misheard.matches)
    said = (replace(hit, matched="heard", matched_in=("speech",), programme=()) for hit in hits)
    return HeardAs(misheard.word, misheard.heard, tuple(said))


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
