"""Manifests written as TOML are read back as they were; doubts stand where they belong."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path

import pycountry
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.programme import EventEntry, SpeakerEntry, TalkEntry
from ingest.programmes.manifest import Manifest, ManifestTalk, read_manifest
from ingest.programmes.manifest_text import write_manifest

# Readers hand on texts without blanks around them; reading a manifest takes those off.
_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40).map(
    lambda text: text.strip().strip("\x1c\x1d\x1e\x1f\x85").strip()
)
_NAME = _TEXT.filter(lambda text: text != "" and text == text.strip())
_SLUG = st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,2}", fullmatch=True) | st.just("")
_COUNTRY = st.sampled_from(["", *(country.alpha_2 for country in pycountry.countries)])
_DAY = st.none() | st.dates(date(1900, 1, 1))
_SPEAKER = st.builds(
    SpeakerEntry, name=_NAME, aliases=st.lists(_NAME, max_size=2).map(tuple), role=_TEXT,
    affiliation=_TEXT, affiliation_aliases=st.lists(_NAME, max_size=2).map(tuple),
    country=_COUNTRY,
)  # fmt: skip
_TALK = st.builds(
    TalkEntry, title=_NAME, slug=_SLUG, description=_TEXT, given_on=_DAY,
    language=st.sampled_from(["", "en", "pt-BR"]),
    speakers=st.lists(_SPEAKER, max_size=2).map(tuple),
)  # fmt: skip
_EVENT = st.builds(
    EventEntry, title=_NAME, slug=_SLUG, starts_on=_DAY, ends_on=_DAY, place=_TEXT, url=_TEXT,
    organizers=st.lists(_NAME, max_size=2).map(tuple),
    people=st.lists(st.tuples(_NAME, _TEXT), max_size=2).map(tuple), summary=_TEXT,
)  # fmt: skip
_DOUBT = st.text(max_size=40) | st.sampled_from(["title: a\nb = 1", "source: x", "speakers: y"])


def _distinct(talks: list[tuple[TalkEntry, tuple[str, ...]]]) -> tuple[ManifestTalk, ...]:
    return tuple(
        ManifestTalk(
            replace(entry, number=n, slug=f"{entry.slug}-{n}" if entry.slug else ""), None, d
        )
        for n, (entry, d) in enumerate(talks)
    )


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    event=_EVENT,
    talks=st.lists(st.tuples(_TALK, st.lists(_DOUBT, max_size=2).map(tuple)), max_size=3),
    doubts=st.lists(_DOUBT, max_size=2).map(tuple),
)
def test_what_is_written_is_read_back(
    tmp_path: Path,
    event: EventEntry,
    talks: list[tuple[TalkEntry, tuple[str, ...]]],
    doubts: tuple[str, ...],
) -> None:
    manifest = Manifest(event, _distinct(talks), doubts)
    path = tmp_path / "m.toml"
    path.write_text(write_manifest(manifest), encoding="utf-8", newline="")
    back = read_manifest(path)
    assert back.event == manifest.event
    assert back.entries == manifest.entries


WHOLE = Manifest(
    EventEntry(title="Days", starts_on=date(2024, 5, 1), people=(("Cy Muster", "host"),)),
    (
        ManifestTalk(
            TalkEntry(
                title='On "Examples" \\ and \n more',
                number=1,
                source_url="https://example.org/one.mp4",
                source_key="https://example.org/one.mp4",
                speakers=(SpeakerEntry("Ada Example", country="TR"), SpeakerEntry("Bo Sample")),
            ),
            doubts=("title: two lines", "speakers: role of Bo Sample", "nothing in particular"),
        ),
        ManifestTalk(TalkEntry(title="Waits")),
    ),
    ("starts_on: several days",),
)


def test_comments_stand_above_what_they_are_about() -> None:
    assert write_manifest(WHOLE).splitlines() == [
        "[event]",
        'title = "Days"',
        "# unsure: starts_on: several days",
        "starts_on = 2024-05-01",
        "",
        "[[event.people]]",
        'name = "Cy Muster"',
        'part = "host"',
        "",
        "# unsure: nothing in particular",
        "[[talks]]",
        "number = 1",
        "# unsure: title: two lines",
        r'title = "On \"Examples\" \\ and \n more"',
        'source = "https://example.org/one.mp4"',
        "",
        "[[talks.speakers]]",
        'name = "Ada Example"',
        'country = "Türkiye"',
        "",
        "# unsure: speakers: role of Bo Sample",
        "[[talks.speakers]]",
        'name = "Bo Sample"',
        "",
        "[[talks]]",
        'title = "Waits"',
        "# There is no source: this talk waits for its recording.",
    ]


def test_files_and_captions_are_read_back(tmp_path: Path) -> None:
    clip, captions = tmp_path / "a b.mp4", tmp_path / "c.vtt"
    captions.write_text("WEBVTT\n")
    entry = TalkEntry(title="T", source_url=str(clip), source_key=str(clip))
    manifest = Manifest(EventEntry(title="E"), (ManifestTalk(entry, captions),))
    path = tmp_path / "m.toml"
    path.write_text(write_manifest(manifest), encoding="utf-8")
    assert read_manifest(path).talks == manifest.talks


@pytest.mark.parametrize("doubt", ["a\nb = 2", "a\r\n[event]", "\x00\x1b[31m", "a\u2028b\x85c"])
def test_a_doubt_cannot_add_to_the_document(doubt: str) -> None:
    manifest = Manifest(EventEntry(title="E"), (), (doubt,))
    assert tomllib.loads(write_manifest(manifest)) == {"event": {"title": "E"}}


def test_a_lone_surrogate_is_written_as_a_question_mark() -> None:
    manifest = Manifest(EventEntry(title="E\ud800"), ())
    assert tomllib.loads(write_manifest(manifest)) == {"event": {"title": "E?"}}
