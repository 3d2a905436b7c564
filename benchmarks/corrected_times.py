"""How far corrected words are from when they are said, before and after they are aligned.

    python benchmarks/corrected_times.py [FILE...] [--model M]

Each file is taken into an archive. There three words at a time (then eight), which were heard as
they were said, are corrected into one as it may be misheard, and that back into them: so they share
its time. Then they are aligned as the worker does it. When words were said is read from beside each
file (heard_truth.py); its language is the first part of its name.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from heard_truth import language_of, start_error_of_each_ms

from archive.catalog import Catalog
from archive.corrections.present import present
from archive.corrections.saving import Correction, correct, restore
from archive.settings import load_settings
from archive.types import Talk, Word, join_words
from ingest.ingesting import ingest
from ingest.options import Options
from ingest.retiming import align_corrected
from ingest.workshop import Workshop
from web.background.beside import run_beside

SPEECH = Path(__file__).resolve().parents[2] / "shared" / "speech"
_BY = "Ada Example"
# So many words are corrected at once; two stay before the next ones.
_LENGTHS = (3, 8)
_APART = 2


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", type=Path, nargs="*", default=[SPEECH / "en_austen_aligned.flac"])
    parser.add_argument("--model", default="base")
    chosen = parser.parse_args()
    # The process of its own reads it there too.
    os.environ["PODIUM_MODEL"] = chosen.model
    print("| file | at once | words | times | median | p90 | most | left | CPU s |")
    print("|---|---|---|---|---|---|---|---|---|")
    with (
        tempfile.TemporaryDirectory() as home,
        Workshop.opened(load_settings(home=Path(home))) as shop,
    ):
        for file in chosen.files:
            run = ingest(shop, [str(file)], Options(language=language_of(file)))
            assert not run.failed, run.failed
            talk = shop.catalog.talk(run.outcomes[0].slug)
            for length in _LENGTHS:
                _measure(shop, file, talk, length)
        _one_correction(shop, talk)


def _measure(shop: Workshop, file: Path, talk: Talk, length: int) -> None:
    shared: list[float] = []
    aligned: list[float] = []
    left = 0
    cpu_s = 0.0
    for offset in range(length + _APART):
        restore(shop.catalog, talk.id, 1, by=_BY)
        places = _misheard_and_corrected(shop.catalog, talk, offset, length)
        shared += _errors(shop.catalog, file, talk, places)
        began = time.process_time()
        align_corrected(shop, talk.id, lambda: False)
        cpu_s += time.process_time() - began
        aligned += _errors(shop.catalog, file, talk, places)
        left += sum(word.estimated for word in _words(shop.catalog, talk))
    for when, errors in (("shared", shared), ("aligned", aligned)):
        p50, p90, most = (_quantile(errors, share) for share in (0.5, 0.9, 1))
        rest = f"{left} | {cpu_s:.1f}" if when == "aligned" else "|"
        print(
            f"| {file.stem} | {length} | {len(errors)} | {when} | {p50:.0f} ms | {p90:.0f} ms "
            f"| {most:.0f} ms | {rest} |"
        )


def _one_correction(shop: Workshop, talk: Talk) -> None:
    """What it costs to align one corrected line, by a process of its own, as the worker has it."""
    restore(shop.catalog, talk.id, 1, by=_BY)
    words = _words(shop.catalog, talk)[:3]
    texts, misheard = tuple(word.text for word in words), _as_one(words)
    _correct(shop.catalog, talk, [Correction(0, 3, texts, misheard)])
    _correct(shop.catalog, talk, [Correction(0, 1, (misheard,), join_words(words))])
    run_beside("ingest.retiming_process", shop.settings, lambda: False, "0")
    assert not any(word.estimated for word in _words(shop.catalog, talk))
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(
        f"one line by a process of its own: {spent.ru_utime + spent.ru_stime:.1f} CPU s, "
        f"{spent.ru_maxrss / 1024:.0f} MB"
    )


def _misheard_and_corrected(catalog: Catalog, talk: Talk, offset: int, length: int) -> set[int]:
    """Make words share the time of one that stood in their place; the numbers of the words."""
    heard = _words(catalog, talk)
    places = range(offset, len(heard) - length + 1, length + _APART)
    groups = [heard[at : at + length] for at in places]
    misheard = [
        Correction(at, at + length, tuple(word.text for word in group), _as_one(group))
        for at, group in zip(places, groups, strict=True)
    ]
    _correct(catalog, talk, misheard)
    corrected = []
    for number, (at, group) in enumerate(zip(places, groups, strict=True)):
        now = at - (length - 1) * number
        corrected.append(Correction(now, now + 1, (_as_one(group),), join_words(group)))
    _correct(catalog, talk, corrected)
    return {at + number for at in places for number in range(length)}


def _as_one(words: tuple[Word, ...]) -> str:
    return "x" + "".join(word.text for word in words)


def _correct(catalog: Catalog, talk: Talk, corrections: list[Correction]) -> None:
    found = present(catalog, talk.id)
    assert found is not None
    correct(catalog, talk.id, corrections, revision=found.revision, by=_BY)


def _errors(catalog: Catalog, file: Path, talk: Talk, places: set[int]) -> list[float]:
    """How far the starts of those words are from the truth, in ms."""
    timed = [
        (f" {word.text}" if word.space_before else word.text, word.start_ms / 1000)
        for word in _words(catalog, talk)
    ]
    return [abs(e) for at, e in start_error_of_each_ms(file, timed).items() if at in places]


def _words(catalog: Catalog, talk: Talk) -> tuple[Word, ...]:
    found = present(catalog, talk.id)
    assert found is not None
    return found.transcript.words


def _quantile(values: list[float], share: float) -> float:
    return sorted(values)[int(share * (len(values) - 1))]


if __name__ == "__main__":
    main()
