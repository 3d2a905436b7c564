"""Corrections with several processes: cut off, at once, and indexed by a worker beside."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from conftest import PROJECT, Run

from archive.catalog import Catalog
from archive.corrections.history import history
from archive.corrections.present import present
from archive.settings import load_settings
from archive.types import join_words

WORDS = [f"word{n}" for n in range(40)]
POINTS = (
    "before archive.corrections.standing:store",
    "after archive.corrections.saving:add_revision",
    "after archive.corrections.saving:touch_talks",
    "before ingest.workshop:Workshop.index_now",
    "before search.engine.whoosh_index:WhooshIndex.replace",
    "after search.engine.whoosh_index:WhooshIndex.replace",
    "after archive.catalog:Catalog.mark_indexed",
)
SAVED = POINTS[3:]
CUT_OFF = """
import os, signal, sys
from importlib import import_module

when, point = sys.argv[1].split()
module, _, path = point.partition(":")
*owners, name = path.split(".")
place = import_module(module)
for owner in owners:
    place = getattr(place, owner)
whole = getattr(place, name)

def cut_off(*arguments, **named):
    if when == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    whole(*arguments, **named)
    os.kill(os.getpid(), signal.SIGKILL)

setattr(place, name, cut_off)
from web.command_line import main
main(sys.argv[2:])
"""
# Corrects each word that it is given, on whichever revision stands then, until it is merged.
EDITOR = """
import sys
from archive.catalog import Catalog
from archive.corrections.present import present
from archive.corrections.saving import Correction, correct
from archive.errors import EditConflict
from archive.settings import load_settings

by, first, step, revision = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), 1
catalog = Catalog.open(load_settings())
(talk,) = catalog.talks()
print("ready", flush=True)
sys.stdin.readline()
told = 0
for at in range(first, 40, step):
    correction = Correction(at, at + 1, (f"word{at}",), f"{by} was here {at}")
    try:
        correct(catalog, talk.id, [correction], revision=revision, by=by)
    except EditConflict as conflict:
        assert conflict.changed_by != by and " was here " in conflict.present
        told += 1
print(told)
"""


@pytest.fixture
def archive(podium: Run, tmp_path: Path) -> Run:
    """A talk of forty words."""
    (tmp_path / "m.toml").write_text(
        '[event]\nslug = "days"\ntitle = "Days"\n[[talks]]\nslug = "one"\ntitle = "One"\n'
        'language = "en"\ncaptions = "a.vtt"\n'
    )
    (tmp_path / "a.vtt").write_text(f"WEBVTT\n\n00:01.000 --> 00:21.000\n{' '.join(WORDS)}\n")
    assert podium("ingest", str(tmp_path / "m.toml"))[0] == 0
    return podium


def text() -> str:
    with closing(Catalog.open(load_settings())) as catalog:
        found = present(catalog, catalog.talk("one").id)
        assert found is not None
        return join_words(found.transcript.words)


def found(podium: Run, query: str) -> int:
    return int(json.loads(podium("search", query, "--json")[1])["totals"]["occurrences"])


@contextmanager
def working() -> Iterator[None]:
    """A worker beside, as ``podium serve`` starts it."""
    process = subprocess.Popen([sys.executable, "-m", "web", "worker"], cwd=PROJECT)
    try:
        yield
    finally:
        process.terminate()
        process.wait(10)


@pytest.mark.parametrize("point", POINTS)
def test_killed_while_a_correction_is_saved_and_indexed_it_is_whole_or_not_there(
    archive: Run, point: str
) -> None:
    command = [sys.executable, "-c", CUT_OFF, point, "correct", "one", "word7", "seven"]
    killed = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=120)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    saved = point in SAVED
    assert text() == " ".join(WORDS).replace("word7", "seven" if saved else "word7")
    with working():
        until = time.monotonic() + 60
        while time.monotonic() < until and found(archive, "seven") != saved:
            time.sleep(0.2)
    assert (found(archive, "seven"), found(archive, "word7")) == (int(saved), int(not saved))
    assert archive("check")[0] == 0


def test_a_correction_is_found_by_the_worker_soon_after_it_was_saved(archive: Run) -> None:
    with closing(Catalog.open(load_settings())) as catalog, working():
        time.sleep(3)
        command = [sys.executable, "-c", EDITOR, "Ada", "3", "40"]
        subprocess.run(command, cwd=PROJECT, input="\n", text=True, check=True, timeout=60)
        talk = catalog.talk("one")
        until = time.monotonic() + 30
        while catalog.status(talk.id).indexed_revision != talk.revision:
            assert time.monotonic() < until
            time.sleep(0.05)
    assert found(archive, '"ada was here"') == 1


def test_two_who_correct_at_once_lose_nothing_and_are_told_of_each_other(archive: Run) -> None:
    editors = [
        subprocess.Popen(
            [sys.executable, "-c", EDITOR, by, first, step],
            cwd=PROJECT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ},
        )
        # Both want each word whose number six divides.
        for by, first, step in (("Ada", "0", "2"), ("Bo", "0", "3"))
    ]
    for editor in editors:
        assert editor.stdout is not None
        assert editor.stdout.readline() == "ready\n"
    for editor in editors:
        assert editor.stdin is not None
        editor.stdin.write("\n")
        editor.stdin.flush()
    told = [int(editor.communicate(timeout=120)[0]) for editor in editors]
    assert [editor.returncode for editor in editors] == [0, 0]
    assert sum(told) == len(range(0, 40, 6))
    now = text()
    for at in range(40):
        wanted = not at % 2 or not at % 3
        assert len(re.findall(rf"\b(?:Ada|Bo) was here {at}\b", now)) == wanted
        assert len(re.findall(rf"\bword{at}\b", now)) == (not wanted)
    with closing(Catalog.open(load_settings())) as catalog:
        made = history(catalog, catalog.talk("one").id)
    assert len(made) == 1 + len(range(0, 40, 2)) + len(range(0, 40, 3)) - sum(told)
    assert [one.number for one in made] == list(range(len(made), 0, -1))
