"""`podium transcribe --carry-corrections` with real weights: what people did stands in the next."""

from __future__ import annotations

import json
from pathlib import Path

from conftest import Run

from archive.catalog import Catalog
from archive.corrections.checked import check_passage
from archive.corrections.present import Present, present
from archive.settings import Settings

SAMPLE = Path(__file__).parent.parent / "events" / "sample"


def _shown(settings: Settings) -> Present:
    catalog = Catalog.open(settings)
    found = present(catalog, catalog.talk("amber").id)
    catalog.close()
    assert found is not None
    return found


def test_corrections_and_checked_passages_stand_in_the_transcript_of_another_model(
    podium: Run, settings: Settings
) -> None:
    clip = str(SAMPLE / "amber.mp4")
    assert podium("ingest", clip, "--language", "en", "--model", "tiny.en")[0] == 0
    code, _, err = podium("correct", "amber", "reason", "raisin", "--by", "Ada Example")
    assert code == 0, err
    catalog = Catalog.open(settings)
    talk_id = catalog.talk("amber").id
    words = [word.text for word in _shown(settings).transcript.words]
    at = words.index("raisin")
    check_passage(catalog, talk_id, at, at + 2, revision=2, by="Bo Sample")
    catalog.close()

    code, _, err = podium("transcribe", "amber", "--again", "--model", "base")
    assert code == 0, err
    assert "--carry-corrections" in err
    assert _shown(settings).transcript.model == "tiny.en"
    code, _, err = podium("transcribe", "amber", "--carry-corrections", "--by", "Ada Example")
    assert code == 0, err
    assert "Corrections carried over: 1; right there already: 0." in err
    assert "stay checked: 1 of 1." in err
    now = _shown(settings)
    texts = [word.text for word in now.transcript.words]
    assert (now.transcript.model, texts.count("raisin"), texts.count("reason")) == ("base", 1, 0)
    assert [(p.checked_by, texts[p.first_word]) for p in now.passages] == [("Bo Sample", "raisin")]
    found = json.loads(podium("search", '"the raisin is the moon"', "--json")[1])
    assert found["totals"]["occurrences"] == 1
    newest = json.loads(podium("history", "amber", "--json")[1])[0]
    assert (newest["kind"], newest["by"]) == ("carried", "Ada Example")
    # Said again, there is nothing to carry.
    code, _, err = podium("transcribe", "amber", "--carry-corrections")
    assert code == 0, err
    assert "carried over:" not in err
    assert _shown(settings).revision == now.revision


def test_one_command_makes_the_new_transcript_and_carries_over(
    podium: Run, settings: Settings
) -> None:
    clip = str(SAMPLE / "amber.mp4")
    assert podium("ingest", clip, "--language", "en", "--model", "tiny.en")[0] == 0
    assert podium("correct", "amber", "reason", "raisin")[0] == 0
    code, _, err = podium(
        "transcribe", "amber", "--again", "--model", "base", "--carry-corrections"
    )
    assert code == 0, err
    shown = _shown(settings)
    assert shown.transcript.model == "base"
    assert "raisin" in [word.text for word in shown.transcript.words]
