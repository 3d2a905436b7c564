"""What the index holds about a talk: one stream of tokens per speech, and the programme's entries.

A *speech* is all that one speaker said in one talk on one track, so that nothing but another
speaker's turn can stand between two words of a phrase. Where one does, a gap stands in the stream.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
import numpy.typing as npt
from msgspec.structs import replace

from archive.countries import country_names
from archive.turns import turns_of_words, whole_talk
from archive.types import Event, Talk, Track, Transcript, Turn, Word
from search.words.analysis import is_unspaced, tokens

IntArray = npt.NDArray[np.int32]

GAP = ""
"""The surface that stands where somebody else speaks in between; no query ever asks for it."""
_GAP_TEXT = " …"


@dataclass(frozen=True, slots=True)
class Stream:
    """A text with its tokens: parallel arrays, one entry per token.

    ``char_start`` and ``char_end`` are code points of ``text``. A token inside a word has the
    word's times. Entries of the programme have times of 0.
    """

    text: str
    surfaces: tuple[str, ...]
    start_ms: IntArray
    end_ms: IntArray
    char_start: IntArray
    char_end: IntArray


@dataclass(frozen=True, slots=True)
class ProgrammeEntry:
    """A field of the programme: title, speaker, affiliation, role, country, description, event."""

    field: str
    stream: Stream


@dataclass(frozen=True, slots=True)
class Speech:
    """All that one speaker said in one talk on one track.

    ``speaker`` is a slug, or None where several speakers are not told apart. ``languages`` are
    pairs of the token from which a language counts and its code ("" where it is not known).
    ``corrected`` is what stood in it before somebody corrected it: a line for each place, with a
    gap between, and the times of the words that stand there now.
    """

    speaker: str | None
    track: Track
    languages: tuple[tuple[int, str], ...]
    stream: Stream
    corrected: Stream | None = None

    def language_at(self, token: int) -> str:
        return language_at(self.languages, token)


@dataclass(frozen=True, slots=True)
class SpokenWord:
    """A word on its way into a speech; ``interrupted`` says that somebody else spoke before it."""

    word: Word
    language: str = ""
    interrupted: bool = False


@dataclass(frozen=True, slots=True)
class TalkDocument:
    """A talk at one revision, as the index holds it. ``language`` is what the programme states."""

    talk_id: int
    revision: int
    language: str = ""
    programme: tuple[ProgrammeEntry, ...] = ()
    speeches: tuple[Speech, ...] = ()


def language_at(languages: Sequence[tuple[int, str]], token: int) -> str:
    """The language that counts at a token of a speech."""
    at = bisect_right(languages, token, key=lambda pair: pair[0]) - 1
    return languages[max(at, 0)][1] if languages else ""


def talk_document(
    talk: Talk,
    event: Event | None,
    transcripts: Sequence[Transcript],
    turns: Sequence[Turn] = (),
) -> TalkDocument:
    """The document of a talk, from the catalog's types.

    ``turns`` say who spoke, without them the one speaker of the talk; words that no turn gives to
    a known speaker go to one speech without a speaker.
    """
    return TalkDocument(
        talk_id=talk.id,
        revision=talk.revision,
        language=talk.language,
        programme=tuple(
            ProgrammeEntry(name, plain_stream(text)) for name, text in programme_of(talk, event)
        ),
        speeches=tuple(
            speech
            for transcript in transcripts
            for speech in _speeches(transcript, turns or whole_talk(talk))
        ),
    )


def programme_of(talk: Talk, event: Event | None) -> list[tuple[str, str]]:
    """Pairs of field and text: all that the programme says about a talk, without repeats."""
    entries = [("title", talk.title), ("description", talk.description)]
    for appearance in talk.appearances:
        entries.append(("speaker", appearance.speaker.name))
        entries += [("speaker", alias) for alias in appearance.speaker.aliases]
        entries.append(("role", appearance.role))
        entries.append(("affiliation", appearance.affiliation))
        entries += [("affiliation", alias) for alias in appearance.affiliation_aliases]
        if appearance.country:
            entries += [("country", name) for name in country_names(appearance.country)]
    entries += [("chapter", chapter.title) for chapter in talk.chapters]
    if event is not None:
        entries.append(("event", event.title))
        entries += [("event", organizer) for organizer in event.organizers]
        entries += [
            ("event", f"{person.name}, {person.part}" if person.part else person.name)
            for person in event.people
        ]
        entries += [("event", event.place), ("event", event.summary)]
    return [entry for entry in dict.fromkeys(entries) if entry[1].strip()]


def plain_stream(text: str) -> Stream:
    """The tokens of a text that has no times."""
    found = tokens(text)
    zeros = np.zeros(len(found), np.int32)
    return Stream(
        text,
        tuple(token.surface for token in found),
        zeros,
        zeros,
        np.array([token.start for token in found], np.int32),
        np.array([token.end for token in found], np.int32),
    )


def speech_of(words: Sequence[SpokenWord], *, speaker: str | None, track: Track) -> Speech:
    """A speech from its words, in the order of time."""
    builder = _StreamBuilder()
    languages: list[tuple[int, str]] = []
    written: list[Word] = []
    for spoken in words:
        other_language = not languages or languages[-1][1] != spoken.language
        # Words without a blank between them are one piece of text: "C" and "++" are one token.
        if spoken.interrupted or other_language or spoken.word.space_before:
            builder.add(written)
            written = []
        if spoken.interrupted:
            builder.add_gap()
        if other_language:
            languages.append((builder.length, spoken.language))
        written.append(spoken.word)
    builder.add(written)
    corrected = _corrected([spoken.word for spoken in words if spoken.word.corrected_from])
    return Speech(speaker, track, tuple(languages), builder.stream(), corrected)


def _corrected(words: Sequence[Word]) -> Stream | None:
    """What stood in the place of words; None where none of it would be found otherwise."""
    lines: list[str] = []
    found: list[str] = []
    places: list[tuple[int, int, int, int]] = []
    characters = 0
    for word in words:
        before = tokens(word.corrected_from)
        if [token.surface for token in before] == [token.surface for token in tokens(word.text)]:
            continue
        for token in before:
            found.append(token.surface)
            begin, end = characters + token.start, characters + token.end
            places.append((word.start_ms, word.end_ms, begin, end))
        characters += len(word.corrected_from)
        found.append(GAP)
        places.append((word.end_ms, word.end_ms, characters, characters))
        lines.append(f"{word.corrected_from}\n")
        characters += 1
    if not lines:
        return None
    start_ms, end_ms, char_start, char_end = (
        np.ascontiguousarray(column) for column in np.array(places, np.int32).T
    )
    return Stream("".join(lines), tuple(found), start_ms, end_ms, char_start, char_end)


class _StreamBuilder:
    """Puts a stream together from pieces of text that stand between blanks."""

    def __init__(self) -> None:
        self._text: list[str] = []
        self._characters = 0
        self._surfaces: list[str] = []
        self._places: list[tuple[int, int, int, int]] = []

    @property
    def length(self) -> int:
        return len(self._surfaces)

    def add(self, words: Sequence[Word]) -> None:
        """Add words that are written without blanks between them."""
        if not words:
            return
        if self._text and words[0].space_before:
            self._write(" ")
        start = self._characters
        text = words[0].text if len(words) == 1 else "".join(word.text for word in words)
        self._write(text)
        ends = [len(text)] if len(words) == 1 else list(accumulate(len(w.text) for w in words))
        for token in tokens(text):
            first = last = words[0]
            if len(ends) > 1:
                first = words[bisect_right(ends, token.start)]
                last = words[bisect_right(ends, token.end - 1)]
            self._surfaces.append(token.surface)
            self._places.append(
                (first.start_ms, last.end_ms, start + token.start, start + token.end)
            )

    def add_gap(self) -> None:
        """Add the place where somebody else speaks."""
        time_ms = self._places[-1][1] if self._places else 0
        self._places.append((time_ms, time_ms, self._characters, self._characters))
        self._surfaces.append(GAP)
        self._write(_GAP_TEXT)

    def stream(self) -> Stream:
        places = np.array(self._places, np.int32).reshape(-1, 4)
        start_ms, end_ms, char_start, char_end = (
            np.ascontiguousarray(column) for column in places.T
        )
        return Stream(
            "".join(self._text), tuple(self._surfaces), start_ms, end_ms, char_start, char_end
        )

    def _write(self, text: str) -> None:
        self._text.append(text)
        self._characters += len(text)


def _speeches(transcript: Transcript, turns: Sequence[Turn]) -> list[Speech]:
    """The speeches of one transcript, in the order in which the speakers begin.

    Another unknown voice is an interruption too, although the words of all unknown ones are one
    speech.
    """
    found = iter(turns_of_words(transcript.words, turns))
    spoken: dict[str | None, list[SpokenWord]] = {}
    before: str | None = None
    for segment in transcript.segments:
        language = segment.language or transcript.language
        for word in _apart(segment.words):
            turn = next(found)
            voice = turn.voice if turn else None
            words = spoken.setdefault(turn.speaker if turn else None, [])
            words.append(SpokenWord(word, language, bool(words) and voice != before))
            before = voice
    return [
        speech_of(words, speaker=speaker, track=transcript.track)
        for speaker, words in spoken.items()
    ]


def _apart(words: Sequence[Word]) -> Sequence[Word]:
    """A segment's words, with a blank before the first where its script writes blanks.

    A segment by itself begins without one, but in a speech it stands behind another.
    """
    if not words or words[0].space_before or is_unspaced(words[0].text[:1]):
        return words
    return (replace(words[0], space_before=True), *words[1:])
