"""The page of an answer: who is named, what may have been misheard, what else stands there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import pytest
from answer_seed import save_answer_talks
from conftest import PROJECT, Run
from flask.testing import FlaskClient
from web_seed import make_index, opened_app, seed

from archive.catalog import Catalog
from archive.settings import load_settings


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    settings = seed(tmp_path_factory.mktemp("home"), indexed=False)
    catalog = Catalog.open(settings)
    save_answer_talks(catalog)
    catalog.close()
    make_index(settings)
    with opened_app(settings) as app:
        yield app.test_client()


@pytest.fixture
def answered(podium: Run) -> Run:
    """The command line on an archive with the same talks."""
    settings = load_settings()
    catalog = Catalog.open(settings)
    save_answer_talks(catalog)
    catalog.close()
    make_index(settings)
    return podium


def _text(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def _slugs(page: str) -> list[str]:
    """The talks on a page of results, in their order."""
    return re.findall(r'class="talk-title"><a href="/talks/([^"?]+)"', page)


def test_the_card_links_to_the_person_and_to_just_the_talks_that_it_counts(
    client: FlaskClient,
) -> None:
    page = client.get("/search?q=мира алварес").text
    card = page[page.index('class="card"') : page.index("</article>")]
    assert page.index('class="card"') < page.index('class="hit"')
    assert 'href="/speakers/mira-alvares"' in card
    assert "Keeper of Records, Harbour Archive, Portugal" in _text(card)
    links = {
        unescape(text): unescape(to) for to, text in re.findall(r'href="([^"]+)">([^<]+)<', card)
    }
    assert _slugs(client.get(links["Speaker in 1 talk"]).text) == ["cartas"]
    mentioned = _slugs(client.get(links["Mentioned in 2 talks by others"]).text)
    assert sorted(mentioned) == ["lamps", "pilots"]


def test_a_query_without_names_has_no_card(client: FlaskClient) -> None:
    assert 'class="card"' not in client.get("/search?q=harbour").text


def test_what_may_have_been_misheard_stands_below_the_hits_and_is_not_counted(
    client: FlaskClient,
) -> None:
    page = client.get("/search?q=zeilbrunner").text
    hits, _, heard = page.partition('class="heard"')
    assert _slugs(hits) == ["own-lamp"]
    assert sorted(_slugs(heard)) == ["lamps", "pilots"]
    assert "1 talk" in re.findall(r'<h1 class="tally-line">([^<]+)<', page)
    assert "Perhaps heard as sailbruner or sail bruner" in _text(heard)
    assert "Not counted as hits" in _text(heard)
    assert not re.search(r"said \d+ time", heard)


def test_the_command_line_shows_people_first_and_the_misheard_last(answered: Run) -> None:
    _, out, _ = answered("search", "zeilbrunner")
    lines = out.splitlines()
    assert lines[0] == (
        "Ada Zeilbrunner: speaker in 1 talk, mentioned in 0 by others  [ada-zeilbrunner]"
    )
    tally = lines.index("1 talk, said 0 times.")
    assert lines[tally + 1].startswith('Perhaps heard as "sailbruner" or "sail bruner"')
    assert len(lines) > tally + 4
    assert all(line.startswith("? ") for line in lines[tally + 2 :])


def test_every_key_of_an_answer_is_documented(client: FlaskClient) -> None:
    text = (PROJECT / "docs" / "api.md").read_text(encoding="utf-8")
    for query in ("zeilbrunner", "maré", "lamp", "lamp+xylophone"):
        for key in _keys(client.get(f"/api/v1/search?q={query}").json):
            assert f'"{key}":' in text, key


def _keys(value: object) -> set[str]:
    if isinstance(value, dict):
        return set(value).union(*map(_keys, value.values()))
    return set().union(*map(_keys, value)) if isinstance(value, list) else set()


def test_an_empty_answer_says_what_was_searched_and_what_was_not(client: FlaskClient) -> None:
    page = client.get("/search?q=xylophone").text
    text = _text(page)
    assert "Nothing found" in text
    assert "0 hits in 8 of 11 talks; 2 wait for a recording, " in text
    assert 'href="/talks/own-lamp"' in page
    assert "waits for a recording" in text
    assert "Fewer words, or another form of them, may help" in text


def test_an_empty_answer_under_filters_says_so_and_offers_the_query_without_them(
    client: FlaskClient,
) -> None:
    page = client.get("/search?q=porto&speaker=bo-sample&sort=date").text
    assert "0 hits in all 2 talks that the filters leave." in _text(page)
    offered = re.search(r'Without the filters: <a href="([^"]+)"', page)
    assert offered is not None
    assert unescape(offered[1]) == "/search?q=porto&sort=date"
    assert "cartas" in _slugs(client.get(unescape(offered[1])).text)
    none_left = client.get("/search?q=porto&speaker=nobody").text
    assert "The filters leave no talk to search." in _text(none_left)
    assert "No speaker here is called nobody." in _text(none_left)


def test_a_word_that_stands_nowhere_is_named_and_left_out_of_what_is_offered(
    client: FlaskClient,
) -> None:
    page = client.get("/search?q=xylophone+porto&language=pt").text
    text = _text(page)
    assert "xylophone stands nowhere in this archive." in text
    assert "Without xylophone : porto language:pt 1 talk" in text


def test_only_what_was_said_can_be_asked_for_and_taken_back(client: FlaskClient) -> None:
    assert sorted(_slugs(client.get("/search?q=lamps").text)) == ["lamps", "own-lamp", "pilots"]
    page = client.get("/search?q=lamps&in=speech&sort=date").text
    assert sorted(_slugs(page)) == ["lamps", "pilots"]
    assert '<input type="hidden" name="in" value="speech">' in page
    (without,) = re.findall(r'class="chip" href="([^"]+)"', page)
    assert unescape(without) == "/search?q=lamps&sort=date"
    heard = client.get("/search?q=zeilbrunner&in=speech").text
    assert "Nothing found" in heard
    assert "Perhaps heard as" in heard


def test_the_command_line_says_the_same_of_an_empty_answer(answered: Run) -> None:
    _, out, err = answered("search", "xylophone")
    assert out == "0 hits in 3 of 4 talks; 1 waits for a recording.\n"
    assert "Not searched: own-lamp, waits for a recording" in err
    _, out, err = answered("search", "porto", "--speaker", "bo-sample")
    assert out == "0 hits in all 2 talks that the filters leave.\n"
    assert "Without the filters, 1 talk: porto" in err


def test_the_command_line_leaves_out_what_only_the_programme_says(answered: Run) -> None:
    assert "own-lamp" in answered("search", "lamps")[1]
    _, out, _ = answered("search", "lamps", "--spoken")
    assert "own-lamp" not in out
    assert out.endswith("2 talks, said 2 times.\n")


def test_the_command_line_shows_the_other_text_below_the_one_found(answered: Run) -> None:
    _, out, _ = answered("search", "trezentos")
    lines = out.splitlines()
    found = next(n for n, line in enumerate(lines) if "trezentos" in line)
    assert lines[found + 1].startswith("      en:  ")
    assert "three hundred" in lines[found + 1]
