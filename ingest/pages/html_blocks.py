"""A parsed page as blocks in reading order, in one walk over its elements.

Navigation, footers, forms, cookie banners and comments are left out by what the page calls them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ingest.pages.addresses import Addresses
from ingest.pages.blocks import LONGEST_TEXT, MOST_BLOCKS, Block, Cell, Clip, Line
from ingest.pages.clips import clip_of
from ingest.pages.line_titles import is_caption
from ingest.plain_text import SPLIT, plain, without_controls, word_set

if TYPE_CHECKING:
    from lxml.etree import _Element


_INLINE = word_set(
    """
    a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q
    rp rt ruby s samp small span strike strong sub sup time tt u var wbr img picture svg
    source track param
    """
)
_UNREAD = word_set(
    """
    script style template nav footer head title select option textarea form dialog math
    canvas map svg datalist menu
    """
)
_UNREAD_ROLES = word_set(
    """
    navigation contentinfo search dialog alertdialog menu menubar banner-dialog
    """
)
_UNREAD_NAMES = word_set(
    """
    nav navbar navigation main-navigation site-navigation menu main-menu breadcrumb
    breadcrumbs footer site-footer page-footer widget-area comments comments-area
    comment-list comment-respond respond cookie-banner cookie-notice cookie-consent
    cookiebar cookie-bar consent related related-posts related-news related-articles yarpp
    share sharing social social-share share-buttons sharedaddy advertisement advert ads
    ad-container newsletter pagination pager skip-link screen-reader-text sr-only
    visually-hidden usercentrics gdpr popup modal-backdrop entry-meta post-meta byline
    posted-on entry-footer jp-relatedposts disqus_thread post-navigation toc author-box
    footer-widgets
    """
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_WORD_PROCESSOR = word_set("spelle grame apple-converted-space apple-style-span")
_SIDEBAR = re.compile(
    r"(?:(?:left|right|primary|secondary|page|site|region|main)[-_])?sidebar"
    r"(?:[-_](?:first|second|left|right|primary|secondary|inner|area|column|col|wrapper|\d+))*"
)
# What parts columns in text that is set with blanks.
_COLUMN_GAP = re.compile(r"\t+| {2,}")
_LONE_ADDRESS = re.compile(r"https?://\S{4,300}")
_DEEPEST = 120
_WIDEST = 100


@dataclass(slots=True)
class _Table:
    key: int
    row: int = -1
    column: int = 0
    taken: dict[int, int] = field(default_factory=dict)

    def next_row(self) -> None:
        self.row += 1
        self.column = 0
        self.taken = {column: rows - 1 for column, rows in self.taken.items() if rows > 1}

    def next_cell(self, element: _Element, *, header: bool) -> Cell:
        while self.column in self.taken:
            self.column += 1
        columns, rows = _span(element, "colspan"), _span(element, "rowspan")
        cell = Cell(self.key, self.row, self.column, columns, rows, header)
        self.taken |= {self.column + offset: rows for offset in range(columns)}
        self.column += columns
        return cell


def _span(element: _Element, name: str) -> int:
    text = (element.get(name) or "1").strip()
    return max(1, min(int(text), _WIDEST)) if text.isdecimal() and len(text) < 6 else 1


@dataclass(slots=True)
class _Frame:
    """An open block element."""

    element: _Element
    tag: str
    hint: str
    path: tuple[int, ...]
    cell: Cell | None
    ordinal: int | None = None


def html_blocks(root: _Element, addresses: Addresses) -> list[Block]:
    """The blocks of a parsed page, at most 30,000."""
    return _Reader(addresses).read(root)


class _Reader:
    """Walks over the elements of a page once, without recursion."""

    def __init__(self, addresses: Addresses) -> None:
        self.addresses = addresses
        self.blocks: list[Block] = []
        self.frames: list[_Frame] = []
        self.tables: list[_Table] = []
        self.lists: list[int | None] = []
        self.inline: list[tuple[str, bool, bool, str]] = []
        self.runs: list[tuple[str, str]] = []
        self.pending: list[Clip] = []
        self.count = 0
        self.unread: _Element | None = None
        self.silent = 0

    def read(self, root: _Element) -> list[Block]:
        from lxml.etree import iterwalk

        for event, element in iterwalk(root, events=("start", "end")):
            if len(self.blocks) >= MOST_BLOCKS:
                break
            tag = _tag(element)
            if event == "start":
                if self.unread is None:
                    self._start(element, tag)
            elif self.unread is None:
                self._end(element, tag)
                self._text(element.tail)
            elif self.unread is element:
                self.unread = None
                self._text(element.tail)
        self._flush()
        return self.blocks

    def _start(self, element: _Element, tag: str) -> None:
        if self._is_unread(element, tag):
            self.unread = element
            if tag not in _INLINE:
                self._flush()
            return
        found = (
            clip_of(element, tag, self.addresses)
            if tag not in ("source", "param", "meta")
            else None
        )
        if found and tag != "a":
            self._flush()
            label = plain(element.get("title") or element.get("aria-label") or "")
            self._add_clip(Clip(found.address, label, found.doubt, self._path(), self._cell()))
        if tag in ("iframe", "video", "audio", "object", "embed", "svg"):
            self.unread = element
            return
        if tag == "noscript":
            self.silent += 1
        elif tag == "br":
            self._flush()
        elif tag == "a" and found:
            self._start_link(element, found.address, found.doubt)
        elif tag in _INLINE or ":" in tag:
            self._start_inline(element, tag)
        else:
            self._start_block(element, tag)
        self._text(element.text)

    def _start_link(self, element: _Element, address: str, doubt: str) -> None:
        texts = [str(text) for text in list(element.itertext())[:50]]
        label = plain(without_controls(" ".join(texts))) or plain(element.get("title") or "")
        self.pending.append(Clip(address, label[:300], doubt, self._path(), self._cell()))
        if is_caption(label):
            self.unread = element
        else:
            self.inline.append(("a", *self._set(), "a"))

    def _start_inline(self, element: _Element, tag: str) -> None:
        if tag == "sup" and not re.search(r"[^\W\d_]{2}", element.text or ""):
            self.unread = element
            return
        if tag == "a" and is_caption(" ".join(str(t) for t in list(element.itertext())[:20])):
            self.unread = element
            return
        strong, emphatic = self._set()
        strong = (
            strong
            or tag in ("b", "strong")
            or "bold" in (element.get("style") or "").lower().replace("font-weight:700", "bold")
        )
        emphatic = emphatic or tag in ("em", "i", "cite", "q")
        names = [
            n for n in (element.get("class") or "").split() if n.lower() not in _WORD_PROCESSOR
        ]
        name = " ".join(names)[:80] or (self.inline[-1][3] if self.inline else "")
        self.inline.append((tag, strong, emphatic, "a" if tag == "a" else name))

    def _set(self) -> tuple[bool, bool]:
        return (self.inline[-1][1], self.inline[-1][2]) if self.inline else (False, False)

    def _start_block(self, element: _Element, tag: str) -> None:
        self._flush()
        path = self._path()
        if len(path) < _DEEPEST:
            self.count += 1
            path = (*path, self.count)
        cell, ordinal = self._cell(), None
        if tag == "table":
            self.tables.append(_Table(self.count))
            cell = None
        elif tag == "tr" and self.tables:
            self.tables[-1].next_row()
        elif tag in ("td", "th") and self.tables:
            cell = self.tables[-1].next_cell(element, header=tag == "th")
        elif tag in ("ol", "ul"):
            start = (element.get("start") or "1").strip()
            self.lists.append((int(start) if start.isdecimal() else 1) if tag == "ol" else None)
        elif tag == "li" and self.lists and self.lists[-1] is not None:
            ordinal = self.lists[-1]
            self.lists[-1] = ordinal + 1
        hint = f"{element.get('class') or ''} {element.get('itemprop') or ''}".strip()[:120].lower()
        self.frames.append(_Frame(element, tag, hint, path, cell, ordinal))

    def _end(self, element: _Element, tag: str) -> None:
        if tag == "noscript":
            self.silent = max(0, self.silent - 1)
        elif tag == "br":
            return
        elif self.frames and self.frames[-1].element is element:
            self._flush()
            self.frames.pop()
            if tag == "table" and self.tables:
                self.tables.pop()
            elif tag in ("ol", "ul") and self.lists:
                self.lists.pop()
        elif self.inline and (tag in _INLINE or ":" in tag):
            self.inline.pop()

    def _text(self, text: str | None) -> None:
        if not text or self.silent or self.unread is not None:
            return
        text = without_controls(str(text))
        strong, emphatic = self._set()
        name = self.inline[-1][3] if self.inline else ""
        key = f"{'b' if strong else ''}{'i' if emphatic else ''}.{name}"
        if self.frames and self.frames[-1].tag == "pre":
            first, *others = text.split("\n")
            self.runs.append((first, key))
            for other in others:
                self._flush()
                self.runs.append((_COLUMN_GAP.sub(SPLIT, other.strip()), key))
        else:
            self.runs.append((text, key))

    def _flush(self) -> None:
        text, keys = _joined(self.runs)
        self.runs = []
        if _LONE_ADDRESS.fullmatch(plain(text)) and self.addresses.names_clip(plain(text)):
            self.pending.insert(0, Clip(plain(text), "", "", self._path(), self._cell()))
        elif plain(text):
            self.blocks.append(self._line(text[:LONGEST_TEXT], keys))
        for clip in self.pending:
            self._add_clip(clip)
        self.pending = []

    def _line(self, text: str, keys: Iterable[str]) -> Line:
        frame = self.frames[-1] if self.frames else None
        marks = {key.partition(".")[0] for key in keys}
        names = {key.partition(".")[2] for key in keys}
        strong, emphatic = all("b" in m for m in marks), all("i" in m for m in marks)
        tag = frame.tag if frame else "p"
        level = _HEADINGS.get(tag, 7 if strong and len(text) < 250 else 8 if tag == "dt" else 9)
        name = names.pop() if len(names) == 1 else ""
        hint = f"{frame.hint if frame else ''} {name}".strip().lower()
        style = f"{tag}.{hint}{'*' if strong else ''}{'/' if emphatic else ''}"
        ordinal = None
        for open_frame in reversed(self.frames):
            if open_frame.ordinal is not None:
                ordinal, open_frame.ordinal = open_frame.ordinal, None
            if open_frame.tag == "li":
                break
        return Line(
            text=text, path=self._path(), tag=tag, level=level, style=style, hint=hint,
            ordinal=ordinal, cell=self._cell(), emphatic=emphatic,
        )  # fmt: skip

    def _add_clip(self, clip: Clip) -> None:
        last = self.blocks[-1] if self.blocks else None
        if not (isinstance(last, Clip) and clip.address and last.address == clip.address):
            self.blocks.append(clip)

    def _path(self) -> tuple[int, ...]:
        return self.frames[-1].path if self.frames else ()

    def _cell(self) -> Cell | None:
        return self.frames[-1].cell if self.frames else None

    def _is_unread(self, element: _Element, tag: str) -> bool:
        if tag in ("", "body", "html", "main", "article"):
            return tag == ""
        named = (element.get("role") or "").lower() in _UNREAD_ROLES
        named = named or element.get("aria-modal") == "true"
        for name in f"{element.get('class') or ''} {element.get('id') or ''}".lower().split()[:30]:
            named = named or name in _UNREAD_NAMES or name.startswith(("cookie", "gdpr-", "cmplz-"))
            named = named or _SIDEBAR.fullmatch(name) is not None
        if not named and tag not in _UNREAD:
            return False
        # Whatever it is called, an element with the page's heading is the page itself.
        return tag in ("script", "style", "head", "template", "title", "svg") or not any(
            True for _ in element.iter("h1", "main")
        )


def _tag(element: _Element) -> str:
    return element.tag.lower() if isinstance(element.tag, str) else ""


def _joined(runs: list[tuple[str, str]]) -> tuple[str, list[str]]:
    """The runs of a line as one text, with SPLIT where the way they are set changes."""
    parts: list[str] = []
    keys: list[str] = []
    blank = False
    for text, key in runs:
        if not text.strip():
            blank = blank or bool(text)
            continue
        if keys and key != keys[-1]:
            before, touching = (
                parts[-1][-1:],
                not blank and not text[:1].isspace() and not parts[-1][-1:].isspace(),
            )
            inside_word = touching and before.isalnum() and text[:1].isalnum()
            renamed = key.partition(".")[2] != keys[-1].partition(".")[2]
            parts.append(SPLIT if renamed or not inside_word else "")
        elif blank:
            parts.append(" ")
        parts.append(text)
        keys.append(key)
        blank = text[-1:].isspace()
    return re.sub(r"\s+", " ", "".join(parts).replace(SPLIT, "\0")).replace(
        "\0", SPLIT
    ).strip(), keys
