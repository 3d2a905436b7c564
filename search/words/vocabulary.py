"""The surfaces that an index holds, with how often: for stems, prefixes and suggestions."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock

import numpy as np
import numpy.typing as npt

from search.words.letters import Letters
from search.words.sounds import SoundIndex

_MOST_LEXICONS = 5
"""So many lexicons are asked for each question; those of more parts are joined."""
_MOST_SIMILAR = 256
"""Of so many words it is kept what is similar."""
WIDEST = 64
"""At most so many surfaces stand for one word or prefix, the most frequent ones."""

# Stems of the Snowball project by ISO 639-1 code; other languages are searched as written.
_STEMMERS = {
    "ar": "arabic", "hy": "armenian", "eu": "basque", "ca": "catalan", "da": "danish",
    "nl": "dutch", "en": "english", "eo": "esperanto", "et": "estonian", "fi": "finnish",
    "fr": "french", "de": "german", "el": "greek", "hi": "hindi", "hu": "hungarian",
    "id": "indonesian", "ga": "irish", "it": "italian", "lt": "lithuanian", "ne": "nepali",
    "no": "norwegian", "nb": "norwegian", "nn": "norwegian", "pt": "portuguese",
    "ro": "romanian", "ru": "russian", "sr": "serbian", "es": "spanish", "sv": "swedish",
    "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Widened:
    """The surfaces that stand for what was typed; ``capped`` says that there were more."""

    surfaces: tuple[str, ...]
    capped: bool = False


class Lexicon:
    """The surfaces of one part of an index that never changes, sorted, with frequencies.

    ``unspoken`` are those of them that only the programme has.
    """

    def __init__(
        self, frequencies: Mapping[str, int], unspoken: Collection[str] = frozenset()
    ) -> None:
        self.surfaces = sorted(frequencies)
        self._frequencies = [frequencies[surface] for surface in self.surfaces]
        self._unspoken = frozenset(unspoken)
        self._sounds: SoundIndex | None = None
        self._letters: Letters | None = None
        self._stems: dict[str, tuple[npt.NDArray[np.int64], npt.NDArray[np.intp]]] = {}
        self._lock = Lock()

    @classmethod
    def joined(cls, lexicons: Collection[Lexicon]) -> Lexicon:
        """One lexicon with the surfaces of several."""
        if len(lexicons) == 1:
            return next(iter(lexicons))
        frequencies: Counter[str] = Counter()
        for lexicon in lexicons:
            frequencies.update(dict(zip(lexicon.surfaces, lexicon._frequencies, strict=True)))
        silent = frozenset[str]().union(*(lexicon._unspoken for lexicon in lexicons))
        return cls(frequencies, [s for s in silent if not any(x.is_spoken(s) for x in lexicons)])

    def frequency(self, surface: str) -> int:
        at = bisect_left(self.surfaces, surface)
        found = at < len(self.surfaces) and self.surfaces[at] == surface
        return self._frequencies[at] if found else 0

    def is_spoken(self, surface: str) -> bool:
        """Whether the surface stands in a speech, and not only in a programme."""
        return self.frequency(surface) > 0 and surface not in self._unspoken

    def sounds(self) -> SoundIndex:
        """How the surfaces sound that stand in speeches; made when it is asked for first."""
        with self._lock:
            if self._sounds is None:
                spoken = [
                    (surface, often)
                    for surface, often in zip(self.surfaces, self._frequencies, strict=True)
                    if surface not in self._unspoken
                ]
                self._sounds = SoundIndex([s for s, _ in spoken], [often for _, often in spoken])
            return self._sounds

    def near(self, surface: str, changes: int) -> list[str]:
        """The surfaces that may be within so many changed letters, in their order."""
        with self._lock:
            if self._letters is None:
                self._letters = Letters(self.surfaces)
        return [self.surfaces[number] for number in self._letters.near(surface, changes)]

    def starting_with(self, prefix: str) -> list[tuple[str, int]]:
        first = bisect_left(self.surfaces, prefix)
        last = bisect_left(self.surfaces, prefix + "\U0010ffff", first)
        return list(zip(self.surfaces[first:last], self._frequencies[first:last], strict=True))

    def with_stem(self, stem: str, language: str) -> list[tuple[str, int]]:
        """Surfaces with that stem in a language that has stems here."""
        hashes, order = self._stems_of(language)
        first = np.searchsorted(hashes, hash(stem), "left")
        last = np.searchsorted(hashes, hash(stem), "right")
        candidates = [self.surfaces[at] for at in order[first:last]]
        stems = _stemmer(language).stems(candidates)
        return [
            (surface, self.frequency(surface))
            for surface, found in zip(candidates, stems, strict=True)
            if found == stem
        ]

    def _stems_of(self, language: str) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.intp]]:
        # One number a surface and not a dictionary of stems: an archive in ten languages would
        # hold ten of those, of a hundred thousand entries each.
        with self._lock:
            if language not in self._stems:
                stems = _stemmer(language).stems(self.surfaces)
                hashes = np.fromiter(map(hash, stems), np.int64, len(stems))
                order = np.argsort(hashes, kind="stable")
                self._stems[language] = (hashes[order], order)
            return self._stems[language]


class Vocabulary:
    """The surfaces of a whole index, which may lie in several parts."""

    def __init__(self, lexicons: Sequence[Lexicon]) -> None:
        self._lexicons = tuple(lexicons)
        self._similar: dict[tuple[str, int], list[tuple[str, int]]] = {}

    def frequency(self, surface: str) -> int:
        """How many documents hold the surface; 0 where it is unknown."""
        return sum(lexicon.frequency(surface) for lexicon in self._lexicons)

    def is_spoken(self, surface: str) -> bool:
        """Whether the surface stands in a speech, and not only in a programme."""
        return any(lexicon.is_spoken(surface) for lexicon in self._lexicons)

    def sounds(self) -> list[SoundIndex]:
        """How the surfaces sound that stand in speeches, by part of the index."""
        return [lexicon.sounds() for lexicon in self._lexicons]

    def starting_with(self, prefix: str, *, most: int = WIDEST) -> Widened:
        """The surfaces that begin so, the most frequent first."""
        found: Counter[str] = Counter()
        for lexicon in self._lexicons:
            found.update(dict(lexicon.starting_with(prefix)))
        return _widest(found, (), most)

    def same_stem(self, surface: str, languages: Iterable[str]) -> Widened:
        """The surface itself and those that have its stem in any of the languages (BCP 47)."""
        found: Counter[str] = Counter()
        for language in {code.split("-")[0].casefold() for code in languages}:
            if language not in _STEMMERS:
                continue
            stem = _stemmer(language).stems([surface])[0]
            for lexicon in self._lexicons:
                found.update(dict(lexicon.with_stem(stem, language)))
        return _widest(found, (surface,), WIDEST)

    def similar(self, surface: str, most_changes: int) -> list[tuple[str, int]]:
        """Surfaces within a number of changed letters, with frequencies: the nearest first.

        A letter left out, put in, changed, or swapped with its neighbour is one change.
        """
        key = surface, most_changes
        if key not in self._similar:
            # One query asks for the same more than once: to suggest it, and as misheard.
            if len(self._similar) >= _MOST_SIMILAR:
                self._similar.clear()
            self._similar[key] = self._found_similar(surface, most_changes)
        return self._similar[key]

    def _found_similar(self, surface: str, most_changes: int) -> list[tuple[str, int]]:
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        nearest: dict[str, int] = {}
        for lexicon in self._lexicons:
            near = process.extract(
                surface, lexicon.near(surface, most_changes), scorer=OSA.distance,
                score_cutoff=most_changes, limit=20,
            )  # fmt: skip
            nearest.update({found: int(changes) for found, changes, _ in near})
        ranked = [(found, self.frequency(found)) for found in nearest if found != surface]
        return sorted(ranked, key=lambda pair: (nearest[pair[0]], -pair[1], pair[0]))


class GrowingVocabulary:
    """The vocabulary of an index whose parts come and go, without reading all of it each time.

    The parts' lexicons are joined, since each that stands alone costs every question a search of
    its own; but the smallest are joined first, so that one more talk costs little in a large
    archive. Not safe to share between threads.
    """

    def __init__(self) -> None:
        self._joined: dict[frozenset[str], Lexicon] = {}

    def of(self, parts: Mapping[str, Lexicon]) -> Vocabulary:
        """The vocabulary of these parts, by name; a part never changes."""
        joined = {
            names: known for names, known in self._joined.items() if names and names <= parts.keys()
        }
        if not joined:
            joined[frozenset(parts)] = Lexicon.joined(parts.values())
        alone = parts.keys() - frozenset().union(*joined)
        joined.update((frozenset([name]), parts[name]) for name in alone)
        if len(joined) > _MOST_LEXICONS:
            ordered = sorted(joined, key=lambda names: len(joined[names].surfaces))
            smallest = ordered[: len(joined) - _MOST_LEXICONS + 1]
            one = Lexicon.joined([joined.pop(names) for names in smallest])
            joined[frozenset().union(*smallest)] = one
        self._joined = joined
        return Vocabulary(list(joined.values()))


def _widest(found: Counter[str], always: Collection[str], most: int) -> Widened:
    for surface in always:
        found.pop(surface, None)
    ranked = sorted(found, key=lambda surface: (-found[surface], surface))
    kept = ranked[: most - len(always)]
    return Widened((*always, *kept), capped=len(kept) < len(ranked))


class _Stemmer:
    """A Snowball stemmer, used by one thread at a time as its library asks."""

    def __init__(self, language: str) -> None:
        import Stemmer

        self._stemmer = Stemmer.Stemmer(_STEMMERS[language])
        self._lock = Lock()

    def stems(self, surfaces: Sequence[str]) -> list[str]:
        with self._lock:
            return list(self._stemmer.stemWords(surfaces))


@lru_cache(maxsize=64)
def _stemmer(language: str) -> _Stemmer:
    return _Stemmer(language)
