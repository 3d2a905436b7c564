"""A page, or its text, as blocks in reading order: lines of text and clips.

Each block knows the containers it stands in (``path``, from the outside in), how it is set
(``style``), and in a table its cell.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.plain_text import SPLIT, plain, without_controls

MOST_BLOCKS = 30_000
LONGEST_TEXT = 4000


@dataclass(frozen=True, slots=True)
class Cell:
    """Where in a table a block stands; the columns are those of the grid."""

    table: int
    row: int
    column: int
    columns: int
    rows: int
    header: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text; ``SPLIT`` in ``text`` marks where the way it is set changes.

    ``level`` is 1 to 6 for headings, 7 for a paragraph all in bold, 9 for other text. ``ordinal``
    is the number that a numbered list gives it. ``hint`` holds the names the page's author gave
    to the element (its classes).
    """

    text: str
    path: tuple[int, ...] = ()
    tag: str = "p"
    level: int = 9
    style: str = ""
    hint: str = ""
    ordinal: int | None = None
    cell: Cell | None = None
    emphatic: bool = False


@dataclass(frozen=True, slots=True)
class Clip:
    """A clip at ``address`` (or none, and ``doubt`` why); ``label`` is its title or link text."""

    address: str
    label: str = ""
    doubt: str = ""
    path: tuple[int, ...] = ()
    cell: Cell | None = None


Block = Line | Clip


def text_blocks(text: str) -> list[Block]:
    """The blocks of a page that was saved as text: paragraphs parted by blank lines."""
    blocks: list[Block] = []
    paragraph = 1
    longest = max((len(line) for line in text.splitlines()[:2000]), default=0)
    for raw in text.splitlines():
        line = re.sub(r"\t+| {4,}", SPLIT, without_controls(raw.replace("\t", "    ")).strip())
        if not plain(line):
            paragraph += 1
            continue
        last = blocks[-1] if blocks else None
        wrapped = isinstance(last, Line) and last.path == (0, paragraph) and len(last.text) >= 60
        if wrapped and isinstance(last, Line) and longest <= 120 and line[0].islower():
            blocks[-1] = Line(f"{last.text} {line}"[:LONGEST_TEXT], (0, paragraph), style="text")
        else:
            blocks.append(Line(line[:LONGEST_TEXT], (0, paragraph), style="text"))
        if len(blocks) >= MOST_BLOCKS:
            break
    return blocks
