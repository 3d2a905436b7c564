"""A slug that a person changed: the one of before goes on naming the same thing."""

from __future__ import annotations

import pytest

from archive import schema
from archive.catalog import Catalog, add_row
from archive.edits import edit_event, edit_speaker, edit_talk, find_kind
from archive.errors import NotFound, UserError
from archive.people import merge_speakers, part_speakers
from archive.programme import EventEntry, SpeakerEntry, TalkEntry, save_programme
from archive.removing import remove_talk
from archive.turn_rows import save_turns
from archive.types import Turn
from archive.work.recordings import StoredMedia, attach_recording

EVENT = EventEntry("Tidal Days", slug="tidal-days")
ADA, BO = SpeakerEntry("Ada Example"), SpeakerEntry("Bo Sample")


@pytest.fixture
def talk_id(catalog: Catalog) -> int:
    entries = [
        TalkEntry("Moon and Sea", slug="moon", speakers=(ADA,)),
        TalkEntry("Salt", slug="salt", speakers=(BO,)),
    ]
    return save_programme(catalog, EVENT, entries).talk_ids[0]


def test_the_slug_of_before_still_names_talk_event_and_speaker(
    catalog: Catalog, talk_id: int
) -> None:
    edit_talk(catalog, talk_id, {"slug": ["moon-and-sea"]})
    edit_event(catalog, catalog.event("tidal-days").id, {"slug": ["tides"]})
    edit_speaker(catalog, catalog.speaker("ada-example").id, {"slug": ["ada"]})
    assert catalog.talk("moon").slug == catalog.talk("moon-and-sea").slug == "moon-and-sea"
    assert catalog.event("tidal-days").slug == "tides"
    assert catalog.speaker("ada-example").slug == "ada"
    assert find_kind(catalog, "moon") == ("talk", talk_id)
    assert catalog.holdings().old_slugs == {
        ("talk", "moon"): "moon-and-sea",
        ("event", "tidal-days"): "tides",
        ("speaker", "ada-example"): "ada",
    }


def test_all_slugs_of_before_lead_to_the_one_of_now(catalog: Catalog, talk_id: int) -> None:
    for slug in ("second", "third"):
        edit_talk(catalog, talk_id, {"slug": [slug]})
    assert catalog.talk("moon").slug == catalog.talk("second").slug == "third"
    edit_talk(catalog, talk_id, {"slug": ["moon"]})
    assert catalog.holdings().old_slugs == {("talk", "second"): "moon", ("talk", "third"): "moon"}


def test_a_slug_of_before_is_given_to_nothing_else(catalog: Catalog, talk_id: int) -> None:
    edit_talk(catalog, talk_id, {"slug": ["moon-and-sea"]})
    with pytest.raises(UserError, match="moon was the slug of moon-and-sea"):
        edit_talk(catalog, catalog.talk("salt").id, {"slug": ["moon"]})
    (another,) = save_programme(catalog, None, [TalkEntry("Moon")]).talk_ids
    assert catalog.talk_by_id(another).slug == "moon-2"


@pytest.mark.parametrize("slug", ["", "Moon", "a b", "-a", "a--b", "../x", "ä", "a" * 80])
def test_what_is_no_slug_is_refused_and_nothing_changes(
    catalog: Catalog, talk_id: int, slug: str
) -> None:
    with pytest.raises(UserError, match="is no slug"):
        edit_talk(catalog, talk_id, {"slug": [slug], "title": ["Another"]})
    assert catalog.talk("moon").title == "Moon and Sea"


def test_a_slug_that_is_taken_is_refused(catalog: Catalog, talk_id: int) -> None:
    with pytest.raises(UserError, match="salt is the slug of another talk"):
        edit_talk(catalog, talk_id, {"slug": ["salt"]})


def test_a_manifest_that_still_has_the_slug_of_before_finds_its_talk_and_event(
    catalog: Catalog, talk_id: int
) -> None:
    edit_talk(catalog, talk_id, {"slug": ["moon-and-sea"]})
    edit_event(catalog, catalog.event("tidal-days").id, {"slug": ["tides"]})
    again = save_programme(catalog, EVENT, [TalkEntry("The Moon and the Sea", slug="moon")])
    assert again.talk_ids == [talk_id]
    assert [event.slug for event in catalog.events()] == ["tides"]
    found = catalog.talk_by_id(talk_id)
    assert (found.slug, found.title) == ("moon-and-sea", "The Moon and the Sea")


def test_what_has_a_slug_now_comes_before_what_had_it(catalog: Catalog, talk_id: int) -> None:
    edit_talk(catalog, talk_id, {"slug": ["moon-and-sea"]})
    save_programme(catalog, EventEntry("Moon", slug="moon"), [])
    assert find_kind(catalog, "moon")[0] == "event"
    assert find_kind(catalog, "talk:moon") == ("talk", talk_id)


def test_with_a_talk_its_slugs_of_before_go(catalog: Catalog, talk_id: int) -> None:
    edit_talk(catalog, talk_id, {"slug": ["moon-and-sea"]})
    remove_talk(catalog, talk_id)
    with pytest.raises(NotFound):
        catalog.talk("moon")


def test_the_slugs_of_a_person_who_is_another_one_lead_to_that_one(
    catalog: Catalog, talk_id: int
) -> None:
    edit_speaker(catalog, catalog.speaker("bo-sample").id, {"slug": ["bo"]})
    join = merge_speakers(catalog, catalog.speaker("ada-example"), catalog.speaker("bo"), by="Ed")
    assert catalog.speaker("bo").slug == catalog.speaker("bo-sample").slug == "ada-example"
    part_speakers(catalog, join, by="Ed")
    assert catalog.speaker("bo").slug == catalog.speaker("bo-sample").slug == "bo"


def test_what_has_a_slug_of_before_again_is_not_led_away(catalog: Catalog, talk_id: int) -> None:
    edit_speaker(catalog, catalog.speaker("ada-example").id, {"slug": ["ada"]})
    # As when two people who were one are parted again.
    with catalog.writing() as connection:
        values = {"slug": "ada-example", "name": "Ada B. Example", "aliases": []}
        key = add_row(connection, schema.speakers, values)
    assert catalog.speaker("ada-example").id == key
    assert ("speaker", "ada-example") not in catalog.holdings().old_slugs


def test_a_talk_in_which_a_person_is_only_heard_is_indexed_anew_as_well(
    catalog: Catalog, talk_id: int
) -> None:
    media = StoredMedia("0" * 64, "video", "video/mp4", 3, 60_000, 640, 360, "00/0.mp4")
    attach_recording(catalog, talk_id, media)
    turn = Turn(0, 9000, "bo-sample", "bo-sample", 0.9, "machine")
    save_turns(catalog, catalog.talk("moon"), [turn])
    before = catalog.talk("moon").revision
    edit_speaker(catalog, catalog.speaker("bo-sample").id, {"slug": ["bo"]})
    assert catalog.talk("moon").revision > before
    assert catalog.turns(catalog.talk("moon"))[0].speaker == "bo"
