"""A passage of a talk as it is quoted: its words, who says them, and citations of it.

A citation says which transcript its words are from, and whether a person checked it: the words of a
machine are no evidence of what was said.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _

from archive.turns import turns_of_words
from archive.types import Appearance, Event, Talk, Transcript, Turn, Word, join_words
from web.shown import clock, day
from web.talk.quoting import Passage, Quotation, quotation_of

# Of an entry's name.
_LONGEST_STEM = 40
_BIBTEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\{",
        "}": r"\}",
        "$": r"\$",
        "&": r"\&",
        "#": r"\#",
        "%": r"\%",
        "_": r"\_",
        "^": r"\textasciicircum{}",
        "~": r"\textasciitilde{}",
    }
)


@dataclass(frozen=True, slots=True)
class Voice:
    """Somebody who speaks in a passage; ``appearance`` is what the programme says of them.

    ``by_machine`` says that a machine told who it is, ``likely`` that it is not sure.
    """

    name: str
    appearance: Appearance | None = None
    likely: bool = False
    by_machine: bool = False

    @property
    def post(self) -> str:
        """The name, with what they were at that talk."""
        part = self.appearance
        about = (part.role, part.affiliation) if part else ()
        return ", ".join(text for text in (self.name, *about) if text)


@dataclass(frozen=True, slots=True)
class Quote:
    """A passage and all that is to be said of it. ``address`` is the link to it, whole.

    ``voices`` are those who speak in it; where nobody knows, all the speakers of the talk.
    """

    talk: Talk
    event: Event | None
    transcript: Transcript
    passage: Passage
    text: str
    link: Quotation
    voices: tuple[Voice, ...]
    address: str

    @property
    def start_ms(self) -> int:
        return self.link.start_ms

    @property
    def end_ms(self) -> int:
        return self.link.start_ms if self.link.end_ms is None else self.link.end_ms

    @property
    def given_on(self) -> date | None:
        """The day of the talk, else the first of its event."""
        return self.talk.given_on or (self.event.starts_on if self.event else None)

    @property
    def estimated(self) -> bool:
        """Whether the times of its words were not heard, but spread over captions."""
        words = self.transcript.words[self.passage.first : self.passage.end]
        return any(word.estimated for word in words)

    @property
    def provenance(self) -> str:
        """How far its words, and who says them, are to be relied on, in sentences."""
        line = version_line(self.transcript)
        if any(voice.likely for voice in self.voices):
            return f"{line} {_('Who speaks is a guess of a machine.')}"
        if any(voice.by_machine for voice in self.voices):
            return f"{line} {_('Who speaks was told by a machine.')}"
        return line

    @property
    def span(self) -> str:
        """When it is said, for people: ``1:15–1:19``."""
        first, last = clock(self.start_ms), clock(self.end_ms)
        return first if first == last else f"{first}–{last}"


def quote_of(
    talk: Talk,
    event: Event | None,
    transcript: Transcript,
    turns: Sequence[Turn],
    passage: Passage,
    address: str,
) -> Quote:
    """The quote of a passage of the transcript; ``address`` is that of the talk's page."""
    words = transcript.words
    own = list(words[passage.first : passage.end])
    link = quotation_of(words, passage.first, passage.end)
    return Quote(
        talk=talk,
        event=event,
        transcript=transcript,
        passage=passage,
        text=join_words(own),
        link=link,
        voices=_voices(talk, own, turns),
        address=f"{address}?{link.query}",
    )


def version_line(transcript: Transcript) -> str:
    """Which transcript it is, and whether a person checked it, as one sentence."""
    made = transcript.made_at[:10]
    by = ", ".join(part for part in (transcript.engine, transcript.model) if part)
    parts: list[str] = [
        _("Transcript %(number)s: captions that came with the talk", number=transcript.number)
        if transcript.origin == "captions"
        else _("Transcript %(number)s: by a machine (%(by)s)", number=transcript.number, by=by)
    ]
    if made:
        parts.append(day(date.fromisoformat(made)))
    who = transcript.checked_by
    parts.append(_("checked by %(who)s", who=who) if who else _("not checked by a person"))
    return f"{', '.join(parts)}."


def plain_citation(quote: Quote) -> str:
    """The citation as a line of text."""
    parts = [", ".join(voice.name for voice in quote.voices)]
    if quote.given_on:
        parts[0] = f"{parts[0]} ({day(quote.given_on)})".strip()
    parts.append(quote.talk.title)
    if quote.event:
        parts.append(", ".join(part for part in (quote.event.title, quote.event.place) if part))
    parts.append(_("Recording, %(span)s", span=quote.span))
    text = " ".join(f"{part}." for part in (part.rstrip(".") for part in parts) if part)
    return f"{text} {quote.provenance} {quote.address}"


def with_source(quote: Quote) -> str:
    """The words with who said them, where and when, to be put into a text."""
    people = "; ".join(voice.post for voice in quote.voices)
    where = (people, quote.talk.title, quote.event.title if quote.event else "")
    when = day(quote.given_on) if quote.given_on else ""
    return f"“{quote.text}” — {', '.join(part for part in (*where, when, quote.span) if part)}"


def csl_citation(quote: Quote) -> dict[str, Any]:
    """The citation as an item of CSL-JSON, which reference managers read."""
    item: dict[str, Any] = {
        "id": _key(quote),
        "type": "speech",
        "title": quote.talk.title,
        "author": [{"literal": voice.name} for voice in quote.voices],
        "medium": _("Recording"),
        "URL": quote.address,
        "version": str(quote.transcript.number),
        "note": f"{quote.span}. {quote.provenance}",
    }
    if quote.given_on:
        on = quote.given_on
        item["issued"] = {"date-parts": [[on.year, on.month, on.day]]}
    if quote.event:
        item["event-title"] = quote.event.title
        item |= {"event-place": quote.event.place} if quote.event.place else {}
    if quote.talk.language:
        item["language"] = quote.talk.language
    return item


def bibtex_citation(quote: Quote) -> str:
    """The citation as an entry of BibTeX."""
    event = quote.event
    where = ", ".join(part for part in (event.title, event.place) if part) if event else ""
    fields = {
        "author": " and ".join(f"{{{_escaped(voice.name)}}}" for voice in quote.voices),
        "title": f"{{{_escaped(quote.talk.title)}}}",
        "howpublished": _escaped(
            _("Recording, %(where)s", where=where) if where else _("Recording")
        ),
        "year": str(quote.given_on.year) if quote.given_on else "",
        "month": str(quote.given_on.month) if quote.given_on else "",
        "note": _escaped(f"{quote.span}. {quote.provenance}"),
        "url": quote.address.replace("{", "%7B").replace("}", "%7D"),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{_key(quote)},", *lines, "}"])


def _voices(talk: Talk, words: Sequence[Word], turns: Sequence[Turn]) -> tuple[Voice, ...]:
    appearance_of = {part.speaker.slug: part for part in talk.appearances}
    found: dict[str, Voice] = {}
    for turn in turns_of_words(words, turns):
        if turn is not None and turn.voice not in found:
            part = appearance_of.get(turn.speaker or "")
            by_machine = turn.source == "machine"
            found[turn.voice] = Voice(turn.shown_name, part, turn.likely, by_machine)
    return tuple(found.values()) or tuple(Voice(p.speaker.name, p) for p in talk.appearances)


def _key(quote: Quote) -> str:
    """A name for the entry: plain letters, and the second, so that two quotes differ."""
    plain = unicodedata.normalize("NFKD", quote.talk.slug).encode("ascii", "ignore").decode()
    stem = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:_LONGEST_STEM] or "talk"
    return f"{stem}-{quote.start_ms // 1000}"


def _escaped(text: str) -> str:
    return " ".join(text.translate(_BIBTEX).split())
