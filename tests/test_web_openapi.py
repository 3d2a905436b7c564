"""The description of the API is true: schemathesis asks the site, and holds answers against it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, settings
from schemathesis.checks import load_all_checks
from web_seed import opened_app, seed

from archive.catalog import Catalog
from archive.edits import edit_talk
from archive.settings import load_settings
from archive.turn_rows import save_turns
from archive.types import Turn
from web.machines.openapi import openapi_document

load_all_checks()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    seeded = seed(tmp_path_factory.mktemp("home"))
    catalog = Catalog.open(seeded)
    talk = catalog.talk("moon-moves-sea")
    turns = (
        Turn(0, 9000, "ada-example", "ada-example", 0.9, "machine"),
        Turn(9000, 20000, "unknown-1", None, 0.0, "machine"),
    )
    save_turns(catalog, talk, turns)
    edit_talk(catalog, catalog.talk("harbours").id, {"slug": ["harbours-that-breathe"]})
    catalog.close()
    return seeded.home


@pytest.fixture(scope="module")
def app(home: Path) -> Iterator[Flask]:
    with opened_app(load_settings(home=home)) as app:
        yield app


class _Asked:
    """The site that schemathesis asks: the description is read before there is one."""

    def __init__(self) -> None:
        self.app: Flask | None = None

    def __call__(self, environ: Any, start_response: Any) -> Any:
        assert self.app is not None
        return self.app(environ, start_response)


described = schemathesis.openapi.from_dict(openapi_document())
described.app = _Asked()


@pytest.fixture(autouse=True)
def _ask(app: Flask) -> None:
    described.app.app = app


@described.parametrize()
@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_as_described_whatever_is_asked(case: schemathesis.Case) -> None:
    case.call_and_validate()


def test_every_address_of_the_api_is_described(app: Flask) -> None:
    description = app.test_client().get("/api/v1/openapi.json").json
    assert description is not None
    rules = {
        re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/")
    }
    assert rules == set(description["paths"])


ANSWERS = (
    "/api/v1/search?q=tide",
    "/api/v1/search?q=tide moon locks&limit=1",
    "/api/v1/search?q=Ada Example",
    "/api/v1/search?q=xylophone tide",
    "/api/v1/search?q=mon&speaker=nobody",
    "/api/v1/search?q=fundie",
    "/api/v1/search?q=%22spring tide%22&sort=date&in=speech&year=2031",
    "/api/v1/search?q=海水",
    "/api/v1/complete?q=a",
    "/api/v1/talks",
    "/api/v1/talks/moon-moves-sea",
    "/api/v1/talks/turbines",
    "/api/v1/talks/salt",
    "/api/v1/talks/gauges",
    "/api/v1/talks/silence",
    "/api/v1/talks/chaoxi",
    "/api/v1/talks/harbours",
    "/api/v1/talks/nobody",
    "/api/v1/talks/moon-moves-sea/moments?q=moon",
    "/api/v1/health",
)


@pytest.mark.parametrize("address", ANSWERS)
def test_answers_that_have_something_to_say_are_as_described(app: Flask, address: str) -> None:
    """Random queries rarely find anything."""
    path = re.sub(r"/talks/[^/?]+", "/talks/{slug}", address.partition("?")[0])
    answer = app.test_client().get(address)
    described[path]["GET"].validate_response(answer)


def test_each_documented_state_is_among_the_answers(app: Flask) -> None:
    talks = app.test_client().get("/api/v1/talks").json
    assert talks is not None
    assert {"waiting", "transcribe", "ready", "failed"} <= {talk["state"] for talk in talks}


def test_an_error_of_the_limit_is_as_described(home: Path) -> None:
    with opened_app(load_settings(home=home, requests_per_minute=1)) as app:
        client = app.test_client()
        answers = [client.get("/api/v1/talks") for _ in range(2)]
        assert answers[1].status_code == 429
        described["/api/v1/talks"]["GET"].validate_response(answers[1])


def test_an_outage_is_as_described(tmp_path: Path) -> None:
    settings = seed(tmp_path / "home")
    for file in (settings.home / "index").rglob("*"):
        if file.is_file() and file.stat().st_size:
            file.write_bytes(b"\0damaged\xff" * 20)
    with opened_app(settings) as app:
        for path in ("/api/v1/search", "/api/v1/health"):
            answer = app.test_client().get(f"{path}?q=tide")
            assert answer.status_code == 503
            described[path]["GET"].validate_response(answer)
