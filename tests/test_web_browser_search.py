"""The search page in a real browser: suggestions by keyboard, cards, words misheard, two texts."""

from __future__ import annotations

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


def test_a_speaker_is_chosen_by_keyboard_while_the_focus_stays_in_the_box(page: Page) -> None:
    page.goto("/")
    box = page.get_by_role("combobox")
    expect(box).to_have_attribute("aria-expanded", "false")
    box.press_sequentially("alva")
    options = page.get_by_role("listbox").get_by_role("option")
    expect(options).to_have_count(1)
    expect(options).to_contain_text("Mira Álvares Speaker Harbour Archive")
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("status")).to_contain_text("1 suggestion.")
    assert box.get_attribute("aria-controls") == page.get_by_role("listbox").get_attribute("id")
    assert box.get_attribute("aria-activedescendant") is None
    box.press("ArrowDown")
    expect(options).to_have_attribute("aria-selected", "true")
    assert box.get_attribute("aria-activedescendant") == options.get_attribute("id")
    expect(box).to_be_focused()
    expect(box).to_have_value("alva")
    box.press("Enter")
    page.wait_for_url("**/speakers/mira-alvares")


def test_arrows_go_round_through_the_box_and_escape_only_closes(page: Page) -> None:
    page.goto("/search")
    box = page.get_by_role("combobox")
    box.press_sequentially("tid")
    options = page.get_by_role("option")
    expect(options).to_have_count(2)
    expect(options.first).to_contain_text("Event 2031")
    box.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    box.press("ArrowDown")
    assert box.get_attribute("aria-activedescendant") is None
    box.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(box).to_have_value("tid")
    box.press("ArrowDown")
    expect(options).to_have_count(2)
    box.press("Tab")
    expect(page.get_by_role("listbox")).to_be_hidden()


def test_enter_searches_for_what_is_typed_unless_a_suggestion_is_chosen(page: Page) -> None:
    page.goto("/speakers")
    box = page.get_by_role("combobox")
    box.press_sequentially("tide")
    box.press("Enter")
    page.wait_for_url("**/search?q=tide")


def test_a_suggestion_is_chosen_with_the_mouse_and_found_by_another_script(page: Page) -> None:
    page.goto("/search")
    page.get_by_role("combobox").press_sequentially("示例")
    page.get_by_role("option", name="Wei Shili").click()
    page.wait_for_url("**/speakers/wei-shili")


def test_hostile_names_and_titles_are_suggested_as_text(page: Page) -> None:
    page.goto("/search")
    page.get_by_role("combobox").press_sequentially("script")
    options = page.get_by_role("option")
    expect(options).to_have_count(4)
    for kind in ("Speaker", "Event", "Talk"):
        expect(options.filter(has_text=kind).first).to_contain_text(EVIL)
    assert page.locator(".suggestions :is(script, img, svg)").count() == 0
    assert page.evaluate("window.ran") is None


def test_hostile_names_and_texts_are_text_on_cards_and_beside_hits(page: Page) -> None:
    page.goto("/search?q=xylophone")
    expect(page.locator(".moment .beside").first).to_contain_text("<script>window")
    page.goto("/search?q=script onerror")
    expect(page.locator(".card h2")).to_have_text(f"{EVIL} name")
    assert page.locator("main :is(script, [onload], [onerror], [src=x])").count() == 0
    assert page.evaluate("window.ran") is None


def test_letters_typed_fast_are_asked_for_once(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if "/api/v1/complete" in one.url else None)
    page.goto("/search")
    page.get_by_role("combobox").press_sequentially("harbour", delay=10)
    expect(page.get_by_role("option").first).to_be_visible()
    assert len(asked) == 1


def test_the_card_and_its_counts_lead_where_they_say(page: Page) -> None:
    page.goto("/search?q=alvares")
    card = page.locator(".card")
    expect(card.get_by_role("heading")).to_have_text("Mira Álvares")
    card.get_by_role("link", name="Mentioned in 2 talks by others").click()
    expect(page.locator(".hit")).to_have_count(2)
    expect(page.locator(".hit", has_text="Cartas")).to_have_count(0)
    page.go_back()
    card.get_by_role("link", name="Speaker in 1 talk").click()
    expect(page.locator(".hit")).to_have_count(1)
    expect(page.locator(".hit")).to_contain_text("Cartas sobre a maré")


def test_words_misheard_stand_in_a_region_of_their_own_below_the_hits(page: Page) -> None:
    page.goto("/search?q=zeilbrunner")
    heard = page.get_by_role("region", name="Perhaps heard as")
    expect(heard.locator(".hit")).to_have_count(2)
    expect(heard).to_contain_text("Not counted as hits")
    below = page.evaluate(
        """document.querySelector('.heard').getBoundingClientRect().top
        > document.querySelector('.hit:not(.hit-heard)').getBoundingClientRect().bottom"""
    )
    assert below
    heard.locator("a.moment").first.click()
    page.wait_for_url("**/talks/*?t=*")


def test_two_texts_stand_beside_each_other_and_on_a_phone_below(page: Page) -> None:
    for query, found, other in (
        ("trezentos", "trezentos", "three hundred"),
        ("hundred", "hundred", "trezentos"),
    ):
        page.goto(f"/search?q={query}")
        texts = page.locator(".moment .said")
        expect(texts).to_have_count(2)
        expect(texts.first.locator("mark")).to_have_text(found)
        expect(texts.last).to_contain_text(other)
        assert {texts.nth(n).get_attribute("lang") for n in (0, 1)} == {"pt", "en"}
        assert {texts.nth(n).get_attribute("dir") for n in (0, 1)} == {"auto"}
        for width, is_beside in ((1280, True), (360, False)):
            page.set_viewport_size({"width": width, "height": 800})
            one, two = (texts.nth(n).bounding_box() for n in (0, 1))
            assert one is not None
            assert two is not None
            assert (one["x"] + one["width"] <= two["x"]) is is_beside
            assert (one["y"] + one["height"] <= two["y"]) is not is_beside


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_no_answer_and_no_list_of_suggestions_scrolls_sideways(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 740})
    for query in ("alvares", "zeilbrunner", "trezentos", "xylophone", "lamp", "script"):
        page.goto(f"/search?q={query}")
        box = page.get_by_role("combobox")
        box.fill("t" if query != "script" else "script")
        expect(page.get_by_role("option").first).to_be_visible()
        wider = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wider <= 0, query


def test_without_scripts_the_box_is_a_plain_search_box(browser: Browser, address: str) -> None:
    context = browser.new_context(base_url=address, java_script_enabled=False)
    opened = context.new_page()
    opened.goto("/")
    opened.get_by_role("searchbox").fill("alvares")
    opened.keyboard.press("Enter")
    expect(opened.locator(".card")).to_contain_text("Mira Álvares")
    assert opened.get_by_role("listbox").count() == 0
    context.close()


def test_a_facet_narrows_down_and_its_chip_takes_that_back(page: Page) -> None:
    page.goto("/search?q=the")
    facets = page.get_by_role("complementary", name="Narrow down")
    all_talks = page.locator(".hit").count()
    ada = facets.get_by_role("link", name="Ada Example")
    talks = int(ada.locator(".tally").inner_text())
    ada.click()
    page.wait_for_url("**/search?q=the&speaker=ada-example")
    expect(page.locator(".hit")).to_have_count(talks)
    assert talks < all_talks
    expect(facets.get_by_role("link", name="Ada Example")).to_have_attribute("aria-current", "true")
    page.get_by_role("link", name="Ada Example : remove this filter").click()
    page.wait_for_url("**/search?q=the")
    expect(page.locator(".hit")).to_have_count(all_talks)


def test_on_a_phone_the_button_is_a_lens_that_is_still_called_search(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/")
    button = page.locator(".ask").get_by_role("button", name="Search", exact=True)
    expect(button.locator(".lens")).to_be_visible()
    box = page.get_by_role("combobox").bounding_box()
    assert box is not None
    assert box["width"] > 200, "what is typed has room"
    page.get_by_role("combobox").fill("moon")
    button.click()
    page.wait_for_url("**/search?q=moon")
