"""What stands beside a page's text: the titles it gives itself, and its schema.org event."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from archive.names import name_key
from ingest.plain_text import one_line

if TYPE_CHECKING:
    from lxml.etree import _Element

_LONGEST_TITLE = 400
_LONGEST_DATA = 300_000


@dataclass(slots=True)
class PageHead:
    """What stands beside the text: the titles a page gives itself, and its schema.org event."""

    h1: list[str] = field(default_factory=list)
    title: str = ""
    og_title: str = ""
    site_name: str = ""
    event: dict[str, Any] = field(default_factory=dict)


def read_head(root: _Element) -> PageHead:
    """Titles and schema.org data of a parsed page."""
    head = PageHead()
    for element in root.iter("h1", "title", "meta", "script"):
        if element.tag == "h1" and len(head.h1) < 10:
            text = one_line(" ".join(str(t) for t in element.itertext()))
            head.h1 += [text] if text else []
        elif element.tag == "title" and not head.title:
            head.title = one_line(" ".join(str(t) for t in element.itertext()))[:500]
        elif element.tag == "meta":
            name = (element.get("property") or element.get("name") or "").lower()
            content = one_line(element.get("content") or "")[:500]
            if name == "og:title":
                head.og_title = head.og_title or content
            elif name == "og:site_name":
                head.site_name = content
        elif (
            element.tag == "script" and "ld+json" in (element.get("type") or "") and not head.event
        ):
            head.event = _schema_event(element.text or "")
    return head


def _schema_event(text: str) -> dict[str, Any]:
    if len(text) > _LONGEST_DATA:
        return {}
    try:
        found: Any = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    entries = found if isinstance(found, list) else [found]
    for entry in entries[:50]:
        graph = entry.get("@graph") if isinstance(entry, dict) else None
        for node in graph[:100] if isinstance(graph, list) else [entry]:
            if isinstance(node, dict) and str(node.get("@type", "")).endswith("Event"):
                return node
    return {}


def event_title(head: PageHead, fallback: str) -> str:
    """The page's title: its one heading, else what it calls itself, without the site's name."""
    if not head.h1 and not head.og_title and fallback and len(head.title.split()) < 3:
        return fallback[:_LONGEST_TITLE]
    called = [_without_site(text, head.site_name) for text in (head.og_title, head.title) if text]
    if len(head.h1) == 1 and head.h1[0] != head.site_name and len(head.h1[0]) > 3:
        return head.h1[0][:_LONGEST_TITLE]
    for heading in head.h1:
        if any(name_key(heading) and name_key(heading) in name_key(text) for text in called):
            return heading[:_LONGEST_TITLE]
    return next((text for text in [*called, *head.h1, fallback] if text), "Event")[:_LONGEST_TITLE]


def _without_site(text: str, site: str) -> str:
    for mark in (" | ", " – ", " - ", " — ", " :: ", " » ", " « ", "_", "－", "----"):
        first, cut, rest = text.rpartition(mark)
        if cut and (
            name_key(rest) == name_key(site) if site else mark in (" | ", "_", " :: ", "----")
        ):
            return first.strip()
    return text
