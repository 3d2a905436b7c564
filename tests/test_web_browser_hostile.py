"""Texts that try to run, planted wherever the archive holds one: every page shows them as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import quote

import pytest
from browsing import browser, needs_chromium, served
from flask import Flask
from hostile_texts import EVIL, plant_hostile_texts
from playwright.sync_api import Browser, Page, expect
from site_pages import addresses_of, pages_of
from web_seed import make_index, opened_app, seed

from archive.catalog import Catalog
from archive.settings import Settings

__all__ = ["browser"]

pytestmark = needs_chromium

# What a text would have become in a page, had it been taken for markup.
_FOREIGN = """[...document.querySelectorAll(
  'script:not([type=module]):not([type="application/ld+json"]), img[src="x"], [onload], [onerror],'
  + ' [onfocus], a[href^="javascript:" i], main b, iframe, object, embed, base, main svg[onload]'
)].map((one) => one.outerHTML.slice(0, 100))"""


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return seed(tmp_path_factory.mktemp("home"), indexed=False)


@pytest.fixture(scope="module")
def slugs(settings: Settings) -> dict[str, Sequence[str]]:
    catalog = Catalog.open(settings)
    planted = plant_hostile_texts(settings, catalog)
    catalog.close()
    make_index(settings)
    return planted


@pytest.fixture(scope="module")
def app(settings: Settings, slugs: dict[str, Sequence[str]]) -> Iterator[Flask]:
    with opened_app(settings) as app:
        yield app


@pytest.fixture(scope="module")
def address(settings: Settings, slugs: dict[str, Sequence[str]]) -> Iterator[str]:
    with served(settings) as address:
        yield address


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A page whose test fails where the policy had to stop something or elsewhere is asked."""
    context = browser.new_context(base_url=address)
    opened = context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("dialog", lambda dialog: (faults.append(dialog.message), dialog.dismiss()))
    opened.on(
        "console", lambda said: faults.append(said.text) if "Refused to" in said.text else None
    )
    opened.on(
        "request",
        lambda asked: None if asked.url.startswith(address) else faults.append(asked.url),
    )
    yield opened
    context.close()
    assert faults == []


def _nothing_ran(page: Page, path: str) -> None:
    assert page.evaluate("window.ran") is None, path
    assert page.evaluate(_FOREIGN) == [], path


def test_planted_texts_run_on_no_page(
    page: Page, app: Flask, slugs: dict[str, Sequence[str]]
) -> None:
    paths = pages_of(app, slugs, whole=False)
    assert len(paths) >= 20
    for path in paths:
        page.goto(path)
        _nothing_ran(page, path)
        # Whoever moves about in it runs nothing either.
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        _nothing_ran(page, path)


def test_texts_of_an_address_run_on_no_page(
    page: Page, app: Flask, slugs: dict[str, Sequence[str]]
) -> None:
    names = ("q", "t", "speaker", "event", "language", "country", "year", "letter", "page", "url")
    query = "&".join(f"{name}={quote(EVIL)}" for name in names)
    for path in sorted({path.partition("?")[0] for path in pages_of(app, slugs, whole=False)}):
        for address in (f"{path}?{query}", f"{path}{quote(EVIL, safe='')}"):
            page.goto(address)
            _nothing_ran(page, address)


def test_what_machines_read_holds_the_texts_as_texts(
    app: Flask, slugs: dict[str, Sequence[str]]
) -> None:
    """Feeds, oEmbed, sitemaps, the API: never as HTML, and not to be guessed as such."""
    client = app.test_client()
    seen = 0
    for address in addresses_of(app, slugs):
        with client.get(address) as answer:
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            if answer.mimetype in ("text/html", "text/css"):
                continue
            seen += 1
            if "xml" in answer.mimetype:
                assert b"<script" not in answer.data, address
            if answer.mimetype == "text/vtt":
                assert "<script" not in answer.text, address
    assert seen >= 12


def test_they_are_shown_as_what_they_are(page: Page, slugs: dict[str, Sequence[str]]) -> None:
    for path, part in (
        ("/talks/evil", "title"),
        ("/events/evil", "event"),
        (f"/speakers/{slugs['speakers'][0]}", "name"),
        ("/embed/evil", "title"),
    ):
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_have_text(f"{EVIL} {part}")
    page.goto("/browse")
    expect(page.get_by_role("link", name=f"{EVIL} title").first).to_be_visible()
    page.goto(f"/search?q={quote(EVIL)}")
    expect(page.locator("input[name=q]").first).to_have_value(EVIL)


def test_suggestions_that_try_to_run_are_shown_as_text(page: Page) -> None:
    page.goto("/speakers")
    page.get_by_role("combobox").fill("window ran")
    expect(page.get_by_role("option").first).to_contain_text("<script>window.ran=1</script>")
    _nothing_ran(page, "suggestions")
