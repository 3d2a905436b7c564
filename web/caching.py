"""What browsers and proxies may keep: each answer has an ETag, and is asked about every time.

Pages change with the catalog, with the index, and with work that goes on, so an answer is only
used again where the server says that it still holds. Then the body is not sent a second time,
and a search is not made a second time.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, g, request

from archive.types import Talk
from archive.version import podium_version
from web.languages import page_language, several_languages
from web.site import site

_FOR_EVER_S = 31_536_000
_OF_SEARCH = frozenset({"api.search", "api.moments"})
"""Answers that follow from catalog and index alone, and are not the same twice (``took_ms``)."""
_FINGERPRINTED = (".css", ".svg")
"""Files that no other file names, so that a page can name one version of them."""


def register(app: Flask) -> None:
    """Give answers their ETags, and static files the addresses that never change."""
    app.before_request(_unchanged_search)
    app.after_request(_mark)
    app.url_defaults(_with_fingerprint)


def as_of_revision(response: Response, talk: Talk) -> Response:
    """An answer that follows from a talk's revision alone, which is sent where the asker has
    another."""
    response.set_etag(f"{talk.id}-{talk.revision}")
    response.cache_control.no_cache = True
    response.make_conditional(request)
    return response


def _unchanged_search() -> Response | None:
    """304 for a search whose answer the asker has, without making it again."""
    if request.endpoint not in _OF_SEARCH or request.method not in ("GET", "HEAD"):
        return None
    # Taken before the search is made: an answer may be newer than its ETag, never older.
    g.search_etag = _state_etag()
    if not request.if_none_match.contains_weak(g.search_etag):
        return None
    response = Response(status=304)
    response.set_etag(g.search_etag, weak=True)
    return response


def _mark(response: Response) -> Response:
    if several_languages() and request.endpoint != "static":
        response.vary.add("Accept-Language")
    if request.method not in ("GET", "HEAD") or response.status_code != 200:
        return response
    if request.endpoint == "static":
        if request.args.get("v") == _fingerprint_of(request.path.rpartition("/static/")[2]):
            response.cache_control.no_cache = None
            response.cache_control.public = True
            response.cache_control.max_age = _FOR_EVER_S
            response.cache_control.immutable = True
        return response
    if request.endpoint in _OF_SEARCH:
        response.set_etag(g.search_etag, weak=True)
    elif not response.is_streamed and "ETag" not in response.headers:
        response.set_etag(_hash(response.get_data()), weak=True)
        response.make_conditional(request)
    return response


def _state_etag() -> str:
    """What the answer to a search follows from, besides its address."""
    state = (podium_version(), site().state(), page_language())
    return _hash(repr(state).encode())


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:24]


def _with_fingerprint(endpoint: str, values: dict[str, Any]) -> None:
    name = values.get("filename", "")
    if endpoint == "static" and name.endswith(_FINGERPRINTED) and "v" not in values:
        values["v"] = _fingerprint_of(name)


def _fingerprint_of(name: str) -> str:
    path = Path(current_app.static_folder or "", name)
    try:
        return _fingerprint(path, path.stat().st_mtime_ns)
    except (OSError, ValueError):
        return ""


@lru_cache(maxsize=256)
def _fingerprint(path: Path, _changed_ns: int) -> str:
    return _hash(path.read_bytes())[:12]
