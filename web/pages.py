"""The pages: home, search, talks, speakers, events."""

from __future__ import annotations

from functools import partial
from urllib.parse import urlencode

from flask import Blueprint, current_app, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archive.countries import country_code, country_name
from archive.errors import TryLater
from archive.types import State, Talk
from search.results import Alternative, Moment
from search.searching import Sort
from web.asked import DEFAULT_LIMIT, SearchAsked, search_asked, time_asked
from web.cards import cards_of
from web.coverage import answer_line, missing_reason
from web.examples import ExampleQueries
from web.shown import language_name
from web.site import Directory, site
from web.talk_page import talk_page

pages = Blueprint("pages", __name__)

_NEWEST = 6
_PEOPLE = 12
_IN_WORK = 12
_EXAMPLES = "podium-examples"


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
        examples=_examples(directory),
        people=sorted(counts, key=lambda pair: -pair[0])[:_PEOPLE],
        newest=directory.newest(State.READY, _NEWEST),
        in_work=in_work[:_IN_WORK],
        more_in_work=max(0, len(in_work) - _IN_WORK),
        statuses=directory.statuses | site().statuses_now(in_work[:_IN_WORK]),
        waiting=waiting,
    )


@pages.get("/search")
def search() -> ResponseReturnValue:
    """Hits grouped by talk; without a query, the box and queries to begin with."""
    directory = site().directory()
    asked = search_asked(request.args)
    kept = [(name, value) for name, values in asked.filters.items() for value in values]
    if asked.spoken:
        kept.append(("in", "speech"))
    if asked.sort is not Sort.RELEVANCE:
        kept.append(("sort", asked.sort.value))
    shown = {"asked": asked, "directory": directory, "address": _search_address, "kept": kept}
    if asked.is_empty:
        return render_template("search.html", results=None, examples=_examples(directory), **shown)
    try:
        results = site().search(asked)
    except TryLater as error:
        page = render_template("search.html", results=None, examples=(), error=error, **shown)
        return make_response(page, 503, {"Retry-After": "30"})
    return render_template(
        "search.html",
        results=results,
        cards=cards_of(results.people, directory),
        coverage=answer_line(results),
        missing_reason=missing_reason,
        chosen=_chosen(directory, asked),
        instead=partial(_instead, asked),
        **shown,
    )


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
            time_asked(request.args.get("t", "")),
            site().translation(found),
            site().catalog.versions(found.id),
        ),
        query=asked.text,
        moments=moments,
        error=error,
    )


@pages.get("/speakers")
def speakers() -> ResponseReturnValue:
    """Everybody who speaks in the archive, by name."""
    return render_template("speakers.html", directory=site().directory())


@pages.get("/speakers/<slug>")
def speaker(slug: str) -> ResponseReturnValue:
    """A person, what they were at each talk, and the talks."""
    directory = site().directory()
    return render_template(
        "speaker.html",
        speaker=directory.speaker(slug),
        talks=directory.talks_of_speaker.get(slug, []),
        directory=directory,
        statuses=directory.statuses,
    )


@pages.get("/events")
def events() -> ResponseReturnValue:
    """All events, the newest first, and the talks that belong to none."""
    directory = site().directory()
    return render_template(
        "events.html",
        directory=directory,
        single=[talk for talk in directory.talks if talk.event is None],
        statuses=directory.statuses,
    )


@pages.get("/events/<slug>")
def event(slug: str) -> ResponseReturnValue:
    """An event: what it was, who made it, its programme in order."""
    directory = site().directory()
    found = directory.event(slug)
    talks = directory.talks_of_event.get(slug, [])
    unfinished = [talk for talk in talks if _unfinished(directory, talk)]
    return render_template(
        "event.html",
        event=found,
        talks=talks,
        directory=directory,
        statuses=directory.statuses | site().statuses_now(unfinished),
    )


def _unfinished(directory: Directory, talk: Talk) -> bool:
    return directory.statuses[talk.id].state not in (State.READY, State.WAITING)


def _examples(directory: Directory) -> tuple[str, ...]:
    keeper: ExampleQueries = current_app.extensions.setdefault(_EXAMPLES, ExampleQueries())
    return keeper.of(site(), directory)


def _moments(slug: str, text: str) -> tuple[list[Moment], TryLater | None]:
    """What a search inside the talk finds; an index that cannot be used hides no page."""
    if not text:
        return [], None
    try:
        return site().moments(slug, text), None
    except TryLater as error:
        return [], error


def _chosen(directory: Directory, asked: SearchAsked) -> list[tuple[str, str, str]]:
    """The filters in force, for the chips that take them away: kind, name, address without it."""
    chosen: list[tuple[str, str, str]] = []
    for kind, values in asked.filters.items():
        for value in values:
            others = tuple(other for other in values if other != value)
            without = _search_address(asked, **{kind: others})
            chosen.append((kind, _filter_name(directory, kind, value), without))
    if asked.spoken:
        chosen.append(("in", "what was said", _search_address(asked, **{"in": None})))
    return chosen


def _instead(asked: SearchAsked, other: Alternative) -> str:
    """The address of a query that is offered instead; its text holds the filters that it keeps."""
    return _search_address(asked, **{**dict.fromkeys(asked.filters), "q": other.query})


def _filter_name(directory: Directory, kind: str, value: str) -> str:
    match kind:
        case "speaker" if value in directory.speaker_of:
            return directory.speaker_of[value].name
        case "event" if value in directory.event_of:
            return directory.event_of[value].title
        case "language":
            return language_name(value)
        case "country":
            return country_name(country_code(value) or value)
        case _:
            return value


def _search_address(asked: SearchAsked, **changed: str | int | tuple[str, ...] | None) -> str:
    """The address of a search like ``asked`` but for what is ``changed``; offset begins anew."""
    values = {
        "q": asked.text,
        **asked.filters,
        "in": "speech" if asked.spoken else None,
        "sort": asked.sort if asked.sort is not Sort.RELEVANCE else None,
        "limit": asked.limit if asked.limit != DEFAULT_LIMIT else None,
        **changed,
    }
    kept = {name: value for name, value in values.items() if value}
    return f"{url_for('pages.search')}?{urlencode(kept, doseq=True)}"
