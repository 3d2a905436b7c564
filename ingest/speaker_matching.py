"""People whom the archive knows, found by name in a title, a description or chapters.

A wrong person is worse than none. So a name counts only as whole words that are no part of a
longer name; one word alone counts only beside a title such as Prof.; and where two people fit
equally, neither is taken.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from archive.types import Speaker
from ingest.name_words import (
    HYPHEN,
    PERSONAL_TITLES,
    PersonName,
    TextWord,
    normal_form,
    read_names,
    script_of,
    with_hyphens_closed,
    words_of,
)

# How completely a name stands in a text.
_WHOLE, _SHORTENED, _INITIALS, _SURNAME = 4, 3, 2, 1

_SHORTEST_SURNAME = 5
_BLANK = re.compile(r"[^\S\n]{1,2}")
_JOINT = re.compile(r"[^\S\n]{1,2}|[-‐‑·・'’]")
_AFTER_INITIAL = re.compile(r"\.?[^\S\n]{0,2}|\.?[-‐‑'’]")
# Words that may stand in capitals beside a name, in a title, and are no part of it.
_BESIDE = (
    "a about address after against an and as at author avec before bei by chair chairman "
    "chairperson chairwoman chancellor con das dean der die director discusses e el et explains "
    "featuring feat for founder from ft guest host how im in interview introducing introduction is "
    "keynote la lecture live mit minister moderator not of on or over par por presents president "
    "rector secretary speaker speakers speaks speech talk talks the to uber und von what when "
    "where who why with y"
)
_BESIDE_NAMES = frozenset(_BESIDE.split()) | PERSONAL_TITLES
# Korean writes particles and titles onto a name.
_HANGUL_NAME = re.compile("[가-힣]{3,5}")
_HANGUL_ENDING = re.compile("(교수|박사|선생)?(님|씨)?(은|는|이|가|을|를|의|와|과|도)?")
_TITLES_AFTER = "教授 博士 先生 女士 院士 老师 老師 院长 院長 校长 校長 主席 主任 氏 さん"
_HAN_AFTER = tuple(_TITLES_AFTER.split())
_HAN_BEFORE = ("教授", "博士", "院士", "主席", "由", "请", "請", "与", "與", "和", "及", "者", "人")
_SHORTEST_RUN = 6


@dataclass(frozen=True, slots=True)
class _Found:
    """A name found in a text, from ``start`` to ``end`` in characters."""

    speaker: Speaker
    text: int
    start: int
    end: int
    completeness: int

    def yields_to(self, other: _Found) -> bool:
        """Whether another person's name at the same place fits as well or better."""
        if self.speaker.id == other.speaker.id:
            return False
        overlap = self.start < other.end and other.start < self.end
        return overlap and other._fit >= self._fit

    @property
    def _fit(self) -> tuple[int, int]:
        return self.completeness, self.end - self.start


def likely_speakers(texts: Sequence[str], speakers: Sequence[Speaker]) -> list[Speaker]:
    """The people of ``speakers`` who are named in ``texts``, the likeliest first.

    ``texts`` are in the order of their weight: a title before a description. People come in the
    order of the text that names them, then of how completely it does, then of their place in it.
    """
    names = [(speaker, read_names((speaker.name, *speaker.aliases))) for speaker in speakers]
    # In how many people's names a word is: a surname alone must be one person's.
    owners = Counter(
        word for _, held in names for word in {part for name in held for part in name.words}
    )
    found: list[_Found] = []
    for number, text in enumerate(texts):
        place = _Text(normal_form(text), owners)
        here = [
            _Found(speaker, number, *where)
            for speaker, held in names
            for name in held
            for where in place.find(name)
        ]
        found.extend(_certain(here))
    found.sort(key=lambda one: (one.text, -one.completeness, one.start))
    return list({one.speaker.id: one.speaker for one in found}.values())


def _certain(found: list[_Found]) -> Iterator[_Found]:
    """Of names that overlap in one text, the one that fits best, or none."""
    cluster: list[_Found] = []
    end = 0
    for one in [*sorted(found, key=lambda one: one.start), None]:
        if one is None or one.start >= end:
            for member in cluster:
                if not any(member.yields_to(other) for other in cluster):
                    yield member
            cluster = []
        if one is not None:
            cluster.append(one)
            end = max(end, one.end)


class _Text:
    """A text in which names are looked for; places are in characters."""

    def __init__(self, text: str, owners: Counter[str]) -> None:
        self._text = text
        self._owners = owners
        words = words_of(text)
        closed = with_hyphens_closed(words)
        self._readings = [words] if len(closed) == len(words) else [words, closed]
        self._present = {word.text for reading in self._readings for word in reading}
        self._has_capitals = any(word.capital for word in words)
        self._unspaced = "".join(
            c for c in text if c.isalnum() or unicodedata.category(c)[0] == "M"
        )

    def find(self, name: PersonName) -> Iterator[tuple[int, int, int]]:
        """Start and end of the name wherever it stands, and how completely it does."""
        if name.run:
            if name.run in self._unspaced:
                yield from self._runs(name.run)
        elif len(name.words) == 1 and _HANGUL_NAME.fullmatch(name.words[0]):
            for word in self._readings[0]:
                ending = word.text.removeprefix(name.words[0])
                if word.text.startswith(name.words[0]) and _HANGUL_ENDING.fullmatch(ending):
                    yield word.start, word.end, _WHOLE
        elif name.full_words and name.full_words[-1] in self._present:
            for words in self._readings:
                yield from self._words(name, words)

    def _words(self, name: PersonName, words: list[TextWord]) -> Iterator[tuple[int, int, int]]:
        surname = name.full_words[-1]
        parts = [
            (part, capital and self._has_capitals)
            for part, capital in zip(name.words, name.capitals, strict=True)
        ]
        for index, word in enumerate(words):
            if len(parts) > 1:
                for end, completeness in (
                    *_straight(parts, words, index),
                    *_turned(parts, words, index),
                ):
                    if _stands_free(words, index, end):
                        yield word.start, words[end - 1].end, completeness
            if word.text == surname and self._owners[surname] == 1 and _is_titled(words, index):
                yield word.start, word.end, _SURNAME

    def _runs(self, run: str) -> Iterator[tuple[int, int, int]]:
        """Where a name stands as a run of letters, in a script without blanks."""
        text = self._text
        scripts = {script_of(character) for character in run}
        if len(run) < (2 if "han" in scripts else _SHORTEST_RUN):
            return
        for found in re.finditer(r"[\s·・]?".join(map(re.escape, run)), text):
            start, end = found.span()
            if unicodedata.category(text[end : end + 1] or " ")[0] == "M":
                continue
            # Two characters are often the half of another name, or of a word.
            begins = script_of(text[max(start - 1, 0) : start] or " ") != "han"
            begins = begins or text.endswith(_HAN_BEFORE, 0, start)
            if len(run) > 2 or (begins and _ends(text, end)):
                yield start, end, _WHOLE


def _ends(text: str, end: int) -> bool:
    """Whether a Chinese name may end here: no Chinese character follows, or a title does."""
    return script_of(text[end : end + 1] or " ") != "han" or text.startswith(_HAN_AFTER, end)


def _straight(
    parts: list[tuple[str, bool]], words: list[TextWord], index: int
) -> Iterator[tuple[int, int]]:
    """Where the name ends that begins at a word, written in its own order.

    Middle names may be left out or be initials; so may the first name be, before a long surname.
    The surname, which is the last name that is no initial, stands in full.
    """
    full = [place for place, (part, _) in enumerate(parts) if len(part) > 1]
    first, last = full[0], full[-1]
    at, completeness = index, _WHOLE
    for place, (part, capital) in enumerate(parts):
        if len(parts) == 2 and place == last and at > index and _is_initial(words, at):
            # A middle initial that the archive does not know.
            at, completeness = at + 1, min(completeness, _SHORTENED)
        word = words[at] if at == index or _joins(words, at) else None
        if word is None:
            pass
        elif word.text == part and (word.capital or not capital):
            # "A Sample" is a sample, "A. Sample" a person.
            if len(part) > 1 or place > 0 or _is_initial(words, at):
                at += 1
                continue
        elif (
            place < last
            and _is_initial(words, at)
            and part.startswith(word.text)
            and (place > first or len(parts[last][0]) >= _SHORTEST_SURNAME)
        ):
            at, completeness = at + 1, min(completeness, _INITIALS)
            continue
        if place in (first, last) or len(full) == 1:
            return
        completeness = min(completeness, _SHORTENED)
    yield at, completeness


def _turned(
    parts: list[tuple[str, bool]], words: list[TextWord], index: int
) -> Iterator[tuple[int, int]]:
    """Where the name ends that begins at a word, its surname first: ``Example, Ada``."""
    end = index + len(parts)
    if end > len(words) or sum(len(part) > 1 for part, _ in parts) < 2:
        return
    for cut in range(1, len(parts)):
        turned = parts[cut:] + parts[:cut]
        here = list(zip(turned, words[index:end], strict=True))
        if any(word.text != part or capital > word.capital for (part, capital), word in here):
            continue
        border = index + len(parts) - cut
        if not all(_joins(words, at) for at in range(index + 1, end) if at != border):
            continue
        # In a list of names parted by commas, two neighbours are no name of one person.
        after_comma = words[border].gap.strip() == "," and "," not in words[index].gap
        if after_comma or (cut == len(parts) - 1 and _BLANK.fullmatch(words[border].gap)):
            yield end, _WHOLE


def _joins(words: list[TextWord], at: int) -> bool:
    """Whether a word follows the one before it as within a name."""
    if at >= len(words):
        return False
    joint = _AFTER_INITIAL if len(words[at - 1].text) == 1 else _JOINT
    return joint.fullmatch(words[at].gap) is not None


def _is_initial(words: list[TextWord], at: int) -> bool:
    """Whether a word is a capital with a full stop."""
    if at + 1 >= len(words):
        return False
    return len(words[at].text) == 1 and words[at].capital and words[at + 1].gap.startswith(".")


def _is_titled(words: list[TextWord], index: int) -> bool:
    """Whether a long word in capitals stands alone behind a title: ``Prof. Example``."""
    word = words[index]
    if index == 0 or not word.capital or len(word.text) < _SHORTEST_SURNAME:
        return False
    title = words[index - 1].text in PERSONAL_TITLES
    beside = re.fullmatch(r"\.?[^\S\n]{1,2}|\.", word.gap) is not None
    return title and beside and _stands_free(words, index, index + 1)


def _stands_free(words: list[TextWord], start: int, end: int) -> bool:
    """Whether a name is no part of a longer one: ``Mary Ada Example``, ``Ada Example-Sample``."""
    # Acronyms stand beside names (CEO, MIT); in a shouted title they cannot be told from names.
    shouted = any(word.shouted for word in words[start:end])

    def belongs(neighbour: TextWord, gap: str) -> bool:
        if not neighbour.capital or not (HYPHEN.fullmatch(gap) or _BLANK.fullmatch(gap)):
            return False
        of_title = neighbour.text in _BESIDE_NAMES and not HYPHEN.fullmatch(gap)
        return not of_title and (shouted or not neighbour.shouted)

    if start and belongs(words[start - 1], words[start].gap):
        return False
    if start and _is_initial(words, start - 1) and len(words[start - 1].text) == 1:
        return False
    return end == len(words) or not belongs(words[end], words[end].gap)
