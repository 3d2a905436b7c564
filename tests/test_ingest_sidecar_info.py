"""What yt-dlp wrote beside a recording is taken over, and a hostile one does no harm."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from conftest import Site
from hypothesis import given, settings
from hypothesis import strategies as st
from sidecar_seed import ADDRESS, INFO, media, put_beside, put_info, read_beside
from test_ingest_media import make_clip

from archive.errors import BadManifest
from archive.programme import TalkEntry
from archive.types import Chapter
from ingest.programmes.sidecars import read_sidecar
from ingest.sources import identify

__all__ = ["media"]


def test_what_yt_dlp_wrote_is_taken_over_and_the_uploader_is_no_speaker(media: Path) -> None:
    file = put_info(media)
    sidecar = read_beside(media)
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
    put_info(media, webpage_url=address)
    assert read_beside(media).entry.source_key == identify(address, media.parent).key


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
    put_info(media, **more)
    assert read_beside(media).entry.source_key == (key or str(media))


def test_the_date_of_a_plain_file_on_a_server_is_no_date_of_a_talk(media: Path) -> None:
    put_info(media, extractor_key="Generic", webpage_url="https://example.org/a.mp4")
    assert (read_beside(media).entry.given_on, read_beside(media).entry.language) == (None, "")


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
    put_info(media, **dict.fromkeys(INFO, value), **captions)
    put_beside(media, "lecture.en.vtt")
    entry = read_beside(media).entry
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
    file = put_beside(media, "lecture.info.json", text)
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
        put_beside(media, "lecture.info.json", json.dumps(info))
        put_beside(media, "lecture.en.vtt")
        entry = read_beside(media).entry
    assert [chapter.start_ms for chapter in entry.chapters] == sorted(
        {chapter.start_ms for chapter in entry.chapters}
    )
    repr(entry).encode()


def test_numbers_that_json_does_not_have_are_left_out(media: Path) -> None:
    chapters = '[{"start_time": NaN, "title": "A"}, {"start_time": 1e999, "title": "B"}]'
    put_beside(media, "lecture.info.json", f'{{"title": NaN, "chapters": {chapters}}}')
    assert read_beside(media).entry == TalkEntry("", source_url=str(media), source_key=str(media))


def test_an_info_json_of_a_terabyte_is_not_read(media: Path) -> None:
    with media.with_name("lecture.info.json").open("wb") as handle:
        handle.truncate(1 << 40)
    with pytest.raises(BadManifest, match="larger than"):
        read_sidecar(media)


def test_what_yt_dlp_itself_writes_is_read(site: Site, tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "tone.m4a")
    address = site.serve_file("/on-lanterns.m4a", clip, "audio/mp4")
    options = ["--ignore-config", "--quiet", "--write-info-json", "-o", "lecture.%(ext)s"]
    subprocess.run(
        [sys.executable, "-m", "yt_dlp", *options, address], cwd=tmp_path, check=True, timeout=60
    )
    sidecar = read_beside(tmp_path / "lecture.m4a")
    assert sidecar.file == tmp_path / "lecture.info.json"
    assert sidecar.entry == TalkEntry(
        "on-lanterns",
        source_url=str(tmp_path / "lecture.m4a"),
        source_key=identify(address, tmp_path).key,
    )
