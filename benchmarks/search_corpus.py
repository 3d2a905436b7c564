"""The archive that the search benchmarks build and the questions they ask; all of it is seeded.

Words are made up, with frequencies that fall as those of English do. A talk is made again from its
number whenever it is needed, so that thousands of them take no memory.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import numpy.typing as npt

from archive.catalog import Catalog
from archive.programme import EventEntry, SpeakerEntry, TalkEntry, save_programme
from archive.types import Segment, Word
from archive.work.captions import save_captions

WORDS_PER_TALK = 12_000
TALKS_PER_SPEAKER = 4
YEARS = range(2015, 2025)
COUNTRIES = ("BR", "CA", "DE", "ES", "FR", "IN", "JP", "NG", "SE", "ZA")
_WORDS_PER_SEGMENT = 10
_WORD_MS = 400
_FUNCTION_WORDS = (  # noqa: SIM905
    "the of and to in a that is for it we with as on are this be have by not from or they an which"
    " was but our at you can will all more has their there what one people so if about science"
).split()


class Corpus:
    """Talks by number. ``by_rank`` are the words by falling frequency."""

    def __init__(self, talks: int, *, seed: int = 20, size: int = 60_000) -> None:
        self.talks = talks
        self._seed = seed
        chosen = random.Random(seed)
        self.by_rank = list(_FUNCTION_WORDS)
        made = set(_FUNCTION_WORDS)
        while len(self.by_rank) < size:
            stem = "".join(
                chosen.choice("bcdfghklmnprstvw") + chosen.choice("aeiou")
                for _ in range(chosen.choice((1, 2, 2, 3, 3, 4)))
            ) + chosen.choice("lmnrst")
            for ending in chosen.sample(("", "s", "ed", "ing", "ation"), 2):
                if stem + ending not in made:
                    made.add(stem + ending)
                    self.by_rank.append(stem + ending)
        self._sums = np.cumsum(1 / (np.arange(size) + 2.7))

    def ranks(self, number: int) -> npt.NDArray[np.intp]:
        """The words of a talk by their rank; the number after the last one is a talk to add."""
        drawn = np.random.default_rng([self._seed, number]).random(WORDS_PER_TALK)
        ranks: npt.NDArray[np.intp] = np.searchsorted(self._sums, drawn * self._sums[-1])
        return ranks

    def words(self, number: int) -> list[str]:
        return [self.by_rank[rank] for rank in self.ranks(number).tolist()]

    @cached_property
    def rank_of(self) -> dict[str, int]:
        return {word: rank for rank, word in enumerate(self.by_rank)}


def speaker_of(number: int) -> int:
    """The number of the talk's speaker, who gives a few talks."""
    return number // TALKS_PER_SPEAKER


def year_of(number: int) -> int:
    return YEARS[number % len(YEARS)]


def country_of(number: int) -> str:
    return COUNTRIES[speaker_of(number) % len(COUNTRIES)]


def add_talk(catalog: Catalog, number: int, words: list[str]) -> int:
    """Store a talk as captions with times, as an ingest does; its key."""
    year = year_of(number)
    speaker = SpeakerEntry(
        f"Speaker Number{speaker_of(number)}",
        affiliation="Institute",
        country=country_of(number),
    )
    entry = TalkEntry(
        " ".join(words[:6]),
        slug=f"talk-{number}",
        number=number,
        language="en",
        given_on=date(year, 5, 1),
        speakers=(speaker,),
    )
    event = EventEntry(f"Days of Benchmarks {year}", slug=f"benchmarks-{year}")
    talk_id = save_programme(catalog, event, [entry]).talk_ids[0]
    save_words(catalog, talk_id, words)
    return talk_id


def save_words(catalog: Catalog, talk_id: int, words: list[str]) -> None:
    """Make these the words of a talk, in place of those that it has."""
    save_captions(catalog, talk_id, _segments_of(words), language="en", file="benchmark.vtt")


def _segments_of(words: list[str]) -> list[Segment]:
    timed = [
        Word(text, True, at * _WORD_MS, at * _WORD_MS + _WORD_MS - 20)
        for at, text in enumerate(words)
    ]
    parts = [timed[at : at + _WORDS_PER_SEGMENT] for at in range(0, len(timed), _WORDS_PER_SEGMENT)]
    return [Segment(part[0].start_ms, part[-1].end_ms, tuple(part)) for part in parts]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of every engine.

    ``joined`` is "all" or "any" of the words, a "phrase" of them, or two of them "near" each other
    (at most ``WITHIN`` words between them), or the "prefix" of a word.
    """

    words: tuple[str, ...]
    joined: str = "all"
    without: str = ""
    speaker: int | None = None
    year: int | None = None
    country: str = ""

    def __str__(self) -> str:
        """As a person types it into Podium."""
        match self.joined:
            case "any":
                text = " OR ".join(self.words)
            case "near":
                text = f" NEAR/{WITHIN} ".join(self.words)
            case "phrase":
                text = f'"{" ".join(self.words)}"'
            case "prefix":
                text = f"{self.words[0]}*"
            case _:
                text = " ".join(self.words)
        text += f" -{self.without}" * bool(self.without)
        if self.speaker is not None:
            text += f" speaker:number{self.speaker}"
        if self.year is not None:
            text += f" year:{self.year} country:{self.country}"
        return text


WITHIN = 20


def questions_of(corpus: Corpus, count: int, seed: int = 7) -> dict[str, list[Question]]:
    """Questions by kind, drawn from the talks and the vocabulary."""
    chosen = random.Random(seed)
    talks = {number: corpus.words(number) for number in chosen.sample(range(corpus.talks), 40)}
    ranks = corpus.rank_of

    def run(length: int) -> tuple[str, ...]:
        words = talks[chosen.choice(list(talks))]
        at = chosen.randrange(len(words) - length)
        return tuple(words[at : at + length])

    def rarer_than(rank: int) -> str:
        while ranks[word := run(1)[0]] <= rank:
            pass
        return word

    def common() -> str:
        return chosen.choice(corpus.by_rank[45:400])

    makers: dict[str, Callable[[], Question]] = {
        "one common word": lambda: Question((common(),)),
        "one rare word": lambda: Question((rarer_than(5_000),)),
        "two words": lambda: Question((rarer_than(200), rarer_than(200))),
        "five spoken words": lambda: Question(run(5)),
        "one word or another": lambda: Question((rarer_than(200), rarer_than(200)), "any"),
        "phrase": lambda: Question(run(4), "phrase"),
        "phrase of common words": lambda: Question(
            tuple(chosen.sample(_FUNCTION_WORDS[:12], 3)), "phrase"
        ),
        "near, rare words": lambda: Question((rarer_than(1_000), common()), "near"),
        "near, common words": lambda: Question(
            tuple(chosen.sample(corpus.by_rank[:60], 2)), "near"
        ),
        "words and exclusion": lambda: Question((rarer_than(200),), without=rarer_than(200)),
        "prefix": lambda: Question((rarer_than(500)[:4],), "prefix"),
        "misspelt": lambda: Question((_misspelt(rarer_than(500), chosen),)),
        "speaker and a word": lambda: Question(
            (rarer_than(100),), speaker=chosen.randrange(speaker_of(corpus.talks))
        ),
        "year, country, two words": lambda: Question(
            (common(), rarer_than(200)), year=chosen.choice(YEARS), country=chosen.choice(COUNTRIES)
        ),
    }
    return {kind: [make() for _ in range(count)] for kind, make in makers.items()}


def _misspelt(word: str, chosen: random.Random) -> str:
    at = chosen.randrange(1, len(word))
    return word[:at] + chosen.choice("xqz") + word[at:]
