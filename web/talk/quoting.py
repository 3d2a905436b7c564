"""Links to what was said: the words they carry, and finding these again when others correct them.

A link names a time and, beside it, the words with a little of what surrounds them, as the
text-quote selector of the W3C's Web Annotation model does:

    ?t=75.42,79.10&quote=the+reason+is+the+Moon&before=sea+rises+and&after=It+pulls+on

Of a long quote only its first and its last words stand in the link (``quote`` and ``until``).
Everything here works on the words of a transcript in their order, and numbers them from 0.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlencode

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein
from werkzeug.datastructures import MultiDict

from archive.types import Word, join_words
from search.words.analysis import surfaces
from web.asked import span_asked

MOST_QUOTED = 40
"""A link carries all words of a quote that is no longer than this."""
MOST_WORDS = 800
"""No passage is longer than this: about five minutes."""
_ENDS = 14
_AROUND = 4
_MOST_CHARACTERS = 600
# An address names hundredths, cut off: a word begins within this of it.
_ADDRESS_MS = 10
# Words that were corrected are looked for this near to where they were.
_NEAR_MS = 20_000
_SAME_PLACE_MS = 2_000
# How alike (0 to 100) words with their surroundings must be, near their time and far from it.
_ALIKE_NEAR, _ALIKE_FAR = 55.0, 75.0
# The quoted words themselves, 0 to 1, unless all that surrounds them stands.
_WORDS_ALIKE = 0.4


@dataclass(frozen=True, slots=True)
class Quotation:
    """What a link says of a passage; all but its start may be missing. Times count as the player's.

    ``before`` and ``after`` are the words around it.
    """

    start_ms: int
    end_ms: int | None = None
    quote: str = ""
    until: str = ""
    before: str = ""
    after: str = ""

    @property
    def text(self) -> str:
        """The words as the link has them."""
        return f"{self.quote} … {self.until}" if self.until else self.quote

    @property
    def query(self) -> str:
        """The link's query, without the question mark."""
        span = _seconds(self.start_ms // 10)
        if self.end_ms is not None:
            span += f",{_seconds(-(-self.end_ms // 10))}"
        words = {name: getattr(self, name) for name in ("quote", "until", "before", "after")}
        return urlencode({"t": span, **{k: v for k, v in words.items() if v}}, safe=",")


class Standing(StrEnum):
    """How the words of a link stand in the transcript as it is now."""

    TIMED = "timed"  # The link names a time alone.
    SAME = "same"
    CHANGED = "changed"
    LOST = "lost"  # Only the time is left.


@dataclass(frozen=True, slots=True)
class Passage:
    """Where a link leads: the words from ``first`` up to, but without, ``end``."""

    first: int
    end: int
    standing: Standing


def quotation_asked(args: MultiDict[str, str]) -> Quotation | None:
    """The quotation in the parameters of an address; None where they name no time."""
    span = span_asked(args.get("t", ""))
    if span is None:
        return None
    quote, until, before, after = (
        " ".join(args.get(name, "")[:_MOST_CHARACTERS].split())
        for name in ("quote", "until", "before", "after")
    )
    return Quotation(*span, quote, until, before, after)


def quotation_of(words: Sequence[Word], first: int, end: int) -> Quotation:
    """What a link to a passage carries."""
    own = words[first:end]
    whole = len(own) <= MOST_QUOTED
    return Quotation(
        start_ms=own[0].start_ms,
        end_ms=own[-1].end_ms,
        quote=_text(own if whole else own[:_ENDS]),
        until="" if whole else _text(own[-_ENDS:]),
        before=_text(words[max(0, first - _AROUND) : first]),
        after=_text(words[end : end + _AROUND]),
    )


def find(words: Sequence[Word], asked: Quotation) -> Passage | None:
    """The passage that a link means; None where nothing is said at its time.

    The words are looked for near their time, then anywhere; where they were corrected, by what
    is alike in them and around them.
    """
    if not surfaces(asked.quote):
        return _at_the_time(words, asked, Standing.TIMED)
    tokens = _Tokens(words)
    if not asked.until:
        found = tokens.find(asked.quote, asked.before, asked.after, asked.start_ms)
        if found is None:
            return _at_the_time(words, asked, Standing.LOST)
        return Passage(found.first, found.end, found.standing)
    opening = tokens.find(asked.quote, asked.before, "", asked.start_ms)
    end_ms = asked.start_ms if asked.end_ms is None else asked.end_ms
    closing = tokens.find(asked.until, "", asked.after, end_ms)
    if opening is None or closing is None:
        return _at_the_time(words, asked, Standing.LOST)
    if not 0 < closing.end - opening.first <= MOST_WORDS:
        return _at_the_time(words, asked, Standing.LOST)
    both = {opening.standing, closing.standing}
    standing = Standing.SAME if both == {Standing.SAME} else Standing.CHANGED
    return Passage(opening.first, closing.end, standing)


def _at_the_time(words: Sequence[Word], asked: Quotation, standing: Standing) -> Passage | None:
    """The words that are spoken in the span that a link names, at least the one at its start."""
    first = bisect_left(words, asked.start_ms, key=lambda word: word.start_ms)
    if first == len(words) or words[first].start_ms >= asked.start_ms + _ADDRESS_MS:
        first -= 1
    if first < 0:
        # A span may begin before the first word.
        if not words or asked.end_ms is None or _middle_ms(words[0]) >= asked.end_ms:
            return None
        first = 0
    end = first + 1
    if asked.end_ms is not None:
        while end < min(len(words), first + MOST_WORDS) and _middle_ms(words[end]) < asked.end_ms:
            end += 1
    return Passage(first, end, standing)


class _Tokens:
    """The tokens of a transcript, and the word that each stands in."""

    def __init__(self, words: Sequence[Word]) -> None:
        self._words = words
        self._surfaces: list[str] = []
        self._word_of: list[int] = []
        for number, word in enumerate(words):
            for surface in surfaces(word.text):
                self._surfaces.append(surface)
                self._word_of.append(number)
        self._starts = [words[number].start_ms for number in self._word_of]

    def find(self, quote: str, before: str, after: str, at_ms: int) -> Passage | None:
        """The passage of these words, as they are or corrected; None where nothing is alike."""
        wanted = surfaces(quote)
        around = surfaces(before)[-_AROUND:], surfaces(after)[:_AROUND]
        same = [(at, self._shared(at, len(wanted), around)) for at in self._exact(wanted)]
        near = [at for at, _ in same if abs(self._starts[at] - at_ms) <= _SAME_PLACE_MS]
        if near:
            at = min(near, key=lambda at: abs(self._starts[at] - at_ms))
            return self._passage(at, at + len(wanted), Standing.SAME)
        span = self._near(at_ms, len(wanted))
        known = [pair for pair in same if pair[1] or span[0] <= pair[0] < span[1]]
        if known:
            at, _ = max(known, key=lambda pair: (pair[1], -abs(self._starts[pair[0]] - at_ms)))
            return self._passage(at, at + len(wanted), Standing.SAME)
        found = self._alike(wanted, around, span, _ALIKE_NEAR)
        if found is None and len(wanted) + sum(map(len, around)) > _AROUND:
            found = self._alike(wanted, around, (0, len(self._surfaces)), _ALIKE_FAR)
        return None if found is None else self._passage(*found, Standing.CHANGED)

    def _exact(self, wanted: Sequence[str]) -> Iterator[int]:
        opening, length = wanted[0], len(wanted)
        for at, surface in enumerate(self._surfaces):
            if surface == opening and self._surfaces[at : at + length] == list(wanted):
                yield at

    def _shared(self, at: int, length: int, around: tuple[Sequence[str], Sequence[str]]) -> int:
        """How many words around a place are those of the link, counted from it outwards."""
        left = reversed(self._surfaces[max(0, at - _AROUND) : at])
        right = self._surfaces[at + length : at + length + _AROUND]
        return _in_common(reversed(around[0]), left) + _in_common(around[1], right)

    def _near(self, at_ms: int, length: int) -> tuple[int, int]:
        first = bisect_left(self._starts, at_ms - _NEAR_MS)
        return first, bisect_left(self._starts, at_ms + _NEAR_MS) + length

    def _alike(
        self,
        wanted: Sequence[str],
        around: tuple[Sequence[str], Sequence[str]],
        span: tuple[int, int],
        least: float,
    ) -> tuple[int, int] | None:
        """The tokens that took the place of the wanted ones, by the best alignment in a span."""
        link = [*around[0], *wanted, *around[1]]
        place = self._surfaces[slice(*span)]
        if not place:
            return None
        best = fuzz.partial_ratio_alignment(link, place, score_cutoff=least)
        if best is None:
            return None
        # The alignment may be of the shorter with the longer, whichever is which.
        from_place, to_place = (best.dest_start, best.dest_end)
        if len(link) > len(place):
            from_place, to_place = 0, len(place)
        first = max(0, span[0] + from_place - _AROUND)
        window = self._surfaces[first : span[0] + to_place + _AROUND]
        mapped = _mapped(link, window)
        own = _own_part(mapped, link, window, len(around[0]), len(around[0]) + len(wanted))
        if own is None:
            return None
        alike = Levenshtein.normalized_similarity(list(wanted), window[slice(*own)])
        surrounded = all(
            at in mapped and link[at] == window[mapped[at]]
            for at in range(len(link))
            if not len(around[0]) <= at < len(around[0]) + len(wanted)
        )
        if alike < _WORDS_ALIKE and not (surrounded and all(around)):
            return None
        return first + own[0], first + own[1]

    def _passage(self, start: int, end: int, standing: Standing) -> Passage:
        """The whole words that those tokens stand in; a word that holds more is another one."""
        first, after = self._word_of[start], self._word_of[end - 1] + 1
        if self._word_of[start - 1 : start] == [first] or self._word_of[end : end + 1] == [
            after - 1
        ]:
            standing = Standing.CHANGED
        return Passage(first, after, standing)


def _mapped(link: list[str], window: list[str]) -> dict[int, int]:
    """Which token of the window stands for which of the link: the same one, or another."""
    mapped: dict[int, int] = {}
    for step in Levenshtein.opcodes(link, window):
        if step.tag in ("equal", "replace"):
            for n in range(step.src_end - step.src_start):
                mapped[step.src_start + n] = step.dest_start + n
    return mapped


def _own_part(
    mapped: dict[int, int], link: list[str], window: list[str], start: int, end: int
) -> tuple[int, int] | None:
    """The part of the window that stands for the link's tokens from ``start`` to ``end``.

    Where the one at an edge is gone or another, the part goes as far as what surrounds it.
    """

    def stands(at: int) -> bool:
        return at in mapped and link[at] == window[mapped[at]]

    own = [mapped[at] for at in range(start, end) if at in mapped]
    left = max((mapped[at] + 1 for at in range(start) if at in mapped), default=None)
    right = min((mapped[at] for at in range(end, len(link)) if at in mapped), default=None)
    first = own[0] if own and (stands(start) or left is None) else left
    last = own[-1] + 1 if own and (stands(end - 1) or right is None) else right
    return (first, last) if first is not None and last is not None and first < last else None


def _in_common(one: Iterator[str] | Sequence[str], other: Iterator[str] | Sequence[str]) -> int:
    count = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            break
        count += 1
    return count


def _text(words: Sequence[Word]) -> str:
    return join_words(list(words))


def _middle_ms(word: Word) -> int:
    return (word.start_ms + word.end_ms) // 2


def _seconds(hundredths: int) -> str:
    return f"{hundredths // 100}.{hundredths % 100:02d}"
