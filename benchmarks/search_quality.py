"""What search finds of speech whose words are known, and where the rest is lost.

    python benchmarks/search_quality.py [--keep HOME] [--model base] [--runs N] [--misses]

Recordings with known words go through the real chain, from the file to the index; --keep HOME keeps
that archive, so that a second run only asks. Every run of five words of the references is then
typed as it stands there, without quotes and with them, and every word that was said only once. An
answer is right when the first moment of the first talk (@1), or any moment shown for one of the
first ten talks (@10), starts within 2 s of where the words begin.

The second table is the hard case: each transcript in the midst of 12,000 words that are drawn at
random from all the transcripts, so that nearly every talk holds nearly every word of a question.
"""

from __future__ import annotations

import argparse
import platform
import random
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from golden_long_talks import save_long_talks
from golden_questions import Kind, Question, questions_of
from golden_set import Transcribed, sample_clips, speech_clips, take_in
from golden_verdicts import MOST_TALKS, Loss, Verdict, judged

from archive.catalog import Catalog
from archive.settings import load_settings
from ingest.workshop import Workshop
from search.indexing import update
from search.opening import open_index
from search.searching import Searcher

HEAD = (
    "| asked | n | @1 % | @10 % | heard as % | jump ms p50 | p95 | known from elsewhere: n"
    " | p50 | p95 | in bounds % |"
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--keep", type=Path, help="where to keep the archive that is made")
    parser.add_argument("--model", default="base")
    parser.add_argument("--runs", type=int, help="runs asked of each recording; default: all")
    parser.add_argument("--seed", type=int, default=20)
    parser.add_argument("--amid", type=int, default=12_000, help="words of a long talk; 0 for none")
    parser.add_argument("--misses", action="store_true", help="print each question that was lost")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        run(chosen, Path(scratch))


def run(chosen: argparse.Namespace, scratch: Path) -> None:
    clips = [*sample_clips(), *speech_clips()]
    home = chosen.keep or scratch / "golden"
    with Workshop.opened(load_settings(home=home, model=chosen.model)) as shop:
        recordings = take_in(shop, clips)
        questions = drawn(questions_of(recordings), chosen.runs, chosen.seed)
        print(f"Python {platform.python_version()}, model {chosen.model}, {len(clips)} recordings")
        print_recordings(recordings)
        report(ask(Searcher(shop.catalog, shop.index), questions), misses=chosen.misses)
        print_not_asked(recordings, questions)
        if chosen.amid:
            print(f"\nEach transcript amid {chosen.amid} words of all transcripts\n")
            other = Catalog.open(load_settings(home=scratch / "long"))
            questions = save_long_talks(
                shop.catalog, other, recordings, questions, chosen.amid, chosen.seed
            )
            index = open_index(scratch / "long")
            update(other, index)
            report(ask(Searcher(other, index), questions), misses=chosen.misses)
            index.close()
            other.close()


def drawn(questions: Sequence[Question], most: int | None, seed: int) -> list[Question]:
    """The same number of runs, at random, of each recording; all of the single words."""
    if most is None:
        return list(questions)
    by_recording: dict[tuple[Kind, str], list[Question]] = defaultdict(list)
    for question in questions:
        by_recording[question.kind, question.places[0].slug].append(question)
    chosen = random.Random(seed)
    kept = [
        sorted(chosen.sample(range(len(those)), min(most, len(those))))
        if kind in (Kind.RUN, Kind.PHRASE)
        else range(len(those))
        for (kind, _), those in by_recording.items()
    ]
    return [
        those[at]
        for those, places in zip(by_recording.values(), kept, strict=True)
        for at in places
    ]


def ask(searcher: Searcher, questions: Iterable[Question]) -> list[Verdict]:
    return [judged(one, searcher.search(one.text, limit=MOST_TALKS)) for one in questions]


def report(verdicts: Sequence[Verdict], *, misses: bool = False) -> None:
    """The tables: by kind, by language, by how much was misheard, and where the rest was lost."""
    print(f"\n{HEAD}\n{'|---' * HEAD.count(' | ')}|---|")
    for kind in Kind:
        print_row(f"**{kind}**", [one for one in verdicts if one.question.kind is kind])
    runs = [one for one in verdicts if one.question.kind is Kind.RUN]
    for name, chosen in misheard_groups(runs).items():
        print_row(f"run, {name}", chosen)
    for kind in (Kind.RUN, Kind.PHRASE):
        for language in dict.fromkeys(one.question.language for one in verdicts):
            print_row(
                f"{kind}, {language}",
                [v for v in verdicts if (v.question.kind, v.question.language) == (kind, language)],
            )
    for kind in Kind:
        those = [one for one in verdicts if one.question.kind is kind]
        print_losses(kind, those)
    if misses:
        for one in verdicts:
            if one.loss is not None:
                place = one.question.places[0]
                print(
                    f"{one.question.kind} [{place.slug} {place.start_ms / 1000:.1f}]"
                    f" {one.question.misheard} misheard, jump {one.jump_ms}: {one.loss}:"
                    f" {one.question.text}"
                )


def misheard_groups(runs: Sequence[Verdict]) -> dict[str, list[Verdict]]:
    groups: dict[str, Callable[[int], bool]] = {
        "heard right": lambda count: count == 0,
        "one word misheard": lambda count: count == 1,
        "two misheard": lambda count: count == 2,
        "more misheard": lambda count: count > 2,
    }
    return {
        name: [one for one in runs if fits(one.question.misheard)] for name, fits in groups.items()
    }


def print_row(name: str, verdicts: Sequence[Verdict]) -> None:
    if not verdicts:
        return
    elsewhere = [one for one in verdicts if one.independent]
    bounds = [one.in_bounds for one in verdicts if one.in_bounds is not None]
    cells = [
        name,
        str(len(verdicts)),
        share([one.first for one in verdicts]),
        share([one.ten for one in verdicts]),
        share([one.heard_as for one in verdicts]),
        *jumps(verdicts),
        str(len(elsewhere)),
        *jumps(elsewhere),
        f"{share(bounds)} of {len(bounds)}" if bounds else "",
    ]
    print(f"| {' | '.join(cells)} |")


def share(values: Sequence[bool]) -> str:
    return f"{100 * sum(values) / len(values):.1f}" if values else ""


def jumps(verdicts: Iterable[Verdict]) -> tuple[str, str]:
    """The median and p95 of how far the first moment of the right talk is off, in ms."""
    off = sorted(one.jump_ms for one in verdicts if one.jump_ms is not None)
    if not off:
        return "", ""
    return str(off[len(off) // 2]), str(off[int(len(off) * 0.95)])


def print_losses(kind: Kind, verdicts: Sequence[Verdict]) -> None:
    lost = Counter((one.loss, one.question.misheard) for one in verdicts if one.loss)
    if not lost:
        return
    print(
        f"\n{kind}: {sum(lost.values())} of {len(verdicts)} not right at first, by words misheard"
    )
    print("\n| lost because | none | one | two | more |\n|---|---|---|---|---|")
    for loss in Loss:
        counts = [lost[loss, 0], lost[loss, 1], lost[loss, 2]]
        more = sum(n for (one, _), n in lost.items() if one is loss) - sum(counts)
        if any([*counts, more]):
            print(f"| {loss} | {' | '.join(map(str, [*counts, more]))} |")


def print_recordings(recordings: Sequence[Transcribed]) -> None:
    by_language: dict[str, list[Transcribed]] = defaultdict(list)
    for one in recordings:
        by_language[one.clip.language].append(one)
    for language, those in by_language.items():
        words = sum(len(one.clip.words) for one in those)
        wrong = sum(not heard.right for one in those for heard in one.heard)
        unit = "words" if those[0].clip.spaced else "characters"
        print(
            f"{language}: {len(those)} recordings, {words} {unit}, {100 * wrong / words:.1f} % not"
            " in the transcript where they were said"
        )


def print_not_asked(recordings: Sequence[Transcribed], asked: Sequence[Question]) -> None:
    words = sum(len(one.clip.words) for one in recordings)
    untimed = sum(heard.start_ms is None for one in recordings for heard in one.heard)
    runs = [one for one in asked if one.kind is Kind.RUN]
    again = sum(len(one.places) - 1 for one in runs)
    print(
        f"\nOf {words} words {len(runs)} begin a run that was asked; {again} begin one of the same"
        f" words; {untimed} were heard neither right nor near; the others stand too near the end,"
        " or were not drawn."
    )


if __name__ == "__main__":
    main()
