"""The concordance in a real browser: sorted, narrowed, taken away, and read on any width."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from browsing import address, browser, needs_chromium, page
from playwright.sync_api import Locator, Page, expect

__all__ = ["address", "browser", "page"]

pytestmark = needs_chromium


def _box(one: Locator) -> dict[str, float]:
    box = one.bounding_box()
    assert box is not None
    return {**box, "right": box["x"] + box["width"]}


def test_lines_are_put_in_the_order_of_the_word_that_follows(page: Page) -> None:
    page.goto("/concordance?q=the")
    page.get_by_role("link", name="word after").click()
    page.wait_for_url("**/concordance?q=the&sort=right")
    following = [
        text.split()[1].strip(".,").casefold()
        for text in page.locator(".kwic .after").all_inner_texts()
    ]
    assert len(following) > 10
    assert following == sorted(following)
    chosen = page.get_by_role("link", name="word after")
    expect(chosen).to_have_attribute("aria-current", "true")


def test_a_line_opens_the_talk_at_its_word(page: Page) -> None:
    page.goto("/concordance?q=fundy")
    page.locator(".kwic .words").click()
    page.wait_for_url("**/talks/moon-moves-sea?t=**")
    page.locator(".transcript[data-ready]").wait_for()
    expect(page.locator(".lines mark")).to_have_text("Fundy")


def test_the_chart_leads_to_what_one_speaker_says(page: Page) -> None:
    page.goto("/concordance?q=the")
    chart = page.get_by_role("region", name="Who says it how often")
    row = chart.get_by_role("row", name="Ada Example")
    assert _box(row.locator("rect"))["width"] > 0
    row.get_by_role("link", name="Ada Example").click()
    page.wait_for_url("**/concordance?q=the&speaker=ada-example")
    expect(page.locator(".kwic td.where", has_text="Ada Example").first).to_be_visible()
    expect(page.locator(".kwic td.where", has_not_text="Ada Example")).to_have_count(0)


def test_all_lines_are_taken_away_as_csv(page: Page, tmp_path: Path) -> None:
    page.goto("/concordance?q=tide")
    lines = page.locator(".kwic tbody tr").count()
    with page.expect_download() as loading:
        page.get_by_role("link", name="As CSV").click()
    taken = tmp_path / loading.value.suggested_filename
    loading.value.save_as(taken)
    with taken.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == lines
    assert {row["words"] for row in rows} <= {"tide", "tides"}


@pytest.mark.parametrize("width", [768, 1280])
def test_the_words_stand_below_each_other(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/concordance?q=tide")
    boxes = [_box(one) for one in page.locator(".kwic .words").all()]
    assert len(boxes) > 3
    assert max(box["x"] for box in boxes) - min(box["x"] for box in boxes) < 1
    assert all(box["height"] < 30 for box in boxes), "no word is broken"
    # What stands before a word ends beside it.
    for before, box in zip(page.locator(".kwic .before bdi").all(), boxes, strict=True):
        assert 0 <= box["x"] - _box(before)["right"] < 12
