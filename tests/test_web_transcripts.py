"""The transcript to take away, and a long one in parts that keep each page small."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import Run
from flask.testing import FlaskClient
from web_seed import EVENT, opened_app, seed, segments_of, transcribe

from archive.catalog import Catalog
from archive.programme import SpeakerEntry, TalkEntry, save_programme
from archive.settings import Settings, load_settings
from archive.turn_rows import save_turns
from archive.types import Track, Turn
from archive.work.captions import save_captions

LIMIT = 100_000


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return seed(tmp_path_factory.mktemp("home"), indexed=False)


@pytest.fixture
def client(archive: Settings) -> Iterator[FlaskClient]:
    with opened_app(archive) as app:
        yield app.test_client()


@pytest.fixture(scope="module")
def long_archive(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """One talk of 12,000 words in 80 minutes."""
    settings = seed(tmp_path_factory.mktemp("long"), indexed=False)
    catalog = Catalog.open(settings)
    text = " ".join(f"Sentence number {n} speaks of many tides." for n in range(1715))
    transcribe(catalog, catalog.talk("gauges").id, segments_of(text, to_ms=4_800_000))
    catalog.close()
    return settings


@pytest.mark.parametrize(
    ("form", "begins", "mime"),
    [
        ("vtt", "WEBVTT\n", "text/vtt"),
        ("srt", "1\n00:00:00,600 --> ", "application/x-subrip"),
        ("txt", "Ada Example:\nWelcome", "text/plain"),
        ("md", "# How the Moon Moves the Sea\n\n- Ada Example, Director", "text/markdown"),
        ("json", '{"talk": "moon-moves-sea"', "application/json"),
    ],
)
def test_a_transcript_is_taken_away_in_each_form(
    client: FlaskClient, form: str, begins: str, mime: str
) -> None:
    page = client.get("/talks/moon-moves-sea").text
    assert f'href="/talks/moon-moves-sea/transcript.{form}"' in page
    answer = client.get(f"/talks/moon-moves-sea/transcript.{form}")
    assert answer.mimetype == mime
    assert answer.text.startswith(begins)
    assert f"moon-moves-sea.{form}" in answer.headers["Content-Disposition"]
    again = client.get(answer.request.path, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_vtt_carries_who_speaks(client: FlaskClient) -> None:
    assert "<v Ada Example>Welcome" in client.get("/talks/moon-moves-sea/transcript.vtt").text


def test_markdown_is_paragraphs_with_linked_times(client: FlaskClient) -> None:
    text = client.get("/talks/moon-moves-sea/transcript.md").text
    assert "- Transcript 1: by a machine (faster-whisper, base)" in text
    paragraphs = re.findall(r"^\[(\d+:\d\d)\]\((http://localhost/talks/[^)]+)\) \w", text, re.M)
    assert paragraphs[0] == ("0:00", "http://localhost/talks/moon-moves-sea?t=0.6")
    assert len(paragraphs) == 1


def test_markdown_escapes_what_people_wrote(tmp_path: Path) -> None:
    settings = load_settings(home=tmp_path / "home")
    catalog = Catalog.open(settings)
    talk = TalkEntry("# *Bold* [link](x)", slug="bold", speakers=(SpeakerEntry("A_b_ <i>"),))
    (talk_id,) = save_programme(catalog, EVENT, [talk]).talk_ids
    save_captions(catalog, talk_id, segments_of("1. one <b> `two`"), language="en", file="x.vtt")
    catalog.close()
    with opened_app(settings) as app:
        text = app.test_client().get("/talks/bold/transcript.md").text
    assert text.startswith(r"# \# \*Bold\* \[link\](x)")
    assert r"- A\_b\_ \<i\>" in text
    assert r") 1\. one \<b\> \`two\`" in text


def test_the_command_writes_markdown_too(podium: Run, tmp_path: Path) -> None:
    (tmp_path / "a.vtt").write_text("WEBVTT\n\n00:01.000 --> 00:03.000\nLanterns guide ships.\n")
    (tmp_path / "m.toml").write_text(
        '[event]\ntitle = "Days"\n[[talks]]\ntitle = "On Lanterns"\ncaptions = "a.vtt"\n'
    )
    assert podium("ingest", str(tmp_path / "m.toml"))[0] == 0
    status, out, _ = podium("export", "on-lanterns", "--format", "md")
    assert status == 0
    assert out.startswith("# On Lanterns\n")
    assert "[0:01](http://127.0.0.1:8000/talks/on-lanterns?t=1) Lanterns guide ships." in out


def test_a_talk_of_12000_words_is_a_small_page_in_every_part(long_archive: Settings) -> None:
    with opened_app(long_archive) as app:
        client = app.test_client()
        words = client.get("/talks/gauges/words.json").json or {}
        assert len(words["words"]) == 12_005
        sizes, lines = [], 0
        for part in (1, 2, 3):
            answer = client.get(f"/talks/gauges?part={part}")
            found = re.search(r'data-part="(\d)" data-parts="(\d)"', answer.text)
            assert found is not None
            if found[1] != str(part):
                break
            sizes.append(len(answer.data))
            lines += len(re.findall(r'<p(?: class="[^"]*")?><a href="\?t=', answer.text))
        assert max(sizes) < LIMIT
        assert lines == len(words["segments"])
        assert 'href="/talks/gauges?part=2"' in client.get("/talks/gauges").text


def test_without_scripts_the_page_holds_the_words_at_its_second(long_archive: Settings) -> None:
    with opened_app(long_archive) as app:
        client = app.test_client()
        answer = client.get("/talks/gauges?t=4700")
        # The recording of the sample is shorter, so the player is not sent there.
        assert len(answer.data) < LIMIT
        catalog = Catalog.open(long_archive)
        talk = catalog.talk("turbines")
        transcript = next(
            t for t in catalog.transcripts(catalog.talk("gauges").id) if t.track is Track.ORIGINAL
        )
        save_captions(catalog, talk.id, transcript.segments, language="en", file="long.vtt")
        catalog.close()
        page = client.get("/talks/turbines?t=4700").text
        assert re.search(r"<mark>[^<]+</mark>", page)
        assert 'data-part="2"' in page
        assert "Sentence number 1679" in re.sub(r"</?mark>", "", page)


def test_a_part_alone_is_lines_for_the_page(long_archive: Settings) -> None:
    with opened_app(long_archive) as app:
        client = app.test_client()
        answer = client.get("/talks/gauges/lines/2")
        assert answer.text.strip().startswith('<p><a href="?t=')
        assert "<html" not in answer.text
        assert client.get("/talks/gauges/lines/9").status_code == 404
        assert client.get("/talks/harbours/lines/1").status_code == 404


def test_json_is_what_the_command_writes(client: FlaskClient, archive: Settings) -> None:
    document = json.loads(client.get("/talks/moon-moves-sea/transcript.json").text)
    assert set(document) == {"talk", "track", "language", "engine", "model", "segments"}
    assert client.get("/talks/moon-moves-sea/transcript.vtt?track=english").status_code == 404


def test_a_session_of_many_turns_is_a_small_page(tmp_path: Path) -> None:
    settings = seed(tmp_path / "home", indexed=False)
    catalog = Catalog.open(settings)
    talk = catalog.talk("moon-moves-sea")
    step_ms = 100
    told = [
        Turn(n * step_ms, (n + 1) * step_ms, f"unknown-{n % 3 + 1}", score=0.5, source="machine")
        for n in range(390)
    ]
    save_turns(catalog, talk, told)
    catalog.close()
    with opened_app(settings) as app:
        client = app.test_client()
        page = client.get("/talks/moon-moves-sea")
        assert len(page.data) < LIMIT
        assert 'href="/talks/moon-moves-sea/turns"' in page.text
        first = client.get("/talks/moon-moves-sea/turns").text
        assert first.count('<th scope="row">') == 300
        assert 'rel="next"' in first
        assert client.get("/talks/moon-moves-sea/turns?page=2").text.count('<th scope="row">') == 90
        assert client.get("/talks/turbines/turns").status_code == 404
