"""Event manifests: TOML that says what an event's programme says (DESIGN of the format: docs).

Every fault is a BadManifest that names the file, the line and the key.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from archive.errors import BadManifest, UserError
from archive.fields import parse_country, parse_language
from archive.programme import EventEntry, SpeakerEntry, TalkEntry
from ingest.sources import identify

# Programmes are far smaller; what is larger is no programme.
_LARGEST_FILE = 8 * 1024 * 1024
_Model = TypeVar("_Model", bound=BaseModel)


def _country(value: str) -> str:
    return _readable(parse_country, value)


def _language(value: str) -> str:
    return _readable(parse_language, value)


def _readable(parse: Any, value: str) -> str:
    try:
        return str(parse(value))
    except UserError as error:
        raise ValueError(str(error)) from error


class Entry(BaseModel):
    """A table of a manifest: keys that it does not know are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=100)]
_Title = Annotated[str, Field(min_length=1)]


class _Person(Entry):
    name: _Title
    part: str = ""


class _Event(Entry):
    title: _Title
    slug: Slug | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    place: str = ""
    url: str = ""
    organizers: tuple[str, ...] = ()
    summary: str = ""
    people: tuple[_Person, ...] = ()


class _Speaker(Entry):
    name: _Title
    aliases: tuple[str, ...] = ()
    role: str = ""
    affiliation: str = ""
    affiliation_aliases: tuple[str, ...] = ()
    country: Annotated[str, AfterValidator(_country)] = ""


class TalkKeys(Entry):
    """What a manifest, and a sidecar beside a recording, may say of a talk."""

    title: str = ""
    slug: Slug | None = None
    number: Annotated[int, Field(ge=0, lt=2**31)] | None = None
    language: Annotated[str, AfterValidator(_language)] = ""
    given_on: date | None = None
    captions: str = ""
    description: str = ""
    speakers: tuple[_Speaker, ...] = ()


class _Talk(TalkKeys):
    title: _Title
    source: str = ""


class _Manifest(Entry):
    event: _Event
    talks: tuple[_Talk, ...] = ()


@dataclass(frozen=True, slots=True)
class ManifestTalk:
    """A talk of a manifest, its caption file, and sentences on what its reader was unsure of."""

    entry: TalkEntry
    captions: Path | None = None
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a programme says, wherever it was read: a manifest, a page, a feed, a schedule.

    ``doubts`` are those about the event, or about the document as a whole.
    """

    event: EventEntry
    talks: tuple[ManifestTalk, ...]
    doubts: tuple[str, ...] = ()

    @property
    def entries(self) -> tuple[TalkEntry, ...]:
        return tuple(talk.entry for talk in self.talks)


def read_manifest(path: Path, *, link: bool = False) -> Manifest:
    """Read and check a manifest; relative sources count from its folder.

    Raises BadManifest, naming file, line and key, or UserError for a source of unknown scheme.
    """
    text, document = read_toml(path)
    parsed = checked(_Manifest, document, path, text, kind="manifest")
    _refuse_twins(path, text, parsed)
    folder = path.absolute().parent
    talks = []
    for index, talk in enumerate(parsed.talks):
        captions = captions_of(talk, path, text, ("talks", index, "captions"))
        talks.append(ManifestTalk(_talk_entry(talk, folder, link=link), captions))
    return Manifest(event=_event_entry(parsed.event), talks=tuple(talks))


def read_toml(path: Path) -> tuple[str, dict[str, Any]]:
    """The text of a TOML file and what it holds; raises BadManifest, naming file and line."""
    try:
        with path.open("rb") as handle:
            content = handle.read(_LARGEST_FILE + 1)
        if len(content) > _LARGEST_FILE:
            raise BadManifest(f"{path} is far too large for a programme.")
        text = content.decode("utf-8-sig")
        return text, tomllib.loads(text)
    except OSError as error:
        raise BadManifest(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise BadManifest(f"{path} is not UTF-8 text.", advice="Save it as UTF-8.") from error
    except RecursionError as error:
        raise BadManifest(
            f"{path} is nested too deep.", advice="Take out the nested brackets."
        ) from error
    except ValueError as error:
        # Beside faults of the TOML, these are numbers with thousands of digits.
        raise BadManifest(f"{path}: {error}.", advice="Mend the TOML at that line.") from error


def checked(
    model: type[_Model], document: dict[str, Any], path: Path, text: str, *, kind: str
) -> _Model:
    """What a TOML document says, as ``model``; raises BadManifest, naming file, line and key.

    ``kind`` is what a person calls such a file.
    """
    try:
        return model.model_validate(document)
    except ValidationError as error:
        raise _bad_manifest(path, text, error, kind) from error


def captions_of(talk: TalkKeys, path: Path, text: str, keys: Sequence[str | int]) -> Path | None:
    """The caption file that a talk names under ``keys``; raises BadManifest where it is missing."""
    if not talk.captions:
        return None
    captions = path.absolute().parent / talk.captions
    if not os.path.isfile(captions):
        key = ".".join(str(part) for part in keys if not isinstance(part, int))
        raise BadManifest(
            f"{path}, line {_line_of(text, keys)}: {key} names {talk.captions!r}, "
            "which is not there.",
            advice=f"Correct the path; it counts from the folder of {path.name}.",
        )
    return captions


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
        speakers=speaker_entries(talk),
    )


def speaker_entries(talk: TalkKeys) -> tuple[SpeakerEntry, ...]:
    """The speakers that a manifest or a sidecar names."""
    return tuple(
        SpeakerEntry(
            name=speaker.name,
            aliases=speaker.aliases,
            role=speaker.role,
            affiliation=speaker.affiliation,
            affiliation_aliases=speaker.affiliation_aliases,
            country=speaker.country,
        )
        for speaker in talk.speakers
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


def _bad_manifest(path: Path, text: str, error: ValidationError, kind: str) -> BadManifest:
    # A misspelt key is the cause where another is then missing.
    fault = min(error.errors(), key=lambda fault: fault["type"] != "extra_forbidden")
    keys = fault["loc"]
    key = ".".join(str(part) for part in keys if not isinstance(part, int))
    where = f"{path}, line {_line_of(text, keys)}: {key}"
    if fault["type"] == "extra_forbidden":
        return BadManifest(
            f"{where} is no key of a {kind}.",
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
