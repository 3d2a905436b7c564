"""Corrections of one transcript carried over to another of the same talk, say a machine's next one.

What people changed is what the corrected transcript differs in from itself as it came. A change is
carried over where its old words stand in the other transcript too, beside the same neighbours; a
passage that somebody checked, where all of its words stand next to each other there as they were
checked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rapidfuzz.distance import Levenshtein
from sqlalchemy import Connection, select

from archive import schema
from archive.catalog import Catalog
from archive.changes import Change, changes, heard_as
from archive.corrections.checked import Passage, keep_passages, passages_of
from archive.corrections.history import RevisionKind, begin, rewrites_since
from archive.corrections.patches import Draft, apply, inverse
from archive.corrections.reworded import reworded
from archive.corrections.saving import save, show_transcript
from archive.corrections.standing import Shown, person, shown, stored_pieces
from archive.errors import NotFound, UserError
from archive.types import Track, Word, join_words


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """A correction that could not be carried over, and where it stands in the corrected one."""

    old: str
    new: str
    start_ms: int


@dataclass(frozen=True, slots=True)
class Carried:
    """How many corrections were carried over, how many stood there already, and which were left.

    ``passages`` says how many checked ones count as checked in the new transcript too, of how many
    (``passages_held``).

    ``revision`` is the present one, 0 where nothing was carried over: then the corrected
    transcript is shown as before.
    """

    revision: int
    carried: int
    right_already: int
    left: tuple[LeftBehind, ...]
    passages: int = 0
    passages_held: int = 0


def carry_over(
    catalog: Catalog, talk_id: int, number: int, *, by: str, track: Track = Track.ORIGINAL
) -> Carried:
    """Carry the corrections of the shown transcript over to transcript ``number``, and show that.

    Raises NotFound for a number that the talk does not have, and UserError for the shown one, or
    one that is not finished. Where no correction and no checked passage has its place in the new
    one, the corrected one stays.
    """
    who = person(by)
    with catalog.writing() as connection:
        standing = shown(connection, talk_id, track)
        target = _target(connection, talk_id, track, number, standing)
        corrected = standing.words
        base = _as_it_came(connection, talk_id, track, standing)
        made = changes(base, corrected, exact=True, apart=1)
        draft = Draft(target.segments)
        placed, right, left = _place(base, corrected, draft.words, made)
        for (first, end), text in reversed(placed):
            edit = reworded(draft.words, first, end, text)
            if edit is not None:
                draft.put(edit)
        rewrite = draft.rewrite()
        held = passages_of(connection, standing.row.id)
        passages = _still_standing(held, corrected, draft.words)
        if not placed and not right and not passages:
            return Carried(0, 0, 0, tuple(left), 0, len(held))
        begin(connection, talk_id, track)
        show_transcript(connection, talk_id, track, target.row.id)
        kind, note = RevisionKind.CARRIED, str(standing.row.number)
        revision = save(connection, talk_id, track, target, rewrite, kind, who, note=note)
        keep_passages(connection, target.row.id, passages)
        return Carried(revision, len(placed), right, tuple(left), len(passages), len(held))


def _still_standing(
    passages: Sequence[Passage], checked: Sequence[Word], new: Sequence[Word]
) -> list[Passage]:
    """The passages whose words stand in the new transcript as they were checked, counted there."""
    same = _same_words(checked, new)
    found: list[Passage] = []
    for passage in passages:
        first = same.get(passage.first_word, len(new))
        end = first + passage.end_word - passage.first_word
        old = checked[passage.first_word : passage.end_word]
        if [word.text for word in new[first:end]] == [word.text for word in old]:
            found.append(replace(passage, first_word=first, end_word=end))
    return found


def _target(
    connection: Connection, talk_id: int, track: Track, number: int, standing: Shown
) -> Shown:
    table = schema.transcripts
    of_track = (table.c.talk_id == talk_id) & (table.c.track == track)
    row = connection.execute(select(table).where(of_track, table.c.number == number)).one_or_none()
    if row is None:
        raise NotFound(f"This talk has no transcript {number}.")
    if row.id == standing.row.id or not row.complete:
        why = "is the one that is shown" if row.complete else "is not finished"
        raise UserError(f"Transcript {number} {why}.", advice="`podium show` lists them.")
    return Shown(row, stored_pieces(connection, row.id))


def _as_it_came(connection: Connection, talk_id: int, track: Track, standing: Shown) -> list[Word]:
    """The words of the shown transcript before anybody changed it."""
    segments = standing.segments
    for later in reversed(rewrites_since(connection, talk_id, track, 0, standing.row.id)):
        apply([segments], inverse(later.patches))
    return [word for segment in segments for word in segment.words]


_Placed = tuple[tuple[int, int], str]


def _place(
    base: Sequence[Word], corrected: Sequence[Word], new: Sequence[Word], made: Sequence[Change]
) -> tuple[list[_Placed], int, list[LeftBehind]]:
    """Where changes have their place among new words, how many stand there, and the others."""
    same = _same_words(base, new)
    placed: list[_Placed] = []
    left: list[LeftBehind] = []
    right = 0
    for change in made:
        first, end = change.old
        text = join_words(tuple(corrected[slice(*change.new)]))
        # The neighbours as they stand in the new transcript; at an end there is only one.
        before = same.get(first - 1, -1 if first == 0 else None)
        after = same.get(end, len(new) if end == len(base) else None)
        stand = [same.get(at) for at in range(first, end)]
        if before is not None and after is not None and before < after:
            between = list(range(before + 1, after))
            if stand == between:
                placed.append(((before + 1, after), text))
                continue
            if _reads(new[before + 1 : after], corrected[slice(*change.new)]):
                right += 1
                continue
        old = join_words(tuple(base[first:end]))
        at_ms = base[min(first, len(base) - 1)].start_ms if base else 0
        left.append(LeftBehind(old, text, at_ms))
    return placed, right, left


def _same_words(base: Sequence[Word], new: Sequence[Word]) -> dict[int, int]:
    """For each word that stands in both, its number in the other."""
    keys = [heard_as(word) for word in base], [heard_as(word) for word in new]
    return {
        block.a + at: block.b + at
        for block in Levenshtein.editops(*keys).as_matching_blocks()
        for at in range(block.size)
    }


def _reads(words: Sequence[Word], wanted: Sequence[Word]) -> bool:
    return [heard_as(word) for word in words] == [heard_as(word) for word in wanted]
