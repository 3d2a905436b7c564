"""A web site on loopback that plays parts, good and bad, for tests of downloading.

Import the fixture by name (``from loopback import Loopback, loopback``) and ask for ``loopback``.
Give each path its part, or several, which answer one after the other (the last stays)::

    address = loopback.play("/talk.mp4", Status(403), File(data))
    ...
    assert [asked.range for asked in loopback.asked_for("/talk.mp4")] == ["", "bytes=1000-"]

Parts: ``File`` (with ranges or without), ``Slow``, ``Stalled``, ``Truncated``, ``Endless``,
``Promised``, ``Status`` (403, 404, 429 …), ``Redirect``, ``Page``. Pages: ``page_of_clips``,
``page_with_tracks``, ``feed_of``, ``hls_of``. Every request is logged with its method, path, range
and the bytes sent. A part never outlives the server: what waits, waits for its end too.

yt-dlp's generic extractor asks for an address twice: once to see what it is, once to fetch it.
"""

from __future__ import annotations

import html
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Protocol

import pytest

VIDEO = "video/mp4"
_CHUNK = 1 << 14


@dataclass(slots=True)
class Asked:
    """One request. ``range`` is its Range header or "", ``sent`` counts the bytes of the body."""

    method: str
    path: str
    range: str = ""
    status: int = 0
    sent: int = 0
    headers: dict[str, str] = field(default_factory=dict)


class Part(Protocol):
    """How a path answers."""

    def answer(self, call: Call) -> None: ...


class Call:
    """A request that is being answered."""

    def __init__(self, handler: BaseHTTPRequestHandler, asked: Asked, over: threading.Event):
        self._handler = handler
        self.asked = asked
        # Set when the server ends.
        self.over = over

    def head(self, status: int, headers: Mapping[str, object]) -> None:
        self.asked.status = status
        self._handler.send_response(status)
        for name, value in headers.items():
            self._handler.send_header(name, str(value))
        self._handler.end_headers()

    def body(self, data: bytes) -> None:
        if self.asked.method == "HEAD":
            return
        for at in range(0, len(data), _CHUNK):
            self._handler.wfile.write(data[at : at + _CHUNK])
            self.asked.sent += len(data[at : at + _CHUNK])

    def wait(self, seconds: float) -> None:
        self.over.wait(seconds)

    def first_byte(self, size: int) -> int:
        """Where the wanted part begins: 0 without a Range header."""
        wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", self.asked.range)
        return min(int(wanted[1]), size) if wanted else 0


@dataclass(frozen=True, slots=True)
class File:
    """A file, from the byte that is asked for where ``ranges``."""

    data: bytes
    mime_type: str = VIDEO
    ranges: bool = True
    headers: Mapping[str, str] = field(default_factory=dict)

    def answer(self, call: Call) -> None:
        call.body(self.begin(call))

    def begin(self, call: Call) -> bytes:
        """Send the head; the body that belongs to it."""
        size = len(self.data)
        start = call.first_byte(size) if self.ranges else 0
        if start and start >= size:
            call.head(416, {"Content-Range": f"bytes */{size}", "Content-Length": 0})
            return b""
        head = {"Content-Type": self.mime_type, "Content-Length": size - start, **self.headers}
        if self.ranges:
            head["Accept-Ranges"] = "bytes"
        if start:
            head["Content-Range"] = f"bytes {start}-{size - 1}/{size}"
        call.head(206 if start else 200, head)
        return self.data[start:]


@dataclass(frozen=True, slots=True)
class Slow:
    """A file that comes in pieces, with a pause after each."""

    file: File
    pieces: int = 5
    pause_s: float = 0.05

    def answer(self, call: Call) -> None:
        data = self.file.begin(call)
        step = len(data) // self.pieces + 1
        for at in range(0, len(data), step):
            call.body(data[at : at + step])
            call.wait(self.pause_s)


@dataclass(frozen=True, slots=True)
class Stalled:
    """A file that stops coming after some bytes, while the connection stays."""

    file: File
    after: int = 0

    def answer(self, call: Call) -> None:
        call.body(self.file.begin(call)[: self.after])
        call.wait(30)


@dataclass(frozen=True, slots=True)
class Truncated:
    """A file whose connection breaks after some bytes of what was promised."""

    file: File
    after: int

    def answer(self, call: Call) -> None:
        call.body(self.file.begin(call)[: self.after])


@dataclass(frozen=True, slots=True)
class Endless:
    """A body without an end, whose size is not stated."""

    mime_type: str = VIDEO
    begin: bytes = b""

    def answer(self, call: Call) -> None:
        call.head(200, {"Content-Type": self.mime_type})
        call.body(self.begin)
        if call.asked.method == "GET":
            while not call.over.is_set():
                call.body(b"\0" * _CHUNK)


@dataclass(frozen=True, slots=True)
class Promised:
    """A head that promises a size, and no body."""

    size: int
    mime_type: str = VIDEO

    def answer(self, call: Call) -> None:
        call.head(200, {"Content-Type": self.mime_type, "Content-Length": self.size})


@dataclass(frozen=True, slots=True)
class Status:
    """A refusal."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)

    def answer(self, call: Call) -> None:
        call.head(self.status, {"Content-Type": "text/plain", **self.headers})
        call.body(b"no")


@dataclass(frozen=True, slots=True)
class Redirect:
    """Somewhere else; ``to`` may be of any scheme."""

    to: str
    status: int = 302

    def answer(self, call: Call) -> None:
        call.head(self.status, {"Location": self.to, "Content-Length": 0})


@dataclass(frozen=True, slots=True)
class Page:
    """A text."""

    text: str
    mime_type: str = "text/html; charset=utf-8"

    def answer(self, call: Call) -> None:
        data = self.text.encode()
        call.head(200, {"Content-Type": self.mime_type, "Content-Length": len(data)})
        call.body(data)


def page_of_clips(title: str, clips: Sequence[str]) -> Page:
    """An HTML page with one ``<video>`` for each clip's address."""
    videos = "".join(f"<p><video src='{html.escape(clip)}'></video></p>" for clip in clips)
    return Page(f"<html><head><title>{html.escape(title)}</title></head><body>{videos}</body>")


def page_with_tracks(title: str, clip: str, tracks: Sequence[tuple[str, str]]) -> Page:
    """A page with one clip and its captions, as pairs of language and address."""
    lines = "".join(
        f'<track kind="captions" srclang="{language}" src="{html.escape(source)}">'
        for language, source in tracks
    )
    return Page(
        f"<html><title>{html.escape(title)}</title><video>"
        f'<source src="{html.escape(clip)}" type="{VIDEO}">{lines}</video></html>'
    )


def feed_of(title: str, items: Sequence[tuple[str, str, str]]) -> Page:
    """An RSS feed of items: title, address, date as RFC 822 writes it ("" for none)."""
    lines = "".join(
        f"<item><title>{html.escape(name)}</title>"
        f'<enclosure url="{html.escape(address)}" type="{VIDEO}" length="1"/>'
        + (f"<pubDate>{day}</pubDate>" if day else "")
        + "</item>"
        for name, address, day in items
    )
    return Page(
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>{html.escape(title)}</title>'
        f"{lines}</channel></rss>",
        "application/rss+xml",
    )


def hls_of(segments: Sequence[str], *, key: str = "") -> Page:
    """An HLS playlist of segments, each said to be of four seconds."""
    lines = "".join(f"#EXTINF:4.0,\n{segment}\n" for segment in segments)
    lock = f"#EXT-X-KEY:{key}\n" if key else ""
    return Page(
        "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:4\n#EXT-X-PLAYLIST-TYPE:VOD\n"
        f"{lock}{lines}#EXT-X-ENDLIST\n",
        "application/vnd.apple.mpegurl",
    )


class Loopback:
    """The site: ``address`` without a slash at its end, and the log of what it was asked."""

    def __init__(self) -> None:
        self.address = ""
        self.asked: list[Asked] = []
        self._parts: dict[str, list[Part]] = {}
        self._lock = threading.Lock()

    def play(self, path: str, *parts: Part) -> str:
        """Give a path its parts, one for each request; its whole address."""
        self._parts[path] = list(parts)
        return self.address + path

    def asked_for(self, path: str) -> list[Asked]:
        """The requests for a path, in their order."""
        return [asked for asked in self.asked if asked.path == path]

    def sent(self, path: str) -> int:
        """How many bytes the bodies for a path came to."""
        return sum(asked.sent for asked in self.asked_for(path))

    def _next(self, asked: Asked) -> Part:
        with self._lock:
            self.asked.append(asked)
            parts = self._parts.get(asked.path) or [Status(404)]
            return parts.pop(0) if len(parts) > 1 else parts[0]


@contextmanager
def serving() -> Iterator[Loopback]:
    """A site that runs while the block does."""
    site, over = Loopback(), threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = Asked(self.command, self.path, self.headers.get("Range", ""))
            asked.headers = dict(self.headers)
            try:
                site._next(asked).answer(Call(self, asked, over))
            except (BrokenPipeError, ConnectionResetError):
                # Whoever asked has heard enough.
                self.close_connection = True

        do_HEAD = do_GET

        def log_message(self, *_args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        site.address = f"http://127.0.0.1:{server.server_port}"
        try:
            yield site
        finally:
            over.set()
            server.shutdown()
            thread.join()


@pytest.fixture
def loopback() -> Iterator[Loopback]:
    with serving() as site:
        yield site
