"""What a person says about the sources of a run; the names are those of the command's options."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date as Date
from pathlib import Path

from archive.errors import UserError
from archive.names import fold
from archive.programme import SpeakerEntry


@dataclass(frozen=True, slots=True)
class Options:
    """Options of ``podium ingest``.

    ``event`` and ``talk`` are slugs; ``language`` is BCP 47. ``since``, ``limit`` and ``match``
    choose among the entries of a list: a playlist, a feed, a programme. ``session`` says that
    several people speak, ``rttm`` is a file that says who does when. ``by`` is who corrected a
    transcript that is brought back ("" for the user), which ``force`` takes though it looks like
    another talk's.
    """

    event: str = ""
    talk: str = ""
    speakers: tuple[SpeakerEntry, ...] = ()
    title: str = ""
    language: str = ""
    date: Date | None = None
    since: Date | None = None
    limit: int | None = None
    match: str = ""
    transcribe: bool = True
    link: bool = False
    session: bool = False
    rttm: Path | None = None
    by: str = ""
    force: bool = False

    def __post_init__(self) -> None:
        """Raise UserError for options that contradict each other."""
        said = self.title or self.language or self.speakers or self.date or self.event
        if self.talk and said:
            raise UserError(
                "--talk brings a clip to a talk that has its own programme entry.",
                advice=f"Change that with `podium edit {self.talk} title=… language=… speaker=…`.",
            )
        if self.rttm is not None and not self.session:
            raise UserError("--rttm says who spoke when in a session.", advice="Add --session.")
        if self.limit is not None and self.limit < 1:
            raise UserError("--limit must be at least 1.", advice="Leave it out for all.")

    @property
    def names_one_clip(self) -> bool:
        """Whether what is said fits a single clip only, never a programme."""
        return bool(self.talk or self.title or self.speakers or self.session)

    def chooses(self, title: str, given_on: Date | None) -> bool:
        """Whether an entry of a list is wanted: every word of ``match`` stands in its title."""
        if self.since is not None and given_on is not None and given_on < self.since:
            return False
        folded = fold(title)
        return all(word in folded for word in fold(self.match).split())
