"""What may be kept: ETags hold as long as nothing changed, and not a moment longer."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from web_seed import make_index, opened_app, seed

from archive.catalog import Catalog
from archive.edits import edit_talk
from archive.leases import lease
from archive.settings import Settings

PAGES = (
    "/",
    "/search?q=tide",
    "/browse",
    "/talks/moon-moves-sea",
    "/speakers",
    "/speakers/ada-example",
    "/events",
    "/events/tidal-days-2031",
    "/embed/moon-moves-sea",
    "/events/tidal-days-2031.rss",
    "/sitemap.xml",
    "/api/v1/talks",
    "/api/v1/talks/moon-moves-sea",
    "/api/v1/talks/moon-moves-sea/moments?q=tide",
    "/api/v1/search?q=tide",
    "/api/v1/complete?q=a",
    "/talks/moon-moves-sea/words.json",
    "/talks/moon-moves-sea/captions.vtt",
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return seed(tmp_path / "home")


def _again(client: FlaskClient, address: str, etag: str) -> int:
    return client.get(address, headers={"If-None-Match": etag}).status_code


def test_nothing_is_sent_twice_while_nothing_changes(settings: Settings) -> None:
    with opened_app(settings) as app:
        client = app.test_client()
        for address in PAGES:
            first = client.get(address)
            # Searches tell how long they took, and are the same for all that.
            again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
            assert again.status_code == 304, address
            assert again.data == b""
            assert again.headers["ETag"] == first.headers["ETag"], address
            assert first.headers["Cache-Control"] == "no-cache", address
            assert _again(client, address, '"another"') == 200


def test_after_a_change_the_new_state_is_sent(settings: Settings) -> None:
    with opened_app(settings) as app:
        client = app.test_client()
        etags = {address: client.get(address).headers["ETag"] for address in PAGES}
        catalog = Catalog.open(settings)
        edit_talk(catalog, catalog.talk("moon-moves-sea").id, {"title": ["Another Title"]})
        catalog.close()
        for address in ("/", "/browse", "/talks/moon-moves-sea", "/api/v1/search?q=tide"):
            assert _again(client, address, etags[address]) == 200, address
        behind = client.get("/api/v1/search?q=tide")
        assert "behind" in str(behind.json)
        make_index(settings)
        indexed = client.get(
            "/api/v1/search?q=tide", headers={"If-None-Match": behind.headers["ETag"]}
        )
        assert indexed.status_code == 200
        assert "behind" not in str(indexed.json)


def test_work_that_begins_is_seen_although_it_is_no_change(settings: Settings) -> None:
    with opened_app(settings) as app:
        client = app.test_client()
        address = "/talks/gauges"
        etag = client.get(address).headers["ETag"]
        catalog = Catalog.open(settings)
        with lease(catalog, catalog.talk("gauges").id):
            answer = client.get(address, headers={"If-None-Match": etag})
            assert answer.status_code == 200
            assert "being worked on" in answer.text
        catalog.close()


def test_a_search_that_cannot_be_made_is_not_taken_from_what_was_kept(settings: Settings) -> None:
    with opened_app(settings) as app:
        etag = app.test_client().get("/api/v1/search?q=tide").headers["ETag"]
    for file in (settings.home / "index").rglob("*"):
        if file.is_file() and file.stat().st_size:
            file.write_bytes(b"\0damaged\xff" * 20)
    with opened_app(settings) as app:
        assert _again(app.test_client(), "/api/v1/search?q=tide", etag) == 503


def test_errors_and_posts_have_no_etag(settings: Settings) -> None:
    with opened_app(settings) as app:
        client = app.test_client()
        assert "ETag" not in client.get("/talks/nobody").headers
        assert "ETag" not in client.post("/api/v1/talks").headers


def test_a_page_names_a_version_of_its_styles_that_is_kept_for_ever(settings: Settings) -> None:
    with opened_app(settings) as app:
        client = app.test_client()
        link = re.search(r'href="(/static/podium\.css\?v=[0-9a-f]{12})"', client.get("/").text)
        assert link is not None
        with client.get(link[1]) as answer:
            assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        for address in ("/static/podium.css", "/static/podium.css?v=0", "/static/complete.js"):
            with client.get(address) as answer:
                assert answer.headers["Cache-Control"] == "no-cache", address
                etag = answer.headers["ETag"]
            with client.get(address, headers={"If-None-Match": etag}) as answer:
                assert answer.status_code == 304, address
