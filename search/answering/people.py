"""The card of a person whom a query names: in how many talks they speak, and are spoken of.

A name is matched in any order of its words, by aliases and in other scripts, and with as many wrong
letters as search.words.names tolerates. Beside other words, the whole surname has to be there. What
is said in the archive as a word of its own is not read as a wrongly written name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field

from archive.types import Speaker
from search.asking.clauses import Clause, Either, Filter, Kind
from search.asking.query import LONGEST_QUERY, Query
from search.directory import Directory, Name
from search.index import Request, Run, SearchIndex, Wanted
from search.results import PersonCard
from search.words.analysis import is_character, surfaces
from search.words.names import as_person, tolerated

MOST_CARDS = 5
_SHORTEST_SURNAME = 3
"""A shorter surname names a person only where the query holds nothing but names."""
_MOST_WORDS = 3
"""Queries of so many words may be a name with wrong letters in its short words as well."""
_MOST_SPELLINGS = 8
_FAMILY_FIRST = frozenset({"CN", "HK", "HU", "JP", "KH", "KP", "KR", "MO", "SG", "TW", "VN"})
"""Countries where many names are written with the surname first."""

IsSpoken = Callable[[str], bool]
"""Whether a surface is said in the archive."""


@dataclass(frozen=True, slots=True)
class Person:
    """A speaker with the spellings of the name as surfaces, and the keys of their talks."""

    speaker: Speaker
    names: tuple[Name, ...]
    surnames: frozenset[str]
    talks: frozenset[int]


class People:
    """The speakers of one directory, found by the words of their names."""

    def __init__(self, directory: Directory) -> None:
        self.directory = directory
        talks: dict[str, set[int]] = defaultdict(set)
        countries: dict[str, set[str]] = defaultdict(set)
        for talk in directory.talks.values():
            for appearance in talk.appearances:
                talks[appearance.speaker.slug].add(talk.id)
                countries[appearance.speaker.slug].add(appearance.country)
        self._people = [
            _person(speaker, frozenset(talks[slug]), countries[slug])
            for slug, speaker in directory.speakers.items()
        ]
        self._with_word: dict[str, list[Person]] = defaultdict(list)
        for person in self._people:
            for word in {word for name in person.names for word in name}:
                self._with_word[word].append(person)
        self._words = list(self._with_word)

    def person(self, slug: str) -> Person | None:
        """The speaker with that slug, if there is one."""
        return next((one for one in self._people if one.speaker.slug == slug), None)

    def named(self, query: Query, is_spoken: IsSpoken) -> list[Person]:
        """The speakers that a query names, those with the most talks first."""
        clauses = list(_clauses(query))
        words = list(dict.fromkeys(word for clause in clauses for word in _words_of(clause)))
        found = self._by_words(words, is_spoken)
        found += [
            person
            for clause in clauses
            if len(clause.surfaces) > 1
            for person in self._with_word.get(clause.surfaces[0], ())
            if any(_is_name(clause, name) for name in person.names)
        ]
        if not found and 2 <= len(words) <= _MOST_WORDS and not any(map(is_spoken, words)):
            found = self._by_nearly(words)
        unique = {person.speaker.slug: person for person in found}
        ranked = sorted(unique.values(), key=lambda p: (-len(p.talks), p.speaker.name))
        return ranked[:MOST_CARDS]

    def _by_words(self, words: Sequence[str], is_spoken: IsSpoken) -> list[Person]:
        readings: dict[str, _Reading] = {}
        for word in words:
            for name, wrong in self._near(word):
                sure = wrong == 0 or not is_spoken(word)
                for person in self._with_word[name]:
                    reading = readings.setdefault(person.speaker.slug, _Reading(person))
                    reading.take(word, _NamedBy(name, wrong, sure))
        naming = [one for one in readings.values() if one.names_person(words)]
        return [
            one.person for one in naming if not any(other.is_better_than(one) for other in naming)
        ]

    def _near(self, word: str) -> list[tuple[str, int]]:
        """The words of names that a word may stand for, with how many letters are wrong."""
        if not tolerated(word):
            return [(word, 0)] if word in self._with_word else []
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        near = process.extract(
            word, self._words, scorer=OSA.distance, score_cutoff=tolerated(word), limit=None
        )
        return [(name, int(wrong)) for name, wrong, _ in near]

    def _by_nearly(self, words: Sequence[str]) -> list[Person]:
        names = [name for person in self._people for name in person.names]
        meant = as_person(words, names)
        return [
            person
            for person in self._people
            if meant and any(set(meant) <= set(name) for name in person.names)
        ]


def person_cards(
    people: People, query: Query, is_spoken: IsSpoken, index: SearchIndex
) -> tuple[PersonCard, ...]:
    """The cards of the people whom a query names. Filters do not narrow what they count."""
    cards = []
    for person in people.named(query, is_spoken):
        mentioned = _mentioning(person, index) & people.directory.talks.keys()
        speaker = person.speaker
        cards.append(PersonCard(speaker.slug, speaker.name, len(person.talks), len(mentioned)))
    return tuple(cards)


def mentions(people: People, slug: str, index: SearchIndex) -> int:
    """In how many talks somebody else says the name of a speaker."""
    person = people.person(slug)
    return 0 if person is None else len(_mentioning(person, index) & people.directory.talks.keys())


def mention_query(speaker: Speaker) -> str:
    """A query for the talks of others in which a speaker's name is said."""
    away = Filter("speaker", speaker.slug, excluded=True)
    quoted = [Clause(Kind.QUOTED, run) for run in _spellings(speaker)]
    while True:
        asked = Either(tuple(quoted)) if len(quoted) > 1 else quoted[0]
        query = str(Query((asked,), (), (away,)))
        if len(query) <= LONGEST_QUERY or len(quoted) == 1:
            return query
        quoted.pop()


@dataclass(frozen=True, slots=True)
class _NamedBy:
    """A word of a name for which a word of the query stands.

    ``sure`` says that it is written right, or is no word of its own.
    """

    name: str
    wrong: int
    sure: bool


@dataclass(slots=True)
class _Reading:
    """The words of a query as the names of one person."""

    person: Person
    matched: dict[str, _NamedBy] = field(default_factory=dict)

    def take(self, word: str, by: _NamedBy) -> None:
        """Read a word as a name, unless another word is that name already or it is another one."""
        taken = {other.name for one, other in self.matched.items() if one != word}
        known = self.matched.get(word)
        if by.name not in taken and (known is None or by.wrong < known.wrong):
            self.matched[word] = by

    def names_person(self, words: Collection[str]) -> bool:
        """Whether the words name the person: by all of them, by a whole name or the surname."""
        sure = {by.name for by in self.matched.values() if by.sure}
        if len(self.matched) == len(words):
            return bool(sure) and max(map(len, self.matched)) > 1
        surnames = {name for name in sure & self.person.surnames if len(name) >= _SHORTEST_SURNAME}
        return bool(surnames) or any(
            len(name) > 1 and set(name) <= sure for name in self.person.names
        )

    def is_better_than(self, other: _Reading) -> bool:
        """Whether it reads all that the other does, and more of it or with fewer wrong letters."""
        if self.matched.keys() == other.matched.keys():
            return self._wrong() < other._wrong()
        return self.matched.keys() > other.matched.keys()

    def _wrong(self) -> int:
        return sum(by.wrong for by in self.matched.values())


def _person(speaker: Speaker, talks: frozenset[int], countries: Collection[str]) -> Person:
    names = _names(speaker)
    surnames = {name[-1] for name in names if not _is_turned(name, names[0])}
    if _FAMILY_FIRST & set(countries):
        surnames |= {name[0] for name in names[:1]}
    return Person(speaker, names, frozenset(surnames), talks)


def _names(speaker: Speaker) -> tuple[Name, ...]:
    names = (surfaces(name) for name in (speaker.name, *speaker.aliases))
    return tuple(dict.fromkeys(name for name in names if name))


def _is_turned(name: Name, other: Name) -> bool:
    """Whether a name is another one in another order, so that its last word is a given name."""
    return name != other and sorted(name) == sorted(other)


def _spellings(speaker: Speaker) -> list[Run]:
    """The name as it may be said: as written, without initials, and two words in either order."""
    runs: list[Run] = []
    for name in _names(speaker):
        runs.append(name)
        whole = tuple(word for word in name if len(word) > 1)
        if len(whole) == 2:
            runs += [whole, whole[::-1]]
    return list(dict.fromkeys(runs))[:_MOST_SPELLINGS]


def _mentioning(person: Person, index: SearchIndex) -> set[int]:
    """The talks in which somebody else says the name; where it is unknown who spoke, not theirs."""
    wanted = Wanted(tuple(_spellings(person.speaker)), quoted=True)
    if not wanted.runs:
        return set()
    return {
        match.talk_id
        for match in index.search(Request((wanted,), limit=0)).matches
        for count in match.speech
        if count.speaker != person.speaker.slug
        and (count.speaker is not None or match.talk_id not in person.talks)
    }


def _clauses(query: Query) -> Iterable[Clause]:
    for asked in query.clauses:
        for one in asked.alternatives if isinstance(asked, Either) else (asked,):
            if isinstance(one, Clause) and one.kind is not Kind.PREFIX:
                yield one


def _words_of(clause: Clause) -> tuple[str, ...]:
    """The words of a clause that may be a name by themselves; a phrase is one as a whole only."""
    if clause.kind is Kind.QUOTED and len(clause.surfaces) > 1:
        return ()
    return () if all(map(is_character, clause.surfaces)) else clause.surfaces


def _is_name(clause: Clause, name: Name) -> bool:
    """Whether a phrase is a name, in any order of its words, or holds a name without blanks."""
    if all(map(is_character, name)):
        length = len(name)
        return length > 1 and any(
            clause.surfaces[at : at + length] == name for at in range(len(clause.surfaces))
        )
    return len(clause.surfaces) > 1 and set(clause.surfaces) <= set(name)
