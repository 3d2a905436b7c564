"""From a pasted link and a name to a sentence on a colleague's phone, and as a captioned clip."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest
from browsing import browser, needs_chromium
from conftest import SAMPLE, Run, Site
from playwright.sync_api import Browser, Page, expect
from test_web_frames import seen_at
from test_web_serving import serving

__all__ = ["browser"]

pytestmark = needs_chromium

PHONE = {"width": 360, "height": 740}


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=PHONE, has_touch=True, accept_downloads=True)  # type: ignore[arg-type]
    page = context.new_page()
    page.set_default_timeout(30_000)
    yield page
    context.close()


def test_from_a_pasted_link_to_a_quote_on_a_phone_and_a_clip(
    podium: Run, site: Site, phone: Page, tmp_path: Path
) -> None:
    link = site.serve_file("/talk.mp4", SAMPLE / "amber.mp4")
    said = ("--title", "How the Moon Moves the Sea", "--language", "en", "--model", "base")
    assert podium("ingest", link, "--speaker", "Ada Example|Director", *said)[0] == 0
    with serving() as (_, address):
        phone.goto(address)
        phone.get_by_role("combobox").first.fill('"stand in one line"')
        phone.keyboard.press("Enter")
        phone.locator("a[href*='?t=']").first.click()
        phone.locator(".transcript[data-ready]").wait_for()

        phone.get_by_role("link", name="Quote", exact=True).click()
        panel = phone.locator(".quote-panel")
        expect(panel.locator("blockquote")).to_contain_text("stand in one line")
        expect(panel).to_contain_text("Ada Example, Director")
        quote = panel.get_by_label("Link to these words").input_value()
        quoted = panel.locator("blockquote").inner_text()

        panel.get_by_role("button", name="Make the clip").click()
        clip = panel.get_by_role("link", name="Download this clip")
        expect(clip).to_be_visible()
        with phone.expect_download() as download:
            clip.click()
        path = tmp_path / download.value.suggested_filename
        download.value.save_as(path)

        # The colleague's phone: another browser, which knows nothing of the search.
        phone.context.clear_cookies()
        phone.goto(quote)
        phone.locator(".transcript[data-ready]").wait_for()
        marks = phone.locator(".lines mark")
        assert " ".join(marks.all_inner_texts()).split() == quoted.split()
        expect(marks.first).to_be_in_viewport()
        phone.wait_for_function("() => document.querySelector('video').currentTime > 0")
        sideways = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert phone.evaluate(sideways) <= 0

    named = re.fullmatch(r".+-(\d+\.\d\d)-(\d+\.\d\d)\.mp4", path.name)
    assert named is not None
    start, end = float(named[1]), float(named[2])
    with av.open(str(path)) as film:
        first = next(film.decode(video=0)).reformat(320, 180, "gray").to_ndarray()
        assert float(film.duration or 0) / 1e6 == pytest.approx(end - start, abs=0.4)
    with av.open(str(path)) as film:
        captions = [bytes(p)[2:].decode() for p in film.demux(film.streams.subtitles[0])]
    assert " ".join(filter(None, captions)).split() == quoted.split()
    assert np.abs(first.astype(int) - seen_at(SAMPLE / "amber.mp4", start - 0.19)).mean() < 3
