"""What a long recording costs: memory, time to the first words that are found, CPU, and whether
several processes hear the same words.

    python benchmarks/long_recording.py --minutes 120 ../shared/speech/en_lj_*.flac

The recording is made of the files in turn, again and again, with a pause of 1.5 s between them.
Each run is `podium ingest` in a process of its own with a new archive: first two minutes, then the
whole by one process, and with ``--workers N`` also shared out to N. Memory is the largest that a
process of the run had; CPU is that of all of them.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
import wave
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np

from archive.catalog import Catalog
from archive.settings import Settings, load_settings
from transcribe.audio import SAMPLE_RATE, read_audio

PROJECT = Path(__file__).resolve().parent.parent
PAUSE_S = 1.5


@dataclass(frozen=True, slots=True)
class Cost:
    """``first_words_s`` is from the beginning of the transcription to the first words found."""

    rss_mb: float
    cpu_s: float
    first_words_s: float
    words: int
    digest: str


def main() -> None:
    options = _options()
    with tempfile.TemporaryDirectory() as folder:
        short, long = Path(folder) / "short.wav", Path(folder) / "long.wav"
        _write(short, options.files, 120)
        _write(long, options.files, options.minutes * 60)
        runs = {
            "2 min": _ingest(short, options, 1),
            f"{options.minutes} min": _ingest(long, options, 1),
        }
        if options.workers > 1:
            name = f"{options.minutes} min, {options.workers} processes"
            runs[name] = _ingest(long, options, options.workers)
    print(
        "| recording | RSS MB | of 2 min | CPU s | first words s | words | SHA-256 of the words |"
    )
    print("|---|---|---|---|---|---|---|")
    for name, cost in runs.items():
        ratio = cost.rss_mb / runs["2 min"].rss_mb
        print(
            f"| {name} | {cost.rss_mb:.0f} | {ratio:.2f} | {cost.cpu_s:.0f} "
            f"| {cost.first_words_s:.1f} | {cost.words:,} | {cost.digest[:8]} |"
        )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--minutes", type=int, default=120)
    parser.add_argument("--model", default="base")
    parser.add_argument("--beam-size", type=int, default=5)
    parser.add_argument("--language", default="en")
    parser.add_argument("--workers", type=int, default=1)
    return parser.parse_args()


def _write(target: Path, files: list[Path], seconds: int) -> None:
    """A WAV file of the recordings in turn, so many seconds long; written as it is made."""
    pause = np.zeros(int(PAUSE_S * SAMPLE_RATE), dtype=np.float32)
    parts = [part for file in files for part in (read_audio(file, level=False), pause)]
    sound = (np.concatenate(parts) * 32_767).astype("<i2")
    left = seconds * SAMPLE_RATE
    with wave.open(str(target), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        while left > 0:
            file.writeframes(sound[:left].tobytes())
            left -= len(sound)


def _ingest(recording: Path, options: argparse.Namespace, workers: int) -> Cost:
    settings = load_settings(home=recording.with_suffix(f".{workers}"))
    environment = {
        **os.environ,
        "PODIUM_HOME": str(settings.home),
        "PODIUM_WORKERS": str(workers),
        "PODIUM_MODEL": options.model,
        "PODIUM_BEAM_SIZE": str(options.beam_size),
    }
    command = [sys.executable, "-m", "web", "ingest", str(recording)]
    process = subprocess.Popen(
        [*command, "--language", options.language, "--json"],
        cwd=PROJECT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    begun_s = first_s = 0.0
    for line in process.stdout:
        now = time.monotonic()
        if not begun_s and json.loads(line).get("stage") == "transcribe":
            begun_s = now
        if begun_s and not first_s and _searchable(settings):
            first_s = now
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"podium ingest ended with {os.waitstatus_to_exitcode(status)}")
    words = _words(settings)
    return Cost(
        rss_mb=used.ru_maxrss / 1024,
        cpu_s=used.ru_utime + used.ru_stime,
        first_words_s=first_s - begun_s,
        words=len(words),
        digest=hashlib.sha256(" ".join(words).encode()).hexdigest(),
    )


def _searchable(settings: Settings) -> bool:
    with closing(Catalog.open(settings)) as catalog:
        return any(status.searchable_to_ms for status in catalog.statuses().values())


def _words(settings: Settings) -> list[str]:
    with closing(Catalog.open(settings)) as catalog:
        (talk,) = catalog.talks()
        return [word.text for found in catalog.transcripts(talk.id) for word in found.words]


if __name__ == "__main__":
    main()
