"""Captions: WebVTT and SubRip files read into segments, and segments written as files.

Damaged files are read as far as they go. Word times inside a cue are used where a file has them
(YouTube's automatic captions do); otherwise words are spread over their cue by their length, and
marked as such.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from archive.errors import BadSource, CorruptMedia, NotFound
from archive.segments import ends_sentence, segments_from_words
from archive.types import Segment, Word
from archive.written_words import written_words

SpeakerOf = Callable[[Segment], str | None]

_FLASH_MS = 100
_LARGEST_FILE = 32 * 1024 * 1024
_TIME = r"(?:(\d+):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,3}))?"
_TIMING = re.compile(rf"^\s*{_TIME}\s*-->\s*{_TIME}")
_WORD_TIME = re.compile(rf"<{_TIME}>")
# What is heard but not said: [Music], [Applause].
_SOUNDS = re.compile(r"(?:\[[^\[\]]*\]|\s)+")
_TAG = re.compile(r"</?[a-zA-Z][^<>\n]*>|\{\\[^}\n]*\}")
# Controls, marks of width, order and direction, signs of music; joiners, which change words, stay.
SILENT = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\u2669-\u266c\ufeff]"
)


@dataclass(frozen=True, slots=True)
class Cue:
    """A caption as its file has it: its lines hold tags and entities."""

    start_ms: int
    end_ms: int
    lines: tuple[str, ...]


def read_captions(path: Path, *, language: str = "") -> tuple[tuple[Segment, ...], list[str]]:
    """The segments of a WebVTT or SubRip file, and its faults, each with file and line.

    Rolling captions, which repeat their lines, are read once; cues that name only sounds, such as
    [Music], are no words. Raises NotFound, BadSource (not
    allowed to read, far too large) and CorruptMedia where there is not one cue in it.
    """
    text = decoded(path)
    faults: list[str] = []
    found = list(cues(text.splitlines(), path.name, faults))
    if not found:
        raise CorruptMedia(
            f"{path.name} holds no captions.", advice="Give a WebVTT (.vtt) or SubRip (.srt) file."
        )
    words: list[Word] = []
    for cue in _without_repeats(sorted(found, key=lambda cue: cue.start_ms)):
        words += words_of(cue)
    return segments_from_words(one_after_another(words), language=language), faults


def write_vtt(segments: Iterable[Segment], speaker_of: SpeakerOf | None = None) -> str:
    """WebVTT, escaped, with a voice tag wherever ``speaker_of`` knows who speaks."""
    parts = ["WEBVTT\n"]
    for segment in segments:
        text = html.escape(_one_line(segment.text), quote=False)
        name = _one_line(speaker_of(segment) or "") if speaker_of else ""
        if name:
            text = f"<v {html.escape(name, quote=False)}>{text}"
        span = f"{_stamp(segment.start_ms, '.')} --> {_stamp(segment.end_ms, '.')}"
        parts.append(f"{span}\n{text}\n")
    return "\n".join(parts)


def write_srt(segments: Iterable[Segment], speaker_of: SpeakerOf | None = None) -> str:
    """SubRip; a speaker's name stands before the words wherever it changes."""
    parts = []
    for number, (segment, name) in enumerate(_with_new_speakers(segments, speaker_of), start=1):
        # SubRip has no escapes: an arrow in the words would read as a timing line.
        text = _one_line(segment.text).replace("-->", "->")
        span = f"{_stamp(segment.start_ms, ',')} --> {_stamp(segment.end_ms, ',')}"
        parts.append(f"{number}\n{span}\n{name + ': ' if name else ''}{text}\n")
    return "\n".join(parts)


def write_txt(segments: Iterable[Segment], speaker_of: SpeakerOf | None = None) -> str:
    """Plain text, a line for each segment; a speaker's name stands where it changes."""
    lines: list[str] = []
    for segment, name in _with_new_speakers(segments, speaker_of):
        if name:
            lines += [""] * bool(lines) + [f"{name}:"]
        lines.append(_one_line(segment.text))
    return "".join(f"{line}\n" for line in lines)


def decoded(path: Path) -> str:
    """The text of a file; raises NotFound and BadSource as ``read_captions`` does."""
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise BadSource(f"{path.name} is too large to be a caption file.")
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise NotFound(f"There is no file {path}.") from error
    except OSError as error:
        raise BadSource(f"{path} cannot be read: {error.strerror}.") from error
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        # Old subtitle files are in the Western code page.
        return content.decode("cp1252", errors="replace")


def cues(lines: Sequence[str], file: str, faults: list[str]) -> Iterator[Cue]:
    """The cues in a file's order; what is not understood is skipped and noted once per place."""
    at = 0
    while at < len(lines):
        found = _TIMING.match(lines[at])
        if found is None:
            if "-->" in lines[at]:
                faults.append(f"{file}, line {at + 1}: a timing that cannot be read.")
            at += 1
            continue
        begun = at
        start_ms, end_ms = _milliseconds(found.groups()[:4]), _milliseconds(found.groups()[4:])
        at += 1
        text: list[str] = []
        # Only an empty line ends a cue: automatic captions hold lines of one blank.
        while at < len(lines) and lines[at] and "-->" not in lines[at]:
            text.append(lines[at])
            at += 1
        while text and not text[-1].strip():
            text.pop()
        if at < len(lines) and "-->" in lines[at] and text and text[-1].strip().isdigit():
            # The empty line before the next cue is missing; this is that cue's number.
            text.pop()
        if end_ms <= start_ms:
            faults.append(f"{file}, line {begun + 1}: a cue that ends before it begins.")
        elif text:
            yield Cue(start_ms, end_ms, tuple(text))
    if lines and _TIMING.match(lines[-1]):
        faults.append(f"{file}, line {len(lines)}: the file ends inside a cue.")


def _without_repeats(cues: Iterable[Cue]) -> Iterator[Cue]:
    """Cues without what rolled up from the cue before them, or was there while a line grew.

    A cue that says the same again as a whole is speech, unless it only flashes up: automatic
    captions hold such cues of 10 ms.
    """
    shown: list[str] = []
    reached_ms = 0
    for cue in cues:
        lines = [(line, _plain(line)) for line in cue.lines]
        lines = [(line, plain) for line, plain in lines if plain]
        plain_lines = [plain for _, plain in lines]
        rolled = max(
            (n for n in range(1, len(lines) + 1) if shown[-n:] == plain_lines[:n]), default=0
        )
        repeated = rolled == len(lines) == len(shown)
        if repeated and cue.end_ms - cue.start_ms > _FLASH_MS:
            rolled = 0
        new = [line for line, _ in lines[rolled:]]
        if not rolled and cue.start_ms - reached_ms <= _FLASH_MS:
            new = _without_grown(new, shown, plain_lines)
        shown = plain_lines or shown
        reached_ms = max(reached_ms, cue.end_ms)
        if new:
            yield Cue(cue.start_ms, cue.end_ms, tuple(new))


def _without_grown(lines: list[str], shown: list[str], plain_lines: list[str]) -> list[str]:
    """Lines without the words that stood there before more were added to their line.

    Live captions grow so, word by word. Where a sentence had ended, the words are said again.
    """
    if not shown or ends_sentence(shown[-1]):
        return lines
    for at, (line, plain) in enumerate(zip(lines, plain_lines, strict=True)):
        above = shown[: len(shown) - 1]
        grows = plain.startswith(f"{shown[-1]} ") and not _WORD_TIME.search(line)
        if grows and (not at or above[-at:] == plain_lines[:at]):
            added = html.escape(plain[len(shown[-1]) :].strip(), quote=False)
            return [added, *lines[at + 1 :]]
    return lines


def words_of(cue: Cue) -> Iterator[Word]:
    """A cue's words, spread by their length between the times that are known."""
    text = "\n".join(line for line in cue.lines if not _SOUNDS.fullmatch(_plain(line)))
    starts = [cue.start_ms]
    runs: list[str] = []
    end = 0
    for mark in _WORD_TIME.finditer(text):
        runs.append(text[end : mark.start()])
        starts.append(min(max(_milliseconds(mark.groups()), starts[-1]), cue.end_ms))
        end = mark.end()
    runs.append(text[end:])
    starts.append(cue.end_ms)
    for run, start_ms, end_ms in zip(runs, starts, starts[1:], strict=False):
        plain = _plain(run)
        if not _SOUNDS.fullmatch(plain):
            yield from _spread(plain, start_ms, end_ms, estimated=len(runs) == 1)


def _spread(text: str, start_ms: int, end_ms: int, *, estimated: bool) -> Iterator[Word]:
    """The words of a text over its time; ``estimated`` where only the whole cue has a time."""
    words = list(written_words(text))
    total = sum(len(word.text) for word in words)
    passed = 0
    for word in words:
        begins = start_ms + (end_ms - start_ms) * passed // total
        passed += len(word.text)
        ends = start_ms + (end_ms - start_ms) * passed // total
        yield Word(word.text, word.space_before, begins, ends, estimated=estimated)


def one_after_another(words: Sequence[Word]) -> Iterator[Word]:
    """The words in order of time with no two at once; cues may overlap."""
    reached_ms = 0
    for word in words:
        start_ms = max(word.start_ms, reached_ms)
        end_ms = max(word.end_ms, start_ms + 1)
        yield replace(word, start_ms=start_ms, end_ms=end_ms)
        reached_ms = end_ms


def _plain(line: str) -> str:
    """A line's words without tags, entities and marks that are not said."""
    text = html.unescape(_TAG.sub("", _WORD_TIME.sub("", line)))
    return " ".join(SILENT.sub("", text).split())


def _with_new_speakers(
    segments: Iterable[Segment], speaker_of: SpeakerOf | None
) -> Iterator[tuple[Segment, str]]:
    """Each segment with its speaker's name, or "" where it is the one before."""
    before = ""
    for segment in segments:
        name = _one_line(speaker_of(segment) or "") if speaker_of else ""
        yield segment, name if name != before else ""
        before = name


def _milliseconds(parts: Sequence[str | None]) -> int:
    hours, minutes, seconds, fraction = parts
    whole = int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)
    return whole * 1000 + int((fraction or "0").ljust(3, "0"))


def _stamp(time_ms: int, point: str) -> str:
    minutes, rest = divmod(time_ms, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}{point}{rest % 1000:03}"


def _one_line(text: str) -> str:
    return " ".join(text.split())
