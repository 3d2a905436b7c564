"""A reel as an address: what it shows, in which order, and what it refuses in clear words."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from html import unescape

import av
import pytest
from browsing import QuietHandler
from flask.testing import FlaskClient
from web_seed import opened_app, seed, segments_of
from werkzeug.serving import make_server

from archive.work.captions import save_captions

MOON = "moon-moves-sea,20,24.5"
TURBINES = "turbines,4,9"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    with opened_app(seed(tmp_path_factory.mktemp("home"))) as app:
        yield app.test_client()


def _text(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def _talks(html: str) -> list[str]:
    return re.findall(r'<li class="clip" data-talk="([^"]+)"', html)


def test_a_reel_shows_words_and_speakers_of_its_moments_in_their_order(client: FlaskClient) -> None:
    page = client.get(f"/reel?m={TURBINES}&m={MOON}&m=moon-moves-sea,2,5").text
    assert _talks(page) == ["turbines", "moon-moves-sea", "moon-moves-sea"]
    text = _text(page)
    assert "3 moments 12 s" in text
    quotes = re.findall(r'<blockquote class="said" dir="auto">(.*?)</blockquote>', page)
    words = client.get("/talks/moon-moves-sea/words.json").get_json()
    said = "".join(
        word
        for word, start_ms in zip(words["words"], words["starts_ms"], strict=True)
        if 20_000 <= start_ms < 24_500
    )
    assert unescape(quotes[1]) == said.strip()
    assert "Ada Example , Director, Example Institute of Oceans, Chile" in text
    assert 'href="/talks/moon-moves-sea?t=20,24.5"' in page


def test_its_link_is_what_the_address_says(client: FlaskClient) -> None:
    page = client.get(f"/reel?m={MOON}&m={TURBINES}").text
    link = re.search(r'id="reel-address" readonly value="([^"]+)"', page)
    assert link is not None
    assert unescape(link[1]) == f"http://localhost/reel?m={MOON}&m={TURBINES}"


@pytest.mark.parametrize(
    ("button", "order"),
    [("up=1", [TURBINES, MOON]), ("down=0", [TURBINES, MOON]), ("remove=0", [TURBINES]),
     ("up=0", [MOON, TURBINES]), ("down=9", [MOON, TURBINES]), ("remove=x", [MOON, TURBINES]),
     ("up=-1", [MOON, TURBINES])],
)  # fmt: skip
def test_moments_are_moved_and_removed_by_plain_buttons(
    client: FlaskClient, button: str, order: list[str]
) -> None:
    answer = client.get(f"/reel?m={MOON}&m={TURBINES}&{button}")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/reel?" + "&".join(f"m={one}" for one in order)


def test_an_empty_reel_says_how_to_choose(client: FlaskClient) -> None:
    answer = client.get("/reel")
    assert answer.status_code == 200
    assert "Choose moments" in answer.text
    assert client.get(f"/reel?m={MOON}&remove=0").headers["Location"] == "/reel"


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("nobody,1,2", "There is no such talk."),
        ("moon-moves-sea,5,5", "Its end is not after its start."),
        ("moon-moves-sea,5,4", "Its end is not after its start."),
        ("moon-moves-sea,41,42", "The talk is over by then: it ends at 0:40."),
        ("turbines,0,601", "It is longer than 10 minutes."),
        ("moon-moves-sea", "A moment is written as"),
        ("moon-moves-sea,1e9,2", "A moment is written as"),
        ("moon-moves-sea,-1,2", "A moment is written as"),
        ("moon-moves-sea,nan,inf", "A moment is written as"),
        ("../../etc/passwd,1,2", "There is no such talk."),
        ("<script>,1,2", "There is no such talk."),
        ("x" * 1_000_000, "A moment is written as"),
        ("", "A moment is written as"),
    ],
)
def test_what_cannot_be_shown_is_said_in_clear_words(
    client: FlaskClient, asked: str, words: str
) -> None:
    answer = client.get("/reel", query_string={"m": [asked]})
    assert answer.status_code == 400
    assert words in _text(answer.text)
    assert len(answer.data) < 10_000
    assert "<script>," not in answer.text
    beside = client.get("/reel", query_string={"m": [MOON, asked]})
    assert beside.status_code == 200
    assert _talks(beside.text) == ["moon-moves-sea"]
    assert words in _text(beside.text)


def test_a_moment_that_runs_over_the_end_stops_there(client: FlaskClient) -> None:
    page = client.get("/reel?m=moon-moves-sea,38,60").text
    assert 'href="/talks/moon-moves-sea?t=38,40"' in page


def test_two_hundred_moments_are_cut_to_fifty_and_the_page_stays_small(client: FlaskClient) -> None:
    answer = client.get(
        "/reel", query_string={"m": [f"moon-moves-sea,{n},{n + 1}" for n in range(39)] * 6}
    )
    assert len(_talks(answer.text)) == 50
    assert "A reel has at most 50 moments" in answer.text
    assert len(answer.data) < 100_000


def test_the_playlist_opens_each_recording_at_its_moment(client: FlaskClient) -> None:
    answer = client.get(f"/reel.m3u?m={MOON}&m={TURBINES}&m=gauges,1.25,3")
    assert answer.content_type == "audio/x-mpegurl; charset=utf-8"
    lines = answer.text.splitlines()
    assert lines == [
        "#EXTM3U",
        "#EXTINF:4,Ada Example - How the Moon Moves the Sea",
        "#EXTVLCOPT:start-time=20",
        "#EXTVLCOPT:stop-time=24.5",
        "http://localhost/talks/moon-moves-sea/media#t=20,24.5",
        "#EXTINF:2,Ada Example - What the Gauges Remember",
        "#EXTVLCOPT:start-time=1.25",
        "#EXTVLCOPT:stop-time=3",
        "http://localhost/talks/gauges/media#t=1.25,3",
    ]


def test_the_addresses_of_the_playlist_play_in_what_players_are_made_of(
    client: FlaskClient,
) -> None:
    server = make_server(
        "127.0.0.1", 0, client.application, threaded=True, request_handler=QuietHandler
    )
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        root = f"http://127.0.0.1:{server.server_port}"
        listed = client.get(f"/reel.m3u?m={MOON}", base_url=root).text.splitlines()
        with av.open(listed[-1]) as media:
            assert media.duration is not None
            assert media.duration / 1_000_000 == pytest.approx(40, abs=1)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_playlist_of_nothing_is_refused_in_clear_words(client: FlaskClient) -> None:
    for asked in ("", f"?m={TURBINES}", "?m=x"):
        answer = client.get(f"/reel.m3u{asked}")
        assert answer.status_code == 400
        assert "no moment to play" in answer.text


def test_a_corrected_transcript_shows_in_a_reel_at_once(client: FlaskClient) -> None:
    asked = "/reel?m=turbines,0,38"
    before = client.get(asked).text
    catalog = client.application.extensions["podium"].catalog
    words = segments_of("Every turbine hums in another key.")
    save_captions(catalog, catalog.talk("turbines").id, words, language="en", file="new.vtt")
    after = client.get(asked).text
    assert "Every turbine hums in another key." not in before
    assert "Every turbine hums in another key." in after
