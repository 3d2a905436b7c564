"""The door to yt-dlp: which site an address belongs to, what is there, and fetching it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from archive.errors import DownloadRefused, NetworkFailed, PodiumError
from archive.store import FULL_DISK, disk_full

DownloadProgress = Callable[[int, int | None], None]

_SOCKET_TIMEOUT_S = 30
_RETRIES = 3
_GOT_ERROR = "[download] Got error:"


@dataclass(frozen=True, slots=True)
class Description:
    """What a site says of a clip, before or after it was fetched."""

    title: str
    description: str = ""
    published_on: date | None = None
    language: str = ""


@dataclass(frozen=True, slots=True)
class Download:
    """A fetched clip: its file below the folder that was given, and what the site says of it."""

    path: Path
    description: Description


def version() -> str:
    """yt-dlp's version, which is the date of its release."""
    from yt_dlp.version import __version__

    return str(__version__)


def archive_key(address: str) -> str | None:
    """``extractor:id`` where a named extractor claims the address, else None. No network."""
    from yt_dlp.extractor import gen_extractor_classes

    for extractor in gen_extractor_classes():
        if extractor.suitable(address):
            if extractor.IE_NAME == "generic":
                return None
            clip = extractor.get_temp_id(address)
            return f"{extractor.ie_key().lower()}:{clip}" if clip else None
    return None


def describe(address: str) -> Description:
    """What the site says of the clip, without fetching it.

    Raises DownloadRefused or NetworkFailed.
    """
    info = _extract(address, {"skip_download": True}, download=False)
    return _description(info, address)


def fetch(
    address: str,
    folder: Path,
    *,
    max_height: int,
    audio_only: bool,
    progress: DownloadProgress,
) -> Download:
    """Fetch a clip into ``folder``; a half file that stands there is continued.

    Asked for is H.264 with AAC, at most ``max_height`` pixels high. Without the ffmpeg program,
    which yt-dlp needs to join separate video and sound, only files that hold both are asked for.
    ``progress`` is called with bytes so far and in all (None where that is not known). Raises
    DownloadRefused, NetworkFailed or DiskFull.
    """

    def report(status: Mapping[str, Any]) -> None:
        total = status.get("total_bytes") or status.get("total_bytes_estimate")
        progress(int(status.get("downloaded_bytes") or 0), int(total) if total else None)

    options = {
        "format": _formats(audio_only=audio_only),
        "format_sort": ["vcodec:h264", f"res:{max_height}", "acodec:aac", "ext"],
        "paths": {"home": str(folder)},
        "outtmpl": {"default": "clip.%(ext)s"},
        "merge_output_format": "mp4",
        "progress_hooks": [report],
    }
    info = _extract(address, options, download=True)
    requested = info.get("requested_downloads") or []
    if not requested:
        raise DownloadRefused(f"{address}: nothing was downloaded.", advice="Try the clip's page.")
    return Download(Path(requested[0]["filepath"]), _description(info, address))


def _formats(*, audio_only: bool) -> str:
    if audio_only:
        return "ba/b"
    return "bv*+ba/b" if shutil.which("ffmpeg") else "b/ba"


class _Quiet:
    """yt-dlp's messages: none are printed; the errors come as exceptions."""

    def debug(self, message: str) -> None:
        """Leave out what yt-dlp tells as it works."""

    info = warning = error = debug


def _extract(address: str, options: Mapping[str, Any], *, download: bool) -> dict[str, Any]:
    from yt_dlp import YoutubeDL
    from yt_dlp.utils import DownloadError, ExtractorError

    everywhere = {
        "quiet": True,
        "no_warnings": True,
        "noprogress": True,
        "noplaylist": True,
        "logger": _Quiet(),
        "cachedir": False,
        "socket_timeout": _SOCKET_TIMEOUT_S,
        "retries": _RETRIES,
        "fragment_retries": _RETRIES,
        "continuedl": True,
        "color": "no_color",
    }
    try:
        with YoutubeDL({**everywhere, **options}) as downloader:
            info = downloader.extract_info(address, download=download)
            entries = list(info.get("entries") or [info])
    except (DownloadError, ExtractorError) as error:
        raise _failure(address, error) from error
    except OSError as error:
        raise disk_full(Path(options.get("paths", {}).get("home", ".")) / "clip", error) from error
    if len(entries) != 1:
        raise DownloadRefused(
            f"{address} holds {len(entries)} clips.", advice="Give the address of each clip."
        )
    return dict(entries[0])


def _failure(address: str, error: Exception) -> PodiumError:
    """The meaning of a failed download, from the outermost cause that is known."""
    from yt_dlp.networking.exceptions import HTTPError, IncompleteRead, TransportError
    from yt_dlp.utils import ContentTooShortError, GeoRestrictedError, UnsupportedError

    retry = "Then run `podium retry`."
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, HTTPError):
            return _http_failure(address, cause.status)
        if isinstance(cause, UnsupportedError):
            return DownloadRefused(
                f"{address} is a page without a video that can be found.",
                advice="Give the address of the video itself, or of its player's page.",
            )
        if isinstance(cause, GeoRestrictedError):
            return DownloadRefused(f"{address} is not offered in this country.", advice=retry)
        if isinstance(cause, OSError) and cause.errno in FULL_DISK:
            return disk_full(Path("clip").absolute(), cause)
        if isinstance(cause, ContentTooShortError | IncompleteRead):
            return NetworkFailed(
                f"{address} broke off before its end.",
                advice="Run `podium retry`: it goes on where it was.",
            )
    said = _first_line(causes[-1])
    if said.startswith(_GOT_ERROR):
        # What goes wrong in the middle of a download comes as this text alone.
        return NetworkFailed(
            f"{address} broke off: {said.removeprefix(_GOT_ERROR).strip()}.",
            advice="Run `podium retry`: it goes on where it was.",
        )
    if any(isinstance(cause, TransportError | TimeoutError | ConnectionError) for cause in causes):
        return NetworkFailed(
            f"{address} did not answer: {said}.",
            advice=f"Check the address and the network. {retry}",
        )
    return DownloadRefused(
        f"{address} could not be fetched: {said}.",
        advice="Update yt-dlp (`pip install -U yt-dlp`): sites change. " + retry,
    )


def _http_failure(address: str, status: int) -> PodiumError:
    if status in (404, 410):
        return DownloadRefused(
            f"{address} answered {status}: there is nothing at this address.",
            advice="Check it in a browser, then ingest the right one with --talk.",
        )
    if status in (401, 403):
        return DownloadRefused(
            f"{address} answered {status}: the server refuses to give this clip.",
            advice="Check in a browser whether it needs a sign-in; then run `podium retry`.",
        )
    if status == 429 or status >= 500:
        return NetworkFailed(
            f"{address} answered {status}: the server is overloaded or out of order.",
            advice="Wait a while, then run `podium retry`.",
        )
    return DownloadRefused(f"{address} answered {status}.", advice="Check it in a browser.")


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The exception and those that yt-dlp wrapped in it, the innermost last."""
    seen: BaseException | None = error
    while isinstance(seen, BaseException):
        yield seen
        wrapped = getattr(seen, "exc_info", None) or (None, None)
        inner = getattr(seen, "cause", None) or wrapped[1] or seen.__cause__
        seen = None if inner is seen else inner


def _first_line(error: BaseException) -> str:
    text = str(error).removeprefix("ERROR:").strip().splitlines()
    return (text[0] if text else type(error).__name__).rstrip(".")


def _description(info: Mapping[str, Any], address: str) -> Description:
    day = str(info.get("release_date") or info.get("upload_date") or "")
    extractor = info.get("extractor_key")
    named = extractor not in ("Generic", "HTML5MediaEmbed")
    title = str(info.get("title") or info.get("id") or address)
    if extractor == "HTML5MediaEmbed":
        # yt-dlp numbers the clips of a page, also where there is one.
        title = title.removesuffix(" (1)")
    return Description(
        title=title,
        description=str(info.get("description") or ""),
        published_on=datetime.strptime(day, "%Y%m%d").date() if named and day.isdigit() else None,
        language=str(info.get("language") or "") if named else "",
    )
