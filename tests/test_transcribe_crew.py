"""Pieces shared out to processes: how many, what they hear, and what happens when one fails."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from conftest import SAMPLE

from archive.errors import BadSetting, TryLater
from archive.settings import Settings
from transcribe import crew
from transcribe.crew import available_memory, crew_size, share_out
from transcribe.engine import Transcriber
from transcribe.engines import open_engine
from transcribe.hand import Recording, hear
from transcribe.models import choose_model
from transcribe.pieces import Piece

CLIP = Recording(SAMPLE / "amber.mp4", "en", ("Ada Example",))
PIECES = [
    Piece(0, 0, 12_000, last=False),
    Piece(1, 12_000, 24_000, last=False),
    Piece(2, 24_000, 38_000, last=True),
]


@pytest.fixture
def opener(settings: Settings) -> Callable[[], Transcriber]:
    model = choose_model("tiny.en", settings.model_dir)
    return partial(open_engine, "faster-whisper", model, beam_size=1, threads=1)


def nothing(_piece: Piece, _share: float) -> None:
    pass


def test_each_piece_is_heard_once_and_as_one_process_hears_it(
    opener: Callable[[], Transcriber],
) -> None:
    shares: dict[int, list[float]] = {}

    def note(piece: Piece, share: float) -> None:
        shares.setdefault(piece.number, []).append(share)

    heard = dict(share_out(2, opener, CLIP, iter(PIECES), note))
    engine = opener()
    assert sorted(piece.number for piece in heard) == [0, 1, 2]
    for piece, words in heard.items():
        assert words.words == hear(engine, CLIP, piece).words
        assert shares[piece.number] == sorted(shares[piece.number])


def test_what_an_engine_refuses_is_raised_here(settings: Settings) -> None:
    model = choose_model("tiny.en", settings.model_dir)
    opener = partial(open_engine, "no engine", model)
    with pytest.raises(BadSetting, match="no speech engine named 'no engine'"):
        list(share_out(2, opener, CLIP, iter(PIECES), nothing))


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="processes are looked for in /proc")
def test_a_process_that_is_killed_is_told_and_ends_the_others(
    opener: Callable[[], Transcriber],
) -> None:
    me = os.getpid()
    listing = Path(f"/proc/{me}/task/{me}/children")
    before = set(listing.read_text().split())

    def kill_one(_piece: Piece, _share: float) -> None:
        hands = set(listing.read_text().split()) - before
        os.kill(int(min(hands)), signal.SIGKILL)

    with pytest.raises(TryLater, match=r"exit code -9") as raised:
        list(share_out(2, opener, CLIP, iter(PIECES), kill_one))
    assert "workers = 1" in raised.value.advice
    assert set(listing.read_text().split()) == before


def test_there_are_no_more_processes_than_pieces_cores_or_room_in_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(crew, "usable_cores", lambda: 4)
    monkeypatch.setattr(crew, "available_memory", lambda: 1 << 50)
    assert [crew_size(0, pieces) for pieces in (0, 1, 3, 9)] == [0, 1, 3, 4]
    assert [crew_size(wanted, 9) for wanted in (1, 2, 16)] == [1, 2, 9]
    monkeypatch.setattr(crew, "available_memory", lambda: 1 << 20)
    assert crew_size(0, 9) == 0
    monkeypatch.setattr(crew, "available_memory", lambda: None)
    assert crew_size(0, 9) == 4


@pytest.mark.skipif(not Path("/proc/meminfo").exists(), reason="only Linux says it in /proc")
def test_the_memory_that_is_free_is_known() -> None:
    room = available_memory()
    assert room is not None
    assert 0 < room < 1 << 50
