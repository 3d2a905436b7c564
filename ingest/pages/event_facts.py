"""What a page says of the event itself: title, days, place, organisers, who led through it.

Only what is stated plainly is taken: by a label, by schema.org data in the page, or by a sentence
of the kind "was held in … on …, organised by …, and facilitated by …".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from archive.names import fold
from archive.programme import EventEntry, SpeakerEntry
from ingest.pages.blocks import Block, Line
from ingest.pages.countries import read_country
from ingest.pages.dates import Days, find_days
from ingest.pages.event_leaders import read_leaders, read_organizers, sentences
from ingest.pages.labels import SECTION
from ingest.pages.line_titles import clean_title
from ingest.pages.speaker_lines import read_line
from ingest.plain_text import one_line, plain, word_set

_PUBLISHED = re.compile(
    r"^by |posted|publish|updated|modified|released?|submitted|deadline|register by"
    r"|registration|copyright|©|source:|views|author|publie|veroffentlicht|aktualisiert"
    r"|publicado|pubblicato|опубликован|发布|来源|更新|公開日|掲載|stand:|born|since"
)
_HELD = re.compile(
    r"\b(?:held|took place|takes? place|taking place|convened|gathered|met|organi[sz]ed|hosted"
    r"|opened|kicked off|co-hosted|statt|stattgefunden|eu lieu|aura lieu|tenue?|celebr\w+"
    r"|realiz\w+|tuvo lugar|svolt\w+|si terra|состоя\w+|прош[её]л|проводи\w+|gerceklest\w+"
    r"|duzenlen\w+|yapildi)\b|举行|召开|举办|开催|開催|舉行"
)
_ONLINE = re.compile(
    r"(?:held|took place|takes place|take place|organi[sz]ed|convened)(?:\s+\w+){0,4}?\s+(?:by"
    r"|via|through|as an?|in the form of an?)\s+(video[- ]?conferenc\w+|online \w+|virtual \w+"
    r"|zoom)|(?:held|took place|takes place|met|convened)\s+(?:entirely\s+)?(online|virtually)",
    re.IGNORECASE,
)
_CAPITALS = (
    r"(?:the\s+)?[A-ZÀ-Þ][\w'’.-]*(?:(?:,\s+|\s+|\s+(?:of|de|la|the|du|del"
    r"|and)\s+|\s+[dl]['’])[A-ZÀ-Þ][\w'’-]*)*"
)
_IN_PLACE = re.compile(
    rf"(?:held|took place|takes place|take place|taking place|convened)(?:\s+(?!in\b"
    rf"|at\b)[a-z]+){{0,3}}?(?:\s+on\s+[\w ,–-]{{4,40}}?)?\s+(?:in|at)\s+({_CAPITALS})"
)
_ELSEWHERE = re.compile(
    rf"(?:a eu lieu|aura lieu|s['’]est tenue?)(?: en ligne)? à (?!distance)({_CAPITALS})"
    rf"|(?:tuvo lugar|se celebró|tendrá lugar) en ({_CAPITALS})"
    rf"|(?:realizou-se|aconteceu|foi realizad[ao]) em ({_CAPITALS})|(?:si è svolt[oa]|si è "
    rf"tenut[oa]|ha avuto luogo) a ({_CAPITALS})"
    rf"|(?:fand|findet)(?: am| vom)?[\w. ]{{0,30}}? in ({_CAPITALS})[\w. ]{{0,30}}? statt"
)
_HAN_PLACE = re.compile(r"在([^，。；在日月线]{2,12})(?:隆重|成功|顺利)?(?:召开|举行|举办|舉行)")
_VENUE_LABELS = word_set(
    """
    place venue location where ort veranstaltungsort lieu lugar local luogo sede место yer konum
    地点 会场 會場 会場 場所 장소 สถานที่
    """
) | {"место проведения"}


@dataclass(frozen=True, slots=True)
class EventFacts:
    """The event and what was unclear about it."""

    event: EventEntry
    doubts: tuple[str, ...]


def read_event(
    title: str,
    url: str,
    blocks: Sequence[Block],
    leaders: Iterable[tuple[SpeakerEntry, str]],
    schema: dict[str, Any] | None = None,
) -> EventFacts:
    """The event as the lines of a page tell of it."""
    lines = [plain(block.text) for block in blocks if isinstance(block, Line)][:3000]
    schema = schema or {}
    days, doubts = _days(lines, title, schema)
    people = read_leaders(lines, leaders)
    event = EventEntry(
        title=clean_title(title) or title,
        starts_on=days[0] if days else None,
        ends_on=days[1] if days and days[1] != days[0] else None,
        place=_place(lines, schema),
        url=url,
        organizers=read_organizers(lines, schema),
        people=tuple(people),
    )
    return EventFacts(event, tuple(doubts))


def _days(lines: list[str], title: str, schema: dict[str, Any]) -> tuple[Days | None, list[str]]:
    start, end = (_iso_day(schema.get(key)) for key in ("startDate", "endDate"))
    if start:
        return (start, end if end and end >= start else start), []
    labelled, told, other, lone = _days_in(lines)
    lone = lone and not find_days(title)
    other = find_days(title) or other
    if len(set(told)) == 1 and labelled and not any(_overlap(told[0], day) for day in labelled):
        # News say "Date:" of themselves, and in a sentence when the event was.
        return told[0], []
    for found in (labelled, told, other):
        if found:
            first, last = min(day for day, _ in found), max(day for _, day in found)
            if len(set(found)) == 1 and found is other and lone:
                return (first, last), [
                    "starts_on: the day stands alone, and may be that of publication"
                ]
            if len(set(found)) == 1 or (found is labelled and (last - first).days < 15):
                return (first, last), []
            if found is told:
                return found[0], [
                    f"starts_on: the page names several days; {found[0][0]} is the first"
                ]
            return None, [
                "starts_on: the page names several days, and does not say which is the event's"
            ]
    return None, []


def _days_in(lines: list[str]) -> tuple[list[Days], list[Days], list[Days], bool]:
    """The days of lines: those with a label, those told in prose, and others.

    Last, whether the others stand alone in their lines.
    """
    labelled: list[Days] = []
    told: list[Days] = []
    other: list[Days] = []
    lone = True
    for line in lines:
        found = find_days(line) if re.search(r"\d", line) else []
        if not found:
            continue
        folded = fold(line)
        label = read_line(line).label if len(line) < 200 else ""
        if label == "time" or (len(line) < 80 and SECTION.fullmatch(folded.strip(" .:"))):
            labelled += found
        elif _PUBLISHED.search(folded):
            continue
        elif len(line) > 120:
            told += [
                day
                for part in sentences(line)
                if part and _HELD.search(fold(part))
                for day in find_days(part)[:1]
            ]
        elif _HELD.search(folded):
            told += found
        else:
            other += found
            lone = lone and len(line) < 25 and found[0][0] == found[0][1]
    return labelled, told, other, lone


def _overlap(one: Days, other: Days) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def _iso_day(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def _place(lines: list[str], schema: dict[str, Any]) -> str:
    location = schema.get("location")
    if isinstance(location, dict) and isinstance(location.get("name"), str):
        return one_line(location["name"])[:200]
    labelled = set()
    for line in lines:
        before, _, value = line.replace("：", ":").partition(":")
        label = re.split(r"[.;]\s+", before)[-1]
        if fold(label).strip(" *") in _VENUE_LABELS and 2 < len(value.strip()) < 160:
            labelled.add(value.strip().rstrip("."))
    if len(labelled) == 1:
        return labelled.pop()
    for line in lines[:40]:
        beside = re.split(r"\b20\d\d\b", line)[-1].strip(" ,·|•–—-") if len(line) < 90 else ""
        if len(beside.split()) < 6 and find_days(line) and read_country(beside.rpartition(",")[2]):
            return beside
    for line in lines:
        if match := _ELSEWHERE.search(line):
            return next(group for group in match.groups() if group).rstrip(".,")
        if match := _HAN_PLACE.search(line):
            return match[1]
        if match := _ONLINE.search(line):
            return "Video conference" if (match[1] or "").lower().startswith("video") else "Online"
        if match := _IN_PLACE.search(line):
            # A sentence ends where a whole word stands before the full stop: not in "St. Gallen".
            place = re.split(r"(?<=\w{4})\.\s", re.sub(r"^the\s+", "", match[1]))[0].rstrip(".,")
            place = re.sub(
                r",?\s+(?:On|In|The|January|February|March|April|May|June|July|August|September"
                r"|October|November|December)\b.*$",
                "",
                place,
            )
            if place and not find_days(place) and len(place) < 160:
                return place
    return ""
