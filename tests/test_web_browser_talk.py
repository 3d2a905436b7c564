"""What a person does on a talk's page, in a real browser with real media."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import av
import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import (
    EVIL,
    browser,
    make_index,
    needs_chromium,
    plant_hostile_texts,
    served,
)
from playwright.sync_api import Browser, Page, expect
from web_seed import SAMPLE, seed, segments_of, transcribe, words_of

from archive.catalog import Catalog
from archive.segments import segments_from_words
from archive.settings import Settings
from archive.types import Track
from archive.work.captions import save_captions
from archive.work.transcripts import begin_transcript, finish_transcript, save_piece
from ingest.clip_orders import ClipShelf
from ingest.clipping import cut_next

__all__ = ["browser"]

pytestmark = needs_chromium

TALK = "/talks/moon-moves-sea"
ENGLISH = "The sea comes in twice a day. " * 12


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The small archive; its moon talk has doubtful words, a pause, and an English track."""
    settings = seed(tmp_path_factory.mktemp("home"), indexed=False)
    catalog = Catalog.open(settings)
    moon = catalog.talk("moon-moves-sea").id
    text = (SAMPLE / "amber.txt").read_text(encoding="utf-8")
    words = words_of(text, from_ms=600, to_ms=38_000)
    words[9:10] = words_of(
        words[9].text, from_ms=words[9].start_ms, to_ms=words[9].end_ms, sure=0.2
    )
    transcribe(catalog, moon, segments_from_words(words, language="en"))
    work = begin_transcript(
        catalog,
        moon,
        engine="faster-whisper",
        model="base",
        settings={},
        language="en",
        track=Track.ENGLISH,
    )
    save_piece(catalog, moon, work, segments_of(ENGLISH), end_ms=40_000, language="en")
    finish_transcript(catalog, moon, work.id)
    plant_hostile_texts(catalog)
    catalog.close()
    make_index(settings)
    return settings


@pytest.fixture(scope="module")
def address(archive: Settings) -> Iterator[str]:
    with served(archive) as address:
        yield address


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A page whose test fails on any script error, blocked content or request elsewhere."""
    context = browser.new_context(
        base_url=address, viewport={"width": 1280, "height": 800}, accept_downloads=True
    )
    opened = context.new_page()
    opened.set_default_timeout(15_000)
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    opened.on(
        "request",
        lambda asked: None if asked.url.startswith(address) else faults.append(asked.url),
    )
    yield opened
    context.close()
    assert faults == []


def open_talk(page: Page, path: str = TALK) -> None:
    page.goto(path)
    page.locator(".transcript[data-ready]").wait_for()
    page.wait_for_function("() => document.querySelector('video').readyState >= 1")


def now(page: Page) -> float:
    at: float = page.evaluate("document.querySelector('video').currentTime")
    return at


def start_of(page: Page, word: str) -> float:
    times = page.request.get(f"{TALK}/words.json").json()
    start_ms: int = times["starts_ms"][times["words"].index(f" {word}")]
    return start_ms / 1000


def select(page: Page, first: str, last: str) -> None:
    """Select words with the mouse, from the first one's beginning to the last one's end."""
    one = page.locator(".word", has_text=re.compile(f"^{re.escape(first)}$")).first.bounding_box()
    other = page.locator(".word", has_text=re.compile(f"^{re.escape(last)}$")).first.bounding_box()
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
            before[0], words=(*before[0].words, replace(before[0].words[-1], text="Zebra"))
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
        assert page.locator("main img, main svg, main script").count() == 0, path
    page.goto("/talks/evil")
    page.locator(".transcript[data-ready]").wait_for()
    page.keyboard.press("q")
    expect(page.locator(".quote-panel blockquote")).to_contain_text("onerror")
    page.keyboard.press("Escape")
    expect(page.locator(".quote-panel")).to_be_hidden()
    page.get_by_role("searchbox", name="Search in this talk").fill(EVIL)
    expect(page.locator(".find-count")).to_have_text(re.compile("^1 of"))
    assert page.evaluate("window.ran") is None
