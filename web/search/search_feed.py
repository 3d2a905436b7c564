"""Any search as a feed: the talks in which it is said, the newest first, with their moments."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time
from email.utils import format_datetime

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from lxml import etree

from archive.types import Talk
from search.results import TalkHit
from search.searching import Sort
from web.asked import SearchAsked, search_asked
from web.machines.xml_documents import add, xml_response
from web.search.search_page import search_address
from web.shown import clock, marked
from web.site import Directory, site

search_feed = Blueprint("search_feed", __name__)

_ATOM = "http://www.w3.org/2005/Atom"


@search_feed.get("/search.rss")
def rss() -> Response:
    """The search of the address, whatever its order, as RSS 2.0."""
    asked = replace(search_asked(request.args), sort=Sort.DATE, offset=0)
    directory = site().directory()
    root = etree.Element("rss", {"version": "2.0"}, nsmap={"atom": _ATOM})
    results = None if asked.is_empty else site().search(asked)
    channel = _add_channel(root, asked, results.understood if results else "")
    for hit in results.talks if results else ():
        talk = directory.talk_of.get(hit.slug)
        if talk is not None and hit.matched == "all":
            _add_item(channel, hit, talk, directory)
    response = xml_response(root, "application/rss+xml")
    # There is no time of the last change: talks are indexed, corrected and removed at any time.
    response.add_etag()
    response.make_conditional(request)
    return response


def _add_channel(root: etree._Element, asked: SearchAsked, understood: str) -> etree._Element:
    channel = add(root, "channel")
    add(channel, "title", _("Podium: %(query)s", query=understood or _("nothing asked for")))
    add(channel, "link", _absolute(search_address(asked, limit=None)))
    itself = {"rel": "self", "type": "application/rss+xml", "href": request.url}
    add(channel, f"{{{_ATOM}}}link", **itself)
    add(channel, "description", _("Talks in which this is said, the newest first."))
    return channel


def _add_item(channel: etree._Element, hit: TalkHit, talk: Talk, directory: Directory) -> None:
    page = _absolute(url_for("pages.talk", slug=talk.slug))
    item = add(channel, "item")
    add(item, "title", talk.title)
    add(item, "link", _absolute(hit.moments[0].url) if hit.moments else page)
    # A talk keeps its number when its address changes.
    add(item, "guid", f"podium:talk:{talk.id}", isPermaLink="false")
    add(item, "description", _description(hit))
    for speaker in talk.speakers:
        add(item, "category", speaker.name)
    event = directory.event_of_talk(talk)
    day = talk.given_on or (event.starts_on if event else None)
    if day is not None:
        add(item, "pubDate", format_datetime(datetime.combine(day, time(), UTC)))


def _description(hit: TalkHit) -> str:
    """The best moments in the order of time, as HTML: feeds escape it once more."""
    by_time = sorted(hit.moments, key=lambda moment: moment.start_ms)
    lines = [
        f'<p><a href="{_absolute(moment.url)}">{clock(moment.start_ms)}</a> '
        f"{marked(moment.text, moment.spans)}</p>"
        for moment in by_time
    ]
    lines += [f"<p>{marked(entry.text, entry.spans)}</p>" for entry in hit.programme]
    return "".join(lines)


def _absolute(address: str) -> str:
    return request.url_root.rstrip("/") + address
