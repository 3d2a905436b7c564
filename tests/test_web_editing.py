"""Correcting a line of the transcript, without scripts and as scripts do."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from conftest import PROJECT
from flask import Flask
from visiting import PASSWORD, Visitor, text_of
from web_seed import make_index, opened_app, seed
from werkzeug.test import TestResponse

from archive.catalog import Catalog
from archive.corrections.history import history
from archive.corrections.present import Present, present
from archive.editors import add_editor
from archive.removing import remove_talk
from archive.settings import Settings
from web.site import EXTENSION

EDIT = "/talks/moon-moves-sea/edit"
JSON = {"Accept": "application/json"}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return seed(tmp_path / "home")


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    with opened_app(settings) as opened:
        yield opened


@pytest.fixture
def catalog(app: Flask) -> Catalog:
    found: Catalog = app.extensions[EXTENSION].catalog
    return found


def shown(catalog: Catalog) -> Present:
    found = present(catalog, catalog.talk("moon-moves-sea").id)
    assert found is not None
    return found


def fields_of(page: str, form: int = 0) -> dict[str, str]:
    """What a form of a page would send as it stands."""
    html = re.findall(r'<form method="post".*?</form>', page, re.DOTALL)[form]
    inputs = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', html)
    areas = re.findall(r'<textarea[^>]*? name="([^"]+)"[^>]*>\n(.*?)</textarea>', html, re.DOTALL)
    return {name: unescape(value) for name, value in [*inputs, *areas]}


def send(visitor: Visitor, fields: dict[str, str], **changed: Any) -> TestResponse:
    return visitor.client.post(EDIT, data={**fields, **changed})


def test_a_line_is_corrected_and_the_times_of_untouched_words_stay(
    app: Flask, catalog: Catalog
) -> None:
    visitor = Visitor(app)
    before = shown(catalog).transcript.words
    fields = fields_of(visitor.get(EDIT).text)
    first = int(fields["first"])
    typed = fields["text"].split()
    typed[1] = "Tyde"
    answer = send(visitor, fields, text=" ".join(typed))
    assert answer.status_code == 302
    page = visitor.get(answer.location or "").text
    assert "Saved." in text_of(page)
    assert "Tyde" in page
    after = shown(catalog).transcript.words
    assert after[first + 1].text == "Tyde"
    assert [(w.start_ms, w.end_ms) for w in after] == [(w.start_ms, w.end_ms) for w in before]
    (last, _made) = history(catalog, catalog.talk("moon-moves-sea").id)
    assert last.made_by not in ("", "faster-whisper")
    assert "Tyde" in visitor.get("/talks/moon-moves-sea").text


def test_saving_what_stands_there_changes_nothing(app: Flask, catalog: Catalog) -> None:
    visitor = Visitor(app)
    answer = send(visitor, fields_of(visitor.get(EDIT).text))
    assert (answer.location or "").endswith("saved=0")
    assert shown(catalog).revision == 1


def test_a_script_gets_lines_and_sends_them(app: Flask, catalog: Catalog) -> None:
    visitor = Visitor(app)
    answer = visitor.get("/talks/moon-moves-sea/editing.json")
    assert answer.headers["Cache-Control"] == "private, no-store"
    known = answer.json or {}
    assert known["lines"][0] == 0
    first, end = known["lines"][1], known["lines"][2]
    sent = {"first": first, "end": end, "revision": known["revision"], "text": "Only this."}
    headers = {**JSON, "X-Podium-Form": known["form_token"]}
    saved = visitor.client.post(EDIT, data=sent, headers=headers)
    assert saved.json == {"changed": True, "others": None}
    assert shown(catalog).revision == 2
    assert "Only this." in visitor.get("/talks/moon-moves-sea").text
    refused = visitor.client.post(EDIT, data=sent, headers=JSON)
    assert refused.status_code == 403
    assert "grown old" in (refused.json or {})["error"]["message"]


def test_two_who_correct_other_words_of_a_line_do_not_meet(app: Flask, catalog: Catalog) -> None:
    ada, bo = Visitor(app), Visitor(app)
    mine, theirs = (fields_of(visitor.get(EDIT).text) for visitor in (ada, bo))
    words = mine["text"].split()
    assert send(bo, theirs, text=" ".join(["Bo", *words[1:]])).status_code == 302
    assert send(ada, mine, text=" ".join([*words[:-1], "Ada."])).status_code == 302
    line = fields_of(ada.get(EDIT).text)["text"]
    assert line == " ".join(["Bo", *words[1:-1], "Ada."])


def test_the_second_of_two_sees_the_first_and_saves_both_with_one_click(
    app: Flask, catalog: Catalog
) -> None:
    for name in ("Ada Example", "Bo Sample"):
        add_editor(catalog, name, PASSWORD)
    ada, bo = Visitor(app), Visitor(app)
    ada.sign_in("Ada Example")
    bo.sign_in("Bo Sample")
    mine, theirs = (fields_of(visitor.get(EDIT).text) for visitor in (ada, bo))
    words = mine["text"].split()
    send(bo, theirs, text=" ".join(["Bo", *words[1:]]))
    typed = " ".join(["Ada", *words[1:-1], "end."])
    answer = send(ada, mine, text=typed)
    assert answer.status_code == 409
    said = text_of(answer.text)
    assert "Bo Sample changed these words meanwhile" in said
    assert " ".join(["Bo", *words[1:]]) in said
    assert "UTC" in said
    both, own = fields_of(answer.text, 0), fields_of(answer.text, 1)
    assert own["text"] == typed
    assert both["text"] == " ".join(["Bo", *words[1:-1], "end."])
    assert shown(catalog).transcript.words[0].text == "Bo"
    assert send(ada, both).status_code == 302
    assert fields_of(ada.get(EDIT).text)["text"] == both["text"]


def test_who_insists_saves_the_own_text_over_what_they_were_shown(
    app: Flask, catalog: Catalog
) -> None:
    ada, bo = Visitor(app), Visitor(app)
    mine, theirs = (fields_of(visitor.get(EDIT).text) for visitor in (ada, bo))
    words = mine["text"].split()
    send(bo, theirs, text=" ".join(["Bo", *words[1:]]))
    answer = send(ada, mine, text=" ".join(["Ada", *words[1:]]))
    assert answer.status_code == 409
    assert send(ada, fields_of(answer.text)).status_code == 302
    assert shown(catalog).transcript.words[0].text == "Ada"


def test_a_script_is_told_the_conflict(app: Flask, catalog: Catalog) -> None:
    ada, bo = Visitor(app), Visitor(app)
    mine, theirs = (fields_of(visitor.get(EDIT).text) for visitor in (ada, bo))
    send(bo, theirs, text="Something else altogether.")
    answer = ada.client.post(EDIT, data={**mine, "text": "Mine."}, headers=JSON)
    assert answer.status_code == 409
    conflict = (answer.json or {})["conflict"]
    assert conflict["theirs"] == "Something else altogether."
    assert conflict["revision"] == 2
    again = {**mine, **{key: conflict[key] for key in ("first", "end", "revision")}}
    answer = ada.client.post(EDIT, data={**again, "text": "Mine."}, headers=JSON)
    assert (answer.json or {})["changed"]
    assert shown(catalog).transcript.words[0].text == "Mine."


def test_many_who_save_at_the_same_moment_all_keep_their_words(
    app: Flask, catalog: Catalog
) -> None:
    """A thread for each, on other words of the same line; the catalog's lock puts them in a row."""
    visitors = [Visitor(app) for _ in range(8)]
    forms = [fields_of(visitor.get(EDIT).text) for visitor in visitors]
    words = forms[0]["text"].split()
    assert len(words) >= 16
    statuses: list[int] = []

    def save(number: int) -> None:
        own = list(words)
        own[2 * number] = f"word{number}"
        answer = send(visitors[number], forms[number], text=" ".join(own))
        statuses.append(answer.status_code)

    threads = [threading.Thread(target=save, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [302] * 8
    line = fields_of(visitors[0].get(EDIT).text)["text"].split()
    assert line[:16:2] == [f"word{number}" for number in range(8)]
    assert line[1::2] == words[1::2]
    assert shown(catalog).revision == 9


@pytest.mark.parametrize(
    ("text", "status", "said"),
    [
        ("", 400, "The field is empty"),
        (" \n\t ", 400, "The field is empty"),
        ("a\x00b", 400, "U+0000"),
        ("the \u202eedit", 400, "U+202E"),
        ("tide " * 5_000, 400, "25,000 characters"),
        ("x" * 300, 400, "longer than 250"),
        ("tide " * 250_000, 413, "larger than 64 KB"),
    ],
)
def test_a_text_that_cannot_be_kept_is_refused_and_is_still_in_the_form(
    app: Flask, catalog: Catalog, text: str, status: int, said: str
) -> None:
    visitor = Visitor(app)
    answer = send(visitor, fields_of(visitor.get(EDIT).text), text=text)
    assert answer.status_code == status
    assert said in unescape(answer.text)
    if text.strip() and "\x00" not in text:
        assert text[:20].strip() in answer.text
    assert shown(catalog).revision == 1


def test_words_that_were_not_said_are_taken_away_when_that_is_said(
    app: Flask, catalog: Catalog
) -> None:
    visitor = Visitor(app)
    fields = fields_of(visitor.get(EDIT).text)
    assert send(visitor, fields, text="", remove="1").status_code == 302
    assert fields_of(visitor.get(EDIT).text)["text"] != fields["text"]


def test_a_transcript_is_never_left_without_a_word(app: Flask, catalog: Catalog) -> None:
    visitor = Visitor(app)
    fields = fields_of(visitor.get(EDIT).text)
    fields |= {"first": "0", "end": str(len(shown(catalog).transcript.words))}
    answer = send(visitor, fields, text="", remove="1")
    assert answer.status_code == 400
    assert "No word of the transcript would be left" in answer.text


@pytest.mark.parametrize(
    "broken",
    [{"first": "-1"}, {"end": "99999"}, {"first": "x"}, {"revision": "99"}, {"revision": ""}],
)
def test_a_form_with_wrong_numbers_changes_nothing(
    app: Flask, catalog: Catalog, broken: dict[str, str]
) -> None:
    visitor = Visitor(app)
    answer = send(visitor, fields_of(visitor.get(EDIT).text), text="Mine.", **broken)
    assert answer.status_code in (400, 404)
    assert "Mine." in answer.text
    assert shown(catalog).revision == 1


def test_a_talk_that_was_removed_meanwhile_gives_back_what_was_typed(
    app: Flask, catalog: Catalog
) -> None:
    visitor = Visitor(app)
    fields = fields_of(visitor.get(EDIT).text)
    remove_talk(catalog, catalog.talk("moon-moves-sea").id)
    answer = send(visitor, fields, text="Typed for nothing.")
    assert answer.status_code == 404
    assert "Typed for nothing." in answer.text
    assert "There is no talk" in unescape(answer.text)


def test_an_editor_who_was_signed_out_meanwhile_loses_nothing(app: Flask, catalog: Catalog) -> None:
    add_editor(catalog, "Ada Example", PASSWORD)
    ada = Visitor(app)
    ada.sign_in()
    fields = fields_of(ada.get(EDIT).text)
    ada.send("/sign-out-everywhere", "/account")
    answer = send(ada, fields, text="Typed while signed out.")
    assert answer.status_code == 403
    assert "Typed while signed out." in answer.text
    assert shown(catalog).revision == 1


def test_html_is_text(app: Flask, catalog: Catalog) -> None:
    visitor = Visitor(app)
    evil = "<img src=x onerror=window.ran=1> \"'&amp;"
    send(visitor, fields_of(visitor.get(EDIT).text), text=evil)
    assert fields_of(visitor.get(EDIT).text)["text"] == evil
    for address in (EDIT, "/talks/moon-moves-sea"):
        assert "<img src=x" not in visitor.get(address).text


def test_talks_without_words_say_so(app: Flask) -> None:
    visitor = Visitor(app)
    for slug in ("harbours", "silence"):
        answer = visitor.get(f"/talks/{slug}/edit")
        assert answer.status_code == 404
        assert "no transcript that could be corrected" in answer.text
    assert visitor.get("/talks/nowhere/edit").status_code == 404


def test_a_talk_in_work_is_not_corrected(app: Flask) -> None:
    visitor = Visitor(app)
    fields = fields_of(visitor.get("/talks/gauges/edit").text)
    answer = visitor.client.post("/talks/gauges/edit", data={**fields, "text": "Mine."})
    assert answer.status_code == 400
    assert "still being transcribed" in answer.text
    assert "Mine." in answer.text


def test_a_line_and_the_whole_are_marked_as_checked(app: Flask, catalog: Catalog) -> None:
    visitor = Visitor(app)
    page = visitor.get(EDIT).text
    assert "Nobody has checked this line." in page
    send(visitor, fields_of(page), text="Welcome to this long talk.", checked="1")
    page = visitor.get(EDIT).text
    assert "This line is checked." in page
    (passage,) = shown(catalog).passages
    assert (passage.first_word, passage.end_word) == (0, 5)
    visitor.client.post("/talks/moon-moves-sea/checked", data=_marking(page, 0))
    assert shown(catalog).passages == ()
    visitor.client.post("/talks/moon-moves-sea/checked", data=_marking(visitor.get(EDIT).text, 0))
    assert "checked the whole transcript." in visitor.get(EDIT).text
    assert "checked by" in text_of(visitor.get("/talks/moon-moves-sea").text)


def _marking(page: str, number: int) -> dict[str, str]:
    """Of the forms that mark what is checked, one by its number."""
    forms = [fields_of(page, n) for n in range(page.count('<form method="post"'))]
    return [form for form in forms if "checked" in form][number]


def test_when_the_search_knows_it_the_page_says_so(
    app: Flask, settings: Settings, catalog: Catalog
) -> None:
    visitor = Visitor(app)
    answer = send(visitor, fields_of(visitor.get(EDIT).text), text="Quokka tides.")
    page = text_of(visitor.get(answer.location or "").text)
    assert "No worker runs, so the search is behind" in page
    make_index(settings)
    assert "The search knows it." in text_of(visitor.get(answer.location or "").text)
    assert "Quokka" in visitor.get("/search?q=quokka").text


def test_a_disk_that_fills_while_saving_loses_nothing(tmp_path: Path) -> None:
    """The archive stands on a file system of its own, of a few megabytes."""
    mounted = "mount -t tmpfs -o size=8m none $1 && "
    may_mount = ["unshare", "-rm", "sh", "-c", mounted + "true", "sh", str(tmp_path)]
    if shutil.which("unshare") is None or subprocess.run(may_mount, check=False).returncode:
        pytest.skip("no file system can be mounted here")
    script = [sys.executable, str(PROJECT / "tests" / "full_disk.py"), str(tmp_path)]
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", f"{mounted} exec {shlex.join(script)}", "sh", str(tmp_path)],
        cwd=PROJECT,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    status, said, kept = done.stdout.splitlines()
    assert status == "503"
    assert "is full; what was finished is kept" in said
    assert kept == "typed on a full disk: True, saved before there was room: False, after: True"
