"""The words that a speaker uses more than others do."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from search.index import IndexedTalk, SearchIndex, WordUse
from search.words.analysis import is_character
from search.words.vocabulary import Vocabulary

MOST_WORDS = 24
FEWEST_USES = 3
_FEWEST_SPEAKERS = 2
_FEWEST_WORDS = 1_000
"""Others must have said so many words, or there is nothing to compare with."""
_TIMES_AS_OFTEN = 4.0
_SIGNIFICANT = 15.13
"""G² of one degree of freedom at p < 0.0001."""
_PARTS_UNTIL_ANEW = 50
_Revisions = frozenset[tuple[int, int]]
"""Keys of talks, each with its revision."""


@dataclass(frozen=True, slots=True)
class OwnWord:
    """A word as it is mostly written, how often the speaker says it, and how often others do."""

    text: str
    uses: int
    others: int


OwnWords = tuple[tuple[str, tuple[OwnWord, ...]], ...]
"""Pairs of a language (BCP 47) and what a speaker says more than others in it."""


class Keyness:
    """The own words of the speakers in an index. Safe to share between threads."""

    def __init__(self, index: SearchIndex) -> None:
        self._index = index
        self._lock = threading.Lock()
        self._contents: Mapping[int, IndexedTalk] = {}
        self._known: dict[str, tuple[_Revisions, OwnWords]] = {}

    def of(self, slug: str) -> OwnWords:
        """A speaker's own words by language.

        They are reckoned anew when one of the speaker's talks changed, or a fiftieth of all: how
        the others speak does not become another way by one talk, and reckoning takes a while.
        """
        contents = self._index.contents()
        with self._lock:
            if _have_changed(self._contents, contents):
                self._contents, self._known = contents, {}
            known = self._known
        own = frozenset(
            (talk_id, talk.revision)
            for talk_id, talk in contents.items()
            if any(speech.speaker == slug for speech in talk.words)
        )
        if slug not in known or known[slug][0] != own:
            known[slug] = own, self._reckoned(slug)
        return known[slug][1]

    def _reckoned(self, slug: str) -> OwnWords:
        vocabulary = self._index.vocabulary()
        by_language = [
            (use.language, own_words(use, vocabulary))
            for use in self._index.word_use(slug, FEWEST_USES)
        ]
        return tuple((code, words) for code, words in by_language if words)


def _have_changed(before: Mapping[int, IndexedTalk], now: Mapping[int, IndexedTalk]) -> bool:
    """Whether so many talks came, went or became others that it may tell."""
    if before is now:
        return False
    came = sum(key not in before or before[key].revision != now[key].revision for key in now)
    went = sum(key not in now for key in before)
    return came + went > len(before) // _PARTS_UNTIL_ANEW


def own_words(use: WordUse, vocabulary: Vocabulary) -> tuple[OwnWord, ...]:
    """The words of one language that a speaker uses more than the others, the surest first.

    A word counts where the log-likelihood ratio G² of its two frequencies is significant (Dunning,
    "Accurate Methods for the Statistics of Surprise and Coincidence", Computational Linguistics 19,
    1993; as keyness: Rayson and Garside, "Comparing Corpora using Frequency Profiling", 2000) and
    the speaker says it at least four times as often, an effect size as Hardie's log ratio (2014)
    has it: words that everybody needs, which are significant in any long speech, fall out by that.
    Of the forms of one stem the surest stands. Nothing where fewer than two others speak the
    language; characters of scripts without blanks are no words.
    """
    if use.speakers < _FEWEST_SPEAKERS or use.others_total < _FEWEST_WORDS or not use.own_total:
        return ()
    sure = _log_likelihood(use)
    # Half a use more for each keeps words that nobody else says comparable.
    ratio = (use.own + 0.5) / use.own_total / ((use.others + 0.5) / use.others_total)
    chosen = np.flatnonzero((sure >= _SIGNIFICANT) & (ratio >= _TIMES_AS_OFTEN))
    return _distinct(use, chosen[np.argsort(-sure[chosen], kind="stable")].tolist(), vocabulary)


def _log_likelihood(use: WordUse) -> npt.NDArray[np.float64]:
    """Dunning's G² of each word; 0 where the speaker says it as often as expected."""
    both = (use.own + use.others).astype(np.float64)
    total = use.own_total + use.others_total
    parts = np.zeros(len(both))
    for observed, size in ((use.own, use.own_total), (use.others, use.others_total)):
        expected = both * size / total
        spoken = observed > 0
        parts[spoken] += observed[spoken] * np.log(observed[spoken] / expected[spoken])
    return 2 * parts


def _distinct(use: WordUse, order: Sequence[int], vocabulary: Vocabulary) -> tuple[OwnWord, ...]:
    found: list[OwnWord] = []
    seen: set[str] = set()
    for at in order:
        surface = use.surfaces[at]
        if surface in seen or is_character(surface) or surface.isdigit() or len(surface) < 2:
            continue
        seen.update(vocabulary.same_stem(surface, [use.language]).surfaces)
        found.append(OwnWord(use.written[at], int(use.own[at]), int(use.others[at])))
        if len(found) == MOST_WORDS:
            break
    return tuple(found)
