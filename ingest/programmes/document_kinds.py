"""What kind of document some bytes are, judged by what is in them: servers lie about types."""

from __future__ import annotations

import codecs
import json
import re
from typing import Literal

Kind = Literal["page", "feed", "schedule", "text", "other"]

_HEAD = 1 << 16
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROLS = frozenset(range(32)) - frozenset(b"\t\n\f\r\x1b")
_NO_TEXTS = ("#EXTM3U", "WEBVTT", "%PDF-", "{\\rtf")
_NO_TEXT_TYPES = ("text/css", "text/vtt", "text/csv", "text/javascript", "application/javascript")
_PROLOGUE = re.compile(
    r"\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE\s+(?P<name>[\w:.-]+)[^\[>]*(\[.*?\]\s*)?>",
    re.DOTALL | re.I,
)
_TAG = re.compile(r"<([A-Za-z][\w.-]*:)?([A-Za-z][\w.-]*)")
_PAGE_TAG_NAMES = (
    "html head body title meta link base style script noscript div p a article section main "
    "header footer nav aside h1 h2 h3 h4 h5 h6 ul ol li dl table tr td span br hr img form "
    "iframe video audio center font b i em strong blockquote pre figure"
)
_PAGE_TAGS = frozenset(_PAGE_TAG_NAMES.split())


def kind_of(content: bytes, mime_type: str, name: str) -> Kind:
    """The kind of a document; ``mime_type`` and ``name`` decide only where its content does not.

    ``page`` is HTML in any form, ``feed`` is RSS, Atom or RSS 1.0 (RDF), ``schedule`` is the XML
    or JSON of Frab and Pretalx, ``text`` is plain text. Never raises.
    """
    if is_binary(content[:_HEAD]):
        return "other"
    text = _decoded(content[:_HEAD]).lstrip("\ufeff \t\r\n\f")
    if text.startswith(("{", "[")) and (of_json := _kind_of_json(content)):
        return of_json
    root = _root(text)
    if root:
        return _kind_of_markup(root, text, content, mime_type, name)
    called_page = "html" in mime_type or name.lower().endswith((".html", ".htm", ".xhtml"))
    if called_page and any(tag.lower() in _PAGE_TAGS for _, tag in _TAG.findall(text)):
        return "page"
    if not text or text.startswith(_NO_TEXTS) or mime_type in _NO_TEXT_TYPES:
        return "other"
    return "text"


def is_media(first: bytes, mime_type: str) -> bool:
    """Whether an answer that begins with ``first`` is a clip or other media and no document."""
    if is_binary(first):
        return True
    text = _decoded(first).lstrip("\ufeff \t\r\n\f")
    if text.startswith("#EXTM3U"):
        return True
    return mime_type.startswith(("audio/", "video/", "image/")) and not text.startswith("<")


def is_binary(first: bytes) -> bool:
    """Whether bytes from the beginning of a file are no text in any usual encoding."""
    if first.startswith(tuple(mark for mark, _ in _BYTE_ORDER_MARKS)):
        return False
    if first.startswith((b"%PDF-", b"<\0", b"\0<")):
        return first.startswith(b"%PDF-")
    controls = sum(byte in _CONTROLS for byte in first)
    return 0 in first or controls * 50 > len(first)


def _decoded(content: bytes) -> str:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return content.decode(encoding, "replace")
    if content.startswith((b"<\0", b"\0<")):
        return content.decode("utf-16-le" if content[1] == 0 else "utf-16-be", "replace")
    return content.decode("utf-8", "replace")


def _kind_of_json(content: bytes) -> Kind | None:
    """The kind of a JSON document; None where it is no JSON, such as a text in brackets."""
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        return None
    inner = document.get("schedule") if isinstance(document, dict) else None
    found = isinstance(inner, dict) and isinstance(inner.get("conference"), dict)
    return "schedule" if found else "other"


def _root(text: str) -> str:
    """The first tag of a document of markup, or "html" for its document type; "" for none."""
    at = 0
    while skipped := _PROLOGUE.match(text, at):
        if (skipped["name"] or "").lower() == "html":
            return "html"
        at = skipped.end()
    tag = _TAG.match(text, at)
    return (tag[1] or "") + tag[2] if tag else ""


def _kind_of_markup(root: str, text: str, content: bytes, mime_type: str, name: str) -> Kind:
    local = root.rpartition(":")[2]
    if local in ("rss", "feed"):
        return "feed"
    if local == "RDF":
        return "feed" if "http://purl.org/rss/" in text or "/rdf/simple/0.9/" in text else "other"
    if local == "schedule":
        return "schedule" if b"<conference" in content or b"<day" in content else "other"
    called_page = "html" in mime_type or name.lower().endswith((".html", ".htm", ".xhtml"))
    return "page" if called_page or local.lower() in _PAGE_TAGS else "other"
