"""The .info.json that yt-dlp writes beside a clip: what a site says of it, none of it trusted.

Who uploaded a clip, or on which channel, is never taken for its speaker.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from archive.errors import BadManifest, BadSource, UserError
from archive.fields import parse_language
from archive.programme import TalkEntry
from archive.types import Chapter
from ingest.sources import identify, is_url

# Those of talks with ten thousand comments are smaller.
_LARGEST_FILE = 16 * 1024 * 1024
_LONGEST_TITLE = 1_000
_LONGEST_TEXT = 100_000
_LONGEST_ADDRESS = 2_000
_LONGEST_CLIP = 200
_SITE = re.compile(r"[a-z0-9_]{1,80}")
_MOST_CHAPTERS = 1_000
_LONGEST_S = 7 * 24 * 3600
_UNNAMED = re.compile(r"<Untitled Chapter \d+>")
# Halves of characters and controls, which catalogs and pages cannot hold; tab and line feed stay.
_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
# For these yt-dlp knows no more than the server's file: its date is no date of a talk.
_UNNAMED_SITES = frozenset({"generic", "html5mediaembed"})


@dataclass(frozen=True, slots=True)
class ClipInfo:
    """What an .info.json says of a clip; ``entry.source_key`` is that of the clip's address.

    ``manual`` and ``automatic`` are the languages of captions by yt-dlp's names, as people wrote
    them and as a machine did.
    """

    entry: TalkEntry = field(default_factory=lambda: TalkEntry(""))
    manual: frozenset[str] = frozenset()
    automatic: frozenset[str] = frozenset()

    def is_automatic(self, name: str) -> bool:
        """Whether captions of that language's name, as the file has it, come from a machine."""
        if name in self.manual:
            return False
        return name in self.automatic or name.endswith("-orig")


def read_info(path: Path) -> ClipInfo:
    """Read an .info.json; what does not fit in it is left out.

    Raises BadManifest where it is no JSON object, far too large, or nested too deep.
    """
    info = _read(path)
    if info.get("_type", "video") != "video":
        # That of a playlist describes no clip.
        return ClipInfo()
    site = _text(info.get("extractor_key") or info.get("extractor"), 100).lower()
    named = site not in _UNNAMED_SITES
    title = _text(info.get("title"), _LONGEST_TITLE)
    if site == "html5mediaembed":
        # yt-dlp numbers the clips of a page, also where there is one.
        title = title.removesuffix(" (1)")
    entry = TalkEntry(
        title=" ".join(title.split()),
        description=_text(info.get("description"), _LONGEST_TEXT),
        language=_language(info.get("language")) if named else "",
        given_on=_day(info) if named else None,
        source_key=_key(info, site),
        chapters=_chapters(info.get("chapters")),
    )
    manual, automatic = _captions(info)
    return ClipInfo(entry, manual, automatic)


def _read(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as handle:
            content = handle.read(_LARGEST_FILE + 1)
        if len(content) > _LARGEST_FILE:
            raise BadManifest(
                f"{path} is larger than {_LARGEST_FILE >> 20} MiB.",
                advice="Move it away, or write it again without comments.",
            )
        # Python reads NaN and Infinity, which are no JSON.
        info = json.loads(content.decode("utf-8-sig"), parse_constant=lambda _name: None)
    except OSError as error:
        raise BadManifest(f"{path} cannot be read: {error.strerror}.") from error
    except RecursionError as error:
        raise BadManifest(f"{path} is nested too deep.", advice="Move it away.") from error
    except ValueError as error:
        raise BadManifest(
            f"{path} is no JSON: {error}.", advice="Move it away, or have yt-dlp write it again."
        ) from error
    if not isinstance(info, dict):
        raise BadManifest(f"{path} holds no JSON object.", advice="Move it away.")
    return info


def _key(info: Mapping[str, Any], site: str) -> str:
    """The source key that the clip's address has, so that both are the same talk."""
    address = _text(info.get("webpage_url"), _LONGEST_ADDRESS + 1)
    if is_url(address) and len(address) <= _LONGEST_ADDRESS:
        try:
            return identify(address, Path()).key
        except BadSource:
            return ""
    clip = _text(info.get("id"), _LONGEST_CLIP + 1)
    fits = clip and len(clip) <= _LONGEST_CLIP and _SITE.fullmatch(site)
    return f"{site}:{clip}" if fits and site not in _UNNAMED_SITES else ""


def _text(value: object, longest: int) -> str:
    return _UNFIT.sub("", value[:longest]).strip() if isinstance(value, str) else ""


def _language(value: object) -> str:
    try:
        return parse_language(_text(value, 100))
    except UserError:
        return ""


def _day(info: Mapping[str, Any]) -> date | None:
    for key in ("release_date", "upload_date"):
        day = _text(info.get(key), 20)
        if re.fullmatch(r"[0-9]{8}", day):
            try:
                return datetime.strptime(day, "%Y%m%d").date()
            except ValueError:
                continue
    return None


def _chapters(value: object) -> tuple[Chapter, ...]:
    found: dict[int, Chapter] = {}
    for item in value[:_MOST_CHAPTERS] if isinstance(value, list) else ():
        if not isinstance(item, dict):
            continue
        start_ms = _milliseconds(item.get("start_time"))
        title = " ".join(_text(item.get("title"), _LONGEST_TITLE).split())
        if start_ms is not None and title and not _UNNAMED.fullmatch(title):
            found.setdefault(start_ms, Chapter(start_ms, title))
    return tuple(found[start_ms] for start_ms in sorted(found))


def _milliseconds(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if not 0 <= value <= _LONGEST_S:
        return None
    return round(value * 1000)


def _captions(info: Mapping[str, Any]) -> tuple[frozenset[str], frozenset[str]]:
    """Names of the languages with manual captions, and with automatic ones.

    Where a language has both, yt-dlp fetched the manual ones, unless it says what it fetched.
    """
    manual, automatic = _addresses(info, "subtitles"), _addresses(info, "automatic_captions")
    fetched = info.get("requested_subtitles")
    for name, one in fetched.items() if isinstance(fetched, dict) else ():
        address = one.get("url") if isinstance(one, dict) else None
        if isinstance(address, str) and address in automatic.get(name, ()):
            manual.pop(name, None)
    return frozenset(manual), frozenset(automatic)


def _addresses(info: Mapping[str, Any], key: str) -> dict[str, frozenset[str]]:
    """For each language, the addresses of its captions."""
    found = info.get(key)
    if not isinstance(found, dict):
        return {}
    return {
        name: frozenset(
            one["url"]
            for one in (forms if isinstance(forms, list) else ())
            if isinstance(one, dict) and isinstance(one.get("url"), str)
        )
        for name, forms in found.items()
    }
