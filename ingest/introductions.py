"""Who an unknown voice may be: what a moderator said just before it, and the programme's order.

These are hints for a person, never a proof: no name is given by them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from archive.names import name_key
from archive.turns import turns_of_words
from archive.types import Speaker, Talk, Turn, Word, join_words
from ingest.splitting import Keynote, keynotes_of

# An introduction stands this much before the first word of whom it introduces, at most.
_BEFORE_MS = 60_000
# How much of a name may be misheard: its letters alike, from 0 to 1.
_WHOLE_NAME, _SURNAME = 0.78, 0.85
_LEAST_LETTERS = 5
# Words shown around a name.
_AROUND = 6


@dataclass(frozen=True, slots=True)
class VoiceHint:
    """Who a voice may be. ``said`` is the introduction, "" where the programme's order says it.

    ``at_ms`` is when the name is said, else when the voice begins its talk.
    """

    voice: str
    speaker: Speaker
    at_ms: int
    said: str = ""


def voice_hints(talk: Talk, words: Sequence[Word], turns: Sequence[Turn]) -> list[VoiceHint]:
    """Whom of the programme the unknown voices of a talk may be that speak at length.

    A voice has one hint at most, and a person too; an introduction counts before the order. The
    order counts only where as many people are missing as voices are unknown.
    """
    heard = {turn.speaker for turn in turns}
    missing = [speaker for speaker in talk.programme_speakers if speaker.slug not in heard]
    strangers = [keynote for keynote in keynotes_of(turns) if keynote.speaker is None]
    if not missing or not strangers:
        return []
    voices = [turn.voice if turn else "" for turn in turns_of_words(words, turns)]
    hints: list[VoiceHint] = []
    for stranger in strangers:
        spoken = _before(stranger, words, voices)
        hint = _introduced(stranger, spoken, missing)
        if hint is not None:
            hints.append(hint)
            missing.remove(hint.speaker)
    named = {hint.voice for hint in hints}
    rest = [stranger for stranger in strangers if stranger.voice not in named]
    if len(rest) == len(missing):
        hints += [
            VoiceHint(stranger.voice, speaker, stranger.start_ms)
            for stranger, speaker in zip(rest, missing, strict=True)
        ]
    return sorted(hints, key=lambda hint: hint.at_ms)


def _before(stranger: Keynote, words: Sequence[Word], voices: Sequence[str]) -> list[Word]:
    """What others say in the minute before a voice begins to speak at length."""
    return [
        word
        for word, voice in zip(words, voices, strict=True)
        if voice != stranger.voice
        and stranger.start_ms - _BEFORE_MS <= word.start_ms <= stranger.start_ms
    ]


def _introduced(
    stranger: Keynote, spoken: list[Word], missing: Sequence[Speaker]
) -> VoiceHint | None:
    """The one who is named last before a voice begins: who was thanked is named before that."""
    found: VoiceHint | None = None
    last = -1
    for speaker in missing:
        for first, end in _mentions(speaker, spoken):
            if first > last:
                last = first
                around = spoken[max(0, first - _AROUND) : end + _AROUND]
                said = join_words(around)
                found = VoiceHint(stranger.voice, speaker, spoken[first].start_ms, said)
    return found


def _mentions(speaker: Speaker, spoken: Sequence[Word]) -> Iterator[tuple[int, int]]:
    """Where a name is said: the first word and the one behind the last."""
    keys = [name_key(word.text) for word in spoken]
    for name in (speaker.name, *speaker.aliases):
        parts = name_key(name).split()
        forms = [(" ".join(parts), len(parts), _WHOLE_NAME)]
        if len(parts) > 1 and len(parts[-1]) >= _LEAST_LETTERS:
            forms.append((parts[-1], 1, _SURNAME))
        for form, count, alike in forms:
            for first in range(len(keys) - count + 1):
                said = " ".join(keys[first : first + count])
                if said and OSA.normalized_similarity(said, form) >= alike:
                    yield first, first + count
