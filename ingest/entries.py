"""The programme entry of a single clip: from what is said here, beside it and at its site."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

from archive.programme import EventEntry, SpeakerEntry, TalkEntry
from archive.types import Event, Talk
from ingest.options import Options
from ingest.programmes.sidecars import Sidecar
from ingest.sources import Source


@dataclass(frozen=True, slots=True)
class Single:
    """A clip that is a talk of its own: its entry, its event's slug ("" for none), its sidecar."""

    entry: TalkEntry
    event: str = ""
    sidecar: Sidecar | None = None


def provisional_title(address: str) -> str:
    """A title for a clip whose site has not said one yet."""
    parts = urlsplit(address)
    return unquote(Path(parts.path).stem) or parts.hostname or address


def file_title(path: Path) -> str:
    """A title for a file that nothing else is known of: its name."""
    return path.stem.replace("_", " ").strip() or path.name


def entry_of_file(source: Source, sidecar: Sidecar | None) -> TalkEntry:
    """What a file and its sidecar say of the talk."""
    title = file_title(Path(source.address))
    if sidecar is None:
        return TalkEntry(title, source_url=source.address, source_key=source.key)
    said = sidecar.entry
    return replace(
        said,
        title=said.title or title,
        source_url=source.address,
        source_key=said.source_key or source.key,
    )


def with_options(entry: TalkEntry, options: Options) -> TalkEntry:
    """The entry as the person wants it: what the options say goes before what was read."""
    return replace(
        entry,
        title=options.title or entry.title,
        language=options.language or entry.language,
        given_on=options.date or entry.given_on,
        link=options.link and Path(entry.source_url).is_absolute(),
        speakers=options.speakers or entry.speakers,
    )


def as_known(entry: TalkEntry, talk: Talk, *, said_here: bool) -> TalkEntry:
    """The entry of a talk that the archive has already.

    What a sidecar says (``said_here``) goes before what the archive holds; what a site or a file's
    name says does not, since the programme of the talk is the better source.
    """
    held = TalkEntry(
        title=talk.title,
        slug=talk.slug,
        number=talk.number,
        description=talk.description,
        language=talk.language,
        given_on=talk.given_on,
        source_url=entry.source_url,
        source_key=talk.source_key,
        speakers=_speakers(talk),
        chapters=talk.chapters,
    )
    if not said_here:
        return held
    return replace(
        held,
        title=entry.title or held.title,
        number=held.number if entry.number is None else entry.number,
        description=entry.description or held.description,
        language=entry.language or held.language,
        given_on=entry.given_on or held.given_on,
        speakers=entry.speakers or held.speakers,
        chapters=entry.chapters or held.chapters,
    )


def event_entry(event: Event) -> EventEntry:
    """The entry that says of an event just what the archive holds."""
    return EventEntry(
        title=event.title,
        slug=event.slug,
        starts_on=event.starts_on,
        ends_on=event.ends_on,
        place=event.place,
        url=event.url,
        organizers=event.organizers,
        people=tuple((person.name, person.part) for person in event.people),
        summary=event.summary,
    )


def _speakers(talk: Talk) -> tuple[SpeakerEntry, ...]:
    return tuple(
        SpeakerEntry(
            name=part.speaker.name,
            aliases=part.speaker.aliases,
            role=part.role,
            affiliation=part.affiliation,
            affiliation_aliases=part.affiliation_aliases,
            country=part.country,
        )
        for part in talk.appearances
        if not part.by_voice
    )
