"""Speed, memory and errors of the speech engines on the same files, in one run.

    python benchmarks/transcription.py --model base ../shared/speech/en_*.flac

Each engine works in a process of its own, and they take turns on every file, so that a busy
machine is unfair to none. Speed is seconds of audio per CPU second; "stage" is Podium's whole way
from file to segments, "bare" is faster-whisper called directly with the same settings. What was
said, and when, is read from beside each file (heard_truth.py). The language is the first part of
a file's name: ``en_``, ``pt_``. With ``--hint``, ``--quieter`` and ``--pauses`` each file is heard
again under those conditions (heard_conditions.py).
"""

from __future__ import annotations

import argparse
import importlib.util
import multiprocessing
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import platformdirs
from heard_conditions import PLAIN, Condition, conditions
from heard_truth import (
    Timed,
    error_rate,
    language_of,
    names_found,
    onset_errors_ms,
    start_errors_ms,
    words_inside,
)

SUBJECTS = ("faster-whisper", "openai-whisper", "bare")
Hear = Callable[[Condition], tuple[Timed, float]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a subject heard in a file, and what it cost: CPU seconds, largest memory in MB."""

    words: Timed
    audio_s: float
    cpu_s: float
    rss_mb: float


def main() -> None:
    options = _options()
    subjects = [name for name in options.subject or SUBJECTS if _installed(name)]
    context = multiprocessing.get_context("spawn")
    ends: dict[str, Connection] = {}
    for name in subjects:
        ours, theirs = context.Pipe()
        context.Process(target=_work, args=(name, options, theirs), daemon=True).start()
        ends[name] = ours
    for end in ends.values():
        # What is loaded at the first use is not to be measured.
        end.send(Condition(PLAIN, options.files[0], options.files[0]))
        end.recv()
    answers: dict[Condition, dict[str, list[Answer]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        heard = [
            condition
            for file in options.files
            for condition in conditions(
                file,
                Path(folder),
                hints=options.hint,
                quieter_db=options.quieter,
                pauses=options.pauses,
            )
        ]
        for condition in heard * options.repeat:
            for name, end in ends.items():
                end.send(condition)
                answers.setdefault(condition, {}).setdefault(name, []).append(end.recv())
    for end in ends.values():
        end.send(None)
    _print_table(answers)
    _print_totals(answers)
    _print_starts(answers)
    _print_conditions(answers, options.hint)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--subject", action="append", choices=SUBJECTS, help="default: all")
    parser.add_argument("--model", default="base")
    parser.add_argument(
        "--model-dir", type=Path, default=platformdirs.user_cache_path("podium") / "models"
    )
    parser.add_argument("--beam-size", type=int, default=5)
    parser.add_argument("--compute-type", default="auto")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--hint", action="append", default=[], help="a name that may be spoken")
    parser.add_argument("--quieter", type=float, default=0, help="dB; heard again so much quieter")
    parser.add_argument("--pauses", action="store_true", help="heard again with long pauses")
    return parser.parse_args()


def _installed(subject: str) -> bool:
    return subject != "openai-whisper" or importlib.util.find_spec("whisper") is not None


def _work(subject: str, options: argparse.Namespace, end: Connection) -> None:
    """A subject's process: hears each file that it is sent."""
    hear = _bare(options) if subject == "bare" else _stage(subject, options)
    while (asked := end.recv()) is not None:
        began = time.process_time()
        words, audio_s = hear(asked)
        cpu_s = time.process_time() - began
        rss_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        end.send(Answer(words, audio_s, cpu_s, rss_mb))


def _stage(engine: str, options: argparse.Namespace) -> Hear:
    from archive.segments import segments_from_words
    from transcribe.audio import SAMPLE_RATE, read_audio
    from transcribe.engines import open_engine
    from transcribe.models import choose_model

    transcriber = open_engine(
        engine,
        choose_model(options.model, options.model_dir),
        compute_type=options.compute_type,
        beam_size=options.beam_size,
        threads=options.threads,
    )

    def hear(asked: Condition) -> tuple[Timed, float]:
        audio = read_audio(asked.path, level=asked.level)
        language = language_of(asked.truth)
        heard = transcriber.transcribe(audio, language=language, hints=asked.hints)
        segments = segments_from_words(heard.words, language=language)
        words = [word for segment in segments for word in segment.words]
        spaced = [(" " * word.space_before + word.text, word.start_ms / 1000) for word in words]
        return spaced, len(audio) / SAMPLE_RATE

    return hear


def _bare(options: argparse.Namespace) -> Hear:
    from faster_whisper import WhisperModel

    from transcribe.models import choose_model

    model = WhisperModel(
        str(choose_model(options.model, options.model_dir).path),
        device="cpu",
        compute_type="int8" if options.compute_type == "auto" else options.compute_type,
        cpu_threads=options.threads,
    )

    def hear(asked: Condition) -> tuple[Timed, float]:
        segments, info = model.transcribe(
            str(asked.path),
            language=language_of(asked.truth),
            hotwords=", ".join(asked.hints) or None,
            beam_size=options.beam_size,
            temperature=(0.0, 0.2, 0.4),
            condition_on_previous_text=False,
            word_timestamps=True,
            vad_filter=True,
        )
        words = [(word.word, word.start) for segment in segments for word in segment.words or ()]
        return words, info.duration

    return hear


def _print_table(answers: dict[Condition, dict[str, list[Answer]]]) -> None:
    print("| file | condition | subject | audio s | audio s / CPU s | error rate % | RSS MB |")
    print("|---|---|---|---|---|---|---|")
    for condition, heard in answers.items():
        for name, runs in heard.items():
            last = runs[-1]
            rate = error_rate(condition.truth, last.words)
            shown = "" if rate is None else f"{100 * rate:.1f}"
            print(
                f"| {condition.truth.stem} | {condition.name} | {name} | {last.audio_s:.0f} | "
                f"{last.audio_s / _cpu_s(runs):.2f} | {shown} | {last.rss_mb:.0f} |"
            )
    print()


def _print_totals(answers: dict[Condition, dict[str, list[Answer]]]) -> None:
    totals: dict[str, float] = {}
    for condition, heard in answers.items():
        for name, runs in heard.items():
            if condition.name == PLAIN:
                totals[name] = totals.get(name, 0.0) + _cpu_s(runs)
    for name, total in totals.items():
        print(f"{name}: {total:.1f} CPU s, {total / totals[next(iter(totals))]:.3f} of the first")


def _print_starts(answers: dict[Condition, dict[str, list[Answer]]]) -> None:
    for kind, measure in (("words", start_errors_ms), ("words after joins", onset_errors_ms)):
        errors: dict[str, list[float]] = {}
        for condition, heard in answers.items():
            for name, runs in heard.items():
                if condition.name == PLAIN:
                    found = measure(condition.truth, runs[-1].words)
                    errors.setdefault(name, []).extend(abs(error) for error in found)
        for name, found in errors.items():
            if found:
                p50, p90, p95, most = (_quantile(found, share) for share in (0.5, 0.9, 0.95, 1))
                print(
                    f"{name}: starts of {len(found)} {kind} are off by {p50:.0f} ms (median), "
                    f"{p90:.0f} (p90), {p95:.0f} (p95), {most:.0f} (most)"
                )


def _print_conditions(
    answers: dict[Condition, dict[str, list[Answer]]], names: Sequence[str]
) -> None:
    for condition, heard in answers.items():
        for name, runs in heard.items():
            said = f"{condition.truth.stem}, {condition.name}, {name}"
            if names:
                found = len(names_found(names, runs[-1].words))
                print(f"{said}: {found} of {len(names)} names found")
            if condition.pauses_s:
                count = words_inside(condition.pauses_s, runs[-1].words)
                print(f"{said}: {count} of {len(runs[-1].words)} words start in a pause")


def _cpu_s(runs: Sequence[Answer]) -> float:
    return statistics.median(run.cpu_s for run in runs)


def _quantile(values: Sequence[float], share: float) -> float:
    return sorted(values)[int(share * (len(values) - 1))]


if __name__ == "__main__":
    main()
