"""Several who correct and suggest, and the same mistake in several places, in a real browser."""

from __future__ import annotations

import re

from browsing import browser, needs_chromium
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
    words_of_talk,
)
from playwright.sync_api import Browser, Page, expect
from visiting import PASSWORD

from archive.catalog import Catalog
from archive.editors import add_editor
from archive.suggestions import open_suggestions, suggest

__all__ = ["address", "browser", "catalog", "context", "page", "settings"]

pytestmark = needs_chromium


def test_two_editors_at_once_are_told_and_both_are_kept(
    browser: Browser, address: str, catalog: Catalog
) -> None:
    for name in ("Ada Example", "Bo Sample"):
        add_editor(catalog, name, PASSWORD)
    ada_browser = browser.new_context(base_url=address)
    bo_browser = browser.new_context(base_url=address)
    ada, bo = ada_browser.new_page(), bo_browser.new_page()
    for tab, name in ((ada, "Ada Example"), (bo, "Bo Sample")):
        sign_in(tab, name)
        open_talk(tab)
        edit_line(tab, 4)
    line = ada.locator(".line-editor textarea").input_value()
    ada.locator(".line-editor textarea").fill(line.replace("16", "sixteen"))
    ada.keyboard.press("Control+Enter")
    expect(ada.locator(".saved-note")).to_contain_text("Saved.")
    mine = line.replace("16 meters", "17 metres")
    bo.locator(".line-editor textarea").fill(mine)
    bo.keyboard.press("Control+Enter")
    expect(bo.locator(".line-said")).to_contain_text("Ada Example changed these words meanwhile")
    expect(bo.locator(".theirs")).to_contain_text("sixteen meters")
    expect(bo.locator(".line-editor textarea")).to_have_value(mine)
    assert "sixteen meters" in words_of_talk(catalog)
    bo.get_by_role("button", name="Put both together").click()
    expect(bo.locator(".line-editor textarea")).to_have_value(
        line.replace("16 meters", "sixteen metres")
    )
    bo.keyboard.press("Control+Enter")
    expect(bo.locator(".lines > p", has_text="sixteen metres")).to_be_visible()
    assert "sixteen metres" in words_of_talk(catalog)
    for opened in (ada_browser, bo_browser):
        opened.close()


def test_two_editors_of_other_words_do_not_meet(
    browser: Browser, address: str, catalog: Catalog
) -> None:
    tabs = [browser.new_context(base_url=address).new_page() for _ in range(2)]
    for tab in tabs:
        open_talk(tab)
        edit_line(tab, 0)
    line = tabs[0].locator(".line-editor textarea").input_value()
    for tab, old, new in ((tabs[0], "Welcome", "Hello"), (tabs[1], "again.", "once more.")):
        tab.locator(".line-editor textarea").fill(line.replace(old, new))
        tab.keyboard.press("Control+Enter")
        expect(tab.locator(".saved-note")).to_contain_text("Saved.")
    assert words_of_talk(catalog).startswith("Hello to this short talk")
    assert "goes out once more." in words_of_talk(catalog)
    for tab in tabs:
        tab.context.close()


def test_the_same_mistake_is_corrected_everywhere_from_the_line(
    page: Page, catalog: Catalog
) -> None:
    open_talk(page)
    field = edit_line(page, 1)
    field.fill(field.input_value().replace("The moon", "The Mond"))
    page.keyboard.press("Control+Enter")
    page.get_by_role("link", name="“moon” stands 3 more times in 1 talk").click()
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(4)
    page.get_by_role("checkbox").first.uncheck()
    page.get_by_role("button", name="Correct the chosen places").click()
    expect(page.get_by_role("heading", name="Corrected at 2 places")).to_be_visible()
    assert words_of_talk(catalog).count("Mond") == 3
    page.get_by_role("button", name="Take all of it back").click()
    expect(page.locator(".notice")).to_contain_text("Taken back")
    assert words_of_talk(catalog).count("Mond") == 1


def test_a_reader_suggests_and_an_editor_accepts_with_one_key(
    browser: Browser, address: str, catalog: Catalog
) -> None:
    add_editor(catalog, "Ada Example", PASSWORD)
    reader = browser.new_context(base_url=address).new_page()
    reader.goto(TALK)
    reader.locator(".transcript[data-ready]").wait_for()
    reader.locator(".lines a").nth(1).focus()
    reader.keyboard.press("e")
    field = reader.get_by_role("textbox", name="What was said at 0:06")
    field.fill(field.input_value().replace("reason", "cause"))
    reader.get_by_label("Your name").fill("Bo Sample")
    reader.get_by_role("button", name="Send the suggestion").click()
    expect(reader.locator(".notice")).to_contain_text("Thank you.")
    reader.context.close()
    ada = browser.new_context(base_url=address).new_page()
    sign_in(ada, "Ada Example")
    ada.get_by_role("link", name="Suggestions").click()
    expect(ada.locator(".current ins")).to_have_text("cause")
    ada.keyboard.press("a")
    expect(ada.locator(".waiting")).to_have_count(0)
    expect(ada.locator(".waiting-count")).to_have_text("Accepted. None waits.")
    assert "The cause is the moon." in words_of_talk(catalog)
    ada.context.close()


def test_a_hit_leads_to_its_correction_by_key_and_by_link(page: Page, catalog: Catalog) -> None:
    page.goto("/search?q=fundy")
    hit = page.locator("a.moment").first
    expect(page.locator(".correct-hit")).to_have_count(1)
    hit.focus()
    page.keyboard.press("e")
    page.wait_for_url("**/talks/moon-moves-sea/edit?t=*")
    expect(page.get_by_role("textbox", name="From 0:22")).to_have_value(re.compile("Fundy"))
    add_editor(catalog, "Ada Example", PASSWORD)
    page.goto("/search?q=fundy")
    page.locator(".moment-place").first.hover()
    page.get_by_role("link", name="Suggest a correction at 0:2").click()
    page.wait_for_url("**/talks/moon-moves-sea/suggest?t=*")
    expect(page.get_by_role("textbox", name="What was said")).to_have_value(re.compile("Fundy"))


def test_the_queue_is_gone_through_by_keyboard_alone(page: Page, catalog: Catalog) -> None:
    talk = catalog.talk("moon-moves-sea")
    words = catalog.transcripts(talk.id)[0].words
    for number, text in ((0, "Hello"), (3, "long"), (4, "walk")):
        suggest(catalog, talk.id, words[number : number + 1], text)
    page.goto("/suggestions")
    expect(page.locator(".waiting")).to_have_count(3)
    expect(page.locator(".current ins")).to_have_text("Hello")
    page.keyboard.press("j")
    expect(page.locator(".current ins")).to_have_text("long")
    page.keyboard.press("d")
    expect(page.locator(".current ins")).to_have_text("walk")
    page.keyboard.press("k")
    page.keyboard.press("e")
    expect(page.locator(".current textarea")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type("Good day")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".waiting")).to_have_count(1)
    expect(page.locator(".current")).to_be_focused()
    page.keyboard.press("a")
    expect(page.locator(".waiting")).to_have_count(0)
    assert words_of_talk(catalog).startswith("Good day to this short walk")
    assert open_suggestions(catalog) == []
