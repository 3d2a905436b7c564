"""Segments that take the place of others in a transcript, forwards and back.

Word numbers count all words of a transcript from 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from rapidfuzz.distance import Levenshtein

from archive.changes import changes
from archive.segments import LONGEST_MS, segments_from_words
from archive.types import Segment, Word


@dataclass(frozen=True, slots=True)
class Edit:
    """``words`` take the place of those from ``first`` up to ``end``; one of both may be empty.

    What is only added belongs to the segment of the word before it; right before the word
    ``anchor`` it belongs to that word's.
    """

    first: int
    end: int
    words: tuple[Word, ...]
    anchor: int | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """Words from ``first`` up to ``end`` that became ``length`` words."""

    first: int
    end: int
    length: int

    @property
    def grown(self) -> int:
        return self.length - (self.end - self.first)


@dataclass(frozen=True, slots=True)
class Patch:
    """Segments ``new`` that take the place of ``old``.

    The old ones begin with the segment ``first_segment`` and the word ``first_word`` of the
    transcript before the change; patches of one change all count in that one.
    """

    first_segment: int
    first_word: int
    old: tuple[Segment, ...]
    new: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Rewrite:
    """What one change does to a transcript: patches, and where in it the text of words changes.

    Both are in order and count words and segments as they were before.
    """

    patches: tuple[Patch, ...] = ()
    spans: tuple[Span, ...] = ()


class Draft:
    """A transcript's segments while edits are made in them, from the last one to the first.

    Segments keep their borders and their language; new words stand in the segment of the first
    word that they replace. A segment that becomes too long to be shown is divided.
    """

    def __init__(self, segments: Sequence[Segment]) -> None:
        self._segments = segments
        self.words = _words(segments)
        self._owners = [n for n, segment in enumerate(segments) for _ in segment.words]
        self._touched: set[int] = set()
        self._spans: list[Span] = []

    def put(self, edit: Edit) -> None:
        """Make an edit in the words as they stand in the draft."""
        part = slice(edit.first, edit.end)
        old, owners = self.words[part], self._owners[part]
        self._spans += _spans(edit.first, old, edit.words)
        # Words at its ends that keep their text, and got other times, stay in their segments.
        head = _same_texts(old, edit.words)
        tail = _same_texts(old[head:][::-1], edit.words[head:][::-1])
        left = owners[head : len(owners) - tail]
        middle = len(edit.words) - head - tail
        owner = left[0] if left else self._owner_of_added(edit.first + head, edit.anchor)
        new = [*owners[:head], *[owner] * middle, *owners[len(owners) - tail :]]
        self._touched |= {*owners, *new}
        self._owners[part] = new
        self.words[part] = edit.words

    def _owner_of_added(self, at: int, anchor: int | None) -> int:
        if not self._owners:
            return 0
        beside = at if at in (0, anchor) else at - 1
        return self._owners[min(beside, len(self._owners) - 1)]

    def rewrite(self) -> Rewrite:
        """What was changed."""
        patches = [patch for patch in self._patches() if patch.old != patch.new]
        return Rewrite(tuple(patches), tuple(sorted(self._spans, key=lambda span: span.first)))

    def _patches(self) -> list[Patch]:
        owned: dict[int, tuple[Word, ...]] = {}
        placed = zip(self._owners, self.words, strict=True)
        for number, members in groupby(placed, key=lambda pair: pair[0]):
            owned[number] = tuple(word for _, word in members)
        if not self._segments:
            come = segments_from_words(self.words)
            return [Patch(0, 0, (), come)] if come else []
        starts = _starts(self._segments)
        found: list[Patch] = []
        for number in sorted(self._touched):
            segment = self._segments[number]
            new = tuple(_with_words(segment, owned.get(number, ())))
            before = found[-1] if found else None
            if before and before.first_segment + len(before.old) == number:
                found[-1] = replace(before, old=(*before.old, segment), new=(*before.new, *new))
            else:
                found.append(Patch(number, starts[number], (segment,), new))
        return found


def rewrite_between(old: Sequence[Segment], new: Sequence[Segment]) -> Rewrite:
    """What makes ``new`` of ``old``."""
    # Segments as single characters, so that the comparison is of plain text.
    keys: dict[Segment, str] = {}
    for segment in (*old, *new):
        keys.setdefault(segment, chr(0x10000 + len(keys)))
    starts = _starts(old)
    found = []
    steps = Levenshtein.opcodes(
        "".join(keys[segment] for segment in old), "".join(keys[segment] for segment in new)
    )
    for equal, group in groupby(steps, key=lambda step: step.tag == "equal"):
        if not equal:
            members = list(group)
            first, end = members[0].src_start, members[-1].src_end
            come = new[members[0].dest_start : members[-1].dest_end]
            found.append(Patch(first, starts[first], tuple(old[first:end]), tuple(come)))
    spans = [
        span
        for patch in found
        for span in _spans(patch.first_word, _words(patch.old), _words(patch.new))
    ]
    return Rewrite(tuple(found), tuple(spans))


def apply(pieces: Sequence[list[Segment]], patches: Sequence[Patch]) -> set[int]:
    """Apply patches to the segments of a transcript's pieces, in place; which pieces changed."""
    changed: set[int] = set()
    for patch in reversed(patches):
        begin, left, coming = patch.first_segment, len(patch.old), list(patch.new)
        for number, piece in enumerate(pieces):
            last = number == len(pieces) - 1
            if begin < len(piece) or (last and (left or coming)):
                taken = min(left, len(piece) - begin)
                piece[begin : begin + taken] = coming
                changed.add(number)
                left, coming = left - taken, []
                begin = 0
                if not left:
                    break
            else:
                begin -= len(piece)
    return changed


def inverse(patches: Sequence[Patch]) -> list[Patch]:
    """The patches that take these back."""
    back = []
    segments = words = 0
    for patch in patches:
        back.append(
            Patch(patch.first_segment + segments, patch.first_word + words, patch.new, patch.old)
        )
        segments += len(patch.new) - len(patch.old)
        words += _count(patch.new) - _count(patch.old)
    return back


def followed_by(rewrite: Rewrite, retimed: Sequence[Patch]) -> Rewrite:
    """A rewrite and what gave segments of its result other times, as one.

    ``retimed`` put one segment in the place of one with the same words.
    """
    come = {patch.first_segment: patch for patch in retimed}
    found: list[Patch] = []
    grown: list[tuple[int, int, int]] = []
    segments = words = 0
    for patch in rewrite.patches:
        begin = patch.first_segment + segments
        new = list(patch.new)
        for at in range(len(new)):
            if begin + at in come:
                (new[at],) = come.pop(begin + at).new
        found.append(replace(patch, new=tuple(new)))
        segments += len(patch.new) - len(patch.old)
        words += _count(patch.new) - _count(patch.old)
        grown.append((begin + len(new), segments, words))
    for patch in come.values():
        before = [(s, w) for end, s, w in grown if end <= patch.first_segment]
        segments, words = before[-1] if before else (0, 0)
        found.append(
            replace(
                patch,
                first_segment=patch.first_segment - segments,
                first_word=patch.first_word - words,
            )
        )
    return replace(rewrite, patches=tuple(sorted(found, key=lambda patch: patch.first_segment)))


def _spans(first: int, old: Sequence[Word], new: Sequence[Word]) -> list[Span]:
    """Where the texts of words differ, of which the old ones begin with the word ``first``."""
    return [
        Span(first + change.old[0], first + change.old[1], change.new[1] - change.new[0])
        for change in changes(old, new, exact=True, apart=1)
    ]


def _starts(segments: Sequence[Segment]) -> list[int]:
    """The number of each segment's first word, and that of all words."""
    starts = [0]
    for segment in segments:
        starts.append(starts[-1] + len(segment.words))
    return starts


def _with_words(segment: Segment, words: tuple[Word, ...]) -> Sequence[Segment]:
    """A segment with other words; its own times stay where its outer words are the same."""
    if not words:
        return []
    held = segment.words or words
    start_ms = segment.start_ms if _same(held[0], words[0]) else words[0].start_ms
    end_ms = segment.end_ms if _same(held[-1], words[-1]) else words[-1].end_ms
    if end_ms - start_ms > max(LONGEST_MS, segment.end_ms - segment.start_ms):
        parts = segments_from_words(words, language=segment.language)
        return [replace(part, unsure=segment.unsure) for part in parts]
    return [replace(segment, start_ms=start_ms, end_ms=end_ms, words=words)]


def _same_texts(old: Sequence[Word], new: Sequence[Word]) -> int:
    """How many words from the first on have the same text in both."""
    pairs = zip(old, new, strict=False)
    return next(
        (at for at, (one, other) in enumerate(pairs) if one.text != other.text),
        min(len(old), len(new)),
    )


def _same(one: Word, other: Word) -> bool:
    return (one.start_ms, one.end_ms) == (other.start_ms, other.end_ms)


def _words(segments: Iterable[Segment]) -> list[Word]:
    return [word for segment in segments for word in segment.words]


def _count(segments: Iterable[Segment]) -> int:
    return sum(len(segment.words) for segment in segments)
