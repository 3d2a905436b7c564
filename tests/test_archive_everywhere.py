"""The same mistake in many talks: found in whole words, corrected at once, undone at once."""

from __future__ import annotations

import pytest
from test_archive_corrections import ADA, BO, change, heard, text_of

from archive.catalog import Catalog
from archive.corrections.everywhere import (
    Batch,
    batches,
    correct_everywhere,
    occurrences_like,
    undo_everywhere,
)
from archive.corrections.history import RevisionKind, history
from archive.errors import EditConflict, NotFound, UserError
from archive.glossary import glossary, glossary_for
from archive.programme import EventEntry, TalkEntry, save_programme

FIRST = "Palitapong, of Bangkok, said so. Thanks, Dr. Palitapong! (PALITAPONG's talk.)"
SECOND = "As palitapong wrote, palitapongs differ. Bally Tapong and bally, tapong."


@pytest.fixture
def talk_ids(catalog: Catalog) -> list[int]:
    entries = [TalkEntry("One", slug="one", number=1), TalkEntry("Two", slug="two", number=2)]
    made = save_programme(catalog, EventEntry("Days", slug="days"), entries).talk_ids
    for talk_id, text in zip(made, (FIRST, SECOND), strict=True):
        heard(catalog, talk_id, text)
    return made


def corrected(catalog: Catalog, wrong: str = "Palitapong", right: str = "Palittapong") -> Batch:
    found = occurrences_like(catalog, wrong)
    return correct_everywhere(catalog, found, wrong=wrong, right=right, by=ADA)


def test_a_form_is_found_in_whole_words_with_what_stands_around(
    catalog: Catalog, talk_ids: list[int]
) -> None:
    found = occurrences_like(catalog, "Palitapong")
    assert [(one.slug, one.first_word, one.found, one.head, one.tail) for one in found] == [
        ("one", 0, "Palitapong", "", ","),
        ("one", 7, "Palitapong", "", "!"),
        ("one", 8, "PALITAPONG", "(", "'s"),
        ("two", 1, "palitapong", "", ""),
    ]
    assert (found[1].before, found[1].after) == (
        "Palitapong, of Bangkok, said so. Thanks, Dr.",
        "(PALITAPONG's talk.)",
    )
    assert len({one.key for one in found}) == 4
    assert len(occurrences_like(catalog, "Palitapong", match_case=True)) == 2
    assert len(occurrences_like(catalog, "palitapong", talk_ids=[talk_ids[1]])) == 1
    assert occurrences_like(catalog, "Pálitapong") == []


def test_a_phrase_is_found_where_nothing_stands_between_its_words(
    catalog: Catalog, talk_ids: list[int]
) -> None:
    (found,) = occurrences_like(catalog, "bally  tapong")
    assert (found.old, found.first_word, found.end_word) == (("Bally", "Tapong"), 5, 7)
    with pytest.raises(UserError):
        occurrences_like(catalog, "…")


def test_all_chosen_places_are_corrected_in_one_step_and_keep_case_and_marks(
    catalog: Catalog, talk_ids: list[int]
) -> None:
    batch = corrected(catalog)
    assert (batch.talks, batch.places, batch.glossary_added) == (2, 4, ("Palittapong",))
    assert text_of(catalog, talk_ids[0]) == (
        FIRST.replace("Palitapong", "Palittapong").replace("PALITAPONG", "PALITTAPONG")
    )
    assert "As Palittapong wrote, palitapongs" in text_of(catalog, talk_ids[1])
    assert [r.kind for r in history(catalog, talk_ids[0])] == [
        RevisionKind.EVERYWHERE,
        RevisionKind.MADE,
    ]
    assert history(catalog, talk_ids[0])[0].batch == batch.id
    assert batches(catalog) == [batch]


def test_only_what_was_chosen_is_corrected(catalog: Catalog, talk_ids: list[int]) -> None:
    found = occurrences_like(catalog, "Palitapong")
    correct_everywhere(catalog, found[1:2], wrong="Palitapong", right="Palittapong", by=ADA)
    assert len(occurrences_like(catalog, "Palitapong")) == 3
    with pytest.raises(UserError):
        correct_everywhere(catalog, [], wrong="Palitapong", right="Palittapong", by=ADA)
    assert len(batches(catalog)) == 1


def test_the_right_form_is_a_hint_for_later_transcriptions_if_it_is_a_name(
    catalog: Catalog, talk_ids: list[int]
) -> None:
    found = occurrences_like(catalog, "Palitapong")
    batch = correct_everywhere(
        catalog, found, wrong="Palitapong", right="Palittapong", by=ADA, event="days"
    )
    assert glossary_for(catalog, "days") == ["Palittapong"]
    assert glossary_for(catalog, None) == []
    undo_everywhere(catalog, batch.id, by=ADA)
    assert glossary(catalog) == []
    corrected(catalog, "wrote", "writes")
    assert glossary(catalog) == []


def test_one_undo_takes_all_of_it_back(catalog: Catalog, talk_ids: list[int]) -> None:
    batch = corrected(catalog)
    undone = undo_everywhere(catalog, batch.id, by=BO)
    assert (undone.places, undone.kept) == (4, ())
    assert [text_of(catalog, talk_id) for talk_id in talk_ids] == [FIRST, SECOND]
    assert batches(catalog)[0].undone_by == BO
    with pytest.raises(UserError, match="already"):
        undo_everywhere(catalog, batch.id, by=BO)
    with pytest.raises(NotFound):
        undo_everywhere(catalog, 99, by=BO)


def test_what_was_changed_since_stays_when_the_rest_is_taken_back_and_is_named(
    catalog: Catalog, talk_ids: list[int]
) -> None:
    batch = corrected(catalog)
    change(catalog, talk_ids[1], "As Palittapong", "As Dr. Palittapong", by=BO)
    change(catalog, talk_ids[0], "Dr. Palittapong!", "Prasit Palittapong!", by=BO)
    change(catalog, talk_ids[0], "Prasit Palittapong!", "Prasit Pali!", by=BO)
    undone = undo_everywhere(catalog, batch.id, by=ADA)
    assert undone.places == 3
    (kept,) = undone.kept
    assert (kept.present, kept.changed_by) == ("Pali!", BO)
    assert "As Dr. palitapong wrote" in text_of(catalog, talk_ids[1])
    assert text_of(catalog, talk_ids[0]).startswith("Palitapong, of Bangkok")


def test_a_place_that_somebody_changed_since_stops_all_of_it(
    catalog: Catalog, talk_ids: list[int]
) -> None:
    found = occurrences_like(catalog, "Palitapong")
    change(catalog, talk_ids[0], "Thanks, Dr. Palitapong!", "Thank you, Pali!", by=BO)
    with pytest.raises(EditConflict):
        correct_everywhere(catalog, found, wrong="Palitapong", right="Palittapong", by=ADA)
    assert text_of(catalog, talk_ids[1]) == SECOND
    assert batches(catalog) == []
    assert glossary(catalog) == []


def test_where_no_blanks_are_written_a_form_is_found_in_a_run(catalog: Catalog) -> None:
    (talk_id,) = save_programme(catalog, None, [TalkEntry("Drei", slug="three")]).talk_ids
    heard(catalog, talk_id, "我在 北 京 看 月亮")
    (found,) = occurrences_like(catalog, "北京")
    assert (found.first_word, found.end_word) == (1, 3)
    correct_everywhere(catalog, [found], wrong="北京", right="南京", by=ADA)
    assert [one.old for one in occurrences_like(catalog, "南京")] == [("南", "京")]
