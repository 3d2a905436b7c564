"""The two forms of conference schedules, XML and JSON, brought to the shape of the JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from xml.etree.ElementTree import Element  # no parser of it is used

from archive.errors import BadSource
from ingest.programmes.xml_document import parse_xml


@dataclass(frozen=True, slots=True)
class ScheduleDay:
    """A day of the programme; what begins before ``begins_at`` is after midnight."""

    day: date | None
    begins_at: time
    sessions: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class ScheduleDocument:
    """A schedule: what is said of the conference, and its days."""

    conference: dict[str, Any]
    days: tuple[ScheduleDay, ...]


def parse_schedule(content: bytes, address: str) -> ScheduleDocument:
    """Read XML or JSON, whichever it is. Raises BadSource."""
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        return _of_json(content, address)
    return _of_xml(content, address)


def _of_json(content: bytes, address: str) -> ScheduleDocument:
    try:
        document = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise BadSource(
            f"{address} is no readable JSON: {error}.", advice="Fetch it again, whole."
        ) from error
    schedule = mapping_of(document).get("schedule")
    conference = mapping_of(mapping_of(schedule).get("conference"))
    if not conference:
        raise _no_schedule(address)
    days = tuple(
        _day(mapping_of(day), conference, _sessions_of_rooms(mapping_of(day).get("rooms")))
        for day in items_of(conference.get("days"))
    )
    base = mapping_of(schedule).get("base_url")
    return ScheduleDocument({"url": base, **conference}, days)


def _sessions_of_rooms(rooms: object) -> Iterator[dict[str, Any]]:
    for sessions in mapping_of(rooms).values():
        for session in items_of(sessions):
            if isinstance(session, dict):
                yield session


def _of_xml(content: bytes, address: str) -> ScheduleDocument:
    root = parse_xml(content, address).root
    found = root.find("conference")
    if root.tag != "schedule" or found is None:
        raise _no_schedule(address)
    conference: dict[str, Any] = {child.tag: child.text or "" for child in found}
    days = tuple(
        _day(dict(day.attrib), conference, map(_session_of_element, day.iter("event")))
        for day in root.iter("day")
        if "date" in day.attrib
    )
    base = conference.get("base_url") or root.findtext("base_url")
    return ScheduleDocument({"url": base, **conference}, days)


def _session_of_element(element: Element) -> dict[str, Any]:
    """An <event> in the shape that it has in JSON."""
    session: dict[str, Any] = dict(element.attrib)
    for child in element:
        if child.tag in ("persons", "links"):
            session[child.tag] = [{**part.attrib, "name": _all_text(part)} for part in child]
        elif child.tag == "recording":
            session[child.tag] = {part.tag: _all_text(part) for part in child}
        else:
            session[child.tag] = _all_text(child)
    return session


def _all_text(element: Element) -> str:
    return "".join(element.itertext())


def _day(
    stated: dict[str, Any], conference: dict[str, Any], sessions: Iterable[dict[str, Any]]
) -> ScheduleDay:
    change = text_of(stated.get("day_start") or stated.get("start") or conference.get("day_change"))
    return ScheduleDay(date_of(stated.get("date")), time_of(change) or time.min, tuple(sessions))


def text_of(value: object) -> str:
    """A value as text; of one that stands in several languages, the English or the first."""
    if isinstance(value, dict):
        values = [value.get("en"), *value.values()]
        value = next((inner for inner in values if isinstance(inner, str)), "")
    if isinstance(value, str):
        # JSON can hold halves of characters, which nothing can store.
        return value.encode("utf-8", "replace").decode("utf-8").strip()
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def mapping_of(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def items_of(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def date_of(value: object) -> date | None:
    """The day of a date or a time with its offset, as it stands there."""
    try:
        return date.fromisoformat(text_of(value)[:10])
    except ValueError:
        return None


def time_of(value: object) -> time | None:
    """The time of a clock, or that of a date with its time, as it stands there."""
    text = text_of(value)
    try:
        if len(text) > 10:
            return datetime.fromisoformat(text).time()
        return time.fromisoformat(text.zfill(5)).replace(tzinfo=None)
    except ValueError:
        return None


def _no_schedule(address: str) -> BadSource:
    return BadSource(
        f"{address} is no schedule in the form of Frab or Pretalx.",
        advice="Look for schedule.xml or schedule.json at the conference.",
    )
