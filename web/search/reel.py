"""A reel: moments of several talks in an order of their own, all of it in the page's address."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from flask_babel import gettext as _

from archive.turns import turns_of_words
from archive.types import Event, Talk, Turn, Word, join_words
from search.engine.kept import Kept
from web.shown import clock
from web.site import Directory, Site

MOST_CLIPS = 50
LONGEST_CLIP_MS = 600_000
_KEPT_BYTES = 4_000_000
# An address that names more than this per moment names no talk.
_LONGEST_ASKED = 300
_ASKED = re.compile(r"([^,\s]+),([0-9]{1,7}(?:\.[0-9]{1,3})?),([0-9]{1,7}(?:\.[0-9]{1,3})?)")
# Addresses carry hundredths of a second: a word that begins this much earlier is meant too.
_ADDRESS_MS = 10


@dataclass(frozen=True, slots=True)
class Said:
    """Words of one speaker, as the transcript stands.

    ``speaker`` is the slug of one whom the archive knows; ``name`` is "" for whom nobody knows.
    """

    name: str
    speaker: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Clip:
    """A moment of the reel, from ``from_ms`` to ``to_ms`` of the talk's recording."""

    talk: Talk
    event: Event | None
    from_ms: int
    to_ms: int
    said: tuple[Said, ...] = ()

    @property
    def asked(self) -> str:
        """The clip as an address has it."""
        return f"{self.talk.slug},{seconds(self.from_ms)},{seconds(self.to_ms)}"

    @property
    def length_ms(self) -> int:
        return self.to_ms - self.from_ms

    @property
    def playable(self) -> bool:
        return self.talk.recording is not None

    @property
    def is_video(self) -> bool:
        recording = self.talk.recording
        return recording is not None and recording.is_video

    @property
    def fragment(self) -> str:
        """What opens the recording at just this, without any script."""
        return f"t={seconds(self.from_ms)},{seconds(self.to_ms)}"


@dataclass(frozen=True, slots=True)
class Refused:
    """What an address asked for and cannot be shown, with the reason as a sentence."""

    asked: str
    reason: str


@dataclass(frozen=True, slots=True)
class Reel:
    """``left_out`` is how many moments were named beyond the most that a reel has."""

    clips: tuple[Clip, ...]
    refused: tuple[Refused, ...] = ()
    left_out: int = 0

    @property
    def length_ms(self) -> int:
        return sum(clip.length_ms for clip in self.clips)

    @property
    def asked(self) -> list[str]:
        return [clip.asked for clip in self.clips]


def reel_asked(asked: Sequence[str], directory: Directory) -> Reel:
    """The reel that an address names, without its words."""
    clips: list[Clip] = []
    refused: list[Refused] = []
    for one in asked[:MOST_CLIPS]:
        clip = _clip(one, directory)
        if isinstance(clip, Clip):
            clips.append(clip)
        else:
            refused.append(Refused(one if len(one) <= 80 else f"{one[:79]}…", clip))
    return Reel(tuple(clips), tuple(refused), max(0, len(asked) - MOST_CLIPS))


class ClipWords:
    """What is said in clips, kept until their talks change: reading a long talk takes 50 ms."""

    def __init__(self) -> None:
        self._kept: Kept[tuple[Said, ...]] = Kept(_KEPT_BYTES)

    def added_to(self, reel: Reel, site: Site) -> Reel:
        """The same reel with the words of each of its clips."""
        unread: dict[int, list[Clip]] = {}
        for clip in reel.clips:
            if self._kept.find(_key(clip)) is None:
                unread.setdefault(clip.talk.id, []).append(clip)
        for clips in unread.values():
            talk = clips[0].talk
            transcript, turns = site.transcript(talk), site.catalog.turns(talk)
            words = transcript.words if transcript else ()
            for clip in clips:
                self._said(clip, words, turns)
        return replace(
            reel,
            clips=tuple(
                replace(clip, said=self._kept.find(_key(clip)) or ()) for clip in reel.clips
            ),
        )

    def _said(self, clip: Clip, words: Sequence[Word], turns: Sequence[Turn]) -> None:
        said = tuple(_said(clip, words, turns))
        self._kept.get(_key(clip), lambda: (said, 500 + sum(len(one.text) for one in said)))


def _key(clip: Clip) -> str:
    return f"{clip.talk.id} {clip.talk.revision} {clip.from_ms} {clip.to_ms}"


def moved(asked: Sequence[str], number: int, by: int) -> list[str]:
    """The moments with that one (from 0) so many places later; beyond the ends nothing moves."""
    order = list(asked)
    if 0 <= number < len(order) and 0 <= number + by < len(order):
        order.insert(number + by, order.pop(number))
    return order


def seconds(time_ms: int) -> str:
    """Seconds as addresses have them: ``75.42``."""
    return f"{time_ms / 1000:.3f}".rstrip("0").rstrip(".")


def _clip(asked: str, directory: Directory) -> Clip | str:
    """The clip, or why there is none."""
    match = _ASKED.fullmatch(asked) if len(asked) <= _LONGEST_ASKED else None
    if match is None:
        return str(_("A moment is written as its talk, start and end: talk,75.42,79.10."))
    talk = directory.talk_of.get(match[1])
    if talk is None:
        return str(_("There is no such talk."))
    first_ms, last_ms = talk.range_ms or (0, talk.recording.duration_ms if talk.recording else None)
    from_ms, to_ms = (round(float(number) * 1000) for number in match.groups()[1:])
    if to_ms <= from_ms:
        return str(_("Its end is not after its start."))
    if last_ms is not None and from_ms >= last_ms:
        return str(_("The talk is over by then: it ends at %(time)s.", time=clock(last_ms)))
    from_ms, to_ms = max(from_ms, first_ms), min(to_ms, last_ms or to_ms)
    if to_ms <= from_ms:
        return str(_("The talk begins later: at %(time)s.", time=clock(first_ms)))
    if to_ms - from_ms > LONGEST_CLIP_MS:
        return str(_("It is longer than 10 minutes."))
    return Clip(talk, directory.event_of_talk(talk), from_ms, to_ms)


def _said(clip: Clip, words: Sequence[Word], turns: Sequence[Turn]) -> Iterable[Said]:
    meant = [word for word in words if clip.from_ms - _ADDRESS_MS <= word.start_ms < clip.to_ms]
    by_turn = zip(meant, turns_of_words(meant, turns), strict=True)
    for _voice, group in groupby(by_turn, key=lambda pair: pair[1].voice if pair[1] else ""):
        spoken = list(group)
        turn = spoken[0][1]
        yield Said(
            turn.shown_name if turn else "",
            turn.speaker if turn else None,
            join_words([word for word, _turn in spoken]),
        )
