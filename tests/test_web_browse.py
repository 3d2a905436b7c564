"""Looking through the archive without a query: browse, events, speakers, in pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from html import unescape
from pathlib import Path
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from web_seed import make_index, opened_app, seed, segments_of

from archive.catalog import Catalog
from archive.programme import EventEntry, SpeakerEntry, TalkEntry, save_programme
from archive.settings import load_settings
from archive.work.captions import save_captions
from web.lists.speaker_page import year_ranges

LARGEST_PAGE = 100_000


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    with opened_app(seed(tmp_path_factory.mktemp("home"))) as app:
        yield app.test_client()


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """An event of 300 talks, and 300 single ones, by 600 people with long titles and posts."""
    settings = load_settings(home=tmp_path_factory.mktemp("large"))
    catalog = Catalog.open(settings)
    long = "On the Long and Winding Titles of Talks That Somebody Once Gave in a Hall, Part"
    save_programme(
        catalog,
        EventEntry("A Large Event", slug="large", starts_on=date(2031, 5, 1)),
        [_entry(f"{long} {n}", n) for n in range(300)],
    )
    save_programme(catalog, None, [_entry(f"{long} {n}", n) for n in range(300, 600)])
    catalog.close()
    with opened_app(settings) as app:
        yield app.test_client()


def _entry(title: str, number: int) -> TalkEntry:
    speaker = SpeakerEntry(
        f"{chr(97 + number % 26).upper()}da Number{number}",
        role="Director of the Department of Lengthy Names",
        affiliation="Example Institute of Oceans, Coasts and Harbours",
        country="CL",
    )
    return TalkEntry(title, number=number, speakers=(speaker,))


def _titles(page: str) -> list[str]:
    return [unescape(t) for t in re.findall(r'class="talk-title"><a [^>]*>(.*?)</a>', page)]


def test_all_talks_are_there_the_newest_first_under_their_year(client: FlaskClient) -> None:
    page = client.get("/browse").text
    assert len(_titles(page)) == 7
    assert _titles(page)[0] == "How the Moon Moves the Sea"
    assert _titles(page)[-1] == "潮汐的故事"
    assert re.findall(r'class="year">([^<]*)', page) == ["2031", "Without a date"]


@pytest.mark.parametrize(
    ("query", "talks"),
    [
        ("year=2031", 6),
        ("event=tidal-days-2031", 6),
        ("event=-", 1),
        ("language=zh", 1),
        ("language=en", 3),
        ("country=AT", 2),
        ("country=SG&letter=b", 1),
        ("letter=w", 1),
        ("year=1066", 0),
        ("year=x&country=%00&language=%ED%A0%80", 0),
    ],
)
def test_the_talks_are_narrowed(client: FlaskClient, query: str, talks: int) -> None:
    page = client.get(f"/browse?{query}")
    assert page.status_code == 200
    assert len(_titles(page.text)) == talks


def test_every_number_beside_a_value_is_what_its_link_shows(client: FlaskClient) -> None:
    page = client.get("/browse?country=SG").text
    links = re.findall(r'<a href="(/browse\?[^"]+)"[^>]*><bdi>.*?"tally">(\d+)<', page)
    assert len(links) >= 5
    for address, talks in links:
        assert len(_titles(client.get(unescape(address)).text)) == int(talks), address


def test_long_lists_come_in_pages_that_hold_each_talk_once(large: FlaskClient) -> None:
    for address, total in (("/events/large", 300), ("/browse", 600), ("/browse?event=-", 300)):
        found: list[str] = []
        following: str | None = address
        while following:
            page = large.get(following)
            assert len(page.data) < LARGEST_PAGE, following
            found += re.findall(r'class="talk-title"><a href="([^"]+)', page.text)
            link = re.search(r'rel="next" href="([^"]+)"', page.text)
            following = unescape(link[1]) if link else None
        assert len(found) == len(set(found)) == total


def test_a_page_beyond_the_end_is_the_last_one(large: FlaskClient) -> None:
    for page in ("6", "7", "99999999999999"):
        assert "251 to 300 of 300" in large.get(f"/events/large?page={page}").text
    for page in ("0", "-3", "x", ""):
        assert "1 to 50 of 300" in large.get(f"/events/large?page={page}").text


def test_speakers_are_found_by_their_first_letter(large: FlaskClient) -> None:
    page = large.get("/speakers").text
    assert "1 to 150 of 600" in page
    assert len(large.get("/speakers").data) < LARGEST_PAGE
    only = large.get("/speakers?letter=c").text
    names = re.findall(r'<li>\s*<a href="/speakers/[^"]+"><bdi>([^<]+)', only)
    assert names
    assert all(name.startswith("C") for name in names)


def test_names_in_other_scripts_have_a_letter_too(client: FlaskClient, tmp_path: Path) -> None:
    settings = load_settings(home=tmp_path / "home")
    catalog = Catalog.open(settings)
    people = (SpeakerEntry("示例伟"), SpeakerEntry("Émile Sample"))
    save_programme(catalog, None, [TalkEntry("A Talk", speakers=people)])
    catalog.close()
    with opened_app(settings) as app:
        page = app.test_client().get("/speakers").text
        assert re.findall(r'href="/speakers\?letter=([^"]+)"', page) == ["e", quote("…")]
        assert "示例伟" in app.test_client().get("/speakers?letter=…").text


def test_an_event_says_where_its_talks_stand(client: FlaskClient) -> None:
    page = client.get("/events/tidal-days-2031").text
    states = re.findall(r'class="state[^"]*">([^<]+)<', page.partition('class="talk-list"')[0])
    assert states == [
        "3 are ready",
        "1 is not finished",
        "1 waits for its recording",
        "1 failed",
    ]


@pytest.fixture(scope="module")
def talkative(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """Three people, each with a subject; one of them names another."""
    settings = load_settings(home=tmp_path_factory.mktemp("talkative"))
    catalog = Catalog.open(settings)
    common = "the sea and the land are near to each other in that place and we like it "
    subjects = {"Ada Example": "sluices", "Bo Sample": "pollen", "Cy Muster": "qubits"}
    for number, (name, subject) in enumerate(subjects.items()):
        entry = TalkEntry(
            f"On {subject}",
            slug=subject,
            given_on=date(2030 + number, 1, 1),
            speakers=(SpeakerEntry(name, role="Rector", affiliation="Harbour Works"),),
        )
        (talk_id,) = save_programme(catalog, None, [entry]).talk_ids
        text = f"{common} {subject} " * 50 + ("as Ada Example said" if number == 1 else "")
        save_captions(catalog, talk_id, segments_of(text), language="en", file="a.vtt")
    catalog.close()
    make_index(settings)
    with opened_app(settings) as app:
        yield app.test_client()


def test_a_speaker_has_words_of_their_own_that_lead_to_where_they_say_them(
    talkative: FlaskClient,
) -> None:
    page = talkative.get("/speakers/ada-example").text
    words = page.partition('class="own-words"')[2].partition("</ul>")[0]
    links = re.findall(r'<a href="([^"]+)" dir="auto">([^<]+)</a> <span class="tally">(\d+)', words)
    assert [(word, uses) for _, word, uses in links] == [("sluices", "50")]
    found = talkative.get(unescape(links[0][0])).text
    assert "On sluices" in found


def test_a_speaker_has_roles_with_years_and_how_often_others_name_them(
    talkative: FlaskClient,
) -> None:
    page = talkative.get("/speakers/ada-example").text
    assert re.search(r'Rector, Harbour Works</bdi></span> <span class="tally">2030', page)
    link = re.search(r'<a href="([^"]+)">In 1 talk by somebody else</a>', page)
    assert link is not None
    assert "On pollen" in talkative.get(unescape(link[1])).text
    assert "Named by others" not in talkative.get("/speakers/bo-sample").text


def test_a_speaker_without_an_index_has_a_page_all_the_same(tmp_path: Path) -> None:
    settings = seed(tmp_path / "home")
    for file in (settings.home / "index").rglob("*"):
        if file.is_file() and file.stat().st_size:
            file.write_bytes(b"\0damaged\xff" * 20)
    with opened_app(settings) as app:
        for address in ("/speakers/ada-example", "/browse", "/browse?language=zh"):
            assert app.test_client().get(address).status_code == 200


@pytest.mark.parametrize(
    ("years", "text"),
    [([], ""), ([2031], "2031"), ([2019, 2021, 2022, 2023, 2025], "2019, 2021–2023, 2025")],
)
def test_years_in_a_row_are_drawn_together(years: list[int], text: str) -> None:
    assert year_ranges(years) == text
