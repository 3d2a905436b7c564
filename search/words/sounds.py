"""How names in Latin script sound, roughly and across languages: a key that mishearings share.

Speech recognition writes a name that it does not know as something that sounds like it. So words
are compared in two forms, both made of the folded surface by one table of rules:

- ``sound``: the letters with what sounds alike written alike (``ph`` and ``f``, ``sch`` and ``sh``,
  ``ay`` and ``ei``), consonants as capitals, double letters once;
- ``key``: the same with voiced and voiceless consonants as one, all that hisses as one, and all
  vowels beside each other as one ``A``.

The key finds candidates, and the likeness of the sounds decides. The rules follow how the letters
are read in English, German, the Romance and Slavic languages, pinyin, and the usual romanisations
of Japanese and of Indian names; where those differ, the more usual reading at talks stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from search.words.letters import Letters
from search.words.names import tolerated

MOST_ALIKE = 8
"""So many words or pairs of words are taken for mishearings of one at most."""
_SHORTEST = 4
"""Shorter words sound like too many others."""
_LIKENESS, _LIKENESS_PER_CHANGE = 0.6, 0.05
"""How much alike two sounds are at least (1 is the same), and how much more for each change of
key. Chosen on 95 pairs of names and mishearings, tested on another 106 (docs/benchmarks.md)."""
_PAIR_LIKENESS = 0.7
_SHORTEST_PAIR_KEY = 6
_LONG_KEY, _LONGER_KEY = 7, 10
"""Keys of so many symbols may differ in one, in two."""
_SPELT_ALIKE = 6
"""From so many letters on, what is spelt alike may differ in one symbol of the key."""
_WIDEST_PART = 40
"""So many words are tried for each half of a pair, the most frequent ones."""

# Each rule is tried on the whole of the text that the rules before it left. ^ and $ are the ends
# of a word. What a rule has written in capitals no later rule changes.
_RULES = """
^mc mac  ^kn n  ^gn n  ^pn n  ^ps s  ^pf f  ^wr r  ^wh w  ^mb emb  ^ng en  ^x C
ough$ o  augh o  ough o  eigh e  igh ei
tsch C  tch C  shch C  sch C  dzh C  zh C  sh C  chr Kr  chl Kl  ch C  cz C  sz S
tz Z  ts Z  ds$ Z  dz Z  dj C  dg C
ssi Si  tion Con  sion Con  sce Se  sci Si  ce Se  ci Si  cy Si
ph F  gh G  kh K  th T  dh D  bh B  ck K  cqu K  qu K  qv Kv  q C  gu G  kw K  gw G  ng N  x KS  j C
h -
wa Va  we Ve  wi Vi  wo Vo  wu Vu  wy Vi  aw o  ow o  ew u  w u
ya ia  ye ie  yo io  yu iu  ai ei  ay ei  ey ei  y i  ie i  ee i  ea i  eu oi  oo u  ou u  au o
oe o  ae e
c K  k K  g G  p P  b B  f F  v V  t T  d D  l L  r R  n N  m M  s S  z Z
"""
_CONSONANTS = "BCDFGKLMNPRSTVZ"
_CLASSES = str.maketrans("BCDGVZ", "PSTKFS")
_VOWELS = re.compile("[aeiou]+")
_BETWEEN = "\n"


def _rules() -> list[tuple[str, str]]:
    """The table as plain replacements in a text that has ``_BETWEEN`` at both ends of each word."""
    entries = _RULES.split()
    rules = []
    for letters, sound in zip(entries[::2], entries[1::2], strict=True):
        before, after = _BETWEEN * letters.startswith("^"), _BETWEEN * letters.endswith("$")
        rules.append(
            (
                before + letters.strip("^$") + after,
                before + sound.replace("-", "") + after,
            )
        )
    for consonant in _CONSONANTS:
        rules.append((f"{consonant}Le{_BETWEEN}", f"{consonant}eL{_BETWEEN}"))
    for consonant in _CONSONANTS:
        doubled = (consonant * 2, consonant)
        rules += [doubled, (f"{consonant}e{_BETWEEN}", consonant + _BETWEEN), doubled]
    return rules


_REPLACEMENTS = _rules()
_SINGLE = [(symbol * 2, symbol) for symbol in "FKLMNPRST"]


@dataclass(frozen=True, slots=True)
class Sound:
    """How a word sounds: to compare by, and to look up by. Both are "" where it is unknown."""

    sound: str
    key: str


def sounds_of(surfaces: Sequence[str]) -> list[Sound]:
    """The sounds of surfaces; only those in plain Latin letters have one."""
    latin = [surface if _is_latin(surface) else "" for surface in surfaces]
    # All words are one text, so that each rule is one replacement, however many words there are.
    text = _BETWEEN + (_BETWEEN * 2).join(latin) + _BETWEEN
    for letters, sound in _REPLACEMENTS:
        text = text.replace(letters, sound)
    keys = _VOWELS.sub("A", text.translate(_CLASSES))
    for letters, sound in _SINGLE:
        keys = keys.replace(letters, sound)
    written, looked_up = (one[1:-1].split(_BETWEEN * 2) if surfaces else [] for one in (text, keys))
    return [Sound(sound, key) for sound, key in zip(written, looked_up, strict=True)]


def likeness(one: str, other: str) -> float:
    """How much alike two sounds, or two spellings, are: 0 to 1."""
    from rapidfuzz.distance import OSA

    return float(OSA.normalized_similarity(one, other))


def sound_alike(one: Sound, other: Sound) -> bool:
    """Whether one word may be a mishearing of the other, by their sounds alone."""
    changes = _key_changes(one.key)
    from rapidfuzz.distance import OSA

    far = OSA.distance(one.key, other.key, score_cutoff=changes)
    least = _LIKENESS + _LIKENESS_PER_CHANGE * far
    return bool(one.key) and far <= changes and likeness(one.sound, other.sound) >= least


def spelt_alike(word: str, other: str) -> bool:
    """Whether one or two wrong letters lie between two words that sound nearly alike too."""
    from rapidfuzz.distance import OSA

    most = tolerated(word)
    if not (word.isalpha() and other.isalpha()):
        return False
    if OSA.distance(word, other, score_cutoff=most) > most:
        return False
    one, two = sounds_of([word, other])
    far = OSA.distance(one.key, two.key, score_cutoff=1)
    return far == 0 or (far == 1 and len(word) >= _SPELT_ALIKE)


class SoundIndex:
    """Surfaces by the keys of their sounds: made once, asked often, and never changed.

    ``frequencies`` are parallel to ``surfaces``; surfaces without a sound are left out.
    """

    def __init__(self, surfaces: Sequence[str], frequencies: Sequence[int]) -> None:
        keys = [sound.key for sound in sounds_of(surfaces)]
        order = sorted((at for at in range(len(keys)) if keys[at]), key=keys.__getitem__)
        ordered = [keys[at] for at in order]
        begins = [at for at in range(len(ordered)) if at == 0 or ordered[at - 1] != ordered[at]]
        # The unique keys in order, where each begins, and the surfaces in the order of their keys.
        self._keys = [ordered[at] for at in begins]
        self._begins = np.array([*begins, len(ordered)], np.int32)
        self._number = {key: at for at, key in enumerate(self._keys)}
        self._surfaces = [surfaces[at] for at in order]
        self._frequencies = np.array([frequencies[at] for at in order], np.int32)
        self._letters = Letters(self._keys)

    def with_key(self, key: str) -> list[tuple[str, int]]:
        """The surfaces with exactly that key, and their frequencies."""
        number = self._number.get(key)
        if number is None:
            return []
        first, last = self._begins[number], self._begins[number + 1]
        return list(
            zip(self._surfaces[first:last], self._frequencies[first:last].tolist(), strict=True)
        )

    def near_key(self, key: str) -> list[str]:
        """The surfaces whose keys are that key, give or take what a key of its length allows."""
        changes = _key_changes(key)
        if not changes:
            return [surface for surface, _ in self.with_key(key)]
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        keys = [self._keys[number] for number in self._letters.near(key, changes)]
        found = process.extract(key, keys, scorer=OSA.distance, score_cutoff=changes, limit=None)
        return [surface for near, _, _ in found for surface, _ in self.with_key(near)]


def words_alike(word: str, indexes: Iterable[SoundIndex]) -> list[tuple[float, str]]:
    """The surfaces that sound like a word, with their likeness to it: the likest first."""
    if len(word) < _SHORTEST:
        return []
    (meant,) = sounds_of([word])
    if not meant.key:
        return []
    surfaces = list(
        dict.fromkeys(s for index in indexes for s in index.near_key(meant.key) if s != word)
    )
    alike = [
        (likeness(meant.sound, sound.sound), surface)
        for surface, sound in zip(surfaces, sounds_of(surfaces), strict=True)
        if sound_alike(meant, sound)
    ]
    return sorted(alike, key=lambda pair: (-pair[0], pair[1]))


def pairs_alike(word: str, indexes: Sequence[SoundIndex]) -> list[tuple[float, tuple[str, str]]]:
    """Pairs of surfaces that sound like a word when said one after the other: likest first."""
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    if len(word) < _SHORTEST:
        return []
    (meant,) = sounds_of([word])
    if len(meant.key) < _SHORTEST_PAIR_KEY:
        return []
    pairs: dict[tuple[str, str], str] = {}
    for at in range(1, len(meant.key)):
        firsts = _part(meant.key[:at], indexes)
        # Where one half ends as the other begins, both sounds may have become one.
        for begin in (at, at - 1) if at > 1 and firsts else (at,) if firsts else ():
            lasts = _part(meant.key[begin:], indexes)
            pairs |= {(one, two): sound + last for one, sound in firsts for two, last in lasts}
    found = process.extract(
        meant.sound,
        pairs,
        scorer=OSA.normalized_similarity,
        score_cutoff=_PAIR_LIKENESS,
        limit=None,
    )
    return sorted(
        ((float(alike), pair) for _, alike, pair in found), key=lambda one: (-one[0], one[1])
    )


def _part(key: str, indexes: Iterable[SoundIndex]) -> list[tuple[str, str]]:
    """The most frequent surfaces of two letters and more with that key, and their sounds."""
    found: dict[str, int] = {}
    for index in indexes:
        for surface, often in index.with_key(key):
            if len(surface) > 1:
                found[surface] = found.get(surface, 0) + often
    surfaces = sorted(found, key=lambda surface: (-found[surface], surface))[:_WIDEST_PART]
    return list(zip(surfaces, (one.sound for one in sounds_of(surfaces)), strict=True))


def _key_changes(key: str) -> int:
    """In how many symbols the keys of words that sound alike may differ."""
    return 0 if len(key) < _LONG_KEY else 1 if len(key) < _LONGER_KEY else 2


def _is_latin(surface: str) -> bool:
    return surface.isascii() and surface.isalpha()
