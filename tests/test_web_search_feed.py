"""A search as a feed: well formed, the newest first, and the same until the answer changes."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from hostile_texts import EVIL, plant_hostile_texts
from lxml import etree
from web_seed import make_index, opened_app, seed

from archive.catalog import Catalog
from archive.edits import edit_talk


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    settings = seed(tmp_path_factory.mktemp("home"), indexed=False)
    catalog = Catalog.open(settings)
    plant_hostile_texts(settings, catalog)
    catalog.close()
    make_index(settings)
    with opened_app(settings) as app:
        yield app.test_client()


def _channel(client: FlaskClient, address: str) -> etree._Element:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.content_type == "application/rss+xml; charset=utf-8"
    channel = etree.fromstring(answer.data).find("channel")
    assert channel is not None
    return channel


def test_the_items_are_the_talks_with_moments_that_open_at_the_word(client: FlaskClient) -> None:
    channel = _channel(client, "/search.rss?q=moon")
    assert channel.findtext("title") == "Podium: moon"
    assert channel.findtext("link") == "http://localhost/search?q=moon&sort=date"
    (item,) = channel.findall("item")
    assert item.findtext("title") == "How the Moon Moves the Sea"
    assert re.fullmatch(
        r"http://localhost/talks/moon-moves-sea\?t=[0-9.]+", item.findtext("link") or ""
    )
    assert item.findtext("pubDate") == "Mon, 12 May 2031 00:00:00 +0000"
    assert [one.text for one in item.findall("category")] == ["Ada Example"]
    told = item.findtext("description") or ""
    assert told.count("<mark>moon</mark>") >= 4
    times = re.findall(r"\?t=([0-9.]+)", told)
    assert times == sorted(times, key=float)


def test_filters_hold_and_the_newest_talk_is_first(client: FlaskClient) -> None:
    items = _channel(client, "/search.rss?q=the&speaker=ada-example").findall("item")
    assert {item.findtext("category") for item in items} == {"Ada Example"}
    by_date = client.get("/api/v1/search?q=the&sort=date").get_json()["talks"]
    titles = [
        item.findtext("title") for item in _channel(client, "/search.rss?q=the").findall("item")
    ]
    assert titles == [talk["title"] for talk in by_date]


def test_the_same_answer_is_not_sent_twice(client: FlaskClient) -> None:
    first = client.get("/search.rss?q=moon")
    tag = first.headers["ETag"]
    again = client.get("/search.rss?q=moon", headers={"If-None-Match": tag})
    assert again.status_code == 304
    assert again.data == b""
    assert client.get("/search.rss?q=tide").headers["ETag"] != tag
    assert "Last-Modified" not in first.headers


def test_a_talk_keeps_its_guid_when_it_is_changed(client: FlaskClient) -> None:
    before = _channel(client, "/search.rss?q=locks").findall("item")
    tag = client.get("/search.rss?q=locks").headers["ETag"]
    catalog = client.application.extensions["podium"].catalog
    edit_talk(catalog, catalog.talk("harbours").id, {"title": ["Harbours That Sleep"]})
    make_index(client.application.extensions["podium"].settings)
    after = _channel(client, "/search.rss?q=locks").findall("item")
    assert after[0].findtext("title") == "Harbours That Sleep"
    assert [one.findtext("guid") for one in after] == [one.findtext("guid") for one in before]
    assert client.get("/search.rss?q=locks", headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize("query", ["", "xylophone-not-there", "\x00\x08￾", "]]>", "<&>\"'"])
def test_any_query_gives_a_well_formed_feed(client: FlaskClient, query: str) -> None:
    answer = client.get("/search.rss", query_string={"q": query})
    assert answer.status_code == 200
    assert etree.fromstring(answer.data).tag == "rss"


def test_hostile_texts_are_text_of_the_feed_and_of_its_html(client: FlaskClient) -> None:
    (item,) = _channel(client, "/search.rss?q=xylophone").findall("item")
    assert item.findtext("title") == f"{EVIL} title"
    told = item.findtext("description") or ""
    assert "<script" not in told
    assert "<img" not in told
    assert "&lt;script&gt;" in told


def test_the_search_page_links_its_feed(client: FlaskClient) -> None:
    page = client.get("/search?q=the&speaker=ada-example&limit=5").text
    assert (
        '<link rel="alternate" type="application/rss+xml" title="This search as a feed"'
        ' href="/search.rss?q=the&amp;speaker=ada-example">' in page
    )
