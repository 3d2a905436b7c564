"""How near what an engine heard is to what was said, and when.

A file ``x.txt`` beside ``x.flac`` holds what was said, ``x.words.tsv`` when (start, end, word),
``x.segments.tsv`` where utterances were joined (start, end, text).
"""

from __future__ import annotations

import difflib
import importlib.util
import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import jiwer

Timed = list[tuple[str, float]]
UNSPACED = {"zh", "ja", "th"}
# Shorter agreements between two texts may be chance.
_LEAST_MATCH = 3


def language_of(file: Path) -> str:
    return file.name.split("_")[0] if "_" in file.name else "en"


def error_rate(file: Path, words: Timed) -> float | None:
    """Word error rate; of characters where words are not written apart. None without a text."""
    reference = file.with_suffix(".txt")
    if not reference.is_file():
        return None
    language = language_of(file)
    said = _normalised(reference.read_text(encoding="utf-8"), language)
    heard = _normalised("".join(text for text, _ in words), language)
    if language in UNSPACED:
        return float(jiwer.cer(said.replace(" ", ""), heard.replace(" ", "")))
    return float(jiwer.wer(said, heard))


def start_errors_ms(file: Path, words: Timed) -> list[float]:
    """How late (below 0: early) each word starts that was heard as it was said."""
    return list(start_error_of_each_ms(file, words).values())


def start_error_of_each_ms(file: Path, words: Timed) -> dict[int, float]:
    """The same by the numbers of the words."""
    spoken = [(row[2], float(row[0])) for row in _rows(file.with_suffix(".words.tsv"))]
    return {j: 1000 * (words[j][1] - spoken[i][1]) for i, j in _aligned(spoken, words)}


def onset_errors_ms(file: Path, words: Timed) -> list[float]:
    """The same for the first words of joined utterances, whose start is where the pause ends."""
    spoken: Timed = []
    first: dict[int, float] = {}
    for start, _end, text in _rows(file.with_suffix(".segments.tsv")):
        first[len(spoken)] = float(start)
        spoken += [(word, float(start)) for word in text.split() if _letters(word)]
    first.pop(0, None)
    return [1000 * (words[j][1] - first[i]) for i, j in _aligned(spoken, words) if i in first]


def joins_s(file: Path) -> list[float]:
    """Where one utterance ends and the next begins: the middle of what lies between."""
    rows = _rows(file.with_suffix(".segments.tsv"))
    return [(float(one[1]) + float(other[0])) / 2 for one, other in pairwise(rows)]


def words_inside(spans_s: Sequence[tuple[float, float]], words: Timed) -> int:
    """How many words start inside spans in which nobody speaks."""
    return sum(start < at < end for _, at in words for start, end in spans_s)


def names_found(names: Sequence[str], words: Timed) -> list[str]:
    """The names that stand in the text as they are spelt."""
    text = "".join(text for text, _ in words).casefold()
    return [name for name in names if name.casefold() in text]


def _rows(table: Path) -> list[list[str]]:
    if not table.is_file():
        return []
    return [line.split("\t") for line in table.read_text(encoding="utf-8").splitlines()[1:]]


def _aligned(spoken: Timed, heard: Timed) -> Iterator[tuple[int, int]]:
    """Pairs of words that begin with the same letter of the two texts, laid side by side."""
    one, other = _spelt(spoken), _spelt(heard)
    matcher = difflib.SequenceMatcher(
        None, [c for c, _, _ in one], [c for c, _, _ in other], autojunk=False
    )
    for a, b, length in matcher.get_matching_blocks():
        for step in range(length if length >= _LEAST_MATCH else 0):
            (_, i, first), (_, j, begins) = one[a + step], other[b + step]
            if first and begins:
                yield i, j


def _spelt(words: Timed) -> list[tuple[str, int, bool]]:
    """Each letter with its word's number, and whether it is that word's first."""
    return [
        (letter, number, at == 0)
        for number, (text, _) in enumerate(words)
        for at, letter in enumerate(_letters(text))
    ]


def _letters(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", text).lower() if c.isalnum())


def _normalised(text: str, language: str) -> str:
    """As Whisper's authors compare texts, where their package is here; else letters alone."""
    if importlib.util.find_spec("whisper") is not None:
        from whisper.normalizers import BasicTextNormalizer, EnglishTextNormalizer

        normaliser = EnglishTextNormalizer() if language == "en" else BasicTextNormalizer()
        return str(normaliser(text)).strip()
    folded = unicodedata.normalize("NFKC", text).lower()
    return " ".join(re.sub(r"[^\w\s']", " ", folded).split())
