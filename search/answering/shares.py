"""Who says what was asked for, and how often in so many words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from archive.types import Track
from search.directory import Directory
from search.index import Found, IndexedTalk, Request


@dataclass(frozen=True, slots=True)
class Share:
    """How often one speaker says it. ``words`` is all that they say where it was looked for.

    ``speaker`` is None for all speech of which it is not known who spoke.
    """

    speaker: str | None
    name: str
    talks: int
    occurrences: int
    words: int

    @property
    def per_thousand(self) -> float:
        return 1000 * self.occurrences / self.words if self.words else 0.0


def shares_of(
    found: Found,
    request: Request,
    scope: frozenset[int],
    directory: Directory,
) -> tuple[Share, ...]:
    """Who says it and how often, those who say it most often in so many words first."""
    spoken: dict[str | None, int] = {}
    for talk_id in scope & found.contents.keys():
        for speaker, tokens in _heard(found.contents[talk_id], request):
            spoken[speaker] = spoken.get(speaker, 0) + tokens
    often: dict[str | None, int] = {}
    talks: dict[str | None, set[int]] = {}
    for talk_id, speaker, count in found.matches.said_in_full():
        often[speaker] = often.get(speaker, 0) + count
        talks.setdefault(speaker, set()).add(talk_id)
    found_shares = [
        Share(
            speaker,
            directory.speaker_name(speaker),
            len(talks[speaker]),
            count,
            spoken.get(speaker, 0),
        )
        for speaker, count in often.items()
    ]
    return tuple(sorted(found_shares, key=lambda one: (-one.per_thousand, one.name)))


def _heard(talk: IndexedTalk, request: Request) -> Iterator[tuple[str | None, int]]:
    """Who says how many words in a talk, of what the request listens to."""
    heard = [words for words in talk.words if request.hears(words.speaker, words.languages)]
    originals = [words for words in heard if words.track is Track.ORIGINAL]
    for words in originals or heard:
        yield words.speaker, words.tokens
