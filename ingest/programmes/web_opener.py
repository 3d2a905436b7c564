"""Asking the web by http and https, until a time for all of it is over."""

from __future__ import annotations

import http.client
import http.cookiejar
import socket
import threading
import urllib.request
from contextlib import suppress
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any

from archive.errors import BadSetting
from ingest.downloads.cookies import read_cookies


class Deadline:
    """Cuts the connections it watches when the time (in seconds) is over.

    The timeout of a socket is for one read; a server that drips would never meet it.
    """

    def __init__(self, limit_s: float) -> None:
        self.passed = False
        self._sockets: list[socket.socket] = []
        self._timer = threading.Timer(limit_s, self._end)
        self._timer.daemon = True

    def __enter__(self) -> Deadline:
        self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._timer.cancel()

    def watch(self, connected: socket.socket) -> None:
        """Cut this connection too when the time is over."""
        self._sockets.append(connected)
        if self.passed:
            self._end()

    def _end(self) -> None:
        self.passed = True
        for connected in list(self._sockets):
            with suppress(OSError):
                # The method of a TLS socket would take its state away below the reading thread.
                socket.socket.shutdown(connected, socket.SHUT_RDWR)


class _Connection(http.client.HTTPConnection):
    def __init__(self, host: str, *, deadline: Deadline, **options: Any) -> None:
        super().__init__(host, **options)
        self._deadline = deadline

    def connect(self) -> None:
        super().connect()
        self._deadline.watch(self.sock)


class _SecureConnection(_Connection, http.client.HTTPSConnection):
    """The same over TLS."""


class _HTTPHandler(urllib.request.HTTPHandler):
    def __init__(self, deadline: Deadline) -> None:
        super().__init__()
        self._deadline = deadline

    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(partial(_Connection, deadline=self._deadline), req)


class _HTTPSHandler(urllib.request.HTTPSHandler):
    def __init__(self, deadline: Deadline) -> None:
        super().__init__()
        self._deadline = deadline

    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(partial(_SecureConnection, deadline=self._deadline), req)


def web_opener(deadline: Deadline, cookies: Path | None) -> urllib.request.OpenerDirector:
    """Knows http and https and nothing else: no file:, no ftp:, no redirection by itself.

    ``cookies`` is a file in Netscape's format; raises BadSetting where it is none.
    """
    opener = urllib.request.OpenerDirector()
    opener.add_handler(urllib.request.ProxyHandler())
    opener.add_handler(_HTTPHandler(deadline))
    opener.add_handler(_HTTPSHandler(deadline))
    if cookies is not None:
        opener.add_handler(urllib.request.HTTPCookieProcessor(_cookie_jar(cookies)))
    return opener


def _cookie_jar(path: Path) -> http.cookiejar.MozillaCookieJar:
    read_cookies(path)
    jar = http.cookiejar.MozillaCookieJar(path)
    try:
        jar.load(ignore_discard=True, ignore_expires=True)
    except OSError as error:
        raise BadSetting(
            f"The cookie file {path} cannot be read: a line of it is no cookie.",
            advice="Save it anew from the browser, in Netscape format (cookies.txt).",
        ) from error
    for cookie in jar:
        if cookie.expires == 0:
            # So browsers' extensions write a cookie that lasts as long as the browser runs.
            cookie.expires, cookie.discard = None, True
    jar.clear_expired_cookies()
    return jar
