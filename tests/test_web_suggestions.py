"""Suggestions on the site: what readers send, what an editor makes of it, and what is too much."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from test_web_editing import fields_of
from visiting import PASSWORD, Visitor, text_of
from web_seed import opened_app, seed
from werkzeug.test import TestResponse

from archive.catalog import Catalog
from archive.corrections.history import history
from archive.corrections.present import present
from archive.corrections.saving import Correction, correct
from archive.editors import add_editor
from archive.suggestions import Suggestion, open_suggestions
from archive.types import join_words
from web.site import EXTENSION

SUGGEST = "/talks/moon-moves-sea/suggest"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    """The site of an archive whose one editor is Ada Example."""
    with opened_app(seed(tmp_path / "home", indexed=False)) as opened:
        add_editor(opened.extensions[EXTENSION].catalog, "Ada Example", PASSWORD)
        yield opened


@pytest.fixture
def catalog(app: Flask) -> Catalog:
    found: Catalog = app.extensions[EXTENSION].catalog
    return found


@pytest.fixture
def ada(app: Flask) -> Visitor:
    visitor = Visitor(app)
    visitor.sign_in()
    return visitor


def _send(reader: Visitor, old: str, new: str, **more: str) -> TestResponse:
    """Suggest ``new`` for ``old`` in the first line."""
    fields = fields_of(reader.get(SUGGEST).text)
    return reader.client.post(
        SUGGEST, data={**fields, "text": fields["text"].replace(old, new), **more}
    )


def _kept(catalog: Catalog) -> Suggestion:
    (kept,) = open_suggestions(catalog)
    return kept


def _text(catalog: Catalog) -> str:
    shown = present(catalog, catalog.talk("moon-moves-sea").id)
    assert shown is not None
    return join_words(list(shown.transcript.words))


def _correct(catalog: Catalog, number: int, text: str) -> None:
    talk_id = catalog.talk("moon-moves-sea").id
    shown = present(catalog, talk_id)
    assert shown is not None
    old = (shown.transcript.words[number].text,)
    correction = Correction(number, number + 1, old, text)
    correct(catalog, talk_id, [correction], revision=shown.revision, by="Bo Sample")


def test_a_suggestion_is_of_the_words_that_differ_and_changes_nothing_yet(
    app: Flask, catalog: Catalog
) -> None:
    before = _text(catalog)
    answer = _send(Visitor(app), "short", "long", name="Bo Sample", remark="I was there")
    assert (answer.location or "").endswith("thanks=1")
    kept = _kept(catalog)
    assert (kept.before, kept.text, kept.name, kept.remark) == (
        "short",
        "long",
        "Bo Sample",
        "I was there",
    )
    assert _text(catalog) == before


def test_an_accepted_one_is_a_revision_of_the_editor_that_names_who_suggested_it(
    app: Flask, catalog: Catalog, ada: Visitor
) -> None:
    _send(Visitor(app), "short", "long", name="Bo Sample")
    page = ada.get("/suggestions").text
    assert "<del>short</del> <ins>long</ins>" in page
    assert "Suggestions 1" in text_of(ada.get("/").text)
    answer = ada.send(f"/suggestions/{_kept(catalog).id}/accept", "/suggestions")
    assert answer.location == "/suggestions?done=accepted"
    assert _text(catalog).startswith("Welcome to this long talk")
    newest = history(catalog, catalog.talk("moon-moves-sea").id)[0]
    assert (newest.made_by, newest.note) == ("Ada Example", "suggested by Bo Sample")
    assert "Words corrected, suggested by Bo Sample" in text_of(
        ada.get("/talks/moon-moves-sea/history").text
    )


def test_an_editor_may_change_it_first(app: Flask, catalog: Catalog, ada: Visitor) -> None:
    _send(Visitor(app), "short", "long")
    accept = f"/suggestions/{_kept(catalog).id}/accept"
    ada.send(accept, "/suggestions", text="lengthy")
    assert _text(catalog).startswith("Welcome to this lengthy talk")
    newest = history(catalog, catalog.talk("moon-moves-sea").id)[0]
    assert newest.note == "suggested by a reader: long"


def test_a_declined_one_is_gone(app: Flask, catalog: Catalog, ada: Visitor) -> None:
    before = _text(catalog)
    _send(Visitor(app), "short", "long")
    decline = f"/suggestions/{_kept(catalog).id}/decline"
    ada.send(decline, "/suggestions")
    assert open_suggestions(catalog) == []
    assert _text(catalog) == before
    answer = ada.send(decline, "/account")
    assert answer.status_code == 400
    assert "Ada Example declined it" in answer.text


def test_a_stale_one_says_so_and_is_not_accepted(
    app: Flask, catalog: Catalog, ada: Visitor
) -> None:
    _send(Visitor(app), "short", "long")
    _send(Visitor(app), "Twice", "Thrice")
    token = ada.token("/suggestions")
    _correct(catalog, 3, "brief")
    page = ada.get("/suggestions").text
    assert "Stale: these words were changed since they were read." in page
    assert "<mark>brief</mark>" in page
    # One whose words stand is none, though others around it changed.
    assert "<ins>Thrice</ins>" in page
    stale, _other = open_suggestions(catalog)
    answer = ada.client.post(f"/suggestions/{stale.id}/accept", data={"form_token": token})
    assert answer.status_code == 400
    assert "changed since they were read" in answer.text
    assert "brief" in _text(catalog)


def test_two_editors_decide_once(app: Flask, catalog: Catalog, ada: Visitor) -> None:
    add_editor(catalog, "Bo Sample", PASSWORD)
    bo = Visitor(app)
    bo.sign_in("Bo Sample")
    _send(Visitor(app), "short", "long")
    number = _kept(catalog).id
    tokens = [visitor.token("/suggestions") for visitor in (ada, bo)]
    ada.client.post(f"/suggestions/{number}/decline", data={"form_token": tokens[0]})
    answer = bo.client.post(f"/suggestions/{number}/accept", data={"form_token": tokens[1]})
    assert answer.status_code == 400
    assert "Ada Example declined it" in answer.text
    assert "short" in _text(catalog)


def test_readers_neither_see_the_queue_nor_decide(app: Flask, catalog: Catalog) -> None:
    reader = Visitor(app)
    _send(reader, "short", "long")
    assert reader.get("/suggestions").location == "/sign-in?next=/suggestions"
    number = _kept(catalog).id
    for action in ("accept", "decline"):
        answer = reader.send(f"/suggestions/{number}/{action}", SUGGEST)
        assert answer.status_code == 403
    assert _kept(catalog).state == "open"


def test_many_at_a_time_have_to_wait(app: Flask, catalog: Catalog) -> None:
    reader = Visitor(app)
    for n in range(10):
        assert _send(reader, "short", f"short{n}").status_code == 302
    answer = _send(reader, "short", "shortest", name="Bo Sample")
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) >= 1
    assert "shortest" in answer.text
    assert _send(Visitor(app, "192.0.2.7"), "short", "shortest").status_code == 302


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, "Nothing is different"),
        ({"text": "x" * 300}, "longer than 250"),
        ({"text": "tide " * 1_000}, "1,000 are taken"),
        ({"text": "a\x07b"}, "U+0007"),
        ({"text": "\u202eedit"}, "U+202E"),
        ({"text": "Hello.", "name": "x" * 61}, "60 are taken"),
        ({"text": "Hello.", "remark": "\u2067x"}, "U+2067"),
        ({"text": "Hello.", "first": "-4"}, "not there"),
        ({"text": "Hello.", "end": "9999"}, "not there"),
    ],
)
def test_what_cannot_be_kept_is_said_and_stays_typed(
    app: Flask, catalog: Catalog, changed: dict[str, str], said: str
) -> None:
    reader = Visitor(app)
    answer = reader.client.post(SUGGEST, data={**fields_of(reader.get(SUGGEST).text), **changed})
    assert answer.status_code == 400
    assert said in unescape(answer.text)
    assert open_suggestions(catalog) == []


def test_a_line_that_was_corrected_meanwhile_is_to_be_looked_at_again(
    app: Flask, catalog: Catalog
) -> None:
    reader = Visitor(app)
    fields = fields_of(reader.get(SUGGEST).text)
    _correct(catalog, 3, "brief")
    answer = reader.client.post(
        SUGGEST, data={**fields, "text": fields["text"].replace("short", "long")}
    )
    assert answer.status_code == 400
    assert "Somebody corrected this line meanwhile" in answer.text
    assert "this long talk" in answer.text


def test_an_editor_corrects_instead_of_suggesting(ada: Visitor) -> None:
    answer = ada.get(f"{SUGGEST}?t=6.2")
    assert answer.location == "/talks/moon-moves-sea/edit?t=6.2"


def test_hostile_text_in_a_suggestion_is_text(app: Flask, catalog: Catalog, ada: Visitor) -> None:
    evil = "<img/src=x>\"'"
    _send(Visitor(app), "short", evil, name=evil, remark=evil)
    page = ada.get("/suggestions").text
    assert "<img/src" not in page
    assert len(re.findall("&lt;img/src=x&gt;", page)) >= 3


def test_a_talk_that_was_removed_takes_its_suggestions_along(
    app: Flask, catalog: Catalog, ada: Visitor
) -> None:
    from archive.removing import remove_talk

    reader = Visitor(app)
    _send(reader, "short", "long")
    number = _kept(catalog).id
    token = ada.token("/suggestions")
    fields = fields_of(reader.get(SUGGEST).text)
    remove_talk(catalog, catalog.talk("moon-moves-sea").id)
    answer = ada.client.post(f"/suggestions/{number}/accept", data={"form_token": token})
    assert answer.status_code == 404
    assert "That suggestion is gone" in answer.text
    assert reader.client.post(SUGGEST, data=fields).status_code == 404
    assert "None waits." in ada.get("/suggestions").text
