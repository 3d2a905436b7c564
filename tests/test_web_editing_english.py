"""Correcting the English translation: beside the original, and with a history of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import browser, needs_chromium, served, until_nothing_moves
from flask import Flask
from playwright.sync_api import Browser, expect
from visiting import Visitor, text_of
from web_seed import CLIP_MS, make_index, opened_app, seed, segments_of

from archive.catalog import Catalog
from archive.corrections.history import history
from archive.corrections.present import Present, present
from archive.settings import Settings
from archive.types import Track
from archive.work.transcripts import begin_transcript, finish_transcript, save_piece

__all__ = ["browser"]

TALK = "/talks/moon-moves-sea"
ENGLISH = f"{TALK}/edit?track=english"
HISTORY = f"{TALK}/history?track=english"


def translate(catalog: Catalog, text: str) -> None:
    """Store a machine's translation of the first talk."""
    talk_id = catalog.talk("moon-moves-sea").id
    work = begin_transcript(
        catalog, talk_id, engine="faster-whisper", model="small", track=Track.ENGLISH,
        settings={}, language="en",
    )  # fmt: skip
    save_piece(catalog, talk_id, work, segments_of(text), end_ms=CLIP_MS, language="en")
    finish_transcript(catalog, talk_id, work.id)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """The archive of the site's tests with a translation of its first talk."""
    made = seed(tmp_path / "home", indexed=False)
    catalog = Catalog.open(made)
    translate(catalog, "The tied comes in twice a day, and nobody asks why. " * 6)
    catalog.close()
    return made


@pytest.fixture
def catalog(settings: Settings) -> Iterator[Catalog]:
    opened = Catalog.open(settings)
    yield opened
    opened.close()


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    with opened_app(settings) as opened:
        yield opened


def shown(catalog: Catalog, track: Track = Track.ENGLISH) -> Present:
    found = present(catalog, catalog.talk("moon-moves-sea").id, track)
    assert found is not None
    return found


def text(catalog: Catalog, track: Track = Track.ENGLISH) -> str:
    return " ".join(word.text for word in shown(catalog, track).transcript.words)


def test_a_line_of_the_translation_is_corrected_and_the_original_stays(
    app: Flask, catalog: Catalog, settings: Settings
) -> None:
    visitor = Visitor(app)
    spoken = text(catalog, Track.ORIGINAL)
    page = visitor.get(ENGLISH)
    assert "Correct the English translation" in text_of(page.text)
    assert "What was said Welcome to this short talk" in text_of(page.text)
    assert "It is" not in text_of(page.text)
    line = "The tide comes in twice a day, and nobody asks why."
    answer = visitor.send(
        ENGLISH, ENGLISH, first="0", end="11", revision="1", text=line, checked="1"
    )
    assert "track=english" in (answer.location or "")
    assert text(catalog).startswith(line)
    assert text(catalog, Track.ORIGINAL) == spoken
    assert [(p.first_word, p.end_word) for p in shown(catalog).passages] == [(0, 11)]
    make_index(settings)
    assert visitor.get("/api/v1/search?q=%22tide%20comes%22").json["totals"]["occurrences"] == 1
    vtt = visitor.get(f"{TALK}/transcript.vtt?track=english").text
    assert vtt.count("The tide comes") == 1


def test_its_history_is_its_own_and_a_revision_of_it_is_brought_back(
    app: Flask, catalog: Catalog
) -> None:
    visitor = Visitor(app)
    visitor.send(ENGLISH, ENGLISH, first="1", end="2", revision="1", text="tide")
    assert len(history(catalog, catalog.talk("moon-moves-sea").id, Track.ENGLISH)) == 2
    page = visitor.get(HISTORY).text
    assert "History of the English translation" in text_of(page)
    assert "<del>tied</del> <ins>tide</ins>" in page
    assert "tide" not in visitor.get(f"{TALK}/history").text
    question = f"{TALK}/history/1?track=english"
    assert "Bring revision 1 back?" in text_of(visitor.get(question).text)
    assert visitor.send(question, question).location == f"{HISTORY}&saved=1".replace(
        "track=english&saved=1", "saved=1&track=english"
    )
    assert text(catalog).startswith("The tied comes")
    visitor.send(f"{TALK}/history/3?track=english", HISTORY, undo="1")
    assert text(catalog).startswith("The tide comes")


def test_who_comes_second_to_the_same_words_is_told(app: Flask, catalog: Catalog) -> None:
    visitor = Visitor(app)
    visitor.send(ENGLISH, ENGLISH, first="1", end="2", revision="1", text="tide")
    answer = visitor.send(ENGLISH, ENGLISH, first="1", end="2", revision="1", text="flood")
    assert answer.status_code == 409
    assert "changed these words meanwhile" in text_of(answer.text)
    assert text(catalog).startswith("The tide comes")


def test_the_next_translation_by_a_machine_replaces_nothing_that_a_person_corrected(
    app: Flask, catalog: Catalog
) -> None:
    visitor = Visitor(app)
    visitor.send(ENGLISH, ENGLISH, first="1", end="2", revision="1", text="tide")
    translate(catalog, "Another translation altogether. " * 6)
    assert text(catalog).startswith("The tide comes")


def test_the_same_mistake_is_offered_in_both_tracks(app: Flask) -> None:
    page = Visitor(app).get("/corrections?wrong=tied&right=tide").text
    assert text_of(page).count("English translation") == 6


def test_a_talk_without_a_translation_says_so(app: Flask) -> None:
    answer = Visitor(app).get("/talks/turbines/edit?track=english")
    assert answer.status_code == 404
    assert "no transcript that could be corrected" in text_of(answer.text)


@needs_chromium
def test_the_english_beside_a_line_is_corrected_in_place(
    browser: Browser, settings: Settings, catalog: Catalog
) -> None:
    with served(settings) as address:
        page = browser.new_page(base_url=address)
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(f"{TALK}?beside")
        page.locator(".transcript[data-ready]").wait_for()
        page.locator(".edit-switch").click()
        beside = page.locator(".lines .beside").first
        before = beside.inner_text()
        page.get_by_role("button", name="Edit the English at 0:00").first.focus()
        page.keyboard.press("e")
        field = page.get_by_role("textbox", name="English translation at 0:00")
        expect(field).to_be_focused()
        assert field.input_value() == before
        field.fill(before.replace("tied", "tide", 1))
        page.keyboard.press("Control+Enter")
        expect(page.locator(".saved-note")).to_contain_text("Saved.")
        expect(page.locator(".lines .beside").first).to_have_text(before.replace("tied", "tide", 1))
        until_nothing_moves(page)
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        # The words that are said are corrected as before.
        page.locator(".lines > p > span").first.click()
        expect(page.get_by_role("textbox", name="What was said at 0:00")).to_be_focused()
        page.keyboard.press("Escape")
        for path in (ENGLISH, HISTORY, f"{TALK}/history/1?track=english"):
            page.goto(path)
            found = Axe().run(page)
            assert found.violations_count == 0, found.generate_report()
        page.close()
        assert faults == []
    assert text(catalog).startswith("The tide comes")
