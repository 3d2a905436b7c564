"""Sidecars: what stands beside a recording says what it is, and hostile ones do no harm."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from conftest import PROJECT, Site
from hypothesis import given, settings
from hypothesis import strategies as st
from test_ingest_media import make_clip

from archive.errors import BadManifest
from archive.programme import SpeakerEntry, TalkEntry
from archive.types import Chapter
from ingest.programmes.sidecars import Neighbours, Sidecar, read_sidecar
from ingest.sources import identify

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


@pytest.fixture
def media(tmp_path: Path) -> Path:
    path = tmp_path / "lecture.mp4"
    path.touch()
    return path


def _beside(media: Path, name: str, text: str = "") -> Path:
    path = media.parent / name
    path.write_text(text, encoding="utf-8")
    return path


def _info(media: Path, name: str = "lecture.info.json", **more: object) -> Path:
    return _beside(media, name, json.dumps({**INFO, **more}))


def _read(media: Path, language: str = "") -> Sidecar:
    sidecar = read_sidecar(media, language=language)
    assert sidecar is not None
    return sidecar


def test_a_recording_that_stands_alone_has_no_sidecar(media: Path) -> None:
    for name in ("other.toml", "lecture2.info.json", "lecture.txt", "lecture.notes.vtt"):
        _beside(media, name)
    (media.parent / "lecture.toml").mkdir()
    os.mkfifo(media.parent / "lecture.info.json")
    assert read_sidecar(media) is None


def test_a_toml_sidecar_says_all_that_a_manifest_says_of_a_talk(media: Path) -> None:
    file = _beside(media, "lecture.toml", TOML)
    sidecar = _read(media)
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
    _beside(media, "lecture.toml", "\ufeff# nothing\n")
    assert _read(media).entry == TalkEntry("", source_url=str(media), source_key=str(media))


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
    file = _beside(media, "lecture.toml", TOML.replace(old, new, 1))
    with pytest.raises(BadManifest) as raised:
        read_sidecar(media)
    assert raised.value.message.startswith(str(file))
    assert said in raised.value.message
    assert f"line {line}" in raised.value.message or not line


@pytest.mark.parametrize("text", ['[event]\ntitle = "Days"\n', '[[talks]]\ntitle = "A"\n'])
def test_a_manifest_with_the_name_of_a_sidecar_is_told_so(media: Path, text: str) -> None:
    _beside(media, "lecture.toml", text)
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
    file = _beside(media, "talk.toml", 'title = "Alone"')
    for name in ("lecture.mp4.part", ".other.mp4", "lecture.f137.mp4"):
        _beside(media, name)
    assert _read(media).file == file
    _beside(media, "other.mp4")
    assert read_sidecar(media) is None
    _beside(media, "talk.mp4")
    assert _read(media.with_name("talk.mp4")).entry.title == "Alone"


def test_what_yt_dlp_wrote_is_taken_over_and_the_uploader_is_no_speaker(media: Path) -> None:
    file = _info(media)
    sidecar = _read(media)
    assert sidecar.file == file
    assert sidecar.entry == TalkEntry(
        title="On Lanterns",
        description="How lanterns work.\nAnd why.",
        language="en-GB",
        given_on=date(2024, 5, 1),
        source_url=str(media),
        source_key="youtube:BaW_jenozKc",
        chapters=(Chapter(0, "Light"), Chapter(61_500, "Ships")),
    )
    assert "Bo Sample" not in repr(sidecar)


@pytest.mark.parametrize(
    "address",
    [
        ADDRESS,
        "https://vimeo.com/56015672",
        "https://example.org/clip.mp4#t=5",
        "https://www.ted.com/talks/some_talk_of_an_example",
    ],
)
def test_a_clip_beside_its_info_is_the_same_talk_as_its_address(media: Path, address: str) -> None:
    _info(media, webpage_url=address)
    assert _read(media).entry.source_key == identify(address, media.parent).key


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ({"webpage_url": None}, "youtube:BaW_jenozKc"),
        ({"webpage_url": 5}, "youtube:BaW_jenozKc"),
        ({"webpage_url": None, "extractor_key": "Generic"}, ""),
        ({"webpage_url": None, "id": None}, ""),
        ({"webpage_url": "file:///etc/passwd"}, ""),
        ({"webpage_url": "http://[x"}, ""),
        ({"webpage_url": "https://example.org/" + "a" * 3000}, "youtube:BaW_jenozKc"),
        ({"webpage_url": None, "id": "a" * 3000}, ""),
        ({"webpage_url": None, "extractor_key": "no site"}, ""),
        ({"_type": "playlist"}, ""),
    ],
)
def test_without_an_address_the_site_and_its_number_are_the_key_or_else_the_file(
    media: Path, more: dict[str, object], key: str
) -> None:
    _info(media, **more)
    assert _read(media).entry.source_key == (key or str(media))


def test_the_date_of_a_plain_file_on_a_server_is_no_date_of_a_talk(media: Path) -> None:
    _info(media, extractor_key="Generic", webpage_url="https://example.org/a.mp4")
    assert (_read(media).entry.given_on, _read(media).entry.language) == (None, "")


def test_the_first_sidecar_counts_and_what_toml_cannot_say_is_added(media: Path) -> None:
    _info(media, "lecture.mp4.info.json", title="Third")
    assert _read(media).entry.title == "Third"
    _info(media, title="Second")
    assert _read(media).entry.title == "Second"
    file = _beside(media, "lecture.toml", 'title = "First"')
    _beside(media, "talk.toml", 'title = "Other"')
    sidecar = _read(media)
    assert (sidecar.file, sidecar.entry.title) == (file, "First")
    # A person who corrects the title later does not make another talk by it.
    assert sidecar.entry.source_key == "youtube:BaW_jenozKc"
    assert len(sidecar.entry.chapters) == 2
    assert (sidecar.entry.description, sidecar.entry.given_on) == ("", None)


STRANGE: list[object] = [
    None,
    True,
    -1,
    10**400,
    1e308,
    "",
    "x" * 200_000,
    "\ud800\x00",
    "99999999",
    "२०२४०५०१",
    [],
    {},
    [[]],
    [{}],
    [{"start_time": 10**400, "title": "A"}],
    [{"start_time": "0", "title": "A"}],
    [{"start_time": True, "title": "A"}],
    [{"start_time": 1, "title": ["A"]}],
    {"en": "x"},
    {"en": [5, {"url": []}]},
    {"en": {"url": []}},
]


@pytest.mark.parametrize("value", STRANGE, ids=lambda value: repr(value)[:30])
def test_a_field_of_a_strange_type_is_left_out(media: Path, value: object) -> None:
    captions = {"subtitles": value, "automatic_captions": value, "requested_subtitles": value}
    _info(media, **dict.fromkeys(INFO, value), **captions)
    _beside(media, "lecture.en.vtt")
    entry = _read(media).entry
    assert (entry.given_on, entry.chapters) == (None, ())
    assert len(entry.title) <= 1_000
    assert len(entry.description) <= 100_000
    assert len(entry.source_key) <= 300
    for text in (entry.title, entry.description, entry.language, entry.source_key):
        assert "\0" not in text
        text.encode()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[" * 100_000, "nested"),
        ('{"a":' * 100_000, "nested"),
        ("", "no JSON"),
        ("{", "no JSON"),
        ('{"id": 1' + "0" * 5000 + "}", "no JSON"),
        ("[1]", "no JSON object"),
        ("NaN", "no JSON object"),
    ],
)
def test_an_info_json_that_is_none_is_refused_with_its_name(
    media: Path, text: str, said: str
) -> None:
    file = _beside(media, "lecture.info.json", text)
    with pytest.raises(BadManifest, match=said) as raised:
        read_sidecar(media)
    assert raised.value.message.startswith(str(file))


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
_KEYS = [*INFO, "_type", "subtitles", "automatic_captions", "requested_subtitles"]


@settings(max_examples=150, deadline=None)
@given(info=st.dictionaries(st.sampled_from(_KEYS), _JSON | st.sampled_from(list(INFO.values()))))
def test_whatever_an_info_json_holds_it_is_read(info: dict[str, object]) -> None:
    with TemporaryDirectory() as folder:
        media = Path(folder) / "lecture.mp4"
        media.touch()
        _beside(media, "lecture.info.json", json.dumps(info))
        _beside(media, "lecture.en.vtt")
        entry = _read(media).entry
    assert [chapter.start_ms for chapter in entry.chapters] == sorted(
        {chapter.start_ms for chapter in entry.chapters}
    )
    repr(entry).encode()


def test_numbers_that_json_does_not_have_are_left_out(media: Path) -> None:
    chapters = '[{"start_time": NaN, "title": "A"}, {"start_time": 1e999, "title": "B"}]'
    _beside(media, "lecture.info.json", f'{{"title": NaN, "chapters": {chapters}}}')
    assert _read(media).entry == TalkEntry("", source_url=str(media), source_key=str(media))


def test_an_info_json_of_a_terabyte_is_not_read(media: Path) -> None:
    with media.with_name("lecture.info.json").open("wb") as handle:
        handle.truncate(1 << 40)
    with pytest.raises(BadManifest, match="larger than"):
        read_sidecar(media)


def test_captions_alone_are_a_sidecar(media: Path) -> None:
    file = _beside(media, "lecture.pt-BR.srt")
    sidecar = _read(media)
    assert (sidecar.file, sidecar.captions, sidecar.captions_language) == (file, file, "pt-BR")
    assert sidecar.entry == TalkEntry("", source_url=str(media), source_key=str(media))
    assert not sidecar.captions_automatic


@pytest.mark.parametrize(
    ("names", "language", "best"),
    [
        ("lecture.srt lecture.vtt", "", "lecture.vtt"),
        ("lecture.SRT", "", "lecture.SRT"),
        ("lecture.en.srt lecture.fr.vtt", "en", "lecture.en.srt"),
        ("lecture.en.srt lecture.fr.vtt", "fr-CA", "lecture.fr.vtt"),
        ("lecture.en-GB.vtt lecture.en.srt", "en", "lecture.en.srt"),
        ("lecture.fr.vtt lecture.srt", "en", "lecture.srt"),
        # de and fr are automatic in the .info.json below, es is both.
        ("lecture.de.vtt lecture.es.srt", "", "lecture.es.srt"),
        ("lecture.de.vtt lecture.de-CH.srt", "de", "lecture.de.vtt"),
        ("lecture.de.vtt lecture.srt", "de", "lecture.srt"),
        ("lecture.de.vtt lecture.es.vtt", "de", "lecture.de.vtt"),
        ("lecture.en-orig.vtt lecture.en.srt", "en", "lecture.en.srt"),
        ("lecture.en-eEY6OEpapPo.vtt", "", "lecture.en-eEY6OEpapPo.vtt"),
        ("lecture.live_chat.vtt lecture2.en.vtt lect.en.vtt", "", ""),
    ],
)
def test_of_several_captions_the_fittest_are_taken(
    media: Path, names: str, language: str, best: str
) -> None:
    one = [{"url": "https://example.org/a"}]
    automatic = {"de": one, "fr": one, "es": one}
    _info(media, language=None, subtitles={"es": one}, automatic_captions=automatic)
    for name in names.split():
        _beside(media, name)
    captions = _read(media, language).captions
    assert (captions.name if captions else "") == best


def test_which_captions_are_automatic_is_known_from_what_yt_dlp_says(media: Path) -> None:
    manual, machine = [{"url": "https://example.org/m"}], [{"url": "https://example.org/a"}]
    both = {"subtitles": {"en": manual}, "automatic_captions": {"en": machine}}
    _beside(media, "lecture.en.vtt")
    _info(media)
    assert not _read(media).captions_automatic
    _info(media, automatic_captions={"en": machine})
    assert _read(media).captions_automatic
    _info(media, **both)
    assert not _read(media).captions_automatic
    _info(media, **both, requested_subtitles={"en": machine[0]})
    assert _read(media).captions_automatic


def test_what_yt_dlp_itself_writes_is_read(site: Site, tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "tone.m4a")
    address = site.serve_file("/on-lanterns.m4a", clip, "audio/mp4")
    options = ["--ignore-config", "--quiet", "--write-info-json", "-o", "lecture.%(ext)s"]
    subprocess.run(
        [sys.executable, "-m", "yt_dlp", *options, address], cwd=tmp_path, check=True, timeout=60
    )
    sidecar = _read(tmp_path / "lecture.m4a")
    assert sidecar.file == tmp_path / "lecture.info.json"
    assert sidecar.entry == TalkEntry(
        "on-lanterns",
        source_url=str(tmp_path / "lecture.m4a"),
        source_key=identify(address, tmp_path).key,
    )


def test_captions_that_a_toml_names_come_before_those_that_lie_there(media: Path) -> None:
    _beside(media, "lecture.vtt")
    (media.parent / "words").mkdir()
    file = _beside(media, "words/mine.txt")
    _beside(media, "lecture.toml", 'language = "fr"\ncaptions = "words/mine.txt"')
    sidecar = _read(media)
    assert (sidecar.captions, sidecar.captions_language) == (file, "fr")
    assert not sidecar.captions_automatic


def test_captions_belong_to_the_recording_with_the_longest_fitting_name(media: Path) -> None:
    other = _beside(media, "lecture.two.mp4")
    file = _beside(media, "lecture.two.vtt")
    assert read_sidecar(media) is None
    assert _read(other).captions == file


def test_a_folder_of_thousands_is_sorted_out_once(tmp_path: Path) -> None:
    names = [f"talk{n}.{kind}" for n in range(20_000) for kind in ("mp4", "en.vtt", "info.json")]
    beside = Neighbours(names)
    found = sum(len(beside.sidecars(tmp_path / f"talk{n}.mp4")) for n in range(20_000))
    assert found == 40_000


def test_reading_a_toml_sidecar_loads_no_heavy_library(media: Path) -> None:
    _beside(media, "lecture.toml", TOML)
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
