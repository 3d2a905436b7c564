"""The small archive in a real browser, for who corrects its transcripts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import served
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from visiting import PASSWORD
from web_seed import seed

from archive.catalog import Catalog
from archive.corrections.present import present
from archive.settings import Settings

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


def open_talk(page: Page, path: str = TALK) -> None:
    page.goto(path)
    page.locator(".transcript[data-ready]").wait_for()
    expect(page.locator(".edit-switch")).to_be_visible()


def edit_line(page: Page, line: int) -> Locator:
    """Open a line with the keyboard; its field."""
    page.locator(".lines a").nth(line).focus()
    page.keyboard.press("e")
    field = page.locator(".line-editor textarea")
    expect(field).to_be_focused()
    page.keyboard.press("Control+Home")
    return field


def words_of_talk(catalog: Catalog) -> str:
    shown = present(catalog, catalog.talk("moon-moves-sea").id)
    assert shown is not None
    return " ".join(word.text for word in shown.transcript.words)


def sign_in(page: Page, name: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/account")
