"""What the addresses on a page mean: whole ones, files beside it, and those of clips.

Only http, https and files that lie beside a saved page are addresses.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from archive.names import fold
from ingest.plain_text import one_line
from ingest.sources import MEDIA_SUFFIXES

_STREAMS = frozenset({".m3u8", ".mpd"})
_LONGEST_ADDRESS = 4000
# Lookups among yt-dlp's extractors; a page of clips has far fewer links than this.
_MOST_LOOKUPS = 600
# Extractors of lists, which are no single clip, and of files of any kind.
_LISTS = re.compile(
    r"(?:tab|playlist|user|channel|search|list|album|profile|userpage|space|series|category|tag)$"
)
_ANY_FILES = frozenset({"googledrive", "dropbox", "onedrive", "googledrivefolder", "box"})
_SAYS_CLIP = re.compile(
    r"video|record|watch|clip|mp4|film|talk|lecture|keynote|视频|录像|回放|動画|aufzeichnung|grabacion"
    r"|gravacao|enregistrement|видео"
)
# What the address of a page ends in.
_PAGES = frozenset({"", ".html", ".htm", ".php", ".aspx", ".jsp", ".shtml", ".do"})


@dataclass(slots=True)
class Addresses:
    """What addresses of a page mean; ``base`` is "" for a saved page without one.

    ``folder`` is where a saved page lies, ``origin`` where it says that it came from.
    """

    page: str
    base: str
    folder: Path | None = None
    origin: str = ""
    _keys: dict[str, str | None] = field(default_factory=dict)

    def resolve(self, raw: str) -> tuple[str, str]:
        """The whole address, and "" – or "" and why there is none."""
        raw = one_line(raw)
        if not raw or len(raw) > _LONGEST_ADDRESS:
            return "", ""
        try:
            joined = urljoin(self.base, raw) if self.base else raw
            if not self.base and raw.startswith("//"):
                joined = f"https:{raw}"
            parts = urlsplit(joined)
            host = parts.hostname
        except ValueError:
            return "", f"source: {raw[:200]!r} is no address that can be read"
        if parts.scheme.lower() in ("http", "https"):
            return (joined, "") if host else ("", f"source: {raw[:200]!r} is no whole address")
        if parts.scheme:
            return "", (
                ""
                if parts.scheme in ("about", "mailto", "tel")
                else f"source: an address with the scheme {parts.scheme!r} was left out"
            )
        return self._beside_the_page(raw)

    def _beside_the_page(self, raw: str) -> tuple[str, str]:
        if raw.startswith("#"):
            return "", ""
        if self.folder is not None:
            folder = self.folder.resolve()
            try:
                path = (folder / unquote(urlsplit(raw).path)).resolve()
                if path.is_relative_to(folder) and path.is_file():
                    return str(path), ""
            except (OSError, ValueError):
                return "", f"source: {raw[:200]!r} is no path"
        if self.origin:
            return urljoin(self.origin, raw), ""
        return "", f"source: {raw[:200]!r} is not there beside the page"

    def names_clip(self, address: str, label: str = "") -> bool:
        """Whether a plain address is that of a clip: a media file, or one that yt-dlp names."""
        if suffix_of(address) in MEDIA_SUFFIXES | _STREAMS:
            return True
        if not address.startswith(("http://", "https://")):
            return False
        if urldefrag(address).url == urldefrag(self.page).url or not urlsplit(address).path.strip(
            "/"
        ):
            return False
        extractor = self._extractor(address)
        if extractor in _ANY_FILES:
            return _SAYS_CLIP.search(fold(label)) is not None
        return bool(extractor) and _LISTS.search(extractor) is None

    def may_hold_clip(self, address: str) -> bool:
        """Whether an address can be that of a page with one clip on it."""
        parts = urlsplit(address)
        if urldefrag(address).url == urldefrag(self.page).url or not parts.path.strip("/"):
            return False
        return suffix_of(address) in _PAGES and not self._extractor(address)

    def _extractor(self, address: str) -> str:
        """The extractor of yt-dlp that claims an address, or ""."""
        if address not in self._keys:
            if len(self._keys) >= _MOST_LOOKUPS:
                return ""
            from ingest.downloads.ytdlp import archive_key

            self._keys[address] = archive_key(address)
        return (self._keys[address] or "").partition(":")[0]


def suffix_of(address: str) -> str:
    """The suffix of the file that an address names, in small letters, with its dot."""
    try:
        name = urlsplit(address).path.rpartition("/")[2]
    except ValueError:
        return ""
    return ("." + name.rpartition(".")[2].lower()) if "." in name else ""
