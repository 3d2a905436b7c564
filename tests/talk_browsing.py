"""The page of a talk in a real browser with real media, and ways to use it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from browsing import make_index, served
from hostile_texts import plant_hostile_texts
from playwright.sync_api import Browser, Page
from web_seed import SAMPLE, seed, segments_of, transcribe, words_of

from archive.catalog import Catalog
from archive.segments import segments_from_words
from archive.settings import Settings
from archive.types import Track
from archive.work.transcripts import begin_transcript, finish_transcript, save_piece

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
    plant_hostile_texts(settings, catalog)
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
