"""An index that is behind, being rebuilt or broken: each is said in its own words."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pytest
from answer_seed import save_answer_talks
from conftest import Run
from flask.testing import FlaskClient
from web_seed import make_index, opened_app

from archive.catalog import Catalog
from archive.edits import edit_talk
from archive.settings import Settings, load_settings
from search.storage.files import locked
from web.presence import show_presence


@pytest.fixture
def settings(catalog: Catalog) -> Settings:
    save_answer_talks(catalog)
    settings = load_settings(home=catalog.home)
    make_index(settings)
    return settings


def _break(settings: Settings) -> None:
    for path in settings.home.glob("index/*/*.toc"):
        path.write_bytes(b"")


def _said(client: FlaskClient) -> str:
    """What page and API say while there is no search."""
    answer = client.get("/api/v1/search?q=lamp")
    assert answer.status_code == 503
    assert answer.json is not None
    page = client.get("/search?q=lamp")
    assert page.status_code == 503
    message: str = answer.json["error"]["message"]
    assert message in page.text
    return f"{message} {answer.json['error']['advice']}"


def test_a_broken_index_without_a_worker_wants_a_command(settings: Settings) -> None:
    _break(settings)
    with opened_app(settings) as app:
        assert _said(app.test_client()) == (
            "The search index is damaged, and nothing shows that it is being rebuilt. "
            "`podium worker` mends it, and so does `podium reindex`."
        )


def test_a_broken_index_with_a_worker_wants_a_minute(settings: Settings) -> None:
    _break(settings)
    with opened_app(settings) as app, ExitStack() as until:
        assert show_presence(settings.home, until)
        assert "damaged and is being rebuilt. Try again in a minute" in _said(app.test_client())


def test_an_index_that_is_rebuilt_now_says_just_that(settings: Settings) -> None:
    _break(settings)
    with opened_app(settings) as app, locked(settings.home / "index" / "rebuild.lock", 0):
        assert _said(app.test_client()) == (
            "The search index is being rebuilt. Try again in a minute."
        )


def test_while_a_new_index_is_built_the_old_one_answers_and_says_so(settings: Settings) -> None:
    with opened_app(settings) as app:
        client = app.test_client()
        with locked(settings.home / "index" / "rebuild.lock", 0):
            assert "The index is being rebuilt: until" in client.get("/search?q=lamp").text
        answer = client.get("/api/v1/search?q=lamp").json
        assert answer is not None
        assert answer["notes"] == []
        assert answer["totals"]["talks"] == 3


def test_an_index_that_is_behind_says_by_how_many_talks(
    settings: Settings, catalog: Catalog
) -> None:
    edit_talk(catalog, catalog.talk("lamps").id, {"title": ["Beacons over Water"]})
    with opened_app(settings) as app:
        page = app.test_client().get("/search?q=beacons").text
    assert "The index is behind by one talk: it is searched as it was before." in page
    assert "0 hits in 3 of 4 talks" in page


def test_the_command_line_says_it_in_the_same_words(
    settings: Settings, podium: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PODIUM_HOME", str(settings.home))
    _break(settings)
    code, out, err = podium("search", "lamp")
    assert (code, out) == (1, "")
    assert "podium: The search index is damaged, and nothing shows" in err
    with locked(Path(settings.home) / "index" / "rebuild.lock", 0):
        assert "podium: The search index is being rebuilt." in podium("search", "lamp")[2]
