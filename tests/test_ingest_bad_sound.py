"""Sound that is short, silent, odd or broken, each through ``podium ingest`` with real weights."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import pytest
from conftest import PROJECT, SAMPLE, Run
from test_transcribe_audio import tone, write

from transcribe.audio import SAMPLE_RATE, read_audio

Sound = npt.NDArray[np.float32]
HOUR_S = 3_600


def _states(podium: Run) -> dict[str, tuple[object, object]]:
    talks = json.loads(podium("talks", "--json")[1])
    return {talk["title"]: (talk["state"], talk["reason"]) for talk in talks}


def _text(podium: Run, slug: str) -> str:
    return podium("export", slug, "--format", "txt")[1].lower()


def _long_silence(path: Path, hours: int) -> Path:
    with av.open(str(path), "w") as container:
        sound = container.add_stream("flac", rate=SAMPLE_RATE, layout="mono")
        minute = np.zeros((1, 60 * SAMPLE_RATE), np.int16)
        for number in range(hours * 60):
            frame = av.AudioFrame.from_ndarray(minute, format="s16", layout="mono")
            frame.sample_rate, frame.pts = SAMPLE_RATE, number * minute.size
            container.mux(sound.encode(frame))
        container.mux(sound.encode(None))
    return path


@pytest.fixture(scope="module")
def spoken() -> Sound:
    return read_audio(SAMPLE / "amber.mp4", level=False, end_ms=5_200)


def test_odd_sound_is_heard_like_any_other(podium: Run, tmp_path: Path, spoken: Sound) -> None:
    folder = tmp_path / "odd"
    folder.mkdir()
    write(folder / "six.wav", [(0, spoken)], layout="5.1")
    write(folder / "eight.wav", [(0, spoken[::2])], rate=8_000)
    write(folder / "renamed.wav", [(0, spoken)]).rename(folder / "renamed.mp4")
    assert podium("ingest", str(folder), "--language", "en")[0] == 0
    for slug in ("six", "eight", "renamed"):
        assert "short talk about the tides" in _text(podium, slug)


def test_what_holds_no_speech_is_ready_and_says_so(podium: Run, tmp_path: Path) -> None:
    folder = tmp_path / "still"
    folder.mkdir()
    noise = np.random.default_rng(4).normal(0, 0.1, 20 * SAMPLE_RATE).astype(np.float32)
    chords = sum(
        tone(20, loudness=0.1) * np.cos(np.arange(20 * SAMPLE_RATE) / step) for step in (7, 19, 31)
    )
    write(folder / "tenth.wav", [(0, tone(0.1))])
    write(folder / "silence.wav", [(0, np.zeros(20 * SAMPLE_RATE, np.float32))])
    write(folder / "noise.wav", [(0, noise)])
    write(folder / "chords.wav", [(0, np.asarray(chords, np.float32))])
    assert podium("ingest", str(folder))[0] == 0
    states = _states(podium)
    assert len(states) == 4
    assert set(states.values()) == {("ready", "no speech was found")}


def test_sound_that_is_broken_fails_with_its_reason_and_the_talk_stays(
    podium: Run, tmp_path: Path, spoken: Sound
) -> None:
    folder = tmp_path / "broken"
    folder.mkdir()
    header = write(folder / "header.wav", [(0, tone(1))])
    header.write_bytes(header.read_bytes()[:44])
    early = write(folder / "early.flac", [(0, np.tile(spoken, 4))], codec="flac")
    early.write_bytes(early.read_bytes()[: early.stat().st_size // 2])
    whole = shutil.copyfile(SAMPLE / "flint.mp4", folder / "whole.mp4")
    code, out, _ = podium("ingest", str(folder), "--no-transcribe")
    assert code == 1
    states = {title.lower(): state for title, state in _states(podium).items()}
    assert states[whole.stem][0] == "transcribe"
    assert states["header"][0] == states["early"][0] == "failed"
    assert "holds 44 of 32078 bytes" in out
    assert "ends at 10.2 s, and its header says 20.8 s" in out


# Started from a small process: what a large one starts counts its memory as its own.
_MEASURED = """
import resource, subprocess, sys
code = subprocess.call([sys.executable, "-m", "web", *sys.argv[1:]])
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime, used.ru_maxrss)
sys.exit(code)
"""


def test_ten_hours_of_silence_cost_little(podium: Run, tmp_path: Path) -> None:
    clip = _long_silence(tmp_path / "night.flac", 10)
    done = subprocess.run(
        [sys.executable, "-c", _MEASURED, "ingest", str(clip)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert _states(podium)["night"] == ("ready", "no speech was found")
    cpu_s, rss_kb = map(float, done.stdout.splitlines()[-1].split())
    assert cpu_s < 10 * HOUR_S / 100
    assert rss_kb / 1024 < 1_500
