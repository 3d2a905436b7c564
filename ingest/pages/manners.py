"""What the lines around an atom make of it: its section, its list, and the lines set as it is."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

from archive.names import fold
from ingest.pages.atom import Atom, Kind
from ingest.pages.speaker_posts import read_post

_PEOPLE_PAGE = re.compile(
    r"(?:^|[:|–-]\s)(?:our\s)?"
    r"(?:staff|team|people|faculty|members|contacts|who we are|mitarbeitende)$"
)


def mark_people_sections(atoms: list[Atom]) -> None:
    """Mark what stands under "Speakers" or "Committee": people there need not give talks."""
    level, inside = 9, False
    for atom in atoms:
        heading = atom.line is not None and (atom.level <= 6 or atom.kind is Kind.BREAK)
        if heading and atom.level <= level:
            inside = (
                atom.kind is Kind.BREAK
                and re.search(
                    r"speaker|committee|board|team|jury|organi[sz]|biograph|participants|staff"
                    r"|moderator|redner|referent|orateur|intervenant|ponente|palestrante"
                    r"|relator|докладчик|спикер|konusmaci|嘉宾|讲者|講師|登壇|委员|专家|人物|연사",
                    fold(atom.text or (atom.line.text if atom.line else "")),
                )
                is not None
            ) or _PEOPLE_PAGE.search(fold(atom.text)) is not None
            level = atom.level if inside else 9
        atom.among_people = inside


def number_by_lists_and_romans(atoms: list[Atom]) -> None:
    """Numbers from numbered lists, and roman ones where they count up from one."""
    for atom in atoms:
        if atom.number is None and atom.line and atom.line.ordinal is not None:
            atom.number = atom.line.ordinal
    romans = [atom for atom in atoms if atom.reading.roman]
    if len(romans) > 1 and [atom.reading.roman for atom in romans] == list(
        range(1, len(romans) + 1)
    ):
        for atom in romans:
            atom.number = atom.reading.roman


def decide_by_manner(atoms: list[Atom]) -> None:
    """Lines that are set in the same way mean the same: names by form follow the sure ones."""
    sure, unsure, others, posts = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    for atom in atoms:
        key = _manner(atom)
        if atom.kind in (Kind.PERSON, Kind.TALK):
            (sure if atom.sure else unsure)[key] += 1
        elif atom.kind is Kind.TITLE:
            others[key] += 1
        elif atom.kind is Kind.POST:
            posts[key] += 1
    for atom in atoms:
        key = _manner(atom)
        if atom.kind is Kind.TITLE and posts[key] > others[key] and not atom.reading.quoted:
            if post := read_post(atom.text):
                atom.kind, atom.reading = Kind.POST, replace(atom.reading, post=post)
            continue
        if atom.kind is Kind.POST and others[key] > posts[key] and atom.level <= 6:
            atom.kind = Kind.TITLE
        if atom.sure or atom.kind not in (Kind.PERSON, Kind.TALK):
            continue
        if sure[key] >= 1 and sure[key] + unsure[key] >= others[key]:
            atom.sure = True
        elif others[key] > sure[key] + unsure[key] or (sure.total() and not sure[key]):
            atom.kind = Kind.TITLE
            atom.reading = replace(atom.reading, people=(), title="")


def _manner(atom: Atom) -> str:
    column = atom.line.cell.column if atom.line and atom.line.cell else ""
    return (
        f"{atom.kind is Kind.TALK}{atom.style}{atom.number is not None}{atom.reading.timed}{column}"
    )
