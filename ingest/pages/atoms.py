"""Blocks of a page with what each line means: the atoms that talks are put together from.

A line that is but a label ("Speaker") gives its meaning to the next one, a heading over something
else than talks ("Related news") takes its part of the page away, and a line whose meaning hangs
on its form alone is decided by the lines that are set in the same way (ingest.pages.manners).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from archive.names import fold
from archive.programme import SpeakerEntry
from ingest.pages.atom import Atom, Kind
from ingest.pages.blocks import Block, Clip, Line
from ingest.pages.labels import ASIDES, LABELS, SECTION
from ingest.pages.line_people import People, read_people
from ingest.pages.line_titles import clean_title, is_caption, is_noise
from ingest.pages.manners import decide_by_manner, mark_people_sections, number_by_lists_and_romans
from ingest.pages.person_names import read_name
from ingest.pages.speaker_lines import SURE, Reading, read_line
from ingest.pages.speaker_posts import read_post
from ingest.plain_text import SPLIT, plain


@dataclass(slots=True)
class Atoms:
    """All atoms of a page, and the people who lead through it."""

    atoms: list[Atom]
    leaders: list[tuple[SpeakerEntry, str]] = field(default_factory=list)


def read_atoms(blocks: Iterable[Block]) -> Atoms:
    """The atoms of a page in reading order."""
    found = Atoms([])
    label = ""
    for order, block in enumerate(_unlabelled(without_asides(list(blocks)))):
        if isinstance(block, Clip):
            found.atoms.append(Atom(Kind.CLIP, order, block.path, clip=block))
            continue
        reading = read_line(block.text)
        if reading.label and not reading.text and block.level > 3:
            label = reading.label
            continue
        if label and not reading.label:
            reading = replace(reading, label=label, text=plain(block.text))
            reading = replace(reading, people=(), title="", post=None, noise=False)
            label = "abstract" if label == "abstract" and len(reading.text) < 60 else ""
        else:
            label = ""
        atom = _atom(order, block, reading, found)
        if atom:
            found.atoms.append(atom)
    mark_people_sections(found.atoms)
    number_by_lists_and_romans(found.atoms)
    decide_by_manner(found.atoms)
    return found


def known_people(atoms: Iterable[Atom]) -> list[SpeakerEntry]:
    """Everybody whose post the page gives somewhere, in the line or in those behind it."""
    known: list[SpeakerEntry] = []
    last: Atom | None = None
    for atom in atoms:
        if atom.reading.people:
            known += [entry for entry in atom.reading.people if entry.role or entry.affiliation]
            last = atom
        elif atom.kind is Kind.POST and last is not None and atom.reading.post:
            post = atom.reading.post
            known += [
                replace(
                    entry, role=post.role, affiliation=post.affiliation,
                    affiliation_aliases=post.aliases, country=post.country,
                )
                for entry in last.reading.people[:1]
                if len(last.reading.people) == 1 and not (entry.role or entry.affiliation)
            ]  # fmt: skip
        else:
            last = None
    return known


def without_asides(blocks: list[Block]) -> list[Block]:
    """The blocks without those under a heading such as "Related news" or "Comments"."""
    kept: list[Block] = []
    aside: Line | None = None
    for place, block in enumerate(blocks):
        if isinstance(block, Line):
            inside = aside is not None and block.path[: len(aside.path) - 1] == aside.path[:-1]
            if aside and (
                not inside or (block.level <= min(aside.level, 6) and not is_aside(block))
            ):
                aside = None
            heads = block.level < 9 or block.text.rstrip().endswith((":", "："))
            behind = blocks[place + 1] if place + 1 < len(blocks) else None
            before_list = block.tag != "li" and isinstance(behind, Line) and behind.tag == "li"
            if is_aside(block) and (heads or before_list):
                aside = block
        elif aside is not None and block.path[: len(aside.path) - 1] != aside.path[:-1]:
            aside = None
        if aside is None and not (isinstance(block, Line) and is_aside(block)):
            kept.append(block)
    return kept


def is_aside(line: Line) -> bool:
    """Whether a line is the heading of a part that belongs to other pages."""
    folded = fold(plain(line.text)).strip(" .:：!»«>→")
    return len(folded) < 70 and ASIDES.fullmatch(folded) is not None


def _unlabelled(blocks: list[Block]) -> Iterable[Block]:
    """Lines with several labels ("Speaker: A  Title: B") as one line for each."""
    for block in blocks:
        if isinstance(block, Clip) or len(block.text) > 700 or not re.search(r"[:：]", block.text):
            yield block
            continue
        cuts = [
            match.start()
            for match in re.finditer(
                rf"(?:(?<=^)|(?<=[\s;,.；，。|{SPLIT}]))[^\W\d_]+(?:\s[^\W\d_]+)?(?={SPLIT}?\s?[:：])",
                block.text,
            )
            if LABELS.get(fold(match[0]))
            in ("speaker", "title", "affiliation", "abstract", "role", "country", "biography")
        ]
        if len(cuts) < 2 or (
            plain(block.text[: cuts[0]])
            and not read_line(block.text[: cuts[0]]).noise
            and len(block.text[: cuts[0]]) > 12
        ):
            yield block
            continue
        cuts[0] = 0
        for start, end in zip(cuts, [*cuts[1:], len(block.text)], strict=True):
            part = block.text[start:end].strip(f" ;,；，|{SPLIT}")
            yield replace(block, text=part, ordinal=block.ordinal if start == 0 else None)


def _atom(order: int, line: Line, reading: Reading, found: Atoms) -> Atom | None:
    """The atom that a line is; None where it says nothing about talks."""
    atom = Atom(Kind.TITLE, order, line.path, line=line, reading=reading, number=reading.number)
    if reading.label:
        return _labelled(atom, reading, found)
    if reading.noise:
        return _noise(atom, line, reading)
    folded = fold(reading.text).strip(" .:：")
    if SECTION.fullmatch(folded) and not reading.people:
        atom.kind = Kind.BREAK
        return atom if line.level <= 8 or line.emphatic else None
    if reading.people:
        atom.kind = Kind.TALK if reading.title else Kind.PERSON
        if reading.quoted and line.tag == "blockquote":
            # Words that somebody said, and who said them.
            atom.kind, atom.reading = Kind.PROSE, replace(reading, people=())
        atom.sure = reading.certainty >= SURE or _SPEAKER_HINT.search(line.hint) is not None
    elif reading.post:
        atom.kind = Kind.POST
    elif reading.prose and not reading.quoted:
        atom.kind = Kind.PROSE
        if re.search(r"abstract|summary|description|zusammenfassung|resum", line.hint):
            atom.label = "abstract"
    return atom


# Names that a page's author gives to elements with nothing but the speaker in them.
_SPEAKER_HINT = re.compile(
    r"(?:speaker|presenter|lecturer|referent|redner|intervenant|ponente)s?(?:[-_]?name)?(?:\s|$)"
)


def _noise(atom: Atom, line: Line, reading: Reading) -> Atom | None:
    digits = reading.text.strip(" .#()")
    first = (line.cell and line.cell.column == 0) or re.search(
        r"\b(?:num|number|nr|index)\b", line.hint
    )
    if first and digits.isdecimal() and len(digits) < 4:
        atom.kind, atom.number = Kind.MARK, int(digits)
        return atom
    if (
        (reading.timed and not reading.text)
        or reading.kind
        or (not reading.text and reading.number)
    ):
        atom.kind = Kind.MARK
        return atom
    if re.search(r"\w{3}", reading.text) and (
        reading.timed or line.level < 9 or not is_link_text(reading.text)
    ):
        atom.kind = Kind.BREAK
        return atom
    return None


def is_link_text(text: str) -> bool:
    """Whether a text only says what a link beside a talk leads to."""
    return is_caption(text) or "://" in text or "@" in text or not re.search(r"[^\W\d_]{3}", text)


def _labelled(atom: Atom, reading: Reading, found: Atoms) -> Atom | None:
    label, value = reading.label, reading.text
    if not value:
        if atom.level <= 3:
            atom.kind = Kind.BREAK
            return atom
        return None
    if label == "speaker":
        people = (
            read_people(value, told=True) or _people_with_title(value) or _named_at_least(value)
        )
        if people is None:
            return None
        atom.kind, atom.label = Kind.PERSON, label
        title = ""
        if isinstance(people, Reading):
            title, people_entries, doubts = people.title, people.people, people.doubts
        else:
            people_entries, doubts = people.entries, people.doubts
        atom.reading = replace(
            reading, people=people_entries, title=title, certainty=5, doubts=doubts
        )
        atom.kind = Kind.TALK if title else Kind.PERSON
        return atom
    if label == "title":
        inner = read_line(value)
        if inner.people and inner.certainty > SURE and inner.title:
            atom.kind, atom.reading = Kind.TALK, replace(inner, number=reading.number)
            return atom
        atom.label, atom.reading = label, replace(reading, title=clean_title(value), quoted=True)
        return None if is_noise(value) else atom
    if label in ("affiliation", "role", "country"):
        atom.kind, atom.label = Kind.POST, label
        atom.reading = replace(reading, post=read_post(value))
        return atom
    if label == "abstract":
        atom.kind, atom.label = Kind.PROSE, label
        return atom
    if label == "video" and re.fullmatch(r"https?://[^\s/]+/\S+", value):
        doubt = f"source: {value[:200]} is a page; it is labelled as the clip"
        return replace(atom, kind=Kind.CLIP, line=None, clip=Clip(value, "", doubt, atom.path))
    if label == "moderator":
        people = read_people(value, told=True)
        part = re.sub(
            r"\W+$", "", plain((atom.line.text if atom.line else "").split(":")[0].split("：")[0])
        ).lower()
        for entry in people.entries if people else ():
            found.leaders.append((entry, part if 2 < len(part) < 40 else "moderator"))
    return None


def _named_at_least(value: str) -> People | None:
    """The name that a labelled value begins with, and the rest of it as it stands."""
    first, _, rest = value.replace("，", ",").partition(",")
    name = read_name(first, told=True)
    if name is None:
        return None
    doubt = (
        f"speakers: role and institution of {name.text} could not be told apart in {rest.strip()!r}"
    )
    return People((SpeakerEntry(name.text, affiliation=rest.strip()),), 2, (doubt,) if rest else ())


def _people_with_title(value: str) -> Reading | None:
    reading = read_line(value)
    return reading if reading.people and reading.title else None
