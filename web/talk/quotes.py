"""A quote of a talk: its link, its words, citations, an embed code; as a page and as JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from archive.errors import NotFound, UserError
from archive.types import Segment, Transcript
from web.site import site
from web.talk.citing import (
    Quote,
    bibtex_citation,
    csl_citation,
    plain_citation,
    quote_of,
    with_source,
)
from web.talk.clips import clip_forms, longest_ms
from web.talk.quoting import (
    MOST_WORDS,
    Passage,
    Quotation,
    Standing,
    find,
    quotation_asked,
    quotation_of,
)

quotes = Blueprint("quotes", __name__, url_prefix="/talks/<slug>")


@dataclass(frozen=True, slots=True)
class Step:
    """A way to make a quote longer or shorter; ``query`` is "" where that cannot be."""

    name: str
    query: str


@quotes.get("/quote")
def page(slug: str) -> ResponseReturnValue:
    """The quote as a page; the talk's page shows the middle of it in a panel."""
    asked, quote = _quote(slug)
    return render_template(
        "quote.html",
        quote=quote,
        asked=asked,
        sourced=with_source(quote),
        plain=plain_citation(quote),
        bibtex=bibtex_citation(quote),
        csl=json.dumps([csl_citation(quote)], ensure_ascii=False, indent=2),
        embed=embed_code(quote),
        steps=_steps(quote),
        forms=clip_forms(quote.talk),
        longest_ms=longest_ms(),
    )


@quotes.get("/quote.json")
def document(slug: str) -> Response:
    """The quote as JSON: what the page holds, for scripts."""
    asked, quote = _quote(slug)
    return jsonify(quote_document(quote, asked))


def quote_document(quote: Quote, asked: Quotation) -> dict[str, Any]:
    """A quote as plain values.

    ``standing`` says how the words of the link stand now: ``timed`` (it named none), ``same``,
    ``changed`` or ``lost``; ``quoted`` are those words.
    """
    return {
        "talk": quote.talk.slug,
        "title": quote.talk.title,
        "event": quote.event.title if quote.event else None,
        "given_on": quote.given_on.isoformat() if quote.given_on else None,
        "start_ms": quote.start_ms,
        "end_ms": quote.end_ms,
        "text": quote.text,
        "quoted": asked.text or None,
        "standing": quote.passage.standing.value,
        "speakers": [voice.name for voice in quote.voices],
        "speakers_told_by_machine": any(voice.by_machine for voice in quote.voices),
        "times_estimated": quote.estimated,
        "url": quote.address,
        "embed": embed_code(quote),
        "transcript": {
            "number": quote.transcript.number,
            "made_at": quote.transcript.made_at or None,
            "origin": quote.transcript.origin,
            "engine": quote.transcript.engine or None,
            "model": quote.transcript.model or None,
            "checked_by": quote.transcript.checked_by or None,
        },
        "citation": plain_citation(quote),
        "bibtex": bibtex_citation(quote),
        "csl": csl_citation(quote),
    }


def embed_code(quote: Quote) -> str:
    """HTML that shows the passage on another page."""
    base = url_for("pages.home", _external=True).rstrip("/")
    return str(
        Markup(
            '<iframe src="{}/embed/{}?{}" width="560" height="420" title="{}" loading="lazy"'
            ' allow="fullscreen; picture-in-picture"></iframe>'
        ).format(base, quote.talk.slug, quote.link.query, quote.talk.title)
    )


def _quote(slug: str) -> tuple[Quotation, Quote]:
    directory = site().directory()
    talk = directory.talk(slug)
    transcript = site().transcript(talk)
    if transcript is None or not transcript.words:
        raise NotFound(_("This talk has no words yet."), advice=_("Its page says why."))
    asked = quotation_asked(request.args)
    if asked is None:
        raise UserError(
            _("Which words are quoted is not said."),
            advice=_("Write when they begin and end, in seconds: ?t=75.42,79.10."),
        )
    passage = find(transcript.words, asked) or Passage(0, 1, Standing.TIMED)
    if asked.end_ms is None and not asked.quote:
        passage = _sentence(transcript, passage)
    address = url_for("pages.talk", slug=slug, _external=True)
    event, turns = directory.event_of_talk(talk), site().catalog.turns(talk)
    return asked, quote_of(talk, event, transcript, turns, passage, address)


def _sentence(transcript: Transcript, passage: Passage) -> Passage:
    """The line of the transcript that the first word of a passage stands in."""
    first = 0
    for segment in transcript.segments:
        end = first + len(segment.words)
        if passage.first < end:
            return Passage(first, end, passage.standing)
        first = end
    return passage


def _steps(quote: Quote) -> list[Step]:
    """How the quote can begin and end elsewhere, word by word and line by line."""
    first, end = quote.passage.first, quote.passage.end
    lines = _line_starts(quote.transcript.segments)
    words = quote.transcript.words
    ways = [
        (_("Begin a word earlier"), first - 1, end),
        (_("Begin a word later"), first + 1, end),
        (_("End a word earlier"), first, end - 1),
        (_("End a word later"), first, end + 1),
        (_("Begin with the line"), max((n for n in lines if n < first), default=-1), end),
        (_("End with the line"), first, min((n for n in lines if n > end), default=-1)),
    ]
    return [
        Step(name, _query(quote.transcript, begins, ends))
        for name, begins, ends in ways
        if 0 <= begins < ends <= len(words) and ends - begins <= MOST_WORDS
    ]


def _query(transcript: Transcript, first: int, end: int) -> str:
    return quotation_of(transcript.words, first, end).query


def _line_starts(segments: tuple[Segment, ...]) -> list[int]:
    """The number of the word that each line begins with, and the number of all words."""
    starts = [0]
    for segment in segments:
        starts.append(starts[-1] + len(segment.words))
    return starts
