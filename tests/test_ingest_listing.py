"""Playlists, channels, feeds and pages with several clips: which entries are wanted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from loopback import File, Loopback, Page, Status, feed_of, loopback, page_of_clips

from archive.errors import DownloadRefused, NetworkFailed
from ingest.downloads.listing import Entry, Listed, Listing, Wanted, flat, listed, select_entries
from ingest.downloads.site_info import Description
from ingest.downloads.ytdlp import archive_key, describe, look
from ingest.sources import identify

__all__ = ["loopback"]

DATA = b"x" * 5000
SINCE = date(2024, 1, 1)


def _look(address: str, **given: Any) -> Listing:
    found = look(address, **given)
    assert isinstance(found, Listing)
    return found


def _feed(loopback: Loopback) -> str:
    items = [
        ("Tides and Moons", loopback.play("/1.mp4", File(DATA)), "Mon, 02 Sep 2024 10:00:00 GMT"),
        ("[Private video]", loopback.play("/2.mp4", File(DATA)), ""),
        ("Über Gezeiten", loopback.play("/3.mp4", File(DATA)), "Mon, 04 Sep 2023 10:00:00 GMT"),
        ("Moons again", loopback.play("/4.mp4", File(DATA)), ""),
        ("Tides and Moons", loopback.play("/1.mp4", File(DATA)), "Mon, 02 Sep 2024 10:00:00 GMT"),
    ]
    return loopback.play("/feed", feed_of("Talks", items))


def test_a_page_with_three_clips_is_a_listing_of_three(loopback: Loopback) -> None:
    clips = ["/a.mp4", "/b.mp4?part=2", "/c.mp4"]
    found = _look(loopback.play("/page", page_of_clips("Workshop", clips)))
    assert found.title == "Workshop"
    assert [entry.address for entry in found.entries] == [loopback.address + clip for clip in clips]
    assert [entry.title for entry in found.entries] == [f"Workshop ({n})" for n in (1, 2, 3)]
    # Only the page was asked for.
    assert [asked.path for asked in loopback.asked] == ["/page"]


def test_a_page_with_one_clip_is_that_clip(loopback: Loopback) -> None:
    found = look(loopback.play("/page", page_of_clips("On Tides", ["/a.mp4"])))
    assert isinstance(found, Description)
    assert found.title == "On Tides"


def test_an_entry_has_the_key_that_its_address_has_everywhere(
    loopback: Loopback, tmp_path: Path
) -> None:
    page = page_of_clips("Workshop", ["/a.mp4", "/b.mp4#t=5"])
    embeds = Page(
        "<html><title>Talks</title>"
        '<iframe src="https://www.youtube.com/embed/BaW_jenozKc"></iframe>'
        '<iframe src="https://player.vimeo.com/video/56015672"></iframe></html>'
    )
    entries = [
        *_look(loopback.play("/page", page)).entries,
        *_look(_feed(loopback)).entries,
        *_look(loopback.play("/embeds", embeds)).entries,
    ]
    assert len(entries) == 7
    for entry in entries:
        assert entry.key == identify(entry.address, tmp_path).key
    assert "youtube:BaW_jenozKc" in [entry.key for entry in entries]


def test_a_feed_is_a_listing_without_its_placeholders_and_repeats(loopback: Loopback) -> None:
    found = _look(_feed(loopback))
    assert [entry.title for entry in found.entries] == [
        "Tides and Moons",
        "Über Gezeiten",
        "Moons again",
    ]
    assert [entry.published_on for entry in found.entries] == [
        date(2024, 9, 2),
        date(2023, 9, 4),
        None,
    ]
    assert found.unavailable == 1
    assert len(loopback.asked) == 1


@pytest.mark.parametrize(
    ("match", "titles"),
    [
        ("MOON", ["Tides and Moons", "Moons again"]),
        ("moons tides", ["Tides and Moons"]),
        ("uber", ["Über Gezeiten"]),
        ("nothing", []),
        ("  ", ["Tides and Moons", "Über Gezeiten", "Moons again"]),
        (".*", []),
    ],
)
def test_match_wants_every_word_in_the_title_whatever_its_case_and_accents(
    loopback: Loopback, match: str, titles: list[str]
) -> None:
    assert [entry.title for entry in _look(_feed(loopback), match=match).entries] == titles


def test_since_goes_by_the_listing_and_asks_only_where_it_says_nothing(
    loopback: Loopback,
) -> None:
    found = _look(_feed(loopback), since=SINCE)
    # The last entry is asked; a file on a server does not say when the talk was given.
    assert [entry.title for entry in found.entries] == ["Tides and Moons", "Moons again"]
    assert [asked.path for asked in loopback.asked] == ["/feed", "/4.mp4"]


def test_what_is_gone_when_it_is_asked_is_counted_and_a_broken_network_is_said(
    loopback: Loopback,
) -> None:
    address = _feed(loopback)
    loopback.play("/4.mp4", Status(404))
    assert _look(address, since=SINCE).unavailable == 2
    loopback.play("/4.mp4", Status(503))
    with pytest.raises(NetworkFailed, match=r"4\.mp4 answered 503"):
        look(address, since=SINCE)


def test_known_entries_are_passed_over_and_not_asked_about(loopback: Loopback) -> None:
    address = _feed(loopback)
    known = [entry.key for entry in _look(address).entries if "1" in entry.key or "4" in entry.key]
    loopback.asked.clear()
    found = _look(address, known=[loopback.address + "/4.mp4"], since=SINCE)
    assert [entry.title for entry in found.entries] == ["Tides and Moons"]
    assert found.known == 1
    assert [asked.path for asked in loopback.asked] == ["/feed"]
    assert known


def test_the_same_limit_asked_again_means_the_same_entries(loopback: Loopback) -> None:
    address = _feed(loopback)
    first = _look(address, limit=2)
    assert len(first.entries) == 2
    again = _look(address, limit=2, known=[entry.key for entry in first.entries])
    assert (again.entries, again.known) == ((), 2)


def _entries(count: int, read: list[int]) -> Iterator[Listed]:
    for number in range(count):
        read.append(number)
        day = date(2024, 6, 1) - timedelta(days=30 * number)
        address = f"https://talks.example/{number}"
        yield Listed(Entry(address, address, f"Talk {number}", None), day)


def test_no_more_of_a_long_listing_is_read_than_the_limit_needs() -> None:
    read: list[int] = []
    asked: list[str] = []

    def ask(entry: Entry) -> date | None:
        asked.append(entry.title)
        return date(2024, 5, 1)

    found = select_entries("T", _entries(10**9, read), Wanted(limit=5), ask)
    assert (len(found.entries), len(read), asked) == (5, 5, [])


def test_a_rough_date_spares_the_site_questions_about_what_is_surely_older() -> None:
    asked: list[str] = []

    def ask(entry: Entry) -> date | None:
        asked.append(entry.title)
        return date(2023, 12, 31) if entry.title == "Talk 1" else date(2024, 5, 1)

    found = select_entries("T", _entries(100, []), Wanted(since=SINCE), ask)
    assert asked == [f"Talk {number}" for number in range(6)]
    assert [entry.title for entry in found.entries] == [
        f"Talk {number}" for number in (0, 2, 3, 4, 5)
    ]


class _Tabs:
    """yt-dlp as far as a channel's tabs need it: what is at an address, and how listings go on."""

    def __init__(self, **listings: dict[str, Any]) -> None:
        self.listings = listings
        self.asked: list[str] = []

    def extract_info(self, address: str, **_given: object) -> dict[str, Any]:
        self.asked.append(address)
        return self.listings[address]

    def get_info_extractor(self, name: str) -> Any:
        from yt_dlp.extractor import get_info_extractor

        return get_info_extractor(name)

    def plain_address(self, address: str) -> str:
        return address


def test_the_tabs_of_a_channel_are_read_one_after_the_other() -> None:
    def clip(name: str, **more: object) -> dict[str, Any]:
        url = f"https://www.youtube.com/watch?v={name}"
        return {"_type": "url", "ie_key": "Youtube", "url": url, "title": name, **more}

    def tab(name: str) -> dict[str, Any]:
        return {"_type": "url", "ie_key": "YoutubeTab", "url": name}

    site = _Tabs(
        videos={"_type": "playlist", "entries": [clip("aaaaaaaaaaa", timestamp=1725271200)]},
        streams={"_type": "playlist", "entries": [tab("videos"), clip("bbbbbbbbbbb")]},
    )
    channel = {"_type": "playlist", "entries": [tab("videos"), None, tab("streams")]}
    found = flat(site, channel)
    first = listed(site, next(found), channel, archive_key)
    assert site.asked == ["videos"]
    assert first.entry is not None
    # YouTube's listings say only how long ago, so the day is no date of the talk.
    assert (first.entry.key, first.entry.published_on) == ("youtube:aaaaaaaaaaa", None)
    assert first.newest == date(2024, 9, 4)
    assert [entry["title"] for entry in found] == ["aaaaaaaaaaa", "bbbbbbbbbbb"]


def test_a_listing_of_listings_without_end_ends() -> None:
    endless: dict[str, Any] = {"_type": "playlist"}
    endless["entries"] = [endless]
    assert list(flat(_Tabs(), endless)) == []


def test_an_entry_of_another_scheme_counts_as_not_to_be_had(loopback: Loopback) -> None:
    clips = ["/a.mp4", "rtmp://127.0.0.1/b.mp4", "file:///etc/hostname", "ftp://127.0.0.1/c.mp4"]
    found = _look(loopback.play("/page", page_of_clips("W", clips)))
    assert [entry.address for entry in found.entries] == [loopback.address + "/a.mp4"]
    assert found.unavailable == 3


def test_one_clip_is_not_taken_from_among_several(loopback: Loopback) -> None:
    with pytest.raises(DownloadRefused, match="holds several clips"):
        describe(_feed(loopback))
    one = feed_of("F", [("Only", loopback.play("/o.mp4", File(DATA)), "")])
    assert describe(loopback.play("/one", one)).title == "Only"
    with pytest.raises(DownloadRefused, match="page without a video"):
        describe(loopback.play("/none", feed_of("F", [])))
