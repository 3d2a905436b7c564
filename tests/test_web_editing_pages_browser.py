"""The pages for correcting are for everybody, on phones too, and hostile texts stay texts."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import browser, needs_chromium, until_nothing_moves
from editing_browsing import (
    TALK,
    address,
    catalog,
    context,
    edit_line,
    open_talk,
    page,
    settings,
    sign_in,
)
from hostile_texts import EVIL
from playwright.sync_api import Browser, Page, expect
from visiting import PASSWORD

from archive.catalog import Catalog
from archive.corrections.everywhere import correct_everywhere, occurrences_like
from archive.corrections.saving import Correction, correct
from archive.editors import add_editor
from archive.programme import SpeakerEntry, TalkEntry, save_programme
from archive.suggestions import suggest

__all__ = ["address", "browser", "catalog", "context", "page", "settings"]

pytestmark = needs_chromium


def _pages(catalog: Catalog) -> list[str]:
    """The pages that are made for correcting, each with something on it."""
    talk = catalog.talk("moon-moves-sea")
    words = catalog.transcripts(talk.id)[0].words
    suggest(catalog, talk.id, words[2:4], "that long", name=EVIL[:60], remark=EVIL)
    correction = Correction(0, 1, (words[0].text,), EVIL)
    correct(catalog, talk.id, [correction], revision=1, by="Ada Example")
    twin = SpeakerEntry(f"Aida {EVIL}")
    save_programme(catalog, None, [TalkEntry(EVIL, slug="other", speakers=(twin,))])
    found = occurrences_like(catalog, "tide", talk_ids=[talk.id])
    batch = correct_everywhere(catalog, found[:1], wrong="tide", right="Tide", by="Ada Example")
    (other,) = catalog.talk("other").speakers
    return [
        f"{TALK}/history?old=1",
        f"{TALK}/history/1",
        "/corrections",
        "/corrections?wrong=tide&right=Tide",
        f"/corrections/{batch.id}",
        f"/speakers/ada-example/join?other={other.slug}",
        f"/speakers/{other.slug}/join",
        "/sign-in",
        "/suggestions",
        f"{TALK}/edit?t=6.2",
        f"{TALK}/edit-details",
        "/events/tidal-days-2031/edit-details",
        "/speakers/ada-example/edit-details",
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_pages_for_correcting(
    browser: Browser, address: str, catalog: Catalog, scheme: str
) -> None:
    context = browser.new_context(base_url=address, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    for path in _pages(catalog):
        page.goto(path)
        assert _faults(page) == [], path
    open_talk(page)
    page.locator(".edit-switch").click()
    page.keyboard.press("e")
    page.locator(".line-editor textarea").wait_for()
    assert _faults(page) == []
    add_editor(catalog, "Ada Example", PASSWORD)
    for path in ("/sign-in", f"{TALK}/suggest?t=6.2"):
        page.goto(path)
        assert _faults(page) == [], path
    sign_in(page, "Ada Example")
    assert _faults(page) == []
    context.close()


def _faults(page: Page) -> list[str]:
    until_nothing_moves(page)
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found]


def test_no_page_for_correcting_scrolls_sideways_on_a_phone(page: Page, catalog: Catalog) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    for path in [*_pages(catalog), TALK]:
        page.goto(path)
        if path == TALK:
            page.locator(".edit-switch").click()
            page.locator(".lines > p").first.locator("span").first.click()
        wider = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wider <= 0, path


def test_hostile_text_in_suggestions_and_edits_is_shown_and_never_runs(
    page: Page, catalog: Catalog
) -> None:
    for path in _pages(catalog):
        page.goto(path)
        assert page.evaluate("window.ran") is None, path
        assert page.locator("main img, main svg, main script").count() == 0, path
    page.goto("/suggestions")
    expect(page.locator(".waiting .by")).to_contain_text(EVIL)
    open_talk(page)
    edit_line(page, 0)
    page.locator(".line-editor textarea").fill(EVIL)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".lines > p").first).to_contain_text(EVIL)
    assert page.evaluate("window.ran") is None
