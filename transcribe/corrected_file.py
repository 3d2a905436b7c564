"""A transcript that somebody corrected elsewhere: WebVTT, SubRip, or text without times."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from archive.names import name_key
from archive.types import Word
from archive.written_words import written_words
from transcribe.captions import SILENT, Cue, cues, decoded, one_after_another, words_of

_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]*)>")
# ``Ada Example:`` before what she says, as exports write it.
_NAMED = re.compile(r"\s*([^:\n]{1,80}):(?:\s+|$)")


@dataclass(frozen=True, slots=True)
class SpokenBy:
    """Words ``first_word`` up to ``end_word`` of a file that somebody speaks, as it is written."""

    first_word: int
    end_word: int
    name: str


@dataclass(frozen=True, slots=True)
class CorrectedFile:
    """The words of a file, ``timed`` or with times of 0, and who speaks them where it says so."""

    words: tuple[Word, ...]
    timed: bool
    speakers: tuple[SpokenBy, ...]
    faults: tuple[str, ...]


@dataclass(slots=True)
class _Said:
    """A stretch of words, and who speaks it: "" where that is not said."""

    name: str
    words: list[Word]


def read_corrected(path: Path, names: Mapping[str, object]) -> CorrectedFile:
    """Read a corrected file. ``names`` are keys (archive.names) of people who may be named in it.

    A name and a colon before words are not taken for words where the name is known; ``<v Name>``
    never is. Controls and marks of direction are dropped. Raises what read_captions raises.
    """
    text = decoded(path)
    faults: list[str] = []
    timed = path.suffix.lower() != ".txt"
    if timed:
        said = list(_said_in_cues(text, path.name, names, faults))
    else:
        said = list(_said_in_lines(text, names))
    words = [word for part in said for word in part.words]
    if timed:
        words = list(one_after_another(words))
    return CorrectedFile(tuple(words), timed, tuple(_speakers(said)), tuple(faults))


def _said_in_cues(
    text: str, file: str, names: Mapping[str, object], faults: list[str]
) -> Iterator[_Said]:
    name = ""
    for cue in sorted(cues(text.splitlines(), file, faults), key=lambda cue: cue.start_ms):
        whole = "\n".join(cue.lines)
        parts = _VOICE.split(whole)
        if len(parts) > 1:
            name = ""
        total = sum(len(part) for part in parts[::2]) or 1
        passed = 0
        # What stands between voice tags alternates with the names in them.
        for at in range(0, len(parts), 2):
            if at:
                name = " ".join(parts[at - 1].split())
            part = parts[at]
            named, part = _without_name(part, names)
            name = named or name
            span_ms = cue.end_ms - cue.start_ms
            begins_ms = cue.start_ms + span_ms * passed // total
            passed += len(parts[at])
            ends_ms = cue.start_ms + span_ms * passed // total
            if part.strip():
                yield _Said(name, list(words_of(Cue(begins_ms, ends_ms, (part,)))))
        if len(parts) > 1:
            name = ""


def _said_in_lines(text: str, names: Mapping[str, object]) -> Iterator[_Said]:
    name = ""
    for line in text.splitlines():
        named, rest = _without_name(SILENT.sub("", line), names)
        name = named or name
        words = [Word(word.text, word.space_before, 0, 0) for word in written_words(rest)]
        yield _Said(name, words)


def _without_name(text: str, names: Mapping[str, object]) -> tuple[str, str]:
    """Who is named before a text, and the text without that."""
    found = _NAMED.match(text)
    if found is None or name_key(found[1]) not in names:
        return "", text
    return " ".join(found[1].split()), text[found.end() :]


def _speakers(said: list[_Said]) -> Iterator[SpokenBy]:
    at = 0
    for part in said:
        if part.name and part.words:
            yield SpokenBy(at, at + len(part.words), part.name)
        at += len(part.words)
