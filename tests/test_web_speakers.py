"""Who spoke when, as the talk's page shows it."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from conftest import SAMPLE
from flask.testing import FlaskClient
from web_seed import opened_app

from archive.catalog import Catalog
from archive.settings import load_settings
from archive.turn_rows import save_turns
from archive.types import Turn
from archive.voiceprints import find_or_add_speaker
from search.indexing import update
from search.opening import open_index
from web.command_line import run

CAPTIONS = """WEBVTT

00:00:01.000 --> 00:00:08.000
Our next speaker needs no introduction. Thank you for having me.

00:00:08.000 --> 00:00:20.000
The tide comes in twice a day.

00:00:30.000 --> 00:00:36.000
May I ask a question?
"""
RTTM = """SPEAKER s 1 0.5 4.4 <NA> <NA> Hanna_<b>Host <NA> <NA>
SPEAKER s 1 4.9 20.0 <NA> <NA> Ada_Example <NA> <NA>
SPEAKER s 1 29.5 7.0 <NA> <NA> unknown-1 <NA> <NA>
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A session of a minute whose turns and words are known, without any machine."""
    folder = tmp_path_factory.mktemp("who")
    home = folder / "home"
    (folder / "words.vtt").write_text(CAPTIONS)
    (folder / "turns.rttm").write_text(RTTM)
    catalog = Catalog.open(load_settings(home=home))
    for name in ("Hanna <b>Host", "Ada Example"):
        find_or_add_speaker(catalog, name)
    catalog.close()
    clip, rttm = str(SAMPLE / "amber.mp4"), str(folder / "turns.rttm")
    given = ["--session", "--rttm", rttm, "--title", "The session", "--no-transcribe"]
    assert run(["--home", str(home), "ingest", clip, *given]) == 0
    words = ["ingest", str(folder / "words.vtt"), "--talk", "the-session", "--no-transcribe"]
    assert run(["--home", str(home), *words]) == 0
    return home


@pytest.fixture
def client(home: Path) -> Iterator[FlaskClient]:
    with opened_app(load_settings(home=home)) as app:
        yield app.test_client()


def _text(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def test_turns_are_headings_in_the_transcript(client: FlaskClient) -> None:
    page = client.get("/talks/the-session").text
    transcript = _text(page[page.index('id="transcript-title"') :])
    assert "Hanna <b>Host 0:01 Our next speaker needs no introduction. Ada Example" in transcript
    assert "Ada Example 0:05 Thank you for having me. The tide comes" in transcript
    assert "Unknown speaker 1 0:30 May I ask a question?" in transcript
    assert page.count('<h3 class="turn">') == 3
    assert "Hanna <b>" not in page


def test_the_band_is_drawn_and_stands_as_a_table_with_shares(client: FlaskClient) -> None:
    page = client.get("/talks/the-session").text
    band = re.search(r'<svg class="band".*?</svg>', page, re.DOTALL)
    assert band is not None
    assert band[0].count("<rect ") == 3
    assert band[0].count('class="bar-unknown"') == 1
    shares = re.search(r'<table class="shares">.*?</table>', page, re.DOTALL)
    assert shares is not None
    assert "Ada Example 20 s 64 % Unknown speaker 1 7 s 22 % Hanna" in _text(shares[0])
    turns = re.search(r'<table class="turns">.*?</table>', page, re.DOTALL)
    assert turns is not None
    assert "0:04 0:24 Ada Example" in _text(turns[0])
    assert 'href="?t=4.9"' in turns[0]


def test_lines_and_words_have_the_same_segments(client: FlaskClient) -> None:
    page = client.get("/talks/the-session").text
    lines = page[page.index('class="lines"') :].count('<a href="?t=')
    words = client.get("/talks/the-session/words.json").get_json()
    assert lines == len(words["segments"]) == 3
    assert words["words"][words["segments"][1]].strip() == "Thank"


def test_captions_of_the_player_say_who_speaks(client: FlaskClient) -> None:
    captions = client.get("/talks/the-session/captions.vtt").text
    assert "<v Ada Example>Thank you for having me." in captions
    assert "<v Hanna &lt;b" in captions


def test_the_api_has_the_turns_and_who_speaks_each_segment(client: FlaskClient) -> None:
    talk = client.get("/api/v1/talks/the-session").get_json()
    assert talk["session"] is True
    assert [turn["voice"] for turn in talk["turns"]] == ["hanna-b-host", "ada-example", "unknown-1"]
    assert [part["speaker"] for part in talk["transcript"]["segments"]] == [
        "hanna-b-host",
        "ada-example",
        None,
    ]


def test_who_speaks_in_a_session_has_a_page_and_is_found(client: FlaskClient) -> None:
    assert "The session" in client.get("/speakers/ada-example").text
    found = client.get("/api/v1/search?q=speaker:ada-example+tide").get_json()
    assert found["talks"][0]["moments"][0]["speaker"] == "ada-example"
    other = client.get("/api/v1/search?q=speaker:hanna-b-host+tide").get_json()
    assert other["talks"] == []
    across = client.get('/api/v1/search?q="introduction+thank+you"').get_json()
    assert across["totals"]["occurrences"] == 0, "a phrase leapt from one voice to another"


def test_a_weak_guess_is_shown_as_a_likely_one(home: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(home, tmp_path / "copy"))
    settings = load_settings(home=copy)
    catalog, index = Catalog.open(settings), open_index(copy)
    talk = catalog.talk("the-session")
    guessed = [
        Turn(500, 25_000, "ada-example", "ada-example", 0.58, "machine"),
        Turn(29_500, 36_500, "unknown-1", None, 0.0, "machine"),
    ]
    save_turns(catalog, talk, guessed)
    update(catalog, index)
    index.close()
    catalog.close()
    with opened_app(settings) as app:
        page = app.test_client().get("/talks/the-session").text
        assert page.count('<span class="likely-note">likely</span>') >= 2
        assert 'class="bar-likely"' in page
        assert "A machine told the voices apart" in page
        assert json.loads(app.test_client().get("/api/v1/talks/the-session").text)["turns"][0][
            "likely"
        ]


def test_a_talk_of_one_speaker_has_no_band(home: Path, tmp_path: Path) -> None:
    own = tmp_path / "one"
    clip = str(SAMPLE / "amber.mp4")
    given = ["--title", "One", "--speaker", "Ada Example", "--no-transcribe"]
    assert run(["--home", str(own), "ingest", clip, *given]) == 0
    with opened_app(load_settings(home=own)) as app:
        page = app.test_client().get("/talks/one").text
    assert "Who spoke when" not in page
