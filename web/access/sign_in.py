"""Signing in and out, and an editor's own page."""

from __future__ import annotations

import math
from urllib.parse import urlsplit

from flask import (
    Blueprint,
    Response,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from archive.editors import (
    LONGEST_NAME,
    SIGNED_IN_S,
    Editor,
    change_password,
    find_editor,
    knows_password,
    sign_in,
    sign_out,
    sign_out_everywhere,
)
from archive.errors import UserError
from archive.names import name_key
from web.access.forms import guard
from web.access.pauses import Pauses, network_of
from web.access.who import COOKIE, Standing, token_shown, who
from web.site import site

signing_in = Blueprint("signing_in", __name__)
guard(signing_in)

_PAUSES = "podium-sign-in-pauses"


class _Attempts:
    """Failed attempts to sign in: by who tries from where, by where, and by name alone.

    The last one is generous, so that nobody can keep an editor out by failing in their name.
    """

    def __init__(self) -> None:
        self._both = Pauses(free=3, longest_s=900)
        self._place = Pauses(free=10, longest_s=900)
        self._name = Pauses(free=30, longest_s=60)

    def left_s(self, name: str, place: str) -> float:
        return max(
            self._both.left_s((name, place)), self._place.left_s(place), self._name.left_s(name)
        )

    def failed(self, name: str, place: str) -> None:
        self._both.count((name, place))
        self._place.count(place)
        self._name.count(name)

    def succeeded(self, name: str, place: str) -> None:
        self._both.forget((name, place))


@signing_in.get("/sign-in")
def form() -> ResponseReturnValue:
    """The form; who is signed in already is sent on."""
    if who().standing is Standing.EDITOR:
        return redirect(_next() or url_for("signing_in.account"))
    return render_template("sign_in.html", name="", fault="", next=_next())


@signing_in.post("/sign-in")
def enter() -> ResponseReturnValue:
    """Sign in, and go on where somebody came from."""
    name, password = request.form.get("name", ""), request.form.get("password", "")
    key, place = name_key(name[:LONGEST_NAME]), network_of(request.remote_addr)
    attempts = _attempts()
    if (left_s := attempts.left_s(key, place)) > 0:
        seconds = math.ceil(left_s)
        fault = _("Too many tries. Try again in %(seconds)s s.", seconds=seconds)
        return _refused(name, fault, 429, {"Retry-After": str(seconds)})
    editor = knows_password(site().catalog, name, password)
    if editor is None:
        attempts.failed(key, place)
        return _refused(name, _("Name and password do not fit."), 403, {})
    attempts.succeeded(key, place)
    response = make_response(redirect(_next() or url_for("signing_in.account")))
    _give_token(response, editor)
    return response


@signing_in.post("/sign-out")
def leave() -> ResponseReturnValue:
    """Sign out here."""
    sign_out(site().catalog, token_shown())
    return _signed_out(url_for("pages.home"))


@signing_in.post("/sign-out-everywhere")
def leave_everywhere() -> ResponseReturnValue:
    """Sign out here and in all other browsers."""
    if (editor := who().editor) is not None:
        sign_out_everywhere(site().catalog, editor)
    return _signed_out(url_for("pages.home"))


@signing_in.get("/account")
def account() -> ResponseReturnValue:
    """An editor's own page: where they are signed in, and their password."""
    editor = who().editor
    if editor is None:
        return redirect(url_for("signing_in.form", next="/account"))
    return _account(editor, "", 200)


@signing_in.post("/account/password")
def password() -> ResponseReturnValue:
    """Change the password: all sign-ins end but this one, which gets another token."""
    editor = who().editor
    if editor is None:
        return redirect(url_for("signing_in.form", next="/account"))
    given, new = request.form.get("password", ""), request.form.get("new_password", "")
    key, place = name_key(editor.name), network_of(request.remote_addr)
    if _attempts().left_s(key, place) > 0:
        return _account(editor, _("Too many tries. Try again in a while."), 429)
    if knows_password(site().catalog, editor.name, given) is None:
        _attempts().failed(key, place)
        return _account(editor, _("That is not your present password."), 403)
    if new != request.form.get("again", ""):
        return _account(editor, _("The new password was typed in two ways."), 400)
    try:
        change_password(site().catalog, editor, new)
    except UserError as error:
        return _account(editor, str(error), 400)
    response = make_response(redirect(url_for("signing_in.account", changed=1)))
    _give_token(response, editor)
    return response


def _attempts() -> _Attempts:
    kept: _Attempts = current_app.extensions.setdefault(_PAUSES, _Attempts())
    return kept


def _refused(name: str, fault: str, status: int, headers: dict[str, str]) -> Response:
    page = render_template("sign_in.html", name=name, fault=fault, next=_next())
    return make_response(page, status, headers)


def _account(editor: Editor, fault: str, status: int) -> Response:
    places = find_editor(site().catalog, editor.name).places
    page = render_template(
        "account.html", places=places, fault=fault, changed="changed" in request.args
    )
    return make_response(page, status)


def _give_token(response: Response, editor: Editor) -> None:
    # Behind a proxy that speaks TLS, the browser's own word tells that it came over https.
    secure = request.is_secure or request.headers.get("Origin", "").startswith("https://")
    response.set_cookie(
        COOKIE,
        sign_in(site().catalog, editor),
        max_age=SIGNED_IN_S,
        httponly=True,
        samesite="Lax",
        secure=secure,
        path="/",
    )


def _signed_out(target: str) -> Response:
    response = make_response(redirect(target))
    response.delete_cookie(COOKIE, httponly=True, samesite="Lax", path="/")
    return response


def _next() -> str:
    """Where to go on: a path of this site, else ""."""
    wanted = request.values.get("next", "")
    parts = urlsplit(wanted)
    is_path = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    return wanted if is_path and not parts.netloc and wanted.isprintable() else ""
