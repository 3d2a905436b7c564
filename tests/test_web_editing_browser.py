"""Correcting in a real browser: a line in place, by keyboard alone, and without scripts."""

from __future__ import annotations

import re
import threading

import pytest
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
    words_of_talk,
)
from playwright.sync_api import Browser, Page, expect

from archive.catalog import Catalog
from archive.corrections.present import present
from archive.settings import Settings
from web.background.worker import work

__all__ = ["address", "browser", "catalog", "context", "page", "settings"]

pytestmark = needs_chromium


def test_a_line_is_corrected_by_keyboard_alone_and_the_page_shows_it_at_once(
    page: Page, catalog: Catalog
) -> None:
    open_talk(page)
    edit_line(page, 1)
    field = page.get_by_role("textbox", name="What was said at 0:06")
    expect(field).to_be_focused()
    page.keyboard.press("Control+Home")
    page.keyboard.press("Control+Shift+ArrowRight")
    page.keyboard.type("That ")
    page.keyboard.press("Control+Enter")
    line = page.locator(".lines > p").nth(1)
    expect(line).to_contain_text("That reason is the moon.")
    expect(page.locator(".saved-note")).to_contain_text("Saved.")
    expect(page.locator(".saved-note")).to_contain_text("No worker runs, so the search is behind.")
    expect(page.locator(".lines a").nth(1)).to_be_focused()
    assert "That reason is the moon." in words_of_talk(catalog)
    assert page.url.endswith(TALK)


def test_escape_leaves_the_line_as_it_was(page: Page, catalog: Catalog) -> None:
    open_talk(page)
    before = words_of_talk(catalog)
    edit_line(page, 0)
    page.keyboard.type("Never saved. ")
    page.keyboard.press("Escape")
    expect(page.locator(".line-editor")).to_have_count(0)
    expect(page.locator(".lines a").first).to_be_focused()
    expect(page.locator(".lines > p").first).to_contain_text("Welcome to this short talk")
    assert words_of_talk(catalog) == before


def test_only_the_words_that_are_selected_become_a_field(page: Page, catalog: Catalog) -> None:
    open_talk(page)
    page.locator(".word", has_text="Canada,").dblclick()
    page.keyboard.press("e")
    field = page.locator(".line-editor textarea")
    expect(field).to_have_value("Canada,")
    field.fill("Kanada,")
    page.get_by_role("button", name="Save Ctrl").click()
    expect(page.locator(".lines > p", has_text="Bay of Fundy in Kanada,")).to_be_visible()
    assert "Bay of Fundy in Kanada, the sea" in words_of_talk(catalog)


def test_with_editing_on_each_line_has_a_button_and_its_words_open_it(page: Page) -> None:
    open_talk(page)
    page.locator(".edit-switch").click()
    page.get_by_role("button", name="Edit the line at 0:11").click()
    expect(page.locator(".line-editor textarea")).to_have_value(re.compile("^The sun pulls"))
    page.keyboard.press("Escape")
    page.locator(".lines > p").first.locator("span").first.click()
    expect(page.get_by_role("textbox", name="What was said at 0:00")).to_be_focused()
    page.keyboard.press("Escape")
    page.locator(".edit-switch").click()
    expect(page.locator(".edit-line")).to_have_count(0)


def test_the_field_leads_to_the_page_of_its_line(page: Page) -> None:
    open_talk(page)
    edit_line(page, 1)
    page.get_by_role("link", name="Who speaks …").click()
    page.wait_for_url("**/talks/moon-moves-sea/edit?t=*")
    expect(page.get_by_role("textbox", name="From 0:06")).to_be_visible()


def test_a_line_is_saved_as_checked_by_keyboard_and_shown_as_such(
    page: Page, catalog: Catalog
) -> None:
    open_talk(page)
    edit_line(page, 1)
    page.keyboard.press("Control+Shift+Enter")
    expect(page.locator(".saved-note")).to_contain_text("Saved, and marked as checked.")
    page.locator(".edit-switch").click()
    expect(page.get_by_role("button", name="Edit the line at 0:06 (checked)")).to_be_visible()
    expect(page.locator(".is-checked")).to_have_count(1)
    shown = present(catalog, catalog.talk("moon-moves-sea").id)
    assert shown is not None
    assert len(shown.passages) == 1


def test_an_emptied_line_goes_when_it_is_saved_twice(page: Page, catalog: Catalog) -> None:
    open_talk(page)
    edit_line(page, 0)
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".line-said")).to_contain_text("Save once more")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".lines > p").first).to_contain_text("The reason is the moon.")
    assert words_of_talk(catalog).startswith("The reason is the moon.")


def test_a_line_that_was_corrected_still_plays(page: Page) -> None:
    open_talk(page)
    edit_line(page, 2)
    page.keyboard.type("Also: ")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".lines > p").nth(2)).to_contain_text("Also:")
    page.locator(".lines > p").nth(2).locator("a").click()
    page.wait_for_function("() => document.querySelector('video').currentTime > 9")


def test_when_a_worker_runs_the_page_says_when_the_search_knows_it(
    page: Page, settings: Settings
) -> None:
    stop = threading.Event()
    worker = threading.Thread(target=work, args=(settings, stop), kwargs={"ended": bool})
    worker.start()
    try:
        open_talk(page)
        edit_line(page, 0)
        page.keyboard.type("Quokkas! ")
        page.keyboard.press("Control+Enter")
        expect(page.locator(".saved-note")).to_contain_text("The search knows it.", timeout=30_000)
        page.goto("/search?q=quokkas")
        expect(page.locator("a.moment")).to_have_count(1)
    finally:
        stop.set()
        worker.join()


def test_what_was_typed_stays_where_the_site_does_not_answer(page: Page) -> None:
    open_talk(page)
    edit_line(page, 0)
    page.keyboard.type("Typed in a tunnel. ")
    page.context.set_offline(True)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".line-said")).to_contain_text("What you typed is still here.")
    page.context.set_offline(False)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".lines > p").first).to_contain_text("Typed in a tunnel. Welcome")


@pytest.mark.parametrize(("text", "said"), [("bell \u0007", "U+0007"), ("\u202eedit", "U+202E")])
def test_text_that_cannot_be_kept_is_refused_in_place(page: Page, text: str, said: str) -> None:
    open_talk(page)
    field = edit_line(page, 0)
    field.fill(text)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".line-said")).to_contain_text(said)
    expect(field).to_have_value(text)


def test_a_megabyte_is_refused_in_place(page: Page) -> None:
    open_talk(page)
    field = edit_line(page, 0)
    field.fill("tide " * 200_000)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".line-said")).to_contain_text("larger than 64 KB")
    assert len(field.input_value()) == 1_000_000


def test_without_scripts_a_line_is_corrected_on_its_page(
    browser: Browser, address: str, catalog: Catalog
) -> None:
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto(TALK)
    page.get_by_role("link", name="Correct it line by line").click()
    page.get_by_role("link", name="Correct the line at 0:06").click()
    field = page.get_by_role("textbox", name="From 0:06")
    field.fill(field.input_value().replace("reason", "cause"))
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".notice")).to_contain_text("Saved.")
    assert "The cause is the moon." in words_of_talk(catalog)
    context.close()
