"""The JSON API: search, completion, talks, moments, and its description.

Errors are JSON too: ``{"error": {"message", "advice"}}``.
"""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request, url_for

from search.results_json import as_json, moment_json
from web.asked import completion_asked, search_asked
from web.documents import talk_detail_document, talk_document
from web.machines.openapi import openapi_document
from web.site import site

api = Blueprint("api", __name__, url_prefix="/api/v1")


@api.get("/search")
def search() -> Response:
    """As ``podium search --json``: q, filters, sort, limit (20, at most 100), offset."""
    return jsonify(as_json(site().search(search_asked(request.args))))


@api.get("/complete")
def complete() -> Response:
    """Speakers, events and talks for what is typed, ``q``; ``limit`` (8, at most 20)."""
    text, limit = completion_asked(request.args)
    suggestions = [
        {
            "kind": one.kind.value,
            "slug": one.slug,
            "name": one.name,
            "alias": one.alias or None,
            "spans": [list(span) for span in one.spans],
            "about": one.about,
            "talks": one.talks,
            "url": url_for(f"pages.{one.kind.value}", slug=one.slug),
        }
        for one in site().complete(text, limit)
    ]
    return jsonify(query=text, suggestions=suggestions)


@api.get("/talks")
def talks() -> Response:
    """As ``podium talks --json``: all talks with their states."""
    directory = site().directory()
    statuses = site().catalog.statuses()
    return jsonify([talk_document(t, statuses[t.id]) for t in directory.talks if t.id in statuses])


@api.get("/talks/<slug>")
def talk(slug: str) -> Response:
    """One talk with its event and its whole transcript, word by word."""
    directory = site().directory()
    found = directory.talk(slug)
    return jsonify(
        talk_detail_document(
            found,
            site().status_now(found),
            directory.event_of_talk(found),
            site().transcript(found),
            site().catalog.versions(found.id),
            site().translation(found),
            site().catalog.turns(found),
        )
    )


@api.get("/talks/<slug>/moments")
def moments(slug: str) -> Response:
    """All moments of ``q`` in one talk, in the order of time."""
    found = site().directory().talk(slug)
    text = search_asked(request.args).text
    hits = site().moments(found.slug, text)
    return jsonify(talk=found.slug, query=text, moments=[moment_json(hit) for hit in hits])


@api.get("/openapi.json")
def openapi() -> Response:
    """The API described for machines."""
    return jsonify(openapi_document())
