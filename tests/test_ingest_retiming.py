"""Corrected words are aligned again to a real recording, by a real engine, or left as they are."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from conftest import PROJECT, SPEECH
from test_archive_corrections import shown, words_of

from archive.catalog import Catalog
from archive.corrections.history import history
from archive.corrections.realigned import corrected_since
from archive.corrections.saving import Correction, correct
from archive.errors import ModelMissing
from archive.settings import Settings, load_settings
from archive.types import State, Word
from ingest import ingest
from ingest.retiming import align_corrected, align_quiet, is_to_align, quiet_talks
from ingest.workshop import Workshop

# A reading of a novel of 1811; each word stands beside it with the times that another aligner gave.
READING = SPEECH / "en_austen_aligned.flac"

pytestmark = pytest.mark.skipif(
    not READING.is_file(), reason="the recordings in ../shared/speech are not here"
)


@pytest.fixture(scope="module")
def transcribed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which the reading was transcribed."""
    home = tmp_path_factory.mktemp("transcribed") / "home"
    run = ingest(READING, home=home, title="A reading", language="en", model="base")
    assert not run.failed
    return home


@pytest.fixture
def shop(transcribed: Path, settings: Settings) -> Iterator[Workshop]:
    shutil.copytree(transcribed, settings.home)
    with Workshop.opened(load_settings(home=settings.home, model="base")) as opened:
        yield opened


@pytest.fixture
def talk_id(shop: Workshop) -> int:
    (talk,) = shop.catalog.talks()
    return talk.id


def never() -> bool:
    return False


def put(catalog: Catalog, talk_id: int, first: int, end: int, text: str) -> None:
    words = words_of(catalog, talk_id)[first:end]
    wanted = Correction(first, end, tuple(word.text for word in words), text)
    revision = shown(catalog, talk_id).revision
    correct(catalog, talk_id, [wanted], revision=revision, by="Ada Example")


def mishear(catalog: Catalog, talk_id: int, first: int, end: int) -> tuple[Word, ...]:
    """Have words in the place of one that may be misheard for them; as they were recognised."""
    words = words_of(catalog, talk_id)
    put(catalog, talk_id, first, end, "x" + "".join(word.text for word in words[first:end]))
    put(catalog, talk_id, first, first + 1, " ".join(word.text for word in words[first:end]))
    shared = words_of(catalog, talk_id)
    assert [word.text for word in shared] == [word.text for word in words]
    assert [at for at, word in enumerate(shared) if word.estimated] == list(range(first, end))
    return words


def truth() -> list[tuple[str, float]]:
    """Each word of the reading, in lower case, and when it is said, in ms."""
    rows = READING.with_suffix(".words.tsv").read_text(encoding="utf-8").splitlines()[1:]
    return [(row.split("\t")[2], float(row.split("\t")[0]) * 1_000) for row in rows]


def errors_ms(words: tuple[Word, ...], first: int, end: int) -> list[float]:
    """How far words that were heard as they are said are from when the nearest such one is."""
    found = []
    for word in words[first:end]:
        same = [at for said, at in truth() if said == word.text.strip(".,").lower()]
        found += [min(abs(at - word.start_ms) for at in same)] if same else []
    return found


def test_corrected_words_are_where_they_are_said(shop: Workshop, talk_id: int) -> None:
    first, end = 26, 36
    recognised = mishear(shop.catalog, talk_id, first, end)
    shared, told = words_of(shop.catalog, talk_id), history(shop.catalog, talk_id)
    assert align_corrected(shop, talk_id, never) > 0
    aligned = words_of(shop.catalog, talk_id)
    assert not any(word.estimated for word in aligned)
    assert (aligned[:first], aligned[end:]) == (shared[:first], shared[end:])
    assert [(word.text, word.corrected_from) for word in aligned] == [
        (word.text, word.corrected_from) for word in shared
    ]
    assert all(one.end_ms <= other.start_ms for one, other in pairwise(aligned))
    errors = errors_ms(aligned, first, end)
    assert len(errors) >= 0.8 * (end - first)
    assert np.median(errors) <= 80
    assert max(errors) <= 350
    apart = [abs(a.start_ms - b.start_ms) for a, b in zip(aligned, recognised, strict=True)]
    assert max(apart) <= 350
    assert history(shop.catalog, talk_id) == told
    assert shop.index_now() == 1


def test_what_is_not_said_there_keeps_the_times_that_it_shares(
    shop: Workshop, talk_id: int
) -> None:
    whole = len(words_of(shop.catalog, talk_id))
    put(shop.catalog, talk_id, 0, whole, "Quarterly earnings rose by seven percent " * 12)
    shared = words_of(shop.catalog, talk_id)
    assert all(word.estimated for word in shared)
    assert align_corrected(shop, talk_id, never) == 0
    assert words_of(shop.catalog, talk_id) == shared
    # Nor is it tried again.
    assert corrected_since(shop.catalog) == {}


@pytest.mark.parametrize("text", ["<|en|> <|endoftext|>", "𝔘𝔫𝔦 ﷽ ☃", "a " * 300, "x" * 250])
def test_whatever_is_typed_words_stay_in_order(shop: Workshop, talk_id: int, text: str) -> None:
    put(shop.catalog, talk_id, 30, 34, text)
    align_corrected(shop, talk_id, never)
    words = words_of(shop.catalog, talk_id)
    assert all(word.start_ms < word.end_ms for word in words)
    assert all(one.end_ms <= other.start_ms for one, other in pairwise(words))
    assert corrected_since(shop.catalog) == {}


def lost(media: Path) -> None:
    media.unlink()


def damaged(media: Path) -> None:
    media.write_bytes(media.read_bytes()[:2_000])


def no_media(media: Path) -> None:
    media.write_bytes(b"no recording at all")


@pytest.mark.parametrize("done_to", [lost, damaged, no_media])
def test_a_recording_that_cannot_be_read_leaves_talk_and_words_as_they_are(
    shop: Workshop, talk_id: int, done_to: Callable[[Path], None]
) -> None:
    mishear(shop.catalog, talk_id, 26, 30)
    recording = shop.catalog.talk_by_id(talk_id).recording
    assert recording is not None
    done_to(Path(recording.path))
    before = shown(shop.catalog, talk_id)
    assert align_quiet(shop, never, quiet_s=0)
    assert shown(shop.catalog, talk_id) == before
    shop.index_now()
    assert shop.catalog.status(talk_id).state is State.READY
    assert quiet_talks(shop.catalog, 0) == ([], False)


def test_words_are_never_aligned_to_another_recording(shop: Workshop, talk_id: int) -> None:
    mishear(shop.catalog, talk_id, 26, 30)
    slug = shop.catalog.talk_by_id(talk_id).slug
    with Workshop.opened(shop.settings):
        ingest(SPEECH / "en_sonnet_1.flac", talk=slug, transcribe=False, model="base")
    assert not is_to_align(shop.catalog, talk_id)
    assert any(word.estimated for word in words_of(shop.catalog, talk_id))


def test_nothing_is_aligned_while_somebody_corrects_the_talk(shop: Workshop, talk_id: int) -> None:
    assert quiet_talks(shop.catalog) == ([], False)
    mishear(shop.catalog, talk_id, 26, 30)
    assert quiet_talks(shop.catalog) == ([], True)
    assert quiet_talks(shop.catalog, 0) == ([talk_id], False)


def test_a_correction_that_shares_no_time_needs_no_engine(shop: Workshop, talk_id: int) -> None:
    put(shop.catalog, talk_id, 30, 31, "Norland")
    assert quiet_talks(shop.catalog, 0) == ([talk_id], False)
    assert not is_to_align(shop.catalog, talk_id)
    assert quiet_talks(shop.catalog, 0) == ([], False)


def test_where_no_model_is_words_wait_for_one(
    shop: Workshop, talk_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    mishear(shop.catalog, talk_id, 26, 30)

    def none_here(*_: object, **__: object) -> None:
        raise ModelMissing("No speech model is present.")

    with monkeypatch.context() as without:
        without.setattr("ingest.workshop.choose_model", none_here)
        assert not align_quiet(shop, never, quiet_s=0)
    assert is_to_align(shop.catalog, talk_id)
    assert align_quiet(shop, never, quiet_s=0)
    assert not any(word.estimated for word in words_of(shop.catalog, talk_id))


def test_told_to_stop_it_leaves_all_for_the_next_time(shop: Workshop, talk_id: int) -> None:
    mishear(shop.catalog, talk_id, 26, 30)
    assert align_corrected(shop, talk_id, lambda: True) == 0
    assert is_to_align(shop.catalog, talk_id)


CUT_OFF = """
import os, signal, sys
from importlib import import_module

when, module, name = sys.argv[3].split()
place = import_module(module)
whole = getattr(place, name)

def cut_off(*arguments, **named):
    if when == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    whole(*arguments, **named)
    os.kill(os.getpid(), signal.SIGKILL)

setattr(place, name, cut_off)
from ingest.retiming_process import main
main()
"""


@pytest.mark.parametrize(
    "point",
    [
        "before ingest.retiming read_audio",
        "before archive.corrections.realigned store",
        "after archive.corrections.realigned store",
        "before archive.corrections.realigned touch_talks",
        "after ingest.retiming keep_times",
    ],
)
def test_killed_at_any_time_the_words_have_all_their_times_or_are_aligned_the_next_time(
    shop: Workshop, talk_id: int, point: str
) -> None:
    mishear(shop.catalog, talk_id, 26, 30)
    before = shown(shop.catalog, talk_id)
    killed = subprocess.run(
        [sys.executable, "-c", CUT_OFF, str(os.getpid()), "0", point],
        cwd=PROJECT,
        env={**os.environ, "PODIUM_MODEL": "base"},
        capture_output=True,
        text=True,
        timeout=180,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    after = shown(shop.catalog, talk_id)
    if point.endswith("keep_times"):
        assert not any(word.estimated for word in after.transcript.words)
    else:
        assert after == before
        assert align_quiet(shop, never, quiet_s=0)
    assert not any(word.estimated for word in words_of(shop.catalog, talk_id))
    assert corrected_since(shop.catalog) == {}
