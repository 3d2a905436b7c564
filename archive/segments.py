"""Segments rebuilt from words.

The engines' own segments are stretched over pauses wherever silence was cut out before
recognition; the times of words stay right. So segments are made anew from the words.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from archive.types import Segment, Word

SENTENCE_MS = 4_000
GAP_MS = 1_000
LONGEST_MS = 18_000

_SENTENCE_ENDS = ".!?。！？．｡…؟।"
_CLAUSE_ENDS = (",", ";", ":", "，", "、", "；", "：", "،", *_SENTENCE_ENDS)
_CLOSERS = "\"'”’»)]}」』）"
_TITLES = frozenset(
    {
        "mr.",
        "mrs.",
        "ms.",
        "dr.",
        "prof.",
        "st.",
        "sr.",
        "sra.",
        "jr.",
        "no.",
        "vs.",
        "e.g.",
        "i.e.",
    }
)


def segments_from_words(
    words: Iterable[Word],
    *,
    language: str = "",
    unsure_spans: Sequence[tuple[int, int]] = (),
) -> tuple[Segment, ...]:
    """Words in the order of time, grouped as captions show them.

    A new segment begins after the end of a sentence once 4 s are full, after a pause of more
    than 1 s, and where the next word would make it longer than 18 s: there after its last comma,
    if it has one in time. A segment that touches one
    of ``unsure_spans`` (pairs of ms) is marked unsure.
    """
    groups: list[list[Word]] = []
    for word in words:
        if not groups or _breaks(groups[-1], word):
            groups.append([])
        elif word.end_ms - groups[-1][0].start_ms > LONGEST_MS:
            groups.append(_taken_from_the_last_clause(groups[-1]))
        groups[-1].append(word)
    return tuple(
        Segment(
            start_ms=group[0].start_ms,
            end_ms=group[-1].end_ms,
            words=tuple(group),
            language=language,
            unsure=any(
                start < group[-1].end_ms and end > group[0].start_ms for start, end in unsure_spans
            ),
        )
        for group in groups
    )


def _breaks(group: list[Word], following: Word) -> bool:
    first, last = group[0], group[-1]
    if following.start_ms - last.end_ms > GAP_MS:
        return True
    return last.end_ms - first.start_ms >= SENTENCE_MS and ends_sentence(last.text)


def _taken_from_the_last_clause(group: list[Word]) -> list[Word]:
    """The words after a full group's last comma, taken out of it: they begin the next one."""
    for index in range(len(group) - 1, 0, -1):
        if group[index - 1].end_ms - group[0].start_ms < SENTENCE_MS:
            break
        if ends_clause(group[index - 1].text):
            rest = group[index:]
            del group[index:]
            return rest
    return []


def ends_clause(text: str) -> bool:
    """Whether a mark behind a word says that a pause may follow."""
    return text.rstrip(_CLOSERS).endswith(_CLAUSE_ENDS)


def ends_sentence(text: str) -> bool:
    """Whether a word closes a sentence; initials and titles (``J.``, ``Dr.``) do not."""
    bare = text.rstrip(_CLOSERS)
    if not bare or bare[-1] not in _SENTENCE_ENDS:
        return False
    opened = bare.lstrip("\"'“‘«([{¿¡")
    is_initial = len(opened) == 2 and opened[0].isupper() and opened[0].isascii()
    return not (is_initial and opened[-1] == ".") and opened.lower() not in _TITLES
