"""Manifests: what they say is taken over, and each fault names file, line and key."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from archive.errors import BadManifest, BadSource
from ingest.programmes.manifest import read_manifest

EVENTS = Path(__file__).parent.parent / "events"

WHOLE = """\
[event]
slug = "days"
title = "Days of Examples"
starts_on = 2024-05-01
organizers = ["Institute of Examples"]

[[event.people]]
name = "Cy Example"
part = "host"

[[talks]]
number = 1
title = "On Examples"
language = "pt-br"
source = "clips/one.mp4"

[[talks.speakers]]
name = "Ada Example"
role = "President"
country = "the United States"

[[talks]]
number = 2
title = "More Examples"
source = "https://example.org/two.mp4#t=5"

[[talks.speakers]]
name = "Bo Example"

[[talks.speakers]]
name = "Di Example"
country = "Turkey"
"""


def _write(folder: Path, text: str) -> Path:
    path = folder / "m.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_manifest_is_read_whole(tmp_path: Path) -> None:
    manifest = read_manifest(_write(tmp_path, WHOLE))
    assert manifest.event.starts_on == date(2024, 5, 1)
    assert manifest.event.people == (("Cy Example", "host"),)
    first, second = manifest.entries
    assert first.source_url == first.source_key == str(tmp_path / "clips" / "one.mp4")
    assert first.language == "pt-br"
    assert second.source_url == "https://example.org/two.mp4#t=5"
    assert second.source_key == "https://example.org/two.mp4"
    assert [s.country for talk in manifest.entries for s in talk.speakers] == ["US", "", "TR"]


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ('role = "President"', 'rolle = "President"', 19, "talks.speakers.rolle"),
        ("number = 2", 'number = "two"', 23, "talks.number"),
        ('title = "More Examples"\n', "", 22, "talks.title is missing"),
        ('country = "Turkey"', 'country = "Atlantis"', 32, "Atlantis"),
        ("starts_on = 2024-05-01", 'starts_on = "May"', 4, "event.starts_on"),
        ('part = "host"', 'parts = "host"', 9, "event.people.parts"),
        ("number = 2", "number = 1", 23, "stands twice"),
        ('slug = "days"', 'slug = "Days!"', 2, "event.slug"),
        ("number = 2", "number = ", 23, "line 23"),
        ("number = 2", 'captions = "no.vtt"', 23, "talks.captions"),
    ],
)
def test_a_fault_names_file_line_and_key(
    tmp_path: Path, old: str, new: str, line: int, said: str
) -> None:
    assert old in WHOLE
    path = _write(tmp_path, WHOLE.replace(old, new))
    with pytest.raises(BadManifest) as raised:
        read_manifest(path)
    assert str(path) in raised.value.message
    assert f"line {line}" in raised.value.message
    assert said in raised.value.message


def test_a_source_with_an_unknown_scheme_is_refused(tmp_path: Path) -> None:
    path = _write(tmp_path, WHOLE.replace("https://example.org", "ftp://example.org"))
    with pytest.raises(BadSource, match="ftp"):
        read_manifest(path)


def test_a_manifest_that_is_not_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "m.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadManifest, match="UTF-8"):
        read_manifest(path)


@pytest.mark.parametrize("file", ["zgc-forum-2020.toml", "sample/sample.toml"])
def test_the_manifests_that_ship_can_be_read(file: str) -> None:
    assert read_manifest(EVENTS / file).talks
