"""Correcting in a real browser: in place, by keyboard alone, and two editors at once."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import browser, needs_chromium, served
from hostile_texts import EVIL
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from visiting import PASSWORD
from web_seed import seed

from archive.catalog import Catalog
from archive.corrections.everywhere import correct_everywhere, occurrences_like
from archive.corrections.present import present
from archive.corrections.saving import Correction, correct
from archive.editors import add_editor
from archive.programme import SpeakerEntry, TalkEntry, save_programme
from archive.settings import Settings
from archive.suggestions import open_suggestions, suggest
from web.worker import work

__all__ = ["browser"]

pytestmark = needs_chromium

TALK = "/talks/moon-moves-sea"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return seed(tmp_path / "home")


@pytest.fixture
def catalog(settings: Settings) -> Iterator[Catalog]:
    opened = Catalog.open(settings)
    yield opened
    opened.close()


@pytest.fixture
def address(settings: Settings) -> Iterator[str]:
    with served(settings) as address:
        yield address


@pytest.fixture
def context(browser: Browser, address: str) -> Iterator[BrowserContext]:
    opened = browser.new_context(base_url=address)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page whose test fails on any script error or blocked content."""
    opened = context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    yield opened
    assert faults == []


def _open(page: Page, path: str = TALK) -> None:
    page.goto(path)
    page.locator(".transcript[data-ready]").wait_for()
    expect(page.locator(".edit-switch")).to_be_visible()


def _edit(page: Page, line: int) -> Locator:
    """Open a line with the keyboard; its field."""
    page.locator(".lines a").nth(line).focus()
    page.keyboard.press("e")
    field = page.locator(".line-editor textarea")
    expect(field).to_be_focused()
    page.keyboard.press("Control+Home")
    return field


def _words(catalog: Catalog) -> str:
    shown = present(catalog, catalog.talk("moon-moves-sea").id)
    assert shown is not None
    return " ".join(word.text for word in shown.transcript.words)


def _sign_in(page: Page, name: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/account")


def test_a_line_is_corrected_by_keyboard_alone_and_the_page_shows_it_at_once(
    page: Page, catalog: Catalog
) -> None:
    _open(page)
    _edit(page, 1)
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
    assert "That reason is the moon." in _words(catalog)
    assert page.url.endswith(TALK)


def test_escape_leaves_the_line_as_it_was(page: Page, catalog: Catalog) -> None:
    _open(page)
    before = _words(catalog)
    _edit(page, 0)
    page.keyboard.type("Never saved. ")
    page.keyboard.press("Escape")
    expect(page.locator(".line-editor")).to_have_count(0)
    expect(page.locator(".lines a").first).to_be_focused()
    expect(page.locator(".lines > p").first).to_contain_text("Welcome to this short talk")
    assert _words(catalog) == before


def test_only_the_words_that_are_selected_become_a_field(page: Page, catalog: Catalog) -> None:
    _open(page)
    page.locator(".word", has_text="Canada,").dblclick()
    page.keyboard.press("e")
    field = page.locator(".line-editor textarea")
    expect(field).to_have_value("Canada,")
    field.fill("Kanada,")
    page.get_by_role("button", name="Save Ctrl").click()
    expect(page.locator(".lines > p", has_text="Bay of Fundy in Kanada,")).to_be_visible()
    assert "Bay of Fundy in Kanada, the sea" in _words(catalog)


def test_with_editing_on_each_line_has_a_button_and_its_words_open_it(page: Page) -> None:
    _open(page)
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
    _open(page)
    _edit(page, 1)
    page.get_by_role("link", name="Who speaks …").click()
    page.wait_for_url("**/talks/moon-moves-sea/edit?t=*")
    expect(page.get_by_role("textbox", name="From 0:06")).to_be_visible()


def test_a_line_is_saved_as_checked_by_keyboard_and_shown_as_such(
    page: Page, catalog: Catalog
) -> None:
    _open(page)
    _edit(page, 1)
    page.keyboard.press("Control+Shift+Enter")
    expect(page.locator(".saved-note")).to_contain_text("Saved, and marked as checked.")
    page.locator(".edit-switch").click()
    expect(page.get_by_role("button", name="Edit the line at 0:06 (checked)")).to_be_visible()
    expect(page.locator(".is-checked")).to_have_count(1)
    shown = present(catalog, catalog.talk("moon-moves-sea").id)
    assert shown is not None
    assert len(shown.passages) == 1


def test_an_emptied_line_goes_when_it_is_saved_twice(page: Page, catalog: Catalog) -> None:
    _open(page)
    _edit(page, 0)
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".line-said")).to_contain_text("Save once more")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".lines > p").first).to_contain_text("The reason is the moon.")
    assert _words(catalog).startswith("The reason is the moon.")


def test_a_line_that_was_corrected_still_plays(page: Page) -> None:
    _open(page)
    _edit(page, 2)
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
        _open(page)
        _edit(page, 0)
        page.keyboard.type("Quokkas! ")
        page.keyboard.press("Control+Enter")
        expect(page.locator(".saved-note")).to_contain_text("The search knows it.", timeout=30_000)
        page.goto("/search?q=quokkas")
        expect(page.locator("a.moment")).to_have_count(1)
    finally:
        stop.set()
        worker.join()


def test_what_was_typed_stays_where_the_site_does_not_answer(page: Page) -> None:
    _open(page)
    _edit(page, 0)
    page.keyboard.type("Typed in a tunnel. ")
    page.context.set_offline(True)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".line-said")).to_contain_text("What you typed is still here.")
    page.context.set_offline(False)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".lines > p").first).to_contain_text("Typed in a tunnel. Welcome")


@pytest.mark.parametrize(("text", "said"), [("bell \u0007", "U+0007"), ("\u202eedit", "U+202E")])
def test_text_that_cannot_be_kept_is_refused_in_place(page: Page, text: str, said: str) -> None:
    _open(page)
    field = _edit(page, 0)
    field.fill(text)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".line-said")).to_contain_text(said)
    expect(field).to_have_value(text)


def test_a_megabyte_is_refused_in_place(page: Page) -> None:
    _open(page)
    field = _edit(page, 0)
    field.fill("tide " * 200_000)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".line-said")).to_contain_text("larger than 64 KB")
    assert len(field.input_value()) == 1_000_000


def test_two_editors_at_once_are_told_and_both_are_kept(
    browser: Browser, address: str, catalog: Catalog
) -> None:
    for name in ("Ada Example", "Bo Sample"):
        add_editor(catalog, name, PASSWORD)
    ada_browser = browser.new_context(base_url=address)
    bo_browser = browser.new_context(base_url=address)
    ada, bo = ada_browser.new_page(), bo_browser.new_page()
    for page, name in ((ada, "Ada Example"), (bo, "Bo Sample")):
        _sign_in(page, name)
        _open(page)
        _edit(page, 4)
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
    assert "sixteen meters" in _words(catalog)
    bo.get_by_role("button", name="Put both together").click()
    expect(bo.locator(".line-editor textarea")).to_have_value(
        line.replace("16 meters", "sixteen metres")
    )
    bo.keyboard.press("Control+Enter")
    expect(bo.locator(".lines > p", has_text="sixteen metres")).to_be_visible()
    assert "sixteen metres" in _words(catalog)
    for opened in (ada_browser, bo_browser):
        opened.close()


def test_two_editors_of_other_words_do_not_meet(
    browser: Browser, address: str, catalog: Catalog
) -> None:
    pages = [browser.new_context(base_url=address).new_page() for _ in range(2)]
    for page in pages:
        _open(page)
        _edit(page, 0)
    line = pages[0].locator(".line-editor textarea").input_value()
    for page, old, new in ((pages[0], "Welcome", "Hello"), (pages[1], "again.", "once more.")):
        page.locator(".line-editor textarea").fill(line.replace(old, new))
        page.keyboard.press("Control+Enter")
        expect(page.locator(".saved-note")).to_contain_text("Saved.")
    assert _words(catalog).startswith("Hello to this short talk")
    assert "goes out once more." in _words(catalog)
    for page in pages:
        page.context.close()


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
    assert "The cause is the moon." in _words(catalog)
    context.close()


def test_the_same_mistake_is_corrected_everywhere_from_the_line(
    page: Page, catalog: Catalog
) -> None:
    _open(page)
    field = _edit(page, 1)
    field.fill(field.input_value().replace("The moon", "The Mond"))
    page.keyboard.press("Control+Enter")
    page.get_by_role("link", name="“moon” stands 3 more times in 1 talk").click()
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(4)
    page.get_by_role("checkbox").first.uncheck()
    page.get_by_role("button", name="Correct the chosen places").click()
    expect(page.get_by_role("heading", name="Corrected at 2 places")).to_be_visible()
    assert _words(catalog).count("Mond") == 3
    page.get_by_role("button", name="Take all of it back").click()
    expect(page.locator(".notice")).to_contain_text("Taken back")
    assert _words(catalog).count("Mond") == 1


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
    _sign_in(ada, "Ada Example")
    ada.get_by_role("link", name="Suggestions").click()
    expect(ada.locator(".current ins")).to_have_text("cause")
    ada.keyboard.press("a")
    expect(ada.locator(".waiting")).to_have_count(0)
    expect(ada.locator(".waiting-count")).to_have_text("Accepted. None waits.")
    assert "The cause is the moon." in _words(catalog)
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
    assert _words(catalog).startswith("Good day to this short walk")
    assert open_suggestions(catalog) == []


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
    _open(page)
    page.locator(".edit-switch").click()
    page.keyboard.press("e")
    page.locator(".line-editor textarea").wait_for()
    assert _faults(page) == []
    add_editor(catalog, "Ada Example", PASSWORD)
    for path in ("/sign-in", f"{TALK}/suggest?t=6.2"):
        page.goto(path)
        assert _faults(page) == [], path
    _sign_in(page, "Ada Example")
    assert _faults(page) == []
    context.close()


def _faults(page: Page) -> list[str]:
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
    _open(page)
    _edit(page, 0)
    page.locator(".line-editor textarea").fill(EVIL)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".lines > p").first).to_contain_text(EVIL)
    assert page.evaluate("window.ran") is None
