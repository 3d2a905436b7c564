"""Two people that are one, parted again where they were two after all."""

from __future__ import annotations

import pytest

from archive.catalog import Catalog
from archive.errors import NotFound, UserError
from archive.people import joins, merge_speakers, part_speakers
from archive.programme import SpeakerEntry, TalkEntry, save_programme
from archive.speaker_splits import split_speaker, splits, undo_split
from archive.turn_rows import save_turns
from archive.types import Turn
from archive.voiceprints import Voiceprint, forget_voice, save_voiceprint, voiceprints
from archive.work.recordings import StoredMedia, attach_recording

BY = "Cleo Example"


@pytest.fixture
def talk_ids(catalog: Catalog) -> list[int]:
    ada, bo = SpeakerEntry("Ada Example", role="Chair"), SpeakerEntry("A. Exampel", ("AE",))
    entries = [
        TalkEntry("One", slug="one", speakers=(ada,)),
        TalkEntry("Two", slug="two", speakers=(bo,)),
        TalkEntry("Both", slug="both", speakers=(ada, bo)),
    ]
    made = save_programme(catalog, None, entries).talk_ids
    media = StoredMedia("a" * 64, "audio", "audio/wav", 3, 9000, 0, 0, "aa/a.wav")
    attach_recording(catalog, made[2], media)
    both = catalog.talk_by_id(made[2])
    turns = [("ada-example", 0, 3000), ("a-exampel", 3000, 9000)]
    save_turns(catalog, both, [Turn(a, b, who, who, 0.9, "machine") for who, a, b in turns])
    bo_row = catalog.speaker("a-exampel")
    save_voiceprint(catalog, bo_row.id, Voiceprint("k", 1000, "net", b"1234"))
    return made


def joined(catalog: Catalog) -> int:
    one, other = catalog.speaker("ada-example"), catalog.speaker("a-exampel")
    return merge_speakers(catalog, one, other, by=BY)


def seen(catalog: Catalog) -> list[object]:
    """All that pages show of the people."""
    talks = [
        [(part.speaker.slug, part.role) for part in talk.appearances] for talk in catalog.talks()
    ]
    people = sorted((one.slug, one.name, one.aliases) for one in catalog.speakers())
    turns = [(turn.voice, turn.start_ms) for turn in catalog.turns(catalog.talk("both"))]
    return [talks, people, turns, voiceprints(catalog, "net")]


def test_one_of_two_gets_talks_turns_and_names_of_the_other(
    catalog: Catalog, talk_ids: list[int]
) -> None:
    before = catalog.talk("two").revision
    joined(catalog)
    (only,) = catalog.speakers()
    assert only.aliases == ("A. Exampel", "AE")
    assert [talk.speakers for talk in catalog.talks()] == [(only,)] * 3
    assert {turn.voice for turn in catalog.turns(catalog.talk("both"))} == {"ada-example"}
    assert catalog.talk("two").revision == before + 1
    (kept,) = joins(catalog)
    assert (kept.kept_slug, kept.gone_slug, kept.made_by, kept.undone_by) == (
        "ada-example", "a-exampel", BY, "",
    )  # fmt: skip


def test_parting_two_gives_each_back_what_was_theirs(catalog: Catalog, talk_ids: list[int]) -> None:
    before = seen(catalog)
    parted = part_speakers(catalog, joined(catalog), by="Bo Sample")
    assert parted.slug == "a-exampel"
    assert seen(catalog) == before
    assert joins(catalog)[0].undone_by == "Bo Sample"
    with pytest.raises(UserError, match="already"):
        part_speakers(catalog, 1, by=BY)
    with pytest.raises(NotFound):
        part_speakers(catalog, 9, by=BY)


def test_turns_that_were_written_anew_go_back_to_who_had_most_of_their_time(
    catalog: Catalog, talk_ids: list[int]
) -> None:
    join_id = joined(catalog)
    both = catalog.talk("both")
    anew = [Turn(a, b, "ada-example", "ada-example", 0.9, "machine") for a, b in
            ((0, 2900), (3100, 5000), (5500, 8800))]  # fmt: skip
    save_turns(catalog, both, anew)
    part_speakers(catalog, join_id, by=BY)
    assert [turn.voice for turn in catalog.turns(both)] == [
        "ada-example", "a-exampel", "a-exampel",
    ]  # fmt: skip


def test_a_voice_that_was_forgotten_stays_so_when_two_are_parted(
    catalog: Catalog, talk_ids: list[int]
) -> None:
    join_id = joined(catalog)
    forget_voice(catalog, "Ada Example")
    parted = part_speakers(catalog, join_id, by=BY)
    assert voiceprints(catalog, "net") == {}
    with catalog.reading() as connection:
        rows = connection.exec_driver_sql("SELECT slug, voice_forgotten FROM speakers")
        assert dict(rows.all()) == {"ada-example": 1, parted.slug: 1}  # type: ignore[arg-type]


def test_who_was_merged_into_somebody_who_was_merged_too_is_parted_from_the_last(
    catalog: Catalog, talk_ids: list[int]
) -> None:
    save_programme(catalog, None, [TalkEntry("Three", slug="t", speakers=(SpeakerEntry("Cy"),))])
    join_id = joined(catalog)
    merge_speakers(catalog, catalog.speaker("cy"), catalog.speaker("ada-example"), by=BY)
    part_speakers(catalog, join_id, by=BY)
    assert [person.slug for person in catalog.talk("two").speakers] == ["a-exampel"]
    assert [person.slug for person in catalog.talk("one").speakers] == ["cy"]


def test_some_talks_of_one_person_become_those_of_another_who_has_another_name(
    catalog: Catalog, talk_ids: list[int]
) -> None:
    ada = catalog.speaker("ada-example")
    with pytest.raises(UserError, match="is a name of"):
        split_speaker(catalog, ada, [talk_ids[2]], "ada example", by=BY)
    with pytest.raises(UserError, match="not all"):
        split_speaker(catalog, ada, [talk_ids[0], talk_ids[2]], "Ada Example of Lund", by=BY)
    with pytest.raises(UserError):
        split_speaker(catalog, ada, [talk_ids[1]], "Ada Example of Lund", by=BY)
    new = split_speaker(catalog, ada, [talk_ids[2]], "Ada Example of Lund", by=BY)
    assert [person.slug for person in catalog.talk("both").speakers] == [new.slug, "a-exampel"]
    assert [turn.voice for turn in catalog.turns(catalog.talk("both"))] == [new.slug, "a-exampel"]
    assert [person.slug for person in catalog.talk("one").speakers] == ["ada-example"]
    # A programme that still names the first person does not take the talk back.
    entry = TalkEntry("Both", slug="both", speakers=(SpeakerEntry("Ada Example"),))
    save_programme(catalog, None, [entry])
    assert new.slug in [person.slug for person in catalog.talk("both").speakers]


def test_a_split_is_kept_with_who_made_it_and_is_undone(
    catalog: Catalog, talk_ids: list[int]
) -> None:
    before = seen(catalog)
    ada = catalog.speaker("ada-example")
    new = split_speaker(catalog, ada, [talk_ids[2]], "Ada Example of Lund", by=BY)
    (one,) = splits(catalog)
    assert (one.speaker_slug, one.other_slug, one.talks, one.made_by, one.undone_by) == (
        "ada-example", new.slug, 1, BY, "",
    )  # fmt: skip
    assert undo_split(catalog, one.id, by="Bo Sample").slug == "ada-example"
    assert seen(catalog) == before
    assert catalog.speaker(new.slug).id == ada.id  # its address leads on
    (one,) = splits(catalog)
    assert (one.other_slug, one.undone_by) == ("", "Bo Sample")
    with pytest.raises(UserError, match="already"):
        undo_split(catalog, one.id, by=BY)
    with pytest.raises(NotFound):
        undo_split(catalog, 9, by=BY)


def test_a_split_stands_where_the_other_person_speaks_in_more_talks_since(
    catalog: Catalog, talk_ids: list[int]
) -> None:
    ada = catalog.speaker("ada-example")
    new = split_speaker(catalog, ada, [talk_ids[2]], "Ada Example of Lund", by=BY)
    entry = TalkEntry("Three", slug="three", speakers=(SpeakerEntry(new.name),))
    save_programme(catalog, None, [entry])
    with pytest.raises(UserError, match="1 more talk since"):
        undo_split(catalog, splits(catalog)[0].id, by=BY)
    assert [person.slug for person in catalog.talk("three").speakers] == [new.slug]
