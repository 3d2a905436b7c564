"""A session's page for editors: voices get their names there, and talks are made of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path

import pytest
from flask import Flask
from test_web_editing import fields_of
from visiting import Visitor, text_of
from web_seed import opened_app, seed, store_clip, transcribe, words_of

from archive.catalog import Catalog
from archive.editors import add_editor
from archive.programme import SpeakerEntry, TalkEntry, save_programme
from archive.segments import segments_from_words
from archive.turn_rows import save_turns
from archive.types import Turn
from archive.work.recordings import attach_recording
from web.site import EXTENSION

VOICES = "/talks/the-day/voices"
PEOPLE = (SpeakerEntry("Ada Example"), SpeakerEntry("Bo Samplesen"), SpeakerEntry("Wei Shili"))
SPOKEN = (
    ("the sea is deep", 0, 70_000),
    ("please welcome Bo Samplesen", 71_000, 88_000),
    ("and it is cold <b>down</b> there", 90_000, 160_000),
)


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    settings = seed(tmp_path / "home", indexed=False)
    catalog = Catalog.open(settings)
    entry = TalkEntry("The day", slug="the-day", speakers=PEOPLE)
    (talk_id,) = save_programme(catalog, None, [entry]).talk_ids
    attach_recording(
        catalog, talk_id, replace(store_clip(settings, "slate.mp4"), duration_ms=200_000)
    )
    words = chain.from_iterable(words_of(text, from_ms=a, to_ms=b) for text, a, b in SPOKEN)
    transcribe(catalog, talk_id, segments_from_words(list(words), language="en"))
    turns = [
        Turn(a, b, f"unknown-{n}", score=0.0, source="machine")
        for n, (_, a, b) in enumerate(SPOKEN, start=1)
    ]
    save_turns(catalog, catalog.talk("the-day"), turns)
    catalog.close()
    with opened_app(settings) as opened:
        yield opened


def _say(visitor: Visitor, **names: str) -> str:
    fields = {"form_token": fields_of(visitor.get(VOICES).text)["form_token"]}
    fields |= {f"voice:{voice.replace('_', '-')}": name for voice, name in names.items()}
    answer = visitor.client.post(VOICES, data=fields)
    return visitor.get(answer.location).text if answer.location else answer.text


def test_each_voice_has_a_field_and_the_introduction_beside_it(app: Flask) -> None:
    page = Visitor(app).get(VOICES).text
    inputs = re.findall(r'<input[^>]* name="(voice:[^"]+)"[^>]*>', page)
    assert inputs == ["voice:unknown-1", "voice:unknown-3", "voice:unknown-2"]
    text = text_of(page)
    assert "May be Bo Samplesen, who is named before this voice speaks:" in text
    assert "please welcome Bo Samplesen" in text
    # A hint is no name: nothing is filled in, and nobody's turns have changed.
    assert not [name for name in fields_of(page) if name.startswith("voice:")]
    assert "nobody knows yet who it is" in text


def test_voices_get_names_and_the_session_becomes_talks(app: Flask) -> None:
    visitor = Visitor(app)
    assert "Say who the voices are" in visitor.get("/talks/the-day").text
    page = _say(visitor, unknown_1="Ada Example", unknown_3="Bo <i>Samplesen</i>")
    assert "The voices have their names." in page
    assert "Bo &lt;i&gt;Samplesen&lt;/i&gt;" in page
    token = {"form_token": fields_of(page)["form_token"]}
    answer = visitor.client.post("/talks/the-day/split", data=token)
    page = visitor.get(answer.location).text
    assert "The talks are made; the session stays as it is." in page
    catalog: Catalog = app.extensions[EXTENSION].catalog
    parts = [talk for talk in catalog.talks() if talk.range_ms]
    assert [talk.range_ms for talk in parts] == [(0, 70_300), (89_700, 160_300)]
    for talk in parts:
        assert f'href="/talks/{talk.slug}"' in page
    assert visitor.get(f"/talks/{parts[1].slug}").status_code == 200
    history = text_of(visitor.get("/talks/the-day/history").text)
    assert history.count("who speaks") >= 2 or history.count("Who speaks") >= 2


def test_what_cannot_be_done_is_said(app: Flask) -> None:
    visitor = Visitor(app)
    assert "No name was written." in _say(visitor, unknown_1="  ")
    assert "This talk has no voice unknown-9 any more." in _say(visitor, unknown_9="Bo")
    token = {"form_token": fields_of(visitor.get(VOICES).text)["form_token"]}
    answer = visitor.client.post("/talks/the-day/split", data=token)
    assert answer.status_code == 400
    assert "it is known who it is" in text_of(answer.text)
    assert "podium speakers again" in text_of(visitor.get("/talks/turbines/voices").text)
    assert visitor.client.post(VOICES, data={"voice:unknown-1": "Bo"}).status_code == 403


def test_readers_are_asked_to_sign_in(app: Flask) -> None:
    add_editor(app.extensions[EXTENSION].catalog, "Ed", "a long enough password")
    assert Visitor(app).client.get(VOICES).status_code == 302


def test_an_embedded_passage_names_only_who_says_it(app: Flask) -> None:
    catalog = app.extensions[EXTENSION].catalog
    ada = next(one.slug for one in catalog.speakers() if one.name == "Ada Example")
    save_turns(
        catalog,
        catalog.talk("the-day"),
        [Turn(0, 70_000, ada, ada, 0.9, "machine"), Turn(71_000, 160_000, "unknown-1")],
    )
    client = app.test_client()
    for passage, said_by in (("0,10", "Ada Example"), ("100,110", "Unknown speaker 1")):
        page = text_of(client.get(f"/embed/the-day?t={passage}").text)
        assert f"The day {said_by} " in page, page
    save_turns(catalog, catalog.talk("the-day"), [])
    page = text_of(client.get("/embed/the-day?t=0,10").text)
    assert "Speakers of this talk: Ada Example , Bo Samplesen , Wei Shili" in page
