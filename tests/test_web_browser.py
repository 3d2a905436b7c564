"""The site in a real browser, with real media: what a person does, and what may never run."""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from web_seed import make_index, opened_app, seed, segments_of
from werkzeug.serving import WSGIRequestHandler, make_server

from archive.catalog import Catalog
from archive.programme import EventEntry, SpeakerEntry, TalkEntry, save_programme
from archive.settings import Settings
from archive.types import Chapter
from archive.work import save_captions

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
EVIL = "<script>window.ran=1</script><img src=x onerror='window.ran=1'>\"><svg onload=window.ran=1>"

pytestmark = pytest.mark.skipif(
    not CHROMIUM.exists(), reason="there is no Chromium here: apt-get install chromium"
)


class Forgiving(io.BufferedReader):
    def read(self, size: int | None = -1) -> bytes:
        try:
            return super().read(size)
        except ConnectionError:
            return b""


class QuietHandler(WSGIRequestHandler):
    def setup(self) -> None:
        super().setup()
        # This server reads what is left of a request before it closes the file that it sent; where
        # a browser broke off, that fails, and the file would stay open.
        self.rfile = Forgiving(self.rfile.detach())

    def log(self, *_args: object) -> None:
        pass


def plant_hostile_texts(catalog: Catalog) -> None:
    speaker = SpeakerEntry(EVIL, aliases=(f"{EVIL} too",), role=EVIL, affiliation=EVIL)
    event = EventEntry(
        EVIL, slug="evil", place=EVIL, organizers=(EVIL,), people=((EVIL, EVIL),), summary=EVIL
    )
    talk = TalkEntry(
        EVIL, slug="evil", description=EVIL, speakers=(speaker,), chapters=(Chapter(0, EVIL),)
    )
    (talk_id,) = save_programme(catalog, event, [talk]).talk_ids
    save_captions(
        catalog, talk_id, segments_of(f"xylophone {EVIL} xylophone"), language="en", file=EVIL
    )


@contextmanager
def served(settings: Settings) -> Iterator[str]:
    """The address of the site of an archive."""
    with opened_app(settings) as app:
        server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=QuietHandler)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    settings = seed(tmp_path_factory.mktemp("home"), indexed=False)
    catalog = Catalog.open(settings)
    plant_hostile_texts(catalog)
    catalog.close()
    make_index(settings)
    with served(settings) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A page whose test fails on any script error, blocked content or request elsewhere."""
    context = browser.new_context(base_url=address, viewport={"width": 1280, "height": 800})
    opened = context.new_page()
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
        assert page.locator("main img, main svg, main script").count() == 0, path
    page.goto("/talks/evil")
    expect(page.get_by_role("heading", level=1)).to_have_text(EVIL)
    page.goto("/search")
    page.get_by_role("combobox").fill(EVIL)
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=*")
    expect(page.get_by_role("combobox")).to_have_value(EVIL)
    assert page.evaluate("window.ran") is None
