"""The places of a query's words in a few talks: to show them, and to see how near they come."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from search.engine.generation import FIELDS, Generation
from search.engine.near import NOWHERE, Positions, inside
from search.engine.places import Places
from search.engine.talk_file import TalkText
from search.index import (
    CORRECTED,
    CorrectedEvidence,
    Evidence,
    Hits,
    NearRuns,
    ProgrammeEvidence,
    SpeechBeside,
    SpeechEvidence,
    Wanted,
)
from search.matches import BoolArray, FloatArray, RowArray
from search.nearness import LONGEST_RUN_TOKENS, closeness

_SPEECH = FIELDS.index("speech")
_CORRECTED = FIELDS.index(CORRECTED)


@dataclass(frozen=True, slots=True)
class _Occurrences:
    """Occurrences of the clauses in some talks, in order: parallel arrays.

    ``talk`` is the number of the talk among these, ``section`` the row of the stream.
    """

    clause: Positions
    talk: Positions
    first: Positions
    last: Positions
    section: Positions

    def only(self, kept: BoolArray) -> _Occurrences:
        return _Occurrences(
            self.clause[kept], self.talk[kept], self.first[kept], self.last[kept],
            self.section[kept],
        )  # fmt: skip


class Showing:
    """Looks up a request's clauses in talks that were found.

    ``heard`` says which documents are speeches that the request listens to.
    """

    def __init__(
        self,
        generation: Generation,
        places: Places,
        wanted: Sequence[Wanted],
        heard: BoolArray,
    ) -> None:
        self._generation = generation
        self._places = places
        self._wanted = wanted
        self._heard = heard

    def nearness(self, talk_rows: RowArray, clauses: Sequence[int] | None = None) -> FloatArray:
        """How near the query's words come to each other in each talk, 0 to 1.

        ``clauses`` are the numbers of those that count, None for all.
        """
        hits = self._hits(talk_rows, clauses)
        spoken = hits.only(self._counting(hits, len(talk_rows)))
        # Streams are laid so far apart that no run spans two.
        apart = spoken.section * LONGEST_RUN_TOKENS
        return closeness(
            Hits(spoken.clause, spoken.first + apart, spoken.last + apart),
            spoken.talk,
            len(talk_rows),
            len(self._wanted),
        )

    def evidence(self, talk_rows: RowArray, text_of: Callable[[int], TalkText]) -> list[Evidence]:
        """Where the clauses stand in the talks, by their order.

        Of a talk's speeches those of the original track count, else the English ones.
        """
        ordered = np.sort(talk_rows)
        hits = self._hits(ordered)
        marked = self._marks(ordered) if any(one.near for one in self._wanted) else hits
        sections = self._generation.sections
        field = sections.field[hits.section]
        listened_to = (field != _CORRECTED) | self._heard[sections.document[hits.section]]
        counting = self._counting(hits, len(ordered)) | (field != _SPEECH)
        hits = hits.only(counting & listened_to)
        parts = _by_section(hits)
        marks = _by_section(marked) if marked is not hits else parts
        found: dict[int, list[int]] = {}
        for section in parts:
            found.setdefault(int(self._generation.sections.owner[section]), []).append(section)
        return [
            self._evidence(row, found[row], parts, marks, text_of) if row in found else Evidence()
            for row in talk_rows.tolist()
        ]

    def _evidence(
        self,
        row: int,
        sections: Sequence[int],
        parts: dict[int, Hits],
        marks: dict[int, Hits],
        text_of: Callable[[int], TalkText],
    ) -> Evidence:
        text = text_of(row)
        first_of_talk = int(np.searchsorted(self._generation.sections.owner, row))
        speeches: list[SpeechEvidence] = []
        programme: list[ProgrammeEvidence] = []
        corrected: list[CorrectedEvidence] = []
        for section in sections:
            begin = int(self._generation.sections.first[section])
            stream = text.stream(section - first_of_talk)
            hits = _counted_from(begin, parts[section])
            marked = _counted_from(begin, marks[section]) if marks is not parts else hits
            about = text.sections[section - first_of_talk]
            if about.is_speech:
                speeches.append(
                    SpeechEvidence(
                        about.speaker, about.track, about.languages, stream, hits, marked
                    )
                )
            elif about.field == CORRECTED:
                speech = text.sections[about.speech]
                stands = text.stream(about.speech)
                corrected.append(
                    CorrectedEvidence(
                        speech.speaker, speech.track, speech.languages, stands, stream, hits
                    )
                )
            else:
                programme.append(ProgrammeEvidence(about.field, stream, hits, marked))
        return Evidence(
            tuple(speeches), tuple(programme), _beside(text, speeches), tuple(corrected)
        )

    def _counting(self, hits: _Occurrences, talks: int) -> BoolArray:
        """Which hits are in speeches that count: the original's, where there are any."""
        sections = self._generation.sections
        document = sections.document[hits.section]
        heard = (sections.field[hits.section] == _SPEECH) & self._heard[document]
        original = heard & self._generation.is_original[document]
        has_original = np.zeros(talks, bool)
        has_original[hits.talk[original]] = True
        counting: BoolArray = original | (heard & ~has_original[hits.talk])
        return counting

    def _hits(self, talk_rows: RowArray, clauses: Sequence[int] | None = None) -> _Occurrences:
        """All occurrences, or those of some clauses."""
        columns = [
            self._column(number, *self._places.spans_in(one, talk_rows), talk_rows)
            for number, wanted in enumerate(self._wanted)
            if clauses is None or number in clauses
            for one in wanted.sought
        ]
        return self._in_order(columns)

    def _marks(self, talk_rows: RowArray) -> _Occurrences:
        """All occurrences, but of what stands near each other the parts alone."""
        columns = []
        for number, wanted in enumerate(self._wanted):
            for one in wanted.sought:
                spans = self._places.spans_in(one, talk_rows)
                if not isinstance(one, NearRuns):
                    columns.append(self._column(number, *spans, talk_rows))
                    continue
                at = self._places.slices(spans[0], talk_rows).at
                for runs in one.parts:
                    part = {
                        length: first[self._places.slices(first, talk_rows).at]
                        for length, first in self._places.part(runs).items()
                    }
                    begin, end = inside(part, spans[0][at], spans[1][at])
                    order = np.argsort(begin, kind="stable")
                    columns.append(self._column(number, begin[order], end[order], talk_rows))
        return self._in_order(columns)

    def _column(
        self, clause: int, first: Positions, last: Positions, talk_rows: RowArray
    ) -> tuple[Positions, ...]:
        slices = self._places.slices(first, talk_rows)
        first, last = first[slices.at], last[slices.at]
        return np.full(len(first), clause), slices.talk, first, last

    def _in_order(self, columns: Sequence[tuple[Positions, ...]]) -> _Occurrences:
        if not columns:
            return _Occurrences(NOWHERE, NOWHERE, NOWHERE, NOWHERE, NOWHERE)
        clause, talk, first, last = map(np.concatenate, zip(*columns, strict=True))
        order = np.argsort(first, kind="stable")
        first, last = first[order].astype(np.int64), last[order].astype(np.int64)
        section = np.searchsorted(self._generation.sections.first, first, "right") - 1
        return _Occurrences(clause[order], talk[order], first, last, section)


def _beside(text: TalkText, speeches: Sequence[SpeechEvidence]) -> tuple[SpeechBeside, ...]:
    """The speeches of the track that none of these is of."""
    counting = {speech.track for speech in speeches}
    return tuple(
        SpeechBeside(about.speaker, about.track, about.languages, text.stream(number))
        for number, about in enumerate(text.sections)
        if counting and about.is_speech and about.track not in counting
    )


def _by_section(hits: _Occurrences) -> dict[int, Hits]:
    sections, begins = np.unique(hits.section, return_index=True)
    bounds = pairwise([*begins.tolist(), len(hits.section)])
    return {
        section: Hits(hits.clause[begin:end], hits.first[begin:end], hits.last[begin:end])
        for section, (begin, end) in zip(sections.tolist(), bounds, strict=True)
    }


def _counted_from(token: int, hits: Hits) -> Hits:
    return Hits(hits.clause, hits.first - token, hits.last - token)
