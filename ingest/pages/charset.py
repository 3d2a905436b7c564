"""Bytes of a page or a text to characters, whatever they were written in.

Asked in this order: a byte order mark; whether the bytes are valid UTF-8 with other letters than
ASCII, which no other encoding is by chance; what the server says; what the page says; and last a
guess by charset-normalizer. Names of encodings mean what browsers take them for.
"""

from __future__ import annotations

import codecs
import re

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What browsers read under a narrower name (WHATWG Encoding Standard, section 4.2).
_BROADER = {
    "ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874",
    "tis-620": "cp874", "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932",
    "euc_kr": "cp949", "big5": "big5hkscs",
}  # fmt: skip
_HEAD_BYTES = 8192
_GUESSED_BYTES = 200_000
_FEW = 200


def decode_page(content: bytes, charset: str | None = None) -> str:
    """The text of a page; ``charset`` is what the server said. Never fails: odd bytes show as �."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content.decode(encoding, errors="replace")
    if not content.isascii():
        try:
            return content.decode("utf-8")
        except UnicodeDecodeError:
            pass
    for name in (charset, _declared(content[:_HEAD_BYTES])):
        if encoding := _encoding(name):
            return content.decode(encoding, errors="replace")
    return content.decode(_guess(content), errors="replace")


def _encoding(name: str | None) -> str:
    """Python's name for an encoding as pages name it; "" where there is none."""
    try:
        found = codecs.lookup((name or "").strip(" \"';").replace("x-sjis", "shift_jis"))
    except (LookupError, ValueError):
        return ""
    if not getattr(found, "_is_text_encoding", True):
        return ""
    encoding = _BROADER.get(found.name, found.name)
    return (
        "" if encoding.startswith(("utf-16", "utf-32", "utf-7", "idna", "punycode")) else encoding
    )


def _declared(head: bytes) -> str:
    """The encoding that a page names in ``<meta>`` or in its XML declaration."""
    text = head.decode("latin-1")
    if text.lstrip().startswith("<?xml"):
        declaration = text[: text.find("?>")]
        _, _, rest = declaration.partition("encoding=")
        if rest:
            return rest.strip("\"' ").split('"')[0].split("'")[0]
    from lxml import etree

    parser = etree.HTMLParser(encoding="iso-8859-1")
    parser.feed(head)
    try:
        root = parser.close()
    except etree.XMLSyntaxError:
        return ""
    for meta in root.iter("meta") if root is not None else ():
        if named := meta.get("charset"):
            return str(named)
        if (meta.get("http-equiv") or "").lower() == "content-type":
            found = re.search(r"charset\s*=\s*([\w.:-]+)", meta.get("content") or "", re.IGNORECASE)
            if found:
                return found[1]
    return ""


def _guess(content: bytes) -> str:
    """An encoding for bytes that nothing is said of."""
    odd = sum(byte > 127 for byte in content[:_GUESSED_BYTES])
    if odd == 0:
        return "ascii"
    if odd < min(len(content), _GUESSED_BYTES) / _FEW:
        return "cp1252"
    from charset_normalizer import from_bytes

    best = from_bytes(content[:_GUESSED_BYTES]).best()
    return _encoding(best.encoding) or "cp1252" if best else "cp1252"
