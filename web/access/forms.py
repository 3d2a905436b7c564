"""Forms that change something: they come from this site's own pages, and nothing typed is lost.

Each form carries a token that only the browser it was made for can have: it is derived from that
browser's secret cookie, which for an editor is their sign-in. A form that another site sends is
refused outright. One that is merely too old, or that meets an error, comes back with what was
typed.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterator
from urllib.parse import parse_qsl

from flask import (
    Blueprint,
    Flask,
    Response,
    g,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from web.access.same_origin import refuse_other_sites
from web.access.who import token_shown, who

FIELD = "form_token"
HEADER = "X-Podium-Form"
_COOKIE = "podium-form"
_SECRETS = ("password", "new_password", "again")
_KEPT_BYTES = 60 * 1024


def register(app: Flask) -> None:
    """Give templates ``form_token()``."""
    app.jinja_env.globals["form_token"] = form_token
    app.after_request(_give_cookie)


def guard(blueprint: Blueprint, *, editors_only: bool = False) -> None:
    """Check whatever is sent to the blueprint; where it fails, what was typed is given back."""
    blueprint.before_request(_refuse_forged)
    if editors_only:
        blueprint.before_request(_refuse_readers)


def form_token() -> str:
    """The token for the forms of the present page."""
    return _token_of(token_shown() or _secret())


def wants_json() -> bool:
    """Whether a script of a page asks, which shows errors itself."""
    return request.accept_mimetypes.best == "application/json"


def _refuse_forged() -> ResponseReturnValue | None:
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return None
    g.form_was_sent = True
    refuse_other_sites()
    shown = request.headers.get(HEADER) or request.form.get(FIELD, "")
    if hmac.compare_digest(shown.encode(), form_token().encode()):
        return None
    return given_back(
        403,
        _("This page has grown old, so nothing was done."),
        _("Send it once more. The site needs cookies for it."),
    )


def _refuse_readers() -> ResponseReturnValue | None:
    """Whoever may not correct is asked to sign in; of a form, nothing that was typed is lost."""
    if who().may_correct:
        return None
    if request.method == "GET" and not wants_json():
        return redirect(url_for("signing_in.form", next=request.full_path.rstrip("?")))
    return given_back(
        403,
        _("To correct, you must be signed in; nothing was saved."),
        _("Sign in on another page, then send this once more."),
    )


def given_back(status: int, message: str, advice: str) -> Response:
    """The answer to a form that could not be taken: what was wrong, and what was typed."""
    if wants_json():
        response = jsonify(error={"message": message, "advice": advice}, form_token=form_token())
        response.status_code = status
        return response
    page = render_template(
        "form_again.html",
        message=message,
        advice=advice,
        typed=list(_typed()),
        # A form with a password is filled in anew: that is never sent back.
        anew="cut_off" not in g and any(name in request.form for name in _SECRETS),
        status=status,
    )
    return make_response(page, status)


def was_sent() -> bool:
    """Whether the present request is a form of a guarded blueprint."""
    return "form_was_sent" in g


def too_large() -> Response:
    """The answer to a form of more than 64 KB: its beginning; all of it is still in the browser."""
    g.cut_off = True
    advice = _("Go back: your browser still has all of it. Send it in smaller parts.")
    if wants_json():
        # The script of the page kept it in its field.
        advice = _("Send it in smaller parts.")
    return given_back(413, _("What was sent is larger than 64 KB, so nothing was saved."), advice)


def _typed() -> Iterator[tuple[str, str]]:
    """The fields that were sent, but for secrets; of a form that is too large, its beginning."""
    if "cut_off" in g and request.mimetype != "application/x-www-form-urlencoded":
        fields = []
    elif "cut_off" in g:
        start = request.environ["wsgi.input"].read(_KEPT_BYTES).decode("utf-8", "replace")
        fields = parse_qsl(start, max_num_fields=50)
    else:
        fields = list(request.form.items(multi=True))
    for name, text in fields:
        if name != FIELD and name not in _SECRETS:
            yield name, text


def _secret() -> str:
    """The secret of a browser that is not signed in; a new one where it has none."""
    if "form_secret" not in g:
        g.form_secret = request.cookies.get(_COOKIE) or secrets.token_urlsafe(24)
    found: str = g.form_secret
    return found


def _give_cookie(response: Response) -> Response:
    if "form_secret" in g and g.form_secret != request.cookies.get(_COOKIE):
        response.set_cookie(
            _COOKIE, g.form_secret, httponly=True, samesite="Strict", secure=request.is_secure
        )
    if "form_secret" in g:
        response.headers["Cache-Control"] = "private, no-store"
    return response


def _token_of(secret: str) -> str:
    return hmac.new(secret.encode(), b"a form of this browser", hashlib.sha256).hexdigest()
