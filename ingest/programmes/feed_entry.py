"""What the elements of a feed say: texts, dates, clips, chapters, in the words of each dialect."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from xml.etree.ElementTree import Element  # no parser of it is used

from archive.names import fold
from archive.types import Chapter
from ingest.programmes.fields import (
    clip_at,
    clip_source,
    is_media_address,
    one_line,
    plain_text,
    web_address,
)
from ingest.sources import Source

_DATES = (
    "pubDate", "atom:published", "published", "dc:date", "atom:issued", "atom:updated", "updated",
)  # fmt: skip
_DESCRIPTIONS = (
    "content:encoded", "description", "atom:content", "content", "atom:summary", "summary",
    "media:description", "itunes:summary",
)  # fmt: skip
_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{1,2})(?:\.(\d{1,3})\d*)?|(\d{1,6})(?:\.\d+)?")


def title_of(element: Element) -> str:
    """The title of a feed's entry, in one line."""
    return one_line(text_of(element, "title", "atom:title", "media:title", "itunes:title"))


def own_lang(element: Element) -> str:
    """The language that an element states of itself."""
    return (element.get("xml:lang") or "").strip()


def given_at(element: Element) -> datetime | None:
    """When an entry was given out, in UTC where it does not say; None where it has no date."""
    for tag in _DATES:
        text = text_of(element, tag)
        if not text:
            continue
        try:
            given = datetime.fromisoformat(text)
        except ValueError:
            try:
                given = parsedate_to_datetime(text)
            except (ValueError, TypeError, IndexError, OverflowError):
                continue
        return given if given.tzinfo else given.replace(tzinfo=UTC)
    return None


def clip_of(element: Element, base: str) -> Source | None:
    """The clip of an entry: its enclosure, else its Media RSS, else a link that yt-dlp knows."""
    own = web_address(element.get("xml:base", ""), base) if element.get("xml:base") else base
    for offered in (_enclosures(element), _media_contents(element)):
        for target in offered:
            if found := web_address(target, own):
                return clip_source(found)
    links = [text_of(element, "link"), alternate_of(element)]
    links += [player.get("url", "") for player in _children(element, "media:player")]
    if clip := text_of(element, "yt:videoId"):
        links.append(f"https://www.youtube.com/watch?v={clip}")
    for target in filter(None, links):
        if (found := web_address(target, own)) and (source := clip_at(found)):
            return source
    return None


def _enclosures(element: Element) -> list[str]:
    found = [(link.get("url", ""), link.get("type", "")) for link in element.iter("enclosure")]
    found += [
        (link.get("href", ""), link.get("type", ""))
        for link in _children(element, "atom:link", "link")
        if link.get("rel") == "enclosure"
    ]
    return _playable([(address, stated, "") for address, stated in found])


def _media_contents(element: Element) -> list[str]:
    return _playable(
        [
            (content.get("url", ""), content.get("type", ""), content.get("medium", ""))
            for content in element.iter("media:content")
        ]
    )


def _playable(offered: list[tuple[str, str, str]]) -> list[str]:
    """The addresses that are sound or picture, film before sound; feeds misname types."""
    films, sounds = [], []
    for address, stated, medium in offered:
        kind = stated.strip().lower().partition("/")[0]
        if medium in ("image", "document") or kind in ("image", "text") or "flash" in stated:
            continue
        if kind == "video" or medium == "video":
            films.append(address)
        elif kind == "audio" or medium == "audio" or is_media_address(address):
            sounds.append(address)
    return films + sounds


def description_of(element: Element) -> str:
    """The longest that an entry says of itself, with the guests it names.

    Guests are no speakers here: a person may still match them with the people of the archive.
    """
    texts = (plain_text(text_of(element, tag)) for tag in _DESCRIPTIONS)
    text = max(texts, key=len, default="")
    guests = [
        name
        for person in element.iter("podcast:person")
        if person.get("role", "host").strip().lower() == "guest"
        and (name := one_line(person.text or ""))
    ]
    missing = [name for name in dict.fromkeys(guests) if fold(name) not in fold(text)]
    return "\n\n".join(part for part in (text, _guests(missing)) if part)


def _guests(names: list[str]) -> str:
    return f"{'Guests' if len(names) > 1 else 'Guest'}: {', '.join(names)}" if names else ""


def chapters_of(element: Element) -> tuple[Chapter, ...]:
    """The chapters that stand in the feed itself (Podlove's), in the order of time."""
    found: dict[int, Chapter] = {}
    for chapter in element.iter("psc:chapter"):
        start_ms = _milliseconds(chapter.get("start", ""))
        title = one_line(chapter.get("title", ""))
        if start_ms is not None and title:
            found.setdefault(start_ms, Chapter(start_ms, title))
    return tuple(found[start_ms] for start_ms in sorted(found))


def _milliseconds(clock: str) -> int | None:
    """A time such as 1:02:03.250, 2:03 or 75 in milliseconds."""
    read = _CLOCK.fullmatch(clock.strip())
    if read is None:
        return None
    if read[5]:
        return int(read[5]) * 1000
    seconds = int(read[1] or 0) * 3600 + int(read[2]) * 60 + int(read[3])
    return seconds * 1000 + int((read[4] or "0").ljust(3, "0"))


def alternate_of(element: Element) -> str:
    """The page that an Atom element links to."""
    for link in _children(element, "atom:link", "link"):
        if link.get("rel", "alternate") == "alternate" and link.get("href"):
            return link.get("href", "")
    return ""


def text_of(element: Element, *tags: str) -> str:
    """The text of the first of the tags that has any."""
    texts = ("".join(child.itertext()).strip() for child in _children(element, *tags))
    return next((text for text in texts if text), "")


def _children(element: Element, *tags: str) -> list[Element]:
    """The elements of these tags inside an element, and inside a group of Media RSS in it."""
    near = [*element, *(child for group in element.iter("media:group") for child in group)]
    return [child for tag in tags for child in near if child.tag == tag]
