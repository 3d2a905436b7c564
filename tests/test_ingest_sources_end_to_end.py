"""Whatever Podium is pointed at becomes talks with speakers: each kind of source, whole."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from conftest import PROJECT, Run
from loopback import File, Loopback, Page, Status, feed_of, page_of_clips, page_with_tracks
from loopback import loopback as loopback
from test_ingest_media import make_clip
from test_web_terminal import on_a_terminal

from archive.countries import country_name
from archive.programme import SpeakerEntry
from ingest import ingest
from ingest.programmes.manifest import read_manifest

EVENTS = PROJECT / "events"
VTT = "WEBVTT\n\n00:00:00.200 --> 00:00:02.800\nTone after tone after tone\n"
ADA = "Ada Example|President|Institute of Examples|Brazil"


@pytest.fixture(scope="module")
def tones(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    """Three clips that differ."""
    folder = tmp_path_factory.mktemp("tones")
    return [
        make_clip(folder / f"{n}.mp4", video="libx264", seconds=n).read_bytes() for n in (1, 2, 3)
    ]


def talks(podium: Run) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = json.loads(podium("talks", "--json")[1])
    return listed


def names(talk: dict[str, Any]) -> list[str]:
    return [speaker["name"] for speaker in talk["speakers"]]


def clips(site: Loopback, tones: Sequence[bytes]) -> list[str]:
    return [site.play(f"/{n}.mp4", File(tone)) for n, tone in enumerate(tones, start=1)]


def page_of_the_first_event() -> str:
    """The nine keynotes in the very form of their organiser's page."""
    event = read_manifest(EVENTS / "zgc-forum-2020.toml")
    rows = ""
    for talk in event.entries:
        (speaker,) = talk.speakers
        post = f"{speaker.role} of {speaker.affiliation}, {country_name(speaker.country)}."
        rows += (
            f"<p><strong>{talk.number}.{speaker.name}|{post}</strong></p>"
            f"<p>{talk.title.replace('&', '&amp;')}</p>"
            f'<p><video src="{talk.number}.mp4" controls></video></p>'
        )
    return (
        f"<html><head><title>{event.event.title}</title></head><body><h1>{event.event.title}</h1>"
        "<p>On September 18, 2020, leaders of nine institutions met by video conference.</p>"
        f"{rows}</body></html>"
    )


def test_the_page_of_the_first_event_becomes_its_nine_talks(
    podium: Run, loopback: Loopback, tones: list[bytes], tmp_path: Path
) -> None:
    page = loopback.play("/event/", Page(page_of_the_first_event()))
    for number in range(1, 10):
        loopback.play(f"/event/{number}.mp4", File(tones[number % 3] + b"\0" * number))
    code, manifest, err = podium("ingest", page, "--dry-run")
    assert code == 0, err
    assert talks(podium) == []
    written = tmp_path / "event.toml"
    written.write_text(manifest, encoding="utf-8")
    expected = read_manifest(EVENTS / "zgc-forum-2020.toml")
    for read in (read_manifest(written), expected):
        assert [talk.title for talk in read.entries] == [t.title for t in expected.entries]
    code, out, err = podium("ingest", page, "--no-transcribe")
    assert (code, out.count("not transcribed yet")) == (0, 9), (out, err)
    for talk, entry in zip(talks(podium), expected.entries, strict=True):
        assert names(talk) == [speaker.name for speaker in entry.speakers]
        assert talk["number"] == entry.number
        assert talk["source_url"] == loopback.address + f"/event/{entry.number}.mp4"
        assert [s["country"] for s in talk["speakers"]] == [
            country_name(speaker.country) for speaker in entry.speakers
        ]
    assert podium("ingest", str(written), "--no-transcribe")[0] == 0
    assert len(talks(podium)) == 9, "the corrected manifest is the same event"


def test_a_page_of_clips_without_speakers_is_a_list_of_talks_whose_speaker_is_unknown(
    podium: Run, loopback: Loopback, tones: list[bytes]
) -> None:
    page = loopback.play("/all", page_of_clips("All tones", clips(loopback, tones)))
    code, out, err = podium("ingest", page, "--no-transcribe")
    assert (code, out.count("not transcribed yet")) == (0, 3), (out, err)
    assert [names(talk) for talk in talks(podium)] == [[], [], []]
    assert err.count("speaker unknown") == 3
    assert "All tones" in podium("show", talks(podium)[0]["slug"])[1]
    sent = [loopback.sent(f"/{n}.mp4") for n in (1, 2, 3)]
    assert podium("ingest", page, "--no-transcribe")[0] == 0
    assert [loopback.sent(f"/{n}.mp4") for n in (1, 2, 3)] == sent, "nothing is fetched twice"
    assert len(talks(podium)) == 3


def test_of_a_feed_only_what_is_asked_for_comes_and_next_time_only_what_is_new(
    podium: Run, loopback: Loopback, tones: list[bytes]
) -> None:
    one, two, three = clips(loopback, tones)
    items = [
        ("On the first tone", one, "Mon, 01 Jan 2029 10:00:00 GMT"),
        ("On the second tone", two, "Thu, 01 Feb 2029 10:00:00 GMT"),
        ("Announcement", three, "Thu, 01 Mar 2029 10:00:00 GMT"),
    ]
    feed = loopback.play("/feed", feed_of("Tones", items[:2]), feed_of("Tones", items))
    asked = ("ingest", feed, "--no-transcribe", "--match", "TÖNE", "--since", "2029-01-15")
    assert podium(*asked)[0] == 0
    assert [talk["title"] for talk in talks(podium)] == ["On the second tone"]
    assert podium("ingest", feed, "--no-transcribe", "--limit", "2")[0] == 0
    assert sorted(t["title"] for t in talks(podium)) == ["Announcement", "On the second tone"]
    assert loopback.sent("/1.mp4") == 0
    assert len([a for a in loopback.asked_for("/2.mp4") if a.method == "GET"]) <= 2


def test_a_schedule_becomes_its_event(podium: Run, loopback: Loopback) -> None:
    text = (PROJECT / "tests" / "data" / "schedules" / "pretalx.json").read_text(encoding="utf-8")
    address = loopback.play("/schedule.json", Page(text, "application/json"))
    code, out, err = podium("ingest", address, "--match", "patient")
    assert (code, out.split()[0]) == (0, "waiting"), err
    (talk,) = talks(podium)
    assert (talk["title"], names(talk), talk["language"]) == (
        "Paper is patient",
        ["Ada Example"],
        "de",
    )


def test_a_known_name_in_the_title_is_offered_and_never_assumed(
    podium: Run, loopback: Loopback, tones: list[bytes], tmp_path: Path
) -> None:
    first, second, _ = clips(loopback, tones)
    assert podium("ingest", first, "--speaker", ADA, "--title", "One", "--no-transcribe")[0] == 0
    page = loopback.play(
        "/watch", Page(f"<title>Ada Example on tones</title><video src='{second}'></video>")
    )
    code, _, err = podium("ingest", page, "--no-transcribe")
    assert code == 0
    (unknown,) = [talk for talk in talks(podium) if talk["title"] == "Ada Example on tones"]
    assert names(unknown) == []
    assert "perhaps Ada Example" in err
    command = re.search(r"If so: podium (.+)", err)
    assert command is not None
    assert podium(*shlex.split(command[1]))[0] == 0
    assert names(next(t for t in talks(podium) if t["slug"] == unknown["slug"])) == ["Ada Example"]


def test_at_a_terminal_the_person_says_whether_it_is_the_likely_one(
    podium: Run, loopback: Loopback, tones: list[bytes]
) -> None:
    first, second, _ = clips(loopback, tones)
    assert podium("ingest", first, "--speaker", ADA, "--title", "One", "--no-transcribe")[0] == 0
    page = loopback.play(
        "/watch", Page(f"<title>Tones, by Ada Example</title><video src='{second}'></video>")
    )
    code, screen = on_a_terminal("ingest", page, "--no-transcribe", answer="y\n")
    assert code == 0, screen
    assert "is the speaker Ada Example?" in screen
    assert [names(talk) for talk in talks(podium)] == [["Ada Example"]] * 2


@pytest.mark.parametrize(
    ("how", "state", "shown"),
    [("prefer", "ready", "captions"), ("also", "transcribe", "captions"), ("never", "x", "")],
)
def test_captions_of_the_source_are_taken_as_the_person_wants_them(
    podium: Run, loopback: Loopback, tones: list[bytes], how: str, state: str, shown: str
) -> None:
    clip = loopback.play("/1.mp4", File(tones[2]))
    track = loopback.play("/en.vtt", Page(VTT, "text/vtt"))
    page = loopback.play("/watch", page_with_tracks("With captions", clip, [("en", track)]))
    code, _, err = podium("ingest", page, "--captions", how, "--no-transcribe")
    assert code == 0, err
    (talk,) = talks(podium)
    transcript = json.loads(podium("show", talk["slug"], "--json")[1])["transcript"]
    assert talk["state"] == (state if how != "never" else "transcribe")
    assert (transcript["origin"] if transcript else "") == shown
    found = json.loads(podium("search", '"after tone after"', "--json")[1])
    assert found["totals"]["talks"] == (0 if how == "never" else 1)


def test_what_lies_beside_a_file_says_what_it_is(
    podium: Run, tones: list[bytes], tmp_path: Path
) -> None:
    (tmp_path / "lecture.mp4").write_bytes(tones[0])
    (tmp_path / "lecture.toml").write_text(
        'title = "On Lectures"\nevent = "days"\nlanguage = "en"\n'
        '[[speakers]]\nname = "Bo Sample"\n',
        encoding="utf-8",
    )
    (tmp_path / "lecture.en.vtt").write_text(VTT, encoding="utf-8")
    chapters = [{"start_time": 0, "title": "Begin"}, {"start_time": 0.5, "title": "End"}]
    (tmp_path / "lecture.info.json").write_text(
        json.dumps({"title": "no", "uploader": "Nobody", "chapters": chapters}), encoding="utf-8"
    )
    code, out, err = podium("ingest", str(tmp_path / "*.mp4"), "--captions", "prefer")
    assert (code, out.split()[0]) == (0, "ready"), (out, err)
    (talk,) = talks(podium)
    assert (talk["title"], talk["event"], names(talk)) == ("On Lectures", "days", ["Bo Sample"])
    shown = json.loads(podium("show", talk["slug"], "--json")[1])
    assert [chapter["start_ms"] for chapter in shown["chapters"]] == [0, 500]
    (tmp_path / "lecture.toml").write_text('title = "On Better Lectures"\n', encoding="utf-8")
    assert podium("ingest", str(tmp_path))[0] == 0
    (talk,) = talks(podium)
    assert (talk["title"], names(talk)) == ("On Better Lectures", ["Bo Sample"])


def test_the_same_clip_by_two_addresses_is_noticed_and_kept_once(
    podium: Run, loopback: Loopback, tones: list[bytes], tmp_path: Path
) -> None:
    addresses = [loopback.play(f"/{name}.mp4", File(tones[0])) for name in ("here", "there")]
    code, _, err = podium("ingest", *addresses, "--no-transcribe")
    assert code == 0
    assert "there: the same clip as here. If they are one talk: podium remove there" in err
    assert len(list((tmp_path / "home" / "media").glob("*/*"))) == 1
    assert podium("remove", "there", "--yes")[0] == 0
    assert podium("check")[:2] == (0, "")
    assert len(list((tmp_path / "home" / "media").glob("*/*"))) == 1


def test_a_refusal_that_passes_is_no_failure_and_one_that_stays_says_why(
    podium: Run, loopback: Loopback, tones: list[bytes]
) -> None:
    passing = loopback.play("/a.mp4", Status(403), Status(429), File(tones[0]))
    gone = loopback.play("/b.mp4", Status(404))
    code, out, _ = podium("ingest", passing, gone, "--no-transcribe")
    assert code == 1
    states = {talk["slug"]: talk for talk in talks(podium)}
    assert states["a"]["state"] == "transcribe"
    assert states["b"]["state"] == "failed"
    assert "404" in states["b"]["reason"]
    assert "podium doctor" in out
    loopback.play("/b.mp4", File(tones[1]))
    assert podium("retry", "b", "--json")[0] in (0, 1)
    assert next(t for t in talks(podium) if t["slug"] == "b")["duration_ms"] > 1500


def test_a_page_that_holds_nothing_says_so(podium: Run, loopback: Loopback, tmp_path: Path) -> None:
    text = "<html><title>Nothing</title><body><p>No talk, no clip.</p></body></html>"
    code, out, _ = podium("ingest", loopback.play("/nothing", Page(text)))
    assert code == 1
    assert "without a video" in out
    (tmp_path / "nothing.html").write_text(text, encoding="utf-8")
    code, _, err = podium("ingest", str(tmp_path / "nothing.html"))
    assert code == 2
    assert "No talk with a speaker" in err


def test_a_script_takes_in_what_the_command_takes_in(tones: list[bytes], tmp_path: Path) -> None:
    (tmp_path / "one.mp4").write_bytes(tones[0])
    told: list[str] = []
    run = ingest(
        tmp_path / "one.mp4",
        home=tmp_path / "scripted",
        speakers=[ADA],
        title="One",
        date="2029-01-01",
        transcribe=False,
        report=lambda progress: told.append(progress.stage),
    )
    assert [(o.slug, o.state.value) for o in run.outcomes] == [("one", "transcribe")]
    assert run.failed == []
    assert "fetch" in told


def test_a_speaker_entry_is_what_a_person_wrote() -> None:
    from archive.fields import parse_speaker

    assert parse_speaker(ADA) == SpeakerEntry(
        "Ada Example", role="President", affiliation="Institute of Examples", country="BR"
    )
