"""The site as a WSGI application: ``create_app`` builds and returns everything.

Nothing here loads a speech engine, a downloader or an index library: those come with what needs
them, so the site starts in a fraction of a second.
"""

from __future__ import annotations

from flask import Flask, Response, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from jinja2 import StrictUndefined
from werkzeug.exceptions import HTTPException

from archive.errors import GaveUp, NotFound, PodiumError, TryLater
from archive.settings import Settings
from web import languages, old_addresses, shown
from web.api import api
from web.browse import browse
from web.clips import clips
from web.concordance_page import concordance
from web.frames import frames
from web.health import health
from web.media import media
from web.pages import pages
from web.quotes import quotes
from web.reel_page import reel
from web.search_feed import search_feed
from web.site import EXTENSION, Site
from web.transcripts import transcripts

RETRY_AFTER_S = 30

_BLUEPRINTS = (
    pages,
    browse,
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
)

# Nothing is loaded from elsewhere, and no script or style stands in a page itself: text that
# slipped through as markup could still not run.
_CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "media-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_HEADERS = {
    "Content-Security-Policy": _CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


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
    languages.register(app)
    old_addresses.register(app)
    for blueprint in _BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.register_error_handler(PodiumError, _expected_error)
    app.register_error_handler(HTTPException, _http_error)
    app.after_request(_add_headers)
    return app


def _add_headers(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-cache"
    return response


def _expected_error(error: PodiumError) -> Response:
    """The answer to an error that Podium raises on purpose."""
    if isinstance(error, NotFound):
        return _error_response(404, error.message, error.advice)
    if isinstance(error, TryLater | GaveUp):
        response = _error_response(503, error.message, error.advice)
        response.headers["Retry-After"] = str(RETRY_AFTER_S)
        return response
    return _error_response(400, error.message, error.advice)


def _http_error(error: HTTPException) -> ResponseReturnValue:
    """The answer to what HTTP itself calls an error; Flask logs what nobody expected, as 500."""
    plain = error.get_response()
    if error.code is None or error.code < 400 or error.code == 416:
        return plain
    message, advice = _HTTP_MESSAGES.get(error.code, (error.name + ".", ""))
    response = _error_response(error.code, message, advice)
    if "Allow" in plain.headers:
        response.headers["Allow"] = plain.headers["Allow"]
    return response


_HTTP_MESSAGES = {
    403: ("This came from a page of another site, and is refused.", "Use the form on a page here."),
    404: ("There is nothing at this address.", "The search or the list of events may help."),
    405: ("This address cannot be used like that.", "It is there to be read."),
    500: ("Something went wrong in Podium itself.", "The server's log says what."),
}


def _error_response(status: int, message: str, advice: str) -> Response:
    wants_json = request.accept_mimetypes.best == "application/json"
    if request.path.startswith("/api/") or wants_json:
        response = jsonify(error={"message": message, "advice": advice})
        response.status_code = status
        return response
    page = render_template("error.html", status=status, message=message, advice=advice)
    return make_response(page, status)
