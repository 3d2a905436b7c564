"""The site as a WSGI application: ``create_app`` builds and returns everything.

Nothing here loads a speech engine, a downloader or an index library: those come with what needs
them, so the site starts in a fraction of a second.
"""

from __future__ import annotations

from flask import Flask, Response, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from jinja2 import StrictUndefined
from werkzeug.exceptions import HTTPException

from archive.errors import GaveUp, NotFound, PodiumError, TryLater
from archive.settings import Settings
from web import caching, languages, old_addresses, rate_limit, shown
from web.access import forms, who
from web.access.sign_in import signing_in
from web.correcting import suggesting
from web.correcting.details import details
from web.correcting.editing import editing
from web.correcting.everywhere import everywhere
from web.correcting.freshness import fresh
from web.correcting.joining import joining
from web.correcting.revisions import restoring, revisions
from web.correcting.session_page import session
from web.correcting.turn_editing import turn_editing
from web.health import health
from web.lists.browse import browse
from web.machines import structured_data
from web.machines.api import api
from web.machines.feeds import feeds
from web.machines.oembed import oembed
from web.machines.sitemap import sitemap
from web.pages import pages
from web.public_address import UnderAddress
from web.search.concordance_page import concordance
from web.search.reel_page import reel
from web.search.search_feed import search_feed
from web.site import EXTENSION, Site
from web.talk.clips import clips
from web.talk.embed import FRAMED, embed
from web.talk.frames import frames
from web.talk.media import media
from web.talk.quotes import quotes
from web.talk.transcripts import transcripts

RETRY_AFTER_S = 30
_FOR_MACHINES = ("/api/", "/oembed")
"""Where addresses begin at which errors are JSON."""

_BLUEPRINTS = (
    pages,
    browse,
    embed,
    oembed,
    feeds,
    sitemap,
    search_feed,
    concordance,
    reel,
    api,
    media,
    frames,
    quotes,
    transcripts,
    clips,
    health,
    signing_in,
    details,
    fresh,
    editing,
    suggesting.suggesting,
    suggesting.queue,
    revisions,
    restoring,
    everywhere,
    turn_editing,
    joining,
    session,
)

# Nothing is loaded from elsewhere, and no script or style stands in a page itself: text that
# slipped through as markup could still not run.
_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "media-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
    )
)
_HEADERS = {
    "Content-Security-Policy": f"{_POLICY}; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # With no-referrer, browsers would send forms as coming from nowhere: see web/access/forms.py.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
# What differs where others may show a page in theirs.
_FRAMED_HEADERS = {
    **_HEADERS,
    "Content-Security-Policy": f"{_POLICY}; frame-ancestors *",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
del _FRAMED_HEADERS["X-Frame-Options"]


def create_app(settings: Settings) -> Flask:
    """The site of the archive in ``settings.home``.

    Raises BadHome where the catalog cannot be opened. The index is opened by the first search:
    one that is missing or damaged keeps no page from being served.
    """
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = 64 * 1024
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.extensions[EXTENSION] = Site(settings)
    shown.register(app)
    structured_data.register(app)
    languages.register(app)
    rate_limit.register(app, settings)
    old_addresses.register(app)
    caching.register(app)
    for blueprint in _BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.register_error_handler(PodiumError, _expected_error)
    app.register_error_handler(HTTPException, _http_error)
    app.after_request(_add_headers)
    forms.register(app)
    who.register(app)
    suggesting.register(app)
    if settings.public_url:
        app.wsgi_app = UnderAddress(app.wsgi_app, settings.public_url)  # type: ignore[method-assign]
    return app


def _add_headers(response: Response) -> Response:
    headers = _FRAMED_HEADERS if request.endpoint == FRAMED else _HEADERS
    for name, value in headers.items():
        response.headers.setdefault(name, value)
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-cache"
    return response


def _expected_error(error: PodiumError) -> Response:
    """The answer to an error that Podium raises on purpose."""
    answer = forms.given_back if forms.was_sent() else _error_response
    if isinstance(error, NotFound):
        # Whoever sent a form is not helped by a command that lists what there is.
        advice = _("Nothing was saved.") if forms.was_sent() else error.advice
        return answer(404, error.message, advice)
    if isinstance(error, TryLater | GaveUp):
        response = answer(503, error.message, error.advice)
        response.headers["Retry-After"] = str(RETRY_AFTER_S)
        return response
    return answer(400, error.message, error.advice)


def _http_error(error: HTTPException) -> ResponseReturnValue:
    """The answer to what HTTP itself calls an error; Flask logs what nobody expected, as 500."""
    plain = error.get_response()
    if error.code is None or error.code < 400 or error.code == 416:
        return plain
    if error.code == 413 and forms.was_sent():
        return forms.too_large()
    response = _error_response(error.code, *_http_message(error))
    for name in ("Allow", "Retry-After"):
        if name in plain.headers:
            response.headers[name] = plain.headers[name]
    return response


def _http_message(error: HTTPException) -> tuple[str, str]:
    match error.code:
        case 403:
            return _("This was sent by a page of another site, so nothing was done."), _(
                "Use Podium's pages."
            )
        case 404:
            return _("There is nothing at this address."), _(
                "The search or the list of events may help."
            )
        case 405:
            return _("This address cannot be used like that."), _("It is there to be read.")
        case 429:
            return _("You ask too often."), _("Wait as long as Retry-After says, then ask again.")
        case 500:
            return _("Something went wrong in Podium itself."), _("The server's log says what.")
        case _:
            return f"{error.name}.", ""


def _error_response(status: int, message: str, advice: str) -> Response:
    wants_json = request.accept_mimetypes.best == "application/json"
    if request.path.startswith(_FOR_MACHINES) or wants_json:
        response = jsonify(error={"message": message, "advice": advice})
        response.status_code = status
        return response
    page = render_template("error.html", status=status, message=message, advice=advice)
    return make_response(page, status)
