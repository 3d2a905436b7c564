"""The beginning of a line: time, number, kind of talk and label, taken off one by one."""

from __future__ import annotations

import re
from dataclasses import dataclass

from archive.names import fold
from ingest.pages.labels import LABELS, TALK_KIND
from ingest.pages.line_titles import TIME, is_noise
from ingest.plain_text import SPLIT, plain

_NUMBER = re.compile(
    r"(?:no\.?\s*|nr\.?\s*|#\s*|№\s*)?[(（\[]?(\d{1,3})\s*(?:[.．、)）\]:：|｜]"
    r"|\s[-–—]\s)\s*(?=[^\d\s%])|(?:no\.\s*|nr\.\s*|#|№\s*)(\d{1,3})\s+(?=[^\d\s%])",
    re.IGNORECASE,
)
_BARE_NUMBER = re.compile(rf"(\d{{1,3}})\s*{SPLIT}\s*(?=\D)")
ROMAN = re.compile(r"(X{0,3}(?:IX|IV|V?I{1,3}|V)|X{1,3})\s*[.)、:]\s+(?=\S)")
_HAN_NUMBER = re.compile(
    r"[（(]?([一二三四五六七八九十]{1,3})[)）、.．：:]\s*"
    r"|第([一二三四五六七八九十\d]{1,3})(?:讲|講|场|場|个|位|回|报告)[：:、\s]*"
)
_HAN_DIGITS = {digit: value for value, digit in enumerate("一二三四五六七八九", start=1)}
_KIND = re.compile(
    rf"({TALK_KIND.pattern})\s*(?:no\.?\s*|#"
    rf"|nr\.?\s*)?([\divx一二三四五六七八九十]{{1,4}})?\s*(?:[:：|｜.–—{SPLIT}-]+\s*|$|(?=[“\"«„「『《]))"
)
_OF_A_TALK = re.compile(
    r"^(?:keynote|plenary|invited|talk|lecture|speech|presentation|paper|session|seminar|webinar)\s"
    r"|\sof (?:the )?(?:keynote|talk|lecture|speech|presentation|paper|plenary)$"
)
# A year or a day, and what parts it from the rest.
_DATED = re.compile(
    rf"([^|｜–—·•:{SPLIT}]{{0,24}}\d{{4}})\s*(?:[|｜–—·•{SPLIT}]|:\s|\s-\s)\s*(?=\S)"
)
_LABEL = re.compile(
    rf"\s*([^:：{SPLIT}]{{1,40}}?)\s*(?:{SPLIT}?\s*[:：]\s*{SPLIT}?|{SPLIT})\s*(.*)", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Beginning:
    """What stands in front of a line's content, which is ``rest``.

    ``roman`` is a roman number at the beginning, which may be an initial as well: it is still in
    ``rest``. ``label`` is a field of ``LABELS``; ``kind`` a word such as "Keynote".
    """

    rest: str
    number: int | None = None
    roman: int | None = None
    timed: bool = False
    label: str = ""
    kind: str = ""


def read_beginning(line: str) -> Beginning:
    """Time, number, label and kind at the beginning, and what is left."""
    rest, timed, number, roman = line.strip(f" {SPLIT}\t"), False, None, None
    if (match := _DATED.match(rest)) and is_noise(plain(match[1])):
        rest, timed = rest[match.end() :], True
    for _ in range(2):
        if match := TIME.match(rest):
            rest, timed = rest[match.end() :].lstrip(SPLIT + " "), True
        match = _NUMBER.match(rest) or _BARE_NUMBER.match(rest)
        if number is None and match:
            number = int(next(group for group in match.groups() if group))
            rest = rest[match.end() :].lstrip(SPLIT + " ")
        elif number is None and (match := _HAN_NUMBER.match(rest)):
            number, rest = _han_number(match[1] or match[2]), rest[match.end() :]
    if number is None and (match := ROMAN.match(rest)):
        roman = _roman_number(match[1])
    kind = ""
    if match := _KIND.match(_folded(rest)):
        kind = plain(rest[: match.end(1)])
        counted = match[2]
        if counted and number is None:
            number = (
                int(counted)
                if counted.isdigit()
                else _roman_number(counted.upper()) or _han_number(counted)
            )
        rest = rest[match.end() :]
    label = ""
    if match := _LABEL.fullmatch(rest):
        label = _label_of(match[1])
        rest = match[2] if label else rest
    elif (bare := fold(plain(rest)).strip("*·•-: ")) in LABELS and len(bare) > 2:
        label, rest = LABELS[bare], ""
    return Beginning(without_noise(rest), number, roman, timed, label, kind)


def _label_of(text: str) -> str:
    """The field that a label names: "Speaker", "Title of the keynote", "Keynote title"."""
    label = fold(plain(text)).strip("*·•-([（ ")
    return LABELS.get(label) or LABELS.get(_OF_A_TALK.sub("", label, count=1), "")


def without_noise(line: str) -> str:
    """The line without its parts that are set apart and say nothing of the talk: "40 min"."""
    parts = line.split(SPLIT)
    kept = [part for part in parts if not (plain(part) and is_noise(plain(part)))]
    return SPLIT.join(kept) if kept else line


def _folded(text: str) -> str:
    """``text`` folded letter by letter, so that positions stay; odd letters stay as they are."""
    return "".join(f if len(f := fold(c)) == 1 else c for c in text)


def _roman_number(text: str) -> int | None:
    value, previous = 0, 0
    for letter in reversed(text):
        worth = {"I": 1, "V": 5, "X": 10}.get(letter, 0)
        value += worth if worth >= previous else -worth
        previous = max(previous, worth)
    return value or None


def _han_number(text: str) -> int | None:
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.partition("十")
    value = (_HAN_DIGITS.get(tens, 1) * 10 if ten else 0) + _HAN_DIGITS.get(
        ones if ten else tens, 0
    )
    return value or None
