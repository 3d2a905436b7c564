"""The nouns of Podium, as frozen dataclasses.

Times are integer milliseconds from the start of the recording and are named ``*_ms``. Public
addresses are slugs; ``id`` fields are the catalog's own keys, which never change and are never
used again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from itertools import chain

from msgspec import Struct

# A guess of a language with less probability than this is shown as one in doubt.
SURE_LANGUAGE = 0.8
# A voice that is less like the enrolled one is shown as a likely one.
_SURE_VOICE = 0.68


class State(StrEnum):
    """What a talk needs next. Derived from the catalog's rows, never stored."""

    WAITING = "waiting"
    FETCH = "fetch"
    TRANSCRIBE = "transcribe"
    INDEX = "index"
    READY = "ready"
    FAILED = "failed"


class Track(StrEnum):
    """Which telling of a talk a transcript is: as it was spoken, or its English translation."""

    ORIGINAL = "original"
    ENGLISH = "english"


@dataclass(frozen=True, slots=True)
class EventPerson:
    """Somebody with a part in an event who is not one of its speakers: a host, a facilitator."""

    name: str
    part: str


@dataclass(frozen=True, slots=True)
class Event:
    id: int
    slug: str
    title: str
    starts_on: date | None = None
    ends_on: date | None = None
    place: str = ""
    url: str = ""
    organizers: tuple[str, ...] = ()
    people: tuple[EventPerson, ...] = ()
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Speaker:
    """A person; ``aliases`` are other spellings, orders and scripts of the name."""

    id: int
    slug: str
    name: str
    aliases: tuple[str, ...] = ()
    url: str = ""


@dataclass(frozen=True, slots=True)
class Appearance:
    """A speaker at one talk, with what they were at that time. ``country`` is ISO 3166 alpha-2.

    ``by_voice`` says that the programme does not name them: they were heard in the recording.
    """

    speaker: Speaker
    role: str = ""
    affiliation: str = ""
    affiliation_aliases: tuple[str, ...] = ()
    country: str = ""
    by_voice: bool = False


@dataclass(frozen=True, slots=True)
class Recording:
    """A stored (or linked) media file; several talks may share one.

    ``media_key`` is the SHA-256 of the file as it came, in hex. ``path`` is absolute. ``size`` is
    in bytes; ``width`` and ``height`` in pixels, 0 for sound alone.
    """

    id: int
    media_key: str
    kind: str
    mime_type: str
    size: int
    duration_ms: int
    width: int
    height: int
    path: str
    linked: bool = False

    @property
    def is_video(self) -> bool:
        """Whether there is something to see."""
        return self.mime_type.startswith("video/")


@dataclass(frozen=True, slots=True)
class Chapter:
    """A named part of a recording; it lasts until the next one begins."""

    start_ms: int
    title: str


@dataclass(frozen=True, slots=True)
class Talk:
    """A talk of the programme; ``recording`` is None until its clip has come.

    ``event`` is the event's slug. ``language`` is BCP 47 as the programme states it, or "".
    ``range_ms`` is the part of the recording that is this talk, or None for all of it.
    ``session`` says that several people speak, whomever the programme names. ``appearances`` are
    those of the programme, then people who are known by their voice.
    ``revision`` grows with every change that search or pages can show.
    """

    id: int
    slug: str
    title: str
    event: str | None = None
    number: int | None = None
    description: str = ""
    language: str = ""
    appearances: tuple[Appearance, ...] = ()
    given_on: date | None = None
    source_url: str = ""
    source_key: str = ""
    recording: Recording | None = None
    range_ms: tuple[int, int] | None = None
    chapters: tuple[Chapter, ...] = ()
    session: bool = False
    revision: int = 1

    @property
    def only_speaker(self) -> Speaker | None:
        """The one who speaks all of it; None for a session, and for no speaker or several."""
        named = self.programme_speakers
        return named[0] if len(named) == 1 and not self.session else None

    @property
    def programme_speakers(self) -> tuple[Speaker, ...]:
        """Those whom the programme names."""
        return tuple(part.speaker for part in self.appearances if not part.by_voice)

    @property
    def speakers(self) -> tuple[Speaker, ...]:
        return tuple(appearance.speaker for appearance in self.appearances)


@dataclass(frozen=True, slots=True)
class Status:
    """Where a talk is on its way to being searchable.

    ``reason`` says why it failed or waits; ``advice`` what to do. ``searchable_to_ms`` is how far
    its speech can be found now. ``indexed_revision`` is the talk's revision that the index holds
    (0 for none).
    """

    state: State
    running: bool = False
    reason: str = ""
    advice: str = ""
    searchable_to_ms: int = 0
    indexed_revision: int = 0


class Word(Struct, frozen=True, array_like=True, gc=False):
    """One word as it was heard.

    Not a dataclass, because the 12,000 of an hour are read at once: made from their stored form
    several times as fast, and passed over by Python's search for garbage.

    ``text`` keeps its punctuation and has no outer blanks; ``space_before`` is False where the
    script writes no blank. ``probability`` is 0 to 1. ``estimated`` says that its times were not
    heard but spread over the caption it stands in. ``corrected_from`` is what stood here before a
    person corrected it, or "".
    """

    text: str
    space_before: bool
    start_ms: int
    end_ms: int
    probability: float = 1.0
    estimated: bool = False
    corrected_from: str = ""


@dataclass(frozen=True, slots=True)
class Segment:
    """A sentence or so: the unit a caption shows. ``unsure`` marks what the engine doubted."""

    start_ms: int
    end_ms: int
    words: tuple[Word, ...]
    language: str = ""
    unsure: bool = False

    @property
    def text(self) -> str:
        return join_words(self.words)


@dataclass(frozen=True, slots=True)
class Turn:
    """Who spoke when.

    ``voice`` is a speaker's slug or ``unknown-1``; ``speaker`` is that slug, or None, and ``name``
    the speaker's name, or "". ``score`` is 0 to 1; ``source`` is ``programme``, ``machine``,
    ``editor`` or ``rttm``.
    """

    start_ms: int
    end_ms: int
    voice: str
    speaker: str | None = None
    score: float = 1.0
    source: str = "programme"
    name: str = ""

    @property
    def likely(self) -> bool:
        """Whether who speaks is a machine's guess that may well be wrong."""
        named = self.speaker is not None
        return named and self.source == "machine" and self.score < _SURE_VOICE

    @property
    def shown_name(self) -> str:
        """The speaker's name, or ``Unknown speaker 1``."""
        return self.name or f"Unknown speaker {self.voice.rpartition('-')[2]}"


@dataclass(frozen=True, slots=True)
class Transcript:
    """The words of one talk on one track, in the order of time.

    ``origin`` is ``machine`` or ``captions``. ``settings`` says how it was made (engine's version,
    model's SHA-256, beam size and so on). ``done_to_ms`` is how far a transcript in work has come;
    ``complete`` says that nothing more follows. ``number`` counts a talk's transcripts from 1.
    ``current`` is the one of its track that is shown and searched, ``chosen`` says that a person
    made it so.
    """

    id: int
    track: Track
    language: str
    origin: str
    number: int = 1
    engine: str = ""
    model: str = ""
    made_at: str = ""
    checked_by: str = ""
    language_probability: float | None = None
    complete: bool = True
    current: bool = True
    chosen: bool = False
    done_to_ms: int = 0
    segments: tuple[Segment, ...] = ()
    settings: dict[str, object] = field(default_factory=dict)

    @property
    def words(self) -> tuple[Word, ...]:
        return tuple(chain.from_iterable([segment.words for segment in self.segments]))

    @property
    def language_in_doubt(self) -> bool:
        """Whether the language is a guess that may well be wrong."""
        share = self.language_probability
        return share is not None and bool(self.language) and share < SURE_LANGUAGE


def join_words(words: tuple[Word, ...] | list[Word]) -> str:
    """The words as running text, with blanks only where the script has them."""
    text = "".join([f" {word.text}" if word.space_before else word.text for word in words])
    return text[1:] if words and words[0].space_before else text
