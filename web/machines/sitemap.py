"""What search engines are told: robots.txt, and sitemaps of all pages (sitemaps.org)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from flask import Blueprint, Response, url_for
from flask_babel import gettext as _
from lxml import etree

from archive.errors import NotFound
from web.machines.xml_documents import add, xml_response
from web.site import Directory, site

sitemap = Blueprint("sitemap", __name__)

MOST_ADDRESSES = 50_000
"""Of one sitemap, as the protocol has it."""
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_PAGES = ("pages.home", "browse.show", "pages.speakers", "pages.events")
# Answers to questions, without end: they are left to people.
_NOT_FOR_ROBOTS = ("/search", "/api/", "/embed/", "/oembed", "/browse?", "/talks/*?")


@sitemap.get("/robots.txt")
def robots() -> Response:
    """Pages may be read by everybody; searches are not followed."""
    lines = ["User-agent: *", *(f"Disallow: {place}" for place in _NOT_FOR_ROBOTS), ""]
    lines.append(f"Sitemap: {url_for('sitemap.whole', _external=True)}")
    return Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@sitemap.get("/sitemap.xml")
def whole() -> Response:
    """All pages; where they are too many for one sitemap, the list of those."""
    directory = site().directory()
    addresses = list(islice(_addresses(directory), MOST_ADDRESSES + 1))
    if len(addresses) <= MOST_ADDRESSES:
        return _listed("urlset", "url", iter(addresses))
    total = sum(1 for _address in _addresses(directory))
    parts = range(1, -(-total // MOST_ADDRESSES) + 1)
    return _listed(
        "sitemapindex",
        "sitemap",
        (url_for("sitemap.part", number=number, _external=True) for number in parts),
    )


@sitemap.get("/sitemap-<int:number>.xml")
def part(number: int) -> Response:
    """One of the sitemaps that the list names, from 1."""
    first = max(0, number - 1) * MOST_ADDRESSES
    found = islice(_addresses(site().directory()), first, first + MOST_ADDRESSES)
    addresses = list(found) if number else []
    if not addresses:
        raise NotFound(_("There is no such sitemap."), advice="/sitemap.xml")
    return _listed("urlset", "url", iter(addresses))


def _addresses(directory: Directory) -> Iterator[str]:
    for endpoint in _PAGES:
        yield url_for(endpoint, _external=True)
    for event in directory.events:
        yield url_for("pages.event", slug=event.slug, _external=True)
    for speaker in directory.speakers:
        yield url_for("pages.speaker", slug=speaker.slug, _external=True)
    for talk in directory.talks:
        yield url_for("pages.talk", slug=talk.slug, _external=True)


def _listed(root_name: str, name: str, addresses: Iterator[str]) -> Response:
    # Without a prefix, as readers of sitemaps expect it.
    root = etree.Element(
        f"{{{_NAMESPACE}}}{root_name}",
        nsmap={None: _NAMESPACE},  # type: ignore[dict-item]
    )
    for address in addresses:
        add(add(root, f"{{{_NAMESPACE}}}{name}"), f"{{{_NAMESPACE}}}loc", address)
    return xml_response(root, "application/xml")
