"""Search speed and size, beside SQLite FTS5 and tantivy on the same words in the same run.

    pip install 'podium[benchmark]'    # tantivy
    python benchmarks/search_speed.py [TALKS] [--queries N] [--keep HOME]

Talks of 12,000 words are made from a seeded vocabulary, stored in a real catalog as captions, and
indexed the way `podium ingest` does it. Every question is asked through the API for a whole page,
JSON included; the others make the same page (search_rivals.py says what they leave out). FTS5 is
asked twice: for passages that hold all words, as such systems do, and for the talks that Podium
finds, which hold all words anywhere. Times are CPU milliseconds of this process, all threads.
"""

from __future__ import annotations

import argparse
import json
import platform
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from search_corpus import Corpus, Question, add_talk, questions_of, save_words
from search_rivals import Fts5, Tantivy
from werkzeug.test import TestResponse

from archive.catalog import Catalog
from archive.removing import remove_talk
from archive.settings import Settings, load_settings
from search.index import SearchIndex
from search.indexing import update
from search.opening import open_index
from web.app import create_app
from web.site import EXTENSION, Site

_GOALS = {500: (20.0, 100.0), 5_000: (60.0, 300.0)}
"""The 95th percentile and the longest in milliseconds, by the number of talks."""


@dataclass(frozen=True, slots=True)
class Taken:
    """CPU milliseconds."""

    p50: float
    p95: float
    longest: float

    def __str__(self) -> str:
        return f"{self.p50:8.1f}{self.p95:8.1f}{self.longest:8.1f}"


class Podium:
    """Podium's API in this process, as `podium serve` has it."""

    def __init__(self, settings: Settings) -> None:
        app = create_app(settings)
        self._site: Site = app.extensions[EXTENSION]
        self._client = app.test_client()

    def warm_up(self) -> None:
        self._site.warm_up()

    def page(self, question: Question) -> int:
        """Have the page made and written; its size in bytes."""
        return len(self._answer(str(question)).data)

    def ask(self, text: str) -> int:
        """Ask for a page; how many talks match."""
        return int(json.loads(self._answer(text).data)["totals"]["talks"])

    def _answer(self, text: str) -> TestResponse:
        answer = self._client.get("/api/v1/search", query_string={"q": text})
        assert answer.status_code == 200, answer.text
        return answer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("talks", type=int, nargs="?", default=500)
    parser.add_argument("--queries", type=int, default=40, help="of each kind")
    parser.add_argument(
        "--keep", type=Path, help="where to keep the archive; one that is there is used again"
    )
    parser.add_argument("--alone", action="store_true", help="without FTS5 and tantivy")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        run(
            chosen.keep or Path(scratch, "home"),
            Path(scratch),
            Corpus(chosen.talks),
            chosen.queries,
            alone=chosen.alone,
        )


def run(home: Path, scratch: Path, corpus: Corpus, count: int, *, alone: bool) -> None:
    print(f"{corpus.talks} talks; Python {platform.python_version()} on {platform.machine()}")
    settings = load_settings(home=home)
    if not (home / "index").exists():
        build(settings, corpus)
    print(f"Podium: index of {_megabytes(home / 'index'):.0f} MB")
    rivals: list[Fts5 | Tantivy] = []
    if not alone:
        rivals = [Fts5(scratch, corpus), Tantivy(scratch, corpus)]
        sizes = [(scratch / "fts5.sqlite").stat().st_size / 1e6, _megabytes(scratch / "tantivy")]
        for rival, size in zip(rivals, sizes, strict=True):
            name = type(rival).__name__
            print(f"{name}: {rival.build_s:.1f} s CPU to build, {size:.0f} MB")
        print(f"SQLite {sqlite3.sqlite_version}")
    podium = Podium(settings)
    print(f"warming up, at the start of `podium serve`: {_cpu_ms(podium.warm_up):.0f} ms CPU")
    compare(podium, rivals, questions_of(corpus, count), corpus.talks)
    change(settings, podium, rivals, corpus)


def build(settings: Settings, corpus: Corpus) -> None:
    catalog = Catalog.open(settings)
    began = time.process_time()
    for number in range(corpus.talks):
        add_talk(catalog, number, corpus.words(number))
    print(f"catalog: {time.process_time() - began:.1f} s CPU")
    index = open_index(settings.home)
    taken_ms = _cpu_ms(lambda: _built(catalog, index))
    print(f"Podium: {taken_ms / 1000:.1f} s CPU to build, {taken_ms / corpus.talks:.0f} ms a talk")
    index.close()
    catalog.close()


def _built(catalog: Catalog, index: SearchIndex) -> None:
    """Index all, and merge as the worker of `podium serve` does when it is idle."""
    update(catalog, index)
    while index.tidy():
        pass


def compare(
    podium: Podium,
    rivals: Sequence[Fts5 | Tantivy],
    questions: dict[str, list[Question]],
    talks: int,
) -> None:
    """Print the times by kind of question, and the ratios over all of them."""
    asking: dict[str, Callable[[Question], int]] = {"Podium": podium.page}
    for rival in rivals:
        if isinstance(rival, Fts5):
            asking["FTS5, one passage"] = lambda question, it=rival: _fts5_page(it, question, False)
            asking["FTS5, same talks"] = lambda question, it=rival: _fts5_page(it, question, True)
        else:
            asking["tantivy"] = rival.page
    print(f"{'CPU ms: p50, p95, longest':26}{''.join(f'{name:>24}' for name in asking)}")
    every: dict[str, list[float]] = {name: [] for name in asking}
    for kind, asked in questions.items():
        line = ""
        for name, ask in asking.items():
            times = [_cpu_ms(lambda q=question, to=ask: to(q)) for question in asked]
            every[name] += times
            line += str(_taken(times))
        print(f"{kind:26}{line}", flush=True)
    taken = {name: _taken(times) for name, times in every.items()}
    print(f"{'all of them':26}{''.join(map(str, taken.values()))}")
    ours = taken["Podium"]
    for name, theirs in taken.items():
        if name != "Podium":
            print(f"p95 is {ours.p95 / theirs.p95:.2f} of that of {name}")
    if talks in _GOALS:
        p95_ms, longest_ms = _GOALS[talks]
        print(f"goals: p95 {p95_ms:.0f} ms, longest {longest_ms:.0f} ms")


def change(
    settings: Settings, podium: Podium, rivals: Sequence[Fts5 | Tantivy], corpus: Corpus
) -> None:
    """Print how long it takes until a talk that was added, and then edited, is found."""
    catalog, index = Catalog.open(settings), open_index(settings.home)
    number, words = corpus.talks, corpus.words(corpus.talks)
    before = [talk.id for talk in catalog.talks() if talk.slug == f"talk-{number}"]
    remove_talks(catalog, index, before)  # of a run before this one

    def until_found(what: str) -> None:
        phrase = f'"{" ".join(words[-9:])}"'
        taken_ms = _cpu_ms(lambda: update(catalog, index, talks=[talk_id]))
        search_ms = _cpu_ms(lambda: podium.ask(phrase))
        assert podium.ask(phrase) == 1, phrase
        print(f"a talk {what}: {taken_ms:.0f} ms CPU, and {search_ms:.0f} ms for the next search")

    talk_id = add_talk(catalog, number, words)
    until_found("added")
    words = [*words[1:-1], "benchmarked"]
    save_words(catalog, talk_id, words)
    until_found("edited")
    for rival in rivals:
        taken_ms = _cpu_ms(lambda: rival.add(number, words))  # noqa: B023 - called at once
        print(f"a talk added to {type(rival).__name__}: {taken_ms:.0f} ms CPU")


def remove_talks(catalog: Catalog, index: SearchIndex, talk_ids: Sequence[int]) -> None:
    for talk_id in talk_ids:
        remove_talk(catalog, talk_id)
    update(catalog, index)


def _fts5_page(fts5: Fts5, question: Question, same_talks: bool) -> int:
    fts5.same_talks = same_talks
    return fts5.page(question)


def _cpu_ms(act: Callable[[], object]) -> float:
    began = time.process_time()
    act()
    return (time.process_time() - began) * 1000


def _taken(times: Sequence[float]) -> Taken:
    ordered = sorted(times)
    return Taken(ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)], ordered[-1])


def _megabytes(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


if __name__ == "__main__":
    main()
