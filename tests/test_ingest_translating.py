"""An English translation as a second track: made, kept apart, found, refused where invented."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import SAMPLE, Run

from archive.errors import ModelMissing, UserError
from archive.settings import Settings, load_settings
from transcribe.model_table import known_model
from transcribe.models import Model
from transcribe.translating import refuse_translation
from web.app import create_app


def model(name: str) -> Model:
    known = known_model(name)
    multilingual = not name.endswith(".en")
    return Model(name, Path(name), "", 1, multilingual, Path(), known)


@pytest.mark.parametrize(
    ("name", "language", "refused"),
    [
        ("base", "pt-BR", None),
        ("base", "es", None),
        ("base", "ja", ModelMissing),
        ("tiny", "zh-Hant", ModelMissing),
        ("base", "cmn", ModelMissing),
        ("small", "ja", None),
        ("large-v3-turbo", "pt", ModelMissing),
        ("tiny.en", "pt", ModelMissing),
        ("large-v3", "en", UserError),
        ("large-v3", "", UserError),
    ],
)
def test_a_translation_that_would_be_invented_is_refused(
    name: str, language: str, refused: type[Exception] | None
) -> None:
    if refused is None:
        refuse_translation(model(name), language)
        return
    with pytest.raises(refused):
        refuse_translation(model(name), language)


def test_a_talk_is_translated_as_a_track_of_its_own(podium: Run, settings: Settings) -> None:
    clip = str(SAMPLE / "coral.mp4")
    assert podium("ingest", clip, "--language", "es", "--model", "base")[0] == 0
    spoken = podium("export", "coral", "--format", "txt")[1]
    assert podium("export", "coral", "--format", "txt", "--track", "english")[0] == 2
    code, _, err = podium("transcribe", "coral", "--translate", "--model", "base")
    assert code == 0, err
    english = podium("export", "coral", "--format", "txt", "--track", "english")[1]
    assert {"the", "of", "and"} <= set(english.lower().split())
    assert podium("export", "coral", "--format", "txt")[1] == spoken
    shown = json.loads(podium("show", "coral", "--json")[1])
    assert (shown["state"], shown["language"]) == ("ready", "es")
    assert [(t["track"], t["language"], t["current"]) for t in shown["transcripts"]] == [
        ("original", "es", True),
        ("english", "en", True),
    ]
    assert "machine translation into English" in podium("show", "coral")[1]
    assert all(segment["estimated"] for segment in shown["translation"]["segments"])
    # A phrase that only the translation has is found, and said to be of it.
    words = [word["text"].strip(".,") for word in shown["translation"]["segments"][0]["words"]]
    hits = json.loads(podium("search", f'"{" ".join(words[:3])}"', "--json")[1])["talks"]
    assert {moment["track"] for hit in hits for moment in hit["moments"]} == {"english"}
    client = create_app(load_settings()).test_client()
    page = client.get("/talks/coral").get_data(as_text=True)
    assert "English translation by a machine" in page
    assert "nobody has checked it" in page
    captions = client.get("/talks/coral/translation.vtt").get_data(as_text=True)
    assert captions.startswith("WEBVTT")


def test_a_refused_translation_leaves_the_talk_ready(podium: Run) -> None:
    clip = str(SAMPLE / "amber.mp4")
    assert podium("ingest", clip, "--language", "en", "--model", "tiny.en")[0] == 0
    code, _, err = podium("transcribe", "amber", "--translate", "--model", "tiny.en")
    assert (code, "in English already" in err) == (2, True)
    shown = json.loads(podium("show", "amber", "--json")[1])
    assert (shown["state"], shown["translation"]) == ("ready", None)
    assert podium("transcribe", "amber", "--again", "--model", "tiny.en")[0] == 0
