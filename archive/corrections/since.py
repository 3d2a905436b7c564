"""Where words of an earlier revision stand now, and who touched them in between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from sqlalchemy import Connection, Row, select

from archive import schema
from archive.corrections.patches import Span
from archive.corrections.revision_documents import unpacked
from archive.corrections.standing import Shown, present_number
from archive.errors import EditConflict, UserError
from archive.types import Track, join_words


@dataclass(frozen=True, slots=True)
class Place:
    """Words ``first`` up to ``end`` of the present transcript.

    ``touched_by`` is the row of the last revision that changed some of them; then the place is all
    that was changed there.
    """

    first: int
    end: int
    touched_by: Row[Any] | None = None


class Since:
    """What was changed in a transcript since a revision."""

    def __init__(
        self, connection: Connection, talk_id: int, track: Track, revision: int, standing: Shown
    ) -> None:
        """Raises UserError for a revision that is not there yet."""
        self._present = present_number(connection, talk_id, track)
        self._standing = standing
        if not 1 <= revision <= self._present:
            raise UserError(
                f"There is no revision {revision}.", advice=f"The newest is {self._present}."
            )
        table = schema.revisions
        query = (
            select(table)
            .where(table.c.talk_id == talk_id, table.c.track == track, table.c.number >= revision)
            .order_by(table.c.number)
        )
        rows = connection.execute(query).all()
        base = rows[0].transcript_id if rows else standing.row.id
        # None where another transcript was shown from then on: no word is known again.
        self._later: list[tuple[Row[Any], Sequence[Span] | None]] = [
            (row, unpacked(row.document).spans if row.transcript_id == base else None)
            for row in rows[1:]
        ]

    def follow(self, first: int, end: int) -> Place:
        """Where those words of the revision stand now."""
        touched_by: Row[Any] | None = None
        for row, changed in self._later:
            if changed is None:
                length = len(self._standing.words)
                first, end = min(first, length), min(end, length)
                touched_by = row
                continue
            own = [span for span in changed if _touches(span, first, end)]
            if own:
                touched_by = row
                first, end = min(first, own[0].first), max(end, own[-1].end)
            before = sum(span.grown for span in changed if span not in own and span.end <= first)
            within = sum(span.grown for span in own)
            first, end = first + before, end + before + within
        return Place(first, end, touched_by)

    def untouched(self, first: int, end: int) -> tuple[int, int]:
        """Where those words stand now; raises EditConflict where somebody changed some of them."""
        place = self.follow(first, end)
        if place.touched_by is not None:
            self.refuse(place)
        return place.first, place.end

    def refuse(self, place: Place) -> NoReturn:
        """Raise the EditConflict that says what stands in a place."""
        row = place.touched_by
        who = row.made_by if row else ""
        raise EditConflict(
            f"{who or 'Somebody'} changed these words in the meantime; nothing was overwritten.",
            present=join_words(self._standing.words[place.first : place.end]),
            changed_by=who,
            changed_at=row.made_at if row else "",
            first_word=place.first,
            end_word=place.end,
            revision=self._present,
        )


def _touches(span: Span, first: int, end: int) -> bool:
    """Whether a change is of some of those words; two additions at one place touch each other."""
    if (span.first, span.end) == (first, end):
        return True
    return span.first < end and span.end > first
