"""The address under which readers reach the site, where a proxy stands in front of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class UnderAddress:
    """A WSGI application whose requests are all taken as made to one address.

    So every absolute address that it writes, in feeds, embeds and redirects, begins with that.
    """

    def __init__(self, app: WSGIApplication, address: str) -> None:
        """``address`` is a scheme and a host, with its port where that is not the usual one."""
        parts = urlsplit(address)
        self._app = app
        self._scheme, self._host = parts.scheme, parts.netloc

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ["wsgi.url_scheme"], environ["HTTP_HOST"] = self._scheme, self._host
        return self._app(environ, start_response)
