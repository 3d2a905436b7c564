"""The same mistake elsewhere, who speaks, and joining speakers, on their pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from test_web_editing import fields_of
from visiting import Visitor, text_of
from web_seed import opened_app, seed, segments_of, transcribe

from archive.catalog import Catalog
from archive.glossary import glossary
from archive.programme import SpeakerEntry, TalkEntry, save_programme
from archive.types import join_words
from web.site import EXTENSION

EDIT = "/talks/moon-moves-sea/edit"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    with opened_app(seed(tmp_path / "home", indexed=False)) as opened:
        yield opened


@pytest.fixture
def catalog(app: Flask) -> Catalog:
    """The archive with two more talks, in which a name is misheard five times."""
    found: Catalog = app.extensions[EXTENSION].catalog
    for slug, text in (
        ("first", "Then Fundi came. Fundi, said the pilot, is far; FUNDI is near."),
        ("second", "The bay of Fundi. A fundraiser. Fundi's tide."),
    ):
        (talk_id,) = save_programme(found, None, [TalkEntry(slug.title(), slug=slug)]).talk_ids
        transcribe(found, talk_id, segments_of(text))
    return found


def _words(catalog: Catalog, slug: str) -> str:
    (transcript,) = catalog.transcripts(catalog.talk(slug).id)
    return join_words(list(transcript.words))


def _choose(visitor: Visitor) -> tuple[str, list[str]]:
    page = visitor.get("/corrections?wrong=Fundi&right=Fundy").text
    return page, re.findall(r'name="place" value="([^"]+)"', page)


def test_after_a_correction_the_same_mistake_is_offered(app: Flask, catalog: Catalog) -> None:
    visitor = Visitor(app)
    fields = fields_of(visitor.get("/talks/first/edit").text)
    text = fields["text"].replace("Fundi", "Fundy", 1)
    answer = visitor.client.post("/talks/first/edit", data={**fields, "text": text})
    page = unescape(visitor.get(answer.location or "").text)
    assert "Look for “Fundi” in all talks" in page
    counted = visitor.get("/corrections/count.json?wrong=Fundi&right=Fundy").json
    assert counted == {
        "places": 4,
        "talks": 2,
        "text": "“Fundi” stands 4 more times in 2 talks",
        "url": "/corrections?wrong=Fundi&right=Fundy",
    }


def test_chosen_places_are_corrected_at_once_and_taken_back_at_once(
    app: Flask, catalog: Catalog
) -> None:
    visitor = Visitor(app)
    before = [_words(catalog, slug) for slug in ("first", "second")]
    page, places = _choose(visitor)
    assert len(places) == 5
    assert "“Fundi” stands at 5 more places." in text_of(page)
    assert "fundraiser" not in re.findall(r"<mark>(.*?)</mark>", page)
    fields = {**fields_of(page), "right": "Fundy", "place": places[1:], "glossary": "1"}
    answer = visitor.client.post("/corrections", data=fields)
    assert _words(catalog, "first") == (
        "Then Fundi came. Fundy, said the pilot, is far; FUNDY is near."
    )
    assert _words(catalog, "second") == "The bay of Fundy. A fundraiser. Fundy's tide."
    assert [entry.name for entry in glossary(catalog)] == ["Fundy"]
    done = answer.location or ""
    page = visitor.get(done).text
    assert "Corrected at 4 places" in text_of(page)
    assert "added to the glossary: Fundy" in text_of(page)
    visitor.send(f"{done}/undo", done)
    assert [_words(catalog, slug) for slug in ("first", "second")] == before
    assert glossary(catalog) == []
    assert "Taken back by" in visitor.get(done).text
    assert "taken back" in text_of(visitor.get("/corrections").text)


def test_places_that_changed_meanwhile_are_not_corrected(app: Flask, catalog: Catalog) -> None:
    visitor = Visitor(app)
    page, places = _choose(visitor)
    edit = fields_of(visitor.get("/talks/first/edit").text)
    visitor.client.post("/talks/first/edit", data={**edit, "text": "Then nobody came."})
    fields = {**fields_of(page), "right": "Fundy", "place": places}
    answer = visitor.client.post("/corrections", data=fields)
    assert answer.status_code == 400
    assert "Somebody changed some of these talks meanwhile" in answer.text
    assert "Fundi's tide" in _words(catalog, "second")


@pytest.mark.parametrize("wrong", ["...", "x\x00y", "\u202eFundi"])
def test_what_is_no_word_says_so(app: Flask, catalog: Catalog, wrong: str) -> None:
    answer = Visitor(app).get("/corrections", query_string={"wrong": wrong, "right": "Fundy"})
    assert answer.status_code == 400


def test_nothing_chosen_and_nothing_found_say_so(app: Flask, catalog: Catalog) -> None:
    visitor = Visitor(app)
    page, _places = _choose(visitor)
    answer = visitor.client.post("/corrections", data={**fields_of(page), "right": "Fundy"})
    assert answer.status_code == 400
    assert "No word would change." in answer.text
    assert "stands nowhere else" in visitor.get("/corrections?wrong=Nowhere&right=x").text
    assert visitor.get("/corrections/99").status_code == 404


def _say(visitor: Visitor, at: str, **changed: str) -> str:
    """Say who speaks at a time; the page that comes then."""
    page = visitor.get(f"{EDIT}?t={at}").text
    forms = [fields_of(page, number) for number in range(page.count('<form method="post"'))]
    turns = next(form for form in forms if "voice" in form or form.get("scope") == "join")
    first = re.findall(r'<option value="(\d+)">', page)[0]
    turns = {"first": first, **turns, **changed}
    answer = visitor.client.post("/talks/moon-moves-sea/turn", data=turns)
    return visitor.get(answer.location).text if answer.location else answer.text


def _voices(catalog: Catalog) -> list[tuple[str, str]]:
    turns = catalog.turns(catalog.talk("moon-moves-sea"))
    return [(turn.shown_name, turn.source) for turn in turns]


def test_a_line_is_given_to_somebody_else_and_back(app: Flask, catalog: Catalog) -> None:
    visitor = Visitor(app)
    page = _say(visitor, "11.92", name="Bruno Muster", scope="line")
    assert "Bruno Muster" in page
    assert [name for name, _ in _voices(catalog)] == ["Ada Example", "Bruno Muster", "Ada Example"]
    page = visitor.get(f"{EDIT}?t=11.92").text
    assert "It is Ada Example still, as before" in unescape(page)
    join = next(
        form
        for form in (fields_of(page, n) for n in range(page.count('<form method="post"')))
        if form.get("scope") == "join"
    )
    visitor.client.post("/talks/moon-moves-sea/turn", data=join)
    assert {name for name, _ in _voices(catalog)} == {"Ada Example"}


def test_a_turn_is_split_at_a_word_inside_of_a_line(app: Flask, catalog: Catalog) -> None:
    visitor = Visitor(app)
    page = visitor.get(f"{EDIT}?t=11.92").text
    numbers = {word: number for number, word in re.findall(r'<option value="(\d+)">(.*?)<', page)}
    _say(visitor, "11.92", first=numbers["but"], name="Bruno Muster", scope="line")
    lines = re.findall(r'<p[^>]*><a href="\?t=.*?</p>', visitor.get("/talks/moon-moves-sea").text)
    assert any("The sun pulls as well,</span>" in line for line in lines)
    assert any("<span>but it is so far away" in line for line in lines)


def test_the_rest_of_a_turn_goes_to_a_new_speaker_and_a_voice_is_named_throughout(
    app: Flask, catalog: Catalog
) -> None:
    visitor = Visitor(app)
    _say(visitor, "17.3", name="", scope="rest")
    assert [name for name, _ in _voices(catalog)] == ["Ada Example", "Unknown speaker 1"]
    _say(visitor, "17.3", name="Dora Invented", scope="voice")
    assert [name for name, _ in _voices(catalog)] == ["Ada Example", "Dora Invented"]
    assert catalog.speaker("dora-invented").name == "Dora Invented"


@pytest.mark.parametrize("name", ["a\x00b", "x" * 121, "\u202eadA"])
def test_what_is_no_name_is_refused(app: Flask, catalog: Catalog, name: str) -> None:
    before = _voices(catalog)
    _say(Visitor(app), "11.92", name=name, scope="line")
    assert _voices(catalog) == before


def _people(catalog: Catalog) -> None:
    twin = SpeakerEntry("Aida Example", aliases=("A. Example",))
    talks = [TalkEntry(f"Talk {n}", slug=f"aida-{n}", speakers=(twin,)) for n in (1, 2)]
    save_programme(catalog, None, talks)


def test_two_speakers_become_one_after_a_preview_and_two_again(
    app: Flask, catalog: Catalog
) -> None:
    _people(catalog)
    visitor = Visitor(app)
    preview = visitor.get("/speakers/ada-example/join?other=aida+example").text
    said = text_of(preview)
    assert "Aida Example becomes Ada Example" in said
    assert "Talk 1 Talk 2" in said
    assert "Kept as other spellings: Aida Example , A. Example" in said
    answer = visitor.client.post("/speakers/ada-example/join", data=fields_of(preview))
    page = visitor.get(answer.location or "").text
    assert "They are one now." in page
    assert "Talk 1" in visitor.get("/speakers/ada-example").text
    undo = re.findall(r'action="(/speakers/ada-example/join/\d+/undo)"', page)[0]
    visitor.send(undo, "/speakers/ada-example/join")
    assert "Talk 1" not in visitor.get("/speakers/ada-example").text
    assert catalog.speaker("aida-example").aliases == ("A. Example",)


def test_one_speaker_becomes_two(app: Flask, catalog: Catalog) -> None:
    _people(catalog)
    visitor = Visitor(app)
    page = "/speakers/aida-example/join"
    address = "/speakers/aida-example/split"
    for talks, name in (([], "Iris Invented"), (["aida-1"], ""), (["aida-1"], "Ada Example")):
        assert visitor.send(address, page, talk=talks, name=name).status_code == 400
    visitor.send(address, page, talk=["aida-2"], name="Iris Invented")
    assert catalog.talk("aida-2").speakers[0].name == "Iris Invented"
    assert catalog.talk("aida-1").speakers[0].name == "Aida Example"


def test_who_is_not_known_or_the_same_is_said_at_the_field(app: Flask, catalog: Catalog) -> None:
    visitor = Visitor(app)
    page = "/speakers/ada-example/join?other="
    assert 'id="fault-other"' in visitor.get(page + "Nobody").text
    assert "the same person already" in visitor.get(page + "ada+example").text
    assert visitor.get("/speakers/nobody/join").status_code == 404
