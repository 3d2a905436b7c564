"""Recordings in byte ranges, captions, times of words."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from waitress import create_server, wasyncore
from web_seed import SAMPLE, opened_app, seed

from archive.catalog import Catalog
from archive.settings import Settings

MEDIA = "/talks/moon-moves-sea/media"
BYTES = (SAMPLE / "amber.mp4").read_bytes()


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return seed(tmp_path_factory.mktemp("home"), indexed=False)


@pytest.fixture
def client(archive: Settings) -> Iterator[FlaskClient]:
    with opened_app(archive) as app:
        yield app.test_client()


def test_a_recording_is_served_whole(client: FlaskClient) -> None:
    with client.get(MEDIA) as answer:
        assert answer.status_code == 200
        assert answer.mimetype == "video/mp4"
        assert answer.headers["Accept-Ranges"] == "bytes"
        assert answer.data == BYTES


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=100-299", 100, 299),
        ("bytes=1000-", 1000, len(BYTES) - 1),
        ("bytes=-50", len(BYTES) - 50, len(BYTES) - 1),
        (f"bytes=10-{len(BYTES) + 99}", 10, len(BYTES) - 1),
    ],
)
def test_a_byte_range_is_that_part(client: FlaskClient, asked: str, first: int, last: int) -> None:
    with client.get(MEDIA, headers={"Range": asked}) as answer:
        assert answer.status_code == 206
        assert answer.headers["Content-Range"] == f"bytes {first}-{last}/{len(BYTES)}"
        assert answer.data == BYTES[first : last + 1]


def test_a_range_outside_the_file_is_refused(client: FlaskClient) -> None:
    answer = client.get(MEDIA, headers={"Range": f"bytes={len(BYTES) + 5}-"})
    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == f"bytes */{len(BYTES)}"


def test_a_range_of_an_older_file_gets_the_whole_new_one(client: FlaskClient) -> None:
    with client.get(MEDIA) as answer:
        etag = answer.headers["ETag"]
    with client.get(MEDIA, headers={"Range": "bytes=0-9", "If-Range": etag}) as answer:
        assert answer.status_code == 206
    with client.get(MEDIA, headers={"Range": "bytes=0-9", "If-Range": '"older"'}) as answer:
        assert answer.status_code == 200
    with client.get(MEDIA, headers={"If-None-Match": etag}) as answer:
        assert answer.status_code == 304


def test_head_tells_the_size_alone(client: FlaskClient) -> None:
    with client.head(MEDIA) as answer:
        assert answer.headers["Content-Length"] == str(len(BYTES))
        assert answer.data == b""


@pytest.fixture
def server(archive: Settings) -> Iterator[tuple[str, int]]:
    """The address of the site under the server that `podium serve` uses, with two threads."""
    sockets: dict[int, object] = {}
    stop = threading.Event()
    with opened_app(archive) as app:
        running = create_server(app, host="127.0.0.1", port=0, threads=2, map=sockets)

        own = len(sockets)

        def run() -> None:
            # In a loop of its own, since a server must be closed by the thread that runs it, and
            # not before it has seen its readers go.
            while not stop.is_set() or len(sockets) > own:
                wasyncore.loop(timeout=0.05, map=sockets, count=1)
            running.task_dispatcher.shutdown()
            wasyncore.close_all(sockets)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        yield "127.0.0.1", int(running.effective_port)
        stop.set()
        thread.join(10)


def test_parts_are_right_from_the_real_server(server: tuple[str, int]) -> None:
    connection = HTTPConnection(*server)
    for first, last in ((0, 0), (100, 299), (1000, len(BYTES) - 1), (5, 9)):
        connection.request("GET", MEDIA, headers={"Range": f"bytes={first}-{last}"})
        answer = connection.getresponse()
        assert answer.status == 206
        assert answer.read() == BYTES[first : last + 1]
    connection.close()


def test_people_who_watch_leave_the_site_free(archive: Settings, server: tuple[str, int]) -> None:
    catalog = Catalog.open(archive)
    recording = catalog.talk("moon-moves-sea").recording
    catalog.close()
    assert recording is not None
    # A long film: far more than the server and the sockets would buffer.
    with Path(recording.path).open("r+b") as file:
        file.truncate(200_000_000)
    try:
        watching = [socket.create_connection(server) for _ in range(5)]
        for one in watching:
            one.sendall(f"GET {MEDIA} HTTP/1.1\r\nHost: x\r\nRange: bytes=0-\r\n\r\n".encode())
            assert one.recv(12) == b"HTTP/1.1 206"
        connection = HTTPConnection(*server, timeout=10)
        connection.request("GET", "/events")
        assert connection.getresponse().status == 200
        connection.close()
        for one in watching:
            one.close()
    finally:
        with Path(recording.path).open("r+b") as file:
            file.truncate(len(BYTES))


def test_a_talk_without_a_recording_has_no_media(client: FlaskClient) -> None:
    assert client.get("/talks/harbours/media").status_code == 404
    assert client.get("/talks/harbours/captions.vtt").status_code == 404
    assert client.get("/talks/harbours/words.json").status_code == 404


def test_a_file_that_is_gone_is_said_to_be_gone(tmp_path: Path) -> None:
    settings = seed(tmp_path / "home", indexed=False)
    catalog = Catalog.open(settings)
    recording = catalog.talk("moon-moves-sea").recording
    catalog.close()
    assert recording is not None
    Path(recording.path).unlink()
    with opened_app(settings) as app:
        answer = app.test_client().get(MEDIA)
        assert answer.status_code == 404
        assert "podium check" in answer.text


def test_captions_hold_the_words_with_their_times(client: FlaskClient) -> None:
    answer = client.get("/talks/moon-moves-sea/captions.vtt")
    assert answer.content_type == "text/vtt; charset=utf-8"
    assert answer.text.startswith("WEBVTT\n")
    assert "00:00:00.600 --> " in answer.text
    assert "spring tide" in answer.text


def test_times_of_words_fit_the_lines_of_the_page(client: FlaskClient) -> None:
    answer = client.get("/talks/moon-moves-sea/words.json")
    words = answer.json
    assert words is not None
    page = client.get("/talks/moon-moves-sea").text
    assert page.count('<p><a href="?t=') == len(words["segments"])
    assert len(words["words"]) == len(words["starts_ms"])
    assert words["starts_ms"] == sorted(words["starts_ms"])
    opening = [words["words"][n].strip() for n in words["sentences"][:3]]
    assert opening == ["Welcome", "Twice", "The"]
    again = client.get(
        "/talks/moon-moves-sea/words.json", headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert again.status_code == 304


def test_chapters_are_a_track_of_the_player(client: FlaskClient) -> None:
    text = client.get("/talks/moon-moves-sea/chapters.vtt").text
    assert "00:00:00.000 --> 00:00:20.000\nWhat pulls the water" in text
    assert "00:00:20.000 --> 00:00:40.000\nSpring &amp; neap" in text
    assert client.get("/talks/turbines/chapters.vtt").text == "WEBVTT\n"
