"""Changing the words of a transcript that is shown, so that nothing of it is lost.

    correct(catalog, talk_id, [Correction(…), …], revision=N, by="Ada Example")
    restore(catalog, talk_id, N, by=…)      an earlier revision is shown again
    undo(catalog, talk_id, N, by=…)         one revision is taken back, later ones stay

Each makes one revision, or none where nothing changes, and gives its number back. ``track`` is the
original unless another is named. All raise NotFound for a talk that was removed, UserError for
what cannot be done, EditConflict where somebody else changed the same words since, and DiskFull or
Busy where it cannot be kept now; then nothing was changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from sqlalchemy import Connection, select, update

from archive import schema
from archive.catalog import Catalog
from archive.corrections.checked import move_passages, restore_mark
from archive.corrections.history import RevisionKind, add_revision, begin, read_segments
from archive.corrections.patches import Draft, Rewrite, rewrite_between
from archive.corrections.revision_documents import (
    NO_TURNS,
    NO_WORDS,
    TurnChange,
    unpacked,
    unpacked_turns,
)
from archive.corrections.reworded import clean_text, put_back, reworded
from archive.corrections.since import Since
from archive.corrections.standing import Shown, person, present_number, shown, store
from archive.corrections.who_spoke import bring_turns_back, take_turns_back
from archive.errors import EditConflict, NotFound, UserError
from archive.touch import touch_talks
from archive.types import Track, Word, join_words


@dataclass(frozen=True, slots=True)
class Correction:
    """Words ``first_word`` up to ``end_word`` of a revision are to read ``text``.

    Words count from 0 through all segments of the transcript. ``old`` are the texts of those words
    as the person saw them. The same number twice adds words before it; an empty text takes
    words away.
    """

    first_word: int
    end_word: int
    old: tuple[str, ...]
    text: str


def correct(
    catalog: Catalog,
    talk_id: int,
    corrections: Sequence[Correction],
    *,
    revision: int,
    by: str,
    track: Track = Track.ORIGINAL,
) -> int:
    """Correct words, which count as they do in ``revision``; the revision that it makes."""
    who = person(by)
    with catalog.writing() as connection:
        number = correct_in(
            connection, talk_id, corrections, track, revision, RevisionKind.WORDS, who
        )
        return number or present_number(connection, talk_id, track)


def restore(
    catalog: Catalog, talk_id: int, number: int, *, by: str, track: Track = Track.ORIGINAL
) -> int:
    """Show an earlier revision again, as a new one; the revision that it makes.

    With the original's words comes who spoke when, where that is still known
    (``who_spoke.speaker_changes``).
    """
    who = person(by)
    with catalog.writing() as connection:
        standing = shown(connection, talk_id, track)
        transcript_id, segments = read_segments(connection, talk_id, number, track)
        original = track is Track.ORIGINAL
        turns = bring_turns_back(connection, talk_id, number) if original else NO_TURNS
        if transcript_id != standing.row.id:
            begin(connection, talk_id, track)
            show_transcript(connection, talk_id, track, transcript_id)
            standing = shown(connection, talk_id, track)
        elif standing.segments == segments and turns == NO_TURNS:
            return present_number(connection, talk_id, track)
        rewrite = rewrite_between(standing.segments, segments)
        restore_mark(connection, talk_id, track, transcript_id, number)
        return save(
            connection,
            talk_id,
            track,
            standing,
            rewrite,
            RevisionKind.RESTORED,
            who,
            turns=turns,
            note=str(number),
        )


def undo(
    catalog: Catalog, talk_id: int, number: int, *, by: str, track: Track = Track.ORIGINAL
) -> int:
    """Take back one revision, its words and turns; later changes stay. The revision that it makes.

    Raises UserError for one that changed neither, or where somebody gave its turns to others since.
    """
    who = person(by)
    with catalog.writing() as connection:
        made = undo_in(connection, talk_id, number, track, who)
        return made or present_number(connection, talk_id, track)


def correct_in(
    connection: Connection,
    talk_id: int,
    corrections: Sequence[Correction],
    track: Track,
    revision: int,
    kind: RevisionKind,
    by: str,
    *,
    batch_id: int | None = None,
    note: str = "",
) -> int | None:
    """``correct`` inside a transaction; None where nothing changes.

    ``note`` is kept with the revision: whose suggestion it was, say.
    """
    standing = shown(connection, talk_id, track)
    draft = Draft(standing.segments)
    since = Since(connection, talk_id, track, revision, standing)
    found = [_placed(since, draft.words, correction) for correction in corrections]
    placed = sorted(place for place in found if place is not None)
    for before, after in pairwise(placed):
        if after[0] < before[1] or after[:2] == before[:2]:
            raise UserError("Two corrections are of the same words.", advice="Make one of them.")
    for first, end, text in reversed(placed):
        edit = reworded(draft.words, first, end, text)
        if edit is not None:
            draft.put(edit)
    rewrite = draft.rewrite()
    if not rewrite.patches:
        return None
    return save(
        connection, talk_id, track, standing, rewrite, kind, by, batch_id=batch_id, note=note
    )


def undo_in(
    connection: Connection,
    talk_id: int,
    number: int,
    track: Track,
    by: str,
    *,
    kept: list[EditConflict] | None = None,
) -> int | None:
    """``undo`` inside a transaction; None where nothing changes.

    With ``kept``, places that somebody changed since stay and are added to it.
    """
    table = schema.revisions
    of_track = (table.c.talk_id == talk_id) & (table.c.track == track)
    row = connection.execute(select(table).where(of_track, table.c.number == number)).first()
    standing = shown(connection, talk_id, track)
    if row is None:
        raise NotFound(f"There is no revision {number}.")
    change, turns = unpacked(row.document), unpacked_turns(row.document)
    if (change, turns) == (NO_WORDS, NO_TURNS):
        raise UserError(f"Revision {number} changed no words, and nothing of who spoke when.")
    since = Since(connection, talk_id, track, number, standing)
    rewrite = _without(change, standing, since, kept)
    if turns != NO_TURNS:
        turns = take_turns_back(connection, talk_id, turns)
    elif not rewrite.patches:
        return None
    # Who takes back nothing but turns confirmed no word.
    only_turns = row.kind == RevisionKind.TURNS
    return save(
        connection,
        talk_id,
        track,
        standing,
        rewrite,
        RevisionKind.TURNS if only_turns else RevisionKind.UNDONE,
        by,
        turns=turns,
        note=str(number),
        first=(row.start_ms, row.new_text, row.old_text) if only_turns else None,
    )


def _without(
    change: Rewrite, standing: Shown, since: Since, kept: list[EditConflict] | None
) -> Rewrite:
    """What takes back a change of words in the transcript as it stands now."""
    draft = Draft(standing.segments)
    places: list[tuple[int, int, Sequence[Word]]] = []
    for first, end, words in _taken_back(change):
        try:
            places.append((*since.untouched(first, end), words))
        except EditConflict as conflict:
            if kept is None:
                raise
            kept.append(conflict)
    for place in reversed(places):
        draft.put(put_back(draft.words, *place))
    return draft.rewrite()


def _taken_back(rewrite: Rewrite) -> list[tuple[int, int, tuple[Word, ...]]]:
    """Where each change stands after it, and the words that were there before."""
    old = {
        patch.first_word + at: word
        for patch in rewrite.patches
        for at, word in enumerate(word for segment in patch.old for word in segment.words)
    }
    found = []
    grown = 0
    for span in rewrite.spans:
        words = tuple(old[at] for at in range(span.first, span.end))
        first = span.first + grown
        found.append((first, first + span.length, words))
        grown += span.grown
    return found


def save(
    connection: Connection,
    talk_id: int,
    track: Track,
    standing: Shown,
    rewrite: Rewrite,
    kind: RevisionKind,
    by: str,
    *,
    turns: TurnChange = NO_TURNS,
    note: str = "",
    batch_id: int | None = None,
    first: tuple[int, str, str] | None = None,
) -> int:
    """Keep a rewrite of a transcript as a revision (history.add_revision); its number.

    ``turns`` were changed already.
    """
    number = add_revision(
        connection,
        talk_id,
        track,
        standing.row.id,
        kind,
        by,
        rewrite=rewrite,
        turns=turns,
        note=note,
        batch_id=batch_id,
        first=first,
    )
    store(connection, standing, rewrite.patches)
    move_passages(connection, standing.row.id, rewrite.spans)
    touch_talks(connection, [talk_id])
    return number


def _placed(
    since: Since, words: Sequence[Word], correction: Correction
) -> tuple[int, int, str] | None:
    """Where a correction is to be made now, and its text; None where that was made already.

    Raises EditConflict where other words are there.
    """
    first, end = correction.first_word, correction.end_word
    if not 0 <= first <= end or len(correction.old) != end - first:
        raise UserError(
            f"A correction of words {first} to {end} names {len(correction.old)} words.",
            advice="State each word that is to be replaced.",
        )
    text = clean_text(correction.text)
    place = since.follow(first, end)
    stands = tuple(words[place.first : place.end])
    if place.touched_by is not None and join_words(stands) == text:
        return None
    if place.touched_by is not None or [word.text for word in stands] != list(correction.old):
        since.refuse(place)
    return (place.first, place.end, text)


def show_transcript(connection: Connection, talk_id: int, track: Track, transcript_id: int) -> None:
    """Make a transcript the current one of its track, by a person's choice."""
    table = schema.transcripts
    this = table.c.id == transcript_id
    of_track = (table.c.talk_id == talk_id) & (table.c.track == track)
    connection.execute(update(table).where(of_track).values(current=this, chosen=this))
