"""Talks, events and speakers are edited on their pages, as by ``podium edit``.

A form sends each field with what stood in it, so that only what was changed is written, and a
field that somebody else changed meanwhile is not overwritten.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from archive.catalog import Catalog
from archive.countries import country_name
from archive.edits import (
    EVENT_FIELDS,
    SPEAKER_FIELDS,
    TALK_FIELDS,
    edit_event,
    edit_speaker,
    edit_talk,
)
from archive.errors import UserError
from archive.fields import parse_country
from archive.plain_text import several_lines, single_line
from archive.types import Event, Speaker, Talk
from web.access.forms import guard
from web.correcting.freshness import freshness
from web.site import site

details = Blueprint("details", __name__)
guard(details, editors_only=True)

_LINE = 300
_TEXT = 10_000
_MOST_ROWS = 50
_PARTS = ("name", "role", "affiliation", "country")
_Write = Callable[[Catalog, int, Mapping[str, Sequence[str]]], None]
_Known = Mapping[str, tuple[str, Callable[[str], object]]]


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a form: what stands there now, what was typed, and what is wrong with that."""

    name: str
    label: str
    value: str
    typed: str = ""
    fault: str = ""
    hint: str = ""
    lines: int = 1

    @property
    def changed(self) -> bool:
        return self.typed != self.value

    @property
    def mark(self) -> str:
        """By this the form knows again what stood in it when it was opened."""
        return _mark_of(_same(self.value))


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a talk, an event or a speaker; ``key`` is its own, ``title`` heads the page."""

    kind: str
    slug: str
    title: str
    key: int
    fields: tuple[Field, ...]

    @property
    def changed(self) -> dict[str, str]:
        """What was typed, by the names of the fields that say something new."""
        return {field.name: field.typed for field in self.fields if field.changed}


@details.get("/talks/<slug>/edit-details")
def talk(slug: str) -> ResponseReturnValue:
    """The form of a talk's title, date and speakers."""
    return _page(_talk_form(slug))


@details.post("/talks/<slug>/edit-details")
def save_talk(slug: str) -> ResponseReturnValue:
    """Write what was changed of a talk."""
    form = _sent(_talk_form(slug), TALK_FIELDS)
    changes = {name: [typed] for name, typed in form.changed.items() if not _is_speaker(name)}
    if any(map(_is_speaker, form.changed)):
        changes["speaker"] = _speakers(form.fields)
    return _save(form, changes, edit_talk)


@details.get("/events/<slug>/edit-details")
def event(slug: str) -> ResponseReturnValue:
    """The form of an event."""
    return _page(_event_form(slug))


@details.post("/events/<slug>/edit-details")
def save_event(slug: str) -> ResponseReturnValue:
    """Write what was changed of an event."""
    form = _sent(_event_form(slug), EVENT_FIELDS)
    changes = {name: [typed] for name, typed in form.changed.items()}
    if "person" in changes:
        changes["person"] = [line for line in changes["person"][0].splitlines() if line.strip()]
    return _save(form, changes, edit_event)


@details.get("/speakers/<slug>/edit-details")
def speaker(slug: str) -> ResponseReturnValue:
    """The form of a person's name and other spellings."""
    return _page(_speaker_form(slug))


@details.post("/speakers/<slug>/edit-details")
def save_speaker(slug: str) -> ResponseReturnValue:
    """Write what was changed of a person."""
    form = _sent(_speaker_form(slug), SPEAKER_FIELDS)
    return _save(form, {name: [typed] for name, typed in form.changed.items()}, edit_speaker)


def _talk_form(slug: str) -> Form:
    found = site().catalog.talk(slug)
    return Form("talk", found.slug, found.title, found.id, tuple(_talk_fields(found)))


def _event_form(slug: str) -> Form:
    found = site().catalog.event(slug)
    return Form("event", found.slug, found.title, found.id, tuple(_event_fields(found)))


def _speaker_form(slug: str) -> Form:
    found = site().catalog.speaker(slug)
    return Form("speaker", found.slug, found.name, found.id, tuple(_speaker_fields(found)))


def _talk_fields(talk: Talk) -> list[Field]:
    day = talk.given_on.isoformat() if talk.given_on else ""
    number = "" if talk.number is None else str(talk.number)
    fields = [
        Field("title", _("Title"), talk.title),
        Field("date", _("Day"), day, hint=_("Year-month-day, such as 2020-09-18.")),
        Field("language", _("Language"), talk.language, hint=_("A tag: en, pt-BR, zh.")),
        Field("event", _("Event"), talk.event or "", hint=_("Its address, as in /events/…")),
        Field("number", _("Number in the programme"), number),
        Field("description", _("Description"), talk.description, lines=6),
    ]
    labels = (_("Speaker"), _("Role"), _("Affiliation"), _("Country"))
    parts = [part for part in talk.appearances if not part.by_voice]
    rows = [(p.speaker.name, p.role, p.affiliation, p.country) for p in parts]
    # A row more than there are speakers; and as many as were sent, if somebody took one away.
    rows += [("", "", "", "")] * max(1, _rows_sent() - len(rows))
    for n, row in enumerate(rows):
        shown = (*row[:3], country_name(row[3]) if row[3] else "")
        for part, label, value in zip(_PARTS, labels, shown, strict=True):
            fields.append(Field(f"speaker-{n}-{part}", label, value))
    return fields


def _rows_sent() -> int:
    numbers = [name.split("-")[1] for name in request.form if name.startswith("speaker-")]
    return min(len(set(numbers)), _MOST_ROWS)


def _event_fields(event: Event) -> list[Field]:
    first = event.starts_on.isoformat() if event.starts_on else ""
    last = event.ends_on.isoformat() if event.ends_on else ""
    people = "\n".join(f"{one.name}|{one.part}" if one.part else one.name for one in event.people)
    return [
        Field("title", _("Title"), event.title),
        Field("starts_on", _("First day"), first, hint=_("Year-month-day, such as 2020-09-18.")),
        Field("ends_on", _("Last day"), last),
        Field("place", _("Place"), event.place),
        Field("url", _("Web address"), event.url),
        Field(
            "organizers",
            _("Organisers"),
            "; ".join(event.organizers),
            hint=_("Parted by semicolons."),
        ),
        Field(
            "person", _("Hosts and facilitators"), people, hint=_("A line each: Name|Part"), lines=3
        ),
        Field("summary", _("Summary"), event.summary, lines=6),
    ]


def _speaker_fields(speaker: Speaker) -> list[Field]:
    return [
        Field(
            "name",
            _("Name"),
            speaker.name,
            hint=_("The name from before stays as another spelling."),
        ),
        Field(
            "aliases",
            _("Other spellings"),
            "; ".join(speaker.aliases),
            hint=_("Parted by semicolons: other orders, scripts, and what is often misheard."),
        ),
        Field("url", _("Web address"), speaker.url),
    ]


def _sent(form: Form, known: _Known) -> Form:
    """The form with what was typed in its fields, and what is wrong with it."""
    return replace(form, fields=tuple(_checked(field, known) for field in form.fields))


def _checked(field: Field, known: _Known) -> Field:
    typed = _same(request.form.get(field.name, field.value))
    seen = request.form.get(f"seen-{field.name}", "")
    if _mark_of(typed) == seen:
        # Not touched: what somebody else wrote meanwhile stays.
        return replace(field, typed=field.value)
    sent = replace(field, typed=typed)
    if seen != field.mark and typed != _same(field.value):
        return replace(
            sent, fault=_("Somebody else wrote meanwhile: %(text)s", text=field.value or "—")
        )
    try:
        if field.lines > 1:
            several_lines(typed, field.label, _TEXT)
        else:
            single_line(typed, field.label, _LINE)
        if field.name in known:
            known[field.name][1](typed)
        elif field.name.endswith("-country"):
            parse_country(typed)
        if field.name in ("title", "name") and not typed:
            raise UserError(_("This cannot be empty."))
        if _is_speaker(field.name) and "|" in typed:
            raise UserError(_("This cannot hold the sign |."))
    except UserError as error:
        return replace(sent, fault=str(error))
    return sent


def _same(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _mark_of(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


def _speakers(fields: Sequence[Field]) -> list[str]:
    """The speakers as ``podium edit`` takes them; whoever has no name is left out."""
    typed = [field.typed for field in fields if _is_speaker(field.name)]
    rows = [typed[n : n + len(_PARTS)] for n in range(0, len(typed), len(_PARTS))]
    return ["|".join(row) for row in rows if row[0]]


def _is_speaker(name: str) -> bool:
    """Whether a field is a part of one of a talk's speakers."""
    return name.startswith("speaker")


def _save(form: Form, changes: Mapping[str, Sequence[str]], write: _Write) -> ResponseReturnValue:
    if any(field.fault for field in form.fields):
        return _page(form, status=400)
    try:
        if changes:
            write(site().catalog, form.key, changes)
    except UserError as error:
        return _page(form, alarm=str(error), status=400)
    return redirect(url_for(f"details.{form.kind}", slug=form.slug, saved=len(changes)))


def _page(form: Form, *, alarm: str = "", status: int = 200) -> ResponseReturnValue:
    fields = form.fields
    if request.method == "GET":
        fields = tuple(replace(field, typed=field.value) for field in fields)
    page = render_template(
        "details.html",
        kind=form.kind,
        slug=form.slug,
        title=form.title,
        fields_of_it=[field for field in fields if not _is_speaker(field.name)],
        speakers=[field for field in fields if _is_speaker(field.name)],
        alarm=alarm,
        saved=request.args.get("saved", type=int),
        freshness=freshness(),
    )
    return make_response(page, status)
