"""Fetching documents of the web within bounds."""

from __future__ import annotations

import gzip
import http.server
import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path

import pytest

import ingest.programmes.web_document as web_document
from archive.errors import BadSetting, BadSource, DownloadRefused, NetworkFailed
from ingest.programmes.document_kinds import kind_of
from ingest.programmes.web_document import fetch_document

PAGE = b"<!DOCTYPE html><html><head><title>Talks</title></head><body>Talks</body></html>"

Answer = Callable[[http.server.BaseHTTPRequestHandler], None]


class Server:
    """Answers on loopback, each written by a function; what was asked is kept with its headers."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.sent = 0
        self.address = ""

    def page(self, path: str, body: bytes = PAGE, status: int = 200, **headers: str) -> str:
        named = {name.replace("_", "-"): value for name, value in headers.items()}

        def answer(handler: http.server.BaseHTTPRequestHandler) -> None:
            handler.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **named}.items():
                handler.send_header(name, value)
            handler.end_headers()
            handler.wfile.write(body)

        self.answers[path] = answer
        return self.address + path

    def raw(self, path: str, *blocks: bytes, forever: bytes = b"", pause_s: float = 0.0) -> str:
        """Writes blocks as they are, then ``forever`` again and again until nobody reads."""

        def answer(handler: http.server.BaseHTTPRequestHandler) -> None:
            try:
                for block in blocks:
                    handler.wfile.write(block)
                while forever:
                    self.sent += len(forever)
                    handler.wfile.write(forever)
                    time.sleep(pause_s)
            except OSError:
                handler.close_connection = True

        self.answers[path] = answer
        return self.address + path


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("no_proxy", "*")
    served = Server()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            served.asked.append((self.path, dict(self.headers)))
            answer = served.answers.get(self.path)
            if answer is None:
                self.send_error(404)
            else:
                answer(self)

        def log_message(self, *_args: object) -> None:
            pass

    class Quiet(http.server.ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_args: object) -> None:
            """A connection that the reader closes is meant here."""

    with Quiet(("127.0.0.1", 0), Handler) as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        served.address = f"http://127.0.0.1:{running.server_port}"
        yield served
        running.shutdown()
        thread.join()


@pytest.fixture
def short_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_document, "TIME_LIMIT_S", 0.5)


def test_a_page_comes_with_its_type_charset_and_bytes(server: Server) -> None:
    address = server.page("/talks", Content_Type="text/html; charset=ISO-8859-1")
    document = fetch_document(address)
    assert document is not None
    assert (document.address, document.content) == (address, PAGE)
    assert (document.mime_type, document.charset) == ("text/html", "iso-8859-1")


def test_the_program_says_who_it_is_and_sends_no_cookies(server: Server) -> None:
    fetch_document(server.page("/", Set_Cookie="id=1"))
    fetch_document(server.address + "/")
    for _, headers in server.asked:
        assert headers["User-Agent"] == f"Podium/{version('podium')}"
        assert "Cookie" not in headers


def test_cookies_of_a_file_go_to_their_own_host_only(server: Server, tmp_path: Path) -> None:
    cookies = tmp_path / "cookies.txt"
    cookies.write_text(
        "# Netscape HTTP Cookie File\n"
        "127.0.0.1\tFALSE\t/\tFALSE\t0\tkey\tvalue\n"
        "#HttpOnly_127.0.0.1\tFALSE\t/\tFALSE\t0\thidden\ttoo\n"
        "127.0.0.1\tFALSE\t/\tTRUE\t0\tsecure\tno\n"
        "other.example\tFALSE\t/\tFALSE\t0\tforeign\tno\n"
    )
    fetch_document(server.page("/"), cookies=cookies)
    assert server.asked[0][1]["Cookie"] == "key=value; hidden=too"


@pytest.mark.parametrize("text", ["", "{}", "# Netscape HTTP Cookie File\nnonsense\n"])
def test_a_file_that_holds_no_cookies_is_a_bad_setting(
    server: Server, tmp_path: Path, text: str
) -> None:
    cookies = tmp_path / "cookies.txt"
    cookies.write_text(text)
    with pytest.raises(BadSetting, match=r"cookies\.txt"):
        fetch_document(server.page("/"), cookies=cookies)
    assert server.asked == []


def test_redirections_are_followed_and_the_last_address_is_told(server: Server) -> None:
    server.page("/new/é?a=b c".replace("é", "%C3%A9").replace(" ", "%20"))
    server.page("/middle", b"", 307, Location="/new/é?a=b c#part")
    document = fetch_document(server.page("/old", b"", 301, Location="middle"))
    assert document is not None
    assert document.address == server.address + "/new/%C3%A9?a=b%20c"


def test_more_than_five_redirections_are_too_many(server: Server) -> None:
    server.page("/loop", b"", 302, Location="/loop")
    with pytest.raises(DownloadRefused, match="more than 5 times"):
        fetch_document(server.address + "/loop")
    assert len(server.asked) == 6


@pytest.mark.parametrize(
    "target",
    [
        "file:///etc/passwd",
        "ftp://127.0.0.1/x",
        "data:text/html,hi",
        "javascript:1",
        "http://[x",
    ],
)
def test_redirections_out_of_the_web_are_refused(server: Server, target: str) -> None:
    with pytest.raises(DownloadRefused, match="does not follow"):
        fetch_document(server.page("/away", b"", 302, Location=target))


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "ftp://a.example/x",
        "talks.html",
        "",
        "http://",
        "http://[x",
        "http://a:b/",
    ],
)
def test_addresses_that_are_not_of_the_web_are_bad_sources(address: str) -> None:
    with pytest.raises(BadSource):
        fetch_document(address)


def test_a_password_in_an_address_is_neither_sent_nor_shown() -> None:
    with pytest.raises(BadSource) as refused:
        fetch_document("http://me:hush@a.example/")
    assert "hush" not in str(refused.value)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (404, DownloadRefused),
        (410, DownloadRefused),
        (401, DownloadRefused),
        (403, DownloadRefused),
        (418, DownloadRefused),
        (304, DownloadRefused),
        (429, NetworkFailed),
        (500, NetworkFailed),
        (503, NetworkFailed),
    ],
)
def test_a_refusal_says_which_it_was(server: Server, status: int, error: type[Exception]) -> None:
    with pytest.raises(error, match=f"answered {status}"):
        fetch_document(server.page("/no", b"", status))


def test_nobody_listening_is_a_failed_network() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    with pytest.raises(NetworkFailed, match="did not answer"):
        fetch_document(f"http://127.0.0.1:{port}/")


def test_a_host_without_an_address_is_a_failed_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_args: object, **_options: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    # The resolver is off this machine, so it alone is played here.
    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    monkeypatch.setenv("no_proxy", "*")
    with pytest.raises(NetworkFailed, match="Name or service not known"):
        fetch_document("http://nowhere.invalid/")


def test_what_speaks_no_http_is_a_failed_network(server: Server) -> None:
    with pytest.raises(NetworkFailed):
        fetch_document(server.raw("/odd", b"SSH-2.0-example\r\n\r\n"))


def test_a_server_without_tls_is_a_failed_network_under_https(server: Server) -> None:
    address = server.page("/").replace("http:", "https:")
    with pytest.raises(NetworkFailed, match="did not answer"):
        fetch_document(address)


def test_a_film_is_no_document_and_is_not_read(server: Server) -> None:
    head = b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2000000000\r\n\r\n"
    film = b"\0\0\0\x20ftypisom" + bytes(1 << 16)
    assert fetch_document(server.raw("/film", head, forever=film)) is None
    # What is on its way in the buffers of both sides, and no more.
    assert server.sent < 20_000_000


@pytest.mark.parametrize(
    ("body", "mime_type"),
    [
        (b"ID3\x04\0\0\0\0\0\x0f" + bytes(500), "text/plain"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "text/html"),
        (b"#EXTM3U\n#EXT-X-VERSION:3\n", "text/plain"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "text/html"),
        (b"no markup at all", "video/mp4"),
    ],
)
def test_media_is_known_by_its_first_bytes(server: Server, body: bytes, mime_type: str) -> None:
    assert fetch_document(server.page("/x", body, Content_Type=mime_type)) is None


def test_a_page_that_is_served_as_a_film_is_a_page(server: Server) -> None:
    document = fetch_document(server.page("/x", PAGE, Content_Type="video/mp4"))
    assert document is not None
    assert kind_of(document.content, document.mime_type, "x.mp4") == "page"


@pytest.mark.parametrize("coding", ["gzip", "x-gzip", "deflate", "bare"])
def test_compressed_answers_are_undone(server: Server, coding: str) -> None:
    bare = zlib.compressobj(wbits=-15)
    body = {
        "deflate": zlib.compress(PAGE),
        "bare": bare.compress(PAGE) + bare.flush(),
    }.get(coding, gzip.compress(PAGE))
    stated = "deflate" if coding == "bare" else coding
    document = fetch_document(server.page("/z", body, Content_Encoding=stated))
    assert document is not None
    assert document.content == PAGE


def test_a_compressed_film_is_no_document(server: Server) -> None:
    body = gzip.compress(b"\0\0\0\x20ftypisom" + bytes(5000))
    assert fetch_document(server.page("/z", body, Content_Encoding="gzip")) is None


def test_a_bomb_ends_at_the_size_limit(server: Server) -> None:
    bomb = gzip.compress(b"<html>" + b" " * 60_000_000)
    with pytest.raises(DownloadRefused, match="more than 20 MB"):
        fetch_document(server.page("/z", bomb, Content_Encoding="gzip"))


def test_a_compression_that_was_not_asked_for_is_refused(server: Server) -> None:
    with pytest.raises(DownloadRefused, match="'br'"):
        fetch_document(server.page("/z", b"\x0b\x02", Content_Encoding="br"))
    assert "br" not in server.asked[0][1]["Accept-Encoding"]


@pytest.mark.parametrize("body", [gzip.compress(PAGE)[:-9], b"no gzip at all"])
def test_damaged_compression_is_a_failed_network(server: Server, body: bytes) -> None:
    with pytest.raises(NetworkFailed, match="broke off"):
        fetch_document(server.page("/z", body, Content_Encoding="gzip"))


def test_a_body_that_breaks_off_is_a_failed_network(server: Server) -> None:
    head = b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5000\r\n\r\n"
    with pytest.raises(NetworkFailed, match="broke off"):
        fetch_document(server.raw("/half", head, PAGE))


def test_an_endless_body_ends_at_the_size_limit(server: Server) -> None:
    head = b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n<html>"
    with pytest.raises(DownloadRefused, match="more than 20 MB"):
        fetch_document(server.raw("/endless", head, forever=b"<p>again</p>" * 10_000))


@pytest.mark.usefixtures("short_time")
@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"HTTP/1.0 200 OK\r\nX-Slow: ",
        b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n" + PAGE * 20,
    ],
)
def test_what_drips_ends_at_the_time_limit(server: Server, head: bytes) -> None:
    started = time.monotonic()
    with pytest.raises(NetworkFailed, match=r"not finished after 0\.5 s"):
        fetch_document(server.raw("/drip", head, forever=b"x", pause_s=0.05))
    assert time.monotonic() - started < 2


@pytest.mark.usefixtures("short_time")
def test_a_server_that_says_nothing_ends_at_the_time_limit() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        with pytest.raises(NetworkFailed, match="not finished"):
            fetch_document(f"http://127.0.0.1:{silent.getsockname()[1]}/")
