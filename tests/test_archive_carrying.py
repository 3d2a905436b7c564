"""What people corrected is carried over to a machine's next transcript, where it has its place."""

from __future__ import annotations

import pytest
from test_archive_corrections import ADA, BO, TEXT, change, heard, shown, text_of

from archive.catalog import Catalog
from archive.corrections.carrying import carry_over
from archive.corrections.checked import check_passage
from archive.corrections.history import RevisionKind, history
from archive.corrections.saving import restore
from archive.errors import NotFound, UserError
from archive.programme import TalkEntry, save_programme


@pytest.fixture
def talk_id(catalog: Catalog) -> int:
    """A talk of which three places were corrected."""
    made = save_programme(catalog, None, [TalkEntry("On Tides", slug="on-tides", language="en")])
    (talk_id,) = made.talk_ids
    heard(catalog, talk_id, TEXT)
    change(catalog, talk_id, "mood", "moon")
    change(catalog, talk_id, "Palitapong,", "Prasit Palittapong,", by=BO)
    change(catalog, talk_id, "sun.", "sun itself.")
    return talk_id


def test_corrections_are_made_in_the_new_transcript_where_the_same_words_stand(
    catalog: Catalog, talk_id: int
) -> None:
    assert not heard(catalog, talk_id, TEXT.replace("tide", "great tide").replace("twice", "ties"))
    carried = carry_over(catalog, talk_id, 2, by=ADA)
    assert (carried.carried, carried.right_already, carried.left) == (3, 0, ())
    assert text_of(catalog, talk_id) == (
        "The great tide comes in ties a day. The moon is why, said Prasit Palittapong, and so is "
        "the sun itself."
    )
    assert shown(catalog, talk_id).transcript.number == 2
    newest = history(catalog, talk_id)[0]
    assert (newest.number, newest.kind, newest.note) == (
        carried.revision,
        RevisionKind.CARRIED,
        "1",
    )
    assert not heard(catalog, talk_id, TEXT)
    restore(catalog, talk_id, 4, by=BO)
    assert shown(catalog, talk_id).transcript.number == 1


def test_what_the_machine_has_right_now_is_counted_and_what_has_no_place_is_named(
    catalog: Catalog, talk_id: int
) -> None:
    again = TEXT.replace("mood", "moon").replace("said Palitapong,", "set Pali tapping,")
    heard(catalog, talk_id, again)
    carried = carry_over(catalog, talk_id, 2, by=ADA)
    assert (carried.carried, carried.right_already) == (1, 1)
    (left,) = carried.left
    assert (left.old, left.new, left.start_ms) == ("Palitapong,", "Prasit Palittapong,", 12_000)
    assert text_of(catalog, talk_id) == again.replace("sun.", "sun itself.")


def test_where_nothing_has_its_place_the_corrected_transcript_stays(
    catalog: Catalog, talk_id: int
) -> None:
    heard(catalog, talk_id, "Quite other words were heard in this one.")
    before = shown(catalog, talk_id)
    carried = carry_over(catalog, talk_id, 2, by=ADA)
    assert (carried.revision, carried.carried, len(carried.left)) == (0, 0, 3)
    assert shown(catalog, talk_id) == before


def test_checked_passages_stay_checked_where_their_words_stand_unchanged(
    catalog: Catalog, talk_id: int
) -> None:
    words = [word.text for word in shown(catalog, talk_id).transcript.words]
    moon, sun = words.index("moon"), words.index("sun")
    for first, end in ((moon - 1, moon + 3), (sun - 2, sun + 2), (0, 4)):
        check_passage(catalog, talk_id, first, end, revision=4, by=BO)
    again = TEXT.replace("The tide comes", "The great tide comes")
    heard(catalog, talk_id, again)
    carried = carry_over(catalog, talk_id, 2, by=ADA)
    assert (carried.passages, carried.passages_held) == (2, 3)
    now = shown(catalog, talk_id)
    standing = [
        " ".join(word.text for word in now.transcript.words[one.first_word : one.end_word])
        for one in now.passages
    ]
    assert standing == ["The moon is why,", "is the sun itself."]
    assert {one.checked_by for one in now.passages} == {BO}


def test_what_was_only_checked_is_carried_over_too(catalog: Catalog, talk_id: int) -> None:
    restore(catalog, talk_id, 1, by=BO)
    check_passage(catalog, talk_id, 0, 4, revision=5, by=BO)
    heard(catalog, talk_id, f"So. {TEXT}")
    carried = carry_over(catalog, talk_id, 2, by=ADA)
    assert (carried.carried, carried.passages) == (0, 1)
    now = shown(catalog, talk_id)
    assert (now.transcript.number, now.passages[0].first_word) == (2, 1)


def test_only_another_finished_transcript_of_the_talk_gets_corrections(
    catalog: Catalog, talk_id: int
) -> None:
    with pytest.raises(UserError, match="is shown"):
        carry_over(catalog, talk_id, 1, by=ADA)
    with pytest.raises(NotFound):
        carry_over(catalog, talk_id, 7, by=ADA)
