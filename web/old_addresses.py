"""Addresses with a slug of before lead on to the one that counts now."""

from __future__ import annotations

from flask import Flask, redirect, request, url_for
from flask.typing import ResponseReturnValue

from web.site import site

_KIND_OF = {"talks": "talk", "events": "event", "speakers": "speaker", "embed": "talk"}


def register(app: Flask) -> None:
    """Answer every address whose ``<slug>`` is an old one with the present address, by 301.

    What is not only read is told to come again by the same method (308).
    """
    app.before_request(_lead_on)


def _lead_on() -> ResponseReturnValue | None:
    slug = (request.view_args or {}).get("slug")
    kind = _kind(request.path)
    if slug is None or kind is None:
        return None
    present = site().directory().old_slugs.get((kind, slug))
    if present is None or request.endpoint is None:
        return None
    address = url_for(request.endpoint, **{**(request.view_args or {}), "slug": present})
    if request.query_string:
        address += f"?{request.query_string.decode('latin-1')}"
    return redirect(address, 301 if request.method in ("GET", "HEAD") else 308)


def _kind(path: str) -> str | None:
    """What the slug in an address names; by the first part of it that is a known place."""
    places = path.removeprefix("/api/v1").split("/")
    return _KIND_OF.get(places[1]) if len(places) > 1 else None
