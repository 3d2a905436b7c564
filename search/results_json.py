"""Results as plain values for ``json.dumps``, with the keys of the contract."""

from __future__ import annotations

from search.results import Beside, Coverage, FacetValue, Moment, Results, TalkHit


def as_json(results: Results) -> dict[str, object]:
    """A page of results."""
    return {
        "query": results.query,
        "understood": results.understood,
        "notes": list(results.notes),
        "took_ms": round(results.took_ms, 1),
        "totals": {
            "talks": results.totals.talks,
            "talks_partial": results.totals.talks_partial,
            "occurrences": results.totals.occurrences,
        },
        "coverage": _coverage_json(results.coverage),
        "facets": {
            "speaker": [_facet_json(value) for value in results.facets.speaker],
            "event": [_facet_json(value) for value in results.facets.event],
            "language": [_facet_json(value) for value in results.facets.language],
            "country": [_facet_json(value) for value in results.facets.country],
            "year": [_facet_json(value) for value in results.facets.year],
        },
        "suggestion": results.suggestion,
        "people": [
            {
                "slug": card.slug,
                "name": card.name,
                "talks": card.talks,
                "mentioned": card.mentioned,
            }
            for card in results.people
        ],
        "talks": [_talk_json(hit) for hit in results.talks],
        "heard_as": [
            {
                "query_word": one.query_word,
                "heard": list(one.heard),
                "talks": [_talk_json(hit) for hit in one.talks],
            }
            for one in results.heard_as
        ],
        "alternatives": [
            {
                "without": one.without,
                "words": list(one.words),
                "query": one.query,
                "talks": one.talks,
            }
            for one in results.alternatives
        ],
    }


def moment_json(moment: Moment) -> dict[str, object]:
    """One moment."""
    return {
        "start_ms": moment.start_ms,
        "end_ms": moment.end_ms,
        "speaker": moment.speaker,
        "track": moment.track.value,
        "language": moment.language,
        "text": moment.text,
        "spans": [list(span) for span in moment.spans],
        "url": moment.url,
        "beside": _beside_json(moment.beside),
        "corrected_from": moment.corrected_from or None,
    }


def _beside_json(beside: Beside | None) -> dict[str, object] | None:
    if beside is None:
        return None
    return {"track": beside.track.value, "language": beside.language, "text": beside.text}


def _talk_json(hit: TalkHit) -> dict[str, object]:
    return {
        "slug": hit.slug,
        "title": hit.title,
        "event": hit.event,
        "score": round(hit.score, 4),
        "matched": hit.matched,
        "matched_in": list(hit.matched_in),
        "occurrences": hit.occurrences,
        "moments_total": hit.moments_total,
        "speakers": [{"slug": speaker.slug, "name": speaker.name} for speaker in hit.speakers],
        "moments": [moment_json(moment) for moment in hit.moments],
        "programme": [
            {
                "field": entry.field,
                "text": entry.text,
                "spans": [list(span) for span in entry.spans],
            }
            for entry in hit.programme
        ],
    }


def _facet_json(value: FacetValue) -> dict[str, object]:
    return {
        "slug": value.slug,
        "name": value.name,
        "talks": value.talks,
        "occurrences": value.occurrences,
    }


def _coverage_json(coverage: Coverage) -> dict[str, object]:
    return {
        "talks": coverage.talks,
        "searchable": coverage.searchable,
        "missing": [
            {"talk": entry.talk, "state": entry.state.value, "reason": entry.reason}
            for entry in coverage.missing
        ],
        "partial": [
            {"talk": entry.talk, "searchable_to_ms": entry.searchable_to_ms}
            for entry in coverage.partial
        ],
    }
