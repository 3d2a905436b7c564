"""What stands at an address or in a document: a programme of talks, or one clip.

The order is that of the contract: a site that yt-dlp knows by name is asked through yt-dlp; else a
document is read for what it is (a feed, a schedule, an event's page); only a page without a talk
that has a speaker goes to yt-dlp's search for clips on any page.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from archive.errors import BadSource
from archive.programme import EventEntry, TalkEntry
from archive.settings import Settings
from ingest.downloads.listing import Listing
from ingest.downloads.site_info import Description
from ingest.downloads.ytdlp import archive_key, look
from ingest.options import Options
from ingest.pages.charset import decode_page
from ingest.pages.event_page import read_event_page, read_event_text
from ingest.programmes.document_kinds import kind_of
from ingest.programmes.feed import read_feed
from ingest.programmes.manifest import Manifest, ManifestTalk
from ingest.programmes.schedule import read_schedule
from ingest.programmes.web_document import WebDocument, fetch_document
from ingest.sources import Source

_TEXT_SUFFIXES = frozenset({".txt", ".text"})


def look_at_address(
    source: Source, options: Options, settings: Settings, known: Collection[str]
) -> Manifest | Description:
    """A programme, or the description of the one clip that is there.

    ``known`` are the identities of clips that the archive has. Raises what the site's refusal
    means; nothing is fetched but what describes.
    """
    if archive_key(source.address) is None and not options.names_one_clip:
        document = fetch_document(source.address, cookies=settings.cookies)
        manifest = None if document is None else _read(document, options)
        if manifest is not None:
            return _chosen(manifest, options)
    found = look(
        source.address,
        cookies=settings.cookies,
        since=options.since,
        limit=options.limit,
        match=options.match,
        known=known,
    )
    return _programme(found, source.address) if isinstance(found, Listing) else found


def read_document(path: Path, options: Options) -> Manifest:
    """The programme in a saved page, its text, a schedule or a feed.

    Raises BadSource where there is no talk with a speaker in it.
    """
    content = path.read_bytes()
    kind = kind_of(content, "", path.name)
    manifest: Manifest | None = None
    if kind == "page":
        manifest = read_event_page(content, "", folder=path.absolute().parent)
    elif kind == "text" or path.suffix.lower() in _TEXT_SUFFIXES:
        manifest = read_event_text(decode_page(content))
    elif kind == "feed":
        manifest = _feed(content, "", options)
    elif kind == "schedule":
        manifest = read_schedule(content, "")
    if manifest is None or not manifest.talks:
        raise BadSource(
            f"No talk with a speaker was found in {path}.",
            advice="Write its talks into a manifest; docs/manifest.md says how.",
        )
    return _chosen(manifest, options)


def _read(document: WebDocument, options: Options) -> Manifest | None:
    kind = kind_of(document.content, document.mime_type, document.address)
    if kind == "feed":
        return _feed(document.content, document.address, options)
    if kind == "schedule":
        return read_schedule(document.content, document.address)
    if kind == "text":
        return read_event_text(decode_page(document.content, document.charset), document.address)
    if kind == "page":
        return read_event_page(document.content, document.address, charset=document.charset)
    return None


def _feed(content: bytes, address: str, options: Options) -> Manifest:
    return read_feed(
        content, address, since=options.since, limit=options.limit, match=options.match
    )


def _programme(listing: Listing, address: str) -> Manifest:
    """The clips of a playlist or channel as a programme: each is a talk."""
    entries = [
        TalkEntry(
            entry.title,
            description=entry.description,
            given_on=entry.published_on,
            source_url=entry.address,
            source_key=entry.key,
        )
        for entry in listing.entries
    ]
    title = listing.title or address
    return Manifest(EventEntry(title, url=address), tuple(ManifestTalk(entry) for entry in entries))


def _chosen(manifest: Manifest, options: Options) -> Manifest:
    """The talks of a programme that --since, --match and --limit choose."""
    talks = [t for t in manifest.talks if options.chooses(t.entry.title, t.entry.given_on)]
    return replace(manifest, talks=tuple(talks[: options.limit]))
