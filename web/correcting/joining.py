"""Two speakers that are one are joined, with a preview and undo; one that is two is split."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from archive.errors import NotFound, UserError
from archive.names import name_key
from archive.people import joins, merge_speakers, part_speakers
from archive.plain_text import single_line
from archive.speaker_splits import split_speaker, splits, undo_split
from archive.types import Speaker
from archive.voiceprints import find_speaker
from web.access.forms import guard
from web.access.who import who
from web.correcting.freshness import freshness
from web.site import site

joining = Blueprint("joining", __name__, url_prefix="/speakers/<slug>")
guard(joining, editors_only=True)

_LONGEST_NAME = 120
_MOST_NAMES = 2_000


@joining.get("/join")
def page(slug: str) -> ResponseReturnValue:
    """Who else it is, what would move, and what was joined before."""
    directory = site().directory()
    speaker = site().catalog.speaker(slug)
    name = request.args.get("other", "").strip()
    other, fault = _other(speaker, name)
    return render_template(
        "join.html",
        speaker=speaker,
        other=other,
        name=name,
        fault=fault,
        moves=directory.talks_of_speaker.get(other.slug, []) if other else [],
        spellings=_spellings(speaker, other) if other else [],
        talks=directory.talks_of_speaker.get(slug, []),
        known=[one.name for one in directory.speakers[:_MOST_NAMES] if one.slug != slug],
        joins=[one for one in joins(site().catalog) if one.kept_slug == slug],
        splits=[
            one for one in splits(site().catalog) if slug in (one.speaker_slug, one.other_slug)
        ],
        saved=request.args.get("saved", ""),
        freshness=freshness(),
    )


@joining.post("/join")
def join(slug: str) -> ResponseReturnValue:
    """Make one person of both."""
    kept = site().catalog.speaker(slug)
    gone = site().catalog.speaker(request.form.get("other", ""))
    merge_speakers(site().catalog, kept, gone, by=who().name)
    return redirect(url_for("joining.page", slug=slug, saved="joined"))


@joining.post("/join/<int:number>/undo")
def part(slug: str, number: int) -> ResponseReturnValue:
    """Make two people of them again."""
    part_speakers(site().catalog, number, by=who().name)
    return redirect(url_for("joining.page", slug=slug, saved="parted"))


@joining.post("/split")
def split(slug: str) -> ResponseReturnValue:
    """Give some of the talks to another person of another name."""
    speaker = site().catalog.speaker(slug)
    chosen = set(request.form.getlist("talk"))
    talks = site().directory().talks_of_speaker.get(slug, [])
    going = [talk.id for talk in talks if talk.slug in chosen]
    name = single_line(request.form.get("name", ""), _("The name"), _LONGEST_NAME)
    split_speaker(site().catalog, speaker, going, name, by=who().name)
    return redirect(url_for("joining.page", slug=slug, saved="split"))


@joining.post("/split/<int:number>/undo")
def unsplit(slug: str, number: int) -> ResponseReturnValue:
    """Make one person of them again."""
    speaker = undo_split(site().catalog, number, by=who().name)
    return redirect(url_for("joining.page", slug=speaker.slug, saved="joined"))


def _other(speaker: Speaker, name: str) -> tuple[Speaker | None, str]:
    """The person who is meant by a name, or what is wrong with it."""
    if not name:
        return None, ""
    try:
        other = find_speaker(site().catalog, name)
    except (NotFound, UserError) as error:
        return None, str(error)
    if other.id == speaker.id:
        return None, _("That is the same person already.")
    return other, ""


def _spellings(speaker: Speaker, other: Speaker) -> list[str]:
    known = {name_key(name) for name in (speaker.name, *speaker.aliases)}
    return [name for name in (other.name, *other.aliases) if name_key(name) not in known]
