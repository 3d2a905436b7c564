"""XML from outside, read without trust: no declared entities, no external parts, bounded nesting.

Expat of the standard library is asked directly, because it alone allows all three and still gives
what stands before a fault. No document type is ever fetched.
"""

from __future__ import annotations

import codecs
import html
import re
from dataclasses import dataclass
from xml.etree.ElementTree import Element, TreeBuilder  # no parser of it is used
from xml.parsers import expat

from archive.errors import BadSource

_MOST_ELEMENTS = 500_000
_DEEPEST = 100
# Names of namespaces, as documents spell them, and the prefix under which they are read here.
_PREFIXES = {
    "http://www.w3.org/2005/atom": "atom",
    "http://purl.org/atom/ns#": "atom",
    "http://purl.org/rss/1.0": "",
    "http://my.netscape.com/rdf/simple/0.9": "",
    "http://backend.userland.com/rss2": "",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf",
    "http://purl.org/dc/elements/1.1": "dc",
    "http://purl.org/rss/1.0/modules/content": "content",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "http://search.yahoo.com/mrss": "media",
    "http://www.youtube.com/xml/schemas/2015": "yt",
    "https://podcastindex.org/namespace/1.0": "podcast",
    "https://github.com/podcastindex-org/podcast-namespace/blob/main/docs/1.0.md": "podcast",
    "http://podlove.org/simple-chapters": "psc",
    "http://www.w3.org/xml/1998/namespace": "xml",
}
# Codecs of Python that are no encodings of documents and slow on hostile bytes, and those in which
# a declaration could not be read byte by byte as it was.
_NO_ENCODINGS = re.compile(r"idna|punycode|undefined|(raw-)?unicode-escape|utf-(7|16|32).*")
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([\w.:-]+)["']""")
_CONTROL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_AMPERSAND = re.compile(r"<!\[CDATA\[|\]\]>|&(#\d{1,7};|#[xX][0-9A-Fa-f]{1,6};|[A-Za-z]\w{0,31};)?")
_OF_XML = frozenset({"amp;", "lt;", "gt;", "quot;", "apos;"})


@dataclass(frozen=True, slots=True)
class XmlDocument:
    """What could be read of a document; ``fault`` says what is wrong with it, or is empty.

    Tags and attributes of the namespaces that feeds use have their usual prefix, as in
    ``media:content``; those of unknown namespaces begin with a colon.
    """

    root: Element
    fault: str = ""


def parse_xml(content: bytes, address: str, *, mend: bool = False) -> XmlDocument:
    """Read a document. With ``mend``, one that is not well-formed is read as far as it goes.

    Raises BadSource where it is not well-formed (or nothing of it can be read), declares
    entities, or is nested or long beyond all measure. ``address`` is for the messages.
    """
    text, certain = _decode(content)
    first = _Reading(address)
    fault = first.read(text, namespaces=True)
    if not fault:
        return XmlDocument(first.root(), "" if certain else "its encoding is not the stated one")
    if not mend:
        raise BadSource(
            f"{address} is not well-formed XML: {fault}.",
            advice="Fetch it again; if it stays so, tell whoever publishes it.",
        )
    # Without namespaces, a prefix that was never declared is no fault.
    readings = [first]
    for namespaces in (True, False):
        again = _Reading(address)
        if not again.read(_mended(text), namespaces=namespaces):
            return XmlDocument(again.root(), fault)
        readings.append(again)
    longest = max(readings, key=lambda reading: reading.elements)
    if not longest.elements:
        raise BadSource(f"{address} is no XML: {fault}.", advice="Check it in a browser.")
    return XmlDocument(longest.root(), fault)


class _Reading:
    """One pass of expat over a document; what was open at a fault is closed."""

    def __init__(self, address: str) -> None:
        self.elements = 0
        self._address = address
        self._builder = TreeBuilder()
        self._open: list[str] = []

    def read(self, text: str, *, namespaces: bool) -> str:
        """The fault at which reading ended, or ""."""
        parser = expat.ParserCreate(namespace_separator="}" if namespaces else None)
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._builder.data
        parser.StartDoctypeDeclHandler = self._document_type
        try:
            parser.Parse(text, True)
        except expat.ExpatError as error:
            return f"{expat.errors.messages[error.code]} in line {error.lineno}"
        return ""

    def root(self) -> Element:
        for tag in reversed(self._open):
            self._builder.end(tag)
        self._open.clear()
        root: Element = self._builder.close()
        return root

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.elements += 1
        if self.elements > _MOST_ELEMENTS or len(self._open) >= _DEEPEST:
            raise BadSource(
                f"{self._address} has too many elements, or too many inside each other.",
                advice="Save the part that matters as a file, and ingest that.",
            )
        tag = _prefixed(name)
        self._open.append(tag)
        self._builder.start(tag, {_prefixed(key): value for key, value in attributes.items()})

    def _end(self, _name: str) -> None:
        self._builder.end(self._open.pop())

    def _document_type(
        self, _name: str, _system: str | None, _public: str | None, has_subset: bool
    ) -> None:
        # Entities, and attributes with default values, can multiply a document without end.
        if has_subset:
            raise BadSource(
                f"{self._address} declares entities of its own, which Podium does not read.",
                advice="Save it without its DOCTYPE, and ingest the file.",
            )


def _prefixed(name: str) -> str:
    namespace, brace, local = name.rpartition("}")
    if not brace:
        return name
    prefix = _PREFIXES.get(namespace.strip().rstrip("/").lower(), ":")
    return f"{prefix}:{local}".replace("::", ":") if prefix else local


def _decode(content: bytes) -> tuple[str, bool]:
    """The text, and whether its encoding is certain."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
        (b"<\0", "utf-16-le"),
        (b"\0<", "utf-16-be"),
    ):
        if content.startswith(mark):
            text = content.decode(encoding, "replace")
            return text, "\ufffd" not in text
    stated = _DECLARED.match(content[:1000])
    name = stated[1].decode("ascii") if stated else "utf-8"
    for encoding in (name, "utf-8"):
        try:
            codec = codecs.lookup(encoding).name.replace("_", "-")
            if not _NO_ENCODINGS.fullmatch(codec):
                # As in browsers: what calls itself Latin-1 is Windows' larger set.
                return content.decode("cp1252" if codec == "iso8859-1" else codec), encoding == name
        except (LookupError, UnicodeError):
            continue
    return content.decode("cp1252", "replace"), False


def _mended(text: str) -> str:
    """The text without the faults that documents written by hand or by templates have most."""
    start = text.find("<")
    text = _CONTROL.sub("", text[max(start, 0) :])
    inside = False

    def mend(found: re.Match[str]) -> str:
        nonlocal inside
        if not found[0].startswith("&"):
            inside = found[0] != "]]>"
            return found[0]
        name = found[1]
        if inside or name in _OF_XML or (name and name.startswith("#")):
            return found[0]
        plain = html.unescape(found[0]) if name else "&"
        return html.escape(plain)

    return _AMPERSAND.sub(mend, text)
