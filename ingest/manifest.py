"""Event manifests: TOML that says what an event's programme says (DESIGN of the format: docs).

Every fault is a BadManifest that names the file, the line and the key.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from archive.errors import BadManifest, UserError
from archive.fields import parse_country, parse_language
from archive.programme import EventEntry, SpeakerEntry, TalkEntry
from ingest.sources import identify


def _country(value: str) -> str:
    return _readable(parse_country, value)


def _language(value: str) -> str:
    return _readable(parse_language, value)


def _readable(parse: Any, value: str) -> str:
    try:
        return str(parse(value))
    except UserError as error:
        raise ValueError(str(error)) from error


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


_Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=100)]
_Title = Annotated[str, Field(min_length=1)]


class _Person(_Entry):
    name: _Title
    part: str = ""


class _Event(_Entry):
    title: _Title
    slug: _Slug | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    place: str = ""
    url: str = ""
    organizers: tuple[str, ...] = ()
    summary: str = ""
    people: tuple[_Person, ...] = ()


class _Speaker(_Entry):
    name: _Title
    aliases: tuple[str, ...] = ()
    role: str = ""
    affiliation: str = ""
    affiliation_aliases: tuple[str, ...] = ()
    country: Annotated[str, AfterValidator(_country)] = ""


class _Talk(_Entry):
    title: _Title
    slug: _Slug | None = None
    number: Annotated[int, Field(ge=0)] | None = None
    language: Annotated[str, AfterValidator(_language)] = ""
    given_on: date | None = None
    source: str = ""
    captions: str = ""
    description: str = ""
    speakers: tuple[_Speaker, ...] = ()


class _Manifest(_Entry):
    event: _Event
    talks: tuple[_Talk, ...] = ()


@dataclass(frozen=True, slots=True)
class Manifest:
    """A manifest as read: ``captions`` holds, for each talk, its caption file or None."""

    event: EventEntry
    talks: tuple[TalkEntry, ...]
    captions: tuple[Path | None, ...]


def read_manifest(path: Path, *, link: bool = False) -> Manifest:
    """Read and check a manifest; relative sources count from its folder.

    Raises BadManifest, naming file, line and key, or UserError for a source of unknown scheme.
    """
    try:
        text = path.read_text(encoding="utf-8")
        parsed = _Manifest.model_validate(tomllib.loads(text))
    except UnicodeDecodeError as error:
        raise BadManifest(f"{path} is not UTF-8 text.", advice="Save it as UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        raise BadManifest(f"{path}: {error}.", advice="Mend the TOML at that line.") from error
    except ValidationError as error:
        raise _bad_manifest(path, text, error) from error
    _refuse_twins(path, text, parsed)
    folder = path.absolute().parent
    for index, talk in enumerate(parsed.talks):
        if talk.captions and not (folder / talk.captions).is_file():
            line = _line_of(text, ("talks", index, "captions"))
            raise BadManifest(
                f"{path}, line {line}: talks.captions names {talk.captions!r}, which is not there.",
                advice="Correct the path; it counts from the manifest's folder.",
            )
    return Manifest(
        event=_event_entry(parsed.event),
        talks=tuple(_talk_entry(talk, folder, link=link) for talk in parsed.talks),
        captions=tuple(folder / t.captions if t.captions else None for t in parsed.talks),
    )


def _event_entry(event: _Event) -> EventEntry:
    return EventEntry(
        title=event.title,
        slug=event.slug or "",
        starts_on=event.starts_on,
        ends_on=event.ends_on,
        place=event.place,
        url=event.url,
        organizers=event.organizers,
        people=tuple((person.name, person.part) for person in event.people),
        summary=event.summary,
    )


def _talk_entry(talk: _Talk, folder: Path, *, link: bool) -> TalkEntry:
    source = identify(talk.source, folder) if talk.source else None
    return TalkEntry(
        title=talk.title,
        slug=talk.slug or "",
        number=talk.number,
        description=talk.description,
        language=talk.language,
        given_on=talk.given_on,
        source_url=source.address if source else "",
        source_key=source.key if source else "",
        link=link and source is not None and source.is_file,
        speakers=tuple(
            SpeakerEntry(
                name=speaker.name,
                aliases=speaker.aliases,
                role=speaker.role,
                affiliation=speaker.affiliation,
                affiliation_aliases=speaker.affiliation_aliases,
                country=speaker.country,
            )
            for speaker in talk.speakers
        ),
    )


def _refuse_twins(path: Path, text: str, parsed: _Manifest) -> None:
    for key in ("slug", "number"):
        first: dict[Any, int] = {}
        for index, talk in enumerate(parsed.talks):
            value = getattr(talk, key)
            if value is not None and value in first:
                line = _line_of(text, ("talks", index, key))
                raise BadManifest(
                    f"{path}, line {line}: talks.{key} {value!r} stands twice.",
                    advice=f"Give each talk its own {key}.",
                )
            first[value] = index


def _bad_manifest(path: Path, text: str, error: ValidationError) -> BadManifest:
    # A misspelt key is the cause where another is then missing.
    fault = min(error.errors(), key=lambda fault: fault["type"] != "extra_forbidden")
    keys = fault["loc"]
    key = ".".join(str(part) for part in keys if not isinstance(part, int))
    where = f"{path}, line {_line_of(text, keys)}: {key}"
    if fault["type"] == "extra_forbidden":
        return BadManifest(
            f"{where} is no key of a manifest.",
            advice="Correct its spelling; docs/manifest.md lists the keys.",
        )
    if fault["type"] == "missing":
        return BadManifest(f"{where} is missing.", advice="Add it; it is required.")
    said = fault["msg"].removeprefix("Value error, ")
    return BadManifest(f"{where}: {said[:1].lower()}{said[1:]}.", advice="Correct the value.")


_HEADER = re.compile(r"\s*(\[\[?)\s*([\w.\"'-]+)\s*\]")


def _line_of(text: str, keys: Sequence[str | int]) -> int:
    """The line of a key in a manifest; that of its table where the key does not stand there."""
    names = tuple(str(key) for key in keys if not isinstance(key, int))
    indexes = tuple(key for key in keys if isinstance(key, int))
    counts: dict[str, int] = {}
    table = ""
    place: tuple[int, ...] = ()
    found = 1
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            table = header[2]
            if header[1] == "[[":
                counts[table] = counts.get(table, -1) + 1
                for inner in [name for name in counts if name.startswith(table + ".")]:
                    del counts[inner]
            prefixes = [table.rsplit(".", depth)[0] for depth in range(table.count("."), -1, -1)]
            place = tuple(counts[name] for name in prefixes if name in counts)
        at = indexes[: len(place)] == place
        if at and table and table == ".".join(names[: table.count(".") + 1]) and header:
            found = number
        elif at and re.match(rf"\s*[\"']?{re.escape(names[-1])}[\"']?\s*[=.]", line):
            if table == ".".join(names[:-1]):
                return number
        elif at and table == ".".join(names) and header:
            return number
    return found
