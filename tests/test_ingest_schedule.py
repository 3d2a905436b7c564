"""Schedules of conferences: Frab's and Pretalx's XML and JSON, and hostile ones."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.catalog import Catalog
from archive.errors import BadSource, PodiumError
from archive.programme import TalkEntry, save_programme
from ingest.programmes.manifest import Manifest, ManifestTalk
from ingest.programmes.schedule import read_schedule

SCHEDULES = Path(__file__).parent / "data" / "schedules"
ADDRESS = "https://maps.example/2031/schedule.xml"


@pytest.fixture(scope="module")
def frab() -> Manifest:
    return read_schedule((SCHEDULES / "frab.xml").read_bytes(), ADDRESS)


def talk(manifest: Manifest, title: str) -> ManifestTalk:
    return next(talk for talk in manifest.talks if talk.entry.title.startswith(title))


def of_sessions(*sessions: dict[str, Any], **conference: Any) -> Manifest:
    day = {"date": "2031-05-01", "rooms": {"Atlas": list(sessions)}}
    stated = {"acronym": "mini", "title": "Mini", "days": [day], **conference}
    return read_schedule(json.dumps({"schedule": {"conference": stated}}).encode(), ADDRESS)


def test_the_event_is_what_the_conference_says(frab: Manifest) -> None:
    event = frab.event
    assert (event.title, event.slug) == ("Congress of Folded Maps", "mapcon31")
    assert (event.starts_on, event.ends_on) == (date(2031, 5, 1), date(2031, 5, 2))
    assert event.place == "Paper Hall, Sampletown"
    assert event.url == "https://maps.example/2031/"


def test_talks_come_in_the_order_of_time_over_all_rooms(frab: Manifest) -> None:
    assert [entry.slug for entry in frab.entries] == [
        "mapcon31-14",
        "mapcon31-11",
        "mapcon31-12",
        "mapcon31-21",
        "mapcon31-22",
    ]


def test_a_talk_has_its_subtitle_speakers_and_plain_description(frab: Manifest) -> None:
    entry = talk(frab, "How maps fold").entry
    assert entry.title == "How maps fold: and why they never fold back"
    assert [speaker.name for speaker in entry.speakers] == ["Ada Example", "Bo Sample"]
    assert entry.description == (
        "Creases & corners.\n\nA history of the crease.\n\n- valley\n- mountain"
    )
    assert entry.language == "en"
    assert entry.given_on == date(2031, 5, 1)


def test_the_stated_recording_comes_before_links_and_counts_from_the_schedule(
    frab: Manifest,
) -> None:
    found = talk(frab, "How maps fold")
    assert found.entry.source_url == "https://maps.example/2031/media/11.mp4"
    assert found.doubts == ()


def test_links_that_are_called_a_video_give_the_clip_and_mp4_is_preferred(frab: Manifest) -> None:
    found = talk(frab, "Maps at night")
    assert found.entry.source_url == "https://cdn.maps.example/12.mp4"
    assert found.doubts == ()


def test_after_midnight_is_the_next_day_though_it_stands_in_the_day_before(
    frab: Manifest,
) -> None:
    entry = talk(frab, "Maps at night").entry
    assert entry.given_on == date(2031, 5, 2)
    assert entry.language == "de"


def test_an_opening_without_persons_is_a_talk_and_a_break_is_none(frab: Manifest) -> None:
    titles = [entry.title for entry in frab.entries]
    assert "Opening" in titles
    assert not any("Lunch" in title for title in titles)


def test_a_wrong_language_is_a_doubt_and_not_guessed(frab: Manifest) -> None:
    found = talk(frab, "Opening")
    assert found.entry.language == ""
    assert "klingon-ish" in found.doubts[0]


def test_who_is_not_to_be_recorded_and_what_is_cancelled_is_left_out_and_said(
    frab: Manifest,
) -> None:
    titles = " ".join(entry.title for entry in frab.entries)
    assert "Secret" not in titles
    assert "Rolling" not in titles
    assert any("Secret creases" in doubt and "recorded" in doubt for doubt in frab.doubts)
    assert any("Rolling globes" in doubt and "Cancelled" in doubt for doubt in frab.doubts)


def test_the_same_workshop_given_twice_is_two_talks(frab: Manifest) -> None:
    again = talk(frab, "Fold it yourself (2)")
    assert talk(frab, "Fold it yourself").entry.slug != again.entry.slug
    assert any("more than once" in doubt for doubt in again.doubts)


def test_who_is_to_be_announced_is_no_speaker(frab: Manifest) -> None:
    again = talk(frab, "Fold it yourself (2)")
    assert [speaker.name for speaker in again.entry.speakers] == ["Bo Sample"]
    assert any("'TBA'" in doubt for doubt in again.doubts)


def test_xml_and_json_of_one_conference_are_the_same_talks() -> None:
    one = read_schedule((SCHEDULES / "pretalx.xml").read_bytes(), ADDRESS)
    other = read_schedule((SCHEDULES / "pretalx.json").read_bytes(), ADDRESS)
    assert (one.event.title, one.event.slug) == (other.event.title, other.event.slug)
    first, second = one.entries[0], other.entries[0]
    assert (first.slug, first.title, first.description) == (
        second.slug,
        second.title,
        second.description,
    )
    assert first.slug == "summit-2031-4711"
    assert first.description == "On patience, see the site.\n\nOutline\n\n- one\n- two"
    assert second.speakers[0].affiliation == "Institute of Creases"


def test_a_link_to_a_clip_is_taken_with_a_doubt_and_one_to_a_channel_never() -> None:
    manifest = read_schedule((SCHEDULES / "pretalx.json").read_bytes(), ADDRESS)
    found = talk(manifest, "Ink is not")
    assert found.entry.source_url == "https://media.ccc.de/v/summit-4712-ink"
    assert "media.ccc.de" in found.doubts[0]
    assert "No cameras" not in [entry.title for entry in manifest.entries]


def test_asked_again_with_new_titles_the_same_talks_are_updated(catalog: Catalog) -> None:
    content = (SCHEDULES / "frab.xml").read_bytes()
    before = read_schedule(content, ADDRESS)
    first = save_programme(catalog, before.event, before.entries)
    renamed = content.replace(b"Maps at night", b"Maps in the dark")
    after = read_schedule(renamed, ADDRESS)
    second = save_programme(catalog, after.event, after.entries)
    assert first.talk_ids == second.talk_ids
    assert "Maps in the dark" in {talk.title for talk in catalog.talks()}


def test_two_talks_with_one_recording_do_not_become_one(catalog: Catalog) -> None:
    both = {"recording": {"url": "https://cdn.maps.example/session.mp4"}}
    manifest = of_sessions(
        {"id": 1, "title": "First half", **both}, {"id": 2, "title": "Second half", **both}
    )
    assert [bool(entry.source_url) for entry in manifest.entries] == [True, False]
    assert "First half" in manifest.talks[1].doubts[0]
    assert len(save_programme(catalog, manifest.event, manifest.entries).talk_ids) == 2


def test_two_videos_of_one_playlist_are_two_clips() -> None:
    address = "https://www.youtube.com/watch?list=PLaaaaaaaaaaaaaaaa&v={}&index=2"
    manifest = of_sessions(
        {"id": 1, "title": "One", "video_download_url": address.format("aaaaaaaaaaa")},
        {"id": 2, "title": "Two", "links": [{"url": address.format("bbbbbbbbbbb")}]},
    )
    keys = [entry.source_key for entry in manifest.entries]
    assert keys == ["youtube:aaaaaaaaaaa", "youtube:bbbbbbbbbbb"]


def test_the_day_is_that_of_the_place_whatever_the_offset() -> None:
    manifest = of_sessions(
        {"id": 1, "title": "Late", "date": "2031-05-01T23:30:00-11:00"},
        {"id": 2, "title": "Early", "date": "2031-05-02T00:30:00+13:00"},
    )
    days = {entry.title: entry.given_on for entry in manifest.entries}
    assert days == {"Late": date(2031, 5, 1), "Early": date(2031, 5, 2)}


def test_addresses_that_are_not_of_the_web_are_never_sources() -> None:
    bad = ("file:///etc/passwd", "ftp://maps.example/1.mp4", "javascript:alert(1)", "http://[x.mp4")
    manifest = of_sessions(
        *({"id": n, "title": f"Talk {n}", "video_download_url": url} for n, url in enumerate(bad))
    )
    assert [entry.source_url for entry in manifest.entries] == [""] * len(bad)
    assert all("no web address" in found.doubts[0] for found in manifest.talks)


def test_a_file_on_disk_gives_no_relative_sources() -> None:
    content = b"""<schedule><conference><title>M</title></conference><day date="2031-05-01"><room>
    <event id="1"><title>T</title><video_download_url>secret.mp4</video_download_url></event>
    </room></day></schedule>"""
    assert read_schedule(content, "/tmp/schedule.xml").entries[0].source_url == ""


def test_entities_that_multiply_are_refused() -> None:
    bomb = b"<!DOCTYPE s [<!ENTITY a 'ha'>" + b"".join(
        b"<!ENTITY %c '%s'>" % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)
    )
    content = bomb + b"]><schedule><conference><title>&j;</title></conference></schedule>"
    with pytest.raises(BadSource, match="declares entities"):
        read_schedule(content, ADDRESS)


def test_entities_that_read_files_are_refused(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hush")
    content = (
        f'<!DOCTYPE s [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
        "<schedule><conference><title>&x;</title></conference></schedule>"
    )
    with pytest.raises(BadSource) as refused:
        read_schedule(content.encode(), ADDRESS)
    assert "hush" not in str(refused.value)


def test_a_document_type_on_the_network_is_not_fetched() -> None:
    # The address cannot be resolved; asking for it would raise.
    content = b"""<!DOCTYPE schedule SYSTEM "http://nowhere.invalid/s.dtd"><schedule><conference>
    <title>Calm</title></conference></schedule>"""
    assert read_schedule(content, ADDRESS).event.title == "Calm"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<schedule>",
        b"<schedule/>",
        b"<rss/>",
        b"not a schedule",
        b"{",
        b"[" * 100_000,
        b'{"schedule": []}',
        b'{"schedule": {"conference": []}}',
        b"<schedule>" * 1000,
        b"\xff\xfe\x00",
    ],
)
def test_what_is_no_schedule_is_said_to_be_none(content: bytes) -> None:
    with pytest.raises(BadSource) as refused:
        read_schedule(content, ADDRESS)
    assert refused.value.advice


scraps = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.floats(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)
KEYS = (
    *("id", "code", "guid", "slug", "title", "subtitle", "abstract", "description", "language"),
    *("persons", "links", "recording", "date", "start", "type", "state", "do_not_record"),
)


@given(st.lists(st.dictionaries(st.sampled_from(KEYS), scraps), max_size=4), scraps)
def test_no_values_of_a_wrong_kind_are_more_than_a_bad_source(
    sessions: list[dict[str, object]], other: object
) -> None:
    conference = {
        "title": other,
        "start": other,
        "days": [{"date": other, "rooms": {"A": sessions}}],
    }
    content = json.dumps({"schedule": {"conference": conference, "base_url": other}}).encode()
    try:
        manifest = read_schedule(content, ADDRESS)
    except PodiumError:
        return
    slugs = [entry.slug for entry in manifest.entries]
    assert len(set(slugs)) == len(slugs) <= len(sessions)
    assert all(isinstance(entry, TalkEntry) and entry.title for entry in manifest.entries)
