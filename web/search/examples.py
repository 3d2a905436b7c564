"""Queries to begin with: runs of words that were said in the newest talks, each tried first.

They are chosen by rule, so the same archive always shows the same ones.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, zip_longest

from archive.errors import TryLater
from archive.states import NO_SPEECH
from archive.types import Segment, State, Talk, Word
from search.words.analysis import is_character, surfaces
from web.asked import SearchAsked
from web.site import Directory, Site

EXAMPLES = 3
_TALKS_READ = 3
_SHORTEST_WORD = 4
_LONGEST_NAME = 3
_RUN_OF_CHARACTERS = 4
_Key = tuple[int, int]
"""A talk's key and its revision."""


class ExampleQueries:
    """Keeps the examples until another talk is ready or one of the newest is changed."""

    def __init__(self) -> None:
        self._made_for: tuple[_Key, ...] = ()
        self._queries: tuple[str, ...] = ()
        self._runs: dict[_Key, list[str]] = {}

    def of(self, site: Site, directory: Directory) -> tuple[str, ...]:
        """At most three queries that have hits now; none while the search is unavailable."""
        ready = directory.newest(State.READY, len(directory.talks))
        newest = [t for t in ready if directory.statuses[t.id].reason != NO_SPEECH][:_TALKS_READ]
        key = tuple((talk.id, talk.revision) for talk in newest)
        if key != self._made_for:
            self._runs = {(talk.id, talk.revision): self._runs_of(site, talk) for talk in newest}
            people = [speaker.name for speaker in directory.speakers[:EXAMPLES]]
            try:
                self._queries = tuple(_with_hits(site, _candidates(self._runs.values(), people)))
            except TryLater:
                return ()
            self._made_for = key
        return self._queries

    def _runs_of(self, site: Site, talk: Talk) -> list[str]:
        """The best runs of a talk; of one that was among the newest before they are known."""
        known = self._runs.get((talk.id, talk.revision))
        if known is not None:
            return known
        transcript = site.transcript(talk)
        return best_runs(transcript.segments) if transcript else []


def _candidates(runs: Iterable[Sequence[str]], people: Sequence[str]) -> Iterator[str]:
    spoken = (run for run in chain.from_iterable(zip_longest(*runs)) if run)
    # The first example shows the quotes; the others do without.
    yield from (run if number else f'"{run}"' for number, run in enumerate(spoken))
    yield from people


def _with_hits(site: Site, queries: Iterator[str]) -> Iterator[str]:
    found = 0
    known: set[str] = set()
    for query in queries:
        bare = query.strip('"')
        if bare in known:
            continue
        known.add(bare)
        if site.search(SearchAsked(query, limit=1)).talks:
            yield query
            found += 1
        if found == EXAMPLES:
            return


def best_runs(segments: Sequence[Segment]) -> list[str]:
    """Up to three runs of words of a talk that tell what it is about, the best first.

    Two neighbouring longer words that come up again, else names, else the longest; of scripts
    without blanks, four characters that come up again.
    """
    counts: Counter[str] = Counter()
    names: set[str] = set()
    for segment in segments:
        for start in range(len(segment.words)):
            run = _run(segment.words, start)
            if run is None:
                continue
            counts[run] += 1
            if all(word[0].isupper() for word in run.split()):
                names.add(run)
        counts.update(_runs_of_characters(segment.text))
    ranked = sorted(counts, key=lambda run: (-counts[run], run not in names, -len(run), run))
    return _apart(ranked)


def _run(words: Sequence[Word], start: int) -> str | None:
    """Two plain, longer words side by side from ``start`` on, or a name of up to three."""
    texts: list[str] = []
    for word in words[start : start + _LONGEST_NAME]:
        bare = word.text.rstrip(".,;:!?…»”\"')")
        if not (bare.isalpha() and len(bare) >= _SHORTEST_WORD) or (
            texts and not word.space_before
        ):
            break
        # The third word is there only where all three belong to one name.
        if len(texts) == 2 and not all(text[0].isupper() for text in (*texts, bare)):
            break
        texts.append(bare)
        if bare != word.text:
            break
    return " ".join(texts) if len(texts) > 1 else None


def _runs_of_characters(text: str) -> Iterator[str]:
    if text.isascii():
        return
    found = surfaces(text)
    for start in range(len(found) - _RUN_OF_CHARACTERS + 1):
        run = found[start : start + _RUN_OF_CHARACTERS]
        if all(map(is_character, run)) and "".join(run) in text:
            yield "".join(run)


def _apart(ranked: Sequence[str]) -> list[str]:
    """The first few that share no word with one before."""
    chosen: list[str] = []
    used: set[str] = set()
    for run in ranked:
        words = set(surfaces(run))
        if not words & used:
            chosen.append(run)
            used |= words
        if len(chosen) == EXAMPLES:
            break
    return chosen
