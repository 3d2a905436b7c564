"""Words with times for a text that somebody typed in the place of others.

Words that are the same keep their times. Others share the time of those whose place they take;
what is added takes the pause, or the end of the word before it. No word is without length, and
none begins before another ends that did not before.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from msgspec import structs

from archive.changes import Change, changes
from archive.corrections.patches import Edit
from archive.errors import UserError
from archive.names import name_key
from archive.types import Word, join_words
from archive.written_words import is_unspaced, written_words

# A word that is added wants so much time, and gets no more of a pause than this.
_SHORT_MS = 60
_LONG_MS = 600
_LONGEST_TEXT = 20_000
_LONGEST_WORD = 250
# Controls, and marks that turn the direction of what follows; line breaks and tabs are blanks.
_REFUSED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
# Marks that nobody sees: of width, direction and the order of bytes.
_UNSEEN = re.compile("[\u200b\u200e\u200f\ufeff]")


def clean_text(text: str) -> str:
    """A typed text as words with single blanks; raises UserError for what is no text of a talk."""
    if len(text) > _LONGEST_TEXT:
        raise UserError(
            f"That text is {len(text):,} characters long, more than {_LONGEST_TEXT:,}.",
            advice="Correct a passage at a time, or bring a file: podium ingest FILE --talk TALK",
        )
    if refused := _REFUSED.search(text):
        raise UserError(
            f"The text holds the character U+{ord(refused[0]):04X}, which is no part of a text.",
            advice="Take out controls and marks of direction, or type the words anew.",
        )
    clean = " ".join(_UNSEEN.sub("", text).split())
    if any(len(word) > _LONGEST_WORD for word in clean.split(" ")):
        raise UserError(f"A word is longer than {_LONGEST_WORD} characters.", advice="Divide it.")
    return clean


def reworded(
    words: Sequence[Word],
    first: int,
    end: int,
    text: str,
    *,
    span_ms: tuple[int, int] | None = None,
) -> Edit | None:
    """The edit that puts ``text`` in the place of words; None where nothing changes.

    ``words`` are all of the transcript; those from ``first`` up to ``end`` are replaced. What is
    added in a pause, or at the end, has the time ``span_ms`` where that is free. Raises UserError
    where more words are added than there are milliseconds.
    """
    written = [Word(word.text, word.space_before, 0, 0) for word in written_words(text)]
    old = words[first:end]
    if written and old:
        written[0] = structs.replace(written[0], space_before=old[0].space_before)
    # One more word on both sides, of which a word that is added may take its time.
    low, high = max(first - 1, 0), min(end + 1, len(words))
    held = list(words[low:high])
    own = first - low
    result = held[:own]
    reached = (0, 0)
    for change in changes(old, written, apart=1):
        result += _kept(held, own, written, reached, (change.old[0], change.new[0]))
        result += _come(held, own, written, change, result, span_ms)
        reached = (change.old[1], change.new[1])
    result += _kept(held, own, written, reached, (len(old), len(written)))
    result += held[own + len(old) :]
    edit = _trimmed(words, low, high, result)
    return edit if edit is None or first == end else replace(edit, anchor=first)


def put_back(words: Sequence[Word], first: int, end: int, come: Sequence[Word]) -> Edit:
    """The edit that brings words back to the place of those from ``first`` up to ``end``.

    Their times stay as far as those beside them, which may have other times since, leave them room;
    where there is none, the word before gives half of its own. Words that overlap in any case, as
    in captions, stay as they were.
    """
    before = words[first - 1] if first else None
    low_ms = before.end_ms if before else 0
    last_ms = max((word.end_ms for word in come), default=low_ms)
    high_ms = words[end].start_ms if end < len(words) else max(last_ms, low_ms + len(come))
    if not come or (low_ms <= come[0].start_ms and last_ms <= high_ms):
        return Edit(first, end, tuple(come))
    if before and high_ms - low_ms < len(come):
        low_ms = before.start_ms + max(1, (before.end_ms - before.start_ms) // 2)
        if low_ms + len(come) <= high_ms:
            shorter = structs.replace(before, end_ms=low_ms)
            return Edit(first - 1, end, (shorter, *_within(come, low_ms, high_ms)))
    return Edit(first, end, _within(come, low_ms, high_ms))


def _within(words: Sequence[Word], low_ms: int, high_ms: int) -> tuple[Word, ...]:
    """The words moved into a time, a millisecond each at least; as they are where it is less."""
    if high_ms - low_ms < len(words):
        return tuple(words)
    moved: list[Word] = []
    for left, word in zip(reversed(range(len(words))), words, strict=True):
        start_ms = min(max(word.start_ms, low_ms), high_ms - left - 1)
        low_ms = min(max(word.end_ms, start_ms + 1), high_ms - left)
        moved.append(structs.replace(word, start_ms=start_ms, end_ms=low_ms))
    return tuple(moved)


def _kept(
    held: Sequence[Word],
    own: int,
    written: Sequence[Word],
    begin: tuple[int, int],
    end: tuple[int, int],
) -> list[Word]:
    """Words that are the same but for case, accents and marks, as they are written now."""
    pairs = zip(held[own + begin[0] : own + end[0]], written[begin[1] : end[1]], strict=True)
    return [
        old if old.text == new.text else structs.replace(old, text=new.text, probability=1.0)
        for old, new in pairs
    ]


def _come(
    held: list[Word],
    own: int,
    written: Sequence[Word],
    change: Change,
    before: list[Word],
    span_ms: tuple[int, int] | None,
) -> list[Word]:
    """The words of one change with their times; what is added may shorten the word beside it."""
    gone = held[own + change.old[0] : own + change.old[1]]
    come = list(written[slice(*change.new)])
    if not come:
        return []
    if not gone:
        return _added(come, before, held, own + change.old[1], span_ms)
    if len(gone) == len(come):
        timed = [
            structs.replace(old, text=new.text, space_before=new.space_before, probability=1.0)
            for old, new in zip(gone, come, strict=True)
        ]
    else:
        timed = _shared(come, gone[0].start_ms, gone[-1].end_ms)
    heard = _heard(gone)
    same = name_key(heard) == name_key(join_words(come))
    rest = [structs.replace(word, corrected_from="") for word in timed[1:]]
    return [structs.replace(timed[0], corrected_from="" if same else heard), *rest]


def _heard(gone: Sequence[Word]) -> str:
    """What stood there before anybody corrected it."""
    return join_words(
        [structs.replace(word, text=word.corrected_from or word.text) for word in gone]
    )


def _added(
    come: list[Word],
    before: list[Word],
    held: list[Word],
    following: int,
    span_ms: tuple[int, int] | None,
) -> list[Word]:
    wanted_ms = _SHORT_MS * len(come)
    after = held[following] if following < len(held) else None
    if before:
        start_ms = before[-1].end_ms
        end_ms = min(after.start_ms if after else start_ms, start_ms + _LONG_MS * len(come))
        if span_ms and start_ms <= span_ms[0] and (not after or span_ms[1] <= after.start_ms):
            start_ms, end_ms = span_ms
        elif end_ms - start_ms < wanted_ms:
            last = before[-1]
            start_ms = max(last.start_ms + (last.end_ms - last.start_ms) // 2, last.start_ms + 1)
            end_ms = max(end_ms, last.end_ms)
            before[-1] = structs.replace(last, end_ms=start_ms)
    elif after:
        start_ms = max(0, after.start_ms - _LONG_MS * len(come))
        end_ms = after.start_ms
        if end_ms - start_ms < wanted_ms:
            end_ms = after.start_ms + (after.end_ms - after.start_ms) // 2
            held[following] = structs.replace(after, start_ms=end_ms)
    else:
        start_ms, end_ms = 0, wanted_ms
    apart = after and not is_unspaced(after.text[:1]) and not is_unspaced(come[-1].text[-1:])
    if apart:
        held[following] = structs.replace(held[following], space_before=True)
    return _shared(come, start_ms, end_ms)


def _shared(words: Sequence[Word], start_ms: int, end_ms: int) -> list[Word]:
    """The words over a time, by their length, with a millisecond each at least."""
    spare_ms = end_ms - start_ms - len(words)
    if spare_ms < 0:
        raise UserError(
            f"There is no room for {len(words)} words in {end_ms - start_ms} ms of speech.",
            advice="Correct more of the words around them together.",
        )
    total = sum(len(word.text) for word in words)
    timed: list[Word] = []
    passed = 0
    for number, word in enumerate(words):
        begins = start_ms + number + spare_ms * passed // total
        passed += len(word.text)
        ends = start_ms + number + 1 + spare_ms * passed // total
        timed.append(structs.replace(word, start_ms=begins, end_ms=ends, estimated=True))
    return timed


def _trimmed(words: Sequence[Word], low: int, high: int, result: list[Word]) -> Edit | None:
    """The edit without the words on both sides that stay as they were."""
    end = len(result)
    while high > low and end > 0 and words[high - 1] == result[end - 1]:
        high, end = high - 1, end - 1
    begin = 0
    while low < high and begin < end and words[low] == result[begin]:
        low, begin = low + 1, begin + 1
    return Edit(low, high, tuple(result[begin:end])) if low < high or begin < end else None
