"""RSS 2.0 feeds: the talks of an event, and of a speaker, the newest first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time
from email.utils import format_datetime

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from lxml import etree

from archive.types import Talk
from web.lists.browse import day_of
from web.machines.structured_data import talk_summary
from web.machines.xml_documents import add, xml_response
from web.site import Directory, site

feeds = Blueprint("feeds", __name__)

MOST_TALKS = 50
_ATOM = "http://www.w3.org/2005/Atom"


@feeds.get("/events/<slug>.rss")
def event(slug: str) -> Response:
    """The talks of an event, those that were added last first."""
    directory = site().directory()
    found = directory.event(slug)
    page = url_for("pages.event", slug=slug, _external=True)
    talks = directory.talks_of_event.get(slug, [])
    return _feed(directory, found.title, found.summary or found.title, page, talks)


@feeds.get("/speakers/<slug>.rss")
def speaker(slug: str) -> Response:
    """The talks of a speaker, those that were added last first."""
    directory = site().directory()
    found = directory.speaker(slug)
    page = url_for("pages.speaker", slug=slug, _external=True)
    about = _("Talks by %(name)s", name=found.name)
    talks = directory.talks_of_speaker.get(slug, [])
    return _feed(directory, found.name, about, page, talks)


def _feed(
    directory: Directory, title: str, about: str, page: str, talks: Sequence[Talk]
) -> Response:
    root = etree.Element("rss", {"version": "2.0"}, nsmap={"atom": _ATOM})
    channel = add(root, "channel")
    add(channel, "title", title)
    add(channel, "link", page)
    add(channel, "description", about)
    self_link = {"href": request.base_url, "rel": "self", "type": "application/rss+xml"}
    add(channel, f"{{{_ATOM}}}link", **self_link)
    for talk in sorted(talks, key=lambda talk: -talk.id)[:MOST_TALKS]:
        _add_item(channel, directory, talk)
    return xml_response(root, "application/rss+xml")


def _add_item(channel: etree._Element, directory: Directory, talk: Talk) -> None:
    event = directory.event_of_talk(talk)
    page = url_for("pages.talk", slug=talk.slug, _external=True)
    item = add(channel, "item")
    add(item, "title", talk.title)
    add(item, "link", page)
    add(item, "guid", f"podium:talk:{talk.id}", isPermaLink="false")
    add(item, "description", talk_summary(talk, event))
    day = day_of(event, talk)
    if day is not None:
        add(item, "pubDate", format_datetime(datetime.combine(day, time(), UTC)))
    # A part of a session has no file of its own.
    if talk.recording is not None and talk.range_ms is None:
        add(
            item,
            "enclosure",
            url=url_for("media.recording", slug=talk.slug, _external=True),
            length=str(talk.recording.size),
            type=talk.recording.mime_type,
        )
