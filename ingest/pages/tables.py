"""Tables whose header cells say what stands in each column: one talk for a row."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from archive.names import fold
from archive.programme import SpeakerEntry
from ingest.pages.blocks import Block, Cell, Clip, Line
from ingest.pages.countries import read_country
from ingest.pages.labels import LABELS
from ingest.pages.line_people import People, read_people
from ingest.pages.line_titles import clean_title, is_ceremony, is_noise
from ingest.pages.speaker_lines import read_line
from ingest.pages.speaker_posts import Post, is_role, read_post
from ingest.pages.talks import PageTalk
from ingest.plain_text import SPLIT, plain

_MOST_ROWS = 2000
# What heads the column of titles where none is called so.
_SESSIONS = re.compile(
    r"sessions?|items?|activit(?:y|ies)|agenda|programm?e?|details?|event|content"
)


@dataclass(frozen=True, slots=True)
class TableTalks:
    """The talks of the tables that were understood, and the blocks of the others."""

    talks: list[PageTalk]
    rest: list[Block]


def read_tables(blocks: Sequence[Block]) -> TableTalks:
    """Take the tables with a header for speakers out of the blocks."""
    cells: dict[int, list[tuple[int, Block, Cell]]] = {}
    for order, block in enumerate(blocks):
        if block.cell is not None:
            cells.setdefault(block.cell.table, []).append((order, block, block.cell))
    talks: list[PageTalk] = []
    taken: set[int] = set()
    for items in cells.values():
        found = _read_table(items)
        if found:
            talks += found
            taken |= {order for order, _, _ in items}
    rest = [block for order, block in enumerate(blocks) if order not in taken]
    return TableTalks(talks, rest)


_Item = tuple[int, Block, Cell]


def _read_table(items: list[_Item]) -> list[PageTalk]:
    rows = [list(group) for _, group in groupby(items, key=lambda item: item[2].row)]
    for place, row in enumerate(rows[:4]):
        columns = _columns(row)
        if "speaker" in columns.values() and len(set(columns.values())) > 1:
            return _read_rows(rows[place + 1 : _MOST_ROWS], columns)
    return []


def _columns(row: list[_Item]) -> dict[int, str]:
    """The field that each column holds, where the row is one of labels."""
    texts: dict[int, str] = {}
    for _, block, cell in row:
        if isinstance(block, Line):
            texts[cell.column] = f"{texts.get(cell.column, '')} {plain(block.text)}".strip()
    columns: dict[int, str] = {}
    for column, text in texts.items():
        if field := _field_of(text):
            columns[column] = field
    if "title" not in columns.values():
        columns |= {c: "title" for c, text in texts.items() if _SESSIONS.fullmatch(fold(text))}
    return columns if len(columns) * 2 > len(texts) or len(columns) > 2 else {}


def _field_of(text: str) -> str:
    folded = fold(text).strip(" .:：*()")
    if folded in LABELS:
        return LABELS[folded]
    words = [
        word.strip(" .:()")
        for word in folded.replace("/", ",").replace("&", ",").replace(" and ", ",").split(",")
    ]
    fields = [LABELS[word] for word in words if word in LABELS]
    for wanted in ("speaker", "title", "affiliation"):
        if wanted in fields:
            return wanted
    return fields[0] if fields else ""


def _read_rows(rows: list[list[_Item]], columns: dict[int, str]) -> list[PageTalk]:
    """A talk for each row; cells that span several rows count in each of them."""
    talks: list[PageTalk] = []
    spanning: dict[int, tuple[int, list[_Item]]] = {}
    widest = max(columns)
    for row in rows:
        by_column: dict[int, list[_Item]] = {}
        for item in row:
            by_column.setdefault(item[2].column, []).append(item)
        number = row[0][2].row
        for column, (last, items) in spanning.items():
            if last >= number and column not in by_column:
                by_column[column] = items
        for column, items in by_column.items():
            if items[0][2].rows > 1 and items[0][2].row == number:
                spanning[column] = (number + items[0][2].rows - 1, items)
        if any(items[0][2].columns > max(1, widest // 2) for items in by_column.values()):
            continue
        talk = _read_row(by_column, columns)
        if talk:
            talks.append(talk)
    return talks


def _read_row(by_column: dict[int, list[_Item]], columns: dict[int, str]) -> PageTalk | None:
    lines: dict[str, list[str]] = {}
    clips: list[Clip] = []
    for column, items in by_column.items():
        for _, block, _ in items:
            if isinstance(block, Clip):
                clips.append(block)
            elif column in columns:
                lines.setdefault(columns[column], []).append(block.text)
    people = _people_of(lines.get("speaker", []))
    if people is None:
        return None
    order = min(order for items in by_column.values() for order, _, _ in items)
    talk = PageTalk(order, (), clips=clips, doubts=list(people.doubts))
    entries = [_with_columns(entry, lines) for entry in people.entries]
    talk.people = tuple(entries)
    readings = [read_line(line) for line in lines.get("title", []) if not is_noise(plain(line))]
    titles = [clean_title(r.title if r.people else r.text) for r in readings]
    talk.title = titles[0] if titles else ""
    talk.number = next((r.number for r in readings[:1] if not r.people), None)
    talk.kind = next((r.kind for r in readings), "")
    if len(titles) > 1:
        talk.description = ""
        talk.doubts.append(f"title: two lines could be the title; the other is {titles[1][:200]!r}")
    digits = plain(" ".join(lines.get("number", []))).strip(" .#")
    if digits.isdecimal() and len(digits) < 4:
        talk.number = int(digits)
    talk.description = plain(" ".join(lines.get("abstract", [])))
    talk.path = next(iter(by_column.values()))[0][1].path[:-1]
    if not talk.title and is_ceremony(talk.kind):
        return talk if talk.clips else None
    return talk if talk.title or talk.clips or talk.kind else None


def _people_of(lines: list[str]) -> People | None:
    """The people of a cell: in one line, or with a line for each person or post."""
    lines = [line for line in lines if read_line(line).label != "moderator"]
    if not lines:
        return None
    whole = ", ".join(line.replace(SPLIT, ", ").strip(" ,") for line in lines)
    people = [read_people(line.replace(SPLIT, ", "), told=True) for line in lines]
    if len(lines) > 1 and all(people) and not any(_is_post(line) for line in lines[1:]):
        entries = tuple(entry for found in people if found for entry in found.entries)
        return People(entries, 5, tuple(d for found in people if found for d in found.doubts))
    found = read_people(whole, told=True)
    if found or is_noise(plain(whole)):
        return found
    return people[0]


def _is_post(line: str) -> bool:
    post = read_post(plain(line))
    return post is not None and post.plain


def _with_columns(entry: SpeakerEntry, lines: dict[str, list[str]]) -> SpeakerEntry:
    text = ", ".join(plain(line) for line in lines.get("affiliation", []))
    post = (read_post(text) if text else None) or Post(affiliation=text)
    role = ", ".join(plain(line) for line in lines.get("role", []))
    if role and not is_role(role) and (said := read_post(role)) and said.affiliation and not text:
        post = said
    country = read_country(" ".join(lines.get("country", [])), alone=True)
    affiliation = entry.affiliation or post.affiliation
    return replace(
        entry,
        role=entry.role or (role if role and not post.role else "") or post.role,
        affiliation=affiliation,
        affiliation_aliases=entry.affiliation_aliases
        or (post.aliases if affiliation == post.affiliation else ()),
        country=entry.country or country or post.country,
    )
