"""Speed, memory and errors of the speech engines on the same files, in one run.

    python benchmarks/transcription.py --model base ../shared/speech/en_*.flac

Each engine works in a process of its own, and they take turns on every file, so that a busy
machine is unfair to none. Speed is seconds of audio per CPU second; "stage" is Podium's whole way
from file to segments, "bare" is faster-whisper called directly with the same settings. A file
``x.txt`` beside ``x.flac`` holds what was said, ``x.words.tsv`` when (start, end, word). The
language is the first part of a file's name: ``en_``, ``pt_``.
"""

from __future__ import annotations

import argparse
import importlib.util
import multiprocessing
import re
import resource
import statistics
import time
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import jiwer
import platformdirs

Timed = list[tuple[str, float]]
SUBJECTS = ("faster-whisper", "openai-whisper", "bare")
UNSPACED = {"zh", "ja", "th"}


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
        end.send((options.files[0], language_of(options.files[0])))
        end.recv()
    answers: dict[str, dict[Path, list[Answer]]] = {name: {} for name in subjects}
    for _ in range(options.repeat):
        for file in options.files:
            for name, end in ends.items():
                end.send((file, language_of(file)))
                answers[name].setdefault(file, []).append(end.recv())
    for end in ends.values():
        end.send(None)
    _print_table(answers)


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
    return parser.parse_args()


def _installed(subject: str) -> bool:
    return subject != "openai-whisper" or importlib.util.find_spec("whisper") is not None


def _work(subject: str, options: argparse.Namespace, end: Connection) -> None:
    """A subject's process: hears each file that it is sent."""
    hear = _bare(options) if subject == "bare" else _stage(subject, options)
    while (asked := end.recv()) is not None:
        file, language = asked
        began = time.process_time()
        words, audio_s = hear(file, language)
        cpu_s = time.process_time() - began
        rss_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        end.send(Answer(words, audio_s, cpu_s, rss_mb))


def _stage(engine: str, options: argparse.Namespace) -> Callable[[Path, str], tuple[Timed, float]]:
    from transcribe.audio import SAMPLE_RATE, read_audio
    from transcribe.engines import open_engine
    from transcribe.models import choose_model
    from transcribe.segments import segments_from_words

    transcriber = open_engine(
        engine,
        choose_model(options.model, options.model_dir),
        compute_type=options.compute_type,
        beam_size=options.beam_size,
        threads=options.threads,
    )

    def hear(file: Path, language: str) -> tuple[Timed, float]:
        audio = read_audio(file)
        heard = transcriber.transcribe(audio, language=language, hints=options.hint)
        segments = segments_from_words(heard.words, language=language)
        words = [word for segment in segments for word in segment.words]
        spaced = [(" " * word.space_before + word.text, word.start_ms / 1000) for word in words]
        return spaced, len(audio) / SAMPLE_RATE

    return hear


def _bare(options: argparse.Namespace) -> Callable[[Path, str], tuple[Timed, float]]:
    from faster_whisper import WhisperModel

    from transcribe.models import choose_model

    model = WhisperModel(
        str(choose_model(options.model, options.model_dir).path),
        device="cpu",
        compute_type="int8" if options.compute_type == "auto" else options.compute_type,
        cpu_threads=options.threads,
    )

    def hear(file: Path, language: str) -> tuple[Timed, float]:
        segments, info = model.transcribe(
            str(file),
            language=language,
            beam_size=options.beam_size,
            temperature=(0.0, 0.2, 0.4),
            condition_on_previous_text=False,
            word_timestamps=True,
            vad_filter=True,
        )
        words = [(word.word, word.start) for segment in segments for word in segment.words or ()]
        return words, info.duration

    return hear


def language_of(file: Path) -> str:
    return file.name.split("_")[0] if "_" in file.name else "en"


def _normalised(text: str, language: str) -> str:
    """As Whisper's authors compare texts, where their package is here; else letters alone."""
    if importlib.util.find_spec("whisper") is not None:
        from whisper.normalizers import BasicTextNormalizer, EnglishTextNormalizer

        normaliser = EnglishTextNormalizer() if language == "en" else BasicTextNormalizer()
        return str(normaliser(text)).strip()
    folded = unicodedata.normalize("NFKC", text).lower()
    return " ".join(re.sub(r"[^\w\s']", " ", folded).split())


def _error_rate(file: Path, answer: Answer) -> float | None:
    """Word error rate; of characters where words are not written apart. None without a text."""
    reference = file.with_suffix(".txt")
    if not reference.is_file():
        return None
    language = language_of(file)
    said = _normalised(reference.read_text(encoding="utf-8"), language)
    heard = _normalised("".join(text for text, _ in answer.words), language)
    if language in UNSPACED:
        return float(jiwer.cer(said.replace(" ", ""), heard.replace(" ", "")))
    return float(jiwer.wer(said, heard))


def _start_errors(file: Path, answer: Answer) -> list[float]:
    """How far, in ms, the starts of words lie from where the word was spoken."""
    table = file.with_suffix(".words.tsv")
    if not table.is_file():
        return []
    rows = [line.split("\t") for line in table.read_text(encoding="utf-8").splitlines()[1:]]
    spoken = [(row[2].lower(), float(row[0])) for row in rows]
    errors = []
    for text, start in answer.words:
        plain = re.sub(r"[^\w']", "", text.lower())
        near = [abs(at - start) for word, at in spoken if word == plain and abs(at - start) < 2]
        errors += [1000 * min(near)] if near else []
    return errors


def _print_table(answers: dict[str, dict[Path, list[Answer]]]) -> None:
    print("| file | subject | audio s | audio s / CPU s | error rate % | RSS MB |")
    print("|---|---|---|---|---|---|")
    totals: dict[str, float] = {}
    for file in next(iter(answers.values())):
        for name, heard in answers.items():
            runs = heard[file]
            cpu_s = statistics.median(run.cpu_s for run in runs)
            totals[name] = totals.get(name, 0.0) + cpu_s
            rate = _error_rate(file, runs[-1])
            shown = "" if rate is None else f"{100 * rate:.1f}"
            print(
                f"| {file.stem} | {name} | {runs[-1].audio_s:.0f} | "
                f"{runs[-1].audio_s / cpu_s:.2f} | {shown} | {runs[-1].rss_mb:.0f} |"
            )
    print()
    for name, total in totals.items():
        print(f"{name}: {total:.1f} CPU s, {total / totals[next(iter(totals))]:.3f} of the first")
    for name, heard in answers.items():
        errors = sorted(e for file, runs in heard.items() for e in _start_errors(file, runs[-1]))
        if errors:
            p50, p90, p95 = (errors[int(share * (len(errors) - 1))] for share in (0.5, 0.9, 0.95))
            off = f"{p50:.0f} ms (median), {p90:.0f} (p90), {p95:.0f} (p95)"
            print(f"{name}: starts of words are off by {off}")


if __name__ == "__main__":
    main()
