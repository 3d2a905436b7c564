"""Fetching through yt-dlp, from a server on loopback that plays good and bad parts."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from loopback import (
    Endless,
    File,
    Loopback,
    Page,
    Redirect,
    Slow,
    Stalled,
    Status,
    Truncated,
    hls_of,
    loopback,
    page_with_tracks,
)
from test_ingest_media import make_clip

from archive.errors import BadSetting, DownloadRefused, NetworkFailed
from archive.programme import TalkEntry, save_programme
from archive.settings import load_settings
from ingest import stages
from ingest.downloads import options as download_options
from ingest.downloads import ytdlp
from ingest.downloads.patience import persist
from ingest.downloads.ytdlp import Download, fetch
from ingest.media import probe
from ingest.workshop import Workshop

__all__ = ["loopback"]

HALF_FILE_LEFT_OPEN = pytest.mark.filterwarnings("ignore::ResourceWarning")
DATA = bytes(range(256)) * 1000
SIZE = len(DATA)
VTT = Page("WEBVTT\n\n00:00.000 --> 00:01.000\nhello\n", "text/vtt")


def get(address: str, folder: Path, **given: Any) -> Download:
    """Fetch with limits that are out of the way."""
    options: dict[str, Any] = {
        "max_height": 1080,
        "audio_only": False,
        "max_size": 10 * SIZE,
        "max_hours": 1.0,
        "captions": False,
        "progress": lambda _done, _total: None,
    }
    return fetch(address, folder, **{**options, **given})


@pytest.fixture
def half_file() -> Iterator[None]:
    """yt-dlp leaves it to the garbage collector where a fragment is refused; here and now, then."""
    yield
    gc.collect()


def get_patiently(address: str, folder: Path, told: list[str]) -> Download:
    return persist(lambda: get(address, folder), pause_s=0.01, tell=told.append)


def test_a_clip_comes_whole_and_its_progress_ends_at_its_size(
    loopback: Loopback, tmp_path: Path
) -> None:
    seen: list[tuple[int, int | None]] = []
    address = loopback.play("/On%20Tides.mp4", Slow(File(DATA), pause_s=0.02))
    found = get(address, tmp_path, progress=lambda done, total: seen.append((done, total)))
    assert found.path.read_bytes() == DATA
    assert found.path.parent == tmp_path
    assert found.description.title == "On Tides"
    assert seen == sorted(seen)
    assert seen[-1] == (SIZE, SIZE)


def test_a_half_file_is_continued_where_the_server_allows_ranges(
    loopback: Loopback, tmp_path: Path
) -> None:
    address = loopback.play("/a.mp4", Truncated(File(DATA), 100_000))
    with pytest.raises(NetworkFailed, match="broke off"):
        get(address, tmp_path)
    (half,) = tmp_path.glob("*.part")
    held = half.stat().st_size
    assert 0 < held <= 100_000
    loopback.asked.clear()
    loopback.play("/a.mp4", File(DATA))
    assert get(address, tmp_path).path.read_bytes() == DATA
    assert loopback.asked[-1].range == f"bytes={held}-"
    assert loopback.asked[-1].sent == SIZE - held


def test_a_half_file_is_begun_anew_where_the_server_knows_no_ranges(
    loopback: Loopback, tmp_path: Path
) -> None:
    address = loopback.play("/a.mp4", Truncated(File(DATA, ranges=False), 100_000))
    with pytest.raises(NetworkFailed):
        get(address, tmp_path)
    loopback.play("/a.mp4", File(DATA, ranges=False))
    assert get(address, tmp_path).path.read_bytes() == DATA
    assert loopback.asked[-1].range.startswith("bytes=")
    assert (loopback.asked[-1].status, loopback.asked[-1].sent) == (200, SIZE)


def test_half_a_file_of_another_address_is_never_continued(
    loopback: Loopback, tmp_path: Path
) -> None:
    with pytest.raises(NetworkFailed):
        get(loopback.play("/a.mp4", Truncated(File(b"x" * SIZE), 100_000)), tmp_path)
    assert get(loopback.play("/b.mp4", File(DATA)), tmp_path).path.read_bytes() == DATA
    assert {asked.range for asked in loopback.asked_for("/b.mp4")} == {""}


def test_a_connection_that_breaks_is_taken_up_again_by_itself(
    loopback: Loopback, tmp_path: Path
) -> None:
    told: list[str] = []
    broken, whole = Truncated(File(DATA), 100_000), File(DATA)
    # Each try looks at the head first.
    address = loopback.play("/a.mp4", whole, broken, whole, broken, whole)
    assert get_patiently(address, tmp_path, told).path.read_bytes() == DATA
    ranges = [asked.range for asked in loopback.asked_for("/a.mp4") if asked.range]
    assert len(ranges) == 2
    assert int(ranges[1][6:-1]) > int(ranges[0][6:-1]) > 0
    assert told[0] == "broke off, trying again in a moment"


@pytest.mark.parametrize("status", [403, 429, 500, 503])
def test_a_refusal_that_passes_is_met_with_another_try(
    loopback: Loopback, tmp_path: Path, status: int
) -> None:
    told: list[str] = []
    address = loopback.play("/a.mp4", Status(status), File(DATA))
    assert get_patiently(address, tmp_path, told).path.read_bytes() == DATA
    assert told[0].startswith(f"answered {status}, trying again")


@pytest.mark.parametrize(("status", "times"), [(403, 3), (429, 3), (503, 3), (404, 1), (410, 1)])
def test_a_server_that_keeps_refusing_is_asked_three_times_at_most(
    loopback: Loopback, tmp_path: Path, status: int, times: int
) -> None:
    address = loopback.play("/a.mp4", Status(status))
    with pytest.raises((DownloadRefused, NetworkFailed), match=f"answered {status}"):
        get_patiently(address, tmp_path, [])
    assert len(loopback.asked) == times


@HALF_FILE_LEFT_OPEN
@pytest.mark.usefixtures("half_file")
def test_a_refused_segment_of_a_stream_keeps_its_status_and_is_continued(
    loopback: Loopback, tmp_path: Path
) -> None:
    whole = make_clip(tmp_path / "a.ts", form="mpegts").read_bytes()
    middle = len(whole) // 188 // 2 * 188
    first, second = File(whole[:middle], "video/mp2t"), File(whole[middle:], "video/mp2t")
    loopback.play("/0.ts", first)
    loopback.play("/1.ts", Status(429, {"Retry-After": "0"}), second)
    address = loopback.play("/a.m3u8", hls_of(["0.ts", "1.ts"]))
    told: list[str] = []
    found = get_patiently(address, tmp_path / "in", told)
    assert told[0].startswith("answered 429")
    assert found.path.read_bytes() == whole
    assert found.description.duration_ms == 8000
    assert len(loopback.asked_for("/0.ts")) == 1
    assert probe(found.path).audio == "aac"


def test_a_stalled_server_is_given_up(
    loopback: Loopback, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download_options, "SOCKET_TIMEOUT_S", 0.3)
    address = loopback.play("/a.mp4", Stalled(File(DATA), 50_000))
    with pytest.raises(NetworkFailed, match="timed out"):
        get(address, tmp_path)


def test_a_redirect_is_followed_and_a_circle_of_them_ends(
    loopback: Loopback, tmp_path: Path
) -> None:
    loopback.play("/b.mp4", File(DATA))
    address = loopback.play("/a.mp4", Redirect("/b.mp4"))
    assert get(address, tmp_path).path.read_bytes() == DATA
    with pytest.raises(DownloadRefused, match="circle"):
        get(loopback.play("/c.mp4", Redirect("/c.mp4")), tmp_path)
    assert len(loopback.asked_for("/c.mp4")) < 40


def test_picture_and_sound_in_two_files_are_joined(loopback: Loopback, tmp_path: Path) -> None:
    address = two_files(loopback, tmp_path)
    seen: list[tuple[int, int | None]] = []
    found = get(address, tmp_path / "in", progress=lambda done, total: seen.append((done, total)))
    both = probe(found.path)
    assert (both.video, both.audio) == ("h264", "aac")
    sizes = [(tmp_path / name).stat().st_size for name in ("v.mp4", "s.m4a")]
    assert seen[-1][0] == sum(sizes)
    sound = probe(get(address, tmp_path / "sound", audio_only=True).path)
    assert (sound.video, sound.audio) == ("", "aac")


def two_files(loopback: Loopback, folder: Path) -> str:
    video = make_clip(folder / "v.mp4", video="libx264", audio="")
    sound = make_clip(folder / "s.m4a", form="mp4")
    loopback.play("/v.mp4", File(video.read_bytes()))
    loopback.play("/s.m4a", File(sound.read_bytes(), "audio/mp4"))
    files = "".join(
        f'<AdaptationSet mimeType="{kind}"><Representation id="{name}" codecs="{codec}" '
        f'bandwidth="9000"><BaseURL>{name}</BaseURL></Representation></AdaptationSet>'
        for kind, name, codec in (
            ("video/mp4", "v.mp4", "avc1.4d401e"),
            ("audio/mp4", "s.m4a", "mp4a.40.2"),
        )
    )
    return loopback.play(
        "/a.mpd",
        Page(
            '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" '
            f'mediaPresentationDuration="PT3S"><Period duration="PT3S">{files}</Period></MPD>',
            "application/dash+xml",
        ),
    )


def test_captions_come_beside_the_clip(loopback: Loopback, tmp_path: Path) -> None:
    loopback.play("/a.mp4", File(DATA))
    loopback.play("/en.vtt", VTT)
    tracks = [("de", "/de.vtt"), ("en", "/en.vtt")]
    address = loopback.play("/page", page_with_tracks("On Tides", "/a.mp4", tracks))
    found = get(address, tmp_path, captions=True, language="en-GB")
    (caption,) = found.captions
    assert (caption.language, caption.automatic) == ("en", False)
    assert caption.path.parent == tmp_path
    assert caption.path.read_text() == VTT.text
    assert found.description.title == "On Tides"
    assert loopback.asked_for("/de.vtt") == []
    assert get(address, tmp_path / "none", language="en").captions == ()


@pytest.mark.parametrize("part", [Status(404), Status(503), Truncated(File(DATA), 10), Endless()])
def test_captions_that_cannot_be_had_do_not_fail_the_clip(
    loopback: Loopback, tmp_path: Path, part: Any
) -> None:
    loopback.play("/a.mp4", File(DATA))
    loopback.play("/en.vtt", part)
    address = loopback.play("/page", page_with_tracks("A", "/a.mp4", [("en", "/en.vtt")]))
    found = get(address, tmp_path, captions=True)
    assert found.captions == ()
    assert found.path.read_bytes() == DATA


def test_cookies_of_the_file_are_sent_and_the_file_stays_as_it_is(
    loopback: Loopback, tmp_path: Path
) -> None:
    text = "# Netscape HTTP Cookie File\n127.0.0.1\tFALSE\t/\tFALSE\t0\tsession\tsecret\n"
    cookies = tmp_path / "cookies.txt"
    cookies.write_text(text)
    headers = {"Set-Cookie": "other=1; Max-Age=9999"}
    get(loopback.play("/a.mp4", File(DATA, headers=headers)), tmp_path / "in", cookies=cookies)
    assert "session=secret" in loopback.asked[0].headers["Cookie"]
    assert cookies.read_text() == text


def test_a_cookie_file_that_cannot_be_used_is_misuse(loopback: Loopback, tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match="cannot be read"):
        get(loopback.play("/a.mp4", File(DATA)), tmp_path, cookies=tmp_path / "none.txt")
    assert loopback.asked == []


def test_ytdlp_says_its_version_and_its_age() -> None:
    assert ytdlp.released_on() == date(*map(int, ytdlp.version().split(".")[:3]))


def test_the_stage_that_fetches_goes_on_by_itself_and_tells_of_it(
    loopback: Loopback, tmp_path: Path
) -> None:
    settings = load_settings(home=tmp_path / "home", retry_pause_s=0.01)
    clip = File(make_clip(tmp_path / "a.mp4", video="libx264").read_bytes())
    # Each try looks at the head first, unless it is refused there.
    address = loopback.play("/a.mp4", Status(403), clip, Truncated(clip, 9_000), clip)
    told: list[str] = []
    seen: list[int] = []

    def tell(_stage: str, _share: float | None, detail: str, **sizes: int | None) -> None:
        told.append(detail)
        seen.extend(size for size in [sizes.get("done_bytes")] if size is not None)

    with Workshop.opened(settings) as shop:
        entry = TalkEntry("A", source_url=address, source_key=address)
        (talk_id,) = save_programme(shop.catalog, None, [entry]).talk_ids
        stages.fetch(shop, shop.catalog.talk_by_id(talk_id), tell)  # type: ignore[arg-type]
        recording = shop.catalog.talk_by_id(talk_id).recording
    assert recording is not None
    assert Path(recording.path).read_bytes() == clip.data
    assert [words for words in told if "again" in words] == [
        "answered 403, trying again in a moment",
        "trying again (2 of 3)",
        "broke off, trying again in a moment",
        "trying again (3 of 3)",
    ]
    assert seen == sorted(seen)
    assert seen[-1] == len(clip.data)
    assert not list((tmp_path / "home" / "incoming").iterdir())
