"""The history page: who, when, what; differences by word; bringing back and taking back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete
from visiting import PASSWORD, Visitor, text_of
from web_seed import opened_app, seed

from archive import schema
from archive.catalog import Catalog
from archive.corrections.history import words_at
from archive.corrections.present import present
from archive.corrections.saving import Correction, correct
from archive.corrections.speaking import give_words
from archive.editors import add_editor
from archive.types import join_words
from web.site import EXTENSION

HISTORY = "/talks/moon-moves-sea/history"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    with opened_app(seed(tmp_path / "home", indexed=False)) as opened:
        yield opened


@pytest.fixture
def catalog(app: Flask) -> Catalog:
    found: Catalog = app.extensions[EXTENSION].catalog
    return found


def _correct(catalog: Catalog, number: int, text: str, by: str = "Ada Example") -> None:
    talk_id = catalog.talk("moon-moves-sea").id
    shown = present(catalog, talk_id)
    assert shown is not None
    old = (shown.transcript.words[number].text,)
    correction = Correction(number, number + 1, old, text)
    correct(catalog, talk_id, [correction], revision=shown.revision, by=by)


def _text(catalog: Catalog) -> str:
    shown = present(catalog, catalog.talk("moon-moves-sea").id)
    assert shown is not None
    return join_words(list(shown.transcript.words))


def test_each_revision_says_who_when_and_what(app: Flask, catalog: Catalog) -> None:
    _correct(catalog, 0, "Hello")
    _correct(catalog, 3, "long", "Bo Sample")
    visitor = Visitor(app)
    page = visitor.get(HISTORY).text
    said = text_of(page)
    assert "The transcript as it came faster-whisper" in said
    assert "Ada Example" in said
    assert "Bo Sample" in said
    assert re.search(r"\d{1,2} \w+ \d{4}, \d\d:\d\d UTC", said)
    assert "<del>short</del> <ins>long</ins>" in page
    assert f'href="{HISTORY}"' in visitor.get("/talks/moon-moves-sea").text


def test_the_words_that_differ_between_any_two_revisions_are_marked(
    app: Flask, catalog: Catalog
) -> None:
    _correct(catalog, 0, "Hello")
    _correct(catalog, 3, "long")
    _correct(catalog, 60, "Xylophone")
    page = Visitor(app).get(f"{HISTORY}?old=1&new=4").text
    places = re.findall(r'<ol class="differing">(.*?)</ol>', page, re.DOTALL)[0]
    assert places.count("<li>") == 2
    assert "[taken away: Welcome ] [added: Hello ] to this" in text_of(places)
    assert "[added: Xylophone ]" in text_of(places)
    only = Visitor(app).get(f"{HISTORY}?old=2&new=3").text
    assert "Hello" not in re.findall(r"<del>(.*?)</del>", only)[0]


def test_any_revision_is_brought_back_after_a_question(app: Flask, catalog: Catalog) -> None:
    before = _text(catalog)
    _correct(catalog, 0, "Hello")
    _correct(catalog, 3, "long")
    visitor = Visitor(app)
    question = visitor.get(f"{HISTORY}/1").text
    assert "Bring revision 1 back?" in text_of(question)
    assert "[taken away: Hello ] [added: Welcome ]" in text_of(question)
    assert _text(catalog) != before
    answer = visitor.send(f"{HISTORY}/1", f"{HISTORY}/1")
    assert answer.location == f"{HISTORY}?saved=1"
    assert _text(catalog) == before
    assert "Revision 1 brought back" in text_of(visitor.get(HISTORY).text)
    visitor.send(f"{HISTORY}/3", f"{HISTORY}/3")
    assert _text(catalog).startswith("Hello to this long talk")


def test_one_revision_is_taken_back_and_later_ones_stay(app: Flask, catalog: Catalog) -> None:
    _correct(catalog, 0, "Hello")
    _correct(catalog, 3, "long")
    visitor = Visitor(app)
    visitor.send(f"{HISTORY}/2", HISTORY, undo="1")
    assert _text(catalog).startswith("Welcome to this long talk")
    _correct(catalog, 3, "longer")
    answer = visitor.send(f"{HISTORY}/3", HISTORY, undo="1")
    assert answer.status_code == 400
    assert "nothing was overwritten" in answer.text


def test_who_speaks_is_taken_back_too(app: Flask, catalog: Catalog) -> None:
    talk = catalog.talk("moon-moves-sea")
    give_words(catalog, talk, 0, 5, None, revision=1, by="Ada Example")
    visitor = Visitor(app)
    assert "Who speaks" in text_of(visitor.get(HISTORY).text)
    assert visitor.send(f"{HISTORY}/2", HISTORY, undo="1").status_code == 302
    assert len({turn.voice for turn in catalog.turns(talk)}) == 1


def test_a_revision_is_brought_back_with_who_spoke_and_the_question_says_so(
    app: Flask, catalog: Catalog
) -> None:
    talk = catalog.talk("moon-moves-sea")
    _correct(catalog, 0, "Hello")
    give_words(catalog, talk, 0, 5, None, revision=2, by="Ada Example")
    visitor = Visitor(app)
    asked = text_of(visitor.get(f"{HISTORY}/1").text)
    assert "Who speaks 0:00 [taken away: Unknown speaker 1 ] [added:" in asked
    assert "Who speaks 0:00" in text_of(visitor.get(f"{HISTORY}?old=1").text)
    visitor.send(f"{HISTORY}/1", f"{HISTORY}/1")
    assert len({turn.voice for turn in catalog.turns(talk)}) == 1
    assert _text(catalog).startswith("Welcome")


def test_where_who_spoke_cannot_come_back_the_question_says_so(
    app: Flask, catalog: Catalog
) -> None:
    talk = catalog.talk("moon-moves-sea")
    give_words(catalog, talk, 0, 5, None, revision=1, by="Ada Example")
    with catalog.writing() as connection:
        connection.execute(delete(schema.turns))
    asked = text_of(Visitor(app).get(f"{HISTORY}/1").text)
    assert "Only the words come back" in asked


def test_readers_see_the_history_and_change_nothing(app: Flask, catalog: Catalog) -> None:
    _correct(catalog, 0, "Hello")
    add_editor(catalog, "Ada Example", PASSWORD)
    reader = Visitor(app)
    page = reader.get(HISTORY)
    assert page.status_code == 200
    assert "Bring back" not in page.text
    assert (reader.get(f"{HISTORY}/1").location or "").startswith("/sign-in")
    assert reader.send(f"{HISTORY}/1", "/sign-in").status_code == 403
    assert _text(catalog).startswith("Hello")


@pytest.mark.parametrize("query", ["?old=9", "?old=0&new=1", "?old=1&new=7"])
def test_revisions_that_there_are_not_say_so(app: Flask, query: str) -> None:
    answer = Visitor(app).get(HISTORY + query)
    assert answer.status_code == 404
    assert "There is no revision" in answer.text


def test_addresses_without_sense_answer_with_a_page(app: Flask) -> None:
    visitor = Visitor(app)
    assert visitor.get(f"{HISTORY}?old=x&new=y").status_code == 200
    assert visitor.get(f"{HISTORY}/99").status_code == 404
    assert "There is no transcript yet." in visitor.get("/talks/harbours/history").text


def test_markup_in_words_is_shown_as_text(app: Flask, catalog: Catalog) -> None:
    _correct(catalog, 0, "<img/src=x>")
    page = Visitor(app).get(f"{HISTORY}?old=1").text
    assert "<img/src" not in page
    assert "&lt;img/src=x&gt;" in page
    before = words_at(catalog, catalog.talk("moon-moves-sea").id, 1)
    assert before[0].text == "Welcome"
