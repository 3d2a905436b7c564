"""Feeds: RSS, Atom, RSS 1.0, podcasts, Media RSS; damaged ones and hostile ones."""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.catalog import Catalog
from archive.errors import BadSource
from archive.programme import save_programme
from archive.types import Chapter
from ingest.programmes.feed import read_feed
from ingest.programmes.manifest import Manifest

FEEDS = Path(__file__).parent / "data" / "feeds"
ADDRESS = "https://pod.example/feeds/all.xml"


@pytest.fixture(scope="module")
def podcast() -> Manifest:
    return read_feed((FEEDS / "podcast.xml").read_bytes(), ADDRESS)


def rss(*items: str, head: str = "<title>Feed</title>") -> bytes:
    inner = "".join(f"<item>{item}</item>" for item in items)
    return f"<rss version='2.0'><channel>{head}{inner}</channel></rss>".encode()


def titles(manifest: Manifest) -> list[str]:
    return [entry.title for entry in manifest.entries]


def test_a_feed_is_an_event_with_its_page_and_summary(podcast: Manifest) -> None:
    event = podcast.event
    assert (event.title, event.url, event.summary) == (
        "Paper Talks",
        "https://pod.example/",
        "Talks about paper.",
    )


def test_entries_with_a_clip_are_talks_the_newest_first(podcast: Manifest) -> None:
    assert titles(podcast) == ["Episode 3: Ähren & Papier", "Episode 2: Glue", "Episode 1: Creases"]


def test_entries_without_a_clip_are_counted_and_left_out(podcast: Manifest) -> None:
    assert "1 entry without a clip was left out." in podcast.doubts
    assert "1 entry with the clip of another was left out." in podcast.doubts


def test_nobody_whom_a_feed_names_becomes_a_speaker(podcast: Manifest) -> None:
    assert all(entry.speakers == () for entry in podcast.entries)


def test_guests_can_be_matched_by_their_names_in_the_description(podcast: Manifest) -> None:
    first = podcast.entries[2]
    assert first.description == "We fold & unfold.\n\n- valley\n\nGuest: Ada Example"
    assert "Host" not in first.description


def test_enclosures_count_from_the_feed_and_keep_their_query(podcast: Manifest) -> None:
    assert podcast.entries[2].source_url == "https://pod.example/feeds/audio/1.mp3?t=123"


def test_film_comes_before_sound(podcast: Manifest) -> None:
    assert podcast.entries[0].source_url == "https://cdn.pod.example/3.mp4"


def test_the_language_is_the_entrys_own_or_the_feeds(podcast: Manifest) -> None:
    assert [entry.language for entry in podcast.entries] == ["de", "en-GB", "en-GB"]


def test_the_day_is_that_of_the_stated_offset(podcast: Manifest) -> None:
    assert podcast.entries[2].given_on == date(2031, 5, 5)


def test_chapters_in_the_feed_are_chapters_of_the_talk(podcast: Manifest) -> None:
    assert podcast.entries[2].chapters == (
        Chapter(0, "Hello"),
        Chapter(90_500, "The valley"),
        Chapter(3_600_000, "The end"),
    )


def test_since_match_and_limit_choose_the_newest_that_fit() -> None:
    content = (FEEDS / "podcast.xml").read_bytes()
    assert titles(read_feed(content, ADDRESS, limit=1)) == ["Episode 3: Ähren & Papier"]
    assert titles(read_feed(content, ADDRESS, limit=0)) == []
    assert titles(read_feed(content, ADDRESS, match="PAPIER ahren")) == [
        "Episode 3: Ähren & Papier"
    ]
    since = read_feed(content, ADDRESS, since=date(2031, 5, 6))
    assert titles(since) == ["Episode 3: Ähren & Papier", "Episode 2: Glue"]
    assert titles(
        read_feed(content, ADDRESS, match="episode", limit=2, since=date(2031, 5, 5))
    ) == [
        "Episode 3: Ähren & Papier",
        "Episode 2: Glue",
    ]


def test_undated_entries_are_kept_under_since_and_said() -> None:
    clip = "<enclosure url='https://cdn.pod.example/u.mp3' type='audio/mpeg'/>"
    manifest = read_feed(rss(f"<title>Undated</title>{clip}"), ADDRESS, since=date(2031, 1, 1))
    assert titles(manifest) == ["Undated"]
    assert "1 entry without a date may be older than 2031-01-01." in manifest.doubts


def test_the_feed_of_a_channel_gives_its_videos_and_not_its_uploader() -> None:
    manifest = read_feed((FEEDS / "channel.xml").read_bytes(), ADDRESS)
    newer, older = manifest.entries
    assert manifest.event.url == "https://www.youtube.com/channel/UCaaaaaaaaaaaaaaaaaaaaaa"
    assert older.source_key == "youtube:abcdefghijk"
    assert older.source_url == "https://www.youtube.com/watch?v=abcdefghijk"
    assert older.given_on == date(2031, 2, 3)
    assert older.description == "How maps fold.\nhttps://maps.example/"
    assert older.speakers == ()
    assert newer.source_key == "youtube:bcdefghijkl"


def test_rss_1_with_media_rss_in_latin_letters_is_read() -> None:
    manifest = read_feed((FEEDS / "old.rdf").read_bytes(), "http://old.example/feed.rdf")
    (entry,) = manifest.entries
    assert (entry.title, entry.language, entry.given_on) == (
        "Le pli répété",
        "fr",
        date(2001, 2, 3),
    )
    assert entry.source_url == "http://old.example/1.mpg"
    assert manifest.event.title == "Old talks"


@pytest.mark.parametrize("stated", ["utf-16", "punycode", "no-such-thing", "utf-7"])
def test_an_encoding_that_cannot_be_is_replaced_by_utf_8(stated: str) -> None:
    item = "<title>Käse</title><enclosure url='https://c.example/1.mp3' type='audio/mpeg'/>"
    manifest = read_feed(f"<?xml version='1.0' encoding='{stated}'?>".encode() + rss(item), ADDRESS)
    assert titles(manifest) == ["Käse"]
    assert "encoding" in manifest.doubts[0]


def test_latin_1_has_the_quotes_that_windows_gives_it() -> None:
    item = b"<title>It\x92s</title><enclosure url='https://c.example/1.mp3' type='audio/mpeg'/>"
    content = b"<?xml version='1.0' encoding='iso-8859-1'?>" + rss("%s").replace(b"%s", item)
    assert titles(read_feed(content, ADDRESS)) == ["It’s"]


def test_atom_enclosures_and_bases_are_read() -> None:
    content = b"""<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en" xml:base="https://a.example/x/">
    <title type="html">&lt;b&gt;Bold&lt;/b&gt; feed</title><subtitle>Sub</subtitle>
    <link href="home"/>
    <entry><title>One</title><id>urn:1</id><updated>2031-01-02T03:04:05Z</updated>
    <link rel="enclosure" type="audio/ogg" href="1.oga"/>
    <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Said.</p></div></content>
    </entry></feed>"""
    manifest = read_feed(content, ADDRESS)
    (entry,) = manifest.entries
    assert (manifest.event.title, manifest.event.summary) == ("Bold feed", "Sub")
    assert manifest.event.url == "https://a.example/x/home"
    assert entry.source_url == "https://a.example/x/1.oga"
    assert (entry.description, entry.language) == ("Said.", "en")


def test_a_damaged_feed_is_read_as_far_as_it_goes_with_a_doubt() -> None:
    manifest = read_feed((FEEDS / "damaged.xml").read_bytes(), ADDRESS)
    assert titles(manifest) == ["First & foremost", "Second"]
    assert manifest.event.title == "Q&A on paper"
    assert manifest.event.summary == "Glue scissors ©"
    assert manifest.entries[0].source_url == "https://cdn.pod.example/get.mp3?a=1&b=2"
    assert "damaged" in manifest.doubts[0]
    assert "line" in manifest.doubts[0]


def test_asked_again_the_same_talks_are_updated_though_clips_and_titles_change(
    catalog: Catalog,
) -> None:
    content = (FEEDS / "podcast.xml").read_bytes()
    before = read_feed(content, ADDRESS)
    first = save_programme(catalog, before.event, before.entries)
    moved = content.replace(b"1.mp3?t=123", b"1.mp3?t=456").replace(b": Glue", b": On glue")
    after = read_feed(moved, ADDRESS + "?fresh=1")
    second = save_programme(catalog, after.event, after.entries)
    assert first.talk_ids == second.talk_ids


def test_clips_that_are_not_of_the_web_are_never_taken() -> None:
    manifest = read_feed(
        rss(
            "<title>a</title><enclosure url='file:///etc/passwd' type='audio/mpeg'/>",
            "<title>b</title><enclosure url='data:audio/mpeg,x' type='audio/mpeg'/>",
            "<title>c</title><enclosure url='http://[x.mp3' type='audio/mpeg'/>",
        ),
        ADDRESS,
    )
    assert manifest.talks == ()
    assert manifest.doubts == ("3 entries without a clip were left out.",)


def test_an_enclosure_of_a_feed_on_disk_is_no_file_beside_it() -> None:
    item = "<title>a</title><enclosure url='secret.mp3' type='audio/mpeg'/>"
    assert read_feed(rss(item), "/tmp/feed.xml").talks == ()


@pytest.mark.parametrize(
    "stated",
    ["not a date", "Mon, 99 Xyz 2031 99:99:99 +9999", "2031-13-45", "0001-01-01T00:00:00+23:59"],
)
def test_odd_dates_are_no_reason_to_fail(stated: str) -> None:
    clip = "<enclosure url='https://cdn.pod.example/{}.mp3' type='audio/mpeg'/>"
    items = [
        f"<title>Odd</title><pubDate>{stated}</pubDate>{clip.format(1)}",
        f"<title>Sound</title><pubDate>Tue, 06 May 2031 10:00:00 GMT</pubDate>{clip.format(2)}",
    ]
    assert titles(read_feed(rss(*items), ADDRESS)) == ["Sound", "Odd"]


@pytest.mark.parametrize(
    "content", [b"", b"<html><body>no</body></html>", b"{}", b"\x00\x01", b"<"]
)
def test_what_is_no_feed_is_said_to_be_none(content: bytes) -> None:
    with pytest.raises(BadSource):
        read_feed(content, ADDRESS)


def test_entities_that_multiply_are_refused_in_damaged_feeds_too() -> None:
    bomb = b"<!DOCTYPE rss [<!ENTITY a 'ha'><!ENTITY b '&a;&a;'>]><rss>&b; & <channel/></rss>"
    with pytest.raises(BadSource, match="declares entities"):
        read_feed(bomb, ADDRESS)


def test_default_values_that_multiply_are_refused() -> None:
    content = b"<!DOCTYPE rss [<!ATTLIST item x CDATA '" + b"x" * 1000 + b"'>]><rss><item/></rss>"
    with pytest.raises(BadSource, match="declares entities"):
        read_feed(content, ADDRESS)


@pytest.mark.parametrize(
    "content",
    [
        rss("<title>" + "<![CDATA[" * 200_000),
        rss("<description>" + "&lt;b " * 200_000 + "</description>"),
        rss("<description>" + "&lt;![CDATA[" * 100_000 + "</description>"),
        rss(*["<a/>"] * 100_000),
        b"<rss>" + b"&" * 2_000_000,
    ],
)
def test_hostile_feeds_end_soon(content: bytes) -> None:
    started = time.monotonic()
    with suppress(BadSource):
        read_feed(content, ADDRESS)
    assert time.monotonic() - started < 10


@given(st.data())
def test_a_feed_with_any_bytes_changed_is_read_or_refused(data: st.DataObject) -> None:
    content = bytearray((FEEDS / "podcast.xml").read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at : at + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=6))
    try:
        manifest = read_feed(bytes(content), ADDRESS)
    except BadSource:
        return
    keys = [entry.source_key for entry in manifest.entries]
    assert len(set(keys)) == len(keys)
    assert all(key.partition(":")[0] in ("http", "https") for key in keys)
