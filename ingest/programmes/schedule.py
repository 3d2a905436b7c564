"""Schedules of conferences, as Frab, Pretalx and their kin publish them: XML or JSON.

Both forms are brought to the shape of the JSON, and read once. What a schedule says is kept
true to it: breaks, cancelled talks and talks whose speakers do not want to be recorded are left
out, and what is left out is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, time, timedelta
from typing import Any

from archive.names import fold, name_key, slugify, unused_slug
from archive.programme import EventEntry, SpeakerEntry, TalkEntry
from ingest.programmes.fields import language_tag, one_line, plain_markdown, web_address
from ingest.programmes.manifest import Manifest, ManifestTalk
from ingest.programmes.schedule_clips import clip_of
from ingest.programmes.schedule_document import (
    ScheduleDay,
    ScheduleDocument,
    date_of,
    items_of,
    mapping_of,
    parse_schedule,
    text_of,
    time_of,
)

_LONGEST_ACRONYM = 30
_GUID_DIGITS = 8
_MOST_SESSIONS = 5_000
_BREAK_WORDS = (
    "break breaks pause pausa pauze lunch dinner breakfast coffee tea mittagspause kaffeepause "
    "mittagessen fruhstuck registration checkin admission einlass doors"
)
_BREAKS = frozenset(_BREAK_WORDS.split())
# Words that stand beside those of breaks and make no talk of them.
_WORDS_BESIDE = "and und the a of at on day tag open opening desk time short long"
_BESIDE_BREAKS = frozenset(_WORDS_BESIDE.split())
_CALLED_OFF = re.compile(
    r"^\W*(cancel+ed|cancelado|abgesagt|entfällt|annulé|afgelast)\s*[\]):!–—|-]"
    r"|[\[(](cancel+ed|abgesagt|entfällt|annulé|cancelado)[\])]\W*$",
    re.IGNORECASE,
)
_CALLED_OFF_STATES = frozenset({"canceled", "cancelled", "withdrawn", "rejected", "deleted"})
_NOBODY = frozenset({"", "tba", "tbd", "tbc", "n n", "nn", "na", "n a", "various", "unknown"})


def read_schedule(content: bytes, address: str) -> Manifest:
    """The event and the talks of a schedule.

    ``address`` is where it was found: its relative links count from there. A talk's slug is made
    of the schedule's acronym and its own key for the talk, never of the title, so that a talk
    that is renamed is the same talk when the schedule is asked again. Raises BadSource.
    """
    schedule = parse_schedule(content, address)
    event, doubts = _event(schedule, address)
    rows = [
        (moment, session)
        for day in schedule.days
        for session in day.sessions
        for moment in [_moment(session, day)]
    ]
    # In the order of time; what has no time stands last, as it came.
    rows.sort(key=lambda row: (row[0] is None, row[0] or (date.max, time.max)))
    if len(rows) > _MOST_SESSIONS:
        doubts.append(f"Only the first {_MOST_SESSIONS:,} sessions were read.")
    left_out: dict[str, list[str]] = {}
    talks = _Talks(event.slug, address)
    for moment, session in rows[:_MOST_SESSIONS]:
        title = _title(session)
        if reason := _reason_against(session, title):
            left_out.setdefault(reason, []).append(title)
        else:
            talks.add(session, title, moment[0] if moment else None)
    if not talks.found and not rows:
        doubts.append("The schedule lists no talks yet.")
    doubts.extend(_on_left_out(left_out))
    return Manifest(event, tuple(talks.found), tuple(doubts))


class _Talks:
    """Gathers the talks of one schedule, and keeps them apart from each other."""

    def __init__(self, event_slug: str, address: str) -> None:
        self.found: list[ManifestTalk] = []
        self._event_slug = event_slug
        self._address = address
        self._slugs: set[str] = set()
        self._clips: dict[str, str] = {}
        self._told: set[tuple[str, str]] = set()

    def add(self, session: dict[str, Any], title: str, given_on: date | None) -> None:
        language, doubt = language_tag(text_of(session.get("language")))
        doubts = [doubt] if doubt else []
        speakers, nobody = _speakers(session)
        if nobody:
            doubts.append(f"{nobody!r} stands for its speaker, and was left out.")
        clip, clip_doubt = clip_of(session, self._address)
        if clip_doubt:
            doubts.append(clip_doubt)
        if clip is not None and clip.key in self._clips:
            doubts.append(
                f"The recording given for it is that of {self._clips[clip.key]!r} too, so it waits."
            )
            clip = None
        if clip is not None:
            self._clips[clip.key] = title
        distinct = self._distinct(title, speakers)
        if distinct != title:
            doubts.append(f"{title!r} stands in the schedule more than once; this is another time.")
        slug = self._slug(session, title)
        entry = TalkEntry(
            title=distinct,
            slug=slug,
            description=_description(session),
            language=language,
            given_on=given_on,
            source_url=clip.address if clip else "",
            source_key=clip.key if clip else "",
            speakers=speakers,
        )
        self.found.append(ManifestTalk(entry, doubts=tuple(doubts)))

    def _slug(self, session: dict[str, Any], title: str) -> str:
        # The same in the XML and the JSON of one conference, and first what no renaming changes.
        guid = text_of(session.get("guid"))[:_GUID_DIGITS]
        keys = (*(text_of(session.get(name)) for name in ("id", "code")), guid)
        key = next((key for key in (*keys, text_of(session.get("slug")), title) if key), "")
        slug = slugify(key, "") or slugify(title, "talk")
        if self._event_slug and not slug.startswith(self._event_slug + "-"):
            slug = slugify(f"{self._event_slug}-{slug}", "talk")
        slug = unused_slug(slug, "talk", lambda made: made in self._slugs)
        self._slugs.add(slug)
        return slug

    def _distinct(self, title: str, speakers: Sequence[SpeakerEntry]) -> str:
        """The title, with a number where the same person gives the same talk again.

        The catalog would take the two for one.
        """
        names = [name_key(speaker.name) for speaker in speakers]
        number, distinct = 1, title
        while any((distinct, name) in self._told for name in names):
            number += 1
            distinct = f"{title} ({number})"
        self._told.update((distinct, name) for name in names)
        return distinct


def _event(schedule: ScheduleDocument, address: str) -> tuple[EventEntry, list[str]]:
    conference = schedule.conference
    acronym = text_of(conference.get("acronym"))
    title = one_line(text_of(conference.get("title"))) or acronym
    doubts = [] if title else ["The schedule does not say what the event is called."]
    dated = [day.day for day in schedule.days if day.day is not None]
    place = (one_line(text_of(conference.get(name))) for name in ("venue", "city"))
    entry = EventEntry(
        title=title or address,
        slug=slugify(acronym[:_LONGEST_ACRONYM], ""),
        starts_on=date_of(conference.get("start")) or min(dated, default=None),
        ends_on=date_of(conference.get("end")) or max(dated, default=None),
        place=", ".join(dict.fromkeys(part for part in place if part)),
        url=web_address(url, address) if (url := text_of(conference.get("url"))) else "",
        summary=plain_markdown(text_of(conference.get("description"))),
    )
    return entry, doubts


def _moment(session: dict[str, Any], day: ScheduleDay) -> tuple[date, time] | None:
    """When a talk begins, by the clocks of the place.

    A talk's own date is that of the calendar; without one it is counted from the day of the
    programme, which goes on after midnight until the next one begins.
    """
    starts_at = time_of(text_of(session.get("start"))) or time.min
    own = text_of(session.get("date"))
    if (given_on := date_of(own)) is not None:
        return given_on, time_of(own) or starts_at
    if day.day is None:
        return None
    late = starts_at < day.begins_at and text_of(session.get("start")) != ""
    return day.day + timedelta(days=1 if late else 0), starts_at


def _title(session: dict[str, Any]) -> str:
    title = one_line(text_of(session.get("title")))
    subtitle = one_line(text_of(session.get("subtitle")))
    if not title or not subtitle or fold(subtitle) in fold(title):
        return title or subtitle
    return f"{title} {subtitle}" if title[-1] in ":?!.–—-" else f"{title}: {subtitle}"


def _reason_against(session: dict[str, Any], title: str) -> str:
    """Why a session of the schedule is not taken as a talk, or ""."""
    if not title:
        return "without a title"
    state = fold(text_of(session.get("state")) or text_of(session.get("status")))
    if _CALLED_OFF.search(title) or state in _CALLED_OFF_STATES:
        return "cancelled"
    stated = (session.get("do_not_record"), mapping_of(session.get("recording")).get("optout"))
    if any(fold(str(value)) in ("true", "1", "yes") for value in stated):
        return "not to be recorded"
    if not _speakers(session)[0] and (_is_break(text_of(session.get("type"))) or _is_break(title)):
        return "breaks"
    return ""


def _is_break(text: str) -> bool:
    words = set(re.findall(r"[^\W\d]+", fold(text)))
    return bool(words & _BREAKS) and words <= _BREAKS | _BESIDE_BREAKS


def _on_left_out(left_out: dict[str, list[str]]) -> Iterator[str]:
    sentences = {
        "cancelled": "Cancelled and left out",
        "not to be recorded": "Not to be recorded, as the schedule says, and left out",
    }
    for reason, sentence in sentences.items():
        if reason in left_out:
            yield f"{sentence}: {'; '.join(left_out[reason])}."
    if "without a title" in left_out:
        yield f"{len(left_out['without a title'])} sessions without a title were left out."


def _speakers(session: dict[str, Any]) -> tuple[tuple[SpeakerEntry, ...], str]:
    """The persons of a talk, and what stands where one is not known yet."""
    found: dict[str, SpeakerEntry] = {}
    nobody = ""
    for person in items_of(session.get("persons") or session.get("speakers")):
        values = person if isinstance(person, dict) else {"name": person}
        name = next(
            (name for key in ("public_name", "full_public_name", "name", "full_name")
             if (name := one_line(text_of(values.get(key))))),
            "",
        )  # fmt: skip
        if name_key(name) in _NOBODY:
            nobody = nobody or name
            continue
        where = next(
            (where for key in ("affiliation", "organization", "organisation", "company")
             if (where := one_line(text_of(values.get(key))))),
            "",
        )  # fmt: skip
        found.setdefault(name_key(name), SpeakerEntry(name=name, affiliation=where))
    return tuple(found.values()), nobody


def _description(session: dict[str, Any]) -> str:
    abstract = plain_markdown(text_of(session.get("abstract")))
    more = plain_markdown(text_of(session.get("description")))
    if not more or more in abstract:
        return abstract
    return more if abstract in more else f"{abstract}\n\n{more}"
