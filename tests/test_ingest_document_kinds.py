"""A document is known by what is in it, whatever it is called."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_ingest_web_document import PAGE

from ingest.programmes.document_kinds import kind_of

DATA = Path(__file__).parent / "data"
RSS = (DATA / "feeds" / "podcast.xml").read_bytes()
ATOM = (DATA / "feeds" / "channel.xml").read_bytes()


@pytest.mark.parametrize(
    ("content", "mime_type", "name", "kind"),
    [
        (PAGE, "text/plain", "", "page"),
        (PAGE, "application/xhtml+xml", "", "page"),
        (
            b"<?xml version='1.0'?>\n<!-- x --><html xmlns='http://www.w3.org/1999/xhtml'/>",
            "",
            "",
            "page",
        ),
        (b"<p>A piece of a page", "text/plain", "notes.txt", "page"),
        (PAGE.decode().encode("utf-16"), "", "", "page"),
        (b"1. Ada Example | Folder<br>How maps fold", "text/html", "", "page"),
        (
            b"1. Ada Example | Folder\nHow maps fold < how they do not",
            "text/html",
            "x.html",
            "text",
        ),
        (b"1. Ada Example | Folder\nHow maps fold", "text/plain", "", "text"),
        (b"[Draft] Programme\n1. Ada Example", "", "", "text"),
        ("1. Bæ Sample".encode("latin-1"), "", "p.txt", "text"),
        (RSS, "text/html", "feed.html", "feed"),
        (b"\n\n" + RSS, "text/plain", "", "feed"),
        (ATOM, "application/xml", "", "feed"),
        ((DATA / "feeds" / "old.rdf").read_bytes(), "application/rdf+xml", "", "feed"),
        (b"<rdf:RDF xmlns:rdf='x'><foaf/></rdf:RDF>", "application/rdf+xml", "", "other"),
        ((DATA / "schedules" / "frab.xml").read_bytes(), "text/html", "", "schedule"),
        ((DATA / "schedules" / "pretalx.xml").read_bytes(), "text/plain", "", "schedule"),
        ((DATA / "schedules" / "pretalx.json").read_bytes(), "text/html", "", "schedule"),
        (b"<schedule><bus/></schedule>", "application/xml", "schedule.xml", "other"),
        (b'{"talks": []}', "application/json", "schedule.json", "other"),
        (b'{"schedule": {"conference": []}}', "application/json", "", "other"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml", "", "other"),
        (b"<MPD xmlns='urn:mpeg:dash:schema:mpd:2011'/>", "application/dash+xml", "", "other"),
        (b"WEBVTT\n\n00:00.000 --> 00:01.000\nHi", "text/plain", "", "other"),
        (b"#EXTM3U\n", "text/plain", "", "other"),
        (b"body { color: red }", "text/css", "", "other"),
        (b"%PDF-1.7\n", "text/html", "", "other"),
        (b"\0\0\0\x20ftypisom", "text/html", "a.html", "other"),
        (b"", "text/html", "", "other"),
    ],
)
def test_a_document_is_known_by_what_is_in_it(
    content: bytes, mime_type: str, name: str, kind: str
) -> None:
    assert kind_of(content, mime_type, name) == kind


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_bytes_are_of_some_kind(content: bytes) -> None:
    assert kind_of(content, "text/html", "") in ("page", "feed", "schedule", "text", "other")


@pytest.mark.parametrize(
    "content", [b"<!--" * 500_000, b"<?" * 500_000, b"[" * 2_000_000, b"<!DOCTYPE x [" * 200_000]
)
def test_hostile_beginnings_are_judged_soon(content: bytes) -> None:
    started = time.monotonic()
    assert kind_of(content, "", "") in ("text", "other", "page")
    assert time.monotonic() - started < 2
