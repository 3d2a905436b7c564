"""One line of a programme, read by itself: number, time, label, speakers, title.

The steps: a time and a number at the beginning are taken off; then a label ("Speaker:") or the
kind of talk ("Keynote 3:"); then a part in quotation marks is the title if the rest names people;
then the line is cut at bars, dashes, slashes and where the way it is set changes, and the part
that names people (``line_people``) splits it: offices and institutions behind the names
belong to them, and what is left is the title.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice

from archive.names import fold
from archive.programme import SpeakerEntry
from ingest.pages.countries import read_country
from ingest.pages.labels import TALK_KIND
from ingest.pages.line_beginnings import ROMAN, read_beginning
from ingest.pages.line_people import People, read_people
from ingest.pages.line_titles import QUOTED, clean_title, is_caption, is_noise, is_prose
from ingest.pages.post_words import ROLE_HEADS, ROLE_MODIFIERS
from ingest.pages.speaker_posts import Post, is_role, read_post, split_outside
from ingest.plain_text import SPLIT, plain

LONGEST_LINE = 420
# From here on a reading is taken without further signs around it.
SURE = 2
# Places in one line at which a title may begin or end.
_MOST_PLACES = 6

_CUT = re.compile(
    rf"\s*(?:[|｜¦│‖•▪●]|\s[–—―‒−]\s?|\s?[–—―‒−]\s|——|—|\s-\s|\s/\s|\t|{SPLIT})\s*(?:[–—―:：|-]\s+)?"
)
_BY = re.compile(r"\s+[–—-]?\s*(?:by|presented by|given by|von|par|por)\s+", re.IGNORECASE)
_SECOND_SENTENCE = re.compile(r"\w{3}[.!]\s+[^\W\d_a-z]\w")
_PARTICIPLE = re.compile(
    r"(?:ed|moderad[oa]|moderat[oa]|organizad[oa]|organisée?|animée?|moderiert|posted|written|led|held|given|photo|photos|image|text|story|report|news|edited)$",
    re.IGNORECASE,
)
_BYLINE = re.compile(
    r"[a-z]{3,}ed (?:in|on|at)\s|"
    r"posted|published|written|submitted|updated|edited|photo|text|story|created|uploaded",
    re.IGNORECASE,
)
_ON = re.compile(
    r"(?:(?<!\w)(?:on|about|über|sur|sobre|talk|lecture)|题为|題為|报告)\s*[:：]?$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a line says by itself.

    ``label`` is the field that the line labels (see ``LABELS``), ``kind`` a word such as
    "Keynote" in front. ``certainty`` is that of ``people``; below ``SURE`` the line may as well
    be a title. ``post`` is set where the line holds nothing but role, institution or country.
    """

    text: str = ""
    number: int | None = None
    roman: int | None = None
    timed: bool = False
    label: str = ""
    kind: str = ""
    people: tuple[SpeakerEntry, ...] = ()
    certainty: int = 0
    title: str = ""
    quoted: bool = False
    post: Post | None = None
    noise: bool = False
    prose: bool = False
    doubts: tuple[str, ...] = ()


@lru_cache(maxsize=50_000)
def read_line(line: str) -> Reading:
    """Read one line; ``SPLIT`` in it marks where the way it is set changes."""
    if len(line) > LONGEST_LINE:
        return Reading(text=plain(line), prose=True)
    start = read_beginning(line)
    rest = start.rest
    reading = Reading(
        number=start.number, roman=start.roman, timed=start.timed, label=start.label,
        kind=start.kind,
    )  # fmt: skip
    text = plain(rest)
    reading = replace(reading, text=text)
    if not text or not re.search(r"\w", text):
        return replace(reading, noise=True)
    if reading.label:
        return reading
    if is_noise(text):
        return replace(reading, noise=True)
    found = _people_and_title(rest)
    if reading.roman:
        counted = ROMAN.sub("", rest, count=1)
        found_behind = _people_and_title(counted)
        if found_behind or not found:
            found, rest, text = found_behind, counted, plain(counted)
            reading = replace(reading, text=text)
        else:
            reading = replace(reading, roman=None)
    if found:
        people, title, quoted, doubts = found
        return replace(
            reading, people=people.entries, certainty=people.certainty, title=title,
            quoted=quoted, doubts=(*people.doubts, *doubts),
        )  # fmt: skip
    whole = QUOTED.fullmatch(text.rstrip(".。"))
    if whole:
        return replace(reading, title=_inside(whole), quoted=True)
    post = read_post(rest.replace(SPLIT, ", ")) if len(text) < 250 else None
    return replace(reading, post=post if post and post.plain else None, prose=is_prose(text))


_Found = tuple[People, str, bool, tuple[str, ...]]


def _people_and_title(rest: str) -> _Found | None:
    return (
        _by_quotation(rest)
        or _by_cuts(rest)
        or _by_colon(rest)
        or _by_brackets(rest)
        or _by_country(rest)
    )


def _by_quotation(rest: str) -> _Found | None:
    for match in islice(QUOTED.finditer(rest), _MOST_PLACES):
        title = _inside(match)
        if len(title.split()) < 2 and len(title) < 4:
            continue
        around = f"{rest[: match.start()].rstrip()} {SPLIT} {rest[match.end() :].lstrip()}"
        for piece in (rest[: match.start()], rest[match.end() :], around):
            piece = _ON.sub("", piece.strip(f" {SPLIT}\t,;:：–—-|/.。，")).strip(
                f" {SPLIT},;:：–—-|/"
            )
            others = plain(around).replace(plain(piece), "", 1)
            if re.search(r"\w", others) and not is_caption(others.strip(" ,;:–—-|/.")):
                continue
            named = _BY.sub("", f" {piece}").strip()
            if piece and (people := read_people(named.replace(SPLIT, ", "))):
                return _surer(people, 1 + (named != piece)), title, True, ()
    return None


def _surer(people: People, more: int) -> People:
    return replace(people, certainty=people.certainty + more)


def _inside(match: re.Match[str]) -> str:
    return clean_title(next(group for group in match.groups() if group is not None))


def _by_cuts(rest: str) -> _Found | None:
    """People, and the title before or behind them, where bars and dashes stand between."""
    cuts = [0, *(m.start() for m in _CUT.finditer(rest)), len(rest)]
    ends = [0, *(m.end() for m in _CUT.finditer(rest)), len(rest)]
    segments = [rest[ends[i] : cuts[i + 1]] for i in range(len(cuts) - 1)]
    if len(segments) > 12:
        return None
    best: tuple[int, int, int, People] | None = None
    for first in range(len(segments)):
        for last in range(len(segments), first, -1):
            text = ", ".join(s for s in segments[first:last] if s)
            people = read_people(text) if text else None
            if people is None or not _all_posts(segments[first + 1 : last]):
                continue
            if best is None or (people.certainty, last - first) > (
                best[3].certainty,
                best[1] - best[0],
            ):
                best = (first, last, people.certainty, people)
            break
    if best is None:
        return None
    first, last, _, people = best
    before = clean_title(rest[: cuts[first]]) if first else ""
    behind = clean_title(rest[ends[last] :]) if last < len(segments) else ""
    before, behind = ("" if is_noise(part) else part for part in (before, behind))
    if behind and not before and _is_office(behind):
        return _with_role(people, behind), "", False, ()
    if before and behind:
        if TALK_KIND.fullmatch(fold(before)) or (
            read_post(before) is not None and len(before) < 12
        ):
            return people, behind, False, ()
        return people, behind, False, (f"title: {before!r} could be the title as well",)
    if not _may_be_title(before or behind):
        return None
    return people, before or behind, False, ()


def _is_office(text: str) -> bool:
    """Whether a text is but the name of an office: "Vice President"."""
    return all(word in ROLE_HEADS | ROLE_MODIFIERS for word in fold(text).split())


def _with_role(people: People, role: str) -> People:
    entries = (replace(entry, role=entry.role or role) for entry in people.entries)
    return replace(people, entries=tuple(entries))


def _all_posts(segments: list[str]) -> bool:
    """Whether segments behind a name are nothing but people, offices and institutions."""
    for segment in segments:
        post = read_post(segment)
        # What stands in brackets or behind a comma is said of the name; it may be half understood.
        bracketed = re.fullmatch(r"\s*[(（][^()（）]+[)）]\s*[,:：]?\s*", segment) is not None
        said = bracketed or (segment.lstrip()[:1] in (",", "，") and post and post.marks > 1)
        known = post is not None and (post.plain or said)
        if segment and not known and read_people(segment) is None:
            return False
    return True


def _may_be_title(text: str) -> bool:
    """Whether what is left of a line beside its people can be a title (or is nothing)."""
    return not text or not (
        text[:1].islower()
        and len(text.split()) > 2
        and not any(c.isupper() for c in text.split()[0])
    )


def _by_colon(rest: str) -> _Found | None:
    for match in islice(re.finditer(r"\s*[:：]\s*", rest), _MOST_PLACES):
        left, right = rest[: match.start()], rest[match.end() :]
        if (people := read_people(left.replace(SPLIT, ", "))) and plain(right):
            title = clean_title(right)
            return (people, title, False, ()) if _may_be_title(title) else None
        right_people = read_people(right.replace(SPLIT, ", "))
        if (
            right_people
            and right_people.certainty > SURE
            and any(e.role or e.affiliation or e.country for e in right_people.entries)
        ):
            left = clean_title(left)
            if is_role(left):
                return None
            return right_people, left, False, ()
    if stop := re.search(r"(?<=\w{3})[.。]\s+(?=\S)", rest):
        left, right = rest[: stop.start()], rest[stop.end() :]
        people = read_people(left)
        if people and people.certainty >= 1 and not is_prose(right) and _may_be_title(right):
            return people, clean_title(right), False, ()
    return None


def _by_country(rest: str) -> _Found | None:
    """ "Name, Office, Institution, Country, Title": a post ends with its country."""
    parts = split_outside(rest.replace(SPLIT, ", "), ",，")
    for place in range(2, min(len(parts) - 1, 8)):
        if not read_country(parts[place]):
            continue
        people = read_people(", ".join(parts[: place + 1]))
        title = clean_title(", ".join(part for part in parts[place + 1 :] if part))
        if people and people.certainty > SURE and len(people.entries) == 1 and _may_be_title(title):
            return people, title, False, ()
    return None


def _by_brackets(rest: str) -> _Found | None:
    """ "Title (Name, Institute)", "Name (Institute) Title" and "Title by Name, Institute"."""
    if match := re.fullmatch(
        r"(.{4,}?)\s*[(（]([^()（）]+(?:[(（][^()（）]*[)）][^()（）]*)?)[)）][.。]?", rest
    ):
        people = read_people(match[2].replace(SPLIT, ", "))
        if people and people.certainty >= SURE:
            return people, clean_title(match[1]), False, ()
    if match := re.match(r"([^()（）]+[(（][^()（）]+[)）])\s*[,，]?\s*(?=\S)", rest):
        people, title = read_people(match[1].replace(SPLIT, ", ")), clean_title(rest[match.end() :])
        if people and people.certainty >= SURE and _may_be_title(title) and not is_prose(title):
            return people, title, False, ()
    for match in reversed(list(islice(_BY.finditer(rest), _MOST_PLACES))):
        people = read_people(rest[match.end() :].replace(SPLIT, ", "))
        left = rest[: match.start()]
        if _PARTICIPLE.search(left) or _BYLINE.match(rest) or _SECOND_SENTENCE.search(left):
            break
        if people and people.certainty >= SURE:
            return people, clean_title(rest[: match.start()]), False, ()
    if match := re.match(r"(?:by|von|par|por|presented by|with|mit)\s+", rest, re.IGNORECASE):
        people = read_people(rest[match.end() :].replace(SPLIT, ", "))
        if people:
            return people, "", False, ()
    return None
