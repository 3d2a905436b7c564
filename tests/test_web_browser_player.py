"""The player of a talk in a real browser: captions, a window of its own, what follows it."""

from __future__ import annotations

from browsing import address, browser, needs_chromium, page
from playwright.sync_api import Browser, Page, expect

__all__ = ["address", "browser", "page"]

pytestmark = needs_chromium

TALK = "/talks/moon-moves-sea"
IS_APART = "() => document.pictureInPictureElement !== null"


def _open(page: Page, path: str = TALK) -> None:
    page.goto(path)
    page.locator(".transcript[data-ready]").wait_for()
    page.wait_for_function("() => document.querySelector('video').readyState >= 1")


def test_the_picture_leaves_the_page_and_comes_back(page: Page) -> None:
    _open(page)
    button = page.get_by_role("button", name="Picture in picture")
    expect(button).to_have_attribute("aria-pressed", "false")
    button.click()
    page.wait_for_function(IS_APART)
    expect(button).to_have_attribute("aria-pressed", "true")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")
    assert not page.evaluate(IS_APART)
    expect(page.locator(".apart-refused")).to_be_hidden()


def test_a_browser_that_refuses_a_window_of_its_own_is_told_of(page: Page) -> None:
    _open(page)
    page.evaluate("document.querySelector('video').disablePictureInPicture = true")
    button = page.get_by_role("button", name="Picture in picture")
    button.click()
    refused = page.locator(".apart-refused")
    expect(refused).to_have_text(
        "The browser keeps the picture in this page. Once the recording plays, try again."
    )
    expect(refused).to_have_role("status")
    expect(button).to_have_attribute("aria-pressed", "false")
    page.evaluate("document.querySelector('video').disablePictureInPicture = false")
    button.click()
    page.wait_for_function(IS_APART)
    expect(refused).to_be_hidden()


def test_a_browser_without_such_windows_is_offered_none(browser: Browser, address: str) -> None:
    context = browser.new_context(base_url=address)
    context.add_init_script(
        "Object.defineProperty(Document.prototype, 'pictureInPictureEnabled', { value: false });"
    )
    page = context.new_page()
    _open(page)
    expect(page.get_by_role("button", name="back 5 s")).to_be_visible()
    expect(page.get_by_role("button", name="Picture in picture")).to_have_count(0)
    context.close()


def test_captions_come_and_go_with_a_key(page: Page) -> None:
    _open(page)
    track = (
        "() => [...document.querySelector('video').textTracks].find((t) => t.kind === 'captions')"
    )
    shown = f"() => ({track})().mode === 'showing' && ({track})().cues?.length > 3"
    assert page.evaluate(f"({track})().mode") != "showing"
    page.keyboard.press("c")
    page.wait_for_function(shown)
    assert "short talk about the tides" in page.evaluate(f"({track})().cues[0].text")
    page.keyboard.press("c")
    assert page.evaluate(f"({track})().mode") == "disabled"


def test_the_transcript_follows_along_in_its_own_column(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 560})
    _open(page)
    last = page.locator(".lines > p").last
    expect(last).not_to_be_in_viewport()
    page.evaluate("() => { const v = document.querySelector('video'); v.muted = true; }")
    page.evaluate("() => { const v = document.querySelector('video'); v.currentTime = 37; }")
    page.evaluate("() => document.querySelector('video').play()")
    expect(last).to_be_in_viewport()
    expect(last.locator(".word.spoken")).to_have_count(1)
    # Neither does the column's head lie on it, which stays where it is.
    box, head = last.bounding_box(), page.locator(".transcript-head").bounding_box()
    assert box is not None
    assert head is not None
    assert box["y"] >= head["y"] + head["height"] - 1


def test_on_a_phone_a_line_behind_the_player_is_brought_out(browser: Browser, address: str) -> None:
    context = browser.new_context(
        base_url=address, viewport={"width": 360, "height": 640}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    _open(page)
    first, player = page.locator(".lines > p").first, page.locator(".player")
    page.evaluate("() => { const v = document.querySelector('video'); v.muted = true; }")
    page.evaluate("() => { const v = document.querySelector('video'); v.currentTime = 2; }")
    expect(first).to_have_class("speaking")
    first.evaluate("one => one.scrollIntoView({ block: 'start' })")
    page.evaluate("() => scrollBy(0, 120)")
    page.evaluate("() => document.querySelector('video').play()")
    page.wait_for_function(
        """() => document.querySelector('.lines > p').getBoundingClientRect().top
          >= document.querySelector('.player').getBoundingClientRect().bottom"""
    )
    expect(player).to_be_in_viewport()
    context.close()


def test_a_link_opened_on_a_phone_says_who_speaks_and_leads_to_the_head(
    browser: Browser, address: str
) -> None:
    context = browser.new_context(
        base_url=address, viewport={"width": 360, "height": 640}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    _open(page, f"{TALK}?t=35,37&quote=The+moon+keeps+perfect+time,")
    head = page.get_by_role("heading", level=1)
    expect(head).not_to_be_in_viewport()
    said = page.get_by_role("link", name="Ada Example: How the Moon Moves the Sea")
    expect(said).to_be_in_viewport()
    # Its keys are words for a finger; that of the quote is one of them.
    page.get_by_role("button", name="quote", exact=True).tap()
    expect(page.locator(".quote-panel blockquote")).to_contain_text("moon keeps perfect time")
    page.get_by_role("button", name="Close").tap()
    said.tap()
    expect(head).to_be_in_viewport()
    context.close()


def test_words_selected_with_a_finger_are_quoted_and_shared(browser: Browser, address: str) -> None:
    context = browser.new_context(
        base_url=address, viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True
    )
    # What a phone has, and this browser here has not.
    context.add_init_script(
        "navigator.share = async (what) => { window.shared = what.url; };"
        "document.addEventListener('touchend', () => getSelection().removeAllRanges());"
    )
    page = context.new_page()
    _open(page)
    page.evaluate(
        """() => {
          const words = [...document.querySelectorAll('.word')].slice(3, 6);
          getSelection().setBaseAndExtent(words[0].firstChild, 0, words[2].firstChild, 3);
        }"""
    )
    # The button stays beside the words when the page is moved.
    page.locator(".lines > p").first.evaluate("one => one.scrollIntoView({ block: 'center' })")
    page.locator(".quote-selected").tap()
    panel = page.locator(".quote-panel")
    expect(panel.locator("blockquote")).to_have_text("short talk about")
    panel.get_by_role("button", name="Share").tap()
    shared = page.evaluate("window.shared")
    assert shared == panel.get_by_label("Link to these words").input_value()
    assert "quote=short+talk+about" in shared
    context.close()
