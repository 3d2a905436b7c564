"""The site in a real browser, with real media: what a person does, and what may never run."""

from __future__ import annotations

import re

import pytest
from browsing import address, browser, needs_chromium, page
from hostile_texts import EVIL
from playwright.sync_api import Browser, Page, expect

__all__ = ["address", "browser", "page"]

pytestmark = needs_chromium


# What is waited for is a function: a text would be evaluated in the page, which its CSP forbids.
def _open_talk(page: Page, address: str) -> None:
    page.goto(address)
    page.locator(".transcript[data-ready]").wait_for()
    page.wait_for_function("() => document.querySelector('video').readyState >= 1")


def _start_of(page: Page, word: str) -> float:
    """When a word of the moon talk begins, in seconds."""
    times = page.request.get("/talks/moon-moves-sea/words.json").json()
    start_ms: int = times["starts_ms"][times["words"].index(f" {word}")]
    return start_ms / 1000


def _now(page: Page) -> float:
    now: float = page.evaluate("document.querySelector('video').currentTime")
    return now


def test_from_the_search_to_the_word_that_plays(page: Page) -> None:
    page.goto("/")
    page.get_by_role("combobox").fill('"spring tide"')
    page.keyboard.press("Enter")
    hit = page.locator("a.moment").first
    expect(hit.locator("mark").first).to_contain_text("spring")
    start = _start_of(page, "spring")
    hit.click()
    page.wait_for_url(re.compile(r"/talks/moon-moves-sea\?t=[0-9.]+$"))
    asked = float(page.url.partition("t=")[2])
    assert start - 0.011 < asked <= start
    page.wait_for_function("() => document.querySelector('video').played.length > 0")
    began = page.evaluate("document.querySelector('video').played.start(0)")
    assert asked - 0.45 <= began <= asked
    marked = page.locator(".lines mark")
    expect(marked).to_have_text(["spring", "tide,"])
    expect(marked.first).to_be_in_viewport()


def test_the_spoken_word_is_marked_while_it_plays(page: Page) -> None:
    _open_talk(page, "/talks/moon-moves-sea")
    page.evaluate("document.querySelector('video').muted = true")
    start = _start_of(page, "moon.")
    page.evaluate(f"document.querySelector('video').currentTime = {start + 0.02}")
    expect(page.locator(".word.spoken")).to_have_text("moon.")
    page.evaluate("document.querySelector('video').play()")
    expect(page.locator(".word.spoken")).to_have_text("The")
    assert page.locator(".word.spoken").count() == 1


def test_a_browser_that_wants_a_click_first_is_offered_one(page: Page) -> None:
    _open_talk(page, f"/talks/moon-moves-sea?t={_start_of(page, 'Fundy')}")
    button = page.get_by_role("button", name=re.compile("Play from 0:2"))
    expect(button).to_be_visible()
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    expect(button).to_be_hidden()
    page.wait_for_function("() => !document.querySelector('video').paused")
    assert abs(_now(page) - _start_of(page, "Fundy")) < 3


def test_a_click_on_a_word_plays_from_it_and_puts_it_into_the_address(page: Page) -> None:
    _open_talk(page, "/talks/moon-moves-sea")
    page.locator(".word", has_text="Canada,").click()
    start = _start_of(page, "Canada,")
    assert abs(float(page.url.partition("t=")[2]) - start) <= 0.01
    page.wait_for_function(f"() => document.querySelector('video').currentTime >= {start - 0.41}")
    assert _now(page) < start + 3


def test_a_chapter_plays_from_its_start_and_stands_in_the_address(page: Page) -> None:
    _open_talk(page, "/talks/moon-moves-sea")
    page.get_by_role("link", name="Spring & neap").click()
    assert page.url.endswith("?t=20.0")
    page.wait_for_function("() => document.querySelector('video').played.length > 0")
    assert 19.9 <= page.evaluate("document.querySelector('video').played.start(0)") <= 20.1


def test_back_five_seconds_and_the_start_of_the_sentence_are_one_key_each(page: Page) -> None:
    _open_talk(page, "/talks/moon-moves-sea")
    page.evaluate("document.querySelector('video').currentTime = 20")
    page.keyboard.press("ArrowLeft")
    assert _now(page) == pytest.approx(15, abs=0.2)
    later = _start_of(page, "Fundy") + 1.5
    page.evaluate(f"document.querySelector('video').currentTime = {later}")
    page.keyboard.press("s")
    page.evaluate("document.querySelector('video').pause()")
    assert _now(page) == pytest.approx(_start_of(page, "Bay") - 0.6, abs=0.6)
    expect(page.locator(".keys")).to_contain_text("back 5 s")


def test_keys_leave_boxes_alone(page: Page) -> None:
    _open_talk(page, "/talks/moon-moves-sea")
    page.evaluate("document.querySelector('video').currentTime = 20")
    page.get_by_role("searchbox", name="Search in this talk").focus()
    page.keyboard.type("ss ss")
    page.keyboard.press("ArrowLeft")
    assert _now(page) == pytest.approx(20, abs=0.1)


def test_search_links_and_the_second_work_without_scripts(browser: Browser, address: str) -> None:
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    page.get_by_role("searchbox").fill("suspension bridge")
    page.keyboard.press("Enter")
    page.locator("a.moment").first.click()
    expect(page.locator(".lines mark")).to_have_text(["suspension"])
    page.goto("/search?q=fundy")
    page.locator("a.moment").first.click()
    expect(page.locator(".lines mark")).to_have_text(["Fundy"])
    source = page.locator("video").get_attribute("src")
    assert source is not None
    asked = float(page.url.partition("t=")[2])
    assert float(source.partition("#t=")[2]) == pytest.approx(asked - 0.4, abs=0.001)
    page.locator(".lines a").nth(2).click()
    assert "?t=" in page.url
    context.close()


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_no_page_scrolls_sideways(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 740})
    for path in (
        "/",
        "/search?q=tide",
        "/talks/moon-moves-sea?t=5",
        "/talks/harbours",
        "/speakers",
        "/events/tidal-days-2031",
        "/talks/evil?q=xylophone",
    ):
        page.goto(path)
        wider = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wider <= 0, path


def test_everything_is_reached_from_the_keyboard_with_a_visible_focus(page: Page) -> None:
    page.goto("/search?q=tide")
    reached = []
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate(
                """(() => { const focus = document.activeElement;
                const style = getComputedStyle(focus.closest('form') ?? focus);
                return [focus.tagName, focus.className,
                style.outlineStyle, style.boxShadow]; })()"""
            )
        )
    assert any("moment" in name for _tag, name, _outline, _shadow in reached)
    for tag, name, outline, shadow in reached:
        # After the last link the focus leaves the page, by way of its body.
        assert outline != "none" or shadow != "none" or tag == "BODY", (tag, name)


def test_hostile_text_is_shown_and_never_runs(page: Page, address: str) -> None:
    speaker = page.request.get("/speakers").text()
    slugs = re.findall(r'href="(/speakers/[^"]+)"', speaker)
    paths = ["/", "/events", "/events/evil", "/talks/evil?t=1&q=xylophone", *slugs]
    paths += ["/search?q=xylophone", "/search?q=script"]
    for path in paths:
        page.goto(path)
        assert page.evaluate("window.ran") is None, path
        assert page.locator("main :is(script, [onload], [onerror], [src=x])").count() == 0, path
    page.goto("/talks/evil")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{EVIL} title")
    page.goto("/search")
    page.get_by_role("combobox").fill(EVIL)
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=*")
    expect(page.get_by_role("combobox")).to_have_value(EVIL)
    assert page.evaluate("window.ran") is None
