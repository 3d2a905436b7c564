"""A line that somebody sent, and what they are told where others changed its words meanwhile."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request
from flask_babel import gettext as _

from archive.corrections.checked import words_between
from archive.corrections.history import words_at
from archive.errors import EditConflict, UserError
from archive.types import Talk, Track, join_words
from web.site import site
from web.talk.passages import merged


@dataclass(frozen=True, slots=True)
class Conflict:
    """What somebody else made of the words of a line. ``merged`` has both where they differ.

    ``first``, ``end`` and ``revision`` are what the next try is made on.
    """

    who: str
    when: str
    theirs: str
    merged: str
    first: int
    end: int
    revision: int


@dataclass(frozen=True, slots=True)
class Sent:
    """A line that was sent: its words by their numbers at ``revision``, and what was typed."""

    first: int
    end: int
    revision: int
    text: str


def sent_line() -> Sent:
    """The line that a form sent; raises UserError where its numbers are none."""
    numbers = [request.form.get(name, type=int) for name in ("first", "end", "revision")]
    first, end, revision = numbers
    if first is None or end is None or revision is None:
        raise UserError(_("This form is not whole."), advice=_("Load the page again."))
    return Sent(first, end, revision, request.form.get("text", ""))


def conflict_of(talk: Talk, track: Track, sent: Sent, error: EditConflict) -> Conflict:
    """What the line reads now, and what it would with the words that only one of both changed."""
    base = words_at(site().catalog, talk.id, sent.revision, track)[sent.first : sent.end]
    now = words_at(site().catalog, talk.id, error.revision, track)
    first, end = error.first_word, error.end_word
    if base:
        around = words_between(now, base[0].start_ms, base[-1].end_ms)
        first, end = min(first, around[0]), max(end, around[1])
    theirs = now[first:end]
    return Conflict(
        who=error.changed_by,
        when=error.changed_at,
        theirs=join_words(list(theirs)),
        merged=merged(base, sent.text, theirs),
        first=first,
        end=end,
        revision=error.revision,
    )
