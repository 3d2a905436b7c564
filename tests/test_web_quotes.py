"""The page of a quote: its link, its words, citations that say whose words they are."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from hostile_texts import EVIL, plant_hostile_texts
from web_seed import opened_app, seed

from archive.catalog import Catalog
from archive.settings import Settings


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = seed(tmp_path_factory.mktemp("home"), indexed=False)
    catalog = Catalog.open(settings)
    plant_hostile_texts(settings, catalog)
    catalog.close()
    return settings


@pytest.fixture
def client(archive: Settings) -> Iterator[FlaskClient]:
    with opened_app(archive) as app:
        yield app.test_client()


def quote(client: FlaskClient, query: str, slug: str = "moon-moves-sea") -> dict[str, Any]:
    answer = client.get(f"/talks/{slug}/quote.json?{query}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json or {}
    return found


def times_of(client: FlaskClient, first: str, last: str) -> str:
    words = client.get("/talks/moon-moves-sea/words.json").json or {}
    begins = words["words"].index(f" {first}")
    ends = words["words"].index(f" {last}", begins)
    return f"t={words['starts_ms'][begins] / 1000},{words['starts_ms'][ends + 1] / 1000}"


def test_a_quote_has_its_words_its_speaker_and_its_place(client: FlaskClient) -> None:
    found = quote(client, times_of(client, "stand", "line,"))
    assert found["text"] == "stand in one line,"
    assert found["speakers"] == ["Ada Example"]
    assert found["title"] == "How the Moon Moves the Sea"
    assert found["given_on"] == "2031-05-12"
    assert re.fullmatch(
        r"http://localhost/talks/moon-moves-sea\?t=[0-9.]+,[0-9.]+&quote=stand\+in\+one\+line,"
        r"&before=[^&]+&after=[^&]+",
        found["url"],
    )


def test_its_link_opens_the_page_at_these_words_and_marks_them(client: FlaskClient) -> None:
    found = quote(client, times_of(client, "stand", "line,"))
    page = client.get(found["url"].removeprefix("http://localhost")).text
    assert "<mark>stand in one line,</mark>" in page
    assert "corrected since" not in page
    opened = re.search(r'/media#t=([0-9.]+)"', page)
    assert opened is not None
    assert float(opened[1]) == pytest.approx(found["start_ms"] / 1000 - 0.4, abs=0.02)


def test_a_link_whose_words_are_others_now_says_so_with_both_forms(client: FlaskClient) -> None:
    found = quote(client, times_of(client, "stand", "line,"))
    old = found["url"].removeprefix("http://localhost").replace("stand+in+one", "stunt+in+one")
    for path in (old, old.replace("?", "/quote?")):
        page = client.get(path).text
        assert "The transcript was corrected since this was quoted." in page
        assert "stunt in one line," in page
        assert "<ins>stand in one line,</ins>" in page
    assert quote(client, old.partition("?")[2])["standing"] == "changed"


def test_a_link_whose_words_are_gone_falls_back_to_its_time(client: FlaskClient) -> None:
    page = client.get("/talks/moon-moves-sea?t=20,22&quote=entirely+other+words+of+a+dream").text
    assert "not in the transcript any more" in page
    assert "entirely other words of a dream" in page
    assert "<mark>" in page
    assert re.search(r'/media#t=19\.600"', page)


def test_citations_say_which_transcript_and_whether_a_person_checked_it(
    client: FlaskClient,
) -> None:
    found = quote(client, times_of(client, "stand", "line,"))
    line = found["citation"]
    assert line.startswith("Ada Example (12 May 2031). How the Moon Moves the Sea. Tidal Days 2031")
    assert re.search(
        r"Transcript 1: by a machine \(faster-whisper, base\), .* 20\d\d, not ch", line
    )
    assert line.endswith(found["url"])
    assert "@misc{moon-moves-sea-" in found["bibtex"]
    assert "  author = {{Ada Example}},\n" in found["bibtex"]
    assert "not checked by a person" in found["bibtex"]
    csl = found["csl"]
    assert csl["type"] == "speech"
    assert csl["issued"] == {"date-parts": [[2031, 5, 12]]}
    assert csl["version"] == "1"
    assert csl["event-title"].startswith("Tidal Days")
    captions = quote(client, "t=3", "turbines")
    assert "captions that came with the talk" in captions["citation"]
    assert captions["speakers"] == ["Bruno Muster", "Chen Fictional"]


def test_a_time_alone_quotes_its_line(client: FlaskClient) -> None:
    found = quote(client, "t=1")
    assert found["text"].startswith("Welcome")
    assert len(found["text"].split()) > 3


def test_the_page_works_by_links_and_forms_alone(client: FlaskClient) -> None:
    page = client.get(f"/talks/moon-moves-sea/quote?{times_of(client, 'stand', 'line,')}").text
    ways = dict(re.findall(r'<a href="(\?[^"]+)">((?:Begin|End)[^<]+)</a>', page))
    texts = {
        name: quote(client, query.removeprefix("?").replace("&amp;", "&"))["text"]
        for query, name in ways.items()
    }
    assert texts["Begin a word later"] == "in one line,"
    assert texts["End a word earlier"] == "stand in one"
    assert texts["Begin a word earlier"].endswith(" stand in one line,")
    assert texts["End with the line"].startswith("stand in one line, we")
    assert 'id="quote-plain"' in page
    assert "/embed/moon-moves-sea?t=" in page


def test_what_cannot_be_quoted_is_said(client: FlaskClient) -> None:
    assert client.get("/talks/harbours/quote?t=1").status_code == 404
    assert client.get("/talks/nothing/quote?t=1").status_code == 404
    answer = client.get("/talks/moon-moves-sea/quote?t=x")
    assert answer.status_code == 400
    assert "?t=75.42,79.10" in answer.text


def test_hostile_words_stay_words(client: FlaskClient) -> None:
    found = quote(client, "t=1,9", "evil")
    assert found["citation"].startswith(EVIL)
    assert "<script" not in found["embed"]
    for path in ("/talks/evil/quote?t=1,9", f"/talks/evil?t=1,9&quote={EVIL}&before={EVIL}"):
        page = client.get(path).text
        assert "<img" not in page
        assert not re.search(r'<script(?! type="(module" src=|application/ld\+json">))', page)
    assert json.loads(json.dumps(found["csl"]))["title"] == f"{EVIL} title"
