"""Words of a talk become a quote with its link and its clip, in a real browser."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import av
import pytest
from browsing import browser, needs_chromium
from playwright.sync_api import Browser, Page, expect
from talk_browsing import TALK, address, archive, now, open_talk, page, start_of

from archive.catalog import Catalog
from archive.settings import Settings
from ingest.clip_orders import ClipShelf
from ingest.clipping import cut_next

__all__ = ["address", "archive", "browser", "page"]

pytestmark = needs_chromium


def select(page: Page, first: str, last: str) -> None:
    """Select words with the mouse, from the first one's beginning to the last one's end."""
    begin = page.locator(".word", has_text=re.compile(f"^{re.escape(first)}$")).first
    end = page.locator(".word", has_text=re.compile(f"^{re.escape(last)}$")).first
    # Near the edge of the window the browser scrolls while a mouse selects.
    begin.evaluate("one => one.scrollIntoView({ block: 'center' })")
    one, other = begin.bounding_box(), end.bounding_box()
    assert one is not None
    assert other is not None
    page.mouse.move(one["x"] + 1, one["y"] + one["height"] / 2)
    page.mouse.down()
    page.mouse.move(other["x"] + other["width"] - 1, other["y"] + other["height"] / 2, steps=4)
    page.mouse.up()


def test_selected_words_become_a_link_that_opens_at_them_and_marks_them(page: Page) -> None:
    open_talk(page)
    select(page, "stand", "line,")
    page.get_by_role("button", name="Quote", exact=True).last.click()
    panel = page.locator(".quote-panel")
    expect(panel.locator("blockquote")).to_have_text("stand in one line,")
    expect(panel).to_contain_text("Ada Example, Director, Example Institute of Oceans")
    expect(panel).to_contain_text("not checked by a person")
    link = panel.get_by_label("Link to these words").input_value()
    assert parse_qs(urlsplit(link).query)["quote"] == ["stand in one line,"]
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    page.goto(link)
    page.locator(".transcript[data-ready]").wait_for()
    expect(page.locator(".lines mark")).to_have_text(["stand", "in", "one", "line,"])
    expect(page.locator(".lines mark").first).to_be_in_viewport()
    page.wait_for_function("() => document.querySelector('video').currentTime > 0")
    assert now(page) == pytest.approx(start_of(page, "stand") - 0.4, abs=0.3)


def test_a_quote_is_made_and_changed_by_keys_alone(page: Page) -> None:
    open_talk(page)
    page.evaluate(f"document.querySelector('video').currentTime = {start_of(page, 'stand')}")
    expect(page.locator(".word.spoken")).to_have_text("stand")
    page.keyboard.press("q")
    quoted = page.locator(".quote-panel blockquote")
    expect(quoted).to_have_text(re.compile("^When the sun and the moon .* very high.$"))
    expect(page.locator(".quote-panel h1")).to_be_focused()
    later = page.get_by_role("link", name="Begin a word later")
    later.focus()
    page.keyboard.press("Enter")
    expect(quoted).to_have_text(re.compile("^the sun and"))
    expect(later).to_be_focused()
    page.keyboard.press("Enter")
    expect(quoted).to_have_text(re.compile("^sun and"))
    page.keyboard.press("Escape")
    expect(page.locator(".quote-panel")).to_be_hidden()


def test_what_is_quoted_is_copied(page: Page, address: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address)
    open_talk(page, f"{TALK}?t=17.7,19.4")
    page.get_by_role("link", name="Quote", exact=True).click()
    panel = page.locator(".quote-panel")
    for label in ("Link to these words", "Words with their source", "Citation"):
        panel.get_by_role("button", name="Copy").first.click()
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied == panel.get_by_label(label, exact=True).input_value()
    assert copied.startswith("Ada Example (12 May 2031).")
    expect(panel.get_by_role("button", name="Copied")).to_have_count(3)
    panel.get_by_text("BibTeX, CSL-JSON").click()
    expect(panel.get_by_label("BibTeX")).to_have_value(re.compile("^@misc{moon-moves-sea-17,"))
    expect(panel.get_by_label("Code to embed it in a page")).to_have_value(re.compile("^<iframe "))


def test_a_quote_opens_on_a_phone_at_its_words(browser: Browser, address: str) -> None:
    context = browser.new_context(
        base_url=address, viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    page.goto(f"{TALK}?t=35,37&quote=The+moon+keeps+perfect+time,")
    page.locator(".transcript[data-ready]").wait_for()
    marks = page.locator(".lines mark")
    expect(marks).to_have_text(["The", "moon", "keeps", "perfect", "time,"])
    expect(marks.first).to_be_in_viewport()
    # The player stands above the words and hides none that are marked.
    box, player = marks.first.bounding_box(), page.locator(".player").bounding_box()
    assert box is not None
    assert player is not None
    assert box["y"] > player["y"] + player["height"]
    context.close()


def test_a_corrected_quote_shows_both_forms_without_scripts(browser: Browser, address: str) -> None:
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{TALK}?t=18.6,19.4&quote=stunt+in+one+line,&before=and+the+moon&after=we+get+a")
    expect(page.locator(".standing")).to_contain_text("The transcript was corrected")
    expect(page.locator(".standing del")).to_have_text("stunt in one line,")
    expect(page.locator(".standing ins")).to_have_text("stand in one line,")
    expect(page.locator(".lines mark")).to_have_text("stand in one line,")
    page.get_by_role("link", name="Quote", exact=True).click()
    expect(page.locator("blockquote")).to_have_text("stand in one line,")
    page.get_by_role("link", name="End a word earlier").click()
    expect(page.locator("blockquote")).to_have_text("stand in one")
    context.close()


def test_a_clip_is_asked_for_followed_and_taken_away(
    page: Page, archive: Settings, tmp_path: Path
) -> None:
    open_talk(page, f"{TALK}?t=18.6,19.4&quote=stand+in+one+line,")
    page.get_by_role("link", name="Quote", exact=True).click()
    panel = page.locator(".quote-panel")
    panel.get_by_role("button", name="Make the clip").click()
    expect(panel.get_by_role("progressbar")).to_be_visible()
    expect(panel).to_contain_text("No worker is running here")
    catalog = Catalog.open(archive)
    assert cut_next(catalog, ClipShelf(archive), lambda: False)
    catalog.close()
    link = panel.get_by_role("link", name="Download this clip")
    expect(link).to_be_visible()
    with page.expect_download() as download:
        link.click()
    assert re.fullmatch(r"moon-moves-sea-18\.\d\d-19\.\d\d\.mp4", download.value.suggested_filename)
    path = tmp_path / "clip.mp4"
    download.value.save_as(path)
    with av.open(str(path)) as container:
        said = [bytes(p)[2:].decode() for p in container.demux(container.streams.subtitles[0])]
    assert "stand in one line," in said


def test_a_clip_is_asked_for_without_scripts(browser: Browser, address: str) -> None:
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{TALK}/quote?t=3,6")
    page.get_by_label("Sound").check()
    page.get_by_role("button", name="Make the clip").click()
    page.wait_for_url(re.compile(r"/clips/[0-9a-f]{32}$"))
    expect(page.get_by_role("progressbar")).to_be_visible()
    context.close()
