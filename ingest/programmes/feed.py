"""Feeds: RSS of all versions, Atom, podcasts and Media RSS; each entry with a clip is a talk.

Read with expat rather than with feedparser: schedules need a reader of hostile XML anyway, and
feedparser drops what is wanted here (guests of a podcast, which chapter belongs to which entry).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from xml.etree.ElementTree import Element  # no parser of it is used

from archive.errors import BadSource
from archive.names import fold, slugify
from archive.programme import EventEntry, TalkEntry
from archive.types import Chapter
from ingest.programmes.fields import (
    clip_at,
    clip_source,
    is_media_address,
    language_tag,
    one_line,
    plain_text,
    web_address,
)
from ingest.programmes.manifest import Manifest, ManifestTalk
from ingest.programmes.xml_document import parse_xml
from ingest.sources import Source

_ENTRY_TAGS = ("item", "entry", "atom:entry")
_DATES = (
    "pubDate", "atom:published", "published", "dc:date", "atom:issued", "atom:updated", "updated",
)  # fmt: skip
_DESCRIPTIONS = (
    "content:encoded", "description", "atom:content", "content", "atom:summary", "summary",
    "media:description", "itunes:summary",
)  # fmt: skip
_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{1,2})(?:\.(\d{1,3})\d*)?|(\d{1,6})(?:\.\d+)?")
_SLUG_TITLE = 48
_SLUG_DIGITS = 8
_MOST_TALKS = 5_000


@dataclass(frozen=True, slots=True)
class _Entry:
    element: Element
    title: str
    given_at: datetime | None


def read_feed(
    content: bytes,
    address: str,
    *,
    since: date | None = None,
    limit: int | None = None,
    match: str = "",
) -> Manifest:
    """A feed as an event, and its entries that have a clip as talks, the newest first.

    Taken are entries given out on ``since`` or later (those without a date too) whose title holds
    every word of ``match``, folded, as a part of a word too; of these the newest ``limit``.
    Authors are never taken for speakers. A talk is known again by its clip, or by the feed's
    own key for it. ``address`` is where the feed was found: relative links count from there.
    Raises BadSource where this is no feed.
    """
    document = parse_xml(content, address, mend=True)
    channel, elements = _channel(document.root, address)
    doubts: list[str] = []
    if document.fault:
        doubts.append(f"The feed is damaged ({document.fault}); it was read as far as it goes.")
    entries = [_Entry(element, _title(element), _given_at(element)) for element in elements]
    wanted = [entry for entry in entries if _is_wanted(entry, since, match)]
    oldest = datetime.min.replace(tzinfo=UTC)
    wanted.sort(key=lambda entry: entry.given_at or oldest, reverse=True)
    if since is not None and (undated := sum(entry.given_at is None for entry in wanted)):
        doubts.append(f"{_entries(undated)} without a date may be older than {since}.")
    language, doubt = language_tag(_text(channel, "language", "dc:language") or _own_lang(channel))
    doubts.extend([doubt] if doubt else [])
    base = _base(document.root, channel, address)
    talks = _Talks(_identity(channel, address), language)
    for entry in wanted:
        if len(talks.found) >= (_MOST_TALKS if limit is None else limit):
            break
        talks.add(entry, base)
    doubts.extend(talks.doubts())
    if limit is None and len(talks.found) == _MOST_TALKS:
        doubts.append(f"Only the newest {_MOST_TALKS:,} entries were taken.")
    return Manifest(_event(channel, address, base), tuple(talks.found), tuple(doubts))


class _Talks:
    """Gathers the talks of one feed, and counts what has no clip."""

    def __init__(self, feed: str, language: str) -> None:
        self.found: list[ManifestTalk] = []
        self._feed = feed
        self._language = language
        self._known: set[str] = set()
        self._without_clip = 0
        self._twice = 0

    def add(self, entry: _Entry, base: str) -> None:
        clip = _clip(entry.element, base)
        if clip is None:
            self._without_clip += 1
            return
        slug = self._slug(entry, clip)
        if clip.key in self._known or slug in self._known:
            self._twice += 1
            return
        self._known.update((clip.key, slug) if slug else (clip.key,))
        stated = _text(entry.element, "dc:language") or _own_lang(entry.element)
        language, doubt = language_tag(stated)
        talk = TalkEntry(
            title=entry.title or clip.address,
            slug=slug,
            description=_description(entry.element),
            language=language or self._language,
            given_on=entry.given_at.date() if entry.given_at else None,
            source_url=clip.address,
            source_key=clip.key,
            chapters=_chapters(entry.element),
        )
        self.found.append(ManifestTalk(talk, doubts=(doubt,) if doubt else ()))

    def _slug(self, entry: _Entry, clip: Source) -> str:
        """A slug that stays while the address of a clip changes, as those of many hosts do.

        Clips of sites that yt-dlp knows have a lasting key already.
        """
        key = _text(entry.element, "guid", "atom:id", "id", "dc:identifier")
        if not key or not clip.key.startswith(("http://", "https://")):
            return ""
        digest = hashlib.sha256(f"{self._feed}\n{key}".encode()).hexdigest()[:_SLUG_DIGITS]
        return f"{slugify(entry.title[:_SLUG_TITLE], 'talk')[:_SLUG_TITLE].strip('-')}-{digest}"

    def doubts(self) -> Iterator[str]:
        if self._without_clip:
            yield f"{_entries(self._without_clip)} without a clip {_were(self._without_clip)}."
        if self._twice:
            yield f"{_entries(self._twice)} with the clip of another {_were(self._twice)}."


def _entries(number: int) -> str:
    return "1 entry" if number == 1 else f"{number} entries"


def _were(number: int) -> str:
    return "was left out" if number == 1 else "were left out"


def _channel(root: Element, address: str) -> tuple[Element, list[Element]]:
    """What describes the feed, and its entries. In RSS 1.0 they stand beside each other."""
    local = root.tag.rpartition(":")[2].lower()
    channel = root.find("channel")
    if local == "feed" or (local in ("rss", "rdf") and channel is None):
        channel = root
    if channel is None or local not in ("feed", "rss", "rdf"):
        raise BadSource(
            f"{address} is no feed: its first element is <{root.tag[:40]}>.",
            advice="Give the address of its RSS or Atom feed, or of the clip itself.",
        )
    return channel, [element for element in root.iter() if element.tag in _ENTRY_TAGS]


def _event(channel: Element, address: str, base: str) -> EventEntry:
    link = _text(channel, "link") or _alternate(channel)
    return EventEntry(
        title=one_line(_text(channel, "title", "atom:title")) or address,
        url=web_address(link, base) if link else "",
        summary=plain_text(
            _text(channel, "description", "itunes:summary", "atom:subtitle", "subtitle", "tagline")
        ),
    )


def _identity(channel: Element, address: str) -> str:
    """What tells the keys of one feed from those of another, wherever the feed is mirrored."""
    own = _text(channel, "podcast:guid", "atom:id", "id", "link") or _alternate(channel)
    return own or address.partition("?")[0]


def _base(root: Element, channel: Element, address: str) -> str:
    stated = channel.get("xml:base") or root.get("xml:base")
    return (web_address(stated, address) if stated else "") or address


def _own_lang(element: Element) -> str:
    return (element.get("xml:lang") or "").strip()


def _title(element: Element) -> str:
    return one_line(_text(element, "title", "atom:title", "media:title", "itunes:title"))


def _children(element: Element, *tags: str) -> list[Element]:
    """The elements of these tags inside an element, and inside a group of Media RSS in it."""
    near = [*element, *(child for group in element.iter("media:group") for child in group)]
    return [child for tag in tags for child in near if child.tag == tag]


def _text(element: Element, *tags: str) -> str:
    """The text of the first of the tags that has any."""
    texts = ("".join(child.itertext()).strip() for child in _children(element, *tags))
    return next((text for text in texts if text), "")


def _alternate(element: Element) -> str:
    """The page that an Atom element links to."""
    for link in _children(element, "atom:link", "link"):
        if link.get("rel", "alternate") == "alternate" and link.get("href"):
            return link.get("href", "")
    return ""


def _given_at(element: Element) -> datetime | None:
    for tag in _DATES:
        text = _text(element, tag)
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


def _is_wanted(entry: _Entry, since: date | None, match: str) -> bool:
    if since is not None and entry.given_at is not None and entry.given_at.date() < since:
        return False
    title = fold(entry.title)
    return all(word in title for word in fold(match).split())


def _clip(element: Element, base: str) -> Source | None:
    """The clip of an entry: its enclosure, else its Media RSS, else a link that yt-dlp knows."""
    own = web_address(element.get("xml:base", ""), base) if element.get("xml:base") else base
    for offered in (_enclosures(element), _media_contents(element)):
        for target in offered:
            if found := web_address(target, own):
                return clip_source(found)
    links = [_text(element, "link"), _alternate(element)]
    links += [player.get("url", "") for player in _children(element, "media:player")]
    if clip := _text(element, "yt:videoId"):
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


def _description(element: Element) -> str:
    """The longest that an entry says of itself, with the guests it names.

    Guests are no speakers here: a person may still match them with the people of the archive.
    """
    texts = (plain_text(_text(element, tag)) for tag in _DESCRIPTIONS)
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


def _chapters(element: Element) -> tuple[Chapter, ...]:
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
