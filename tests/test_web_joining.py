"""Two speakers that are one, and one that is two: on the site, each with its undo."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import Run
from flask import Flask
from visiting import Visitor, text_of
from web_seed import opened_app, seed

from archive.catalog import Catalog
from archive.settings import Settings
from web.site import EXTENSION

JOIN = "/speakers/ada-example/join"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return seed(tmp_path / "home", indexed=False)


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    with opened_app(settings) as opened:
        yield opened


def names(app: Flask, slug: str) -> list[str]:
    catalog: Catalog = app.extensions[EXTENSION].catalog
    return [one.name for one in catalog.talk(slug).speakers]


def test_two_are_joined_after_a_preview_and_parted_again(app: Flask) -> None:
    visitor = Visitor(app)
    preview = text_of(visitor.get(f"{JOIN}?other=Chen Fictional").text)
    assert "Chen Fictional becomes Ada Example" in preview
    assert "Harbours That Breathe" in preview
    visitor.send(JOIN, JOIN, other="chen-fictional")
    assert names(app, "harbours") == ["Ada Example"]
    page = visitor.get(f"{JOIN}?saved=joined").text
    assert "They are one now." in text_of(page)
    visitor.send(f"{JOIN}/1/undo", JOIN)
    assert names(app, "harbours") == ["Chen Fictional"]
    assert "taken back by" in text_of(visitor.get(JOIN).text)


def test_one_is_split_and_it_is_listed_with_an_undo(app: Flask) -> None:
    visitor = Visitor(app)
    visitor.send("/speakers/ada-example/split", JOIN, talk="gauges", name="Ada Example of Lund")
    assert names(app, "gauges") == ["Ada Example of Lund"]
    for page in (JOIN, "/speakers/ada-example-of-lund/join"):
        said = text_of(visitor.get(page).text)
        assert "Split before Ada Example , Ada Example of Lund 1 talk" in said
    undo = "/speakers/ada-example-of-lund/split/1/undo"
    answer = visitor.send(undo, JOIN)
    assert answer.location == f"{JOIN}?saved=joined"
    assert names(app, "gauges") == ["Ada Example"]
    said = text_of(visitor.get(JOIN).text)
    assert "taken back by" in said
    assert "They are one after all" not in said
    assert visitor.get("/speakers/ada-example-of-lund").location == "/speakers/ada-example"
    again = visitor.send("/speakers/ada-example/split/1/undo", JOIN)
    assert again.status_code == 400
    assert "took that back already" in again.text


def test_the_command_takes_a_split_back_too(
    settings: Settings, podium: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PODIUM_HOME", str(settings.home))
    ada = ("speakers", "split", "ada-example")
    code, _, err = podium(*ada, "--talk", "gauges", "--as", "Ada Example of Lund")
    assert code == 0, err
    assert "podium speakers split ada-example-of-lund --undo" in err
    code, _, err = podium("speakers", "split", "Ada Example of Lund", "--undo")
    assert code == 0, err
    assert "is Ada Example again" in err
    assert podium("speakers", "split", "Ada Example of Lund", "--undo")[0] == 2
    assert podium(*ada, "--undo", "--as", "Somebody")[0] == 2
