"""A recording to be, and files that stand beside it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ingest.programmes.sidecars import Sidecar, read_sidecar

ADDRESS = "https://www.youtube.com/watch?v=BaW_jenozKc"
INFO: dict[str, Any] = {
    "id": "BaW_jenozKc",
    "extractor": "youtube",
    "extractor_key": "Youtube",
    "webpage_url": ADDRESS,
    "title": "On  Lanterns",
    "description": "How lanterns work.\nAnd why.",
    "upload_date": "20240502",
    "release_date": "20240501",
    "language": "en-GB",
    "uploader": "Bo Sample",
    "channel": "Bo Sample",
    "artist": "Bo Sample",
    "creator": "Bo Sample",
    "creators": ["Bo Sample"],
    "chapters": [
        {"start_time": 61.5, "end_time": 90, "title": "Ships"},
        {"start_time": 0, "end_time": 61.5, "title": "Light"},
        {"start_time": 90, "title": "<Untitled Chapter 3>"},
    ],
}


@pytest.fixture
def media(tmp_path: Path) -> Path:
    path = tmp_path / "lecture.mp4"
    path.touch()
    return path


def put_beside(media: Path, name: str, text: str = "") -> Path:
    path = media.parent / name
    path.write_text(text, encoding="utf-8")
    return path


def put_info(media: Path, name: str = "lecture.info.json", **more: object) -> Path:
    return put_beside(media, name, json.dumps({**INFO, **more}))


def read_beside(media: Path, language: str = "") -> Sidecar:
    sidecar = read_sidecar(media, language=language)
    assert sidecar is not None
    return sidecar
