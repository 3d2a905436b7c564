"""The history of a transcript: who changed what, differences by word, and bringing back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from archive.changes import Change
from archive.corrections.history import Difference, difference, history
from archive.corrections.saving import restore, undo
from archive.corrections.who_spoke import SpeakerChange, speaker_changes
from archive.errors import NotFound
from archive.types import Talk, Track, Word, join_words
from web.access.forms import guard
from web.access.who import who
from web.asked import naming_track, track_asked
from web.correcting.freshness import freshness
from web.site import site
from web.talk.passages import seconds_of

revisions = Blueprint("revisions", __name__, url_prefix="/talks/<slug>/history")
restoring = Blueprint("restoring", __name__, url_prefix="/talks/<slug>/history")
guard(restoring, editors_only=True)

# Words around a change that are shown with it; what is nearer together is shown as one place.
_AROUND = 8
_MOST_PLACES = 300


@dataclass(frozen=True, slots=True)
class Part:
    """Some words of a place: ``old`` went, ``new`` came; the same in both where nothing changed."""

    old: str
    new: str

    @property
    def same(self) -> bool:
        return self.old == self.new


@dataclass(frozen=True, slots=True)
class Place:
    """A place in which two revisions differ, with the words around it; ``at`` is its second."""

    start_ms: int
    at: str
    parts: tuple[Part, ...]


@revisions.get("")
def page(slug: str) -> ResponseReturnValue:
    """All revisions, and what differs between two of them (``old`` and ``new``)."""
    talk, track = site().catalog.talk(slug), track_asked(request.args)
    found = history(site().catalog, talk.id, track)
    newest = found[0].number if found else 0
    old = request.args.get("old", type=int)
    new = request.args.get("new", newest, type=int)
    places = _places(talk, track, old, new) if old is not None else None
    return render_template(
        "history.html",
        talk=talk,
        revisions=found,
        old=old if old is not None else max(newest - 1, 1),
        new=new,
        places=places,
        speakers=_speakers(talk, track, old, new) if old is not None else (),
        in_track=naming_track(track),
        most=_MOST_PLACES,
        saved="saved" in request.args,
        freshness=freshness(),
    )


@restoring.get("/<int:number>")
def confirm(slug: str, number: int) -> ResponseReturnValue:
    """What bringing a revision back would change, and the button that does."""
    talk, track = site().catalog.talk(slug), track_asked(request.args)
    found = history(site().catalog, talk.id, track)
    wanted = next((one for one in found if one.number == number), None)
    if wanted is None:
        raise NotFound(_("There is no such revision."), advice=_("The history lists them."))
    return render_template(
        "restore.html",
        talk=talk,
        revision=wanted,
        newest=found[0].number,
        places=_places(talk, track, found[0].number, number),
        speakers=_speakers(talk, track, found[0].number, number),
        in_track=naming_track(track),
        most=_MOST_PLACES,
    )


@restoring.post("/<int:number>")
def bring_back(slug: str, number: int) -> ResponseReturnValue:
    """Bring a revision back, or take one back (``undo``); both make a new one."""
    talk, track = site().catalog.talk(slug), track_asked(request.args)
    change = undo if "undo" in request.form else restore
    change(site().catalog, talk.id, number, by=who().name, track=track)
    return redirect(url_for("revisions.page", slug=slug, saved=1, **naming_track(track)))


def _speakers(talk: Talk, track: Track, old: int, new: int) -> tuple[SpeakerChange, ...] | None:
    """Where another speaks; a translation says nothing of that."""
    return speaker_changes(site().catalog, talk, old, new) if track is Track.ORIGINAL else ()


def _places(talk: Talk, track: Track, old: int, new: int) -> list[Place]:
    found = difference(site().catalog, talk.id, old, new, track)
    groups: list[list[Change]] = []
    for change in found.changes:
        if groups and change.old[0] - groups[-1][-1].old[1] <= 2 * _AROUND:
            groups[-1].append(change)
        else:
            groups.append([change])
    return [_place(found, group) for group in groups]


def _place(found: Difference, group: Sequence[Change]) -> Place:
    begin = max(group[0].old[0] - _AROUND, 0)
    parts: list[Part] = []
    at = begin
    for change in group:
        parts.append(_same(found.old[at : change.old[0]]))
        parts.append(
            Part(_text(found.old[slice(*change.old)]), _text(found.new[slice(*change.new)]))
        )
        at = change.old[1]
    parts.append(_same(found.old[at : at + _AROUND]))
    first = group[0]
    beside = (
        found.new[first.new[0] : first.new[0] + 1] or found.old[first.old[0] : first.old[0] + 1]
    )
    start_ms = beside[0].start_ms if beside else 0
    return Place(
        start_ms, seconds_of(start_ms), tuple(part for part in parts if part != Part("", ""))
    )


def _same(words: Sequence[Word]) -> Part:
    text = _text(words)
    return Part(text, text)


def _text(words: Sequence[Word]) -> str:
    return join_words(list(words))
