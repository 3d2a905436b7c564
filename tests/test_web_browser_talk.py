"""What a person does on a talk's page, in a real browser with real media."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import browser, needs_chromium, served
from hostile_texts import EVIL
from msgspec import structs
from playwright.sync_api import Browser, Page, expect
from talk_browsing import TALK, address, archive, now, open_talk, page, start_of
from web_seed import seed, segments_of

from archive.catalog import Catalog
from archive.work.captions import save_captions

__all__ = ["address", "archive", "browser", "page"]

pytestmark = needs_chromium


def test_words_are_found_inside_with_a_count(page: Page) -> None:
    open_talk(page)
    page.keyboard.press("/")
    box = page.get_by_role("searchbox", name="Search in this talk")
    expect(box).to_be_focused()
    page.keyboard.type("the moon")
    count = page.locator(".find-count")
    expect(count).to_have_text(re.compile(r"^1 of 4, at 0:0\d$"))
    page.keyboard.press("Enter")
    expect(count).to_have_text(re.compile("^2 of 4"))
    expect(page.locator(".found-now")).to_have_count(2)
    page.keyboard.press("Shift+Enter")
    page.keyboard.press("Shift+Enter")
    expect(count).to_have_text(re.compile(r"^4 of 4, at 0:3\d$"))
    expect(page.locator(".found-now").first).to_be_in_viewport()
    page.get_by_role("button", name="The next place").click()
    expect(count).to_have_text(re.compile("^1 of 4"))
    box.fill("xylophone")
    expect(count).to_have_text("not said")
    box.press("Escape")
    expect(page.locator(".found")).to_have_count(0)


def test_keys_move_by_words_and_seconds_and_change_the_speed(page: Page) -> None:
    open_talk(page)
    page.evaluate("document.querySelector('video').currentTime = 20")
    page.keyboard.press("ArrowRight")
    assert now(page) == pytest.approx(25, abs=0.1)
    at = start_of(page, "Fundy")
    page.evaluate(f"document.querySelector('video').currentTime = {at + 0.01}")
    expect(page.locator(".word.spoken")).to_have_text("Fundy")
    page.keyboard.press(".")
    expect(page.locator(".word.spoken")).to_have_text("in")
    page.keyboard.press(",")
    expect(page.locator(".word.spoken")).to_have_text("Fundy")
    page.keyboard.press("Shift+>")
    assert page.evaluate("document.querySelector('video').playbackRate") == 1.25
    page.get_by_label("Speed").select_option("2")
    assert page.evaluate("document.querySelector('video').playbackRate") == 2
    page.keyboard.press("c")
    assert page.evaluate("document.querySelector('video').textTracks[0].mode") == "showing"


def test_the_keys_are_listed_and_can_be_switched_off(page: Page) -> None:
    open_talk(page)
    page.keyboard.press("Shift+?")
    helped = page.get_by_role("dialog", name="Keys")
    expect(helped).to_contain_text("find in the transcript")
    helped.get_by_role("checkbox").uncheck()
    page.keyboard.press("Escape")
    expect(helped).to_be_hidden()
    page.keyboard.press("/")
    page.keyboard.press("q")
    expect(page.locator(".quote-panel")).to_be_hidden()
    # The list itself can be opened with its button, and the keys turned on again.
    page.get_by_role("button", name="? keys").click()
    helped.get_by_role("checkbox").check()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="Search in this talk")).to_be_focused()


def test_doubtful_words_are_underlined_on_demand(page: Page) -> None:
    open_talk(page)
    doubted = page.locator(".doubted")
    expect(doubted).to_have_count(1)
    assert "underline" not in doubted.evaluate("e => getComputedStyle(e).textDecorationLine")
    button = page.get_by_role("button", name="Doubtful words")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    assert "underline" in doubted.evaluate("e => getComputedStyle(e).textDecorationLine")


def test_the_english_track_stands_beside_the_original(page: Page) -> None:
    open_talk(page)
    page.get_by_role("link", name="English beside").click()
    page.locator(".transcript[data-ready]").wait_for()
    line = page.locator(".lines p").nth(1)
    expect(line.locator(".beside")).to_contain_text("twice a day")
    own, other = line.locator("span").first.bounding_box(), line.locator(".beside").bounding_box()
    assert own is not None
    assert other is not None
    assert other["x"] > own["x"] + own["width"] - 1
    assert abs(other["y"] - own["y"]) < 8
    page.set_viewport_size({"width": 360, "height": 740})
    own, other = line.locator("span").first.bounding_box(), line.locator(".beside").bounding_box()
    assert own is not None
    assert other is not None
    assert other["y"] >= own["y"] + own["height"] - 1
    page.get_by_role("link", name="Without English").click()
    expect(page.locator(".beside")).to_have_count(0)


def test_a_transcript_is_downloaded_from_the_page(page: Page) -> None:
    open_talk(page)
    page.get_by_text("Download", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Markdown").click()
    assert download.value.suggested_filename == "moon-moves-sea.md"


def test_all_parts_of_a_long_transcript_come_together(browser: Browser, tmp_path: Path) -> None:
    settings = seed(tmp_path / "home", indexed=False)
    catalog = Catalog.open(settings)
    text = " ".join(f"Sentence number {n} speaks of many tides." for n in range(1715))
    segments = segments_of(text, to_ms=4_800_000)
    turbines = catalog.talk("turbines").id
    save_captions(catalog, turbines, segments, language="en", file="long.vtt")
    catalog.close()
    with served(settings) as address:
        page = browser.new_page(base_url=address, viewport={"width": 1280, "height": 800})
        page.goto("/talks/turbines?t=4700")
        page.locator(".transcript[data-ready]").wait_for()
        assert page.locator(".lines > p").count() == len(segments)
        expect(page.locator(".part-link")).to_have_count(0)
        expect(page.locator(".lines mark")).to_be_in_viewport()
        page.get_by_role("searchbox", name="Search in this talk").fill("number 3 speaks")
        expect(page.locator(".find-count")).to_have_text(re.compile("^1 of 1"))
        expect(page.locator(".found-now").first).to_be_in_viewport()
        page.close()


def test_lines_that_another_module_changed_are_words_again(
    browser: Browser, tmp_path: Path
) -> None:
    settings = seed(tmp_path / "home", indexed=False)
    with served(settings) as address:
        page = browser.new_page(base_url=address)
        page.goto("/talks/turbines")
        page.locator(".transcript[data-ready]").wait_for()
        catalog = Catalog.open(settings)
        talk = catalog.talk("turbines")
        before = catalog.transcripts(talk.id)[0].segments
        first = replace(
            before[0], words=(*before[0].words, structs.replace(before[0].words[-1], text="Zebra"))
        )
        save_captions(catalog, talk.id, (first, *before[1:]), language="en", file="corrected.vtt")
        catalog.close()
        page.evaluate(
            """() => {
              const line = document.querySelector(".lines > p");
              line.querySelector("span").textContent += " Zebra";
              line.closest(".transcript").dispatchEvent(new CustomEvent("transcript-changed"));
            }"""
        )
        expect(page.locator("[data-word]", has_text="Zebra")).to_have_count(1)
        page.get_by_role("searchbox", name="Search in this talk").fill("zebra")
        expect(page.locator(".find-count")).to_have_text(re.compile("^1 of 1"))
        page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_in_the_way_of_anybody(browser: Browser, address: str, scheme: str) -> None:
    context = browser.new_context(base_url=address, color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    page = context.new_page()
    for path in (TALK, f"{TALK}?t=18.6,19.4&quote=stunt+in+one+line,&beside=", "/talks/turbines",
                 "/talks/harbours", f"{TALK}/quote?t=17,19"):  # fmt: skip
        page.goto(path)
        if "quote?" not in path and "harbours" not in path:
            page.locator(".transcript[data-ready]").wait_for()
        found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
        assert found.violations_count == 0, (path, found.generate_report())
    page.goto(TALK)
    page.locator(".transcript[data-ready]").wait_for()
    for key, panel in (("q", ".quote-panel"), ("Shift+?", ".keys-help")):
        page.keyboard.press(key)
        page.locator(f"{panel}[open] h1, {panel}[open] h2").first.wait_for()
        found = Axe().run(page)
        assert found.violations_count == 0, (panel, found.generate_report())
        page.keyboard.press("Escape")
        expect(page.locator(panel)).to_be_hidden()
    context.close()


@pytest.mark.parametrize("width", [320, 360, 768, 1280])
def test_nothing_scrolls_sideways(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 740})
    for path in (f"{TALK}?beside=", f"{TALK}/quote?t=5,9", f"{TALK}?t=18,19&quote=a+b+c+d"):
        page.goto(path)
        wider = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wider <= 0, path


def test_hostile_texts_stay_texts(page: Page) -> None:
    hostile = urlencode({"quote": EVIL, "before": EVIL, "after": EVIL, "until": EVIL})
    for path in (f"/talks/evil?t=1,9&{hostile}", f"/talks/evil/quote?t=1,9&{hostile}",
                 f"/talks/evil?t=1,9&quote={quote(EVIL)}&beside="):  # fmt: skip
        page.goto(path)
        assert page.evaluate("window.ran") is None, path
        assert page.locator("main img, main svg:not(.band), main script").count() == 0, path
    page.goto("/talks/evil")
    page.locator(".transcript[data-ready]").wait_for()
    page.keyboard.press("q")
    expect(page.locator(".quote-panel blockquote")).to_contain_text("onerror")
    page.keyboard.press("Escape")
    expect(page.locator(".quote-panel")).to_be_hidden()
    page.get_by_role("searchbox", name="Search in this talk").fill(EVIL)
    expect(page.locator(".find-count")).to_have_text(re.compile("^1 of"))
    assert page.evaluate("window.ran") is None
