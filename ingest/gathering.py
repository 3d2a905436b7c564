"""Looking at the sources of a command, before anything is changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from urllib.parse import unquote, urlsplit

from archive.catalog import Catalog
from archive.errors import BadSource, PodiumError
from archive.programme import SpeakerEntry, TalkEntry
from archive.types import Talk
from ingest.manifest import Manifest, read_manifest
from ingest.media import refuse_other_files
from ingest.sources import (
    CAPTION_SUFFIXES,
    Source,
    existing_path,
    identify,
    is_url,
    media_files,
)
from ingest.ytdlp import Description, describe


@dataclass(frozen=True, slots=True)
class Options:
    """What a person says about the sources; the names are those of the command's options."""

    event: str = ""
    talk: str = ""
    speakers: tuple[SpeakerEntry, ...] = ()
    title: str = ""
    language: str = ""
    date: date | None = None
    transcribe: bool = True
    link: bool = False


@dataclass(slots=True)
class Gathered:
    """What the sources came to: manifests, single talks with their event's slug, captions."""

    manifests: list[Manifest] = field(default_factory=list)
    talks: list[tuple[str, TalkEntry]] = field(default_factory=list)
    captions: list[Path] = field(default_factory=list)


def gather(catalog: Catalog, sources: Sequence[str], options: Options) -> Gathered:
    """Read manifests, look into folders, ask sites for titles.

    Raises UserError for a source that can never be taken; nothing was changed then.
    """
    gathered = Gathered()
    known = {talk.source_key: talk for talk in catalog.talks() if talk.source_key}
    for text in sources:
        if is_url(text):
            gathered.talks.append(_talk(identify(text, Path.cwd()), options, known))
            continue
        path = existing_path(text)
        suffix = path.suffix.lower()
        if path.is_dir():
            files = media_files(path)
            gathered.talks += [_file(file, options, known) for file in files]
        elif suffix == ".toml":
            gathered.manifests.append(read_manifest(path, link=options.link))
        elif suffix in CAPTION_SUFFIXES:
            if not options.talk:
                raise BadSource(
                    f"{path} holds captions; of which talk is not said.",
                    advice="Say it with --talk SLUG.",
                )
            gathered.captions.append(path)
        else:
            gathered.talks.append(_file(path, options, known))
    if options.title and len(gathered.talks) != 1:
        raise BadSource(
            f"--title is for one clip, and {len(gathered.talks)} were given.",
            advice="Leave it out, or write a manifest with a title for each.",
        )
    return gathered


def _file(path: Path, options: Options, known: dict[str, Talk]) -> tuple[str, TalkEntry]:
    refuse_other_files(path)
    return _talk(identify(str(path), Path.cwd()), options, known)


def _talk(source: Source, options: Options, known: dict[str, Talk]) -> tuple[str, TalkEntry]:
    """The entry for a clip: what the options say, else what the archive or the site says."""
    talk = known.get(source.key)
    if talk is None:
        said = _description(source)
        entry = TalkEntry(
            title=options.title or said.title,
            description=said.description,
            language=options.language or said.language,
            given_on=options.date or said.published_on,
            source_url=source.address,
            source_key=source.key,
            link=options.link and source.is_file,
            speakers=options.speakers,
        )
        return options.event, entry
    entry = TalkEntry(
        title=options.title or talk.title,
        slug=talk.slug,
        number=talk.number,
        description=talk.description,
        language=options.language or talk.language,
        given_on=options.date or talk.given_on,
        source_url=source.address,
        source_key=source.key,
        link=options.link and source.is_file,
        speakers=options.speakers or _speakers(talk),
    )
    return options.event or talk.event or "", entry


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
    )


def _description(source: Source) -> Description:
    if source.is_file:
        path = Path(source.address)
        return Description(path.stem.replace("_", " ").strip() or path.name)
    try:
        return describe(source.address)
    except PodiumError:
        # The stage that fetches it will meet the same fault, and records it with the talk.
        parts = urlsplit(source.address)
        return Description(unquote(Path(parts.path).stem) or parts.hostname or source.address)
