"""What search made of a question, and where an answer was lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from golden_questions import Place, Question

from search.results import Moment, Results, TalkHit

RIGHT_WITHIN_MS = 2_000
MOST_TALKS = 10


class Loss(StrEnum):
    """Why the first answer is not the right one."""

    NOTHING = "no talk found at all"
    TALK = "the right talk is not among the first ten"
    TIER = "in the second tier, behind talks that hold all of the words"
    RANKING = "ranked behind another talk of its tier"
    PROGRAMME = "the right talk without a moment"
    OTHER = "another moment first, the right one among the five"
    EDGE = "the moment lies there but starts over 2 s off"
    MOMENT = "no moment there"


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a question was answered.

    ``first`` says that the first moment of the first talk is right, ``ten`` that any moment shown
    for the right talk is, when that is among the first ten, ``heard_as`` that a moment of that
    tier is. ``jump_ms`` is how far the first moment of the right talk starts from where the words
    begin, None where that talk has none. ``in_bounds`` says whether it starts inside the stretch
    of speech, known from elsewhere, that the words begin in.
    """

    question: Question
    first: bool
    ten: bool
    heard_as: bool
    loss: Loss | None
    jump_ms: int | None
    in_bounds: bool | None

    @property
    def independent(self) -> bool:
        """Whether the true time does not come from the transcript."""
        return not self.question.places[0].by_transcript


def judged(question: Question, results: Results) -> Verdict:
    """Compare an answer with where the words were said."""
    talks = results.talks[:MOST_TALKS]
    rank = next((at for at, hit in enumerate(talks) if _places(hit, question)), None)
    hit = None if rank is None else talks[rank]
    moments = hit.moments if hit else ()
    places = _places(hit, question) if hit else []
    right = [_is_right(moment, places) for moment in moments]
    first = rank == 0 and right[:1] == [True]
    heard = [one for tier in results.heard_as for one in tier.talks]
    return Verdict(
        question,
        first,
        any(right),
        any(_is_right(m, _places(one, question)) for one in heard for m in one.moments),
        None if first else _loss(talks, rank, right, places),
        min(abs(moments[0].start_ms - place.start_ms) for place in places) if moments else None,
        _in_bounds(moments, places),
    )


def _places(hit: TalkHit, question: Question) -> list[Place]:
    return [place for place in question.places if place.slug == hit.slug]


def _is_right(moment: Moment, places: Sequence[Place]) -> bool:
    return any(abs(moment.start_ms - place.start_ms) <= RIGHT_WITHIN_MS for place in places)


def _loss(
    talks: Sequence[TalkHit], rank: int | None, right: Sequence[bool], places: Sequence[Place]
) -> Loss:
    if rank is None:
        return Loss.TALK if talks else Loss.NOTHING
    if rank:
        behind = talks[rank].matched == "most" and talks[0].matched == "all"
        return Loss.TIER if behind else Loss.RANKING
    moments = talks[rank].moments
    if not moments:
        return Loss.PROGRAMME
    if any(right):
        return Loss.OTHER
    return Loss.EDGE if _lies_there(moments[0], places) else Loss.MOMENT


def _lies_there(moment: Moment, places: Sequence[Place]) -> bool:
    """Whether a moment holds the place, or begins soon after where it should have begun."""
    return any(
        moment.start_ms - 2 * RIGHT_WITHIN_MS <= place.start_ms <= moment.end_ms for place in places
    )


def _in_bounds(moments: Sequence[Moment], places: Sequence[Place]) -> bool | None:
    bounds = [place.within_ms for place in places if place.within_ms]
    if not moments or not bounds:
        return None
    return any(low - 300 <= moments[0].start_ms <= high + 300 for low, high in bounds)
