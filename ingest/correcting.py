"""A transcript that was corrected elsewhere comes back to its talk: ``--talk`` with a file."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from pathlib import Path

from archive.catalog import Catalog
from archive.changes import changes
from archive.corrections.bringing_back import BroughtBack, bring_back
from archive.corrections.present import present
from archive.corrections.speaking import give_words
from archive.errors import UserError
from archive.names import name_key
from archive.turns import turns_of_words
from archive.types import Talk, Word
from archive.work.captions import has_captions
from transcribe.captions import read_captions
from transcribe.corrected_file import SpokenBy, read_corrected

TEXT_SUFFIX = ".txt"


def is_correction(catalog: Catalog, talk: Talk, file: Path) -> bool:
    """Whether a file corrects the talk's transcript, instead of being its first one.

    Raises UserError for a text without times where there is no transcript that has them.
    """
    found = present(catalog, talk.id)
    if found is None or not found.transcript.complete:
        if file.suffix.lower() == TEXT_SUFFIX:
            raise UserError(
                f"{file.name} has no times, and {talk.slug} has no transcript yet.",
                advice=f"Transcribe it first: podium transcribe {talk.slug}",
            )
        return False
    if file.suffix.lower() == TEXT_SUFFIX:
        return True
    segments, _ = read_captions(file)
    return not has_captions(catalog, talk.id, segments)


def take_correction(
    catalog: Catalog, talk: Talk, file: Path, *, by: str, force: bool = False
) -> tuple[BroughtBack, list[str]]:
    """Bring a corrected file back as a checked revision; what came of it, and remarks.

    Raises UserError for a file that is not of this talk, unless ``force``.
    """
    people = _people(catalog, talk)
    read = read_corrected(file, people)
    brought = bring_back(
        catalog, talk.id, read.words, file=file.name, by=by, timed=read.timed, force=force
    )
    remarks = [f"{file}: {fault}" for fault in read.faults]
    return brought, [*remarks, *_give_turns(catalog, talk, read.words, read.speakers, people, by)]


def _people(catalog: Catalog, talk: Talk) -> dict[str, str | None]:
    """Slugs by the names that a file may write; None for a voice that is not known."""
    people: dict[str, str | None] = {
        name_key(turn.shown_name): turn.speaker for turn in catalog.turns(talk)
    }
    for speaker in catalog.speakers():
        people |= {name_key(name): speaker.slug for name in (speaker.name, *speaker.aliases)}
    return people


def _give_turns(
    catalog: Catalog,
    talk: Talk,
    words: Sequence[Word],
    speakers: Sequence[SpokenBy],
    people: Mapping[str, str | None],
    by: str,
) -> list[str]:
    """Give words to those who speak them by the file, where that is not known; remarks."""
    found = present(catalog, talk.id)
    if found is None or not speakers:
        return []
    standing = found.transcript.words
    remarks = []
    place = _Places(standing, words)
    revision = found.revision
    for part in speakers:
        first, end = place.of(part.first_word), place.of(part.end_word)
        slug = people.get(name_key(part.name))
        if slug is None:
            if name_key(part.name) not in people:
                remarks.append(
                    f"{part.name} is nobody the archive knows; who spoke stays as it is."
                )
            continue
        turns = turns_of_words(standing, catalog.turns(talk))[first:end]
        if first == end or all(turn is not None and turn.speaker == slug for turn in turns):
            continue
        if talk.recording is None:
            remarks.append(f"{talk.slug} has no recording, so who spoke when is not kept.")
            break
        revision = give_words(catalog, talk, first, end, slug, revision=revision, by=by)
    return list(dict.fromkeys(remarks))


class _Places:
    """Where the words of a file stand in the transcript."""

    def __init__(self, standing: Sequence[Word], words: Sequence[Word]) -> None:
        steps = changes(standing, words, apart=1)
        self._ends = [step.new[1] for step in steps]
        self._steps = steps
        self._last = len(standing)

    def of(self, border: int) -> int:
        """The border between words of the transcript that is one of the file's."""
        at = bisect_right(self._ends, border)
        if at < len(self._steps) and self._steps[at].new[0] < border:
            return self._steps[at].old[1]
        before = self._steps[at - 1] if at else None
        shift = before.old[1] - before.new[1] if before else 0
        return min(border + shift, self._last)
