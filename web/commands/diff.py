"""``podium diff``: what changed between two transcripts of a talk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import click

from archive.catalog import Catalog
from archive.changes import Change, changes
from archive.errors import NotFound, UserError
from archive.types import Talk, Track, Transcript, Word, join_words
from web.commands.base import PodiumCommand, advise, clock, opened_catalog, plain, print_json
from web.commands.versions import describe
from web.documents import version_document

# Words shown before and after a change.
_AROUND = 4


@click.command(cls=PodiumCommand)
@click.argument("talk")
@click.argument("old", required=False, type=int, metavar="[OLD]")
@click.argument("new", required=False, type=int, metavar="[NEW]")
@click.option("--exact", is_flag=True, help="Compare case, accents and punctuation too.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def diff(talk: str, old: int | None, new: int | None, exact: bool, as_json: bool) -> None:
    """Show what changed between two transcripts of a talk, word by word.

    OLD and NEW are numbers that `podium show` lists; NEW is the current one where it is left out,
    and OLD the last one before it.
    """
    with opened_catalog() as catalog:
        found = catalog.talk(talk)
        pair = _compared(catalog, found, old, new)
    words = pair[0].words, pair[1].words
    shown = Comparison(*words, changes(*words, exact=exact))
    if as_json:
        both = {
            name: {**version_document(one), "words": len(one.words)}
            for name, one in zip(("old", "new"), pair, strict=True)
        }
        print_json({"talk": found.slug, **both, "changes": shown.document()})
        return
    click.echo(f"- {describe(pair[0])}\n+ {describe(pair[1])}\n")
    shown.print()


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two states of a transcript, and what changed from one to the other."""

    old: Sequence[Word]
    new: Sequence[Word]
    changes: Sequence[Change]

    def print(self) -> None:
        """A line for each change, and what they come to."""
        for change in self.changes:
            click.echo(self.line(change))
        advise(self.summary)

    @property
    def summary(self) -> str:
        if not self.changes:
            return "The same words."
        gone = sum(change.old[1] - change.old[0] for change in self.changes)
        come = sum(change.new[1] - change.new[0] for change in self.changes)
        places = "1 place" if len(self.changes) == 1 else f"{len(self.changes):,} places"
        return (
            f"{gone:,} of {len(self.old):,} words stand otherwise, "
            f"as {come:,} of {len(self.new):,} now, at {places}."
        )

    def line(self, change: Change) -> str:
        """``1:15  the [-tied-] {+tide+} comes in``, in colours on a terminal."""
        before, gone, come, after = map(plain, self._texts(change))
        marked = [
            before,
            click.style(f"[-{gone}-]", fg="red") if gone else "",
            click.style(f"{{+{come}+}}", fg="green") if come else "",
            after,
        ]
        return f"{clock(self._start_ms(change)):>7}  {' '.join(part for part in marked if part)}"

    def document(self) -> list[dict[str, object]]:
        """The changes for ``--json``."""
        found: list[dict[str, object]] = []
        for change in self.changes:
            before, gone, come, after = self._texts(change)
            found.append(
                {
                    "start_ms": self._start_ms(change),
                    "before": before,
                    "old": gone,
                    "new": come,
                    "after": after,
                }
            )
        return found

    def _texts(self, change: Change) -> tuple[str, str, str, str]:
        old, new = tuple(self.old), tuple(self.new)
        first, end = change.new
        parts = (
            new[max(0, first - _AROUND) : first],
            old[slice(*change.old)],
            new[first:end],
            new[end : end + _AROUND],
        )
        before, gone, come, after = (join_words(words) for words in parts)
        return before, gone, come, after

    def _start_ms(self, change: Change) -> int:
        """When the change begins, as the new transcript has it where it has words there."""
        if change.new[0] < change.new[1]:
            return self.new[change.new[0]].start_ms
        return _word_at(self.old, change.old[0])


def _word_at(words: Sequence[Word], at: int) -> int:
    return words[at].start_ms if at < len(words) else 0


def _compared(
    catalog: Catalog, talk: Talk, old: int | None, new: int | None
) -> tuple[Transcript, Transcript]:
    """The two transcripts to compare, with their words."""
    versions = {version.number: version for version in catalog.versions(talk.id)}
    for number in (old, new):
        if number is not None and number not in versions:
            known = ", ".join(map(str, versions)) or "none"
            raise NotFound(f"{talk.slug} has no transcript {number}.", advice=f"It has {known}.")
    if new is None:
        new = next((n for n, version in versions.items() if _is_shown(version)), None)
    if new is not None and old is None:
        track = versions[new].track
        others = [n for n, version in versions.items() if version.track is track and n != new]
        old = max([n for n in others if n < new] or others, default=None)
    if old is None or new is None:
        raise NotFound(
            f"{talk.slug} has no two transcripts to compare.",
            advice=f"Make another: podium transcribe {talk.slug} --again",
        )
    if versions[old].track is not versions[new].track:
        raise UserError(
            f"Transcripts {old} and {new} are in two languages, as spoken and translated.",
            advice="Compare two of the same kind; `podium show` lists them.",
        )
    return catalog.transcript(versions[old].id), catalog.transcript(versions[new].id)


def _is_shown(version: Transcript) -> bool:
    return version.current and version.track is Track.ORIGINAL
