"""An event's web page, or its text, read into a manifest.

The steps, each in a module of its own:

1. Bytes become text (``charset``), the page becomes blocks in reading order, lines of text
   and clips, each with the containers it stands in (``html_blocks``, ``clips``).
2. Tables with a header for speakers are read by their columns (``tables``).
3. Every other line is read by itself: number, time, label, speakers with their posts, title
   (``speaker_lines``, ``line_people``, ``person_names``, ``speaker_posts``,
   ``institution_names``); lines whose meaning hangs on their form alone follow those that are set
   in the same way (``atoms``).
4. What belongs to one talk is gathered (``units``): the largest container with the people of
   one talk holds the talk; a container of many is cut in the way that leaves most talks whole.
5. Of each unit, speakers, title and clip are chosen (``talks``).
6. Clips that are labelled with a name go to it, and what a page shows twice is put together
   (``clip_matching``).
7. What is said of the event itself is read (``event_facts``).

What was unsure is kept as a doubt beside what it is about: sentences that begin with the key of
the manifest that they concern.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from archive.errors import BadSource
from archive.names import fold
from archive.programme import TalkEntry
from ingest.pages.addresses import Addresses
from ingest.pages.atom import Atom
from ingest.pages.atoms import known_people, read_atoms
from ingest.pages.blocks import Block, Line, text_blocks
from ingest.pages.charset import decode_page
from ingest.pages.clip_matching import completed, settle
from ingest.pages.event_facts import read_event
from ingest.pages.head import PageHead, event_title, read_head
from ingest.pages.html_blocks import html_blocks
from ingest.pages.speaker_lines import read_line
from ingest.pages.tables import read_tables
from ingest.pages.talks import PageTalk, read_talks
from ingest.pages.units import gather
from ingest.plain_text import one_line, plain, without_controls
from ingest.programmes.manifest import Manifest, ManifestTalk
from ingest.sources import identify, is_url

if TYPE_CHECKING:
    from lxml.etree import _Element

_ABOUT_TALKS = re.compile(
    r"talks?\b|lecture|keynote|speaker|speech|programm?e?\b|agenda|schedule|symposium|colloqui"
    r"|seminar"
    r"|conference|workshop|vortrag|redner|conferenc|ponen|palestr|relator|доклад|выступлен|konusma"
    r"|报告|演讲|講演|講座|강연|บรรยาย"
)
_MEETING = re.compile(
    r"events?\b|forum|meeting|congress|summit|dialogue|roundtable|webinar|\bdays?\b|week\b|prize"
    r"|tagung|kongress|treffen|journee|rencontre|jornada|encuentro|encontro|congres|convegno"
    r"|giornata|konferenc|форум|съезд|会议|會議|论坛|論壇|大会|研讨|포럼|회의|การประชุม"
)
_LONGEST_PAGE = 20_000_000
# No element needs hundreds of attributes, and the time to read them grows with their square.
_MANY_ATTRIBUTES = re.compile(
    r"""(<[a-zA-Z][\w:-]*)(?:\s+[^\s=<>"'/]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>"']+))?){300,}+"""
)
_MOST_TALKS = 2000
# Clips of one talk that are looked at.
_MOST_CLIPS = 12


def read_event_page(
    content: bytes | str,
    address: str = "",
    *,
    charset: str | None = None,
    folder: Path | None = None,
) -> Manifest | None:
    """The event of a web page with its talks, or None where no talk with a speaker is found.

    ``address`` is the page's URL, or "" or a path for a saved page; ``folder`` is where a saved
    page lies: clips beside it are its clips. ``charset`` is what the server said.
    """
    text = content if isinstance(content, str) else decode_page(content, charset)
    root, cut = _parsed(_MANY_ATTRIBUTES.sub(r"\1", without_controls(text[:_LONGEST_PAGE])))
    if root is None:
        return None
    addresses = _addresses(root, address, folder)
    head = read_head(root)
    blocks = html_blocks(root, addresses)
    doubts = (
        []
        if len(text) <= _LONGEST_PAGE and not cut
        else ["the page is nested or large beyond bounds; the rest was not read"]
    )
    headings = [b for b in blocks if isinstance(b, Line) and b.level < 7]
    heading = next((plain(b.text) for b in headings if not read_line(b.text).people), "")
    fallback = heading or head.title or urlsplit(address).hostname or ""
    return _manifest(blocks, event_title(head, fallback), head, address, addresses.folder, doubts)


def read_event_text(text: str, address: str = "", *, folder: Path | None = None) -> Manifest | None:
    """The event of a page that was saved as text; its talks have no clips and wait for them."""
    blocks = text_blocks(text[:_LONGEST_PAGE])
    title = next((plain(block.text) for block in blocks if isinstance(block, Line)), "")
    return _manifest(blocks, title, PageHead(), address, folder, [])


def _parsed(text: str) -> tuple[_Element | None, bool]:
    """The page's root, and whether the parser gave up within it."""
    from lxml import etree

    parser = etree.HTMLParser(
        encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(text.encode("utf-8", errors="replace"), parser)
    except etree.XMLSyntaxError:
        return None, False
    deep = any("depth" in entry.message.lower() for entry in list(parser.error_log)[-20:])
    return root, deep


def _addresses(root: _Element, address: str, folder: Path | None) -> Addresses:
    page = address if urlsplit(address).scheme in ("http", "https") else ""
    if not page and folder is None and address:
        folder = Path(address).parent
    base = next((str(b.get("href")) for b in root.iter("base") if b.get("href")), "")
    origin = ""
    for link in root.iter("link", "meta"):
        if link.get("rel") == "canonical" or link.get("property") == "og:url":
            origin = origin or str(link.get("href") or link.get("content") or "")
    base = urljoin(page, base) if base else page
    if urlsplit(base).scheme not in ("http", "https"):
        base = ""
    if urlsplit(origin).scheme not in ("http", "https"):
        origin = ""
    return Addresses(page=page, base=base, folder=None if page else folder, origin=origin)


def _manifest(
    blocks: Sequence[Block],
    title: str,
    head: PageHead,
    address: str,
    folder: Path | None,
    doubts: list[str],
) -> Manifest | None:
    tables = read_tables(blocks)
    found = read_atoms(tables.rest)
    atoms = [
        atom
        for atom in found.atoms
        if atom.reading.people or not (atom.line and plain(atom.line.text) == title)
    ]
    units = gather(atoms)
    talks = [*tables.talks, *read_talks(units, about_talks=_is_about_talks(title, atoms))]
    held = {id(clip) for talk in talks for clip in talk.clips}
    loose = [atom.clip for atom in atoms if atom.clip and id(atom.clip) not in held]
    settled, left = settle(talks, loose)
    known = known_people(atoms)
    for talk in settled:
        talk.people = completed(talk.people, known)
    if not settled:
        return None
    facts = read_event(title, address if is_url(address) else "", blocks, found.leaders, head.event)
    if len(settled) > _MOST_TALKS:
        doubts.append(f"the page holds {len(settled)} talks; {_MOST_TALKS} of them were read")
    return Manifest(
        event=facts.event,
        talks=_entries(settled[:_MOST_TALKS], folder or Path.cwd()),
        doubts=(*doubts, *facts.doubts, *left),
    )


def _is_about_talks(title: str, atoms: Sequence[Atom]) -> bool:
    """Whether title or headings say that there are talks, or the title that people met."""
    if _MEETING.search(fold(title[:200])):
        return True
    headings = [title, *(plain(atom.line.text) for atom in atoms if atom.line and atom.level < 9)]
    return any(_ABOUT_TALKS.search(fold(heading[:200])) for heading in headings[:500])


def _entries(talks: Sequence[PageTalk], folder: Path) -> tuple[ManifestTalk, ...]:
    numbers = [talk.number for talk in talks if talk.number is not None]
    twice = len(numbers) != len(set(numbers))
    used: set[str] = set()
    entries = []
    for talk in talks:
        doubts = list(talk.doubts)
        source_url, source_key = _source(talk, used, folder, doubts)
        entry = TalkEntry(
            title=_title(talk, doubts),
            number=None if twice else talk.number,
            description=one_line(talk.description),
            source_url=source_url,
            source_key=source_key,
            speakers=talk.people,
        )
        entries.append(ManifestTalk(entry, doubts=tuple(dict.fromkeys(map(one_line, doubts)))))
    return tuple(entries)


def _title(talk: PageTalk, doubts: list[str]) -> str:
    if talk.title:
        return talk.title
    if talk.kind:
        doubts.append("title: the page gives none but the kind of talk")
        return talk.kind
    names = ", ".join(person.name for person in talk.people)
    doubts.append("title: the page gives none; the speaker stands in for it")
    return names


def _source(talk: PageTalk, used: set[str], folder: Path, doubts: list[str]) -> tuple[str, str]:
    """The first clip of a talk that no other talk has; the others become doubts."""
    chosen: tuple[str, str] = ("", "")
    # Players and files come before links to pages that may hold a clip.
    for clip in sorted(talk.clips, key=lambda clip: bool(clip.doubt))[:_MOST_CLIPS]:
        if not clip.address:
            doubts.append(clip.doubt)
            continue
        try:
            source = identify(clip.address, folder)
        except BadSource as error:
            doubts.append(f"source: {error.message}")
            continue
        if source.key in used:
            if not chosen[0]:
                doubts.append(f"source: {clip.address} stands at another talk already")
        elif chosen[0]:
            again = f"source: a second clip stands here: {clip.address}"
            doubts += [] if clip.doubt else [again]
        else:
            chosen = (source.address, source.key)
            doubts += [clip.doubt] if clip.doubt else []
            used.add(source.key)
    return chosen
