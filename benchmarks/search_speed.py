"""Search speed and size, beside SQLite FTS5 on the same words in the same run.

    python benchmarks/search_speed.py [TALKS] [--queries N] [--keep HOME]

Talks of 12,000 words are made from a seeded vocabulary with Zipf-like frequencies, stored in a real
catalog as captions, and indexed the way `podium ingest` does it. Queries are drawn from the texts.
FTS5 indexes passages of 67 words and makes the same page: the best 20 talks with their five best
passages marked, totals, a facet by speaker. It is asked twice: for passages that hold all words,
as such systems do, and for the talks that Podium finds, which hold all words anywhere. It neither
widens words to their stems nor has a second tier.
"""

from __future__ import annotations

import argparse
import platform
import random
import resource
import sqlite3
import sys
import tempfile
import time
from bisect import bisect_left
from collections.abc import Callable
from itertools import accumulate, pairwise
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from archive import work
from archive.catalog import Catalog
from archive.programme import EventEntry, SpeakerEntry, TalkEntry, save_programme
from archive.settings import load_settings
from archive.types import Segment, Word
from search.indexing import update
from search.opening import open_index
from search.searching import Searcher

WORDS_PER_TALK = 12_000
WORDS_PER_SEGMENT = 10
WORDS_PER_PASSAGE = 67
WORD_MS = 400
TALKS_PER_SPEAKER = 4
_FUNCTION_WORDS = (  # noqa: SIM905
    "the of and to in a that is for it we with as on are this be have by not from or they an which"
    " was but our at you can will all more has their there what one people so if about science"
).split()


class Words:
    """Made-up English: function words, then stems with endings, by falling frequency."""

    def __init__(self, seed: int, size: int = 60_000) -> None:
        self._random = random.Random(seed)
        made = set(_FUNCTION_WORDS)
        self.by_rank = list(_FUNCTION_WORDS)
        while len(self.by_rank) < size:
            stem = "".join(
                self._random.choice("bcdfghklmnprstvw") + self._random.choice("aeiou")
                for _ in range(self._random.choice((1, 2, 2, 3, 3, 4)))
            ) + self._random.choice("lmnrst")
            for ending in self._random.sample(("", "s", "ed", "ing", "ation"), 2):
                if stem + ending not in made:
                    made.add(stem + ending)
                    self.by_rank.append(stem + ending)
        self._sums = list(accumulate(1 / (rank + 2.7) for rank in range(len(self.by_rank))))

    def draw(self, count: int) -> list[str]:
        total = self._sums[-1]
        return [
            self.by_rank[bisect_left(self._sums, self._random.random() * total)]
            for _ in range(count)
        ]


def segments_of(words: list[str]) -> list[Segment]:
    timed = [
        Word(text, True, at * WORD_MS, at * WORD_MS + WORD_MS - 20) for at, text in enumerate(words)
    ]
    parts = [timed[at : at + WORDS_PER_SEGMENT] for at in range(0, len(timed), WORDS_PER_SEGMENT)]
    return [Segment(part[0].start_ms, part[-1].end_ms, tuple(part)) for part in parts]


def add_talk(catalog: Catalog, number: int, words: list[str]) -> int:
    speaker = SpeakerEntry(f"Speaker Number{number // TALKS_PER_SPEAKER}", affiliation="Institute")
    entry = TalkEntry(
        " ".join(words[:6]),
        slug=f"talk-{number}",
        number=number,
        language="en",
        speakers=(speaker,),
    )
    event = EventEntry("Days of Benchmarks", slug="benchmarks")
    talk_id = save_programme(catalog, event, [entry]).talk_ids[0]
    work.save_captions(catalog, talk_id, segments_of(words), language="en", file="benchmark.vtt")
    return talk_id


def queries_of(texts: list[list[str]], words: Words, count: int, seed: int) -> dict[str, list[str]]:
    chosen = random.Random(seed)

    def run(length: int) -> list[str]:
        text = chosen.choice(texts)
        at = chosen.randrange(len(text) - length)
        return text[at : at + length]

    def rare(least: int) -> str:
        while True:
            word = run(1)[0]
            if words.by_rank.index(word) > least:
                return word

    makers: dict[str, Callable[[], str]] = {
        "one common word": lambda: chosen.choice(words.by_rank[45:400]),
        "one rare word": lambda: rare(5_000),
        "two words": lambda: f"{rare(200)} {rare(200)}",
        "five spoken words": lambda: " ".join(run(5)),
        "phrase": lambda: f'"{" ".join(run(4))}"',
        "phrase of common words": lambda: f'"{" ".join(chosen.sample(_FUNCTION_WORDS[:12], 3))}"',
        "words and exclusion": lambda: f"{rare(200)} -{rare(200)}",
        "prefix": lambda: f"{rare(500)[:4]}*",
        "misspelt": lambda: _misspelt(rare(500), chosen),
        "speaker and words": lambda: (
            f"{rare(100)} speaker:number{chosen.randrange(len(texts) // 4)}"
        ),
    }
    return {kind: [make() for _ in range(count)] for kind, make in makers.items()}


def _misspelt(word: str, chosen: random.Random) -> str:
    at = chosen.randrange(1, len(word))
    return word[:at] + chosen.choice("xqz") + word[at:]


class Fts5:
    """The same words as passages in SQLite FTS5."""

    def __init__(self, texts: list[list[str]]) -> None:
        self._database = sqlite3.connect(":memory:")
        self._database.execute(
            "CREATE VIRTUAL TABLE passages USING fts5"
            "(text, tokenize='unicode61 remove_diacritics 2')"
        )
        self._talks: list[int] = []
        self._same_talks = False
        for number, text in enumerate(texts):
            for at in range(0, len(text), WORDS_PER_PASSAGE):
                self._talks.append(number)
                self._database.execute(
                    "INSERT INTO passages VALUES (?)",
                    (" ".join(text[at : at + WORDS_PER_PASSAGE]),),
                )
        self._database.commit()

    def answering(self, *, same_talks: bool) -> Callable[[str], int]:
        """Ask for words in one passage, or for the same talks that Podium finds."""
        self._same_talks = same_talks
        return self.page

    def _talks_with(self, term: str) -> set[int]:
        rows = self._database.execute("SELECT rowid FROM passages WHERE passages MATCH ?", (term,))
        return {self._talks[rowid - 1] for (rowid,) in rows}

    def page(self, query: str) -> int:
        speaker = None
        terms = []
        for part in query.split(" ") if '"' not in query else [query]:
            if part.startswith("speaker:number"):
                speaker = int(part.removeprefix("speaker:number"))
            elif part.startswith("-"):
                terms.append(f'NOT "{part[1:]}"')
            elif part.endswith("*"):
                terms.append(f'"{part[:-1]}"*')
            else:
                terms.append(part if part.startswith('"') else f'"{part}"')
        talks: set[int] | None = None
        match = " ".join(terms)
        if self._same_talks and '"' not in query and len(terms) > 1:
            wanted = [term for term in terms if not term.startswith("NOT")]
            talks = set.intersection(*(self._talks_with(term) for term in wanted))
            for term in terms:
                if term.startswith("NOT"):
                    talks -= self._talks_with(term.removeprefix("NOT "))
            match = " OR ".join(wanted)
        rows = self._database.execute(
            "SELECT rowid, bm25(passages) FROM passages WHERE passages MATCH ? ORDER BY 2", (match,)
        ).fetchall()
        by_talk: dict[int, list[int]] = {}
        facet: dict[int, int] = {}
        for rowid, _ in rows:
            talk = self._talks[rowid - 1]
            if talks is not None and talk not in talks:
                continue
            if speaker is None or talk // TALKS_PER_SPEAKER == speaker:
                by_talk.setdefault(talk, []).append(rowid)
                facet[talk // TALKS_PER_SPEAKER] = facet.get(talk // TALKS_PER_SPEAKER, 0) + 1
        shown = [rowid for rowids in list(by_talk.values())[:20] for rowid in rowids[:5]]
        marks = ",".join("?" * len(shown))
        self._database.execute(
            "SELECT rowid, snippet(passages, 0, '[', ']', '…', 24) FROM passages"
            f" WHERE passages MATCH ? AND rowid IN ({marks})",
            (match, *shown),
        ).fetchall()
        return len(by_talk)


def measure(ask: Callable[[str], object], queries: list[str]) -> tuple[float, float, float]:
    """p50, p95 and the longest of the CPU milliseconds."""
    taken = []
    for query in queries:
        began = time.process_time()
        ask(query)
        taken.append((time.process_time() - began) * 1000)
    taken.sort()
    return taken[len(taken) // 2], taken[int(len(taken) * 0.95)], taken[-1]


def folder_mb(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("talks", type=int, nargs="?", default=500)
    parser.add_argument("--queries", type=int, default=40, help="of each kind")
    parser.add_argument("--keep", type=Path, help="where to keep the archive that is made")
    chosen = parser.parse_args()
    words = Words(seed=20)
    texts = [words.draw(WORDS_PER_TALK) for _ in range(chosen.talks + 1)]
    with tempfile.TemporaryDirectory() as scratch:
        run(chosen.keep or Path(scratch), words, texts, chosen.queries)


def run(home: Path, words: Words, texts: list[list[str]], count: int) -> None:
    *stored, added = texts
    print(f"{platform.python_version()} on {platform.machine()}, {len(stored)} talks")
    catalog = Catalog.open(load_settings(home=home))
    for number, text in enumerate(stored):
        add_talk(catalog, number, text)
    index = open_index(home)
    marks = [time.process_time()]
    update(catalog, index)
    marks.append(time.process_time())
    print(f"build: {marks[1] - marks[0]:.1f} s CPU, {folder_mb(home / 'index'):.0f} MB")
    marks = [time.process_time()]
    fts5 = Fts5(stored)
    marks.append(time.process_time())
    print(f"build FTS5: {marks[1] - marks[0]:.1f} s CPU (catalog reads not in it)")
    index.close()

    marks = [time.process_time()]
    index = open_index(home)
    searcher = Searcher(catalog, index)
    searcher.search("science")
    marks.append(time.process_time())
    searcher.search("people")
    marks.append(time.process_time())
    first, second = [(after - before) * 1000 for before, after in pairwise(marks)]
    print(f"first search after opening: {first:.0f} ms CPU, second: {second:.0f} ms CPU")

    print(f"{'CPU ms: p50, p95, max':26}{'Podium':>24}{'FTS5, one passage':>24}{'same talks':>24}")
    queries = queries_of(stored, words, count, seed=7)
    every = [query for kind in queries.values() for query in kind]
    for kind, asked in {**queries, "all of them": every}.items():
        ours = measure(searcher.search, asked)
        theirs = measure(fts5.answering(same_talks=False), asked)
        same = measure(fts5.answering(same_talks=True), asked)
        print(f"{kind:26}{_three(ours)}{_three(theirs)}{_three(same)}")

    talk_id = add_talk(catalog, len(stored), added)
    began = time.process_time()
    update(catalog, index, talks=[talk_id])
    phrase = " ".join(added[-9:])
    found = searcher.search(f'"{phrase}"')
    assert [hit.slug for hit in found.talks] == [f"talk-{len(stored)}"], found
    print(f"one talk more, until found: {time.process_time() - began:.2f} s CPU")
    memory_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"RSS of this process at its largest, with all texts in it: {memory_mb:.0f} MB")


def _three(values: tuple[float, float, float]) -> str:
    return f"{values[0]:8.1f}{values[1]:8.1f}{values[2]:8.1f}"


if __name__ == "__main__":
    main()
