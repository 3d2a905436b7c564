"""Addresses with a slug that changed lead on to the one that counts now."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import Run
from flask import Flask
from flask.testing import FlaskClient
from site_pages import values_of
from web_seed import make_index, opened_app, seed

from archive.catalog import Catalog
from archive.edits import edit_event, edit_speaker, edit_talk


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    settings = seed(tmp_path_factory.mktemp("home"), indexed=False)
    catalog = Catalog.open(settings)
    edit_talk(catalog, catalog.talk("moon-moves-sea").id, {"slug": ["moon"]})
    edit_event(catalog, catalog.event("tidal-days-2031").id, {"slug": ["tides"]})
    edit_speaker(catalog, catalog.speaker("ada-example").id, {"slug": ["ada"]})
    catalog.close()
    make_index(settings)
    with opened_app(settings) as app:
        yield app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


_NEW = {"moon-moves-sea": "moon", "tidal-days-2031": "tides", "ada-example": "ada"}


def _old_addresses(app: Flask) -> list[tuple[str, str]]:
    """Every address of the site that has a slug, with an old one, and what it leads to."""
    found = []
    for rule in app.url_map.iter_rules():
        if "slug" not in rule.arguments or "GET" not in (rule.methods or ()):
            continue
        talk, event, speaker = _NEW
        old = event if "/events/" in rule.rule else speaker if "/speakers/" in rule.rule else talk
        values = {**values_of(rule), "slug": old}
        url = app.url_map.bind("localhost").build(rule.endpoint, values)
        found.append((url, url.replace(old, _NEW[old])))
    return found


def test_every_address_with_an_old_slug_answers_301_with_the_new_one(
    app: Flask, client: FlaskClient
) -> None:
    addresses = _old_addresses(app)
    assert len(addresses) >= 9
    for old, new in addresses:
        answer = client.get(f"{old}?t=5.2&q=a%20b&q=%C3%A4")
        assert answer.status_code == 301, old
        assert answer.headers["Location"] == f"{new}?t=5.2&q=a%20b&q=%C3%A4"
        assert answer.headers["Cache-Control"] == "no-cache"


def test_the_new_address_shows_what_the_old_one_showed(client: FlaskClient) -> None:
    page = client.get("/talks/moon-moves-sea?t=5", follow_redirects=True)
    assert page.status_code == 200
    assert "How the Moon Moves the Sea" in page.text
    answer = client.get("/api/v1/talks/moon-moves-sea", follow_redirects=True).json
    assert answer is not None
    assert answer["slug"] == "moon"


def test_what_is_not_only_read_comes_again_by_the_same_method(client: FlaskClient) -> None:
    answer = client.post("/talks/moon-moves-sea")
    assert answer.status_code in (308, 405)


def test_searches_with_an_old_slug_as_a_filter_find_the_same(client: FlaskClient) -> None:
    for filters in ("speaker=ada-example", "event=tidal-days-2031"):
        answer = client.get(f"/api/v1/search?q=tide&{filters}").json
        assert answer is not None
        assert [talk["slug"] for talk in answer["talks"]][:1] == ["moon"], filters
        assert answer["talks"][0]["moments"][0]["speaker"] == "ada"


def test_a_slug_is_changed_on_the_command_line(podium: Run) -> None:
    seed(Path(os.environ["PODIUM_HOME"]))
    code, _out, _err = podium("edit", "moon-moves-sea", "slug=moon")
    assert code == 0
    code, out, _err = podium("show", "moon-moves-sea", "--json")
    assert code == 0
    assert '"slug": "moon"' in out
    code, out, _err = podium("search", "tide", "event:tidal-days-2031", "--json")
    assert '"slug": "moon"' in out
