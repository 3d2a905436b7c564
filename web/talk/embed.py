"""A small player for other people's pages: a talk, or a passage of it with its words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archive.turns import turns_of_words
from archive.types import Event, Segment, Talk, Turn, Word
from search.results import talk_url
from web.asked import span_asked
from web.site import site

embed = Blueprint("embed", __name__)

FRAMED = "embed.show"
"""The one page that others may show in theirs."""
LEAD_MS = 400
_ADDRESS_MS = 10
_MOST_WORDS = 150
_WITHOUT_END_MS = 60_000
"""Where no end is asked for, the words of so long a stretch are shown."""


@dataclass(frozen=True, slots=True)
class Embedded:
    """``words`` are those of the passage, each with whether a blank stands before it.

    ``voices`` are the names of who says them, in their order; none where that is not known.
    ``end_ms`` is where the player stops, None for the end of the talk; ``more`` says that the talk
    goes on behind the words.
    """

    talk: Talk
    event: Event | None
    words: Sequence[Word]
    voices: Sequence[str]
    language: str
    start_ms: int | None
    end_ms: int | None
    more: bool

    @property
    def is_video(self) -> bool:
        return self.talk.recording is not None and self.talk.recording.kind == "video"

    @property
    def media_source(self) -> str:
        """The recording's address, whose fragment is kept to without any script."""
        first_ms, last_ms = self.talk.range_ms or (0, None)
        start_ms = first_ms if self.start_ms is None else max(first_ms, self.start_ms - LEAD_MS)
        end_ms = self.end_ms or last_ms
        fragment = f"#t={start_ms / 1000:.3f}" if start_ms or end_ms else ""
        return url_for("media.recording", slug=self.talk.slug) + (
            f"{fragment},{end_ms / 1000:.3f}" if end_ms else fragment
        )

    @property
    def address(self) -> str:
        """The talk's page, opened where this begins."""
        if self.start_ms is None:
            return url_for("pages.talk", slug=self.talk.slug)
        end = "" if self.end_ms is None else f",{self.end_ms / 1000:.2f}"
        return talk_url(self.talk.slug, self.start_ms) + end


@embed.get("/embed/<slug>")
def show(slug: str) -> ResponseReturnValue:
    """The player of ``?t=75.42,79.10``, which stops at the end; without ``t`` of the whole talk."""
    directory = site().directory()
    talk = directory.talk(slug)
    transcript = site().transcript(talk)
    start_ms, end_ms = span_asked(request.args.get("t", "")) or (None, None)
    words = list(_words(transcript.segments if transcript else (), talk, start_ms, end_ms))
    return render_template(
        "embed.html",
        shown=Embedded(
            talk,
            directory.event_of_talk(talk),
            words[:_MOST_WORDS],
            _voices(words[:_MOST_WORDS], site().catalog.turns(talk)),
            transcript.language if transcript else "",
            start_ms,
            end_ms,
            len(words) > _MOST_WORDS or end_ms is None,
        ),
    )


def _voices(words: Sequence[Word], turns: Sequence[Turn]) -> list[str]:
    said_by = turns_of_words(words, turns)
    return list(dict.fromkeys(turn.shown_name for turn in said_by if turn is not None))


def _words(
    segments: Sequence[Segment], talk: Talk, start_ms: int | None, end_ms: int | None
) -> Iterator[Word]:
    """The words that begin in the passage, one more than are shown at most."""
    first_ms = (talk.range_ms or (0, 0))[0] if start_ms is None else start_ms
    # Addresses are cut to hundredths of a second, so the word may begin a little later.
    last_ms = first_ms + _WITHOUT_END_MS if end_ms is None else end_ms + _ADDRESS_MS
    found = 0
    for segment in segments:
        if segment.end_ms < first_ms:
            continue
        for word in segment.words:
            if word.start_ms >= last_ms or found > _MOST_WORDS:
                return
            if word.start_ms >= first_ms:
                found += 1
                yield word
