"""oEmbed 1.0 (oembed.com): what another site needs to show a link to a talk as a player."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

from flask import Blueprint, Response, jsonify, request, url_for
from flask_babel import gettext as _
from lxml import etree
from markupsafe import Markup
from werkzeug.exceptions import NotImplemented as UnknownFormat

from archive.errors import NotFound, UserError
from archive.types import Talk
from web.asked import size_asked
from web.machines.xml_documents import add, xml_response
from web.shown import POSTER_WIDTH, poster_address
from web.site import site

oembed = Blueprint("oembed", __name__)

_WIDTH, _HEIGHT = 560, 420
_NARROWEST, _LOWEST = 240, 180
_PLACES = ("talks", "embed")
_CACHE_S = 86_400


@oembed.get("/oembed")
def show() -> Response:
    """``url`` is a talk's address here, with or without ``?t=``; ``format`` is json or xml."""
    wanted = request.args.get("format", "json")
    if wanted not in ("json", "xml"):
        raise UnknownFormat
    answer = _answer(*_talk_of(request.args.get("url", "")))
    if wanted == "json":
        return jsonify(answer)
    root = etree.Element("oembed")
    for name, value in answer.items():
        add(root, name, str(value))
    return xml_response(root, "text/xml")


def _talk_of(url: str) -> tuple[Talk, str]:
    """The talk that an address of this site shows, and its ``t`` or ""."""
    if not url:
        raise UserError(_("No address was given."), advice=_("Give one: /oembed?url=…"))
    try:
        parts = urlsplit(url)
        places = parts.path.split("/")
        asked = parse_qs(parts.query)
    except ValueError:
        raise _unknown() from None
    here = urlsplit(request.url_root).netloc
    if parts.netloc != here or len(places) != 3 or places[1] not in _PLACES:
        raise _unknown()
    directory = site().directory()
    slug = directory.old_slugs.get(("talk", places[2]), places[2])
    return directory.talk(slug), asked.get("t", [""])[0]


def _unknown() -> NotFound:
    return NotFound(
        _("That is not the address of a talk in this archive."),
        advice=_("Copy it from the talk's page."),
    )


def _answer(talk: Talk, time: str) -> dict[str, Any]:
    width = size_asked(request.args, "maxwidth", _WIDTH, _NARROWEST)
    height = size_asked(request.args, "maxheight", _HEIGHT, _LOWEST)
    about = {"slug": talk.slug, **({"t": time} if time else {})}
    code = Markup(
        '<iframe src="{}" width="{}" height="{}" title="{}" loading="lazy"'
        ' allow="fullscreen; picture-in-picture"></iframe>'
    ).format(url_for("embed.show", **about, _external=True), width, height, talk.title)
    answer: dict[str, Any] = {
        "version": "1.0",
        "type": "video" if poster_address(talk) else "rich",
        "provider_name": "Podium",
        "provider_url": url_for("pages.home", _external=True),
        "title": talk.title,
        "html": str(code),
        "width": width,
        "height": height,
        "cache_age": _CACHE_S,
    }
    if talk.speakers:
        answer["author_name"] = ", ".join(speaker.name for speaker in talk.speakers)
    if len(talk.speakers) == 1:
        answer["author_url"] = url_for("pages.speaker", slug=talk.speakers[0].slug, _external=True)
    return {**answer, **_thumbnail(talk)}


def _thumbnail(talk: Talk) -> dict[str, Any]:
    address = poster_address(talk, external=True)
    if not address or talk.recording is None or not talk.recording.width:
        return {}
    height = round(POSTER_WIDTH * talk.recording.height / talk.recording.width)
    return {
        "thumbnail_url": address,
        "thumbnail_width": POSTER_WIDTH,
        "thumbnail_height": height,
    }
