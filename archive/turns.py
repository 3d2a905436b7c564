"""Turns and words: who spoke each word, and what an editor says laid over what a machine says."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby

from archive.types import Segment, Talk, Turn, Word

# A word that stands in no turn belongs to the nearest one, if that is as near as this.
_NEAR_MS = 500
_SENTENCE_ENDS = (".", "?", "!", "…", "。", "？", "！", "؟", "।")
_INEXACT = "machine"
# An editor's turns name a voice where they are more than this of it.
_MOST = 0.5

_NO_END_MS = 2**31 - 1

Turns = Sequence[Turn]


def whole_talk(talk: Talk) -> tuple[Turn, ...]:
    """The one turn of a talk that one speaker gives; none for a session or several speakers."""
    only = talk.only_speaker
    if only is None:
        return ()
    end_ms = talk.recording.duration_ms if talk.recording else _NO_END_MS
    first_ms, last_ms = talk.range_ms or (0, end_ms)
    return (Turn(first_ms, last_ms, only.slug, only.slug, name=only.name),)


def turns_of_words(words: Sequence[Word], turns: Turns) -> list[Turn | None]:
    """The turn of each word; None where nobody's is near.

    A word belongs to the turn that covers its middle, else to the nearest one. The borders of a
    machine's turns are not exact, so a sentence is not torn by one word there: a single one of
    another voice goes to the voice around it, and a border that is one word away from the end of
    a sentence moves there.
    """
    if len(turns) == 1 and turns[0].source == "programme":
        # All of it is one speaker's, also what a header that states too little leaves out.
        return [turns[0]] * len(words)
    ordered = sorted(turns, key=lambda turn: turn.start_ms)
    starts = [turn.start_ms for turn in ordered]
    found = [_turn_at(ordered, starts, (word.start_ms + word.end_ms) // 2) for word in words]
    for at in range(1, len(words)):
        before, here = found[at - 1], found[at]
        if not (before and here) or before.voice == here.voice:
            continue
        if not before.source == here.source == _INEXACT:
            continue
        if _ends_sentence(words[at - 1].text):
            continue
        after = found[at + 1] if at + 1 < len(words) else None
        if _ends_sentence(words[at].text) or (after and after.voice == before.voice):
            found[at] = before
        elif at > 1 and _ends_sentence(words[at - 2].text):
            found[at - 1] = here
    return found


def by_speaker(segments: Iterable[Segment], turns: Turns) -> list[tuple[Segment, Turn | None]]:
    """The segments with who speaks in them; one in which the voice changes becomes several."""
    whole = list(segments)
    found = turns_of_words([word for segment in whole for word in segment.words], turns)
    parts: list[tuple[Segment, Turn | None]] = []
    passed = 0
    for segment in whole:
        own = found[passed : passed + len(segment.words)]
        passed += len(segment.words)
        if own.count(own[0]) == len(own):
            parts.append((segment, own[0]))
            continue
        told = zip(segment.words, own, strict=True)
        for _, group in groupby(told, key=lambda pair: pair[1].voice if pair[1] else ""):
            members = list(group)
            words = tuple(word for word, _ in members)
            start_ms, end_ms = words[0].start_ms, words[-1].end_ms
            part = replace(segment, words=words, start_ms=start_ms, end_ms=end_ms)
            parts.append((segment if len(words) == len(segment.words) else part, members[0][1]))
    return parts


def _ends_sentence(text: str) -> bool:
    """Whether a word closes a sentence, as far as its last mark tells."""
    return text.rstrip("\"'”’»)]").endswith(_SENTENCE_ENDS)


def joined(turns: Iterable[Turn], gap_ms: int) -> list[Turn]:
    """Turns in the order of time; those of one voice and source less than ``gap_ms`` apart are one.

    The score of a joined turn is the lowest.
    """
    result: list[Turn] = []
    for turn in sorted(turns, key=lambda turn: (turn.start_ms, turn.end_ms)):
        last = result[-1] if result else None
        same = last and (last.voice, last.source) == (turn.voice, turn.source)
        if last and same and turn.start_ms - last.end_ms < gap_ms:
            end_ms, score = max(last.end_ms, turn.end_ms), min(last.score, turn.score)
            result[-1] = replace(last, end_ms=end_ms, score=score)
        else:
            result.append(turn)
    return result


def overlaid(below: Turns, above: Turns) -> list[Turn]:
    """The turns of both, where those ``above`` hide what is below them.

    A voice below that the turns above give mostly to one person is that person's throughout: so
    what an editor said of a voice stands where its borders have moved.
    """
    named = _mostly(below, above)
    pieces = list(above)
    for turn in below:
        over = named.get(turn.voice)
        for start_ms, end_ms in uncovered(turn, above):
            if over is not None:
                pieces.append(replace(over, start_ms=start_ms, end_ms=end_ms))
            else:
                pieces.append(replace(turn, start_ms=start_ms, end_ms=end_ms))
    return joined(pieces, 1)


def uncovered(turn: Turn, above: Turns) -> list[tuple[int, int]]:
    """The parts of a turn's time (start and end in ms) that no turn above it covers."""
    parts = [(turn.start_ms, turn.end_ms)]
    for over in above:
        cut: list[tuple[int, int]] = []
        for start_ms, end_ms in parts:
            cut.append((start_ms, min(end_ms, over.start_ms)))
            cut.append((max(start_ms, over.end_ms), end_ms))
        parts = [(start_ms, end_ms) for start_ms, end_ms in cut if end_ms > start_ms]
    return parts


def _turn_at(turns: Turns, starts: Sequence[int], time_ms: int) -> Turn | None:
    """The turn that began last of those that are not over at a time, else the nearest."""
    at = bisect_right(starts, time_ms)
    near = turns[max(at - 4, 0) : at + 1]
    for turn in reversed(turns[max(at - 4, 0) : at]):
        if turn.end_ms >= time_ms:
            return turn
    nearest = min(near, key=lambda turn: _distance_ms(turn, time_ms), default=None)
    if nearest is None or _distance_ms(nearest, time_ms) > _NEAR_MS:
        return None
    return nearest


def _distance_ms(turn: Turn, time_ms: int) -> int:
    return max(turn.start_ms - time_ms, time_ms - turn.end_ms, 0)


def _mostly(below: Turns, above: Turns) -> dict[str, Turn]:
    named: dict[str, Turn] = {}
    for voice in {turn.voice for turn in below}:
        own = [turn for turn in below if turn.voice == voice]
        total = sum(turn.end_ms - turn.start_ms for turn in own)
        for candidate in {turn.voice: turn for turn in above}.values():
            theirs = [turn for turn in above if turn.voice == candidate.voice]
            shared = sum(_shared_ms(turn, other) for turn in own for other in theirs)
            if shared > _MOST * total:
                named[voice] = candidate
    return named


def _shared_ms(one: Turn, other: Turn) -> int:
    return max(0, min(one.end_ms, other.end_ms) - max(one.start_ms, other.start_ms))
