"""Corrections in a large archive: from save to found, the same mistake everywhere, and history.

    python benchmarks/corrections.py [TALKS] [--keep HOME]

Talks of 12,000 words are made as search_speed.py makes them, with a misheard name at 41 places of 6
of them, and a real worker stands beside. Printed are the seconds from the save of a correction
until a search in another process finds it, with the worker's CPU for it; the CPU seconds to find
41 places, to correct them at once, and to take that back; and the size and speed of a history of a
thousand revisions.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from search_corpus import Corpus, add_talk

from archive.catalog import Catalog
from archive.corrections.everywhere import correct_everywhere, occurrences_like, undo_everywhere
from archive.corrections.history import words_at
from archive.corrections.present import present
from archive.corrections.saving import Correction, correct
from archive.settings import Settings, load_settings
from search.candidates import talks_that_may_hold
from search.index import SearchIndex
from search.indexing import update
from search.opening import open_index
from search.searching import Searcher
from web.background.worker import PAUSE_S

PROJECT = Path(__file__).resolve().parent.parent
WRONG, RIGHT = "Palitapong", "Palittapong"
_PLACES, _HOLDING = 41, 6
_TRIALS = 12
_REVISIONS = 1_000
_BY = "Ada Example"
_GOAL_FOUND_S = 1.0
_GOAL_CPU_S = 3.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("talks", type=int, nargs="?", default=500)
    parser.add_argument("--keep", type=Path, help="where to keep the archive, to be used again")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        settings = load_settings(home=chosen.keep or Path(scratch, "home"))
        if not (settings.home / "index").exists():
            build(settings, Corpus(chosen.talks))
        with (
            closing(Catalog.open(settings)) as catalog,
            closing(open_index(settings.home)) as index,
        ):
            update(catalog, index)
            while index.tidy():
                pass
            print(f"{len(catalog.revisions())} talks")
            everywhere(catalog, index)
            with worker(settings.home) as process:
                found_after(catalog, index, process)
            history_of_many(catalog)


def build(settings: Settings, corpus: Corpus) -> None:
    """Make the archive; the places of the misheard name are drawn from a seed."""
    chosen = random.Random(41)
    misheard: dict[int, list[int]] = {}
    for place in range(_PLACES):
        misheard.setdefault(place % _HOLDING, []).append(chosen.randrange(12_000))
    with closing(Catalog.open(settings)) as catalog:
        for number in range(corpus.talks):
            words = corpus.words(number)
            for at in misheard.get(number, ()):
                words[at] = WRONG
            add_talk(catalog, number, words)


def everywhere(catalog: Catalog, index: SearchIndex) -> None:
    """The CPU of a correction of many places, and of taking it back."""
    began = time.process_time()
    talk_ids = talks_that_may_hold(catalog, index, WRONG)
    found = occurrences_like(catalog, WRONG, talk_ids=talk_ids)
    found_s = time.process_time() - began
    batch = correct_everywhere(catalog, found, wrong=WRONG, right=RIGHT, by=_BY)
    corrected_s = time.process_time() - began
    assert (batch.places, batch.talks) == (_PLACES, _HOLDING), batch
    update(catalog, index)
    indexed_s = time.process_time() - began
    undone = undo_everywhere(catalog, batch.id, by=_BY)
    undone_s = time.process_time() - began - indexed_s
    assert undone.places == _PLACES
    update(catalog, index)
    print(
        f"{_PLACES} places in {_HOLDING} talks: found in {found_s:.2f} s CPU, corrected in "
        f"{corrected_s:.2f} s (goal {_GOAL_CPU_S:.0f}), indexed in {indexed_s:.2f} s, "
        f"taken back in {undone_s:.2f} s"
    )


def found_after(catalog: Catalog, index: SearchIndex, process: subprocess.Popen[bytes]) -> None:
    """Seconds from the save of a correction until another process finds it by its worker."""
    searcher = Searcher(catalog, index)
    searcher.search("warming up")
    chosen = random.Random(7)
    talks = catalog.talks()
    taken, worker_cpu, own_cpu = [], [], []
    for trial in range(_TRIALS):
        talk = chosen.choice(talks)
        at = chosen.randrange(11_000)
        shown = present(catalog, talk.id)
        assert shown is not None
        old = shown.transcript.words[at].text
        new = f"zq{trial}w{os.getpid()}"
        time.sleep(chosen.uniform(1.0, 1.5))
        used_s = _cpu_s(process.pid)
        began, began_cpu = time.monotonic(), time.process_time()
        correction = Correction(at, at + 1, (old,), new)
        correct(catalog, talk.id, [correction], revision=shown.revision, by=_BY)
        saved_s = time.process_time() - began_cpu
        while True:
            began_cpu = time.process_time()
            if searcher.search(new).totals.occurrences:
                break
            time.sleep(0.02)
        own_cpu.append(saved_s + time.process_time() - began_cpu)
        taken.append(time.monotonic() - began)
        time.sleep(0.3)
        worker_cpu.append(_cpu_s(process.pid) - used_s)
    load = os.getloadavg()[0] / (os.cpu_count() or 1)
    print(
        f"save to found: {_half(taken):.2f} s at half, {max(taken):.2f} s at most (goal "
        f"{_GOAL_FOUND_S:.0f}), with {load:.1f} processes at work for each core"
    )
    print(
        f"of that CPU: {_half(own_cpu):.2f} s to save and to search, {_half(worker_cpu):.2f} s of "
        f"the worker; it looks every {PAUSE_S} s"
    )


def history_of_many(catalog: Catalog) -> None:
    """What a thousand revisions of one talk take, and how soon the first one can be read."""
    talk = catalog.talks()[-1]
    shown = present(catalog, talk.id)
    assert shown is not None
    words, revision = [word.text for word in shown.transcript.words], shown.revision
    before = _stored_bytes(catalog, talk.id)
    began = time.process_time()
    chosen = random.Random(3)
    for number in range(_REVISIONS):
        at = chosen.randrange(len(words))
        new = f"word{number}w{os.getpid()}"
        correction = Correction(at, at + 1, (words[at],), new)
        revision = correct(catalog, talk.id, [correction], revision=revision, by=_BY)
        words[at] = new
    each_ms = (time.process_time() - began) * 1000 / _REVISIONS
    size = _stored_bytes(catalog, talk.id) - before
    began = time.process_time()
    words_at(catalog, talk.id, 1)
    read_s = time.process_time() - began
    print(
        f"{_REVISIONS} revisions of a talk: {size / 1024:.0f} KiB, {each_ms:.0f} ms CPU each to "
        f"save, {read_s:.2f} s CPU to read the first"
    )


@contextmanager
def worker(home: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A worker as `podium serve` starts it; it has looked once when this goes on."""
    command = [sys.executable, "-m", "web", "--home", str(home), "worker"]
    process = subprocess.Popen(command, cwd=PROJECT, stderr=subprocess.DEVNULL)
    try:
        time.sleep(8.0)
        yield process
    finally:
        process.terminate()
        process.wait()


def _half(taken: list[float]) -> float:
    return sorted(taken)[len(taken) // 2]


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _stored_bytes(catalog: Catalog, talk_id: int) -> int:
    with catalog.reading() as connection:
        query = "SELECT coalesce(sum(length(document)), 0) FROM revisions WHERE talk_id = ?"
        return int(connection.exec_driver_sql(query, (talk_id,)).scalar_one())


if __name__ == "__main__":
    main()
