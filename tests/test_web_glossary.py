"""The archive's own glossary, from the command to what the engine was given."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import SAMPLE, Run

from archive.catalog import Catalog
from archive.errors import NotFound, UserError
from archive.glossary import GlossaryName, add_names, glossary, glossary_for, remove_names
from archive.programme import EventEntry, TalkEntry, save_programme


@pytest.fixture
def days(catalog: Catalog) -> Catalog:
    """An archive with the event ``days``."""
    save_programme(catalog, EventEntry("Days of Tides", slug="days"), [TalkEntry("On Tides")])
    return catalog


def test_a_talk_gets_the_names_of_its_event_first_and_then_those_for_all(days: Catalog) -> None:
    assert add_names(days, ["Bo Sample", "Quern  Harbour"]) == ["Bo Sample", "Quern Harbour"]
    assert add_names(days, ["Ada Example"], "days") == ["Ada Example"]
    assert glossary_for(days, "days") == ["Ada Example", "Bo Sample", "Quern Harbour"]
    assert glossary_for(days, None) == ["Bo Sample", "Quern Harbour"]


def test_a_name_that_is_there_is_not_added_again_however_it_is_written(days: Catalog) -> None:
    add_names(days, ["Çelik Example"])
    assert add_names(days, ["celik example", "CELIK EXAMPLE"]) == []
    assert remove_names(days, ["celik example"]) == ["Çelik Example"]
    assert glossary(days) == []


@pytest.mark.parametrize("name", ["", "  ", "…", "a\x1bb", "x" * 81])
def test_what_is_no_name_is_refused_and_nothing_is_added(days: Catalog, name: str) -> None:
    with pytest.raises(UserError):
        add_names(days, ["Bo Sample", name])
    assert glossary(days) == []


def test_what_is_not_there_cannot_be_removed(days: Catalog) -> None:
    add_names(days, ["Bo Sample"], "days")
    with pytest.raises(NotFound, match="for all talks does not hold 'Bo Sample'"):
        remove_names(days, ["Bo Sample"])
    with pytest.raises(NotFound, match="no event"):
        add_names(days, ["Bo Sample"], "nights")
    assert glossary(days) == [GlossaryName("Bo Sample", "days")]


def test_the_engine_is_given_the_glossary_and_the_transcript_says_so(
    podium: Run, tmp_path: Path
) -> None:
    assert podium("glossary", "add", "Synthetic Amber", "Quern Harbour")[0] == 0
    listed = json.loads(podium("glossary", "list", "--json")[1])
    assert listed == [
        {"name": "Synthetic Amber", "event": None},
        {"name": "Quern Harbour", "event": None},
    ]
    clip = str(SAMPLE / "amber.mp4")
    assert podium("ingest", clip, "--language", "en", "--model", "tiny.en")[0] == 0
    made = json.loads(podium("show", "amber", "--json")[1])["transcript"]
    assert made["settings"]["hints"] == ["Synthetic Amber", "Quern Harbour"]
    assert "--again" not in podium("show", "amber")[2]
    assert podium("glossary", "remove", "Quern Harbour")[0] == 0
    assert "podium transcribe amber --again" in podium("show", "amber")[2]
    assert podium("edit", "amber", "transcript=1")[0] == 0
    code, _, err = podium("transcribe", "amber", "--again", "--model", "tiny.en")
    assert (code, "podium edit amber transcript=2" in err) == (0, True)
    assert "--again" in podium("show", "amber")[2]
    assert podium("edit", "amber", "transcript=2")[0] == 0
    assert "--again" not in podium("show", "amber")[2]
