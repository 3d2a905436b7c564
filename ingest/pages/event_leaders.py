"""Who organised an event, and who led through it, where a sentence or a label says so."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from archive.names import name_key
from archive.programme import SpeakerEntry
from ingest.pages.institution_names import is_institution
from ingest.pages.line_people import read_people
from ingest.pages.person_names import read_name
from ingest.pages.speaker_lines import read_line
from ingest.plain_text import one_line

_BY = r"\s+(?:jointly\s+|together\s+)?(?:by|von|par|por|pela|pelo|da|dal|dall['’])\s+"
_BEHIND = (
    r"(?=\.(?:\s|$)|;|\s+on\s+[A-Z\d]|\s+in\s+[A-Z]"
    r"|\s+(?:was|were|is|took|with|brought|attracted|has|statt|y moderad|e moderad|et anim|und "
    r"moder)\b"
    r"|,?\s+and\s+(?:was\s+)?(?:facilitated|moderated|chaired|held|supported|took|was)\b|$)"
)
_ORGANISED = re.compile(
    r"(?:(?:co-?)?organi[sz]ed|(?:co-?)?hosted|convened|organisiert|veranstaltet|organisée?"
    r"|organizad[oa]|organizzat[oa])" + _BY + r"(.+?)" + _BEHIND
)
_HAN_ORGANISED = re.compile(r"由([^，。；由]{3,60}?)(?:共同|联合)?(?:主办|主辦|举办)")
_PARTS = {
    r"facilitated": "facilitator",
    r"co-chaired": "co-chair",
    r"chaired|presided over": "chair",
    r"hosted": "host",
    r"moderated|moderiert|animée?|modérée?|moderad[oa]|moderat[oa]": "moderator",
}
_LED = re.compile(rf"\b({'|'.join(_PARTS)}){_BY}(.{{5,400}})")
_LEADS = re.compile(
    r"^(.{5,200}?)\s+(?:jointly\s+)?(facilitated|moderated|co-chaired|chaired|hosted"
    r"|served as (?:the )?(?:moderator|facilitator|host|chair)s?(?: of)?)\b"
)
_SENTENCE_END = re.compile(
    r"(?<![A-Z])(?<!Prof)(?<!Dr)(?<!Dra)(?<!Sra)(?<!Mr)(?<!Mrs)(?<!Ms)(?<!St)(?<!No)(?<!Sept)"
    r"[.!?]\s+(?=[A-ZÀ-Þ“\"])|[。！？]"
)
_MOST_LEADERS = 30


def sentences(line: str) -> list[str]:
    """The sentences of a line; abbreviations such as "Prof." end none."""
    return [sentence for sentence in _SENTENCE_END.split(line) if sentence]


def read_organizers(lines: list[str], schema: dict[str, Any]) -> tuple[str, ...]:
    """The organisers by schema.org data, a label, or a sentence; none where it is not plain."""
    said = schema.get("organizer")
    names = [
        n.get("name")
        for n in (said if isinstance(said, list) else [said])[:20]
        if isinstance(n, dict)
    ]
    if found := [one_line(name) for name in names if isinstance(name, str) and name.strip()]:
        return tuple(found)
    for line in lines:
        reading = read_line(line) if len(line) < 400 else None
        if reading and reading.label == "organizers" and reading.text:
            parts = re.split(r"\s*[;；、]\s*", reading.text)
            return tuple(parts if len(parts) > 1 else _institutions(reading.text, told=True))
    for line in lines:
        for sentence in sentences(line):
            if match := _HAN_ORGANISED.search(sentence):
                return tuple(part for part in re.split(r"[、，,和与]", match[1]) if part)
            match = _ORGANISED.search(sentence)
            if match and (found := _institutions(match[1], told=False)):
                return tuple(found)
    return ()


def _institutions(text: str, *, told: bool) -> list[str]:
    """The institutions of a list; none where a part of it is something else."""
    parts = [part for part in re.split(r",\s+(?:and\s+)?", text.strip(" .")) if part]
    if len(parts) == 1 or " and the " in parts[-1]:
        parts[-1:] = re.split(r"\s+(?:and|und|et|y|e)\s+the\s+", parts[-1])
    if len(parts) == 1:
        first, cut, second = parts[0].rpartition(" and ")
        if cut and is_institution(_bare(first)) and is_institution(_bare(second)):
            parts = [first, second]
    parts = [_bare(part) for part in parts]
    plain_names = all(
        (p[:1].isupper() and len(p) < 160 and read_name(p) is None) or is_institution(p)
        for p in parts
    )
    return parts if parts and (plain_names or (told and len(parts) == 1)) else []


def _bare(part: str) -> str:
    return re.sub(r"^(?:the|by)\s+", "", part.strip(" ,."), flags=re.IGNORECASE)


def read_leaders(
    lines: list[str], labelled: Iterable[tuple[SpeakerEntry, str]]
) -> list[tuple[str, str]]:
    """Pairs of name and part of those who facilitated, moderated, chaired or hosted."""
    found: dict[str, tuple[str, str]] = {}
    for entry, part in labelled:
        found.setdefault(name_key(entry.name), (entry.name, _described(entry, part)))
    for line in lines:
        if len(line) < 20 or not re.search(
            r"facilitat|moder|modér|chaired|hosted|presided|animé", line
        ):
            continue
        for sentence in sentences(line):
            for entry, part in _led(sentence):
                found.setdefault(name_key(entry.name), (entry.name, _described(entry, part)))
    return list(found.values())[:_MOST_LEADERS]


def _described(entry: SpeakerEntry, part: str) -> str:
    post = " of ".join(text for text in (entry.role, entry.affiliation) if text)
    return f"{part}, {post}" if post else part


def _led(sentence: str) -> list[tuple[SpeakerEntry, str]]:
    if match := _LED.search(sentence):
        return [(entry, _part(match[1])) for entry in _longest_people(match[2])]
    if match := _LEADS.match(sentence):
        part = _part(match[2])
        people = read_people(match[1])
        return (
            [(entry, part) for entry in people.entries] if people and people.certainty >= 2 else []
        )
    return []


def _longest_people(text: str) -> tuple[SpeakerEntry, ...]:
    """The people that a clause begins with."""
    cuts = [
        len(text),
        *(
            m.start()
            for m in re.finditer(r"[,;.]\s|\s(?:on|in|at|with|and|who|which|was|were|is)\s", text)
        ),
    ]
    for cut in sorted(cuts, reverse=True)[:40]:
        people = read_people(text[:cut].strip(" ."))
        if people and people.certainty >= 2:
            return people.entries
    return ()


def _part(verb: str) -> str:
    """The part in the event that a verb gives."""
    return next(
        (part for verbs, part in _PARTS.items() if re.fullmatch(verbs, verb)),
        next((noun for noun in ("moderator", "facilitator", "host") if noun in verb), "chair"),
    )
