"""The golden set: recordings whose words are known, and an archive made of them.

The recordings with known words lie beside the project (``../shared/speech``) or not at all; the
sample event is always there. A recording is ``NAME.flac`` with ``NAME.txt``, what was said, and
sometimes ``NAME.words.tsv`` (start, end, word) or ``NAME.segments.tsv`` (start, end, text), in
seconds, made by something other than the engine that is judged here.
"""

from __future__ import annotations

import csv
import json
import sys
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

from rapidfuzz.distance import Levenshtein

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from archive.catalog import Catalog
from archive.types import Track
from ingest.ingesting import ingest
from ingest.options import Options
from ingest.workshop import Workshop
from search.words.analysis import is_character, tokens

PROJECT = Path(__file__).resolve().parent.parent
SAMPLE = PROJECT / "events" / "sample"
SPEECH = PROJECT.parent / "shared" / "speech"

_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Known:
    """A word as the reference has it: as written, and as the tokens that search makes of it.

    ``start_ms`` is when it was said, where that is known from elsewhere; ``within_ms`` are the
    bounds of the stretch of speech that it stands in, likewise.
    """

    text: str
    surfaces: tuple[str, ...]
    start_ms: int | None = None
    within_ms: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Clip:
    """A recording and its words. In scripts without blanks a word is one character."""

    slug: str
    language: str
    file: Path
    words: tuple[Known, ...]

    @property
    def spaced(self) -> bool:
        return not any(is_character(word.surfaces[0]) for word in self.words)


@dataclass(frozen=True, slots=True)
class Heard:
    """What became of a known word in the transcript.

    ``start_ms`` is the transcript's own time of that place, None where nothing near was heard;
    ``right`` says that the word stands there as it was said.
    """

    start_ms: int | None
    right: bool


@dataclass(frozen=True, slots=True)
class Transcribed:
    """A clip beside its transcript. ``words`` and ``heard`` run in parallel."""

    clip: Clip
    heard: tuple[Heard, ...]
    surfaces: tuple[str, ...] = field(repr=False, default=())

    @property
    def misheard(self) -> float:
        """The share of the known words that do not stand in the transcript where they belong."""
        return sum(not heard.right for heard in self.heard) / max(len(self.heard), 1)


def sample_clips(only: Sequence[str] = ()) -> list[Clip]:
    """The clips of the sample event, or those of these slugs."""
    manifest = tomllib.loads((SAMPLE / "sample.toml").read_text(encoding="utf-8"))
    return [
        _clip(talk["slug"], talk["language"], SAMPLE / talk["source"])
        for talk in manifest["talks"]
        if not only or talk["slug"] in only
    ]


def speech_clips(folder: Path = SPEECH) -> list[Clip]:
    """The recordings with known words, or none where they are not beside the project."""
    table = folder / "manifest.tsv"
    if not table.is_file():
        return []
    rows = _rows(table)
    return [
        _clip(Path(row["file"]).stem.replace("_", "-"), row["language"], folder / row["file"])
        for row in rows
    ]


def write_manifest(clips: Sequence[Clip], path: Path) -> Path:
    """The programme of an event of these clips. Its titles say nothing of what is said."""
    lines = ['[event]\nslug = "golden-set"\ntitle = "Golden Set"']
    for number, clip in enumerate(clips, 1):
        keys = {
            "number": number,
            "slug": clip.slug,
            "title": f"Recording {number}",
            "language": clip.language,
            "source": str(clip.file),
        }
        # What JSON writes for a number or a text, TOML reads as the same.
        lines.append("[[talks]]\n" + "\n".join(f"{k} = {json.dumps(v)}" for k, v in keys.items()))
    path.write_text("\n\n".join(lines) + "\n", encoding="utf-8")
    return path


def take_in(shop: Workshop, clips: Sequence[Clip]) -> list[Transcribed]:
    """Put the clips through the whole chain, as far as that has not been done; what was heard."""
    manifest = write_manifest(clips, shop.settings.home / "golden-set.toml")
    run = ingest(shop, [str(manifest)], Options())
    if run.failed:
        raise SystemExit("\n".join(f"{one.slug}: {one.reason}" for one in run.failed))
    return [transcribed(shop.catalog, clip) for clip in clips]


def transcribed(catalog: Catalog, clip: Clip) -> Transcribed:
    """Lay a clip's known words beside the words of its transcript."""
    spoken = [
        (token.surface, word.start_ms)
        for transcript in catalog.transcripts(catalog.talk(clip.slug).id)
        if transcript.track is Track.ORIGINAL
        for segment in transcript.segments
        for word in segment.words
        for token in tokens(word.text)
    ]
    places = _beside([one for word in clip.words for one in word.surfaces], spoken)
    heard = []
    for word in clip.words:
        mine = [next(places) for _ in word.surfaces]
        times = [start for start, _ in mine if start is not None]
        heard.append(Heard(times[0] if times else None, all(right for _, right in mine)))
    return Transcribed(clip, _between(heard), tuple(surface for surface, _ in spoken))


def _between(heard: Sequence[Heard]) -> tuple[Heard, ...]:
    """Words that the transcript lacks get a time between those of their neighbours."""
    timed = [at for at, one in enumerate(heard) if one.start_ms is not None]
    filled = list(heard)
    for before, after in pairwise(timed):
        low, high = heard[before].start_ms or 0, heard[after].start_ms or 0
        for at in range(before + 1, after):
            share = (at - before) / (after - before)
            filled[at] = Heard(round(low + share * (high - low)), right=False)
    return tuple(filled)


def _beside(
    known: Sequence[str], spoken: Sequence[tuple[str, _Value]]
) -> Iterator[tuple[_Value | None, bool]]:
    """For each known token what belongs to the spoken one at its place, and if they are equal."""
    found: list[tuple[_Value | None, bool]] = [(None, False)] * len(known)
    for step in Levenshtein.opcodes(known, [surface for surface, _ in spoken]):
        if step.tag in ("equal", "replace"):
            for at, other in zip(
                range(step.src_start, step.src_end),
                range(step.dest_start, step.dest_end),
                strict=True,
            ):
                found[at] = (spoken[other][1], step.tag == "equal")
    return iter(found)


def _clip(slug: str, language: str, file: Path) -> Clip:
    text = file.with_suffix(".txt").read_text(encoding="utf-8")
    words = [(word, tuple(token.surface for token in tokens(word))) for word in _written(text)]
    words = [(word, surfaces) for word, surfaces in words if surfaces]
    flat = [surface for _, surfaces in words for surface in surfaces]
    starts = _beside(flat, list(_starts(file.with_suffix(".words.tsv"))))
    bounds = _beside(flat, list(_bounds(file.with_suffix(".segments.tsv"))))
    known = []
    for word, surfaces in words:
        (start, said), *_ = [next(starts) for _ in surfaces]
        (within, inside), *_ = [next(bounds) for _ in surfaces]
        known.append(Known(word, surfaces, start if said else None, within if inside else None))
    return Clip(slug, language, file, tuple(known))


def _written(text: str) -> Iterator[str]:
    """The written words of a text; in scripts without blanks each token by itself."""
    for piece in text.split():
        found = tokens(piece)
        if any(is_character(token.surface) for token in found):
            yield from (piece[token.start : token.end] for token in found)
        else:
            yield piece


def _starts(table: Path) -> Iterator[tuple[str, int]]:
    for row in _rows(table) if table.is_file() else ():
        for token in tokens(row["word"]):
            yield token.surface, round(float(row["start"]) * 1000)


def _bounds(table: Path) -> Iterator[tuple[str, tuple[int, int]]]:
    for row in _rows(table) if table.is_file() else ():
        bounds = round(float(row["start"]) * 1000), round(float(row["end"]) * 1000)
        for token in tokens(row["text"]):
            yield token.surface, bounds


def _rows(table: Path) -> list[dict[str, str]]:
    with table.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
