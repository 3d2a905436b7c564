"""Sidecars: what stands beside a recording in its folder and says what the recording is.

For ``lecture.mp4`` what is said of the talk is taken from the first of these that is there:

    lecture.toml          the keys of a manifest's [[talks]] at its top level, and event = "slug"
    talk.toml             the same, where the folder holds no other recording
    lecture.info.json     as yt-dlp --write-info-json writes it; also lecture.mp4.info.json

What a TOML file cannot say is taken from the .info.json also where there are both: chapters,
and by which address the clip is known. Captions are lecture.vtt, lecture.srt, lecture.en.vtt.
Every fault of a TOML file is an error that names file, line and key. Of the .info.json, which
comes from a site, what does not fit is left out.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from archive.errors import BadManifest, UserError
from archive.fields import parse_language
from archive.programme import TalkEntry
from ingest.programmes.info_json import ClipInfo, read_info
from ingest.programmes.manifest import (
    Slug,
    TalkKeys,
    captions_of,
    checked,
    read_toml,
    speaker_entries,
)
from ingest.sources import CAPTION_SUFFIXES, identify, is_recording

_ALONE = "talk.toml"


class _SidecarKeys(TalkKeys):
    event: Slug | None = None


@dataclass(frozen=True, slots=True)
class Sidecar:
    """What is said of a recording beside it: ``entry.title`` is "" where no title is said.

    ``event`` is a slug or "". ``captions_language`` is BCP 47, or "" where it is not known;
    ``captions_automatic`` says that a machine wrote them. ``file`` is where most was read: the
    TOML file, else the .info.json, else the captions.
    """

    event: str
    entry: TalkEntry
    captions: Path | None
    captions_automatic: bool
    captions_language: str
    file: Path


@dataclass(frozen=True, slots=True)
class _Captions:
    file: Path
    language: str = ""
    automatic: bool = False


class Neighbours:
    """The names in one folder, and which of them belong to which recording."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = frozenset(names)
        recordings = [name for name in self._names if is_recording(name)]
        self._alone = len(recordings) <= 1
        stems = {os.path.splitext(name)[0] for name in recordings}
        # By the recording's stem: a caption file, and the part of its name that says a language.
        self._captions: dict[str, list[tuple[str, str]]] = {}
        for name in self._names:
            stem, suffix = os.path.splitext(name)
            if suffix.lower() not in CAPTION_SUFFIXES:
                continue
            self._captions.setdefault(stem, []).append((name, ""))
            shorter, _, said = stem.rpartition(".")
            # Captions lecture.two.vtt belong to lecture.two.mp4 where that is there.
            if stem not in stems and _language(said):
                self._captions.setdefault(shorter, []).append((name, said))

    @classmethod
    def of(cls, media: Path) -> Neighbours:
        """What stands in the folder of a recording."""
        try:
            names = os.listdir(media.parent)
        except OSError:
            # A folder may let its files be read and not be listed.
            return cls(())
        if _ALONE in names:
            return cls([*names, media.name])
        return cls(name for name in names if name.startswith(f"{media.stem}."))

    def toml(self, media: Path) -> list[str]:
        """The TOML sidecars of a recording, the one that counts first."""
        own = f"{media.stem}.toml"
        found = [own] if own in self._names else []
        return [*found, _ALONE] if self._alone and _ALONE in self._names else found

    def info(self, media: Path) -> list[str]:
        """The .info.json files of a recording, the one that counts first."""
        wanted = (f"{media.stem}.info.json", f"{media.name}.info.json")
        return [name for name in wanted if name in self._names]

    def captions(self, media: Path) -> list[tuple[str, str]]:
        """The caption files of a recording, each with its language as the name says it."""
        return self._captions.get(media.stem, [])

    def sidecars(self, media: Path) -> list[str]:
        """All that belongs to a recording."""
        captions = [name for name, _ in self.captions(media)]
        return [*self.toml(media), *self.info(media), *captions]


def read_sidecar(media: Path, *, language: str = "") -> Sidecar | None:
    """What stands beside a recording; None where nothing does.

    ``language`` is that of the talk where the caller knows it; it decides between captions.
    Raises BadManifest, naming file, line and key.
    """
    beside = Neighbours.of(media)
    toml = _first_file(media, beside.toml(media))
    info_file = _first_file(media, beside.info(media))
    info = read_info(info_file) if info_file is not None else ClipInfo()
    entry, event, captions = info.entry, "", None
    if toml is not None:
        entry, event, captions = _read_toml(toml, info)
    if captions is None:
        wanted = language or entry.language or info.entry.language
        captions = _best_captions(media, beside, info, wanted)
    file = toml or info_file or (captions.file if captions else None)
    if file is None:
        return None
    source = identify(str(media), Path.cwd())
    key = entry.source_key or source.key
    return Sidecar(
        event=event,
        entry=replace(entry, source_url=source.address, source_key=key),
        captions=captions.file if captions else None,
        captions_automatic=captions is not None and captions.automatic,
        captions_language=captions.language if captions else "",
        file=file,
    )


def _first_file(media: Path, names: Iterable[str]) -> Path | None:
    # A folder or a pipe of that name is passed over.
    return next((p for p in map(media.with_name, names) if os.path.isfile(p)), None)


def _read_toml(path: Path, info: ClipInfo) -> tuple[TalkEntry, str, _Captions | None]:
    """What a TOML sidecar says, with what only the .info.json can say."""
    text, document = read_toml(path)
    if isinstance(document.get("event"), dict) or "talks" in document:
        raise BadManifest(
            f"{path} is the manifest of an event, and has the name of a sidecar.",
            advice=f"Rename it, or ingest it by itself: podium ingest {path}",
        )
    said = checked(_SidecarKeys, document, path, text, kind="sidecar")
    file = captions_of(said, path, text, ("captions",))
    entry = TalkEntry(
        title=said.title,
        slug=said.slug or "",
        number=said.number,
        description=said.description,
        language=said.language,
        given_on=said.given_on,
        source_key=info.entry.source_key,
        speakers=speaker_entries(said),
        chapters=info.entry.chapters,
    )
    return entry, said.event or "", _Captions(file, said.language) if file else None


def _best_captions(
    media: Path, beside: Neighbours, info: ClipInfo, language: str
) -> _Captions | None:
    """The captions in the talk's language before others, manual ones before automatic."""
    found = [
        _Captions(media.with_name(name), _language(said), info.is_automatic(said))
        for name, said in beside.captions(media)
    ]

    def rank(captions: _Captions) -> tuple[int, bool, bool, str]:
        # Captions that name no language are taken to be in the talk's.
        foreign = 0
        if language and captions.language and captions.language != language:
            same = captions.language.partition("-")[0] == language.partition("-")[0]
            foreign = 1 if same else 2
        is_srt = captions.file.suffix.lower() != ".vtt"
        return foreign, captions.automatic, is_srt, captions.file.name

    return min((c for c in found if os.path.isfile(c.file)), key=rank, default=None)


def _language(said: str) -> str:
    """The language that a caption file's name says, or ""; yt-dlp adds marks of its own to it."""
    primary, _, marks = said.partition("-")
    for text in (said.removesuffix("-orig"), primary if marks else ""):
        try:
            if found := parse_language(text):
                return found
        except UserError:
            continue
    return ""
