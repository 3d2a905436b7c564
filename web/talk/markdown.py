"""A transcript as Markdown: the talk, then what was said in paragraphs, each with its time."""

from __future__ import annotations

import re
from collections.abc import Sequence

from archive.types import Event, Segment, Talk, Transcript, Turn, join_words
from search.results import talk_url
from web.shown import clock, day
from web.talk.citing import version_line
from web.talk.talk_lines import PAUSE_MS

# What Markdown would read as markup. At the beginning of a line more than elsewhere.
_MARKUP = re.compile(r"([\\`*_\[\]<>#|~&$])")
_OPENING = re.compile(r"^(\d*)([.)+=-])")
# A paragraph ends after a sentence once it is this long, also without a pause.
_LONG_MS = 60_000


def write_markdown(
    talk: Talk,
    event: Event | None,
    transcript: Transcript,
    parts: Sequence[tuple[Segment, Turn | None]],
    *,
    page: str,
) -> str:
    """The document; ``parts`` are the segments with who speaks, ``page`` the site's address.

    All that people wrote is escaped.
    """
    head = [f"# {_escaped(talk.title)}"]
    people = [
        ", ".join(part for part in (a.speaker.name, a.role, a.affiliation) if part)
        for a in talk.appearances
    ]
    head += [f"- {_escaped(person)}" for person in people]
    if event is not None:
        head.append(f"- {_escaped(event.title)}")
    if talk.given_on is not None:
        head.append(f"- {day(talk.given_on)}")
    head.append(f"- {_escaped(version_line(transcript))}")
    several = len({turn.voice for _, turn in parts if turn}) > 1
    blocks = ["\n".join([head[0], "", *head[1:]])]
    voice: str | None = None
    for paragraph, turn in _paragraphs(parts):
        if several and turn is not None and turn.voice != voice:
            voice = turn.voice
            blocks.append(f"## {_escaped(turn.shown_name)}")
        time_ms = paragraph[0].start_ms
        words = [word for segment in paragraph for word in segment.words]
        link = f"[{clock(time_ms)}]({page}{talk_url(talk.slug, time_ms)})"
        blocks.append(f"{link} {_escaped(join_words(words))}")
    return "\n\n".join(blocks) + "\n"


def _paragraphs(
    parts: Sequence[tuple[Segment, Turn | None]],
) -> list[tuple[list[Segment], Turn | None]]:
    """Segments in a row of one voice, parted at pauses and where they become long."""
    found: list[tuple[list[Segment], Turn | None]] = []
    for segment, turn in parts:
        if found:
            paragraph, before = found[-1]
            same = (before.voice if before else None) == (turn.voice if turn else None)
            pause_ms = segment.start_ms - paragraph[-1].end_ms
            long = segment.end_ms - paragraph[0].start_ms > _LONG_MS
            if same and pause_ms < PAUSE_MS and not long:
                paragraph.append(segment)
                continue
        found.append(([segment], turn))
    return found


def _escaped(text: str) -> str:
    one_line = " ".join(text.split())
    return _OPENING.sub(r"\1\\\2", _MARKUP.sub(r"\\\1", one_line))
