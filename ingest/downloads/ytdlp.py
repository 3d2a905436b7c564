"""The door to yt-dlp: which site an address belongs to, what is there, and fetching it.

yt-dlp is a guest here. It reads no configuration of the person's, loads no plugins, runs no other
downloader, asks http and https only, and writes only into the folder it is given. What it raises
becomes one of Podium's errors (``failures``); what it says is read in ``site_info``.
"""

from __future__ import annotations

import functools
import hashlib
import io
import logging
import os
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from archive.errors import PodiumError
from archive.store import FULL_DISK, disk_full
from ingest.downloads.cookies import read_cookies
from ingest.downloads.failure_texts import GOT_ERROR, RUNTIME_MISSING, Kind
from ingest.downloads.failures import Fault, causes_of, error_for
from ingest.downloads.limits import DownloadProgress, Limits
from ingest.downloads.listing import (
    Listing,
    Wanted,
    complete,
    flat,
    is_listing,
    listed,
    select_entries,
)
from ingest.downloads.options import DOWNLOADERS, formats, guest_options
from ingest.downloads.patience import asked_wait_s
from ingest.downloads.site_info import (
    Description,
    choose_captions,
    description_of,
    one_line,
)

log = logging.getLogger("podium")

# What extractors raise where a page is not as their author expected it.
_SURPRISES = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RecursionError,
    SyntaxError,
    TypeError,
    ValueError,
)


@dataclass(frozen=True, slots=True)
class CaptionFile:
    """Captions that came with a clip. ``language`` is BCP 47, or "" where the site does not say.

    ``automatic`` says that a machine of the site wrote them.
    """

    path: Path
    language: str
    automatic: bool


@dataclass(frozen=True, slots=True)
class Download:
    """A fetched clip: its file below the folder that was given, and what the site says of it."""

    path: Path
    description: Description
    captions: tuple[CaptionFile, ...] = ()


def version() -> str:
    """yt-dlp's version, which is the date of its release."""
    from yt_dlp.version import __version__

    return str(__version__)


def released_on() -> date:
    """The day on which the installed yt-dlp was released."""
    year, month, day = (int(part) for part in version().split(".")[:3])
    return date(year, month, day)


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


def look(
    address: str,
    *,
    cookies: Path | None = None,
    since: date | None = None,
    limit: int | None = None,
    match: str = "",
    known: Collection[str] = (),
) -> Description | Listing:
    """What is at an address, without fetching it: a clip, or a listing of clips.

    Of a playlist, a channel or a page with several clips, the entries are listed that were given
    out on or after ``since`` and have every word of ``match`` in their title (folded; a part of a
    word will do). Those whose key is in ``known`` are passed over, and the site is not asked about
    them again. ``limit`` counts the entries that fit, known ones too, from the top of the listing:
    asked again, the same limit means the same entries. No more of the listing is read than that
    needs. Raises DownloadRefused, TryLater (above all NetworkFailed) or BadSetting (the cookies).
    """
    with _opened(Limits(address), cookies) as site:
        found = site.extract_info(address, download=False) or {}
        if not is_listing(found):
            return description_of(found, address)
        return select_entries(
            one_line(found.get("title") or found.get("id")) or address,
            (listed(site, raw, found, archive_key) for raw in flat(site, found)),
            Wanted(since=since, limit=limit, match=match, known=frozenset(known)),
            lambda entry: describe(entry.address, cookies=cookies).published_on,
        )


def describe(address: str, *, cookies: Path | None = None) -> Description:
    """What the site says of the one clip at an address, without fetching it.

    Raises DownloadRefused, TryLater or BadSetting.
    """
    with _opened(Limits(address), cookies) as site:
        return description_of(_clip(site, address, download=False), address)


def fetch(
    address: str,
    folder: Path,
    *,
    max_height: int,
    audio_only: bool,
    max_size: int,
    max_hours: float,
    cookies: Path | None = None,
    captions: bool,
    language: str = "",
    progress: DownloadProgress,
) -> Download:
    """Fetch a clip into ``folder``; a half file of it that stands there is continued.

    Asked for is H.264 with AAC, at most ``max_height`` pixels high. Without the ffmpeg program,
    which yt-dlp needs to join separate picture and sound, only files that hold both are asked for.
    Refused is what is longer than ``max_hours`` or larger than ``max_size`` (bytes), as soon as
    that is known. With ``captions``, those that hold what is spoken (in ``language``, "" for the
    clip's own) come too; where they cannot be had, the clip comes without. ``progress`` is called
    with bytes so far and in all (None where that is not known).

    Raises DownloadRefused, TryLater (above all NetworkFailed, DiskFull) or BadSetting; a
    PassingFailure (``failures``) where another try may help.
    """
    limits = Limits(address, max_size=max_size, max_hours=max_hours, progress=progress)
    options = {
        "format": formats(audio_only=audio_only),
        "format_sort": ["lang", "vcodec:h264", f"res:{max_height}", "acodec:aac", "ext"],
        "paths": {"home": str(folder)},
        # Half a file of another clip, or of another choice among its files, is never continued.
        "outtmpl": {"default": f"clip-{_digest(address, max_height, audio_only)}.%(ext)s"},
        "merge_output_format": "mp4",
        "match_filter": limits.refuse_clip,
        "progress_hooks": [limits.count],
    }
    with _opened(limits, cookies, options) as site:
        info = _clip(site, address, download=True)
        (file,) = info["requested_downloads"]
        path = Path(file["filepath"])
        limits.refuse_size(path.stat().st_size)
        found = _fetch_captions(site, info, folder, language) if captions else ()
        return Download(path, description_of(info, address), found)


def _digest(*choices: object) -> str:
    return hashlib.sha256(repr(choices).encode()).hexdigest()[:12]


def _clip(site: Any, address: str, *, download: bool) -> dict[str, Any]:
    """The one clip at an address; raises where there are several, or none."""
    found = site.extract_info(address, download=download) or {}
    if is_listing(found):
        entries = list(islice(flat(site, found), 2))
        if len(entries) != 1:
            kind = Kind.SEVERAL if entries else Kind.NO_VIDEO
            raise error_for(Fault(address, kind=kind))
        found = site.process_ie_result(complete(entries[0], found), download=download)
    return dict(found)


def _fetch_captions(
    site: Any, info: Mapping[str, Any], folder: Path, language: str
) -> tuple[CaptionFile, ...]:
    """The captions of a clip that was fetched, beside it; none where they cannot be had."""
    from yt_dlp.utils import YoutubeDLError

    choice = choose_captions(info, language)
    if choice is None:
        return ()
    path = folder / f"captions.{choice.form}"
    path.unlink(missing_ok=True)
    try:
        if choice.source.get("data") is not None:
            path.write_text(str(choice.source["data"]), encoding="utf-8")
        else:
            headers = choice.source.get("http_headers") or info.get("http_headers")
            site.dl(str(path), {**choice.source, "http_headers": headers}, subtitle=True)
    except (PodiumError, YoutubeDLError, *_SURPRISES) as error:
        log.warning("The captions of %s could not be fetched: %s", site.limits.address, error)
        return ()
    return (CaptionFile(path, choice.language, choice.automatic),) if path.is_file() else ()


@contextmanager
def _opened(
    limits: Limits, cookies: Path | None, options: Mapping[str, Any] | None = None
) -> Iterator[Any]:
    """yt-dlp, ready to be asked; what it raises inside becomes one of Podium's errors."""
    jar = io.StringIO(read_cookies(cookies)) if cookies else None
    guest = _library()
    from yt_dlp.utils import YoutubeDLError

    with guest(limits, {**guest_options(jar, limits.max_size), **(options or {})}) as site:
        try:
            yield site
        except (YoutubeDLError, OSError, *_SURPRISES) as error:
            raise _meaning(error, site, options) from error


class _Heard:
    """yt-dlp's messages: none are printed; the errors come as exceptions."""

    runtime_missing = False

    def debug(self, message: str) -> None:
        """Leave out what yt-dlp tells as it works."""

    info = error = debug

    def warning(self, message: str) -> None:
        """Remember what explains a failure that may follow."""
        self.runtime_missing = self.runtime_missing or RUNTIME_MISSING in message


@functools.cache
def _library() -> Any:
    """YoutubeDL, made a guest: other schemes, endless pages and other programs are refused."""
    # Plugins run code that this program knows nothing of. This is yt-dlp's switch for them.
    os.environ["YTDLP_NO_PLUGINS"] = "1"
    from yt_dlp import YoutubeDL
    from yt_dlp.downloader import get_suitable_downloader
    from yt_dlp.networking.exceptions import HTTPError
    from yt_dlp.utils import sanitize_url, unsmuggle_url

    class Guest(YoutubeDL):  # type: ignore[misc]  # yt-dlp has no type hints
        def __init__(self, limits: Limits, options: dict[str, Any]) -> None:
            self.limits = limits
            self.heard = _Heard()
            # The last answer that was an error: of fragments, only its text comes as an exception.
            self.answered: HTTPError | None = None
            self._open: list[Any] = []
            super().__init__({**options, "logger": self.heard})

        def urlopen(self, req: Any) -> Any:
            self.limits.refuse_scheme(req if isinstance(req, str) else req.url)
            self.answered = None
            try:
                response = super().urlopen(req)
            except HTTPError as error:
                self.answered = error
                self._open.append(error.response)
                raise
            try:
                self.limits.refuse_scheme(response.url)
                self.limits.refuse_answer(response.headers)
            except PodiumError:
                response.close()
                raise
            response.read = self.limits.bounded(response.read)
            # Extractors look at the head of a clip and leave the rest of it hanging.
            self._open = [*(held for held in self._open if not held.closed), response]
            return response

        def close(self) -> None:
            for response in self._open:
                response.close()
            super().close()

        def plain_address(self, address: str) -> Any:
            """An address of a listing without what extractors hide in it for each other."""
            return sanitize_url(unsmuggle_url(address)[0])

        def process_ie_result(
            self, ie_result: Any, download: bool = True, extra_info: Any = None
        ) -> Any:
            if is_listing(ie_result):
                # Its entries are read one by one, and only as many as are wanted.
                return ie_result
            return super().process_ie_result(ie_result, download, extra_info)

        def dl(self, name: str, info: Any, subtitle: bool = False, test: bool = False) -> Any:
            for part in info.get("requested_formats") or [info]:
                downloader = get_suitable_downloader(dict(part), self.params)
                if downloader is None or downloader.FD_NAME not in DOWNLOADERS:
                    raise error_for(Fault(self.limits.address, kind=Kind.SCHEME))
            return super().dl(name, info, subtitle, test)

    return Guest


def _meaning(error: Exception, site: Any, options: Mapping[str, Any] | None) -> PodiumError:
    """The error that people see for what yt-dlp raised."""
    causes = list(causes_of(error))
    full = next((c for c in causes if isinstance(c, OSError) and c.errno in FULL_DISK), None)
    if full is not None and options is not None:
        return disk_full(Path(options["paths"]["home"]) / "clip", full)
    return error_for(_fault(site.limits.address, causes, site))


def _fault(address: str, causes: list[BaseException], site: Any) -> Fault:
    """What went wrong, told by the types of exceptions as far as they say it."""
    from yt_dlp.networking.exceptions import (
        CertificateVerifyError,
        HTTPError,
        IncompleteRead,
        TransportError,
    )
    from yt_dlp.utils import (
        ContentTooShortError,
        GeoRestrictedError,
        UnsupportedError,
        UserNotLive,
    )

    kinds: tuple[tuple[tuple[type[BaseException], ...], Kind], ...] = (
        ((UnsupportedError,), Kind.NO_VIDEO),
        ((GeoRestrictedError,), Kind.REGION),
        ((UserNotLive,), Kind.UPCOMING),
        ((CertificateVerifyError,), Kind.CERTIFICATE),
        ((ContentTooShortError, IncompleteRead), Kind.BROKE_OFF),
        ((TransportError, TimeoutError, ConnectionError), Kind.NO_ANSWER),
    )
    text = str(causes[0])
    answers = [cause for cause in causes if isinstance(cause, HTTPError)]
    if not answers and GOT_ERROR in text and site.answered is not None:
        answers = [site.answered]
    if answers:
        answer = answers[0]
        kind = Kind.REDIRECTS if answer.redirect_loop else None
        wait_s = asked_wait_s(answer.response.headers.get("Retry-After"))
        missing = site.heard.runtime_missing
        return Fault(address, text, kind, answer.status, wait_s, runtime_missing=missing)
    found = (kind for types, kind in kinds if any(isinstance(c, types) for c in causes))
    return Fault(address, text, next(found, None), runtime_missing=site.heard.runtime_missing)
