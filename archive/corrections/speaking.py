"""Who spoke when, as a person says it: each change is a revision, which ``saving.undo`` takes back.

Words count as in the original's transcript. What a person says is laid over what a machine says
(archive.turn_rows). A talk that has no whole transcript yet keeps no history.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import Connection, select

from archive import schema
from archive.catalog import Catalog
from archive.corrections.history import RevisionKind, add_revision
from archive.corrections.revision_documents import TurnChange
from archive.corrections.since import Since
from archive.corrections.standing import person, shown
from archive.errors import UserError
from archive.touch import touch_talks_where
from archive.turn_rows import EDITOR, lay_span, lay_voice, recording_of, stored
from archive.turns import turns_of_words, whole_talk
from archive.types import Talk, Track, Turn, Word


def give_span(
    catalog: Catalog, talk: Talk, start_ms: int, end_ms: int, speaker: str | None, *, by: str
) -> int:
    """Say who speaks in a time: a person's slug, or None for somebody who is not known.

    The revision that it makes, 0 where the talk has no transcript. Raises UserError for a span
    that is empty or outside of the recording, or a talk without one.
    """
    return _change(
        catalog, talk, by, start_ms, lambda at: lay_span(at, talk, start_ms, end_ms, speaker)
    )[0]


def name_voice(
    catalog: Catalog, talk: Talk, voice: str, speaker: str, *, by: str
) -> tuple[int, int]:
    """Say who a voice (a slug, or ``unknown-1``) is wherever it speaks in a talk.

    The revision that it makes, and how many turns there are.
    """
    return _change(catalog, talk, by, 0, lambda at: lay_voice(at, talk, voice, speaker))


def give_words(
    catalog: Catalog,
    talk: Talk,
    first_word: int,
    end_word: int,
    speaker: str | None,
    *,
    revision: int,
    by: str,
) -> int:
    """Say who speaks words, as they count in ``revision``; None for somebody new who is unknown.

    The revision that it makes. Raises EditConflict where somebody changed these words since.
    """

    def lay(connection: Connection) -> int:
        words, _ = _spoken(connection, talk)
        first, end = _present(connection, talk, first_word, end_word, revision)
        lay_span(connection, talk, *_span(talk, words, first, end), speaker)
        return words[first].start_ms

    return _change(catalog, talk, by, None, lay)[0]


def split_turn(
    catalog: Catalog, talk: Talk, at_word: int, speaker: str | None, *, revision: int, by: str
) -> int:
    """Give the rest of a turn, from a word on, to another speaker, or to somebody unknown.

    Raises UserError where a turn begins with that word already.
    """

    def lay(connection: Connection) -> int:
        words, turns = _spoken(connection, talk)
        first, _ = _present(connection, talk, at_word, at_word + 1, revision)
        if first == 0 or turns[first - 1] != turns[first]:
            raise UserError("A turn begins with that word already.", advice="Say who speaks in it.")
        end = _end_of_turn(turns, first)
        lay_span(connection, talk, *_span(talk, words, first, end), speaker)
        return words[first].start_ms

    return _change(catalog, talk, by, None, lay)[0]


def merge_turns(
    catalog: Catalog, talk: Talk, first_word: int, end_word: int, *, revision: int, by: str
) -> int:
    """Make one turn of all those that words are in: it is spoken by who speaks the first of them.

    Raises UserError where the words are in one turn already.
    """

    def lay(connection: Connection) -> int:
        words, turns = _spoken(connection, talk)
        first, end = _present(connection, talk, first_word, end_word, revision)
        voice = turns[first]
        end = _end_of_turn(turns, end - 1)
        if voice is None or all(turn == voice for turn in turns[first:end]):
            raise UserError("These words are in one turn already.")
        span = _span(talk, words, first, end)
        lay_span(connection, talk, *span, voice.speaker, voice.voice)
        return words[first].start_ms

    return _change(catalog, talk, by, None, lay)[0]


def _change(
    catalog: Catalog,
    talk: Talk,
    by: str,
    at_ms: int | None,
    lay: Callable[[Connection], int | None],
) -> tuple[int, int]:
    """Lay turns in one transaction and keep what changed; the revision, and what ``lay`` gave."""
    who = person(by)
    recording_id = recording_of(talk)
    with catalog.writing() as connection:
        before = stored(connection, recording_id)
        found = lay(connection) or 0
        after = stored(connection, recording_id)
        gone = [turn for turn in before if turn not in after]
        come = [turn for turn in after if turn not in before]
        said = [turn for turn in come if turn.source == EDITOR]
        touch_talks_where(connection, schema.talks.c.recording_id == recording_id)
        transcripts = schema.transcripts
        current = connection.execute(
            select(transcripts.c.id).where(
                transcripts.c.talk_id == talk.id,
                transcripts.c.track == Track.ORIGINAL,
                transcripts.c.current,
                transcripts.c.complete,
            )
        ).scalar()
        if current is None:
            return 0, found
        number = add_revision(
            connection,
            talk.id,
            Track.ORIGINAL,
            current,
            RevisionKind.TURNS,
            who,
            turns=TurnChange.between(before, after),
            first=(found if at_ms is None else at_ms, _names(gone), _names(said or come)),
        )
    return number, found


def _spoken(connection: Connection, talk: Talk) -> tuple[list[Word], list[Turn | None]]:
    """The words of a talk, and the turn of each."""
    words = shown(connection, talk.id, Track.ORIGINAL).words
    turns = stored(connection, recording_of(talk)) or whole_talk(talk)
    return words, turns_of_words(words, turns)


def _present(
    connection: Connection, talk: Talk, first: int, end: int, revision: int
) -> tuple[int, int]:
    """Where words of a revision stand now."""
    standing = shown(connection, talk.id, Track.ORIGINAL)
    if not 0 <= first < end:
        raise UserError("A turn needs a word at least.")
    since = Since(connection, talk.id, Track.ORIGINAL, revision, standing)
    found = since.untouched(first, end)
    if found[1] > len(standing.words):
        raise UserError(f"The transcript has {len(standing.words):,} words.")
    return found


def _end_of_turn(turns: Sequence[Turn | None], at: int) -> int:
    end = at + 1
    while end < len(turns) and turns[end] == turns[at]:
        end += 1
    return end


def _span(talk: Talk, words: Sequence[Word], first: int, end: int) -> tuple[int, int]:
    """The time of words, from the middle of the pause before them to that of the one behind."""
    duration_ms = talk.recording.duration_ms if talk.recording else 0
    begins_ms, ends_ms = talk.range_ms or (0, duration_ms)
    if first > 0:
        begins_ms = (words[first - 1].end_ms + words[first].start_ms) // 2
    if end < len(words):
        ends_ms = (words[end - 1].end_ms + words[end].start_ms) // 2
    return begins_ms, max(ends_ms, begins_ms + 1)


def _names(turns: Sequence[Turn]) -> str:
    return ", ".join(dict.fromkeys(turn.shown_name for turn in turns))
