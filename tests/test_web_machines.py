"""What other programs read: oEmbed, embeds, JSON-LD, Open Graph, feeds, sitemaps."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from lxml import etree
from web_seed import opened_app, seed

from archive.catalog import Catalog
from archive.programme import EventEntry, SpeakerEntry, TalkEntry, save_programme
from archive.settings import Settings, load_settings
from web.machines import sitemap

HERE = "http://localhost"
# Texts that would end an attribute, an element, or the script element that they stand in.
EVIL = "</script><script>window.ran=1</script><!-- ]]> \"'&amp; \u2028 \x0b \ud83d".encode(
    "utf-8", "replace"
).decode()


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = seed(tmp_path_factory.mktemp("home"))
    catalog = Catalog.open(settings)
    speaker = SpeakerEntry(f"{EVIL} name", aliases=(f"{EVIL} alias",), role=EVIL, affiliation=EVIL)
    event = EventEntry(
        f"{EVIL} event", slug="evil", organizers=(EVIL,), place=EVIL, summary=EVIL,
        starts_on=date(2031, 1, 1),
    )  # fmt: skip
    talk = TalkEntry(f"{EVIL} title", slug="evil", description=EVIL, speakers=(speaker,))
    save_programme(catalog, event, [talk])
    catalog.close()
    return settings


@pytest.fixture(scope="module")
def client(settings: Settings) -> Iterator[FlaskClient]:
    with opened_app(settings) as app:
        yield app.test_client()


def _json_ld(page: str) -> dict[str, Any]:
    (found,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    document: dict[str, Any] = json.loads(found)
    return document


def _meta(page: str) -> dict[str, str]:
    pairs = re.findall(r'<meta (?:property|name)="([^"]+)" content="([^"]*)">', page)
    return {name: unescape(content) for name, content in pairs}


def test_a_talks_page_names_its_oembed_address_and_that_answers(client: FlaskClient) -> None:
    page = client.get("/talks/moon-moves-sea").text
    for form in ("json", "xml"):
        link = re.search(rf'type="[a-z]+/{form}\+oembed" title="[^"]*" href="([^"]+)"', page)
        assert link is not None
        answer = client.get(unescape(link[1]).removeprefix(HERE))
        assert answer.status_code == 200
        assert answer.mimetype == ("application/json" if form == "json" else "text/xml")


def test_a_page_that_is_opened_at_a_word_is_shared_from_there(client: FlaskClient) -> None:
    page = client.get("/talks/moon-moves-sea?t=5.2,9.1").text
    link = re.search(r'type="application/json\+oembed" title="[^"]*" href="([^"]+)"', page)
    assert link is not None
    answer = client.get(unescape(link[1]).removeprefix(HERE)).json
    assert answer is not None
    assert "/embed/moon-moves-sea?t=5.2,9.1" in answer["html"]


def test_oembed_has_what_its_version_requires_and_keeps_the_time(client: FlaskClient) -> None:
    url = f"{HERE}/talks/moon-moves-sea?t=5.2,9.1"
    answer = client.get(f"/oembed?url={quote(url)}").json
    assert answer is not None
    assert answer["version"] == "1.0"
    assert answer["type"] in ("video", "rich")
    assert answer["title"] == "How the Moon Moves the Sea"
    assert answer["author_name"] == "Ada Example"
    assert answer["author_url"] == f"{HERE}/speakers/ada-example"
    source = re.search(r'src="([^"]+)"', answer["html"])
    assert source is not None
    assert unescape(source[1]) == f"{HERE}/embed/moon-moves-sea?t=5.2,9.1"
    assert f'width="{answer["width"]}" height="{answer["height"]}"' in answer["html"]
    xml = etree.fromstring(client.get(f"/oembed?url={quote(url)}&format=xml").data)
    assert {child.tag: child.text or "" for child in xml} == {
        name: str(value) for name, value in answer.items()
    }


def test_oembed_stays_within_the_room_that_there_is(client: FlaskClient) -> None:
    url = quote(f"{HERE}/talks/turbines")
    for asked, size in (
        ("maxwidth=400&maxheight=300", (400, 300)),
        ("maxwidth=9999", (560, 420)),
        ("maxwidth=x&maxheight=-5", (560, 180)),
    ):
        answer = client.get(f"/oembed?url={url}&{asked}").json
        assert answer is not None
        assert (answer["width"], answer["height"]) == size


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 400),
        ("url=", 400),
        ("url=http://localhost/talks/nobody", 404),
        ("url=http://elsewhere.example/talks/moon-moves-sea", 404),
        ("url=http://localhost/speakers/ada-example", 404),
        ("url=http://[", 404),
        ("url=//localhost/talks", 404),
        ("url=http://localhost/talks/moon-moves-sea&format=yaml", 501),
    ],
)
def test_what_oembed_cannot_answer_is_an_error_in_json(
    client: FlaskClient, query: str, status: int
) -> None:
    answer = client.get(f"/oembed?{query}")
    assert answer.status_code == status
    assert answer.json is not None
    assert set(answer.json["error"]) == {"message", "advice"}


def test_only_the_embed_may_stand_in_other_peoples_pages(client: FlaskClient) -> None:
    framed = client.get("/embed/moon-moves-sea?t=5")
    assert framed.status_code == 200
    assert "frame-ancestors *" in framed.headers["Content-Security-Policy"]
    assert "default-src 'none'" in framed.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in framed.headers
    assert "Set-Cookie" not in framed.headers
    for address in ("/", "/talks/moon-moves-sea", "/oembed", "/embed", "/embed/nobody/x"):
        answer = client.get(address)
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"], address
        assert answer.headers["X-Frame-Options"] == "DENY", address


def test_an_embedded_passage_has_just_its_words_and_links_back(client: FlaskClient) -> None:
    words = client.get("/talks/moon-moves-sea/words.json").json
    assert words is not None
    at = words["words"].index(" spring")
    start, end = (words["starts_ms"][n] // 10 / 100 for n in (at, at + 2))
    page = client.get(f"/embed/moon-moves-sea?t={start},{end}").text
    shown = re.findall(r"<span data-start-ms=\"\d+\">([^<]+)</span>", page)
    assert shown == [word.strip() for word in words["words"][at : at + 3]]
    assert f'href="/talks/moon-moves-sea?t={start},{end:.2f}"' in page
    assert re.search(rf'src="/talks/moon-moves-sea/media#t=[0-9.]+,{end:.3f}"', page)


def test_a_talk_without_a_recording_is_embedded_with_its_words(client: FlaskClient) -> None:
    page = client.get("/embed/turbines").text
    assert "This talk has no recording here." in page
    assert "suspension" in page


def test_a_talks_page_says_what_it_is_in_json_ld(client: FlaskClient) -> None:
    document = _json_ld(client.get("/talks/moon-moves-sea").text)
    assert document["@type"] == "VideoObject"
    assert document["url"] == f"{HERE}/talks/moon-moves-sea"
    assert document["duration"] == "PT40S"
    assert document["uploadDate"] == "2031-05-12"
    assert "Bay of Fundy" in document["transcript"]
    assert document["contentUrl"].endswith("/talks/moon-moves-sea/media")
    assert document["actor"][0]["name"] == "Ada Example"
    clips = [(c["name"], c["startOffset"], c["endOffset"]) for c in document["hasPart"]]
    assert clips == [("What pulls the water", 0, 20), ("Spring & neap", 20, 40)]
    seek = document["potentialAction"]
    assert seek["@type"] == "SeekToAction"
    opened = seek["target"].replace("{seek_to_second_number}", "20")
    assert client.get(opened.removeprefix(HERE)).status_code == 200


def test_speakers_and_events_are_a_person_and_an_event(client: FlaskClient) -> None:
    person = _json_ld(client.get("/speakers/ada-example").text)
    assert (person["@type"], person["name"], person["jobTitle"]) == (
        "Person", "Ada Example", "Director",
    )  # fmt: skip
    assert person["alternateName"] == ["Example Ada"]
    event = _json_ld(client.get("/events/tidal-days-2031").text)
    assert (event["@type"], event["startDate"], event["endDate"]) == (
        "Event", "2031-05-12", "2031-05-13",
    )  # fmt: skip
    assert event["organizer"][1]["name"] == "City of Exampleton"


def test_pages_have_cards_for_whoever_shares_them(client: FlaskClient) -> None:
    for address, title in (
        ("/talks/moon-moves-sea", "How the Moon Moves the Sea"),
        ("/speakers/ada-example", "Ada Example"),
        ("/events/tidal-days-2031", "Tidal Days 2031: People, Power and the Sea"),
    ):
        page = client.get(address).text
        meta = _meta(page)
        assert meta["og:title"] == title
        assert meta["og:url"] == HERE + address
        assert meta["twitter:card"].startswith("summary")
        assert f'<link rel="canonical" href="{HERE}{address}">' in page


def test_no_text_breaks_out_of_what_machines_read(client: FlaskClient) -> None:
    speaker = re.search(r'href="/speakers/([^"]*script[^"]*)"', client.get("/speakers").text)
    assert speaker is not None
    title = f"{EVIL} title"
    assert _json_ld(client.get("/talks/evil").text)["name"] == title
    assert _json_ld(client.get("/events/evil").text)["name"] == f"{EVIL} event"
    assert _json_ld(client.get(f"/speakers/{speaker[1]}").text)["name"] == f"{EVIL} name"
    assert _meta(client.get("/talks/evil").text)["og:title"] == title
    for address in ("/talks/evil", "/events/evil", f"/speakers/{speaker[1]}", "/embed/evil"):
        assert "<script>" not in client.get(address).text, address
    xml_title = title.replace("\x0b", "")
    for address in ("/events/evil.rss", f"/speakers/{speaker[1]}.rss"):
        feed = etree.fromstring(client.get(address).data)
        assert feed.findtext("channel/item/title") == xml_title
    url = quote(f'{HERE}/talks/evil?t=1"><script>')
    answer = client.get(f"/oembed?url={url}").json
    assert answer is not None
    assert "<script>" not in answer["html"]
    xml = etree.fromstring(client.get(f"/oembed?url={url}&format=xml").data)
    assert xml.findtext("title") == xml_title


def test_a_feed_has_the_talks_with_links_dates_and_recordings(client: FlaskClient) -> None:
    answer = client.get("/events/tidal-days-2031.rss")
    assert answer.mimetype == "application/rss+xml"
    channel = etree.fromstring(answer.data).find("channel")
    assert channel is not None
    assert channel.findtext("title") == "Tidal Days 2031: People, Power and the Sea"
    items = channel.findall("item")
    assert len(items) == 6
    by_link = {item.findtext("link"): item for item in items}
    moon = by_link[f"{HERE}/talks/moon-moves-sea"]
    assert moon.findtext("pubDate") == "Mon, 12 May 2031 00:00:00 +0000"
    enclosure = moon.find("enclosure")
    assert enclosure is not None
    assert enclosure.get("type") == "video/mp4"
    media = client.get(str(enclosure.get("url")).removeprefix(HERE))
    assert media.content_length == int(str(enclosure.get("length")))
    media.close()
    assert by_link[f"{HERE}/talks/turbines"].find("enclosure") is None
    for kind, slug in (("events", "tidal-days-2031"), ("speakers", "ada-example")):
        assert f'href="/{kind}/{slug}.rss"' in client.get(f"/{kind}/{slug}").text
    assert client.get("/speakers/nobody.rss").status_code == 404


def _locations(xml: bytes) -> list[str]:
    return [str(found.text) for found in etree.fromstring(xml).iter("{*}loc")]


def test_the_sitemap_has_every_page_and_each_is_there(client: FlaskClient) -> None:
    addresses = _locations(client.get("/sitemap.xml").data)
    assert len(addresses) == len(set(addresses)) == 4 + 2 + 5 + 8
    for address in addresses:
        assert client.get(address.removeprefix(HERE)).status_code == 200, address
    robots = client.get("/robots.txt").text
    assert f"Sitemap: {HERE}/sitemap.xml" in robots
    assert "Disallow: /search" in robots


def test_a_sitemap_that_would_be_too_long_is_a_list_of_several(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = _locations(client.get("/sitemap.xml").data)
    monkeypatch.setattr(sitemap, "MOST_ADDRESSES", 8)
    parts = _locations(client.get("/sitemap.xml").data)
    assert parts == [f"{HERE}/sitemap-{n}.xml" for n in (1, 2, 3)]
    found = [a for part in parts for a in _locations(client.get(part.removeprefix(HERE)).data)]
    assert found == whole
    for number in (0, 4, 10**9):
        assert client.get(f"/sitemap-{number}.xml").status_code == 404


def test_behind_a_proxy_addresses_are_those_that_readers_use(tmp_path: Path) -> None:
    settings = seed(tmp_path / "home", indexed=False)
    proxied = load_settings(home=settings.home, public_url="https://talks.example")
    with opened_app(proxied) as app:
        client = app.test_client()
        page = client.get("/talks/turbines").text
        assert _meta(page)["og:url"] == "https://talks.example/talks/turbines"
        assert _locations(client.get("/sitemap.xml").data)[0] == "https://talks.example/"
        url = quote("https://talks.example/talks/turbines")
        assert client.get(f"/oembed?url={url}").status_code == 200
