"""Talks, events and speakers are edited on their pages, as by ``podium edit``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from visiting import PASSWORD, Visitor, text_of
from web_seed import opened_app, seed
from werkzeug.test import TestResponse

from archive import schema
from archive.catalog import Catalog
from archive.editors import add_editor
from archive.edits import edit_talk
from web.site import EXTENSION

MOON = "/talks/moon-moves-sea/edit-details"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    with opened_app(seed(tmp_path / "home", indexed=False)) as opened:
        yield opened


@pytest.fixture
def catalog(app: Flask) -> Catalog:
    found: Catalog = app.extensions[EXTENSION].catalog
    return found


def _fields(page: str) -> dict[str, str]:
    """What the form of a page would send as it stands."""
    inputs = re.findall(r'<input[^>]*? name="([^"]+)" value="([^"]*)"', page)
    areas = re.findall(r'<textarea[^>]*? name="([^"]+)"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    return {name: unescape(value) for name, value in [*inputs, *areas] if name != "q"}


def _save(visitor: Visitor, address: str, **changed: str) -> TestResponse:
    fields = _fields(visitor.get(address).text)
    return visitor.client.post(address, data={**fields, **changed})


def test_what_is_changed_is_written_and_marked_as_edited_and_nothing_else(
    app: Flask, catalog: Catalog
) -> None:
    answer = _save(Visitor(app), MOON, title="How the Moon Moves Seas", date="2031-05-12")
    assert answer.location == f"{MOON}?saved=2"
    talk = catalog.talk("moon-moves-sea")
    assert (talk.title, str(talk.given_on)) == ("How the Moon Moves Seas", "2031-05-12")
    assert talk.appearances[0].affiliation == "Example Institute of Oceans"
    with catalog.reading() as connection:
        table = schema.talks
        edited = select(table.c.edited).where(table.c.id == talk.id)
        assert connection.execute(edited).scalar() == ["given_on", "title"]


def test_an_untouched_form_changes_nothing(app: Flask, catalog: Catalog) -> None:
    before = catalog.revision()
    for address in (MOON, "/events/tidal-days-2031/edit-details"):
        assert _save(Visitor(app), address).location == f"{address}?saved=0"
    assert catalog.revision() == before


def test_speakers_are_changed_added_and_taken_away(app: Flask, catalog: Catalog) -> None:
    turbines = "/talks/turbines/edit-details"
    _save(
        Visitor(app),
        turbines,
        **{
            "speaker-0-role": "President",
            "speaker-1-name": "",
            "speaker-2-name": "Dora Invented",
            "speaker-2-country": "Portugal",
        },
    )
    parts = catalog.talk("turbines").appearances
    assert [(part.speaker.name, part.role, part.country) for part in parts] == [
        ("Bruno Muster", "President", "AT"),
        ("Dora Invented", "", "PT"),
    ]


def test_a_speaker_who_was_typed_is_kept_though_somebody_took_another_away(
    app: Flask, catalog: Catalog
) -> None:
    visitor = Visitor(app)
    turbines = "/talks/turbines/edit-details"
    fields = _fields(visitor.get(turbines).text)
    edit_talk(catalog, catalog.talk("turbines").id, {"speaker": ["Bruno Muster|Rector"]})
    answer = visitor.client.post(turbines, data={**fields, "speaker-2-name": "Dora Invented"})
    assert answer.status_code == 302
    assert [one.name for one in catalog.talk("turbines").speakers] == [
        "Bruno Muster",
        "Dora Invented",
    ]


def test_an_event_and_a_person_are_edited_too(app: Flask, catalog: Catalog) -> None:
    visitor = Visitor(app)
    _save(
        visitor,
        "/events/tidal-days-2031/edit-details",
        place="Harbour Hall",
        person="Hanna Host|facilitator\nIda Invented",
    )
    event = catalog.event("tidal-days-2031")
    assert event.place == "Harbour Hall"
    assert [(one.name, one.part) for one in event.people] == [
        ("Hanna Host", "facilitator"),
        ("Ida Invented", ""),
    ]
    _save(visitor, "/speakers/ada-example/edit-details", aliases="Example Ada; Aida Example")
    assert catalog.speaker("ada-example").aliases == ("Example Ada", "Aida Example")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"title": "  "}, "This cannot be empty."),
        ({"title": "x" * 301}, "300 are taken"),
        ({"title": "Sea \u202enoom"}, "U+202E"),
        ({"description": "a\x07bell"}, "U+0007"),
        ({"date": "yesterday"}, "is no date"),
        ({"language": "english!"}, "is no language tag"),
        ({"number": "first"}, "is no whole number"),
        ({"event": "no-such-event"}, "There is no event"),
        ({"speaker-0-country": "Atlantis"}, "is no country"),
        ({"speaker-0-role": "a|b"}, "cannot hold"),
    ],
)
def test_what_does_not_fit_is_said_at_its_field_and_stays_typed(
    app: Flask, catalog: Catalog, changed: dict[str, str], said: str
) -> None:
    before = catalog.revision()
    ((name, typed),) = changed.items()
    answer = _save(Visitor(app), MOON, place="kept", **changed)
    assert answer.status_code == 400
    assert said in unescape(answer.text)
    assert _fields(answer.text)[name] == typed.strip()
    assert catalog.revision() == before


def test_what_somebody_else_wrote_meanwhile_is_shown_and_not_overwritten(
    app: Flask, catalog: Catalog
) -> None:
    visitor = Visitor(app)
    opened = _fields(visitor.get(MOON).text)
    talk_id = catalog.talk("moon-moves-sea").id
    edit_talk(catalog, talk_id, {"title": ["By somebody else"], "number": ["9"]})
    mine = {**opened, "title": "By me", "description": "Mine too."}
    answer = visitor.client.post(MOON, data=mine)
    assert answer.status_code == 400
    assert "Somebody else wrote meanwhile: By somebody else" in text_of(answer.text)
    assert catalog.talk("moon-moves-sea").title == "By somebody else"
    again = visitor.client.post(MOON, data=_fields(answer.text))
    assert again.status_code == 302
    talk = catalog.talk("moon-moves-sea")
    assert (talk.title, talk.description, talk.number) == ("By me", "Mine too.", 9)


def test_a_talk_that_was_removed_gives_back_what_was_typed(app: Flask, catalog: Catalog) -> None:
    from archive.removing import remove_talk

    visitor = Visitor(app)
    fields = _fields(visitor.get(MOON).text)
    remove_talk(catalog, catalog.talk("moon-moves-sea").id)
    answer = visitor.client.post(MOON, data={**fields, "description": "Mine."})
    assert answer.status_code == 404
    assert "Mine." in answer.text


def test_a_form_that_is_too_large_says_so_and_gives_back_its_beginning(
    app: Flask, catalog: Catalog
) -> None:
    visitor = Visitor(app)
    token = visitor.token(MOON)
    fields: dict[str, Any] = {"form_token": token, "description": "tide " * 200_000}
    answer = visitor.client.post(MOON, data=fields)
    assert answer.status_code == 413
    assert "larger than 64 KB" in answer.text
    assert "tide tide tide" in answer.text
    assert catalog.talk("moon-moves-sea").description.startswith("Why the sea")


def test_readers_are_sent_to_sign_in_and_lose_nothing(app: Flask, catalog: Catalog) -> None:
    fields = _fields(Visitor(app).get(MOON).text)
    add_editor(catalog, "Ada Example", PASSWORD)
    reader = Visitor(app)
    assert reader.get(MOON).location == f"/sign-in?next={MOON}"
    assert "Edit the details" not in reader.get("/talks/moon-moves-sea").text
    fields["form_token"] = reader.token("/sign-in")
    answer = reader.client.post(MOON, data={**fields, "description": "Mine."})
    assert answer.status_code == 403
    assert "Mine." in answer.text
    assert "you must be signed in" in answer.text
    reader.sign_in()
    assert "Edit the details" in reader.get("/talks/moon-moves-sea").text
    assert _save(reader, MOON, description="Mine.").location == f"{MOON}?saved=1"


def test_hostile_text_is_shown_as_text(app: Flask) -> None:
    evil = "<script>window.ran=1</script>\"'><img src=x>"
    visitor = Visitor(app)
    _save(visitor, MOON, title=evil, description=evil)
    for address in (MOON, "/talks/moon-moves-sea"):
        page = visitor.get(address).text
        assert "<img src=x>" not in page
        assert "<script>window" not in page


def test_without_a_worker_the_page_says_that_search_is_behind(app: Flask) -> None:
    visitor = Visitor(app)
    answer = _save(visitor, MOON, title="Another Title")
    page = text_of(visitor.get(answer.location or "").text)
    assert "No worker runs, so the search is behind" in page
    found = visitor.get("/talks/moon-moves-sea/found.json").json
    assert found == {"found": False, "working": False}
