"""What yt-dlp says of a clip (its info dictionary), read into Podium's terms.

Everything here was written by strangers: it is bounded, and where it makes no sense it is left out.
Who uploaded a clip is never read: that is not who speaks.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from archive.errors import UserError
from archive.fields import parse_language
from archive.names import fold
from archive.types import Chapter

_TITLE_LENGTH = 500
_DESCRIPTION_LENGTH = 50_000
_CHAPTERS = 1_000
_PLACEHOLDERS = frozenset({"[private video]", "[deleted video]", "[unavailable video]"})
# yt-dlp gives chapters without a title this name.
_UNTITLED = re.compile(r"<Untitled Chapter \d+>")
# The extractors for which a date is that of the file on the server, and a language is a guess.
_UNNAMED = ("Generic", "HTML5MediaEmbed")
_CAPTION_FORMS = ("vtt", "srt")
# Control characters and halves of characters; tab and line feed stay.
_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Description:
    """What a site says of a clip, before or after it was fetched.

    ``chapters`` are in order, each start once. ``duration_ms`` is None where it is not said.
    """

    title: str
    description: str = ""
    published_on: date | None = None
    language: str = ""
    chapters: tuple[Chapter, ...] = ()
    duration_ms: int | None = None


@dataclass(frozen=True, slots=True)
class CaptionChoice:
    """The captions of a clip that are worth fetching.

    ``language`` is BCP 47, or "" where the site does not say it. ``automatic`` says that a machine
    of the site wrote them. ``source`` is yt-dlp's dictionary of the file, ``form`` vtt or srt.
    """

    language: str
    automatic: bool
    form: str
    source: Mapping[str, Any]


def description_of(info: Mapping[str, Any], address: str) -> Description:
    """What the site says of a clip; the address where it gives no title."""
    named = info.get("extractor_key") not in _UNNAMED
    title = one_line(info.get("title") or info.get("id")) or address
    if info.get("extractor_key") == "HTML5MediaEmbed":
        # yt-dlp numbers the clips of a page, also where there is one.
        title = title.removesuffix(" (1)")
    duration_s = _number(info.get("duration"))
    return Description(
        title=title,
        description=text_of(info.get("description")),
        published_on=published_on(info) if named else None,
        language=language_of(info.get("language")) if named else "",
        chapters=chapters_of(info),
        duration_ms=round(duration_s * 1000) if duration_s else None,
    )


def chapters_of(info: Mapping[str, Any]) -> tuple[Chapter, ...]:
    """The clip's chapters in order; those without a title, a place or an end of the clip go."""
    end_s = _number(info.get("duration")) or math.inf
    found: dict[int, str] = {}
    for chapter in _dictionaries(info.get("chapters"))[:_CHAPTERS]:
        start_s, title = _number(chapter.get("start_time")), one_line(chapter.get("title"))
        if start_s is not None and start_s < end_s and title and not _UNTITLED.fullmatch(title):
            found.setdefault(round(start_s * 1000), title)
    return tuple(Chapter(start_ms, title) for start_ms, title in sorted(found.items()))


def published_on(info: Mapping[str, Any]) -> date | None:
    """The day a clip was given out, by date or by timestamp (UTC); None where that is not said."""
    for name in ("release_date", "upload_date"):
        day = str(info.get(name) or "")
        if len(day) == 8 and day.isdecimal():
            try:
                return datetime.strptime(day, "%Y%m%d").date()
            except ValueError:
                continue
    for name in ("release_timestamp", "timestamp"):
        seconds = _number(info.get(name))
        if seconds:
            try:
                return datetime.fromtimestamp(seconds, UTC).date()
            except (OverflowError, ValueError, OSError):
                continue
    return None


def is_placeholder(entry: Mapping[str, Any]) -> bool:
    """Whether a playlist names a clip that is private or deleted by now."""
    return fold(one_line(entry.get("title"))) in _PLACEHOLDERS


def choose_captions(info: Mapping[str, Any], language: str) -> CaptionChoice | None:
    """The captions that hold what is spoken, or None.

    Those that a person made come first: in ``language``, else in the clip's own language, else the
    only ones there are where neither is known. After them those of the site's own recognition, in
    the language that is spoken, and never their translations.
    """
    manual, automatic = (_by_language(info.get(n)) for n in ("subtitles", "automatic_captions"))
    own = str(info.get("language") or "")
    original = _original(automatic, own)
    wanted = language_of(language) or language_of(own) or language_of(original)
    key = _matching(manual, wanted)
    if key is None and len(manual) == 1:
        (only,) = manual
        # A translation is no transcript: a language that is known to be another is not taken.
        key = only if not wanted or not language_of(only) else None
    if key is not None:
        return _choice(manual[key], language_of(key), automatic=False)
    if original is not None and _same(language_of(original), wanted):
        return _choice(automatic[original], language_of(original), automatic=True)
    return None


def language_of(value: object) -> str:
    """A language as a site writes it (``en``, ``en_US``, ``en-orig``), as BCP 47; "" for others."""
    text = str(value or "").replace("_", "-").removesuffix("-orig")
    # YouTube adds the name of a track to its language: en-nP7-2PuUl7o.
    tag = re.match(r"[A-Za-z]{2,3}(-([A-Za-z]{4}|[A-Za-z]{2}|\d{3}))*(?=-|$)", text)
    try:
        found = parse_language(tag[0]) if tag else ""
    except UserError:
        return ""
    return "" if found in ("und", "mul", "zxx") else found


def text_of(value: object, longest: int = _DESCRIPTION_LENGTH) -> str:
    """A text of a site, without what catalogs and pages cannot hold."""
    return _UNFIT.sub(" ", str(value or "")[:longest]).strip()


def one_line(value: object) -> str:
    """A text of a site as one line of at most 500 characters, without control characters."""
    text = "".join(c if c.isprintable() else " " for c in str(value or ""))
    return " ".join(text.split())[:_TITLE_LENGTH]


def _by_language(tracks: object) -> dict[str, list[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = {}
    if isinstance(tracks, Mapping):
        for key, sources in tracks.items():
            usable = [s for s in _dictionaries(sources) if s.get("ext") in _CAPTION_FORMS]
            if usable:
                found[str(key or "")] = usable
    return found


def _original(automatic: Mapping[str, Any], own: str) -> str | None:
    """The key of the automatic captions in the language that is spoken.

    YouTube marks it with ``-orig`` among hundreds of translations; elsewhere it is the clip's own
    language, or the only one.
    """
    marked = [key for key in automatic if key.endswith("-orig")]
    if marked:
        return marked[0]
    if len(automatic) == 1:
        return next(iter(automatic))
    return own if own in automatic else None


def _matching(keys: Mapping[str, Any], wanted: str) -> str | None:
    """The key in the very language that is wanted, else one that shares its first subtag."""
    if not wanted:
        return None
    same = [key for key in keys if _same(language_of(key), wanted)]
    exact = [key for key in same if language_of(key).lower() == wanted.lower()]
    return next(iter([*exact, *same]), None)


def _same(language: str, wanted: str) -> bool:
    return not wanted or language.partition("-")[0] == wanted.partition("-")[0]


def _choice(
    sources: Sequence[Mapping[str, Any]], language: str, *, automatic: bool
) -> CaptionChoice:
    # YouTube's automatic WebVTT says each line up to three times, as it rolls; its SubRip does not.
    forms = _CAPTION_FORMS[::-1] if automatic else _CAPTION_FORMS
    source = min(sources, key=lambda source: forms.index(source["ext"]))
    return CaptionChoice(language, automatic, str(source["ext"]), source)


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) and value >= 0 else None


def _dictionaries(values: object) -> list[Mapping[str, Any]]:
    if not isinstance(values, Sequence):
        return []
    return [value for value in values if isinstance(value, Mapping)]
