"""The transcript as lines of a page: who speaks, pauses, marks, the other language beside it.

A long transcript is shown in parts, so that a page stays small; the page's script adds the others.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from archive.turns import by_speaker
from archive.types import Segment, Talk, Transcript, Turn
from search.results import talk_url
from web.shown import marked
from web.talk.quoting import Passage

PART_BYTES = 60_000
"""Of text and the markup around it. With the rest of the page that is less than 100 KB."""
PAUSE_MS = 2_000
"""After a pause of this length a new paragraph begins."""
# What a line's markup takes, and that of a turn's heading.
_LINE_BYTES, _HEADING_BYTES = 48, 110


@dataclass(frozen=True, slots=True)
class Line:
    """A segment as the transcript shows it; ``query`` opens the page there, ``html`` is safe.

    ``heading`` is the turn that begins with it, where several voices speak; ``fresh`` says that a
    pause is before it. ``beside`` is what the English translation has meanwhile.
    """

    start_ms: int
    query: str
    html: Markup
    unsure: bool
    heading: Turn | None = None
    fresh: bool = False
    beside: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a transcript: its number, from 1, of how many; the number of its first line."""

    number: int
    count: int
    first_line: int
    lines: tuple[Line, ...]


def part_of(
    talk: Talk,
    transcript: Transcript | None,
    turns: Sequence[Turn],
    *,
    number: int = 1,
    passage: Passage | None = None,
    translation: Transcript | None = None,
) -> Part | None:
    """One part of a transcript: the one that holds the passage, else the numbered one.

    A number out of range is drawn in. None without a transcript.
    """
    told = by_speaker(transcript.segments if transcript else (), turns)
    if not told:
        return None
    segments = [segment for segment, _ in told]
    several = len({turn.voice for turn in turns}) > 1
    headings = _headings([turn for _, turn in told]) if several else [None] * len(told)
    beside = _beside(segments, translation)
    texts = [segment.text for segment in segments]
    starts = _part_starts(texts, headings, beside)
    words = _word_starts(segments)
    if passage is not None:
        number = bisect_left(starts, _line_of(words, passage.first) + 1)
    number = max(1, min(number, len(starts)))
    first = starts[number - 1]
    end = starts[number] if number < len(starts) else len(segments)
    lines = tuple(
        Line(
            start_ms=segments[at].start_ms,
            query=talk_url(talk.slug, segments[at].start_ms).partition("?")[2],
            html=marked(texts[at], _spans(segments[at], words[at], passage)),
            unsure=segments[at].unsure,
            heading=headings[at],
            fresh=at > 0 and segments[at].start_ms - segments[at - 1].end_ms >= PAUSE_MS,
            beside=beside[at],
        )
        for at in range(first, end)
    )
    return Part(number, len(starts), first, lines)


def _headings(turns: Sequence[Turn | None]) -> list[Turn | None]:
    """The turn of each line where its voice is another than the line's before."""
    return [
        turn if turn and (not before or before.voice != turn.voice) else None
        for before, turn in zip([None, *turns], turns, strict=False)
    ]


def _beside(segments: Sequence[Segment], translation: Transcript | None) -> list[str]:
    """For each line, the translation's segments that begin while it is said."""
    if translation is None:
        return [""] * len(segments)
    found: list[list[str]] = [[] for _ in segments]
    starts = [segment.start_ms for segment in segments]
    for other in translation.segments:
        at = bisect_left(starts, other.start_ms + 1) - 1
        found[max(0, at)].append(other.text)
    return [" ".join(texts) for texts in found]


def _part_starts(
    texts: Sequence[str], headings: Sequence[Turn | None], beside: Sequence[str]
) -> list[int]:
    """The number of the line that each part begins with."""
    starts, held = [0], 0
    for number, text in enumerate(texts):
        size = len(f"{text}{beside[number]}".encode()) + _LINE_BYTES
        size += _HEADING_BYTES if headings[number] else 0
        if held and held + size > PART_BYTES:
            starts.append(number)
            held = 0
        held += size
    return starts


def _word_starts(segments: Sequence[Segment]) -> list[int]:
    """The number of the word that each line begins with."""
    starts = [0]
    for segment in segments[:-1]:
        starts.append(starts[-1] + len(segment.words))
    return starts


def _line_of(words: Sequence[int], word: int) -> int:
    return bisect_left(words, word + 1) - 1


def _spans(segment: Segment, first_word: int, passage: Passage | None) -> Sequence[tuple[int, int]]:
    """Where the passage stands in the segment's text, in code points."""
    if passage is None:
        return ()
    first = max(passage.first - first_word, 0)
    end = min(passage.end - first_word, len(segment.words))
    if first >= end:
        return ()
    start = at = 0
    for number, word in enumerate(segment.words[:end]):
        at += 1 if number and word.space_before else 0
        if number == first:
            start = at
        at += len(word.text)
    return ((start, at),)
