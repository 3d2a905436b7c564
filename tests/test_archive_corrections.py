"""Corrections: words of others and times stay, each change is a revision, nobody is overwritten."""

from __future__ import annotations

import random
import sqlite3
from itertools import pairwise

import pytest
from sqlalchemy import event

from archive.catalog import Catalog
from archive.corrections.checked import (
    check_all,
    check_passage,
    uncheck_all,
    uncheck_passage,
    words_between,
)
from archive.corrections.history import RevisionKind, difference, history, words_at
from archive.corrections.present import Present, present
from archive.corrections.saving import Correction, correct, restore, undo
from archive.edits import edit_talk
from archive.errors import DiskFull, EditConflict, NotFound, UserError
from archive.programme import TalkEntry, save_programme
from archive.removing import remove_talk
from archive.segments import segments_from_words
from archive.types import Track, Word, join_words
from archive.work.recordings import set_source
from archive.work.transcripts import begin_transcript, finish_transcript, save_piece

TEXT = "The tide comes in twice a day. The mood is why, said Palitapong, and so is the sun."
ADA, BO = "Ada Example", "Bo Sample"


@pytest.fixture
def talk_id(catalog: Catalog) -> int:
    made = save_programme(catalog, None, [TalkEntry("On Tides", slug="on-tides", language="en")])
    heard(catalog, made.talk_ids[0], TEXT)
    return made.talk_ids[0]


def heard(catalog: Catalog, talk_id: int, text: str, *, track: Track = Track.ORIGINAL) -> bool:
    """A machine hears ``text`` in two pieces, a word each second; whether it is current then."""
    words = [
        Word(word, n > 0, 1000 * n, 1000 * n + 900, 0.5) for n, word in enumerate(text.split())
    ]
    begun = begin_transcript(
        catalog, talk_id, engine="e", model="m", settings={}, language="en", track=track
    )
    half = len(words) // 2
    for part in (words[:half], words[half:]):
        segments = segments_from_words(part, language="en")
        begun = save_piece(catalog, talk_id, begun, segments, end_ms=part[-1].end_ms)
    return finish_transcript(catalog, talk_id, begun.id)


def shown(catalog: Catalog, talk_id: int) -> Present:
    found = present(catalog, talk_id)
    assert found is not None
    return found


def words_of(catalog: Catalog, talk_id: int) -> tuple[Word, ...]:
    return shown(catalog, talk_id).transcript.words


def text_of(catalog: Catalog, talk_id: int) -> str:
    return join_words(words_of(catalog, talk_id))


def change(
    catalog: Catalog,
    talk_id: int,
    old: str,
    new: str,
    *,
    on: int | None = None,
    by: str = ADA,
    at: int | None = None,
) -> int:
    """Correct the words ``old`` as they stand in a revision (the present one without ``on``)."""
    revision = on or shown(catalog, talk_id).revision
    texts = [word.text for word in words_at(catalog, talk_id, revision)]
    wanted = old.split()
    first = (
        at
        if at is not None
        else next(n for n in range(len(texts)) if texts[n : n + len(wanted)] == wanted)
    )
    correction = Correction(first, first + len(wanted), tuple(wanted), new)
    return correct(catalog, talk_id, [correction], revision=revision, by=by)


def test_a_word_that_takes_another_ones_place_takes_its_time(
    catalog: Catalog, talk_id: int
) -> None:
    before = words_of(catalog, talk_id)
    change(catalog, talk_id, "mood", "moon")
    after = words_of(catalog, talk_id)
    assert after[8] == Word("moon", True, 8000, 8900, 1.0, corrected_from="mood")
    assert after[:8] + after[9:] == before[:8] + before[9:]


def test_several_words_share_the_time_of_those_that_they_replace(
    catalog: Catalog, talk_id: int
) -> None:
    before = words_of(catalog, talk_id)
    change(catalog, talk_id, "Palitapong,", "Prasit Palittapong,")
    after = words_of(catalog, talk_id)
    first, second = after[12:14]
    assert (first.start_ms, second.end_ms) == (before[12].start_ms, before[12].end_ms)
    assert first.start_ms < first.end_ms == second.start_ms < second.end_ms
    assert first.estimated
    assert first.corrected_from == "Palitapong,"
    assert after[14:] == before[13:]


def test_words_that_stay_in_a_corrected_passage_keep_their_times(
    catalog: Catalog, talk_id: int
) -> None:
    before = words_of(catalog, talk_id)
    change(catalog, talk_id, "The mood is why,", "the big moon is why:")
    after = words_of(catalog, talk_id)
    assert (after[7].text, after[7].start_ms) == ("the", before[7].start_ms)
    assert after[10] == before[9]
    assert (after[11].text, after[11].start_ms) == ("why:", before[10].start_ms)


@pytest.mark.parametrize("place", [0, 1, 7, 18])
def test_an_added_word_has_a_time_and_moves_no_beginning_of_another(
    catalog: Catalog, talk_id: int, place: int
) -> None:
    before = words_of(catalog, talk_id)
    change(catalog, talk_id, "", "indeed", at=place)
    after = words_of(catalog, talk_id)
    assert after[place].text == "indeed"
    assert all(word.end_ms > word.start_ms for word in after)
    assert all(one.end_ms <= two.start_ms for one, two in pairwise(after))
    moved = [*after[:place], *after[place + 1 :]]
    # Only the first word of all has nothing before it that could give way.
    assert [word.start_ms for word in moved][1:] == [word.start_ms for word in before][1:]
    assert [word.text for word in moved] == [word.text for word in before]


def test_what_is_typed_before_the_first_word_of_a_segment_stands_in_that_segment(
    catalog: Catalog, talk_id: int
) -> None:
    borders = [segment.text for segment in shown(catalog, talk_id).transcript.segments]
    change(catalog, talk_id, "The mood", "Well, the mood")
    after = [segment.text for segment in shown(catalog, talk_id).transcript.segments]
    assert borders[:2] == ["The tide comes in twice a day.", "The mood"]
    assert after[:2] == ["The tide comes in twice a day.", "Well, the mood"]


def test_words_can_be_taken_away_but_not_all_of_them(catalog: Catalog, talk_id: int) -> None:
    change(catalog, talk_id, "twice a", "")
    assert text_of(catalog, talk_id).startswith("The tide comes in day. The mood")
    words = words_of(catalog, talk_id)
    everything = Correction(0, len(words), tuple(word.text for word in words), " ")
    with pytest.raises(UserError, match="No word"):
        correct(catalog, talk_id, [everything], revision=2, by=ADA)
    assert words_of(catalog, talk_id) == words


def test_every_transcript_is_revision_1_and_each_change_says_who_when_and_what(
    catalog: Catalog, talk_id: int
) -> None:
    (first,) = history(catalog, talk_id)
    assert (first.number, first.kind, first.made_by) == (1, RevisionKind.MADE, "e m")
    assert change(catalog, talk_id, "mood", "moon") == 2
    assert change(catalog, talk_id, "sun.", "Sun.", by=BO) == 3
    newest, older, oldest = history(catalog, talk_id)
    assert oldest == first
    assert (older.kind, older.made_by, older.old_text, older.new_text, older.start_ms) == (
        RevisionKind.WORDS, ADA, "mood", "moon", 8000,
    )  # fmt: skip
    assert (newest.number, newest.made_by, newest.places) == (3, BO, 1)
    assert newest.made_at.endswith("+00:00")


def test_a_correction_that_changes_nothing_is_no_revision(catalog: Catalog, talk_id: int) -> None:
    revision = catalog.talk_by_id(talk_id).revision
    assert change(catalog, talk_id, "mood", " mood ") == 1
    assert len(history(catalog, talk_id)) == 1
    assert catalog.talk_by_id(talk_id).revision == revision


def test_a_change_of_words_gives_the_talk_a_revision_that_is_to_be_indexed(
    catalog: Catalog, talk_id: int
) -> None:
    revision = catalog.talk_by_id(talk_id).revision
    change(catalog, talk_id, "mood", "moon")
    assert catalog.talk_by_id(talk_id).revision == revision + 1


def test_the_words_of_each_revision_can_be_read_compared_and_shown_again(
    catalog: Catalog, talk_id: int
) -> None:
    begun = shown(catalog, talk_id).transcript.segments
    change(catalog, talk_id, "mood", "moon")
    change(catalog, talk_id, "twice a day. The", "each day: the", by=BO)
    change(catalog, talk_id, "", "Indeed.", at=0)
    assert join_words(words_at(catalog, talk_id, 1)) == TEXT
    assert join_words(words_at(catalog, talk_id, 2)) == TEXT.replace("mood", "moon")
    found = difference(catalog, talk_id, 2, 3)
    assert [
        (join_words(found.old[slice(*c.old)]), join_words(found.new[slice(*c.new)]))
        for c in found.changes
    ] == [("twice a day. The", "each day: the")]
    assert restore(catalog, talk_id, 1, by=BO) == 5
    assert shown(catalog, talk_id).transcript.segments == begun
    assert restore(catalog, talk_id, 4, by=BO) == 6
    assert text_of(catalog, talk_id).startswith("Indeed. The tide comes in each day: the moon")
    assert [r.note for r in history(catalog, talk_id)[:2]] == ["4", "1"]
    with pytest.raises(NotFound):
        restore(catalog, talk_id, 9, by=BO)


def test_one_change_is_taken_back_and_later_ones_stay(catalog: Catalog, talk_id: int) -> None:
    change(catalog, talk_id, "mood", "bright moon")
    change(catalog, talk_id, "The tide", "Tides", by=BO)
    undo(catalog, talk_id, 2, by=ADA)
    assert text_of(catalog, talk_id) == TEXT.replace("The tide", "Tides")
    assert words_of(catalog, talk_id)[7] == words_at(catalog, talk_id, 1)[8]
    change(catalog, talk_id, "Tides", "Tide")
    with pytest.raises(EditConflict):
        undo(catalog, talk_id, 3, by=BO)


def test_changes_of_other_words_are_merged(catalog: Catalog, talk_id: int) -> None:
    change(catalog, talk_id, "tide comes", "great tide always comes", on=1)
    change(catalog, talk_id, "mood", "moon", on=1, by=BO)
    change(catalog, talk_id, "sun.", "Sun itself.", on=1, by=BO)
    change(catalog, talk_id, "twice", "", on=1)
    assert text_of(catalog, talk_id) == (
        "The great tide always comes in a day. The moon is why, said Palitapong, and so is the "
        "Sun itself."
    )


def test_who_changes_the_same_words_is_told_what_stands_there_and_overwrites_nothing(
    catalog: Catalog, talk_id: int
) -> None:
    change(catalog, talk_id, "The tide", "This great tide")
    change(catalog, talk_id, "mood", "full moon", by=BO)
    with pytest.raises(EditConflict) as told:
        change(catalog, talk_id, "mood is", "mode is", on=1)
    conflict = told.value
    assert (conflict.present, conflict.changed_by, conflict.revision) == ("full moon is", BO, 3)
    assert words_of(catalog, talk_id)[conflict.first_word].text == "full"
    assert "full moon is why" in text_of(catalog, talk_id)
    again = Correction(conflict.first_word, conflict.end_word, ("full", "moon", "is"), "moon is")
    correct(catalog, talk_id, [again], revision=conflict.revision, by=ADA)
    assert "The moon is why" in text_of(catalog, talk_id)


def test_the_same_correction_of_two_people_is_one(catalog: Catalog, talk_id: int) -> None:
    change(catalog, talk_id, "mood", "full moon")
    assert change(catalog, talk_id, "mood", "full moon", on=1, by=BO) == 2


def test_two_additions_at_one_place_are_a_conflict(catalog: Catalog, talk_id: int) -> None:
    change(catalog, talk_id, "", "really", at=3)
    with pytest.raises(EditConflict):
        change(catalog, talk_id, "", "always", at=3, on=1, by=BO)


def test_a_form_that_names_other_words_than_stand_there_is_refused(
    catalog: Catalog, talk_id: int
) -> None:
    with pytest.raises(EditConflict) as told:
        correct(catalog, talk_id, [Correction(0, 1, ("A",), "The")], revision=1, by=ADA)
    assert told.value.present == "The"
    for wrong in (Correction(0, 1, (), "x"), Correction(3, 1, (), "x")):
        with pytest.raises(UserError):
            correct(catalog, talk_id, [wrong], revision=1, by=ADA)
    for revision in (0, 2):
        with pytest.raises(UserError):
            correct(catalog, talk_id, [Correction(0, 1, ("The",), "A")], revision=revision, by=ADA)


@pytest.mark.parametrize(
    "text", ["a\x00b", "\u202eabc", "\u2067abc", "x" * 300, "many words " * 3000, "\ud800"]
)
def test_what_is_no_text_of_a_talk_is_refused(catalog: Catalog, talk_id: int, text: str) -> None:
    with pytest.raises(UserError):
        change(catalog, talk_id, "mood", text)
    assert len(history(catalog, talk_id)) == 1


def test_marks_that_nobody_sees_are_dropped_and_html_is_text(
    catalog: Catalog, talk_id: int
) -> None:
    change(catalog, talk_id, "mood", "\ufeff<b>moon</b>\u200f\n")
    assert words_of(catalog, talk_id)[8].text == "<b>moon</b>"


def test_nobody_corrects_without_a_name_or_a_talk_that_was_removed(
    catalog: Catalog, talk_id: int
) -> None:
    with pytest.raises(UserError):
        change(catalog, talk_id, "mood", "moon", by=" ")
    remove_talk(catalog, talk_id)
    with pytest.raises(NotFound, match="removed"):
        correct(catalog, talk_id, [Correction(0, 1, ("The",), "A")], revision=1, by=ADA)


def test_a_checked_passage_moves_with_the_words(catalog: Catalog, talk_id: int) -> None:
    words = words_of(catalog, talk_id)
    first, end = words_between(words, 7000, 11_000)
    check_passage(catalog, talk_id, first, end, revision=1, by=ADA)
    change(catalog, talk_id, "tide", "great tide", by=BO)
    change(catalog, talk_id, "mood", "full moon", by=BO)
    found = shown(catalog, talk_id)
    (passage,) = found.passages
    inside = found.transcript.words[passage.first_word : passage.end_word]
    assert (join_words(inside), passage.checked_by) == ("The full moon is why,", ADA)
    uncheck_passage(catalog, talk_id, 9, 11, revision=found.revision, by=BO)
    left = shown(catalog, talk_id).passages
    assert [(p.first_word, p.end_word) for p in left] == [(8, 9), (11, 13)]
    check_all(catalog, talk_id, by=BO)
    assert shown(catalog, talk_id).transcript.checked_by == BO
    uncheck_all(catalog, talk_id, by=BO)
    assert (shown(catalog, talk_id).transcript.checked_by, shown(catalog, talk_id).passages) == (
        "",
        (),
    )


def test_a_machine_never_takes_the_place_of_what_a_person_corrected(
    catalog: Catalog, talk_id: int
) -> None:
    assert heard(catalog, talk_id, TEXT.replace("tide", "tied"))
    assert [r.kind for r in history(catalog, talk_id)] == [RevisionKind.RERUN, RevisionKind.MADE]
    change(catalog, talk_id, "tied", "tide")
    assert not heard(catalog, talk_id, TEXT.replace("tide", "died"))
    assert "The tide" in text_of(catalog, talk_id)
    set_source(catalog, talk_id, "http://example.org/b.mp4", "b", link=False)
    assert "The tide" in text_of(catalog, talk_id)


def test_who_corrected_before_another_transcript_was_chosen_is_told(
    catalog: Catalog, talk_id: int
) -> None:
    heard(catalog, talk_id, TEXT)
    edit_talk(catalog, talk_id, {"transcript": ["1"]})
    with pytest.raises(EditConflict):
        change(catalog, talk_id, "mood", "moon", on=2)
    assert restore(catalog, talk_id, 2, by=ADA) == 4
    assert shown(catalog, talk_id).transcript.number == 2


def test_the_translation_has_a_history_of_its_own(catalog: Catalog, talk_id: int) -> None:
    heard(catalog, talk_id, "Der Mond", track=Track.ENGLISH)
    correction = Correction(1, 2, ("Mond",), "moon")
    correct(catalog, talk_id, [correction], revision=1, by=ADA, track=Track.ENGLISH)
    assert len(history(catalog, talk_id, Track.ENGLISH)) == 2
    assert len(history(catalog, talk_id)) == 1
    assert text_of(catalog, talk_id) == TEXT


def test_a_transcript_in_work_is_not_corrected_yet(catalog: Catalog) -> None:
    made = save_programme(catalog, None, [TalkEntry("On Sand", slug="on-sand")])
    (talk,) = made.talk_ids
    correction = Correction(0, 0, (), "word")
    with pytest.raises(NotFound, match="no transcript"):
        correct(catalog, talk, [correction], revision=1, by=ADA)
    begin_transcript(catalog, talk, engine="e", model="m", settings={}, language="en")
    with pytest.raises(UserError, match="still being transcribed"):
        correct(catalog, talk, [correction], revision=1, by=ADA)


def test_a_disk_that_is_full_loses_nothing_and_says_so(catalog: Catalog, talk_id: int) -> None:
    with catalog.reading() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    catalog.database.dispose()

    @event.listens_for(catalog.database, "connect")
    def _fill(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages}")

    noise = random.Random(1)
    words = [f"{noise.randrange(10**9):x}" for _ in range(800)]
    changes = [
        Correction(at, at + 1, (word.text,), " ".join(words[at * 40 : at * 40 + 40]))
        for at, word in enumerate(words_of(catalog, talk_id))
    ]
    with pytest.raises(DiskFull, match="full"):
        correct(catalog, talk_id, changes, revision=1, by=ADA)
    event.remove(catalog.database, "connect", _fill)
    catalog.database.dispose()
    assert text_of(catalog, talk_id) == TEXT
    assert len(history(catalog, talk_id)) == 1
