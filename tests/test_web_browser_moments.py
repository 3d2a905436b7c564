"""What was found, in a real browser: strips, playing in place, keys, and playing all of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from answer_seed import save_answer_talks
from browsing import browser, needs_chromium, page, served
from playwright.sync_api import Browser, Locator, Page, expect
from web_seed import ADA, make_index, seed, segments_of, store_clip, transcribe

from archive.catalog import Catalog
from archive.programme import TalkEntry, save_programme
from archive.work.recordings import attach_recording

__all__ = ["browser", "page"]

pytestmark = needs_chromium

MOON = ".hit[data-talk=moon-moves-sea]"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    settings = seed(tmp_path_factory.mktemp("home"), indexed=False)
    catalog = Catalog.open(settings)
    save_answer_talks(catalog)
    (sound,) = save_programme(
        catalog, None, [TalkEntry("Only the Voice", slug="voice", speakers=(ADA,))]
    ).talk_ids
    clip = replace(store_clip(settings, "coral.mp4"), kind="audio", mime_type="audio/mp4")
    attach_recording(catalog, sound, replace(clip, width=0, height=0))
    transcribe(catalog, sound, segments_of("A gramophone plays where nobody looks on."))
    catalog.close()
    make_index(settings)
    with served(settings) as at:
        yield at


def _moments(page: Page) -> Locator:
    return page.locator(".hit a.moment")


def _played_from(page: Page, media: str = "video") -> float:
    page.wait_for_function(f"() => document.querySelector('{media}').played.length > 0")
    begun: float = page.evaluate(f"document.querySelector('{media}').played.start(0)")
    return begun


def test_the_strip_has_a_tick_wherever_it_is_said(page: Page) -> None:
    page.goto("/search?q=moon")
    strip = page.locator(f"{MOON} .strip")
    links = strip.get_by_role("link")
    expect(strip).to_have_attribute(
        "aria-label", re.compile(r"^Where it is said: 4 places in 40 s")
    )
    expect(links).to_have_count(4)
    found = page.request.get("/api/v1/talks/moon-moves-sea/moments?q=moon").json()["moments"]
    urls = [links.nth(n).get_attribute("href") for n in range(4)]
    assert urls == [moment["url"] for moment in found]
    wide = strip.bounding_box()
    assert wide is not None
    for number, moment in enumerate(found):
        tick = links.nth(number).bounding_box()
        assert tick is not None
        share = (tick["x"] + tick["width"] / 2 - wide["x"]) / wide["width"]
        assert share == pytest.approx(moment["start_ms"] / 40_000, abs=0.01)


def test_a_mark_shows_time_words_and_a_frame_of_its_second(page: Page) -> None:
    page.goto("/search?q=moon")
    strip = page.locator(f"{MOON} .strip")
    peek = strip.locator(".peek")
    expect(peek).to_be_hidden()
    strip.get_by_role("link").nth(2).hover()
    expect(peek).to_be_visible()
    expect(peek).to_contain_text(re.compile(r"^0:\d\d .*moon"))
    seconds = int(
        float((strip.get_by_role("link").nth(2).get_attribute("href") or "")[-5:].lstrip("t="))
    )
    frame = peek.locator("img")
    expect(frame).to_have_attribute("src", f"/talks/moon-moves-sea/frames/{seconds * 1000}.jpg")
    page.wait_for_function("() => document.querySelector('.peek img').naturalWidth > 0")
    page.keyboard.press("Escape")
    page.mouse.move(0, 0)
    expect(peek).to_be_hidden()


def test_the_strip_is_one_stop_of_the_keyboard_and_arrows_go_along_it(page: Page) -> None:
    page.goto("/search?q=moon")
    strip = page.locator(f"{MOON} .strip")
    marks = strip.get_by_role("link")
    marks.first.focus()
    expect(strip.locator(".peek")).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(marks.nth(1)).to_be_focused()
    expect(strip.locator(".peek-words")).to_have_text(
        marks.nth(1).get_attribute("aria-label") or ""
    )
    page.keyboard.press("End")
    expect(marks.last).to_be_focused()
    page.keyboard.press("Tab")
    expect(_moments(page).first).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(marks.last).to_be_focused()
    url = marks.last.get_attribute("href")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{url}")


def test_a_moment_plays_in_place_and_closes_again(page: Page) -> None:
    page.goto("/search?q=moon")
    place = page.locator(f"{MOON} .moment-place").nth(1)
    start_ms = int((place.get_attribute("data-ms") or "").split()[0])
    button = place.get_by_role("button", name=re.compile("^Play 0:"))
    button.click()
    assert start_ms / 1000 - 0.45 <= _played_from(page) <= start_ms / 1000
    expect(button).to_have_attribute("aria-expanded", "true")
    assert page.url.endswith("/search?q=moon")
    page.get_by_role("button", name="Close the player").press("Enter")
    expect(page.locator("video")).to_have_count(0)
    expect(button).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "false")
    button.press("Enter")
    expect(page.locator("video")).to_have_count(1)
    page.locator("video").press("Escape")
    expect(page.locator("video")).to_have_count(0)
    expect(button).to_be_focused()


def test_sound_alone_plays_in_place_and_has_no_picture(page: Page) -> None:
    page.goto("/search?q=gramophone")
    expect(page.locator(".hit img")).to_have_count(0)
    page.locator(".strip a").focus()
    expect(page.locator(".peek")).to_contain_text("A gramophone plays")
    page.get_by_role("button", name=re.compile("^Play 0:")).click()
    start_ms = int((page.locator(".moment-place").get_attribute("data-ms") or "").split()[0])
    assert start_ms / 1000 - 0.45 <= _played_from(page, "audio") <= start_ms / 1000
    expect(page.locator("video")).to_have_count(0)


def test_one_player_is_open_at_a_time(page: Page) -> None:
    page.goto("/search?q=the+water")
    buttons = page.get_by_role("button", name=re.compile("^Play 0:"))
    buttons.first.click()
    buttons.last.click()
    expect(page.locator(".in-place")).to_have_count(1)
    expect(page.locator(".play-here[aria-expanded=true]")).to_have_count(1)


def test_a_talk_without_a_recording_offers_nothing_to_play(page: Page) -> None:
    page.goto("/search?q=suspension")
    expect(_moments(page)).not_to_have_count(0)
    expect(page.get_by_role("button", name=re.compile("^Play"))).to_have_count(0)


def test_j_and_k_go_through_all_moments_and_say_where_they_are(page: Page) -> None:
    page.goto("/search?q=the")
    moments = _moments(page)
    count = moments.count()
    said = page.locator(".moment-tools [role=status]")
    page.keyboard.press("j")
    expect(moments.first).to_be_focused()
    expect(said).to_have_text(re.compile(rf"^Hit 1 of {count}, 0:\d\d$"))
    for _ in range(count - 1):
        page.keyboard.press("j")
    expect(moments.last).to_be_focused()
    expect(said).to_have_text(re.compile(rf"^Hit {count} of {count}, "))
    page.keyboard.press("j")
    expect(moments.last).to_be_focused()
    page.keyboard.press("k")
    expect(moments.nth(count - 2)).to_be_focused()


def test_j_plays_the_next_moment_where_one_is_playing(page: Page) -> None:
    page.goto("/search?q=moon")
    places = page.locator(f"{MOON} .moment-place")
    places.first.get_by_role("button", name=re.compile("^Play")).click()
    page.keyboard.press("j")
    expect(places.nth(1).get_by_role("button", name=re.compile("^Play"))).to_have_attribute(
        "aria-expanded", "true"
    )


def test_letters_are_no_keys_in_the_box_nor_when_they_are_turned_off(page: Page) -> None:
    page.goto("/search?q=moon")
    page.get_by_role("combobox").press("j")
    expect(page.get_by_role("combobox")).to_be_focused()
    keys = page.get_by_role("button", name="Keys J K for next, previous")
    keys.click()
    expect(keys).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("j")
    expect(keys).to_be_focused()
    page.reload()
    expect(keys).to_have_attribute("aria-pressed", "false")


def test_all_hits_play_one_after_the_other_and_skip_what_has_no_recording(page: Page) -> None:
    page.goto("/search?q=letters+OR+fundy+OR+gauges")
    bar = page.get_by_role("region", name="Play all hits")
    expect(bar).to_be_hidden()
    playable = page.get_by_role("button", name=re.compile(r"^Play \d")).count()
    skipped = _moments(page).count() - playable
    assert playable >= 2
    assert skipped >= 1
    page.get_by_role("button", name="Play all hits").click()
    expect(bar).to_contain_text(re.compile(rf"Hit 1 of {playable}, 0:\d\d"))
    moments = "moments" if skipped > 1 else "moment"
    verb = "are" if skipped > 1 else "is"
    expect(bar).to_contain_text(f"{skipped} {moments} without a recording {verb} skipped.")
    # Played to its end, it goes on by itself.
    page.evaluate("document.querySelector('video').playbackRate = 8")
    expect(bar).to_contain_text(f"Hit 2 of {playable}", timeout=20_000)
    bar.get_by_role("button", name="Pause").click()
    page.wait_for_function("() => document.querySelector('video').paused")
    bar.get_by_role("button", name="Previous").click()
    expect(bar).to_contain_text(f"Hit 1 of {playable}")
    for number in range(2, playable + 1):
        bar.get_by_role("button", name="Next").click()
        expect(bar).to_contain_text(f"Hit {number} of {playable}")
    bar.get_by_role("button", name="Stop").click()
    expect(bar).to_be_hidden()
    expect(page.locator("video")).to_have_count(0)


def test_help_opens_and_closes_by_keyboard_without_scripts(browser: Browser, address: str) -> None:
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/search?q=moon")
    help_button = page.get_by_role("button", name="How to ask")
    help_button.press("Enter")
    shown = page.get_by_role("dialog", name="How to ask")
    expect(shown).to_contain_text("NEAR/20")
    page.keyboard.press("Escape")
    expect(shown).to_be_hidden()
    context.close()


def test_without_scripts_a_mark_is_a_link_with_a_title(browser: Browser, address: str) -> None:
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/search?q=moon")
    mark = page.locator(f"{MOON} .strip a").nth(1)
    expect(mark.locator("title")).to_have_text(re.compile(r"^0:\d\d .*moon"))
    expect(page.locator(".moment-tools")).to_be_hidden()
    expect(page.locator(".dock section:visible")).to_have_count(0)
    url = mark.get_attribute("href") or ""
    mark.click()
    page.wait_for_url(f"**{url}")
    context.close()
