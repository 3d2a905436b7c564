"""/api/v1/health: what a monitor is told, and when it is told that search cannot answer."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from flask.testing import FlaskClient
from search_seed import segment

from archive.catalog import Catalog
from archive.programme import TalkEntry, save_programme
from archive.settings import Settings
from archive.work.captions import save_captions
from ingest.workshop import Workshop
from search.storage.files import locked
from web.app import create_app
from web.background.worker import work as run_worker
from web.health import health
from web.site import EXTENSION


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    made = create_app(settings)
    if health.name not in made.blueprints:
        made.register_blueprint(health)
    yield made
    made.extensions[EXTENSION].close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def _add(catalog: Catalog, slug: str) -> int:
    (talk,) = save_programme(catalog, None, [TalkEntry(f"On {slug}", slug=slug)]).talk_ids
    save_captions(catalog, talk, [segment(f"the tide of {slug}")], language="en", file="a.vtt")
    return talk


def _asked(client: FlaskClient) -> dict[str, object]:
    return dict(client.get("/api/v1/health").get_json())


@contextmanager
def _worker(settings: Settings) -> Iterator[None]:
    stop = threading.Event()
    thread = threading.Thread(
        target=run_worker, args=(settings, stop), kwargs={"ended": lambda: False}
    )
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _until(true: Callable[[], bool]) -> None:
    for _ in range(200):
        if true():
            return
        threading.Event().wait(0.05)
    raise AssertionError("it did not come true")


def test_it_says_how_far_the_index_is_behind(
    client: FlaskClient, catalog: Catalog, settings: Settings
) -> None:
    assert _asked(client)["status"] == "ok"
    _add(catalog, "harbours")
    found = _asked(client)
    assert (found["status"], found["talks"], found["indexed"], found["behind"]) == (
        "behind", 1, 0, 1,
    )  # fmt: skip
    with Workshop.opened(settings) as shop:
        shop.index_now()
    found = _asked(client)
    assert found == {
        "status": "ok",
        "catalog_revision": catalog.revision(),
        "talks": 1,
        "indexed": 1,
        "behind": 0,
        "index": found["index"],
        "worker": False,
    }
    assert str(found["index"]).startswith("whoosh-")


def test_it_says_whether_a_worker_runs(client: FlaskClient, settings: Settings) -> None:
    with _worker(settings):
        _until(lambda: _asked(client)["worker"] is True)
    assert _asked(client)["worker"] is False


def test_an_index_that_cannot_answer_is_503_until_a_worker_has_mended_it(
    client: FlaskClient, catalog: Catalog, settings: Settings
) -> None:
    _add(catalog, "harbours")
    with Workshop.opened(settings) as shop:
        shop.index_now()
    for path in settings.home.glob("index/*/*.toc"):
        path.write_bytes(b"")
    answer = client.get("/api/v1/health")
    assert (answer.status_code, answer.get_json()["status"]) == (503, "unavailable")
    assert (answer.get_json()["index"], answer.get_json()["behind"]) == (None, 1)
    search = client.get("/api/v1/search?q=tide")
    assert (search.status_code, "rebuilt" in search.get_json()["error"]["message"]) == (503, True)
    assert client.get("/talks/harbours").status_code == 200
    with locked(settings.home / "index" / "rebuild.lock", 0):
        assert _asked(client)["status"] == "rebuilding"
    with _worker(settings):
        _until(lambda: _asked(client)["status"] == "ok")
    assert client.get("/api/v1/search?q=tide").get_json()["totals"]["talks"] == 1


def test_damage_to_one_talk_is_mended_and_all_else_goes_on_answering(
    client: FlaskClient, catalog: Catalog, settings: Settings
) -> None:
    damaged = _add(catalog, "harbours")
    _add(catalog, "piers")
    with Workshop.opened(settings) as shop:
        shop.index_now()
    name = _asked(client)["index"]
    (path,) = settings.home.glob(f"index/*/talks/{damaged}-*")
    content = path.read_bytes()
    path.write_bytes(content[:-9] + b"?" + content[-8:])
    assert client.get("/api/v1/search?q=harbours").status_code == 503
    assert client.get("/api/v1/search?q=piers").get_json()["totals"]["talks"] == 1
    answer = client.get("/api/v1/health")
    assert (answer.status_code, answer.get_json()["status"]) == (200, "rebuilding")
    with _worker(settings):
        _until(lambda: _asked(client)["status"] == "ok")
    assert client.get("/api/v1/search?q=harbours").get_json()["totals"]["talks"] == 1
    assert _asked(client)["index"] == name
    assert path.read_bytes() == content
    assert (path.parent.parent / "aside" / path.name).read_bytes() != content
