"""An index in plain Python lists: the oracle that the contract suite holds other engines against.

It does everything the slow and obvious way, and keeps nothing when the process ends.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from threading import Lock

import numpy as np

from archive.types import Track
from search.documents import GAP, Speech, TalkDocument
from search.engine.memory_evidence import evidence_of, speech_counts
from search.engine.memory_occurrences import holds, languages_of, stands_anywhere
from search.engine.memory_ranking import Scored, best_first, lifts, score_of
from search.engine.word_use import most_written
from search.index import Found, IndexedTalk, Request, SpokenWords, WordUse
from search.matches import Match, Matches
from search.words.vocabulary import Lexicon, Vocabulary


class MemoryIndex:
    """A SearchIndex that forgets."""

    def __init__(self) -> None:
        self._talks: dict[int, TalkDocument] = {}
        self._lock = Lock()

    def replace(self, talks: Sequence[TalkDocument]) -> None:
        added = {document.talk_id: document for document in talks}
        with self._lock:
            self._talks = {**self._talks, **added}

    def remove(self, talk_ids: Collection[int]) -> None:
        with self._lock:
            self._talks = {key: doc for key, doc in self._talks.items() if key not in talk_ids}

    def search(self, request: Request) -> Found:
        return _search(self._talks, request)

    def vocabulary(self) -> Vocabulary:
        frequencies: Counter[str] = Counter()
        for document in self._talks.values():
            for speech in document.speeches:
                frequencies.update(set(speech.stream.surfaces) - {GAP})
            by_field: dict[str, set[str]] = {}
            for entry in document.programme:
                by_field.setdefault(entry.field, set()).update(entry.stream.surfaces)
            for surfaces in by_field.values():
                frequencies.update(surfaces)
        spoken = {
            surface
            for document in self._talks.values()
            for speech in document.speeches
            for surface in speech.stream.surfaces
        }
        return Vocabulary([Lexicon(frequencies, frequencies.keys() - spoken)])

    def word_use(self, speaker: str, fewest: int) -> tuple[WordUse, ...]:
        speeches = [
            (speech, next(iter(languages_of(speech)), "").split("-")[0])
            for document in self._talks.values()
            for speech in document.speeches
            if speech.track is Track.ORIGINAL and speech.speaker is not None
        ]
        return tuple(
            _word_use([s for s, c in speeches if c == language], language, speaker, fewest)
            for language in sorted({code for s, code in speeches if s.speaker == speaker})
        )

    def contents(self) -> Mapping[int, IndexedTalk]:
        return {talk_id: _content(document) for talk_id, document in self._talks.items()}

    def indexed(self) -> dict[int, int]:
        return {talk_id: document.revision for talk_id, document in self._talks.items()}

    def damaged(self, *, thorough: bool = False) -> frozenset[int]:
        """There are no files."""
        return frozenset()

    def tidy(self, *, overdue: bool = False, step_s: float = 0.25) -> bool:
        """There is nothing to tidy."""
        return False

    def close(self) -> None:
        """There is nothing to let go of."""


def _search(talks: Mapping[int, TalkDocument], request: Request) -> Found:
    scored: list[Scored] = []
    for talk_id, document in talks.items():
        if request.talks is not None and talk_id not in request.talks:
            continue
        if any(stands_anywhere(document, run) for run in request.excluded):
            continue
        held = [holds(document, wanted, request) for wanted in request.wanted]
        pairs = list(zip(held, request.wanted, strict=True))
        if not request.any_of and not all(there for there, wanted in pairs if wanted.quoted):
            continue
        bare = sum(there for there, wanted in pairs if request.any_of or not wanted.quoted)
        if bare >= request.fewest_bare:
            score = sum(score_of(talks, document, wanted, request) for wanted in request.wanted)
            scored.append((bare >= request.most_bare, score, talk_id))
    evidence = {talk_id: evidence_of(talks[talk_id], request) for _, _, talk_id in scored}
    ordered = sorted(scored, key=best_first)
    if len(request.wanted) > 1 and len(ordered) > 1:
        lifted = lifts(talks, ordered, request)
        ordered = [(full, score * lifted.get(key, 1.0), key) for full, score, key in ordered]
        ordered.sort(key=best_first)
    days = request.days
    if days is not None:
        ordered.sort(key=lambda entry: (not entry[0], -days.get(entry[2], -1)))
    page = ordered[request.offset : request.offset + request.limit]
    return Found(
        Matches.of(
            [
                Match(
                    talk_id,
                    score,
                    full,
                    speech_counts(talks[talk_id], request),
                    corrected=bool(evidence[talk_id].corrected),
                )
                for full, score, talk_id in ordered
            ]
        ),
        {talk_id: evidence[talk_id] for _, _, talk_id in page},
        {talk_id: _content(document) for talk_id, document in talks.items()},
    )


def _word_use(speeches: Sequence[Speech], language: str, speaker: str, fewest: int) -> WordUse:
    own, others = Counter[str](), Counter[str]()
    written: dict[str, Counter[str]] = {}
    for speech in speeches:
        stream = speech.stream
        counts = own if speech.speaker == speaker else others
        counts.update(surface for surface in stream.surfaces if surface != GAP)
        for at, surface in enumerate(stream.surfaces):
            if counts is own:
                text = stream.text[stream.char_start[at] : stream.char_end[at]]
                written.setdefault(surface, Counter())[text] += 1
    said = tuple(sorted(surface for surface, often in own.items() if often >= fewest))
    return WordUse(
        language,
        said,
        tuple(most_written(written[surface]) for surface in said),
        np.array([own[surface] for surface in said], np.int64),
        np.array([others[surface] for surface in said], np.int64),
        own.total(),
        others.total(),
        len({speech.speaker for speech in speeches} - {speaker}),
    )


def _content(document: TalkDocument) -> IndexedTalk:
    languages = [code for speech in document.speeches for code in languages_of(speech)]
    if document.language:
        languages.append(document.language)
    return IndexedTalk(
        document.revision,
        any(speech.stream.surfaces for speech in document.speeches),
        any(speech.speaker is None for speech in document.speeches),
        tuple(dict.fromkeys(languages)),
        tuple(
            SpokenWords(one.speaker, one.track, languages_of(one), len(one.stream.surfaces))
            for one in document.speeches
        ),
    )
