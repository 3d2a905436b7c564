"""The concordance as a page and as CSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from html import unescape

import pytest
from flask.testing import FlaskClient
from hostile_texts import EVIL, plant_hostile_texts
from web_seed import make_index, opened_app, seed, segments_of

from archive.catalog import Catalog
from archive.programme import SpeakerEntry, TalkEntry, save_programme
from archive.work.captions import save_captions


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    settings = seed(tmp_path_factory.mktemp("home"), indexed=False)
    catalog = Catalog.open(settings)
    plant_hostile_texts(settings, catalog)
    formula = TalkEntry(
        "=HYPERLINK(evil)", slug="formula", speakers=(SpeakerEntry("@Sum Example"),)
    )
    (talk_id,) = save_programme(catalog, None, [formula]).talk_ids
    words = "+1 lantern =2+2 lantern -3 lantern @x " * 60
    save_captions(catalog, talk_id, segments_of(words), language="en", file="f.vtt")
    catalog.close()
    make_index(settings)
    with opened_app(settings) as app:
        yield app.test_client()


def _text(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def _rows(client: FlaskClient, address: str) -> list[dict[str, str]]:
    answer = client.get(address)
    assert answer.content_type == "text/csv; charset=utf-8"
    text = answer.data.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("query", ["moon", "the", '"spring tide"', "tide OR moon", "lantern"])
def test_page_csv_and_search_count_alike(client: FlaskClient, query: str) -> None:
    query_string = {"q": query, "in": "speech"}
    totals = client.get("/api/v1/search", query_string=query_string).get_json()["totals"]
    page = client.get("/concordance", query_string={"q": query}).text
    noun = "occurrence" if totals["occurrences"] == 1 else "occurrences"
    talks = "talk" if totals["talks"] == 1 else "talks"
    assert f"{totals['occurrences']} {noun}, {totals['talks']} {talks}" in _text(page)
    assert page.count('<td class="after">') == min(totals["occurrences"], 100)
    for order in ("date", "speaker", "left", "right"):
        rows = _rows(client, f"/concordance.csv?q={query}&sort={order}")
        assert len(rows) == totals["occurrences"]


def test_each_line_has_its_neighbours_its_speaker_and_opens_at_the_word(
    client: FlaskClient,
) -> None:
    page = client.get("/concordance?q=fundy").text
    line = re.search(r'<tr lang="en"><td class="before">.*?</tr>', page)
    assert line is not None
    assert re.search(r"Bay of Fundy in Canada.* 0:\d\d Ada Example , How the Moon", _text(line[0]))
    (row,) = _rows(client, "/concordance.csv?q=fundy")
    assert row["before"].endswith("In the Bay of")
    assert row["words"] == "Fundy"
    assert row["after"].startswith("in Canada")
    assert (row["speaker"], row["name"]) == ("ada-example", "Ada Example")
    assert (row["title"], row["date"]) == ("How the Moon Moves the Sea", "2031-05-12")
    assert row["url"].startswith("http://localhost/talks/moon-moves-sea?t=")
    assert row["url"].partition("localhost")[2] in unescape(line[0])


def test_who_says_it_is_a_chart_with_its_numbers(client: FlaskClient) -> None:
    page = client.get("/concordance?q=moon").text
    chart = page[page.index("Who says it how often") :]
    assert re.search(r'<svg [^>]*aria-hidden="true"><rect width="100.0" height="1"/></svg>', chart)
    words = client.get("/talks/moon-moves-sea/words.json").get_json()["words"]
    row = re.search(r"Ada Example ([0-9.]+) (\d+) (\d+) 1\b", _text(chart))
    assert row is not None
    assert int(row[2]) == 4
    # What else Ada says is the talk on gauges, as far as it is transcribed.
    gauges = client.get("/talks/gauges/words.json").get_json()["words"]
    assert int(row[3]) == len(words) + len(gauges)
    assert float(row[1]) == pytest.approx(4000 / (len(words) + len(gauges)), abs=0.01)


def test_a_hundred_lines_are_a_page_and_pages_follow_each_other(client: FlaskClient) -> None:
    first = client.get("/concordance?q=lantern&sort=right").text
    assert 'href="/concordance?q=lantern&amp;sort=right&amp;offset=100"' in first
    second = client.get("/concordance?q=lantern&sort=right&offset=100").text
    assert second.count('<td class="after">') == 80
    assert 'rel="prev"' in second
    assert "There are no more lines" in client.get("/concordance?q=lantern&offset=1000").text


def test_nothing_in_the_csv_is_a_formula(client: FlaskClient) -> None:
    rows = _rows(client, "/concordance.csv?q=lantern")
    assert {row["title"] for row in rows} == {"'=HYPERLINK(evil)"}
    assert {row["name"] for row in rows} == {"'@Sum Example"}
    cells = [cell for row in rows for cell in row.values()]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert any(row["after"].startswith("'=2+2") for row in rows)


def test_filters_hold_on_the_page_and_in_the_csv(client: FlaskClient) -> None:
    rows = _rows(client, "/concordance.csv?q=the&speaker=ada-example")
    assert {row["speaker"] for row in rows} == {"ada-example"}
    page = client.get("/concordance?q=the&speaker=ada-example").text
    assert "remove this filter" in page
    assert "/concordance.csv?q=the&amp;speaker=ada-example" in page


def test_hostile_texts_are_text(client: FlaskClient) -> None:
    page = client.get("/concordance?q=xylophone").text
    assert EVIL not in page
    assert "<script>window" not in page
    assert "&lt;script&gt;" in page
    rows = _rows(client, "/concordance.csv?q=xylophone")
    assert rows[0]["title"] == f"{EVIL} title"


@pytest.mark.parametrize("query", ["", "xylophone-not-there", "year:1700 moon", '"', "-moon"])
def test_any_query_has_an_answer(client: FlaskClient, query: str) -> None:
    answer = client.get("/concordance", query_string={"q": query})
    assert answer.status_code == 200
    assert '<td class="after">' not in answer.text
    assert client.get("/concordance.csv", query_string={"q": query}).status_code == 200
