"""Feeds: RSS of all versions, Atom, podcasts and Media RSS; each entry with a clip is a talk.

Read with expat rather than with feedparser: schedules need a reader of hostile XML anyway, and
feedparser drops what is wanted here (guests of a podcast, which chapter belongs to which entry).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from xml.etree.ElementTree import Element  # no parser of it is used

from archive.errors import BadSource
from archive.names import fold, slugify
from archive.programme import EventEntry, TalkEntry
from ingest.programmes.feed_entry import (
    alternate_of,
    chapters_of,
    clip_of,
    description_of,
    given_at,
    own_lang,
    text_of,
    title_of,
)
from ingest.programmes.fields import (
    language_tag,
    one_line,
    plain_text,
    web_address,
)
from ingest.programmes.manifest import Manifest, ManifestTalk
from ingest.programmes.xml_document import parse_xml
from ingest.sources import Source

_ENTRY_TAGS = ("item", "entry", "atom:entry")
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
    entries = [_Entry(element, title_of(element), given_at(element)) for element in elements]
    wanted = [entry for entry in entries if _is_wanted(entry, since, match)]
    oldest = datetime.min.replace(tzinfo=UTC)
    wanted.sort(key=lambda entry: entry.given_at or oldest, reverse=True)
    if since is not None and (undated := sum(entry.given_at is None for entry in wanted)):
        doubts.append(f"{_entries(undated)} without a date may be older than {since}.")
    language, doubt = language_tag(text_of(channel, "language", "dc:language") or own_lang(channel))
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
        clip = clip_of(entry.element, base)
        if clip is None:
            self._without_clip += 1
            return
        slug = self._slug(entry, clip)
        if clip.key in self._known or slug in self._known:
            self._twice += 1
            return
        self._known.update((clip.key, slug) if slug else (clip.key,))
        stated = text_of(entry.element, "dc:language") or own_lang(entry.element)
        language, doubt = language_tag(stated)
        talk = TalkEntry(
            title=entry.title or clip.address,
            slug=slug,
            description=description_of(entry.element),
            language=language or self._language,
            given_on=entry.given_at.date() if entry.given_at else None,
            source_url=clip.address,
            source_key=clip.key,
            chapters=chapters_of(entry.element),
        )
        self.found.append(ManifestTalk(talk, doubts=(doubt,) if doubt else ()))

    def _slug(self, entry: _Entry, clip: Source) -> str:
        """A slug that stays while the address of a clip changes, as those of many hosts do.

        Clips of sites that yt-dlp knows have a lasting key already.
        """
        key = text_of(entry.element, "guid", "atom:id", "id", "dc:identifier")
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
    link = text_of(channel, "link") or alternate_of(channel)
    return EventEntry(
        title=one_line(text_of(channel, "title", "atom:title")) or address,
        url=web_address(link, base) if link else "",
        summary=plain_text(
            text_of(
                channel, "description", "itunes:summary", "atom:subtitle", "subtitle", "tagline"
            )
        ),
    )


def _identity(channel: Element, address: str) -> str:
    """What tells the keys of one feed from those of another, wherever the feed is mirrored."""
    own = text_of(channel, "podcast:guid", "atom:id", "id", "link") or alternate_of(channel)
    return own or address.partition("?")[0]


def _base(root: Element, channel: Element, address: str) -> str:
    stated = channel.get("xml:base") or root.get("xml:base")
    return (web_address(stated, address) if stated else "") or address


def _is_wanted(entry: _Entry, since: date | None, match: str) -> bool:
    if since is not None and entry.given_at is not None and entry.given_at.date() < since:
        return False
    title = fold(entry.title)
    return all(word in title for word in fold(match).split())
