"""The pages as a browser without scripts gets them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from web_seed import opened_app, seed, segments_of, transcribe

from archive.catalog import Catalog
from archive.programme import EventEntry, SpeakerEntry, TalkEntry, save_programme
from archive.settings import load_settings
from archive.work.captions import save_captions


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    with opened_app(seed(tmp_path_factory.mktemp("home"))) as app:
        yield app.test_client()


def _text(html: str) -> str:
    """What a person reads of a page: no markup, single blanks."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def test_home_offers_the_box_people_and_newest_talks(client: FlaskClient) -> None:
    page = client.get("/").text
    assert 'name="q"' in page
    assert "Ada Example" in page
    assert 'href="/talks/moon-moves-sea"' in page
    assert "7 talks by 4 speakers at 1 event" in _text(page)


def test_the_example_queries_of_home_have_hits(client: FlaskClient) -> None:
    page = client.get("/").text
    examples = re.search(r'<p class="examples">(.*?)</p>', page, re.DOTALL)
    assert examples is not None
    links = [unescape(link) for link in re.findall(r'href="([^"]+)"', examples[1])]
    assert len(links) == 3
    for link in links:
        assert 'class="hit"' in client.get(link).text, link


def test_home_keeps_work_failures_and_waiting_apart(client: FlaskClient) -> None:
    page = client.get("/").text
    assert "1 waits for its recording" in page
    work = page[page.index("Work in progress") :]
    assert "What the Gauges Remember" in work
    assert "state-failed" in work
    assert "Harbours That Breathe" not in work


def test_an_empty_archive_says_how_to_bring_the_first_talk(tmp_path: Path) -> None:
    with opened_app(load_settings(home=tmp_path / "home")) as app:
        client = app.test_client()
        assert "podium ingest" in client.get("/").text
        for address in ("/search", "/search?q=tide", "/speakers", "/events"):
            assert client.get(address).status_code == 200, address


def test_hits_are_grouped_by_talk_with_moments_that_open_at_the_word(client: FlaskClient) -> None:
    page = client.get('/search?q="spring tide"').text
    assert page.count('class="hit"') == 1
    assert "How the Moon Moves the Sea" in page
    assert re.search(r'href="/talks/moon-moves-sea\?t=[0-9.]+"', page)
    assert re.search(r"<mark>spring( tide|</mark> <mark>tide)</mark>", page)


def test_hits_of_the_programme_stand_apart(client: FlaskClient) -> None:
    page = client.get("/search?q=locks").text
    assert "In the programme" in page
    assert "<mark>locks</mark>" in page
    assert "?t=" not in page


def test_coverage_is_one_line_that_keeps_waiting_and_failed_apart(client: FlaskClient) -> None:
    text = _text(client.get("/search?q=tide").text)
    assert re.search(r"Searched \d of 7 talks; 1 waits for a recording, .*1 failed\.", text)


def test_an_empty_answer_names_what_was_not_searched(client: FlaskClient) -> None:
    page = client.get("/search?q=xylophone").text
    assert "Nothing found" in page
    assert "Harbours That Breathe" in page
    assert "Salt in the Fields" in page


def test_facets_are_links_with_counts_and_can_be_taken_away(client: FlaskClient) -> None:
    page = client.get("/search?q=the").text
    assert "speaker=ada-example" in page
    narrowed = client.get("/search?q=the&speaker=ada-example").text
    assert "remove this filter" in narrowed
    assert "Turbines in a Tidal Race" not in narrowed


def test_pages_of_results_follow_each_other(client: FlaskClient) -> None:
    first = client.get("/search?q=the&limit=1").text
    assert 'rel="next"' in first
    assert "offset=1" in first
    assert 'rel="prev"' in client.get("/search?q=the&limit=1&offset=1").text
    assert "There are no more results" in client.get("/search?q=the&offset=500").text


def test_the_talk_page_marks_the_word_that_its_address_names(client: FlaskClient) -> None:
    words = client.get("/talks/moon-moves-sea/words.json").json
    assert words is not None
    number = words["words"].index(" Fundy")
    at = words["starts_ms"][number] // 10 / 100
    page = client.get(f"/talks/moon-moves-sea?t={at}").text
    assert "<mark>Fundy</mark>" in page
    assert page.count("<mark>") == 1
    opened = re.search(r'/media#t=([0-9.]+)"', page)
    assert opened is not None
    assert float(opened[1]) == pytest.approx(at - 0.4)


def test_every_line_of_the_transcript_links_to_its_time(client: FlaskClient) -> None:
    page = client.get("/talks/moon-moves-sea").text
    lines = re.findall(r'<p><a href="\?t=([0-9.]+)">', page)
    assert len(lines) >= 4
    assert [float(t) for t in lines] == sorted(float(t) for t in lines)


def test_a_talk_is_searched_within_itself(client: FlaskClient) -> None:
    page = client.get("/talks/moon-moves-sea?q=moon").text
    assert page.count('class="moment"') == 4
    assert "Not said in this talk" in client.get("/talks/moon-moves-sea?q=xylophone").text


def test_a_waiting_talk_shows_its_entry_and_the_command_that_brings_its_clip(
    client: FlaskClient,
) -> None:
    page = client.get("/talks/harbours").text
    assert "<code>podium ingest CLIP --talk harbours</code>" in page
    assert "Gates, locks and the people who open them." in page
    assert "failed" not in page
    assert "<video" not in page


def test_a_failed_talk_says_why_and_what_to_do(client: FlaskClient) -> None:
    text = _text(client.get("/talks/salt").text)
    assert "answered 403" in text
    assert "podium ingest URL --talk salt" in text
    assert "podium retry salt" in text


def test_a_talk_in_work_says_how_far_it_is_and_that_its_language_is_a_guess(
    client: FlaskClient,
) -> None:
    text = _text(client.get("/talks/gauges").text)
    assert "Transcribed up to 0:20" in text
    assert "English (guessed, in doubt: 62 % sure)" in text


def test_a_talk_without_speech_says_so(client: FlaskClient) -> None:
    assert "No speech was found" in client.get("/talks/silence").text


def test_captions_without_a_recording_say_that_there_is_nothing_to_play(
    client: FlaskClient,
) -> None:
    page = client.get("/talks/turbines").text
    assert "There is nothing to play" in page
    assert "captions that came with the talk" in page
    assert "<video" not in page
    assert "suspension bridge" in page


def test_a_machine_transcript_names_engine_and_model(client: FlaskClient) -> None:
    text = _text(client.get("/talks/moon-moves-sea").text)
    assert "Written by a machine (faster-whisper, model base); nobody has checked it." in text
    assert "English, as the programme states." in text


def test_an_event_lists_its_programme_in_order_with_organisers_and_people(
    client: FlaskClient,
) -> None:
    page = client.get("/events/tidal-days-2031").text
    text = _text(page)
    assert "12–13 May 2031" in text
    assert "City of Exampleton" in text
    assert "Hanna Host , facilitator" in text
    talks = re.findall(r'<h3 class="talk-title"><a href="/talks/([^"]+)"', page)
    assert talks == ["moon-moves-sea", "turbines", "harbours", "salt", "gauges", "silence"]
    assert "waits for a recording" in text


def test_a_speaker_has_other_spellings_posts_and_talks(client: FlaskClient) -> None:
    text = _text(client.get("/speakers/ada-example").text)
    assert "Also written Example Ada" in text
    assert "Director, Example Institute of Oceans, Chile" in text
    assert "What the Gauges Remember" in text


def test_hostile_text_is_shown_as_text_on_every_page(tmp_path: Path) -> None:
    evil = "<script>alert('x')</script><img src=x onerror=alert(1)>\"'&amp;"
    settings = load_settings(home=tmp_path / "home")
    catalog = Catalog.open(settings)
    speaker = SpeakerEntry(evil, aliases=(evil + "2",), role=evil, affiliation=evil)
    event = EventEntry(
        evil,
        slug="evil",
        place=evil,
        url="javascript:alert(1)",
        organizers=(evil,),
        people=((evil, evil),),
        summary=evil,
    )
    talk = TalkEntry(evil, slug="evil", description=evil, speakers=(speaker,))
    (talk_id,) = save_programme(catalog, event, [talk]).talk_ids
    spoken = segments_of("tide </span><script>alert(1)</script> <b>bold</b> --> & tide")
    save_captions(catalog, talk_id, spoken, language='en"><script>', file=evil)
    catalog.close()
    with opened_app(settings) as app:
        client = app.test_client()
        speakers = re.findall(r'href="(/speakers/[^"]+)"', client.get("/speakers").text)
        addresses = ["/", "/events", "/events/evil", "/talks/evil?t=1&q=tide", *speakers]
        addresses += ["/search?q=tide", "/search?q=<script>alert('x')</script>", "/search?q=alert"]
        for address in addresses:
            page = client.get(address).text
            assert "<script>" not in page, address
            assert "<img" not in page, address
            assert "<b>" not in page, address
            assert "javascript:" not in page, address
        captions = client.get("/talks/evil/captions.vtt").text
        assert "<script>" not in captions
        assert captions.count("-->") == len(spoken)


def test_a_long_talk_stays_a_small_page(tmp_path: Path) -> None:
    settings = seed(tmp_path / "home", indexed=False)
    catalog = Catalog.open(settings)
    talk = catalog.talk("gauges")
    text = " ".join(f"Sentence number {n} speaks of many tides." for n in range(1700))
    transcribe(catalog, talk.id, segments_of(text, to_ms=4_800_000))
    catalog.close()
    with opened_app(settings) as app:
        page = app.test_client().get("/talks/gauges")
        assert len(page.data) < 100_000


def test_pages_follow_the_catalog(tmp_path: Path) -> None:
    settings = seed(tmp_path / "home", indexed=False)
    with opened_app(settings) as app:
        client = app.test_client()
        assert "Another Talk" not in client.get("/events").text
        catalog = Catalog.open(settings)
        save_programme(catalog, None, [TalkEntry("Another Talk", slug="another")])
        catalog.close()
        assert "Another Talk" in client.get("/events").text
        assert client.get("/talks/another").status_code == 200
