"""A manifest written as TOML, with a comment above each thing its reader was unsure of."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date

from archive.countries import country_code, country_name
from archive.programme import EventEntry, SpeakerEntry
from ingest.plain_text import one_line
from ingest.programmes.manifest import Manifest, ManifestTalk

_Value = str | int | date | None | tuple[str, ...]
_EVENT_KEYS = ("slug", "title", "starts_on", "ends_on", "place", "url", "organizers", "summary")
_TALK_KEYS = (
    "number", "slug", "title", "language", "given_on", "source", "captions", "description",
)  # fmt: skip
_WAITS = "# There is no source: this talk waits for its recording."


def write_manifest(manifest: Manifest) -> str:
    """The TOML that ``read_manifest`` reads back to the same event and talks.

    A doubt that begins with a key and a colon ("title: …") stands above that key, any other above
    its table, as a comment that begins with ``# unsure:``. Chapters are not part of the format.
    """
    lines = _event(manifest.event, manifest.doubts)
    for talk in manifest.talks:
        lines += ["", *_talk(talk)]
    return "\n".join(lines) + "\n"


def _event(event: EventEntry, doubts: Iterable[str]) -> list[str]:
    values: dict[str, _Value] = {key: getattr(event, key) for key in _EVENT_KEYS}
    lines = _table("[event]", _EVENT_KEYS, values, doubts)
    for name, part in event.people:
        lines += [
            "",
            *_table("[[event.people]]", ("name", "part"), {"name": name, "part": part}, ()),
        ]
    return lines


def _talk(talk: ManifestTalk) -> list[str]:
    entry = talk.entry
    values: dict[str, _Value] = {
        "number": entry.number,
        "slug": entry.slug,
        "title": entry.title,
        "language": entry.language,
        "given_on": entry.given_on,
        "source": entry.source_url,
        "captions": str(talk.captions) if talk.captions else "",
        "description": entry.description,
    }
    of_speakers = [doubt for doubt in talk.doubts if doubt.startswith("speakers:")]
    lines = _table(
        "[[talks]]", _TALK_KEYS, values, (d for d in talk.doubts if d not in of_speakers)
    )
    for place, speaker in enumerate(entry.speakers):
        last = place == len(entry.speakers) - 1
        mine = [doubt for doubt in of_speakers if last or speaker.name in doubt]
        of_speakers = [doubt for doubt in of_speakers if doubt not in mine]
        lines += ["", *_speaker(speaker, mine)]
    return [*map(_comment, of_speakers), *lines] if not entry.speakers else lines


def _speaker(speaker: SpeakerEntry, doubts: Iterable[str]) -> list[str]:
    shown = country_name(speaker.country) if speaker.country else ""
    values: dict[str, _Value] = {
        "name": speaker.name,
        "aliases": speaker.aliases,
        "role": speaker.role,
        "affiliation": speaker.affiliation,
        "affiliation_aliases": speaker.affiliation_aliases,
        "country": shown if country_code(shown) == speaker.country else speaker.country,
    }
    return _table("[[talks.speakers]]", tuple(values), values, doubts)


def _table(
    header: str, keys: tuple[str, ...], values: dict[str, _Value], doubts: Iterable[str]
) -> list[str]:
    """A table: doubts about no key above its header, those about a key above that key."""
    about: dict[str, list[str]] = {}
    for doubt in doubts:
        key = doubt.partition(":")[0]
        about.setdefault(key if key in keys else "", []).append(_comment(doubt))
    lines = [*about.get("", ()), header]
    for key in keys:
        lines += about.get(key, ())
        value = values[key]
        if value not in ("", None, ()):
            lines.append(f"{key} = {_toml(value)}")
        elif key == "source" and not values.get("captions"):
            lines.append(_WAITS)
    return lines


def _comment(doubt: str) -> str:
    return f"# unsure: {one_line(doubt)}"


def _toml(value: _Value) -> str:
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, tuple):
        return "[" + ", ".join(map(_string, value)) + "]"
    return value.isoformat() if isinstance(value, date) else str(value)


def _string(text: str) -> str:
    """A basic string of TOML. JSON's escapes are TOML's, but for delete, which JSON leaves."""
    whole = text.encode("utf-8", errors="replace").decode("utf-8")
    return json.dumps(whole, ensure_ascii=False).replace("\x7f", "\\u007f")
