"""How yt-dlp is set: what it may use and read, which of several files of a clip it fetches."""

from __future__ import annotations

import io
import shutil
from typing import Any

from ingest.downloads.javascript import find_runtimes

SOCKET_TIMEOUT_S = 30
# Of several files of a clip, the one to fetch is chosen among those over these protocols.
_PROTOCOLS = "[protocol~='^(https?|m3u8(_native)?|http_dash_segments|ism|bunnycdn)$']"
# yt-dlp's own downloaders for them; the others run programs that know nothing of the limits.
DOWNLOADERS = ("http", "hlsnative", "dashsegments", "ism", "bunny_cdn")
# What the ffmpeg program may open when it joins picture and sound: no playlist in the guise of a
# recording, which would have it read other files of this machine.
_JOINING = ["-protocol_whitelist", "file", "-format_whitelist", "mov,matroska,mp3,ogg,aac,mpegts"]
# And for the one kind of stream that yt-dlp hands to ffmpeg whatever it is told.
_STREAMING = ["-protocol_whitelist", "http,https,tls,tcp,crypto"]
_STREAMING += ["-rw_timeout", str(SOCKET_TIMEOUT_S * 1_000_000)]


def guest_options(jar: io.StringIO | None, max_size: int | None) -> dict[str, Any]:
    """Parameters of YoutubeDL for every use; ``jar`` holds cookies in Netscape format.

    ``max_size``, in bytes, is for ffmpeg, which stops there; yt-dlp's own downloaders are stopped
    by ``download_limits``.
    """
    largest = ["-fs", str(max_size + 1)] if max_size is not None else []
    return {
        "quiet": True,
        "noprogress": True,
        "color": "no_color",
        "noplaylist": True,
        "cachedir": False,
        # A stream: yt-dlp writes changed cookies back, and the person's file is not its to change.
        "cookiefile": jar,
        "socket_timeout": SOCKET_TIMEOUT_S,
        # Whoever calls tries again (``patience``), and says so.
        "retries": 0,
        "fragment_retries": 0,
        "extractor_retries": 1,
        "skip_unavailable_fragments": False,
        "continuedl": True,
        "fixup": "never",
        "external_downloader": {"default": "native"},
        "external_downloader_args": {"ffmpeg_i": _STREAMING, "ffmpeg_o": largest},
        "postprocessor_args": {"ffmpeg_i": _JOINING, "merger+ffmpeg_i": _JOINING},
        # No made-up address of the asker.
        "geo_bypass": False,
        "js_runtimes": {name: {"path": path} for name, path in find_runtimes().items()},
        # "2 years ago" as a date: good enough to pass over what is older without asking.
        "extractor_args": {"youtubetab": {"approximate_date": [""]}},
    }


def formats(*, audio_only: bool) -> str:
    """yt-dlp's format selection. Without ffmpeg, files that hold both picture and sound."""
    both, picture, sound = (f"{name}{_PROTOCOLS}" for name in ("b", "bv*", "ba"))
    if audio_only:
        return f"{sound}/{both}"
    return f"{picture}+{sound}/{both}" if shutil.which("ffmpeg") else f"{both}/{sound}"
