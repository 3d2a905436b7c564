"""What a download may not do: grow without end, leave http, read or write where it should not."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from conftest import PROJECT
from loopback import (
    Endless,
    File,
    Loopback,
    Page,
    Promised,
    Redirect,
    hls_of,
    loopback,
    page_of_clips,
)
from test_ingest_media import make_clip
from test_ingest_ytdlp import DATA, HALF_FILE_LEFT_OPEN, get, half_file, two_files

from archive.errors import DownloadRefused, NetworkFailed, PodiumError
from ingest.downloads.limits import Limits
from ingest.downloads.ytdlp import describe

__all__ = ["half_file", "loopback"]


def test_an_endless_body_is_stopped_where_it_grows_too_large(
    loopback: Loopback, tmp_path: Path
) -> None:
    address = loopback.play("/a.mp4", Endless())
    with pytest.raises(DownloadRefused, match="too large: more than the") as caught:
        get(address, tmp_path, max_size=1_000_000)
    assert "--max-size" in caught.value.advice
    assert list(tmp_path.iterdir()) == []


def test_a_size_that_is_stated_is_refused_before_the_body_is_read(
    loopback: Loopback, tmp_path: Path
) -> None:
    address = loopback.play("/a.mp4", Promised(3_000_000_000))
    with pytest.raises(DownloadRefused, match=r"too large: 3.0 GB, and 1.0 MB are allowed"):
        get(address, tmp_path, max_size=1_000_000)
    assert len(loopback.asked) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_page_without_an_end_is_not_read_for_ever(loopback: Loopback, tmp_path: Path) -> None:
    address = loopback.play("/page", Endless("text/html", b"<!doctype html><html>"))
    with pytest.raises(DownloadRefused, match="which no page has"):
        describe(address)


def test_what_is_too_long_is_refused_before_it_is_fetched(
    loopback: Loopback, tmp_path: Path
) -> None:
    address = loopback.play("/a.m3u8", hls_of(["0.ts"] * 3))
    with pytest.raises(DownloadRefused, match="too long") as caught:
        get(address, tmp_path, max_hours=0.003)
    assert "--max-hours" in caught.value.advice
    assert loopback.asked_for("/0.ts") == []


@pytest.mark.parametrize("scheme", ["file", "ftp", "data"])
def test_a_redirect_to_another_scheme_is_not_followed(
    loopback: Loopback, tmp_path: Path, scheme: str
) -> None:
    secret = tmp_path / "secret.mp4"
    secret.write_bytes(DATA)
    to = {"file": secret.as_uri(), "ftp": "ftp://127.0.0.1:1/a.mp4", "data": "data:video/mp4,abc"}
    # Without the library requests, urllib does knock at an FTP server's door; nothing comes of it.
    with pytest.raises((DownloadRefused, NetworkFailed)):
        get(loopback.play("/a.mp4", Redirect(to[scheme])), tmp_path / "in")
    assert not (tmp_path / "in").exists()


@HALF_FILE_LEFT_OPEN
@pytest.mark.usefixtures("half_file")
@pytest.mark.parametrize("key", ["", 'METHOD=SAMPLE-AES,URI="key"'], ids=["native", "by ffmpeg"])
@pytest.mark.parametrize("first", [(), ("0.ts",)], ids=["alone", "second"])
def test_a_stream_never_delivers_a_file_of_this_machine(
    loopback: Loopback, tmp_path: Path, key: str, first: tuple[str, ...]
) -> None:
    secret = make_clip(tmp_path / "secret.ts", form="mpegts", seconds=0.5)
    loopback.play("/0.ts", File(DATA[:1880], "video/mp2t"))
    loopback.play("/key", File(b"0123456789abcdef", "application/octet-stream"))
    address = loopback.play("/a.m3u8", hls_of([*first, secret.as_uri()], key=key))
    with pytest.raises(DownloadRefused):
        get(address, tmp_path / "in")
    told = secret.read_bytes()[188:1880]
    assert all(told not in path.read_bytes() for path in (tmp_path / "in").rglob("*"))


@HALF_FILE_LEFT_OPEN
@pytest.mark.usefixtures("half_file")
def test_a_stream_is_not_followed_to_another_scheme(loopback: Loopback, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as ftp:
        ftp.settimeout(0.1)
        segment = f"ftp://127.0.0.1:{ftp.getsockname()[1]}/0.ts"
        with pytest.raises(DownloadRefused, match="neither http nor https"):
            get(loopback.play("/a.m3u8", hls_of([segment])), tmp_path)
        with pytest.raises(TimeoutError):
            ftp.accept()


def test_a_playlist_in_the_guise_of_a_picture_is_not_opened_by_ffmpeg(
    loopback: Loopback, tmp_path: Path
) -> None:
    secret = make_clip(tmp_path / "secret.ts", video="libx264", form="mpegts", seconds=0.5)
    address = two_files(loopback, tmp_path)
    loopback.play("/v.mp4", File(hls_of([secret.as_uri()]).text.encode()))
    with pytest.raises(DownloadRefused):
        get(address, tmp_path / "in")
    assert not list((tmp_path / "in").glob("clip-????????????.mp4"))


@pytest.mark.parametrize("address", ["rtmp://127.0.0.1/a.mp4", "ftp://127.0.0.1/a.mp4"])
def test_a_clip_over_another_protocol_is_refused(
    loopback: Loopback, tmp_path: Path, address: str
) -> None:
    with pytest.raises(DownloadRefused, match="http"):
        get(loopback.play("/page", page_of_clips("A", [address])), tmp_path)


@pytest.mark.parametrize(
    "part",
    [
        File(DATA, headers={"Content-Disposition": 'attachment; filename="../../../evil.exe"'}),
        File(DATA, headers={"Content-Disposition": "attachment; filename*=UTF-8''..%2f..%2fx.mp4"}),
        page_of_clips("../../../%(id)s `touch x` $(touch y) \u202e\x00", ["/a.mp4"]),
        Page('<title>t</title><video><source src="/a.mp4" label="../../../x"></video><html>'),
        Page('<title>t</title><video><source src="/a.mp4" type="video/../../x"></video><html>'),
    ],
    ids=["executable", "disposition", "title", "format", "type"],
)
def test_nothing_is_written_outside_the_folder(
    loopback: Loopback, tmp_path: Path, part: Any
) -> None:
    loopback.play("/a.mp4", File(DATA))
    folder = tmp_path / "one" / "two" / "three" / "in"
    folder.mkdir(parents=True)
    with suppress(DownloadRefused):
        get(loopback.play("/clip", part), folder)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert all(path.parent == folder and path.name.startswith("clip-") for path in files)


def test_nothing_of_the_persons_own_ytdlp_is_used(loopback: Loopback, tmp_path: Path) -> None:
    home = tmp_path / "person"
    traces = [tmp_path / f"trace-{name}" for name in ("config", "plugin", "netrc")]
    config = (
        f"--exec 'touch {traces[0]}'\n--netrc-cmd 'touch {traces[2]}'\n-o {tmp_path}/else.mp4\n"
    )
    plugin = home / ".config/yt-dlp/plugins/some/yt_dlp_plugins/extractor/evil.py"
    plugin.parent.mkdir(parents=True)
    plugin.write_text(f"open({str(traces[1])!r}, 'w').close()\n")
    for place in (home / ".config/yt-dlp/config", home / "yt-dlp.conf", home / ".yt-dlp/config"):
        place.parent.mkdir(exist_ok=True)
        place.write_text(config)
    address = loopback.play("/a.mp4", File(DATA))
    code = (
        "import sys; from pathlib import Path; from ingest.downloads.ytdlp import fetch;"
        "print(fetch(sys.argv[1], Path(sys.argv[2]), max_height=720, audio_only=False,"
        "max_size=10**9, max_hours=1, captions=True, progress=lambda d, t: None).path)"
    )
    environment = {**os.environ, "HOME": str(home), "PYTHONPATH": str(PROJECT)}
    environment.pop("XDG_CONFIG_HOME", None)
    done = subprocess.run(
        [sys.executable, "-c", code, address, str(tmp_path / "in")],
        cwd=home,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(done.stdout.strip()).read_bytes() == DATA
    assert [trace for trace in traces if trace.exists()] == []
    assert not (tmp_path / "else.mp4").exists()
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("info", "said"),
    [
        ({"is_live": True}, "live stream that has not ended"),
        ({"live_status": "post_live"}, "live stream that has not ended"),
        ({"live_status": "is_upcoming"}, "has not begun yet"),
        ({"duration": 3601}, "too long: 1.0 hours, and 1 are allowed"),
        ({"requested_formats": [{"filesize": 60}, {"filesize": 60}]}, "too large"),
    ],
)
def test_a_clip_is_refused_by_what_its_site_says(info: dict[str, Any], said: str) -> None:
    limits = Limits("https://talks.example/a", max_size=100, max_hours=1.0)
    with pytest.raises(PodiumError, match=said):
        limits.refuse_clip(info, incomplete=False)
    limits.refuse_clip({"live_status": "was_live", "duration": 3600, "filesize": 100}, incomplete=0)


def test_two_files_of_a_clip_are_counted_as_one(tmp_path: Path) -> None:
    told: list[tuple[int, int | None]] = []
    limits = Limits("https://talks.example/a", 100, progress=lambda *both: told.append(both))
    for name, done in (("picture", 30), ("picture", 60), ("sound", 20)):
        limits.count({"filename": name, "downloaded_bytes": done, "total_bytes": 60})
    assert told == [(30, 60), (60, 60), (80, 120)]
    half = tmp_path / "half"
    half.touch()
    with pytest.raises(DownloadRefused, match="too large"):
        limits.count({"filename": "sound", "downloaded_bytes": 41, "tmpfilename": str(half)})
    assert not half.exists()
