"""What a speaker's page shows: one object for its template."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import request, url_for

from archive.errors import TryLater
from archive.types import Speaker, Talk
from search.answering.keyness import OwnWord
from search.answering.people import mention_query
from web.lists.browse import first_letter, letter_order, year_of
from web.lists.paging import Page, page_of
from web.site import Directory, Site

TALKS_PER_PAGE = 50
PEOPLE_PER_PAGE = 150


@dataclass(frozen=True, slots=True)
class Role:
    """What somebody was at their talks, and when; ``country`` is an ISO code."""

    role: str
    affiliation: str
    country: str
    years: str


@dataclass(frozen=True, slots=True)
class OwnWordLink:
    """A word that a speaker uses more than others, with the search that shows where."""

    word: OwnWord
    address: str


@dataclass(frozen=True, slots=True)
class SpeakerPage:
    """``mentioned`` is in how many talks others say the name; None while nobody can tell.

    ``own_words`` are pairs of a language and words.
    """

    speaker: Speaker
    talks: Page[Talk]
    roles: Sequence[Role]
    mentioned: int | None
    mentions_address: str
    own_words: Sequence[tuple[str, Sequence[OwnWordLink]]]


def speaker_page(found: Site, directory: Directory, slug: str) -> SpeakerPage:
    """The page of the speaker with that slug; raises NotFound."""
    speaker = directory.speaker(slug)
    talks = directory.talks_of_speaker.get(slug, [])
    try:
        mentioned, own_words = found.mentions(slug), found.own_words(slug)
    except TryLater:
        mentioned, own_words = None, ()
    return SpeakerPage(
        speaker,
        page_of(talks, TALKS_PER_PAGE),
        roles_of(speaker, talks, directory),
        mentioned,
        _search_address({"q": mention_query(speaker), "in": "speech"}),
        [(language, [_link(word, slug) for word in words]) for language, words in own_words],
    )


@dataclass(frozen=True, slots=True)
class SpeakersPage:
    """A part of the list of all people; ``letters`` are those that names begin with, ``letter``
    the one that was asked for or ""."""

    people: Page[tuple[Speaker, Sequence[Talk]]]
    letters: Sequence[str]
    letter: str


def speakers_page(directory: Directory) -> SpeakersPage:
    """The part of the list of speakers that the request asks for."""
    letters = sorted({first_letter(one.name) for one in directory.speakers}, key=letter_order)
    letter = request.args.get("letter", "")
    letter = letter if letter in letters else ""
    chosen = [
        (one, directory.talks_of_speaker.get(one.slug, []))
        for one in directory.speakers
        if not letter or first_letter(one.name) == letter
    ]
    return SpeakersPage(page_of(chosen, PEOPLE_PER_PAGE), letters, letter)


def roles_of(speaker: Speaker, talks: Sequence[Talk], directory: Directory) -> list[Role]:
    """What a speaker was, each once, with the years; the newest first."""
    years: dict[tuple[str, str, str], set[int]] = {}
    for talk in talks:
        for part in talk.appearances:
            post = part.role, part.affiliation, part.country
            if part.speaker.slug == speaker.slug and any(post):
                year = year_of(directory, talk)
                years.setdefault(post, set()).update(() if year is None else (year,))
    newest_first = sorted(years, key=lambda post: -max(years[post], default=0))
    return [Role(*post, year_ranges(sorted(years[post]))) for post in newest_first]


def year_ranges(years: Sequence[int]) -> str:
    """Years in order as people write them: ``2019, 2021–2024``."""
    parts: list[list[int]] = []
    for year in years:
        if parts and year == parts[-1][-1] + 1:
            parts[-1].append(year)
        else:
            parts.append([year])
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in parts)


def _link(word: OwnWord, slug: str) -> OwnWordLink:
    return OwnWordLink(word, _search_address({"q": f"{word.text} speaker:{slug}"}))


def _search_address(values: dict[str, str]) -> str:
    return f"{url_for('pages.search')}?{urlencode(values)}"
