"""One process writes while others search, and processes that are killed while they write."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from search_seed import asking, places, segment

from archive.catalog import Catalog
from archive.programme import TalkEntry, save_programme
from archive.removing import remove_talk
from archive.settings import Settings
from archive.work.captions import save_captions
from search.documents import talk_document
from search.engine.memory_index import MemoryIndex
from search.indexing import check, reindex, update
from search.opening import CurrentIndex, open_index
from search.storage.files import write_whole

PROJECT = Path(__file__).parent.parent
# For so long, and so many changes, whichever takes longer.
SECONDS = 6
CHANGES = 60
KILLS = 8


@pytest.fixture
def index(settings: Settings) -> Iterator[CurrentIndex]:
    opened = open_index(settings.home)
    yield opened
    opened.close()


class Author:
    """Adds, edits and removes talks, each with its version in its words."""

    def __init__(self, catalog: Catalog, states: Path) -> None:
        self._catalog = catalog
        self._states = states
        self._chosen = random.Random(8)
        self.versions = {f"talk-{number}": 0 for number in range(12)}
        self.announce("begun")
        self.announce("announced")

    def announce(self, name: str) -> None:
        write_whole(self._states / name, json.dumps(self.versions).encode())

    def change(self) -> None:
        """One change in the catalog, of a talk chosen at random."""
        slug = self._chosen.choice(list(self.versions))
        version = self.versions[slug]
        there = version > 0
        removing = there and self._chosen.random() < 0.3
        self.versions[slug] = -(version + 1) if removing else abs(version) + 1
        self.announce("begun")
        if removing:
            remove_talk(self._catalog, self._catalog.talk(slug).id)
            return
        (talk,) = save_programme(self._catalog, None, [TalkEntry(f"On {slug}", slug=slug)]).talk_ids
        text = f"the tide of version{version + 1 if there else abs(version) + 1} moon and stone"
        save_captions(self._catalog, talk, [segment(text)], language="en", file="a.vtt")


def _environment() -> dict[str, str]:
    return {"PYTHONPATH": f"{PROJECT}:{PROJECT / 'tests'}"}


def test_two_processes_of_three_threads_never_see_what_is_stale(
    catalog: Catalog, index: CurrentIndex, tmp_path: Path
) -> None:
    author = Author(catalog, tmp_path)
    update(catalog, index)
    arguments = [sys.executable, str(PROJECT / "tests" / "search_reader.py")]
    readers = [
        subprocess.Popen(
            [*arguments, str(catalog.home), str(tmp_path)],
            stdout=subprocess.PIPE, text=True, env=_environment(),
        )
        for _ in range(2)
    ]  # fmt: skip
    changes, until = 0, time.monotonic() + SECONDS
    while time.monotonic() < until or changes < CHANGES:
        author.change()
        update(catalog, index)
        author.announce("announced")
        # As the worker does between changes; and once all is built anew.
        index.tidy()
        changes += 1
        if changes == CHANGES // 2:
            reindex(catalog, catalog.home)
    (tmp_path / "stop").touch()
    reports = [json.loads(reader.communicate(timeout=30)[0]) for reader in readers]
    assert [report["wrong"] for report in reports] == [[], []]
    assert min(report["searches"] for report in reports) > 20
    assert check(catalog, index) == []


_CHANGE_FOREVER = """
import sys
from pathlib import Path
from archive.catalog import Catalog
from archive.settings import load_settings
from search.indexing import update
from search.opening import open_index
from test_search_concurrency import Author
catalog = Catalog.open(load_settings(home=Path(sys.argv[1])))
index = open_index(catalog.home)
author = Author(catalog, Path(sys.argv[2]))
there = {talk.slug for talk in catalog.talks()}
first = int(sys.argv[3])
author.versions = {slug: first if slug in there else -first for slug in author.versions}
while True:
    author.change()
    update(catalog, index)
    index.tidy(step_s=0.01)
    print("changed", flush=True)
"""


def test_killed_at_any_moment_the_index_opens_and_agrees_after_the_next_update(
    catalog: Catalog, tmp_path: Path
) -> None:
    chosen = random.Random(3)
    for kill in range(KILLS):
        writer = subprocess.Popen(
            [sys.executable, "-c", _CHANGE_FOREVER, catalog.home, tmp_path, str(1000 * kill)],
            stdout=subprocess.PIPE, text=True, env=_environment(),
        )  # fmt: skip
        with writer:
            assert writer.stdout is not None
            for _ in range(chosen.randrange(1, 12)):
                assert writer.stdout.readline() == "changed\n"
            time.sleep(chosen.random() / 20)
            writer.kill()
        with closing(open_index(catalog.home)) as index:
            known = {talk.id: talk.revision for talk in catalog.talks()}
            held = index.indexed()
            # One change was under way: all talks but its one are as the catalog has them.
            behind = {talk for talk in known | held if known.get(talk) != held.get(talk)}
            assert len(behind) <= 1
            assert index.damaged(thorough=True) == frozenset()
            update(catalog, index)
            assert check(catalog, index) == []
            twin = MemoryIndex()
            twin.replace(
                [talk_document(t, None, catalog.transcripts(t.id)) for t in catalog.talks()]
            )
            found, right = index.search(asking("tide")), twin.search(asking("tide"))
            assert {talk: places(one) for talk, one in found.evidence.items()} == {
                talk: places(one) for talk, one in right.evidence.items()
            }
            assert len(list(catalog.home.glob("index/*/talks/*"))) <= len(known) + 4
