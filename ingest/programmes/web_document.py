"""Documents of the web, fetched within bounds.

At most ``SIZE_LIMIT`` bytes and ``TIME_LIMIT_S`` seconds are spent on an address, whatever the
server does. A clip that answers instead of a document is left to yt-dlp, unread.
"""

from __future__ import annotations

import http.client
import ssl
import urllib.error
import urllib.request
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from archive.errors import BadSource, DownloadRefused, NetworkFailed, PodiumError
from archive.version import podium_version
from ingest.programmes.document_kinds import is_media
from ingest.programmes.web_opener import Deadline, web_opener

SIZE_LIMIT = 20_000_000
TIME_LIMIT_S = 30.0

_REDIRECTIONS = (301, 302, 303, 307, 308)
_MOST_REDIRECTIONS = 5
_FIRST_BYTES = 1024
_BLOCK = 1 << 16
_AGAIN = "Check the address and the network, then run the command again."


@dataclass(frozen=True, slots=True)
class WebDocument:
    """A fetched document; ``address`` is where it was found after all redirections."""

    address: str
    mime_type: str
    charset: str | None
    content: bytes


def fetch_document(address: str, *, cookies: Path | None = None) -> WebDocument | None:
    """The document at an http or https address, or None where a clip or other media answers.

    Of media, only the first bytes are read. ``cookies`` is a file in Netscape's format. Raises
    BadSource (no such address can be asked), BadSetting (the cookie file), DownloadRefused or
    NetworkFailed.
    """
    target = _askable(address)
    with Deadline(TIME_LIMIT_S) as deadline:
        opener = web_opener(deadline, cookies)
        try:
            document = _follow(opener, target)
        except (OSError, http.client.HTTPException, zlib.error) as error:
            if deadline.passed:
                raise _too_slow(address) from error
            raise _broken(address, error) from error
    if deadline.passed:
        # A body without a stated length just ends when its connection is cut.
        raise _too_slow(address)
    return document


def _follow(opener: urllib.request.OpenerDirector, address: str) -> WebDocument | None:
    asked = address
    for _ in range(_MOST_REDIRECTIONS + 1):
        # Compressed answers are undone below, so that a bomb is noticed; brotli is not asked for.
        request = urllib.request.Request(  # noqa: S310 - http and https by _askable
            address,
            headers={
                "User-Agent": f"Podium/{podium_version()}",
                "Accept": "text/html, application/xml, application/json, text/*;q=0.9, */*;q=0.5",
                "Accept-Encoding": "gzip, deflate",
            },
        )
        with opener.open(request, timeout=TIME_LIMIT_S) as answer:
            location = answer.headers.get("Location")
            if answer.status not in _REDIRECTIONS or not location:
                return _read(answer, address)
        address = _redirected(address, location)
    raise DownloadRefused(
        f"{asked} was redirected more than {_MOST_REDIRECTIONS} times.",
        advice="Give the address where the browser ends up.",
    )


def _read(answer: http.client.HTTPResponse, address: str) -> WebDocument | None:
    if not 200 <= answer.status < 300:
        raise _refusal(address, answer.status)
    stated = "Content-Type" in answer.headers
    mime_type = answer.headers.get_content_type() if stated else ""
    content = bytearray()
    decided = False
    for block in _decoded(answer, address):
        content += block
        if not decided and len(content) >= _FIRST_BYTES:
            if is_media(bytes(content[:_FIRST_BYTES]), mime_type):
                return None
            decided = True
        if len(content) > SIZE_LIMIT:
            raise DownloadRefused(
                f"{address} is a document of more than {SIZE_LIMIT // 1_000_000} MB.",
                advice="Save the part that matters as a file, and ingest that.",
            )
    if not decided and is_media(bytes(content), mime_type):
        return None
    return WebDocument(address, mime_type, answer.headers.get_content_charset(), bytes(content))


def _decoded(answer: http.client.HTTPResponse, address: str) -> Iterator[bytes]:
    """The body in blocks of bounded size, its compression undone."""
    coding = answer.headers.get("Content-Encoding", "").strip().lower()
    if coding in ("", "identity"):
        yield from _blocks(answer)
        return
    if coding not in ("gzip", "x-gzip", "deflate"):
        raise DownloadRefused(
            f"{address} came compressed as {coding!r}, which was not asked for.",
            advice="Save the page in a browser, and ingest the file.",
        )
    inflate = None
    for block in _blocks(answer):
        if inflate is None:
            # "deflate" is sent with and without the header of zlib; 47 takes gzip's and zlib's.
            bare = coding == "deflate" and block[0] & 0x0F != 8
            inflate = zlib.decompressobj(-zlib.MAX_WBITS if bare else 47)
        while block and not inflate.eof:
            yield inflate.decompress(block, _BLOCK)
            block = inflate.unconsumed_tail
    if inflate is not None and not inflate.eof:
        raise http.client.IncompleteRead(b"")


def _blocks(answer: http.client.HTTPResponse) -> Iterator[bytes]:
    while block := answer.read1(_BLOCK):
        yield block
    if answer.length:
        raise http.client.IncompleteRead(b"", answer.length)


def _askable(address: str) -> str:
    """The address in the form that is sent: ASCII, without its fragment. Raises BadSource."""
    try:
        parts = urlsplit(address.strip())
        port = f":{parts.port}" if parts.port is not None else ""
        host = (parts.hostname or "").encode("idna").decode("ascii")
    except ValueError as error:
        raise BadSource(f"{address!r} is no address.", advice="Correct it.") from error
    if parts.scheme not in ("http", "https") or not host:
        raise BadSource(
            f"{address!r} is no address of the web.",
            advice="Give one that begins with http:// or https://, or a file.",
        )
    if parts.username is not None:
        raise BadSource(
            f"The address on {host} holds a user name, which Podium does not send.",
            advice="Save the page in a browser and ingest the file, or use --cookies.",
        )
    place = f"[{host}]" if ":" in host else host
    path = quote(parts.path, safe="/%:@!$&'()*+,;=~") or "/"
    query = quote(parts.query, safe="/?%:@!$&'()*+,;=~")
    return urlunsplit((parts.scheme, place + port, path, query, ""))


def _redirected(address: str, location: str) -> str:
    # Headers come as Latin-1; many servers write UTF-8 into them all the same.
    with suppress(UnicodeError):
        location = location.encode("latin-1").decode("utf-8")
    try:
        return _askable(urljoin(address, location))
    except (BadSource, ValueError) as error:
        raise DownloadRefused(
            f"{address} redirects to {location[:200]!r}, which Podium does not follow.",
            advice="Podium takes http and https only; give the document's own address.",
        ) from error


def _refusal(address: str, status: int) -> PodiumError:
    if status in (404, 410):
        return DownloadRefused(
            f"{address} answered {status}: there is nothing at this address.",
            advice="Check it in a browser, then ingest the right one.",
        )
    if status in (401, 403):
        return DownloadRefused(
            f"{address} answered {status}: the server refuses to give this document.",
            advice="Check in a browser whether it needs a sign-in; if so, use --cookies FILE.",
        )
    if status == 429 or status >= 500:
        return NetworkFailed(
            f"{address} answered {status}: the server is overloaded or out of order.",
            advice="Wait a while, then run the command again.",
        )
    return DownloadRefused(f"{address} answered {status}.", advice="Check it in a browser.")


def _too_slow(address: str) -> NetworkFailed:
    return NetworkFailed(
        f"{address} was not finished after {TIME_LIMIT_S:g} seconds.",
        advice="Run the command again later, or save the page in a browser and ingest the file.",
    )


def _broken(address: str, error: Exception) -> PodiumError:
    if isinstance(error, http.client.InvalidURL):
        return BadSource(f"{address!r} is no address.", advice="Correct it.")
    if isinstance(error, http.client.IncompleteRead | zlib.error):
        return NetworkFailed(f"{address} broke off before its end.", advice=_AGAIN)
    cause = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(cause, TimeoutError):
        return _too_slow(address)
    if isinstance(cause, ssl.SSLCertVerificationError):
        return DownloadRefused(
            f"{address} has no certificate that this machine trusts: {cause.verify_message}.",
            advice="Check it in a browser, save the page there, and ingest the file.",
        )
    said = getattr(cause, "strerror", None) or str(cause) or type(cause).__name__
    return NetworkFailed(f"{address} did not answer: {said.rstrip('.')}.", advice=_AGAIN)
