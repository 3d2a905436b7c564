"""An atom: one line or clip of a page, with what it is to a talk."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from ingest.pages.blocks import Clip, Line
from ingest.pages.speaker_lines import Reading


class Kind(StrEnum):
    """What an atom is to a talk."""

    PERSON = "person"  # people without a title
    TALK = "talk"  # people and title in one line
    TITLE = "title"
    POST = "post"  # role, institution or country of the person before
    CLIP = "clip"
    PROSE = "prose"
    MARK = "mark"  # a time or "Keynote 3" alone: a talk may begin here
    BREAK = "break"  # a pause, or the heading of a part: no talk reaches across


@dataclass(slots=True)
class Atom:
    """A line or a clip of the page; ``order`` counts them. ``sure`` is False for names by form."""

    kind: Kind
    order: int
    path: tuple[int, ...]
    line: Line | None = None
    clip: Clip | None = None
    reading: Reading = field(default_factory=Reading)
    label: str = ""
    sure: bool = True
    among_people: bool = False
    number: int | None = None

    @property
    def level(self) -> int:
        return self.line.level if self.line else 9

    @property
    def text(self) -> str:
        return self.reading.text

    @property
    def style(self) -> str:
        return self.line.style if self.line else ""
