"""Every page for everyone: WCAG 2.2 AA by axe, the keyboard, 200 % zoom, right to left."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import browser, needs_chromium, page, served
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from site_pages import add_talk_from_right_to_left, pages_of
from web_seed import make_index, opened_app, seed

from archive.catalog import Catalog
from archive.settings import Settings

__all__ = ["browser", "page"]

pytestmark = needs_chromium

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
OPTIONS = {"runOnly": {"type": "tag", "values": WCAG}, "resultTypes": ["violations"]}
SLUGS = {
    "talks": ["moon-moves-sea", "turbines", "qamar"],
    "events": ["tidal-days-2031"],
    "speakers": ["ada-example", "wei-shili"],
}
# Talks in other states: their own pages differ, and those below them do not.
OTHER_TALKS = [f"/talks/{slug}" for slug in ("harbours", "salt", "gauges", "silence")]
Look = tuple[Literal["light", "dark"], int]
LOOKS: list[Look] = [("light", 1280), ("dark", 1280), ("light", 360), ("dark", 360)]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = seed(tmp_path_factory.mktemp("home"), indexed=False)
    catalog = Catalog.open(settings)
    add_talk_from_right_to_left(catalog)
    catalog.close()
    make_index(settings)
    return settings


@pytest.fixture(scope="module")
def app(settings: Settings) -> Iterator[Flask]:
    with opened_app(settings) as app:
        yield app


@pytest.fixture(scope="module")
def paths(app: Flask) -> list[str]:
    return [*pages_of(app, SLUGS), *OTHER_TALKS]


@pytest.fixture(scope="module")
def there(app: Flask) -> list[str]:
    """Without the addresses at which there is nothing: a browser reports those as faults."""
    return [*pages_of(app, SLUGS, [200]), *OTHER_TALKS]


@pytest.fixture(scope="module")
def address(settings: Settings) -> Iterator[str]:
    with served(settings) as address:
        yield address


def test_every_kind_of_page_is_among_those_that_are_looked_at(paths: list[str]) -> None:
    for address in ("/", "/browse", "/search?q=tide", "/embed/qamar", "/talks/qamar", "/nowhere"):
        assert address in paths
    assert len(paths) >= 40


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look[0]}-{look[1]}")
def test_axe_finds_nothing_wrong_on_any_page(
    browser: Browser, address: str, paths: list[str], look: Look
) -> None:
    scheme, width = look
    context = browser.new_context(
        base_url=address,
        viewport={"width": width, "height": 800},
        color_scheme=scheme,
        reduced_motion="reduce",
    )
    page = context.new_page()
    axe = Axe()
    wrong: list[str] = []
    for path in paths:
        page.goto(path)
        if page.locator(".transcript").count():
            # A page that opens at a word has its player lie upon whatever stands there then.
            page.locator(".transcript[data-ready]").wait_for()
            page.evaluate("scrollTo(0, 0)")
        found = axe.run(page, options=OPTIONS)
        if found.violations_count:
            wrong.append(f"{path}\n{found.generate_report()}")
    context.close()
    assert not wrong, "\n\n".join(wrong)


# Whether the focus is seen: an outline or a shadow of the element or of what frames it.
_FOCUS = """(() => {
  const focus = document.activeElement;
  if (focus === document.body) return null;
  // The browser draws the focus of a player's controls itself.
  if (focus.matches('video, audio')) return ['', true, true];
  const drawn = [focus, focus.closest('form'), focus.firstElementChild]
    .filter(Boolean).map((one) => getComputedStyle(one));
  const seen = drawn.some((style) =>
    (style.outlineStyle !== 'none' && style.outlineWidth !== '0px') || style.boxShadow !== 'none');
  const box = focus.getBoundingClientRect();
  return [focus.outerHTML.slice(0, 90), seen, box.width > 0 && box.height > 0];
})()"""
_MOST_STEPS = 400


def test_every_page_is_walked_with_the_keyboard_and_the_focus_is_always_seen(
    browser: Browser, address: str, paths: list[str]
) -> None:
    context = browser.new_context(base_url=address, viewport={"width": 1280, "height": 800})
    page = context.new_page()
    for path in paths:
        page.goto(path)
        page.evaluate("document.activeElement.blur()")
        reached = 0
        while reached < _MOST_STEPS:
            page.keyboard.press("Tab")
            at = page.evaluate(_FOCUS)
            if at is None:
                break
            assert at[1], (path, at[0])
            assert at[2], (path, at[0])
            reached += 1
        assert 1 <= reached < _MOST_STEPS, path
    context.close()


def test_the_first_step_leads_past_the_frame_of_the_page(page: Page) -> None:
    page.goto("/speakers")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


@pytest.mark.parametrize("width", [640, 360, 320])
def test_nothing_is_wider_than_the_window_at_200_percent_either(
    page: Page, there: list[str], width: int
) -> None:
    """A window of 1280 pixels at 200 % is one of 640; at 400 % one of 320 (WCAG 1.4.10)."""
    page.set_viewport_size({"width": width, "height": 600})
    for path in there:
        page.goto(path)
        wider = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wider <= 0, path


def test_texts_that_are_twice_as_large_are_all_there(page: Page, there: list[str]) -> None:
    """Text alone at 200 % (WCAG 1.4.4): nothing sticks out to the side."""
    for path in there:
        page.goto(path)
        page.evaluate("document.documentElement.style.fontSize = '212.5%'")
        wider = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wider <= 0, path


def test_whoever_wants_less_motion_gets_none(
    browser: Browser, address: str, paths: list[str]
) -> None:
    context = browser.new_context(base_url=address, reduced_motion="reduce")
    page = context.new_page()
    for path in paths:
        page.goto(path)
        moving = page.evaluate(
            """[...document.querySelectorAll('*')].filter((one) => {
              if (!one.checkVisibility()) return false;
              const style = getComputedStyle(one);
              const lasts = (times) => times.split(',').some((time) => parseFloat(time) > 0.01);
              return lasts(style.transitionDuration) || style.animationName !== 'none';
            }).map((one) => one.outerHTML.slice(0, 80))"""
        )
        assert moving == [], path
        assert (
            page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
        ), path
    context.close()


def test_what_is_written_from_right_to_left_is_shown_so(page: Page) -> None:
    direction = "one => getComputedStyle(one).direction"
    for path in ("/talks/qamar", "/embed/qamar"):
        page.goto(path)
        assert page.locator("h1, h1 a").last.evaluate(direction) == "rtl", path
    assert page.locator(".embed-words").evaluate(direction) == "rtl"
    page.goto("/talks/qamar")
    assert page.locator(".lines").evaluate(direction) == "rtl"
    assert page.locator("html").evaluate(direction) == "ltr"
    page.goto("/browse")
    row = page.locator(".talk-row", has_text="كيف يحرك القمر البحر")
    assert row.locator(".talk-title a").evaluate(direction) == "rtl"
