"""The pages: home, search, talks, speakers, events."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archive.errors import TryLater
from archive.types import State, Talk
from search.results import Moment
from web.asked import number_asked, search_asked
from web.lists.event_page import event_page, events_page
from web.lists.speaker_page import speaker_page, speakers_page
from web.search.search_page import examples, search_page
from web.site import Directory, site
from web.talk.quoting import quotation_asked
from web.talk.talk_page import talk_page

pages = Blueprint("pages", __name__)

_NEWEST = 6
_PEOPLE = 12
_IN_WORK = 12


@pages.get("/")
def home() -> ResponseReturnValue:
    """The box, queries to begin with, people, newest talks, what is in work."""
    directory = site().directory()
    counts = [(len(directory.talks_of_speaker[s.slug]), s) for s in directory.speakers]
    in_work = [talk for talk in directory.talks if _unfinished(directory, talk)]
    waiting = [t for t in directory.talks if directory.statuses[t.id].state is State.WAITING]
    return render_template(
        "home.html",
        directory=directory,
        examples=examples(directory),
        most_talks=sorted(counts, key=lambda pair: -pair[0])[:_PEOPLE],
        newest=directory.newest(State.READY, _NEWEST),
        in_work=in_work[:_IN_WORK],
        more_in_work=max(0, len(in_work) - _IN_WORK),
        statuses=directory.statuses | site().statuses_now(in_work[:_IN_WORK]),
        waiting=waiting,
    )


@pages.get("/search")
def search() -> ResponseReturnValue:
    """Hits grouped by talk; without a query, the box and queries to begin with."""
    return search_page(request.args)


@pages.get("/talks/<slug>")
def talk(slug: str) -> ResponseReturnValue:
    """Player, programme entry, transcript; ``?t=`` opens it at a word, ``?q=`` searches in it."""
    directory = site().directory()
    found = directory.talk(slug)
    asked = search_asked(request.args)
    moments, error = _moments(slug, asked.text)
    return render_template(
        "talk.html",
        page=talk_page(
            found,
            directory.event_of_talk(found),
            site().status_now(found),
            site().transcript(found),
            site().catalog.turns(found),
            quotation_asked(request.args),
            site().translation(found),
            site().catalog.versions(found.id),
            address=url_for("pages.talk", slug=slug, _external=True),
            part=number_asked(request.args, "part"),
            beside="beside" in request.args,
        ),
        query=asked.text,
        moments=moments,
        error=error,
    )


@pages.get("/speakers")
def speakers() -> ResponseReturnValue:
    """Everybody who speaks in the archive, by name."""
    directory = site().directory()
    return render_template("speakers.html", page=speakers_page(directory), directory=directory)


@pages.get("/speakers/<slug>")
def speaker(slug: str) -> ResponseReturnValue:
    """A person: names, what they were, their talks, who names them, words of their own."""
    directory = site().directory()
    return render_template(
        "speaker.html",
        page=speaker_page(site(), directory, slug),
        directory=directory,
        statuses=directory.statuses,
    )


@pages.get("/events")
def events() -> ResponseReturnValue:
    """All events, the newest first, and the talks that belong to none."""
    directory = site().directory()
    return render_template("events.html", page=events_page(directory), directory=directory)


@pages.get("/events/<slug>")
def event(slug: str) -> ResponseReturnValue:
    """An event: what it was, who made it, its programme in order, where its talks stand."""
    directory = site().directory()
    found = directory.event(slug)
    talks = directory.talks_of_event.get(slug, [])
    unfinished = [talk for talk in talks if _unfinished(directory, talk)]
    statuses = directory.statuses | site().statuses_now(unfinished)
    page = event_page(found, talks, statuses)
    return render_template("event.html", page=page, directory=directory, statuses=statuses)


def _unfinished(directory: Directory, talk: Talk) -> bool:
    return directory.statuses[talk.id].state not in (State.READY, State.WAITING)


def _moments(slug: str, text: str) -> tuple[list[Moment], TryLater | None]:
    """What a search inside the talk finds; an index that cannot be used hides no page."""
    if not text:
        return [], None
    try:
        return site().moments(slug, text), None
    except TryLater as error:
        return [], error
