"""Forms of other sites are refused: what a page here sends comes from a page here."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import abort, request


def refuse_other_sites() -> None:
    """Answer 403 to a request that a page of another site made somebody's browser send.

    Browsers say where a form is from (``none`` for what a person did in the browser itself);
    whoever says nothing is no browser, and sends what it means.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        if site not in ("same-origin", "none"):
            abort(403)
        return
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        abort(403)
