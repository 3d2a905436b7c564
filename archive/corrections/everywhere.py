"""The same mistake in many talks, corrected at once and undone at once.

    found = occurrences_like(catalog, "Palitapong")
    batch = correct_everywhere(catalog, chosen, wrong="Palitapong", right="Palittapong", by=…)
    undo_everywhere(catalog, batch.id, by=…)

What stands at a word (marks, another case at the start of a sentence) stays there. All talks are
changed in one transaction, with a revision in each. ``search.candidates`` says which talks can
hold a wrong form at all, so that only those are read.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any

from sqlalchemy import Connection, insert, select, update

from archive import schema
from archive.catalog import Catalog
from archive.clock import now
from archive.corrections.history import RevisionKind
from archive.corrections.reworded import clean_text
from archive.corrections.saving import Correction, correct_in, undo_in
from archive.corrections.standing import person, present_number, stored_pieces
from archive.errors import EditConflict, NotFound, UserError
from archive.glossary import add_in, remove_in
from archive.types import Segment, Track, join_words
from archive.written_words import is_unspaced

_AROUND_WORDS = 8


@dataclass(frozen=True, slots=True)
class Occurrence:
    """Where a wrong form stands: words ``first_word`` up to ``end_word`` of a ``revision``.

    ``old`` are the texts of these words, ``found`` the form as it is written there, ``head`` and
    ``tail`` what else these words hold, such as marks. ``before`` and ``after`` are up to eight
    words around them.
    """

    talk_id: int
    slug: str
    track: Track
    revision: int
    first_word: int
    end_word: int
    start_ms: int
    old: tuple[str, ...]
    head: str
    found: str
    tail: str
    before: str
    after: str

    @property
    def key(self) -> str:
        """Names the occurrence in a form: another one, or the same after a change, has another."""
        return f"{self.talk_id}.{self.track}.{self.revision}.{self.first_word}"

    def corrected(self, wrong: str, right: str) -> str:
        """What is to stand there, in the case of what does: ``Tied,`` becomes ``Tide,``.

        Where nothing is right, the marks go too.
        """
        if not right.strip():
            return ""
        return f"{self.head}{_in_case_of(self.found, wrong, right)}{self.tail}"


@dataclass(frozen=True, slots=True)
class Batch:
    """A correction of many places. ``undone_by`` is "" as long as it stands."""

    id: int
    wrong: str
    right: str
    made_by: str
    made_at: str
    talks: int
    places: int
    glossary_added: tuple[str, ...] = ()
    undone_by: str = ""
    undone_at: str = ""


@dataclass(frozen=True, slots=True)
class Undone:
    """How many places read as before again, and those that somebody changed since, which stay."""

    places: int
    kept: tuple[EditConflict, ...]


def occurrences_like(
    catalog: Catalog,
    wrong: str,
    *,
    talk_ids: Collection[int] | None = None,
    match_case: bool = False,
    tracks: Collection[Track] = (Track.ORIGINAL,),
) -> list[Occurrence]:
    """Where a word or phrase stands in the transcripts that are shown, in whole words only.

    ``talk_ids`` restricts it to these. Accents count, and with ``match_case`` case does. Talks
    come in the order of their keys. Raises UserError for a form without a letter or digit.
    """
    pattern = _pattern(clean_text(wrong), match_case)
    table, talks = schema.transcripts, schema.talks
    query = (
        select(table.c.id, table.c.talk_id, table.c.track, talks.c.slug)
        .join(talks, talks.c.id == table.c.talk_id)
        .where(table.c.current, table.c.complete, table.c.track.in_(tracks))
        .order_by(table.c.talk_id, table.c.track.desc())
    )
    with catalog.reading() as connection:
        rows = connection.execute(query).all()
        wanted = [row for row in rows if talk_ids is None or row.talk_id in talk_ids]
        return [found for row in wanted for found in _in_transcript(connection, row, pattern)]


def correct_everywhere(
    catalog: Catalog,
    chosen: Sequence[Occurrence],
    *,
    wrong: str,
    right: str,
    by: str,
    glossary: bool = True,
    event: str | None = None,
) -> Batch:
    """Correct the chosen occurrences in one transaction: all of them, or none.

    With ``glossary``, a right form that is written as a name goes there, for the talks of
    ``event`` or for all. Raises UserError where nothing is chosen or changes, and EditConflict
    where somebody changed one of these words since.
    """
    who, right = person(by), clean_text(right)
    table = schema.correction_batches
    with catalog.writing() as connection:
        values = {"wrong": clean_text(wrong), "right": right, "made_by": who, "made_at": now()}
        batch_id = connection.execute(
            insert(table).values(**values).returning(table.c.id)
        ).scalar_one()
        changed = [
            _correct_talk(connection, list(group), (wrong, right), who, batch_id)
            for _, group in groupby(chosen, key=lambda one: (one.talk_id, one.track))
        ]
        if not any(changed):
            raise UserError("No word would change.", advice="Choose where it is to be corrected.")
        if glossary and _is_written_as_a_name(right):
            added = [[name, event] for name in add_in(connection, [right], event)]
            connection.execute(
                update(table).where(table.c.id == batch_id).values(glossary_added=added)
            )
        row = connection.execute(select(table).where(table.c.id == batch_id)).one()
        return _batch_of(connection, row)


def batches(catalog: Catalog) -> list[Batch]:
    """All corrections of many places, the newest first."""
    table = schema.correction_batches
    with catalog.reading() as connection:
        rows = connection.execute(select(table).order_by(table.c.id.desc())).all()
        return [_batch_of(connection, row) for row in rows]


def undo_everywhere(catalog: Catalog, batch_id: int, *, by: str) -> Undone:
    """Take a batch back, with the name that it added to the glossary.

    Places that somebody changed since stay, and are named. Raises NotFound for a batch that there
    is not, UserError for one that was undone or of which nothing can be taken back.
    """
    who = person(by)
    table, revisions = schema.correction_batches, schema.revisions
    with catalog.writing() as connection:
        batch = connection.execute(select(table).where(table.c.id == batch_id)).one_or_none()
        if batch is None:
            raise NotFound(f"There is no correction {batch_id} of many places.")
        if batch.undone_at:
            raise UserError(f"{batch.undone_by} took that back already.")
        made = (revisions.c.batch_id == batch_id) & (revisions.c.kind == RevisionKind.EVERYWHERE)
        kept: list[EditConflict] = []
        rows = connection.execute(select(revisions).where(made)).all()
        for row in rows:
            undo_in(connection, row.talk_id, row.number, Track(row.track), who, kept=kept)
        places = sum(row.places for row in rows) - len(kept)
        if not places:
            raise UserError("Every place of it was changed since.", advice="Correct them singly.")
        for name, event in batch.glossary_added:
            remove_in(connection, name, event)
        connection.execute(
            update(table).where(table.c.id == batch_id).values(undone_by=who, undone_at=now())
        )
    return Undone(places, tuple(kept))


def _correct_talk(
    connection: Connection,
    group: Sequence[Occurrence],
    forms: tuple[str, str],
    by: str,
    batch_id: int,
) -> int | None:
    one = group[0]
    corrections = [
        Correction(found.first_word, found.end_word, found.old, found.corrected(*forms))
        for found in group
    ]
    return correct_in(
        connection,
        one.talk_id,
        corrections,
        one.track,
        one.revision,
        RevisionKind.EVERYWHERE,
        by,
        batch_id=batch_id,
    )


def _in_transcript(
    connection: Connection, row: Any, pattern: re.Pattern[str]
) -> Iterator[Occurrence]:
    pieces = stored_pieces(connection, row.id).values()
    segments = [segment for piece in pieces for segment in piece]
    words = [word for segment in segments for word in segment.words]
    text, starts = _text_of(segments)
    revision = present_number(connection, row.talk_id, Track(row.track))
    at = 0
    for match in pattern.finditer(text):
        while at + 1 < len(starts) and starts[at + 1] <= match.start():
            at += 1
        end = at + 1
        while end < len(starts) and starts[end] < match.end():
            end += 1
        last_end = starts[end - 1] + len(words[end - 1].text)
        yield Occurrence(
            talk_id=row.talk_id,
            slug=row.slug,
            track=Track(row.track),
            revision=revision,
            first_word=at,
            end_word=end,
            start_ms=words[at].start_ms,
            old=tuple(word.text for word in words[at:end]),
            head=text[starts[at] : match.start()],
            found=match[0],
            tail=text[match.end() : last_end],
            before=join_words(words[max(0, at - _AROUND_WORDS) : at]),
            after=join_words(words[end : end + _AROUND_WORDS]),
        )


def _text_of(segments: Sequence[Segment]) -> tuple[str, list[int]]:
    """Running text, and where in it each word begins."""
    parts: list[str] = []
    starts: list[int] = []
    length = 0
    for segment in segments:
        for number, word in enumerate(segment.words):
            # A segment by itself begins without a blank.
            begins = not number and not is_unspaced(word.text[:1])
            if parts and (word.space_before or begins):
                parts.append(" ")
                length += 1
            starts.append(length)
            parts.append(word.text)
            length += len(word.text)
    return "".join(parts), starts


def _pattern(wrong: str, match_case: bool) -> re.Pattern[str]:
    if not re.search(r"\w", wrong):
        raise UserError(f"{wrong!r} is no word.", advice="Give the word or phrase as it stands.")
    body = r"\s+".join(_any_blanks(word) for word in wrong.split())
    # Where words are written without blanks, any character may be the first one of a word. An
    # apostrophe joins, but for what Romance languages elide and an English genitive.
    before = "" if is_unspaced(wrong[0]) else r"(?<!\w)(?<![^\Wcdjlmnst]['’])"
    after = "" if is_unspaced(wrong[-1]) else r"(?!\w|['’](?!s\b)\w)"
    return re.compile(f"{before}{body}{after}", 0 if match_case else re.IGNORECASE)


def _any_blanks(word: str) -> str:
    """A word as a pattern; between characters that are words of their own, blanks may stand."""
    parts = [re.escape(word[:1])]
    for before, character in pairwise(word):
        parts.append(r"\s*" if is_unspaced(before) and is_unspaced(character) else "")
        parts.append(re.escape(character))
    return "".join(parts)


def _in_case_of(found: str, wrong: str, right: str) -> str:
    if found == wrong:
        return right
    if len(found) > 1 and found.isupper() and not wrong.isupper():
        return right.upper()
    if found[:1].isupper() and wrong[:1].islower():
        return right[:1].upper() + right[1:]
    return right


def _is_written_as_a_name(right: str) -> bool:
    """Whether a form has a capital letter or a digit, or letters of a script without capitals."""
    return any(c.isupper() or c.isdigit() or (c.isalpha() and not c.islower()) for c in right)


def _batch_of(connection: Connection, row: Any) -> Batch:
    revisions = schema.revisions
    made = (revisions.c.batch_id == row.id) & (revisions.c.kind == RevisionKind.EVERYWHERE)
    places = connection.execute(select(revisions.c.talk_id, revisions.c.places).where(made)).all()
    return Batch(
        id=row.id,
        wrong=row.wrong,
        right=row.right,
        made_by=row.made_by,
        made_at=row.made_at,
        talks=len({place.talk_id for place in places}),
        places=sum(place.places for place in places),
        glossary_added=tuple(name for name, _ in row.glossary_added),
        undone_by=row.undone_by,
        undone_at=row.undone_at,
    )
