"""What a site says of a clip, read into Podium's terms: bounded, ordered, and never who speaks."""

from __future__ import annotations

import json
import math
from datetime import date
from typing import Any

import pytest

from archive.types import Chapter
from ingest.downloads.site_info import (
    chapters_of,
    choose_captions,
    description_of,
    is_placeholder,
    language_of,
    published_on,
)


def _track(*forms: str) -> list[dict[str, Any]]:
    return [{"ext": form, "url": f"https://talks.example/{form}"} for form in forms]


# As yt-dlp gives a talk on YouTube, shortened.
YOUTUBE: dict[str, Any] = json.loads("""{
  "id": "abc", "extractor_key": "Youtube", "title": "On  Tides\\u0000 ", "duration": 1500.5,
  "description": "A talk.\\n\\u0007", "upload_date": "20240902", "language": "en-US",
  "uploader": "Ada Example", "channel": "Bo Sample", "creators": ["Ada Example"],
  "chapters": [
    {"start_time": 600.25, "end_time": 1500, "title": "Moon"},
    {"start_time": 0, "end_time": 600, "title": "<Untitled Chapter 1>"},
    {"start_time": 60, "end_time": 600, "title": " Sun\\n and sea "},
    {"start_time": 60, "end_time": 600, "title": "twice"},
    {"start_time": 9000, "title": "beyond the end"},
    {"start_time": -4, "title": "before it"},
    {"start_time": "7", "title": "no number"}, {"start_time": 5}, 7, null
  ]
}""")


def test_a_description_holds_what_is_said_and_nobody_who_uploaded_it() -> None:
    found = description_of(YOUTUBE, "https://talks.example/abc")
    assert (found.title, found.description) == ("On Tides", "A talk.")
    assert (found.published_on, found.language) == (date(2024, 9, 2), "en-US")
    assert found.duration_ms == 1_500_500
    assert "Ada Example" not in repr(found)
    assert "Bo Sample" not in repr(found)


def test_chapters_are_ordered_sane_and_each_start_once() -> None:
    assert chapters_of(YOUTUBE) == (Chapter(60_000, "Sun and sea"), Chapter(600_250, "Moon"))


@pytest.mark.parametrize(
    "chapters", [None, "text", {"a": 1}, [None], [{"title": "x", "start_time": math.nan}]]
)
def test_chapters_that_make_no_sense_are_left_out(chapters: Any) -> None:
    assert chapters_of({"chapters": chapters}) == ()


def test_what_a_stranger_writes_is_bounded() -> None:
    endless = [{"start_time": n, "title": "x" * 9000} for n in range(5000)]
    found = description_of(
        {"title": "t" * 10_000, "description": "d" * 10**6, "chapters": endless}, "a"
    )
    assert len(found.title) == 500
    assert len(found.description) == 50_000
    assert len(found.chapters) == 1_000
    assert all(len(chapter.title) <= 500 for chapter in found.chapters)
    assert description_of({"title": "\ud800 x"}, "a").title == "x"
    assert description_of({}, "https://talks.example/a").title == "https://talks.example/a"


@pytest.mark.parametrize(
    ("info", "day"),
    [
        ({"release_date": "20240301", "upload_date": "20240201"}, date(2024, 3, 1)),
        ({"timestamp": 1725271200}, date(2024, 9, 2)),
        ({"upload_date": "20241399", "timestamp": 1e300}, None),
        ({"upload_date": 20240902}, date(2024, 9, 2)),
        ({"timestamp": -5}, None),
        ({}, None),
    ],
)
def test_the_day_is_read_from_dates_and_timestamps(info: dict[str, Any], day: date | None) -> None:
    assert published_on(info) == day


def test_the_date_of_a_file_on_a_server_is_no_date_of_a_talk() -> None:
    found = description_of({**YOUTUBE, "extractor_key": "Generic"}, "a")
    assert (found.published_on, found.language) == (None, "")


@pytest.mark.parametrize("title", ["[Private video]", "[Deleted video]", " [private VIDEO] "])
def test_a_placeholder_is_known_by_its_title(title: str) -> None:
    assert is_placeholder({"title": title})
    assert not is_placeholder({"title": "Private video, a talk"})
    assert not is_placeholder({})


@pytest.mark.parametrize(
    ("said", "tag"),
    [
        ("en", "en"),
        ("en-US", "en-US"),
        ("pt_BR", "pt-BR"),
        ("zh-Hans", "zh-Hans"),
        ("en-orig", "en"),
        ("en-nP7-2PuUl7o", "en"),
        ("es-419", "es-419"),
        ("English", ""),
        ("und", ""),
        (None, ""),
        (7, ""),
    ],
)
def test_a_language_is_read_as_sites_write_it(said: object, tag: str) -> None:
    assert language_of(said) == tag


# YouTube lists the recognised captions under their language and -orig, and translations of them.
AUTOMATIC = {
    "en": _track("json3", "srt", "vtt"),
    "en-orig": _track("json3", "srt", "vtt"),
    "de": _track("json3", "srt", "vtt"),
    "zh-Hans": _track("json3", "srt", "vtt"),
}


@pytest.mark.parametrize(
    ("subtitles", "automatic", "own", "language", "wanted"),
    [
        # A person's captions in the programme's language, before those in the clip's own.
        ({"de": 1, "en": 1}, AUTOMATIC, "en", "de", ("de", False)),
        ({"de": 1, "en": 1}, AUTOMATIC, "en", "", ("en", False)),
        ({"de": 1, "en-GB": 1}, AUTOMATIC, "en-US", "", ("en-GB", False)),
        ({"en": 1, "en-GB": 1}, {}, "", "en-GB", ("en-GB", False)),
        # What is spoken is known from the recognised captions too.
        ({"de": 1, "en": 1}, AUTOMATIC, "", "", ("en", False)),
        # The only ones, where nothing is known of any language.
        ({"fr": 1}, {}, "", "", ("fr", False)),
        ({"English": 1}, {}, "en", "", ("", False)),
        ({"fr": 1, "de": 1}, {}, "", "", None),
        # A translation is no transcript.
        ({"fr": 1}, {}, "en", "", None),
        ({"fr": 1}, AUTOMATIC, "en", "", ("en", True)),
        ({}, AUTOMATIC, "en", "de", None),
        ({}, AUTOMATIC, "", "", ("en", True)),
        # Elsewhere than on YouTube: the clip's own language, or the only one.
        ({}, {"en": _track("vtt"), "de": _track("vtt")}, "de", "", ("de", True)),
        ({}, {"en": _track("vtt"), "de": _track("vtt")}, "", "", None),
        ({}, {"de": _track("vtt")}, "", "", ("de", True)),
        ({}, {"de": _track("vtt")}, "", "en", None),
        ({"live_chat": 1}, {}, "", "", None),
        ({}, {}, "en", "en", None),
    ],
)
def test_captions_are_chosen_that_hold_what_is_spoken(
    subtitles: dict[str, int],
    automatic: dict[str, Any],
    own: str,
    language: str,
    wanted: tuple[str, bool] | None,
) -> None:
    manual = {key: _track("json" if key == "live_chat" else "vtt") for key in subtitles}
    info = {"subtitles": manual, "automatic_captions": automatic, "language": own}
    chosen = choose_captions(info, language)
    assert (chosen and (chosen.language, chosen.automatic)) == wanted


def test_of_the_forms_of_captions_webvtt_is_taken_and_of_rolling_ones_subrip() -> None:
    both = _track("ttml", "srt", "vtt")
    manual = choose_captions({"subtitles": {"en": both}}, "en")
    rolling = choose_captions({"automatic_captions": {"en-orig": both}}, "en")
    assert (manual and manual.form, rolling and rolling.form) == ("vtt", "srt")
    assert choose_captions({"subtitles": {"en": _track("ttml", "json3")}}, "en") is None


@pytest.mark.parametrize("tracks", [None, [], "x", {"en": None}, {"en": [None]}, {None: [{}]}])
def test_captions_that_make_no_sense_are_none(tracks: Any) -> None:
    assert choose_captions({"subtitles": tracks, "automatic_captions": tracks}, "en") is None
