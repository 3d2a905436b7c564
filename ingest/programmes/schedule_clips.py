"""Where the recording of a talk is, as far as its schedule says so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from archive.names import name_key
from ingest.programmes.fields import clip_at, clip_source, is_media_address, one_line, web_address
from ingest.programmes.schedule_document import items_of, mapping_of, text_of
from ingest.sources import Source

_MOST_LINKS = 20
# What a link is called that leads to the recording of its own talk.
_RECORDING_WORDS = (
    "video videos recording recordings audio podcast mitschnitt aufzeichnung videoaufzeichnung "
    "enregistrement grabacion mp4 webm vod replay"
)
_OF_THE_TALK = frozenset(_RECORDING_WORDS.split())


def clip_of(session: dict[str, Any], address: str) -> tuple[Source | None, str]:
    """The clip of a session, or None, and a sentence where that is not certain.

    Fields for the recording come before the links of the talk. Of these, only files of sound or
    picture and clips of sites that yt-dlp knows are taken.
    """
    recording = mapping_of(session.get("recording"))
    stated = (
        session.get("video_download_url"),
        session.get("video_url"),
        session.get("recording_url"),
        recording.get("url"),
        recording.get("link"),
    )
    written = [text for value in stated if (text := text_of(value))]
    for text in written:
        if found := web_address(text, address):
            return clip_source(found), ""
    labelled = list(_links(session, address))
    clips = _clips_of(labelled)
    if not clips:
        given = next(iter(written), "")[:100]
        return None, f"Its recording is given as {given!r}, no web address." if given else ""
    clip, label = clips[0]
    if _OF_THE_TALK & set(name_key(label).split()):
        return clip, ""
    others = f" or {clips[1][0].address}" if len(clips) > 1 else ""
    return clip, f"A link of the talk was taken for its recording; is it {clip.address}{others}?"


def _links(session: dict[str, Any], address: str) -> Iterator[tuple[str, str]]:
    """Addresses and labels, those that are called a recording first, then MP4 before others."""
    found: dict[str, str] = {}
    for link in items_of(session.get("links"))[:_MOST_LINKS]:
        values = link if isinstance(link, dict) else {"url": link}
        target = text_of(values.get("url") or values.get("href"))
        label = one_line(text_of(values.get("title") or values.get("name")))
        if target and (complete := web_address(target, address)):
            found.setdefault(complete, label)
    ordered = sorted(
        found.items(),
        key=lambda link: (
            not _OF_THE_TALK & set(name_key(link[1]).split()),
            ".mp4" not in link[0].lower(),
        ),
    )
    return iter(ordered)


def _clips_of(labelled: list[tuple[str, str]]) -> list[tuple[Source, str]]:
    files = [link for link in labelled if is_media_address(link[0])]
    if files:
        return [(clip_source(target), label) for target, label in files]
    # Asking yt-dlp takes some milliseconds for each address, so it is asked last.
    return [(clip, label) for target, label in labelled if (clip := clip_at(target)) is not None]
