"""How the site is doing: whether search answers, and how far the index is behind the catalog."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from flask import Blueprint, Response, jsonify

from archive.errors import IndexBroken, TryLater
from search.opening import CurrentIndex, is_rebuilding
from web.presence import is_working
from web.site import site

health = Blueprint("health", __name__, url_prefix="/api/v1")


@dataclass(frozen=True, slots=True)
class Health:
    """What a monitor wants to know.

    ``status`` is "ok", "behind" (talks are searched as they were before, or not yet), "rebuilding"
    (files of the index are damaged and are being replaced; what is whole goes on answering) or
    "unavailable". ``indexed`` counts the talks that the index holds as they stand now, ``behind``
    all others that it holds or should hold. ``index`` is None where search cannot answer.
    """

    status: str
    catalog_revision: int
    talks: int
    indexed: int
    behind: int
    index: str | None
    worker: bool

    @property
    def answers(self) -> bool:
        """Whether search can answer."""
        return self.index is not None


@health.get("/health")
def show() -> tuple[Response, int]:
    """Status 200 where the site can answer, 503 where search cannot."""
    shown = site()
    directory = shown.directory()
    current = {talk.id: talk.revision for talk in directory.talks}
    found = health_of(directory.revision, current, shown.index, shown.settings.home)
    return jsonify(asdict(found)), 200 if found.answers else 503


def health_of(revision: int, current: Mapping[int, int], index: CurrentIndex, home: Path) -> Health:
    """Compare the revisions of the catalog's talks with those in the index.

    Reads no files but those of a commit that is new to this process.
    """
    worker, mending = is_working(home), is_rebuilding(home)
    try:
        held, damaged, name = index.indexed(), bool(index.damaged()), index.name
    except (IndexBroken, TryLater):
        status = "rebuilding" if mending or worker else "unavailable"
        return Health(status, revision, len(current), 0, len(current), None, worker)
    indexed = sum(held.get(talk_id) == known for talk_id, known in current.items())
    behind = len(current.keys() | held.keys()) - indexed
    status = "rebuilding" if damaged or mending else "behind" if behind else "ok"
    return Health(status, revision, len(current), indexed, behind, name, worker)
