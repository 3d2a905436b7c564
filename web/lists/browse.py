"""All talks of the archive: by year, event, language, country, and the letter of a speaker."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from archive.errors import IndexBroken, TryLater
from archive.names import fold
from archive.types import Event, Talk
from search.index import IndexedTalk
from web.lists.paging import page_of
from web.shown import country_name, language_name
from web.site import Directory, site

browse = Blueprint("browse", __name__)

TALKS_PER_PAGE = 50
_MOST_EVENTS = 8
NO_EVENT = "-"
"""Stands in addresses for the talks that belong to no event; no slug is like it."""
_OTHER_LETTERS = "…"
"""Where names stand that begin with no Latin letter."""

Choice = tuple[str, str, int, str]
"""A value that a list can be narrowed to: its name, its slug, its talks, the address."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """A way to look through the talks, with its values; ``chosen`` is the slug in force or ""."""

    kind: str
    title: str
    values: Sequence[Choice]
    chosen: str
    without: str
    more: int = 0


_Values = Callable[[Talk], Sequence[str]]


@browse.get("/browse")
def show() -> ResponseReturnValue:
    """All talks, the newest first, and what they can be narrowed to."""
    directory = site().directory()
    values_of = _values_of(directory)
    asked = {kind: request.args.get(kind, "") for kind in values_of}
    talks = _narrowed(directory.talks, values_of, asked)
    ordered = sorted(talks, key=partial(_newest_first, directory))
    page = page_of(ordered, TALKS_PER_PAGE)
    by_year = groupby(page.items, partial(year_of, directory))
    return render_template(
        "browse.html",
        shelves=[_shelf(kind, directory, values_of, asked) for kind in values_of],
        page=page,
        by_year=[(year, list(of_year)) for year, of_year in by_year],
        directory=directory,
        statuses=directory.statuses,
    )


def year_of(directory: Directory, talk: Talk) -> int | None:
    """The year in which a talk was given, else that of its event."""
    day = day_of(directory.event_of_talk(talk), talk)
    return day.year if day else None


def day_of(event: Event | None, talk: Talk) -> date | None:
    """The day of a talk, else the first of its event."""
    return talk.given_on or (event.starts_on if event else None)


def first_letter(name: str) -> str:
    """The Latin letter that a name begins with; of names in other scripts the same sign."""
    letter = fold(name.strip())[:1]
    return letter if "a" <= letter <= "z" else _OTHER_LETTERS


def letter_order(letter: str) -> tuple[bool, str]:
    """Latin letters in their order, then other scripts."""
    return letter == _OTHER_LETTERS, letter


def _values_of(directory: Directory) -> dict[str, _Values]:
    contents = _contents()

    def languages(talk: Talk) -> Sequence[str]:
        heard = contents[talk.id].languages[:1] if talk.id in contents else ()
        return (talk.language,) if talk.language else heard

    def years(talk: Talk) -> Sequence[str]:
        year = year_of(directory, talk)
        return () if year is None else (str(year),)

    return {
        "year": years,
        "event": lambda talk: (talk.event or NO_EVENT,),
        "language": languages,
        "country": lambda talk: [part.country for part in talk.appearances if part.country],
        "letter": lambda talk: [first_letter(one.name) for one in talk.speakers],
    }


def _contents() -> Mapping[int, IndexedTalk]:
    """What the index holds; languages that were heard are left out while it cannot be read."""
    try:
        return site().index.contents()
    except (IndexBroken, TryLater):
        return {}


def _narrowed(
    talks: Sequence[Talk], values_of: Mapping[str, _Values], asked: Mapping[str, str]
) -> list[Talk]:
    wanted = [(values_of[kind], value) for kind, value in asked.items() if value]
    return [talk for talk in talks if all(value in of(talk) for of, value in wanted)]


def _shelf(
    kind: str, directory: Directory, values_of: Mapping[str, _Values], asked: Mapping[str, str]
) -> Shelf:
    """What the talks that the other shelves leave can be narrowed to."""
    others = {**asked, kind: ""}
    counts: Counter[str] = Counter()
    for talk in _narrowed(directory.talks, values_of, others):
        counts.update(set(values_of[kind](talk)))
    order, title, name_of = _FORMS[kind](directory)
    slugs = sorted(counts, key=order(counts))
    kept = slugs[:_MOST_EVENTS] if kind == "event" else slugs
    if asked[kind] in slugs and asked[kind] not in kept:
        kept.append(asked[kind])
    return Shelf(
        kind,
        title,
        [(name_of(slug), slug, counts[slug], _address(asked, kind, slug)) for slug in kept],
        asked[kind],
        _address(asked, kind, ""),
        len(slugs) - len(kept),
    )


_Order = Callable[[Counter[str]], Callable[[str], Any]]
_Form = tuple[_Order, str, Callable[[str], str]]


def _most_first(counts: Counter[str]) -> Callable[[str], tuple[int, str]]:
    return lambda slug: (-counts[slug], slug)


def _letters_in_order(_counts: Counter[str]) -> Callable[[str], tuple[bool, str]]:
    return letter_order


def _years_back(_counts: Counter[str]) -> Callable[[str], int]:
    return lambda year: -int(year)


_FORMS: dict[str, Callable[[Directory], _Form]] = {
    "year": lambda _directory: (_years_back, _("Year"), str),
    "event": lambda directory: (
        _most_first,
        _("Event"),
        lambda slug: directory.event_of[slug].title if slug != NO_EVENT else _("Single talks"),
    ),
    "language": lambda _directory: (_most_first, _("Language"), language_name),
    "country": lambda _directory: (_most_first, _("Country"), country_name),
    "letter": lambda _directory: (_letters_in_order, _("Speaker"), str.upper),
}


def _address(asked: Mapping[str, str], kind: str, value: str) -> str:
    kept = {name: one for name, one in {**asked, kind: value}.items() if one}
    return f"{url_for('browse.show')}?{urlencode(kept)}" if kept else url_for("browse.show")


def _newest_first(directory: Directory, talk: Talk) -> tuple[int, str, int, int]:
    day = day_of(directory.event_of_talk(talk), talk)
    number = talk.number if talk.number is not None else 0
    return (-day.toordinal() if day else 0, talk.event or "", number, talk.id)
