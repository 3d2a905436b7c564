"""Whether the search knows what was just corrected, and whether anybody is there to tell it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, jsonify

from web.presence import is_working
from web.site import site

fresh = Blueprint("fresh", __name__)


@dataclass(frozen=True, slots=True)
class Freshness:
    """``behind`` counts the talks whose present revision the index does not hold."""

    working: bool
    behind: int


def freshness() -> Freshness:
    """How the search stands at this moment."""
    revisions = site().catalog.revisions().values()
    behind = sum(1 for revision, indexed in revisions if revision != indexed)
    return Freshness(is_working(site().settings.home), behind)


@fresh.get("/talks/<slug>/found.json")
def found(slug: str) -> Response:
    """Whether the search holds the talk as it stands now, and whether a worker is there."""
    talk = site().catalog.talk(slug)
    status = site().status_now(talk)
    response = jsonify(
        found=status.indexed_revision == talk.revision, working=is_working(site().settings.home)
    )
    response.headers["Cache-Control"] = "no-store"
    return response
