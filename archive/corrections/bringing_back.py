"""A transcript that was corrected elsewhere, brought back as a checked revision.

Its words are aligned with those that stand: words that stand in both keep their times, others share
the time of those whose place they take. What cannot be placed is left as it stands, and listed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from msgspec import structs
from sqlalchemy import update

from archive import schema
from archive.catalog import Catalog
from archive.changes import Change, changes
from archive.corrections.history import RevisionKind
from archive.corrections.patches import Draft, Edit
from archive.corrections.reworded import reworded
from archive.corrections.saving import save
from archive.corrections.standing import person, shown
from archive.errors import UserError
from archive.types import Track, Word, join_words

# Fewer words in common than this share of the file's, and it is of another talk.
_ALIKE = 0.5
# Much more text than there was cannot be a correction.
_MOST_WORDS = 2.0
_SPARE_WORDS = 200
_LONGEST_WORD = 250
# A run of words that the file leaves out is one that it does not cover, if it is longer than this.
_LONGEST_GAP = 40
# Words want so much time each.
_SHORTEST_MS = 40


@dataclass(frozen=True, slots=True)
class Unplaced:
    """Words that could not be placed, where in time they would stand.

    ``missing`` says that the transcript has them and the file does not; they stay.
    """

    text: str
    start_ms: int
    missing: bool = False


@dataclass(frozen=True, slots=True)
class BroughtBack:
    """What came of it: words that ``kept`` their times, places ``changed``, and what was left."""

    revision: int
    kept: int
    changed: int
    unplaced: tuple[Unplaced, ...]


def bring_back(
    catalog: Catalog,
    talk_id: int,
    words: Sequence[Word],
    *,
    file: str,
    by: str,
    timed: bool = True,
    force: bool = False,
    track: Track = Track.ORIGINAL,
) -> BroughtBack:
    """Make the words of a corrected file those of the transcript, which is checked then.

    ``timed`` says that the words have times, of which those that are only added make use. Raises
    UserError for a file that holds no words, far too many, or mostly others than the transcript;
    ``force`` takes the last one all the same. Raises NotFound without a transcript.
    """
    who = person(by)
    _refuse_no_text(words, file)
    table = schema.transcripts
    with catalog.writing() as connection:
        standing = shown(connection, talk_id, track)
        draft = Draft(standing.segments)
        if len(words) > _MOST_WORDS * len(draft.words) + _SPARE_WORDS:
            raise UserError(
                f"{file} holds {len(words):,} words, the transcript {len(draft.words):,}.",
                advice="Bring the file of this talk.",
            )
        steps = changes(draft.words, words, apart=1)
        kept = len(words) - sum(step.new[1] - step.new[0] for step in steps)
        if kept < _ALIKE * len(words) and not force:
            raise UserError(
                f"Only {kept:,} of the {len(words):,} words of {file} stand in the transcript.",
                advice="It seems to be of another talk. If it is not, say --force.",
            )
        unplaced = _put(draft, words, steps, timed=timed)
        connection.execute(
            update(table).where(table.c.id == standing.row.id).values(checked_by=who)
        )
        rewrite = draft.rewrite()
        kind = RevisionKind.IMPORTED
        number = save(connection, talk_id, track, standing, rewrite, kind, who, note=file)
    return BroughtBack(number, kept, len(rewrite.spans), tuple(unplaced))


def _refuse_no_text(words: Sequence[Word], file: str) -> None:
    if not words:
        raise UserError(f"{file} holds no words; nothing was changed.")
    longest = max(len(word.text) for word in words)
    if longest > _LONGEST_WORD:
        raise UserError(
            f"{file} holds a word of {longest:,} characters.", advice="Correct the file."
        )


def _put(
    draft: Draft, words: Sequence[Word], steps: Sequence[Change], *, timed: bool
) -> list[Unplaced]:
    """Put the words into the draft, from the last to the first; what could not be placed."""
    unplaced: list[Unplaced] = []
    old_end = len(draft.words)
    for step in reversed(steps):
        _write_as(draft, words, step.old[1], old_end, step.new[1])
        left = _place(draft, words, step, timed=timed)
        unplaced += [left] if left is not None else []
        old_end = step.old[0]
    _write_as(draft, words, 0, old_end, 0)
    return unplaced[::-1]


def _write_as(draft: Draft, words: Sequence[Word], first: int, end: int, at: int) -> None:
    """Words that are the same but for case, accents and marks, as the file writes them."""
    for number in reversed(range(first, end)):
        old, new = draft.words[number], words[at + number - first]
        if old.text != new.text:
            word = structs.replace(old, text=new.text, probability=1.0)
            draft.put(Edit(number, number + 1, (word,)))


def _place(draft: Draft, words: Sequence[Word], step: Change, *, timed: bool) -> Unplaced | None:
    """Make one change; what of it could not be placed stays as it is."""
    first, end = step.old
    gone, come = draft.words[first:end], list(words[slice(*step.new)])
    start_ms = draft.words[min(first, len(draft.words) - 1)].start_ms if draft.words else 0
    if not come and len(gone) > _LONGEST_GAP:
        return Unplaced(join_words(gone), start_ms, missing=True)
    span_ms = (come[0].start_ms, come[-1].end_ms) if timed and come and not gone else None
    if come and _room_ms(draft.words, first, end, span_ms) < _SHORTEST_MS * len(come):
        return Unplaced(join_words(come), start_ms)
    edit = reworded(draft.words, first, end, join_words(come), span_ms=span_ms)
    if edit is not None:
        draft.put(edit)
    return None


def _room_ms(words: Sequence[Word], first: int, end: int, span_ms: tuple[int, int] | None) -> int:
    """The time that words in the place of others can have; added ones have their own at the end."""
    if first < end:
        return words[end - 1].end_ms - words[first].start_ms
    if not first:
        return words[0].start_ms if words else _SHORTEST_MS
    before = words[first - 1]
    begins_ms = (before.start_ms + before.end_ms) // 2
    if first < len(words):
        return words[first].start_ms - begins_ms
    if span_ms and span_ms[0] >= before.end_ms:
        return span_ms[1] - span_ms[0]
    return before.end_ms - begins_ms
