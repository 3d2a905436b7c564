"""What pages say of themselves to machines: schema.org as JSON-LD, and Open Graph.

Addresses in it are absolute. Templates write the values with ``tojson``, which escapes all that
could end the element.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Flask, url_for
from flask_babel import gettext as _

from archive.countries import country_name
from archive.types import Appearance, Event, Speaker, Talk, Transcript
from search.results import talk_url
from web.lists.browse import day_of
from web.shown import poster_address, web_address

_MOST_TRANSCRIPT = 5_000
"""Characters of a transcript; its page and captions have all of it."""
_MOST_DESCRIPTION = 300
_MOST_TALKS = 20
_CONTEXT = "https://schema.org"

Document = dict[str, Any]


def register(app: Flask) -> None:
    """Give the templates the documents of talks, speakers and events."""
    app.jinja_env.globals.update(
        talk_json_ld=talk_json_ld,
        speaker_json_ld=speaker_json_ld,
        event_json_ld=event_json_ld,
        talk_summary=talk_summary,
    )


def talk_summary(talk: Talk, event: Event | None) -> str:
    """One line on a talk: what the programme says of it, else who speaks where."""
    if talk.description:
        text = " ".join(talk.description.split())
        return text if len(text) <= _MOST_DESCRIPTION else text[: _MOST_DESCRIPTION - 1] + "…"
    names = ", ".join(speaker.name for speaker in talk.speakers) or _("Speaker unknown")
    return f"{names} · {event.title}" if event else names


def talk_json_ld(talk: Talk, event: Event | None, transcript: Transcript | None) -> Document:
    """A VideoObject, an AudioObject, or for a talk without a recording a CreativeWork.

    Chapters are Clips; SeekToAction says how the page is opened at a second.
    """
    page = _page("talk", talk.slug)
    document: Document = {
        "@context": _CONTEXT,
        "@type": "CreativeWork",
        "@id": page,
        "url": page,
        "name": talk.title,
        "description": talk_summary(talk, event),
        "inLanguage": talk.language or (transcript.language if transcript else "") or None,
        "dateCreated": _iso(day_of(event, talk)),
        "uploadDate": _iso(day_of(event, talk)),
        "actor": [_appearance(part) for part in talk.appearances],
        "recordedAt": _event(event) if event else None,
    }
    if talk.recording is not None:
        document |= _recording(talk, page)
        document["transcript"] = _transcript(transcript)
    return _known(document)


def speaker_json_ld(speaker: Speaker, talks: Sequence[Talk]) -> Document:
    """A Person, with what they were at the talk that comes first and some of their talks."""
    parts = [part for talk in talks for part in talk.appearances]
    first = next((part for part in parts if part.speaker.slug == speaker.slug), None)
    person = _appearance(first) if first else {"@type": "Person", "name": speaker.name}
    person |= {
        "@context": _CONTEXT,
        "@id": _page("speaker", speaker.slug),
        "url": _page("speaker", speaker.slug),
        "alternateName": list(speaker.aliases),
        "sameAs": web_address(speaker.url),
        "performerIn": [_work(talk) for talk in talks[:_MOST_TALKS]],
    }
    return _known(person)


def event_json_ld(event: Event, talks: Sequence[Talk]) -> Document:
    """An Event with its organisers and some of its talks."""
    document = {
        "@context": _CONTEXT,
        **_event(event),
        "description": event.summary,
        "organizer": [{"@type": "Organization", "name": name} for name in event.organizers],
        "workFeatured": [_work(talk) for talk in talks[:_MOST_TALKS]],
    }
    return _known(document)


def _recording(talk: Talk, page: str) -> Document:
    recording = talk.recording
    assert recording is not None  # noqa: S101 - whoever calls has looked
    first_ms, last_ms = talk.range_ms or (0, recording.duration_ms)
    return {
        "@type": "VideoObject" if recording.is_video else "AudioObject",
        "contentUrl": url_for("media.recording", slug=talk.slug, _external=True),
        "embedUrl": url_for("embed.show", slug=talk.slug, _external=True),
        "encodingFormat": recording.mime_type,
        "duration": f"PT{round((last_ms - first_ms) / 1000)}S",
        "thumbnailUrl": poster_address(talk, external=True),
        "hasPart": _clips(talk, page, last_ms),
        "potentialAction": {
            "@type": "SeekToAction",
            "target": page + "?t={seek_to_second_number}",
            "startOffset-input": "required name=seek_to_second_number",
        },
    }


def _clips(talk: Talk, page: str, last_ms: int) -> list[Document]:
    """The chapters, each until the next one begins."""
    ends_ms = [*(chapter.start_ms for chapter in talk.chapters[1:]), last_ms]
    return [
        {
            "@type": "Clip",
            "name": chapter.title,
            "startOffset": chapter.start_ms / 1000,
            "endOffset": end_ms / 1000,
            "url": page + "?" + talk_url(talk.slug, chapter.start_ms).partition("?")[2],
        }
        for chapter, end_ms in zip(talk.chapters, ends_ms, strict=False)
        if end_ms > chapter.start_ms
    ]


def _transcript(transcript: Transcript | None) -> str:
    """The words in running text, up to a length."""
    parts: list[str] = []
    length = 0
    for segment in transcript.segments if transcript else ():
        parts.append(segment.text)
        length += len(segment.text) + 1
        if length > _MOST_TRANSCRIPT:
            return " ".join(parts)[:_MOST_TRANSCRIPT].rpartition(" ")[0] + " …"
    return " ".join(parts)


def _appearance(part: Appearance) -> Document:
    return _known(
        {
            "@type": "Person",
            "name": part.speaker.name,
            "url": _page("speaker", part.speaker.slug),
            "jobTitle": part.role,
            "affiliation": {"@type": "Organization", "name": part.affiliation}
            if part.affiliation
            else None,
            "workLocation": {"@type": "Country", "name": country_name(part.country)}
            if part.country
            else None,
        }
    )


def _event(event: Event) -> Document:
    return _known(
        {
            "@type": "Event",
            "@id": _page("event", event.slug),
            "url": _page("event", event.slug),
            "name": event.title,
            "startDate": _iso(event.starts_on),
            "endDate": _iso(event.ends_on or event.starts_on),
            "location": {"@type": "Place", "name": event.place} if event.place else None,
        }
    )


def _work(talk: Talk) -> Document:
    return {"@type": "CreativeWork", "name": talk.title, "url": _page("talk", talk.slug)}


def _page(kind: str, slug: str) -> str:
    return url_for(f"pages.{kind}", slug=slug, _external=True)


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _known(document: Document) -> Document:
    """The document without what is empty."""
    return {name: value for name, value in document.items() if value not in (None, "", [])}
