"""A reel in a real browser: choosing moments, ordering them, playing them, sending the link on."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from answer_seed import save_answer_talks
from browsing import browser, needs_chromium, page, served
from hostile_texts import EVIL, plant_hostile_texts
from playwright.sync_api import Browser, Page, expect
from web_seed import make_index, seed

from archive.catalog import Catalog

__all__ = ["browser", "page"]

pytestmark = needs_chromium

REEL = "/reel?m=moon-moves-sea,2,3.5&m=turbines,4,9&m=gauges,1,2.5&m=moon-moves-sea,20,22"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    settings = seed(tmp_path_factory.mktemp("home"), indexed=False)
    catalog = Catalog.open(settings)
    save_answer_talks(catalog)
    plant_hostile_texts(settings, catalog)
    catalog.close()
    make_index(settings)
    with served(settings) as at:
        yield at


def test_moments_of_two_searches_become_a_reel_with_the_words_that_were_seen(page: Page) -> None:
    page.goto("/search?q=fundy")
    tray = page.get_by_role("region", name="Reel")
    expect(tray).to_be_hidden()
    shown = page.locator(".moment .said").first.inner_text()
    choose = page.get_by_role("button", name=re.compile(r"^Choose 0:\d\d for the reel$"))
    choose.first.press("Enter")
    expect(choose.first).to_have_attribute("aria-pressed", "true")
    expect(tray.get_by_role("status")).to_have_text("1 moment chosen for a reel")
    page.goto("/search?q=suspension")
    choose.first.click()
    expect(tray.get_by_role("status")).to_have_text("2 moments chosen for a reel")
    tray.get_by_role("link", name="Open the reel").click()
    page.wait_for_url("**/reel?m=moon-moves-sea**&m=turbines**")
    expect(page.locator(".clip")).to_have_count(2)
    expect(page.locator(".clip blockquote").first).to_have_text(shown)
    page.go_back()
    expect(choose.first).to_have_attribute("aria-pressed", "true")
    choose.first.click()
    expect(tray.get_by_role("status")).to_have_text("1 moment chosen for a reel")
    tray.get_by_role("button", name="Choose none").click()
    expect(tray).to_be_hidden()


def test_the_reel_plays_its_moments_in_order_and_skips_what_has_no_recording(page: Page) -> None:
    page.goto(REEL)
    page.get_by_role("button", name="Play the reel").click()
    bar = page.get_by_role("region", name="Play the reel")
    expect(bar).to_contain_text("Moment 1 of 3, 0:02")
    expect(bar).to_contain_text("1 moment without a recording is skipped.")
    current = page.locator(".clip[aria-current]")
    expect(current).to_have_attribute("data-ms", "2000 3500")
    expect(bar).to_contain_text("Moment 2 of 3, 0:01", timeout=20_000)
    expect(current).to_have_attribute("data-talk", "gauges")
    expect(bar).to_contain_text("Moment 3 of 3, 0:20", timeout=20_000)
    page.wait_for_function("() => document.querySelector('video').currentTime > 19.5")
    expect(bar).to_be_hidden(timeout=20_000)
    expect(current).to_have_count(0)
    expect(page.get_by_role("button", name="Play the reel")).to_be_focused()


def test_one_moment_of_the_reel_is_where_playing_begins(page: Page) -> None:
    page.goto(REEL)
    page.get_by_role("button", name="Play moment 4").click()
    bar = page.get_by_role("region", name="Play the reel")
    expect(bar).to_contain_text("Moment 3 of 3")
    page.keyboard.press("Escape")
    expect(bar).to_be_hidden()


def test_the_link_is_copied_or_selected(page: Page) -> None:
    page.goto(REEL)
    page.get_by_role("button", name="Copy").click()
    expect(page.locator(".copy")).to_have_text(re.compile("Copied|Selected"))
    expect(page.get_by_label("Link to this reel")).to_have_value(re.compile(r"/reel\?m=moon-moves"))


def test_without_scripts_moments_are_ordered_removed_and_opened(
    browser: Browser, address: str
) -> None:
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto(REEL)
    talks = page.locator(".clip")
    page.get_by_role("button", name="Up: moment 2").click()
    page.wait_for_url("**/reel?m=turbines,4,9&m=moon-moves-sea,2,3.5&m=gauges,1,2.5&m=moon**")
    page.get_by_role("button", name="Remove moment 1").press("Enter")
    expect(talks).to_have_count(3)
    expect(talks.first).to_have_attribute("data-talk", "moon-moves-sea")
    talks.first.get_by_role("link", name=re.compile("How the Moon Moves the Sea, 0:02")).click()
    page.wait_for_url("**/talks/moon-moves-sea?t=2,3.5")
    context.close()


def test_hostile_texts_are_text_in_a_reel(page: Page) -> None:
    page.goto("/reel?m=evil,0,30&m=%3Cscript%3Ewindow.ran=1%3C/script%3E,1,2")
    expect(page.locator(".clip-title")).to_have_text(f"{EVIL} title")
    expect(page.locator(".clip blockquote").first).to_contain_text("<script>window")
    expect(page.locator(".notice")).to_contain_text("<script>window.ran=1</script>,1,2")
    assert page.locator("main :is(script, [onload], [onerror], [src=x])").count() == 0
    assert page.evaluate("window.ran") is None


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_no_reel_scrolls_sideways(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 740})
    for at in (REEL, "/reel", "/reel?m=evil,0,30&m=" + "x" * 200):
        page.goto(at)
        wider = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wider <= 0, at
