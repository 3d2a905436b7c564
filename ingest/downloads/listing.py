"""Playlists, channels and pages with several clips: which of their entries are wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import islice
from typing import Any
from urllib.parse import urldefrag

from archive.errors import DownloadRefused
from archive.names import fold
from ingest.downloads.site_info import is_placeholder, one_line, published_on, text_of

# A listing that goes on beyond this is taken for endless.
_MOST_ENTRIES = 20_000
_DEEPEST_LISTING = 3


@dataclass(frozen=True, slots=True)
class Entry:
    """A clip of a listing. ``key`` is its identity, as ``ingest.sources.identify`` gives it.

    ``published_on`` is None where the listing does not say it and nobody had to know.
    """

    address: str
    key: str
    title: str
    published_on: date | None
    description: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """What is wanted of a playlist, a channel or a page with several clips, in its order.

    ``known`` counts the entries that fit and were had before, ``unavailable`` those that are named
    but cannot be had: private, deleted, or not over http.
    """

    title: str
    entries: tuple[Entry, ...]
    known: int = 0
    unavailable: int = 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries are wanted; ``known`` are keys of those that are here already."""

    since: date | None = None
    limit: int | None = None
    match: str = ""
    known: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry as a listing names it; None for one that cannot be had.

    ``newest`` is a day after which it was surely not given out, or None. It is more than
    ``published_on`` where a listing says only "2 years ago".
    """

    entry: Entry | None
    newest: date | None = None


def select_entries(
    title: str, listed: Iterable[Listed], wanted: Wanted, ask: Callable[[Entry], date | None]
) -> Listing:
    """The wanted entries of a listing; no more of it is read than that needs.

    ``ask`` asks the site when an entry was given out; it is called only where the listing does not
    say it and ``since`` depends on it. An entry whose day nobody knows is taken.
    """
    words = fold(wanted.match).split()
    entries: dict[str, Entry] = {}
    known: set[str] = set()
    unavailable = 0
    for one in islice(listed, _MOST_ENTRIES):
        entry = one.entry
        if entry is None:
            unavailable += 1
            continue
        fits = all(word in fold(entry.title) for word in words) and not _older(one.newest, wanted)
        if not fits or entry.key in known or entry.key in entries:
            continue
        if entry.key in wanted.known:
            known.add(entry.key)
        else:
            try:
                dated = _dated(entry, wanted, ask)
            except DownloadRefused:
                unavailable += 1
                continue
            if not _older(dated.published_on, wanted):
                entries[entry.key] = dated
        if wanted.limit is not None and len(entries) + len(known) >= wanted.limit:
            break
    return Listing(title, tuple(entries.values()), len(known), unavailable)


def _dated(entry: Entry, wanted: Wanted, ask: Callable[[Entry], date | None]) -> Entry:
    if wanted.since is None or entry.published_on is not None:
        return entry
    return replace(entry, published_on=ask(entry))


def _older(day: date | None, wanted: Wanted) -> bool:
    return wanted.since is not None and day is not None and day < wanted.since


def is_listing(found: Mapping[str, Any]) -> bool:
    """Whether yt-dlp found several clips, or what may hold several."""
    return found.get("_type") in ("playlist", "multi_video")


def flat(site: Any, listing: Mapping[str, Any], depth: int = 1) -> Iterator[dict[str, Any]]:
    """The entries of a listing and of those inside it (a channel's tabs), one at a time."""
    for entry in listing.get("entries") or ():
        if not entry:
            continue
        if not is_listing(entry) and _leads_to_listing(site, entry):
            entry = site.extract_info(entry["url"], ie_key=entry["ie_key"], download=False) or {}
        if not is_listing(entry):
            yield entry
        elif depth < _DEEPEST_LISTING:
            yield from flat(site, entry, depth + 1)


def _leads_to_listing(site: Any, entry: Mapping[str, Any]) -> bool:
    name = entry.get("ie_key")
    if not name or entry.get("_type") != "url":
        return False
    single = site.get_info_extractor(name).is_single_video(entry["url"])
    # A YouTube tab may be anything; as the entry of a channel, it is a listing.
    return single is False or (single is None and name == "YoutubeTab")


def complete(entry: Mapping[str, Any], listing: Mapping[str, Any]) -> dict[str, Any]:
    """An entry with what yt-dlp adds from its listing before it goes on."""
    names = ("extractor", "extractor_key", "webpage_url", "original_url")
    return {**{name: listing.get(name) for name in names}, **entry}


def listed(
    site: Any,
    raw: Mapping[str, Any],
    listing: Mapping[str, Any],
    key_of: Callable[[str], str | None],
) -> Listed:
    """An entry in Podium's terms; what is no address of http or https counts as not to be had.

    ``key_of`` gives the key of an address that a named extractor claims.
    """
    address = _address_of(site, raw, listing)
    if is_placeholder(raw) or not address.startswith(("http://", "https://")):
        return Listed(None)
    day = published_on(raw)
    # Of YouTube's listings the day is worked out from "2 years ago": the latest that it can be.
    rough = raw.get("ie_key") == "Youtube" and day is not None
    entry = Entry(
        address,
        key_of(address) or urldefrag(address).url,
        one_line(raw.get("title") or raw.get("id")) or address,
        None if rough else day,
        text_of(raw.get("description")),
    )
    return Listed(entry, day + timedelta(days=2) if rough and day else day)


def _address_of(site: Any, raw: Mapping[str, Any], listing: Mapping[str, Any]) -> str:
    if raw.get("_type") in ("url", "url_transparent"):
        return str(site.plain_address(str(raw["url"])))
    page = str(raw.get("webpage_url") or "")
    if page and page != listing.get("webpage_url"):
        return page
    # A clip that stands in the page itself: its address is that of the file to be fetched.
    found = site.process_ie_result(complete(raw, listing), download=False)
    return str(found.get("manifest_url") or found.get("url") or "")
