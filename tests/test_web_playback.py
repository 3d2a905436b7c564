"""What is stored plays in a browser, whatever it came as; and a hit of the real chain is heard."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import ARGUMENTS, CHROMIUM, needs_chromium
from conftest import SAMPLE, Run
from playwright.sync_api import Page, sync_playwright
from test_ingest_media import make_clip
from test_web_serving import serving

pytestmark = needs_chromium


@pytest.fixture
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        opened = browser.new_page()
        opened.set_default_timeout(15_000)
        yield opened
        browser.close()


_VIDEO = "document.querySelector('video')"


def play(page: Page, address: str) -> dict[str, float]:
    """Open a talk, jump to 1.5 s and play on: where the player is then, and how wide it is."""
    page.goto(address)
    page.wait_for_function(f"() => {_VIDEO}.readyState >= 1")
    page.evaluate(f"() => {{ {_VIDEO}.muted = true; {_VIDEO}.currentTime = 1.5 }}")
    page.wait_for_function(f"() => !{_VIDEO}.seeking && {_VIDEO}.readyState >= 2")
    page.evaluate(f"() => {_VIDEO}.play()")
    page.wait_for_function(f"() => {_VIDEO}.currentTime > 1.7")
    played: dict[str, float] = page.evaluate(
        f"() => ({{now: {_VIDEO}.currentTime, width: {_VIDEO}.videoWidth}})"
    )
    return played


def test_an_mkv_an_hevc_mov_and_a_vp9_webm_play(podium: Run, page: Page, tmp_path: Path) -> None:
    folder = tmp_path / "clips"
    folder.mkdir()
    make_clip(folder / "one.mkv", video="libx264", audio="libmp3lame")
    make_clip(folder / "two.mov", video="libx265")
    make_clip(folder / "three.webm", video="libvpx-vp9", audio="libopus")
    assert podium("ingest", str(folder), "--no-transcribe")[0] == 0
    talks = [talk["slug"] for talk in json.loads(podium("talks", "--json")[1])]
    assert sorted(talks) == ["one", "three", "two"]
    with serving("--no-worker") as (_, address):
        for slug in talks:
            played = play(page, f"{address}/talks/{slug}")
            assert 1.7 < played["now"] < 3.3, slug
            assert played["width"] == 160, slug


def test_a_linked_file_plays_from_where_it_lies(podium: Run, page: Page, tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "linked.mp4", video="libx264")
    assert podium("ingest", str(clip), "--link", "--no-transcribe")[0] == 0
    shown = json.loads(podium("show", "linked", "--json")[1])
    assert shown["duration_ms"] >= 2_900
    with serving("--no-worker") as (_, address):
        assert play(page, f"{address}/talks/linked")["now"] > 1.7
    assert podium("remove", "linked", "--yes")[0] == 0
    assert clip.exists()


def test_from_a_file_to_the_spoken_word_in_the_browser(podium: Run, page: Page) -> None:
    clip = str(SAMPLE / "amber.mp4")
    assert podium("ingest", clip, "--language", "en", "--speaker", "Ada Example")[0] == 0
    with serving() as (_, address):
        page.goto(address)
        page.get_by_role("combobox").first.fill('"stand in one line"')
        page.keyboard.press("Enter")
        page.locator("a[href*='?t=']").first.click()
        page.wait_for_function(f"() => {_VIDEO}.readyState >= 1")
        second = float(page.url.partition("t=")[2].partition("&")[0])
        assert 17 < second < 20
        page.wait_for_function(f"() => Math.abs({_VIDEO}.currentTime - {second - 0.4}) < 0.35")
        assert "stand" in page.locator(".transcript").inner_text()
