"""Searching for everyone: no faults for axe, zoom, calm, and text from right to left."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from answer_seed import save_answer_talks
from axe_playwright_python.sync_playwright import Axe
from browsing import browser, needs_chromium, page, served, until_nothing_moves
from hostile_texts import plant_hostile_texts
from playwright.sync_api import Browser, Page, expect
from web_seed import make_index, seed, segments_of

from archive.catalog import Catalog
from archive.programme import SpeakerEntry, TalkEntry, save_programme
from archive.settings import load_settings
from archive.work.captions import save_captions

__all__ = ["browser", "page"]

pytestmark = needs_chromium

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
REEL = "/reel?m=moon-moves-sea,2,3.5&m=turbines,4,9&m=nobody,1,2"
PAGES = [
    "/", "/search", "/search?q=the+tide", "/search?q=xylophone+lamp", "/search?q=nothingofit",
    "/search?q=zeilbrunner", "/search?q=trezentos", "/search?q=the&speaker=ada-example",
    "/search?q=المد", REEL, "/reel", "/concordance", "/concordance?q=the&sort=right",
    "/concordance?q=nothingofit",
]  # fmt: skip
ARABIC = "المد والجزر يحدثان مرتين كل يوم والقمر يجذب ماء البحر"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    settings = seed(tmp_path_factory.mktemp("home"), indexed=False)
    catalog = Catalog.open(settings)
    save_answer_talks(catalog)
    plant_hostile_texts(settings, catalog)
    speaker = SpeakerEntry("سمير المثال", role="باحث")
    (talk_id,) = save_programme(
        catalog, None, [TalkEntry("حكاية المد", slug="almadd", language="ar", speakers=(speaker,))]
    ).talk_ids
    save_captions(catalog, talk_id, segments_of(ARABIC, language="ar"), language="ar", file="a.vtt")
    catalog.close()
    make_index(settings)
    with served(settings) as at:
        yield at


def _faults(page: Page) -> list[str]:
    until_nothing_moves(page)
    options = {"runOnly": {"type": "tag", "values": WCAG}}
    violations = Axe().run(page, options=options).response["violations"]
    return [
        f"{fault['id']}: {node['html'][:200]} {node.get('failureSummary', '')}"
        for fault in violations
        for node in fault["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing(browser: Browser, address: str, scheme: str, width: int) -> None:
    context = browser.new_context(
        base_url=address,
        viewport={"width": width, "height": 800},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page = context.new_page()
    for at in PAGES:
        page.goto(at)
        assert _faults(page) == [], at
    context.close()


def test_axe_finds_nothing_while_things_are_open(page: Page) -> None:
    page.goto("/search?q=moon")
    page.get_by_role("button", name="How to ask").click()
    assert _faults(page) == []
    page.keyboard.press("Escape")
    page.locator(".choose").first.click()
    page.get_by_role("button", name="Play all hits").click()
    expect(page.get_by_role("region", name="Play all hits")).to_be_visible()
    page.locator(".strip a").first.focus()
    expect(page.locator(".peek").first).to_be_visible()
    assert _faults(page) == []


@pytest.mark.parametrize("width", [360, 640, 768, 1280])
def test_nothing_scrolls_sideways_also_at_twice_the_size(page: Page, width: int) -> None:
    """640 px is what is left of 1280 at 200 %."""
    page.set_viewport_size({"width": width, "height": 740})
    for at in [*PAGES, "/search?q=xylophone", "/concordance?q=xylophone"]:
        page.goto(at)
        wider = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wider <= 0, at


def test_who_wants_no_motion_gets_none(browser: Browser, address: str) -> None:
    context = browser.new_context(base_url=address, reduced_motion="reduce")
    page = context.new_page()
    for at in ("/search?q=moon", REEL, "/concordance?q=moon"):
        page.goto(at)
        moving = page.evaluate(
            """() => [...document.querySelectorAll('*')].filter((one) => {
              const { transitionDuration, animationName } = getComputedStyle(one);
              return one.checkVisibility()
                && (animationName !== 'none' || parseFloat(transitionDuration) > 0);
            }).length"""
        )
        assert moving == 0, at
    context.close()


def test_text_from_right_to_left_runs_so(page: Page) -> None:
    page.goto("/search?q=المد")
    for one in (".hit .talk-title a", ".moment .said"):
        shown = page.locator(one).first
        assert shown.evaluate("one => getComputedStyle(one).direction") == "rtl"
    page.goto("/concordance?q=المد")
    words = page.locator(".kwic .words bdi").first
    assert words.evaluate("one => getComputedStyle(one).direction") == "rtl"


def test_every_control_of_the_search_page_is_reached_by_keyboard(page: Page) -> None:
    page.goto("/search?q=moon")
    reached: set[str] = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        focus = page.evaluate(
            """() => { const one = document.activeElement;
              if (!one || one === document.body) return '';
              const style = getComputedStyle(one);
              return `${one.className.baseVal ?? one.className} ${one.localName} `
                + `${style.outlineStyle !== 'none' || one.matches('.search input')}`; }"""
        )
        if not focus:
            break
        reached.add(focus)
    names = {one.rsplit(" ", 1)[0].split(" ")[0] for one in reached}
    assert {"ask-help", "play-all", "keys-on", "moment", "tool"} <= names
    assert all(one.endswith(" true") for one in reached), reached


def test_an_outage_is_said_as_such(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    settings = load_settings(home=seed(tmp_path_factory.mktemp("home")).home)
    for one in (settings.home / "index").rglob("*"):
        if one.is_file() and one.name != "current":
            one.write_bytes(b"damaged")
    with served(settings) as at:
        page = browser.new_page(base_url=at)
        for asked in ("/search?q=moon", "/concordance?q=moon"):
            answer = page.goto(asked)
            assert answer is not None
            assert answer.status == 503
            expect(page.get_by_role("heading", name="not available just now")).to_be_visible()
            expect(page.get_by_text("Nothing found")).to_have_count(0)
            assert _faults(page) == []
        page.close()
