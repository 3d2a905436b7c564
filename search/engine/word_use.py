"""How often a speaker says which words, and others the same: from an index's postings and texts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Protocol

import numpy as np

from search.engine.generation import Generation, StoredDocument
from search.engine.locating import ByField
from search.engine.talk_file import TalkText
from search.index import WordUse
from search.matches import BoolArray, RowArray
from search.words.analysis import tokens


class Engine(Protocol):
    """What counting needs of an engine, for one generation of it."""

    @property
    def generation(self) -> Generation: ...

    def postings(self, surface: str) -> ByField:
        """Where a surface stands, by field."""

    def text(self, talk_row: int) -> TalkText:
        """Times and text of a talk."""


def word_use(engine: Engine, speaker: str, fewest: int) -> tuple[WordUse, ...]:
    """What ``SearchIndex.word_use`` gives.

    A speaker's own words are counted in their texts; how often others say them is read from the
    postings of those words alone.
    """
    generation = engine.generation
    own: dict[str, list[int]] = defaultdict(list)
    others: dict[str, list[int]] = defaultdict(list)
    spoken = generation.alive & generation.is_speech & generation.is_original
    for row in np.flatnonzero(spoken).tolist():
        who = generation.speeches.speakers[row]
        if who is not None:
            language = generation.speeches.languages[row].split("-")[0]
            (own if who == speaker else others)[language].append(row)
    return tuple(
        _of_language(
            engine, language, np.array(own[language]), np.array(others[language], int), fewest
        )
        for language in sorted(own)
    )


def most_written(forms: Counter[str]) -> str:
    """The form in which a word is mostly written; of several, that with the fewest capitals."""
    return min(forms, key=lambda form: (-forms[form], form.swapcase()))


def _of_language(
    engine: Engine, language: str, own: RowArray, others: RowArray, fewest: int
) -> WordUse:
    generation = engine.generation
    counts = Counter[str]()
    written: dict[str, Counter[str]] = defaultdict(Counter)
    for piece, often in Counter(_pieces(engine, own)).items():
        for token in tokens(piece):
            counts[token.surface] += often
            written[token.surface][piece[token.start : token.end]] += often
    said = tuple(sorted(surface for surface, often in counts.items() if often >= fewest))
    counting: BoolArray = np.zeros(len(generation.documents), bool)
    counting[others] = True
    said_by_others = [_often(engine.postings(surface), counting) for surface in said]
    return WordUse(
        language,
        said,
        tuple(most_written(written[surface]) for surface in said),
        np.array([counts[surface] for surface in said], np.int64),
        np.array(said_by_others, np.int64),
        counts.total(),
        _total(generation, others),
        len({generation.speeches.speakers[row] for row in others}),
    )


def _pieces(engine: Engine, rows: RowArray) -> Iterator[str]:
    """What stands between blanks in the texts of speeches."""
    for row in rows.tolist():
        document = engine.generation.documents[row]
        if document is not None:
            text = engine.text(int(engine.generation.owner[row]))
            yield from text.stream(document.section).text.split(" ")


def _often(postings: ByField, counting: BoolArray) -> int:
    """How often a surface is said in the speeches that count."""
    if "speech" not in postings:
        return 0
    rows, often = postings["speech"]
    return int(often[counting[rows]].sum())


def _total(generation: Generation, rows: RowArray) -> int:
    gaps = sum(_gaps(d) for row in rows.tolist() if (d := generation.documents[row]))
    return int(generation.lengths["speech"][rows].sum()) - gaps


def _gaps(document: StoredDocument) -> int:
    """How many tokens of a speech stand where somebody else speaks."""
    spans = [range(first, first + n) for field, first, n in document.streams if field == "speech"]
    return sum(gap in span for gap in document.gaps for span in spans)
