"""Clips that a reader asks for in the small archive, and what becomes of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from web_seed import opened_app, seed

from archive.catalog import Catalog
from archive.settings import Settings
from ingest.clip_orders import ClipShelf
from ingest.clipping import cut_next

CLIPS = "/talks/moon-moves-sea/clips"


@pytest.fixture
def archive(tmp_path: Path) -> Settings:
    return seed(tmp_path / "home", indexed=False)


@pytest.fixture
def client(archive: Settings) -> Iterator[FlaskClient]:
    with opened_app(archive) as app:
        yield app.test_client()


def ask(client: FlaskClient, address: str = CLIPS, **values: Any) -> dict[str, Any]:
    answer = client.post(address, data=values, headers={"Accept": "application/json"})
    assert answer.status_code == 202, answer.text
    found: dict[str, Any] = answer.json or {}
    return found


def cut(settings: Settings, *, stopped: Any = lambda: False) -> bool:
    catalog = Catalog.open(settings)
    try:
        return cut_next(catalog, ClipShelf(settings), stopped)
    finally:
        catalog.close()


def fetched(client: FlaskClient, clip: dict[str, Any], folder: Path) -> Path:
    """The clip as a file, once it is done."""
    done = client.get(clip["status_url"]).json or {}
    assert done["state"] == "done", done
    with client.get(done["url"]) as answer:
        assert answer.status_code == 200
        path = folder / Path(done["url"]).name
        path.write_bytes(answer.data)
    return path
