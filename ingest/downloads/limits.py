"""The limits of a download, kept as soon as something is known: scheme, size, length, live."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from archive.errors import PodiumError
from ingest.downloads.failure_texts import Kind
from ingest.downloads.failures import Fault, error_for

# A page, manifest or caption file beyond this is no such thing.
LARGEST_PAGE = 50_000_000
_CHUNK = 1 << 16
_SCHEMES = ("http", "https")

DownloadProgress = Callable[[int, int | None], None]


@dataclass(slots=True)
class Limits:
    """What one address may come to; each method raises the error that people see.

    ``max_size`` is in bytes; None for no limit, as where nothing is fetched.
    """

    address: str
    max_size: int | None = None
    max_hours: float | None = None
    progress: DownloadProgress | None = None
    _done: dict[str, int] = field(default_factory=dict)
    _expected: int = 0

    def refuse_scheme(self, asked: str) -> None:
        """Let only http and https pass."""
        if urlsplit(asked).scheme.lower() not in _SCHEMES:
            raise self._error(Kind.SCHEME)

    def refuse_size(self, size: int) -> None:
        """Let no file pass that is stated to be larger than is allowed."""
        if self.max_size is not None and size > self.max_size:
            said = f"{_in_words(size)}, and {_in_words(self.max_size)} are allowed"
            raise self._error(Kind.TOO_LARGE, said)

    def refuse_answer(self, headers: Any) -> None:
        """Let no answer pass that states too large a size, before its body is read."""
        whole = str(headers.get("Content-Range") or "").rpartition("/")[2]
        stated = whole if whole.isdecimal() else str(headers.get("Content-Length") or "")
        self.refuse_size(int(stated) if stated.isdecimal() else 0)

    def refuse_clip(self, info: Mapping[str, Any], *, incomplete: object) -> None:
        """Let no clip pass that is live, too long or too large; for yt-dlp's ``match_filter``."""
        live = info.get("live_status")
        if info.get("is_live") or live in ("is_live", "post_live"):
            raise self._error(Kind.LIVE)
        if live == "is_upcoming":
            raise self._error(Kind.UPCOMING)
        hours = float(info.get("duration") or 0) / 3600
        if self.max_hours is not None and hours > self.max_hours:
            said = f"{hours:.1f} hours, and {self.max_hours:g} are allowed"
            raise self._error(Kind.TOO_LONG, said)
        if not incomplete:
            parts = info.get("requested_formats") or [info]
            self._expected = sum(int(part.get("filesize") or 0) for part in parts)
            self.refuse_size(self._expected)

    def count(self, status: Mapping[str, Any]) -> None:
        """Tell how far the download is, and end it where it grows too large.

        For yt-dlp's ``progress_hooks``; picture and sound may be two files.
        """
        here = int(status.get("downloaded_bytes") or 0)
        self._done[str(status.get("filename"))] = here
        done = sum(self._done.values())
        if self.max_size is not None and done > self.max_size:
            # Its end was not stated, so there may be none: nothing of it is worth keeping.
            Path(str(status.get("tmpfilename"))).unlink(missing_ok=True)
            raise self._error(Kind.TOO_LARGE, f"more than the {_in_words(self.max_size)} allowed")
        total = status.get("total_bytes") or status.get("total_bytes_estimate")
        if self.progress is not None:
            in_all = max(self._expected, done - here + int(total)) if total else None
            self.progress(done, in_all)

    def bounded(self, read: Callable[[int], bytes]) -> Callable[..., bytes]:
        """``read``, which also without a size comes to an end: a page may have none."""

        def bounded(size: int | None = None) -> bytes:
            if size is not None:
                return read(size)
            parts, total = [], 0
            while part := read(_CHUNK):
                parts.append(part)
                total += len(part)
                if total > LARGEST_PAGE:
                    raise self._error(Kind.ENDLESS, _in_words(LARGEST_PAGE))
            return b"".join(parts)

        return bounded

    def _error(self, kind: Kind, figure: str = "") -> PodiumError:
        return error_for(Fault(self.address, kind=kind, figure=figure))


def _in_words(size: int) -> str:
    return f"{size / 1e6:,.1f} MB" if size < 1e9 else f"{size / 1e9:,.1f} GB"
