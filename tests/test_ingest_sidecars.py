"""Sidecars: what stands beside a recording says what it is."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from conftest import PROJECT
from sidecar_seed import media, put_beside, put_info, read_beside

from archive.errors import BadManifest
from archive.programme import SpeakerEntry, TalkEntry
from ingest.programmes.sidecars import Neighbours, read_sidecar

__all__ = ["media"]

TOML = """\
event = "days"
title = "On Beacons"
number = 3
slug = "beacons"
language = "pt-BR"
given_on = 2024-05-03
description = "A talk."

[[speakers]]
name = "Ada Example"
role = "President"
country = "Brazil"

[[speakers]]
name = "Cy Example"
"""


def test_a_recording_that_stands_alone_has_no_sidecar(media: Path) -> None:
    for name in ("other.toml", "lecture2.info.json", "lecture.txt", "lecture.notes.vtt"):
        put_beside(media, name)
    (media.parent / "lecture.toml").mkdir()
    os.mkfifo(media.parent / "lecture.info.json")
    assert read_sidecar(media) is None


def test_a_toml_sidecar_says_all_that_a_manifest_says_of_a_talk(media: Path) -> None:
    file = put_beside(media, "lecture.toml", TOML)
    sidecar = read_beside(media)
    assert (sidecar.file, sidecar.event, sidecar.captions) == (file, "days", None)
    assert sidecar.entry == TalkEntry(
        title="On Beacons",
        slug="beacons",
        number=3,
        description="A talk.",
        language="pt-BR",
        given_on=date(2024, 5, 3),
        source_url=str(media),
        source_key=str(media),
        speakers=(
            SpeakerEntry("Ada Example", role="President", country="BR"),
            SpeakerEntry("Cy Example"),
        ),
    )


def test_a_toml_sidecar_need_say_nothing(media: Path) -> None:
    put_beside(media, "lecture.toml", "\ufeff# nothing\n")
    assert read_beside(media).entry == TalkEntry("", source_url=str(media), source_key=str(media))


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ('title = "On', 'titel = "On', 2, "titel is no key of a sidecar"),
        ('slug = "beacons"', 'source = "x.mp4"', 4, "source is no key of a sidecar"),
        ("number = 3", 'number = "three"', 3, "number"),
        ("number = 3", f"number = 1{'0' * 30}", 3, "number"),
        ("number = 3", f"number = 1{'0' * 5000}", 0, "digits"),
        ('event = "days"', 'event = "My Days"', 1, "event"),
        ('role = "President"', 'rolle = "President"', 11, "speakers.rolle"),
        ('name = "Cy Example"', "", 14, "speakers.name is missing"),
        ("given_on = 2024-05-03", "given_on = 2024-13-03", 6, "line 6"),
        ('country = "Brazil"', 'country = "Atlantis"', 12, "Atlantis"),
        ('slug = "beacons"', 'captions = "no.vtt"', 4, "captions names 'no.vtt'"),
        ('slug = "beacons"', f'captions = "{"x" * 5000}"', 4, "captions names"),
        ('slug = "beacons"', f"x = {'[' * 100_000}", 0, "nested"),
        ("title", "\x01", 0, "line 2"),
    ],
)
def test_a_fault_of_a_toml_sidecar_names_file_line_and_key(
    media: Path, old: str, new: str, line: int, said: str
) -> None:
    assert old in TOML
    file = put_beside(media, "lecture.toml", TOML.replace(old, new, 1))
    with pytest.raises(BadManifest) as raised:
        read_sidecar(media)
    assert raised.value.message.startswith(str(file))
    assert said in raised.value.message
    assert f"line {line}" in raised.value.message or not line


@pytest.mark.parametrize("text", ['[event]\ntitle = "Days"\n', '[[talks]]\ntitle = "A"\n'])
def test_a_manifest_with_the_name_of_a_sidecar_is_told_so(media: Path, text: str) -> None:
    put_beside(media, "lecture.toml", text)
    with pytest.raises(BadManifest, match="manifest of an event"):
        read_sidecar(media)


def test_a_sidecar_that_is_not_text_or_far_too_large_is_refused(media: Path) -> None:
    toml = media.with_name("lecture.toml")
    toml.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadManifest, match="UTF-8"):
        read_sidecar(media)
    with toml.open("wb") as handle:
        handle.truncate(1 << 40)
    with pytest.raises(BadManifest, match="too large"):
        read_sidecar(media)


def test_talk_toml_is_for_the_only_recording_of_a_folder(media: Path) -> None:
    file = put_beside(media, "talk.toml", 'title = "Alone"')
    for name in ("lecture.mp4.part", ".other.mp4", "lecture.f137.mp4"):
        put_beside(media, name)
    assert read_beside(media).file == file
    put_beside(media, "other.mp4")
    assert read_sidecar(media) is None
    put_beside(media, "talk.mp4")
    assert read_beside(media.with_name("talk.mp4")).entry.title == "Alone"


def test_the_first_sidecar_counts_and_what_toml_cannot_say_is_added(media: Path) -> None:
    put_info(media, "lecture.mp4.info.json", title="Third")
    assert read_beside(media).entry.title == "Third"
    put_info(media, title="Second")
    assert read_beside(media).entry.title == "Second"
    file = put_beside(media, "lecture.toml", 'title = "First"')
    put_beside(media, "talk.toml", 'title = "Other"')
    sidecar = read_beside(media)
    assert (sidecar.file, sidecar.entry.title) == (file, "First")
    # A person who corrects the title later does not make another talk by it.
    assert sidecar.entry.source_key == "youtube:BaW_jenozKc"
    assert len(sidecar.entry.chapters) == 2
    assert (sidecar.entry.description, sidecar.entry.given_on) == ("", None)


def test_a_folder_of_thousands_is_sorted_out_once(tmp_path: Path) -> None:
    names = [f"talk{n}.{kind}" for n in range(20_000) for kind in ("mp4", "en.vtt", "info.json")]
    beside = Neighbours(names)
    found = sum(len(beside.sidecars(tmp_path / f"talk{n}.mp4")) for n in range(20_000))
    assert found == 40_000


def test_reading_a_toml_sidecar_loads_no_heavy_library(media: Path) -> None:
    put_beside(media, "lecture.toml", TOML)
    code = (
        "import sys; from pathlib import Path; "
        "from ingest.programmes.sidecars import read_sidecar; "
        f"read_sidecar(Path({str(media)!r})); "
        "print([m for m in ('yt_dlp', 'av', 'whoosh', 'torch') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
