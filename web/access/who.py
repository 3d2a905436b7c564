"""Who the present request comes from, and whether they may correct.

Without any editor, whoever sits at the machine may: their browser asks this machine, by a loopback
name, over loopback. A name that was made to point here by somebody else is no such name.
"""

from __future__ import annotations

import getpass
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from flask import Flask, Response, g, request

from archive.editors import Editor, has_editors, signed_in
from archive.errors import PodiumError
from archive.hosts import is_loopback
from web.site import site

COOKIE = "podium-signed-in"
_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "Via")


class Standing(StrEnum):
    """What somebody is to this archive."""

    EDITOR = "editor"
    OWNER = "owner"
    """At the machine itself, where there are no editors."""
    READER = "reader"
    """May suggest, and sign in."""
    STRANGER = "stranger"
    """Comes from elsewhere to an archive without editors: may suggest, and nobody may sign in."""


@dataclass(frozen=True, slots=True)
class Who:
    """``name`` is what their corrections are recorded under, "" for those who may make none."""

    standing: Standing
    name: str = ""
    editor: Editor | None = None

    @property
    def may_correct(self) -> bool:
        return self.standing in (Standing.EDITOR, Standing.OWNER)


def who() -> Who:
    """Who the present request comes from."""
    if "who" not in g:
        g.who = _asked_by()
    found: Who = g.who
    return found


def token_shown() -> str:
    """The token that the browser shows; "" without one."""
    return request.cookies.get(COOKIE, "")


def register(app: Flask) -> None:
    """Let templates ask ``who()``, and keep what a signed-in editor sees out of all stores."""
    app.jinja_env.globals["who"] = who
    app.after_request(_keep_private)


def _asked_by() -> Who:
    catalog = site().catalog
    try:
        editor = signed_in(catalog, token_shown()) if token_shown() else None
        anybody = editor is not None or has_editors(catalog)
    except PodiumError:
        # While the catalog cannot be read, its error page is for anybody.
        return Who(Standing.READER)
    if editor is not None:
        return Who(Standing.EDITOR, editor.name, editor)
    if anybody:
        return Who(Standing.READER)
    if _is_at_the_machine():
        return Who(Standing.OWNER, _user())
    return Who(Standing.STRANGER)


def _user() -> str:
    """The name of the user whom this process runs as, if the system has one for them."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "podium"


def _is_at_the_machine() -> bool:
    if not is_loopback(site().settings.host) or not is_loopback(request.remote_addr or ""):
        return False
    if any(name in request.headers for name in _FORWARDED):
        return False
    # A proxy may ask by a loopback name for a browser that knows the site by another.
    origin = urlsplit(request.headers.get("Origin", "")).hostname
    if origin is not None and not is_loopback(origin):
        return False
    return is_loopback(request.host.rpartition(":")[0] if _has_port() else request.host)


def _has_port() -> bool:
    return request.host.rpartition(":")[2].isdecimal() and not request.host.endswith("]")


def _keep_private(response: Response) -> Response:
    """A page that knows who reads it is for them alone."""
    if response.mimetype == "text/html":
        response.vary.add("Cookie")
    if token_shown() and response.mimetype in ("text/html", "application/json"):
        response.headers["Cache-Control"] = "private, no-store"
        response.headers.pop("ETag", None)
    return response
