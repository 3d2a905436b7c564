"""The search page: hits grouped by talk, each with a strip of where in it they are said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode

from flask import current_app, make_response, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from archive.countries import country_code, country_name
from archive.errors import TryLater
from archive.types import Event, Status, Talk
from search.results import Alternative, TalkHit
from search.searching import Sort
from web.asked import SearchAsked, search_asked
from web.search.cards import cards_of
from web.search.coverage import answer_line, missing_reason
from web.search.examples import ExampleQueries
from web.search.strip import Strip, strip_of
from web.shown import language_name
from web.site import Directory, site

TALKS = 10
"""Talks on one page of hits, unless the address says otherwise."""
_EXAMPLES = "podium-examples"


@dataclass(frozen=True, slots=True)
class Hit:
    """A talk that was found, as the catalog has it now; ``talk`` is None where it was removed."""

    found: TalkHit
    talk: Talk | None
    event: Event | None
    status: Status | None
    strip: Strip | None

    @property
    def playable(self) -> bool:
        return self.talk is not None and self.talk.recording is not None

    @property
    def is_video(self) -> bool:
        recording = self.talk.recording if self.talk else None
        return recording is not None and recording.is_video


def search_page(args: MultiDict[str, str]) -> ResponseReturnValue:
    """The answer to what the parameters of an address ask for."""
    directory = site().directory()
    asked = search_asked(args, TALKS)
    shown = {
        "asked": asked,
        "directory": directory,
        "address": search_address,
        "address_query": search_query,
        "kept": kept_fields(asked),
    }
    if asked.is_empty:
        return render_template("search.html", results=None, examples=examples(directory), **shown)
    try:
        results = site().search(asked)
    except TryLater as error:
        page = render_template("search.html", results=None, examples=(), error=error, **shown)
        return make_response(page, 503, {"Retry-After": "30"})
    hits = [_hit(found, directory) for found in results.talks]
    return render_template(
        "search.html",
        results=results,
        full=[hit for hit in hits if hit.found.matched == "all"],
        most=[hit for hit in hits if hit.found.matched != "all"],
        heard=[[_hit(talk, directory) for talk in one.talks] for one in results.heard_as],
        cards=cards_of(results.people, directory),
        coverage=answer_line(results),
        missing_reason=missing_reason,
        chosen=chosen_filters(directory, asked, partial(search_address, asked)),
        instead=partial(_instead, asked),
        **shown,
    )


def examples(directory: Directory) -> tuple[str, ...]:
    """Queries to begin with; each has hits."""
    keeper: ExampleQueries = current_app.extensions.setdefault(_EXAMPLES, ExampleQueries())
    return keeper.of(site(), directory)


def kept_fields(asked: SearchAsked) -> list[tuple[str, str]]:
    """What the search box hands on besides its text: filters and order, as names and values."""
    kept = [(name, value) for name, values in asked.filters.items() for value in values]
    if asked.spoken:
        kept.append(("in", "speech"))
    if asked.sort is not Sort.RELEVANCE:
        kept.append(("sort", asked.sort.value))
    return kept


def search_address(asked: SearchAsked, **changed: str | int | tuple[str, ...] | None) -> str:
    """The address of a search like ``asked`` but for what is ``changed``; offset begins anew."""
    return f"{url_for('pages.search')}?{search_query(asked, **changed)}"


def search_query(asked: SearchAsked, **changed: str | int | tuple[str, ...] | None) -> str:
    """The same without its page, for other addresses that answer a search."""
    values = {
        "q": asked.text,
        **asked.filters,
        "in": "speech" if asked.spoken else None,
        "sort": asked.sort if asked.sort is not Sort.RELEVANCE else None,
        "limit": asked.limit if asked.limit != TALKS else None,
        **changed,
    }
    return urlencode({name: value for name, value in values.items() if value}, doseq=True)


def _hit(found: TalkHit, directory: Directory) -> Hit:
    talk = directory.talk_of.get(found.slug)
    return Hit(
        found,
        talk,
        directory.event_of.get(found.event or ""),
        directory.statuses.get(talk.id) if talk else None,
        strip_of(talk, found.said) if talk and found.matched != "heard" else None,
    )


def chosen_filters(
    directory: Directory, asked: SearchAsked, address: Callable[..., str]
) -> list[tuple[str, str, str]]:
    """The filters in force, for the chips that take them away: kind, name, address without it."""
    kinds = {
        "speaker": _("speaker"),
        "event": _("event"),
        "language": _("language"),
        "country": _("country"),
        "year": _("year"),
    }
    chosen: list[tuple[str, str, str]] = []
    for kind, values in asked.filters.items():
        for value in values:
            others = tuple(other for other in values if other != value)
            chosen.append(
                (kinds[kind], _filter_name(directory, kind, value), address(**{kind: others}))
            )
    if asked.spoken:
        chosen.append((_("in"), _("what was said"), address(**{"in": None})))
    return chosen


def _instead(asked: SearchAsked, other: Alternative) -> str:
    """The address of a query that is offered instead; its text holds the filters that it keeps."""
    return search_address(asked, **{**dict.fromkeys(asked.filters), "q": other.query})


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
