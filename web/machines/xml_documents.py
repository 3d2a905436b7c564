"""XML for machines: elements that take any text, and the answer that carries them."""

from __future__ import annotations

import re

from flask import Response
from lxml import etree

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def add(parent: etree._Element, name: str, text: str = "", **attributes: str) -> etree._Element:
    """Put an element with that text behind the others of ``parent``.

    Characters that XML 1.0 cannot carry are left out.
    """
    element = etree.SubElement(parent, name, {k: _plain(v) for k, v in attributes.items()})
    element.text = _plain(text) or None
    return element


def xml_response(root: etree._Element, media_type: str) -> Response:
    """The document as an answer, in UTF-8."""
    body = etree.tostring(root, encoding="utf-8", xml_declaration=True)
    return Response(body, content_type=f"{media_type}; charset=utf-8")


def _plain(text: str) -> str:
    return _FORBIDDEN.sub("", text)
