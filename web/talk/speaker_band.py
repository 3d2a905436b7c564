"""The band of who spoke when: a lane for each voice, drawn as SVG by the page's template."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from archive.types import Talk, Turn
from search.results import talk_url

# The drawing's own units.
WIDTH = 1_000
LANE = 14
_BAR = 10
# A turn of a second in a day of speech is still seen.
_NARROWEST = 1.5
# Voices with a lane of their own; those who say less share the last one.
_MOST_LANES = 12
_MOST_IN_FULL = 60


@dataclass(frozen=True, slots=True)
class Voice:
    """One voice of a talk. ``share`` is its part of all that is spoken, 0 to 1."""

    name: str
    speaker: str | None
    likely: bool
    spoken_ms: int
    share: float
    turns: int


@dataclass(frozen=True, slots=True)
class Bar:
    """One turn as it is drawn, and as a row of the table; ``query`` opens the page there."""

    x: float
    y: int
    width: float
    height: int
    query: str
    turn: Turn

    @property
    def kind(self) -> str:
        """How sure it is who speaks, as the class of its style."""
        if not self.turn.speaker:
            return "bar-unknown"
        return "bar-likely" if self.turn.likely else "bar"


@dataclass(frozen=True, slots=True)
class SpeakerBand:
    voices: tuple[Voice, ...]
    bars: tuple[Bar, ...]
    height: int
    width: int = WIDTH

    @property
    def in_full(self) -> bool:
        """Whether each turn is drawn with its link and listed; of many the page would be large."""
        return len(self.bars) <= _MOST_IN_FULL

    @property
    def paths(self) -> list[tuple[str, str]]:
        """All bars of a kind as one path of SVG."""
        drawn: dict[str, list[str]] = {}
        for bar in self.bars:
            drawn.setdefault(bar.kind, []).append(
                f"M{bar.x:g} {bar.y}h{bar.width:g}v{bar.height}h-{bar.width:g}z"
            )
        return [(kind, "".join(parts)) for kind, parts in drawn.items()]


def speaker_band(talk: Talk, turns: Sequence[Turn]) -> SpeakerBand | None:
    """The band of a talk; None where one voice has all of it, or nobody knows."""
    first_ms, last_ms = talk.range_ms or (0, talk.recording.duration_ms if talk.recording else 0)
    spoken: dict[str, list[Turn]] = {}
    for turn in turns:
        spoken.setdefault(turn.voice, []).append(turn)
    if last_ms <= first_ms or len(spoken) < 2:
        return None
    lengths = {
        voice: sum(_inside_ms(t, first_ms, last_ms) for t in own) for voice, own in spoken.items()
    }
    total = max(1, sum(lengths.values()))
    order = sorted(spoken, key=lambda voice: -lengths[voice])
    lane_of = {voice: min(n, _MOST_LANES - 1) for n, voice in enumerate(order)}
    scale = WIDTH / (last_ms - first_ms)
    bars = [
        Bar(
            x=round(max(0, turn.start_ms - first_ms) * scale, 2),
            y=lane_of[turn.voice] * LANE + (LANE - _BAR) // 2,
            width=round(max(_NARROWEST, _inside_ms(turn, first_ms, last_ms) * scale), 2),
            height=_BAR,
            query=talk_url(talk.slug, max(first_ms, turn.start_ms)).partition("?")[2],
            turn=turn,
        )
        for turn in turns
    ]
    voices = [
        Voice(
            name=spoken[voice][0].shown_name,
            speaker=spoken[voice][0].speaker,
            likely=any(turn.likely for turn in spoken[voice]),
            spoken_ms=lengths[voice],
            share=lengths[voice] / total,
            turns=len(spoken[voice]),
        )
        for voice in order
    ]
    return SpeakerBand(tuple(voices), tuple(bars), LANE * (max(lane_of.values()) + 1))


def _inside_ms(turn: Turn, first_ms: int, last_ms: int) -> int:
    return max(0, min(turn.end_ms, last_ms) - max(turn.start_ms, first_ms))
