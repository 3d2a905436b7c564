"""Sentences that keep their pattern, so that a page can say them in another language."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from archive.catalog import Catalog
from archive.errors import CorruptMedia, DownloadRefused
from archive.phrases import Phrase, from_kept, kept_form, phrase, together
from archive.programme import TalkEntry, save_programme
from archive.settings import load_settings
from archive.work.failures import clear_failure, record_failure

REASON = phrase(
    "%(file)s is %(done).1f %% there: %(why)s.", file=Path("a.mp4"), done=40.25, why="cut"
)
NESTED = together(phrase("No model is present."), phrase("%(n)s are damaged.", n=2), "Really.")


def test_a_phrase_is_its_english_sentence() -> None:
    assert REASON == "a.mp4 is 40.2 % there: cut."
    assert phrase("100 %% sure") == "100 % sure"
    assert NESTED == "No model is present. 2 are damaged. Really."


def test_a_pattern_of_a_table_is_filled_later() -> None:
    pattern = phrase("%(address)s answered %(status)s.")
    assert pattern.filled(address="x", status=404) == "x answered 404."
    assert pattern == "%(address)s answered %(status)s."


@pytest.mark.parametrize("said", [REASON, NESTED, phrase("Try again.")])
def test_a_phrase_that_was_kept_as_json_is_the_same_phrase(said: Phrase) -> None:
    kept = json.loads(json.dumps(kept_form(said)))
    again = from_kept(str(said), kept)
    assert isinstance(again, Phrase)
    assert again == said
    assert again.pattern == said.pattern
    assert again.pattern % again.values == said
    assert kept_form(again) == kept


def test_any_other_text_stays_a_text() -> None:
    assert kept_form("mere text") is None
    assert from_kept("mere text", None) == "mere text"
    assert not isinstance(from_kept("mere text", None), Phrase)


def test_why_a_talk_failed_is_kept_with_its_pattern(tmp_path: Path) -> None:
    catalog = Catalog.open(load_settings(home=tmp_path / "home"))
    (talk_id,) = save_programme(catalog, None, [TalkEntry("Lamps")]).talk_ids
    advice = together(phrase("Give a copy."), phrase("Run %(command)s.", command="`podium retry`"))
    record_failure(catalog, talk_id, "fetch", CorruptMedia(REASON, advice=advice))
    catalog.close()
    catalog = Catalog.open(load_settings(home=tmp_path / "home"))
    status = catalog.status(talk_id)
    assert status.reason == "a.mp4 is 40.2 % there: cut."
    assert isinstance(status.reason, Phrase)
    assert status.reason.pattern == REASON.pattern
    assert isinstance(status.advice, Phrase)
    assert status.advice == "Give a copy. Run `podium retry`."
    record_failure(catalog, talk_id, "fetch", DownloadRefused("It said no.", advice="Ask again."))
    assert catalog.status(talk_id).reason == "It said no."
    assert not isinstance(catalog.status(talk_id).reason, Phrase)
    clear_failure(catalog, talk_id)
    assert catalog.status(talk_id).reason == "waits for a recording"
    catalog.close()
