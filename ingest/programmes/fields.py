"""Single values as schedules and feeds write them: prose with markup, languages, links."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath
from urllib.parse import parse_qs, unquote, urlencode, urljoin, urlsplit, urlunsplit

import pycountry

from archive.errors import UserError
from archive.fields import parse_language
from ingest.sources import MEDIA_SUFFIXES, Source, identify

_LONGEST_TEXT = 50_000
_LONGEST_ADDRESS = 2_000
_BLOCK_NAMES = (
    "address article aside blockquote dd div dl dt figcaption figure footer form h1 h2 h3 h4 h5 "
    "h6 header hr main nav ol p pre section table ul"
)
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_UNREAD = frozenset({"script", "style", "head", "template", "svg", "math", "noscript"})
_TAG = re.compile(
    r"</?(a|b|br|blockquote|code|div|em|font|h[1-6]|hr|i|img|li|ol|p|pre|section|small|span|strong|"
    r"sub|sup|table|td|tr|u|ul)(\s[^<>]*)?/?>|<!--",
    re.IGNORECASE,
)
_AUTOLINK = re.compile(r"<((?:https?://|mailto:)[^\s<>]+)>")
# Markdown that cannot be meant as text, and what remains of it. Lengths are bounded, so that no
# text makes the search long.
_MARKDOWN = tuple(
    (re.compile(pattern, re.MULTILINE), kept)
    for pattern, kept in (
        (r"^[ \t]{0,3}(```|~~~).*$", ""),
        (r"^[ \t]{0,3}\[[^\]\n]{1,200}\]:[ \t]*\S{1,2000}.*$", ""),
        (r"!?\[([^\[\]\n]{1,500})\]\([^()\s]{0,2000}([ \t]+\"[^\"\n]{0,200}\")?\)", r"\1"),
        (r"!?\[([^\[\]\n]{1,500})\]\[[^\[\]\n]{0,200}\]", r"\1"),
        (r"^[ \t]{0,3}#{1,6}[ \t]+(\S.*?)[ \t]*#*[ \t]*$", r"\1"),
        (r"^[ \t]{0,3}(=+|-{3,}|\*{3,}|_{3,})[ \t]*$", ""),
        (r"^[ \t]{0,3}>[ \t]?", ""),
        (r"^([ \t]*)[*+][ \t]+(?=\S)", r"\1- "),
        (r"(\*\*|__)(?=\S)([^\n]{1,500}?)(?<=\S)\1", r"\2"),
        (r"(?<![\w*])\*(?=[^\s*])([^*\n]{1,500}?)(?<=\S)\*(?![\w*])", r"\1"),
        (r"(?<![\w_])_(?=[^\s_])([^_\n]{1,500}?)(?<=\S)_(?![\w_])", r"\1"),
        (r"(`{1,2})(?=\S)([^`\n]{1,500}?)\1", r"\2"),
        (r"\\([\\`*_{}\[\]()#+.!>~|-])", r"\1"),
    )
)
# How yt-dlp ends the names of extractors whose addresses stand for many clips.
_OF_MANY = (
    "tab", "playlist", "channel", "user", "album", "set", "search", "collection", "category",
    "series", "season", "tag", "profile", "group",
)  # fmt: skip


def plain_text(markup: str) -> str:
    """Prose without its HTML tags and entities; paragraphs and list items keep their lines.

    Text beyond 50,000 characters is left out.
    """
    text = _AUTOLINK.sub(r"\1", markup[:_LONGEST_TEXT])
    if _TAG.search(text):
        reader = _ProseOfHTML()
        reader.feed(text)
        reader.close()
        return _tidy("".join(reader.parts))
    return _tidy(unescape(text))


def plain_markdown(text: str) -> str:
    """Prose without its Markdown, and without HTML."""
    text = plain_text(text)
    for pattern, kept in _MARKDOWN:
        text = pattern.sub(kept, text)
    return _tidy(text)


def one_line(text: str) -> str:
    """A title or name: plain, and without line breaks."""
    return " ".join(plain_text(text).split())


class _ProseOfHTML(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._unread = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNREAD:
            self._unread += 1
        elif tag in _BLOCKS:
            self.parts.append("\n\n")
        elif tag in ("br", "tr"):
            self.parts.append("\n")
        elif tag == "li":
            self.parts.append("\n- ")
        elif tag in ("td", "th"):
            self.parts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNREAD:
            self._unread = max(0, self._unread - 1)
        elif tag in _BLOCKS:
            self.parts.append("\n\n")

    def handle_data(self, data: str) -> None:
        if not self._unread:
            # Line breaks of the source are blanks; those of the text come from the tags.
            self.parts.append(re.sub(r"\s+", " ", data))


def _tidy(text: str) -> str:
    # NUL and other controls have no place in a catalog.
    text = re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", "", text.replace("\r\n", "\n").replace("\r", "\n"))
    lines = [" ".join(line.split()) for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def language_tag(stated: str) -> tuple[str, str]:
    """A stated language as a BCP 47 tag and "", or "" and a sentence on what is wrong with it."""
    if not stated.strip():
        return "", ""
    # Pretalx calls its forms of address languages: de-formal.
    tag = re.sub(r"-(in)?formal$", "", stated.strip().replace("_", "-"), flags=re.IGNORECASE)
    doubt = f"The language is given as {stated.strip()[:40]!r}, which is no language code."
    try:
        primary, *more = parse_language(tag).split("-")
    except UserError:
        named = pycountry.languages.get(name=tag.title())
        return (named.alpha_2, "") if named and hasattr(named, "alpha_2") else ("", doubt)
    known = pycountry.languages.get(**{f"alpha_{len(primary)}": primary})
    if known is None:
        return "", doubt
    primary = getattr(known, "alpha_2", primary)
    # Regions are written in capitals, scripts with one: zh-Hant-TW.
    forms = {2: str.upper, 4: str.title}
    return "-".join([primary, *(forms.get(len(part), str.lower)(part) for part in more)]), ""


def web_address(text: str, base: str) -> str:
    """A link as a complete http or https address, or "" where it is none."""
    try:
        address = urljoin(base, "".join(text.split()))
        parts = urlsplit(address)
        complete = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return ""
    return address if complete and len(address) <= _LONGEST_ADDRESS else ""


def is_media_address(address: str) -> bool:
    """Whether an address ends like a recording."""
    path = re.split(r"[?#]", address, maxsplit=1)[0]
    return PurePosixPath(unquote(path)).suffix.lower() in MEDIA_SUFFIXES


def clip_source(address: str) -> Source:
    """The identity of a clip's address; of YouTube's, without the playlist it was seen in."""
    parts = urlsplit(address)
    clip = parse_qs(parts.query).get("v")
    if clip and parts.path == "/watch" and (parts.hostname or "").endswith("youtube.com"):
        address = urlunsplit(parts._replace(query=urlencode({"v": clip[0]}), fragment=""))
    return identify(address, Path())


def clip_at(address: str) -> Source | None:
    """The clip at an address that a named extractor of yt-dlp claims as one clip, else None."""
    source = clip_source(address)
    extractor, _, clip = source.key.partition(":")
    claimed = clip and not clip.startswith("//") and not extractor.endswith(_OF_MANY)
    return source if claimed else None
