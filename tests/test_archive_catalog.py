"""The catalog: programmes, edits, states, leases, migrations."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest
from sqlalchemy import text

from archive.catalog import Catalog
from archive.database import HEAD
from archive.edits import edit_event, edit_speaker, edit_talk, find_kind
from archive.errors import BadHome, Busy, NotFound, UserError
from archive.leases import lease
from archive.programme import EventEntry, SpeakerEntry, TalkEntry, save_programme
from archive.removing import remove_event, remove_talk
from archive.settings import Settings
from archive.types import Segment, State, Track, Word
from archive.work.captions import save_captions
from archive.work.failures import record_failure
from archive.work.recordings import StoredMedia, attach_recording, set_source
from archive.work.transcripts import (
    begin_transcript,
    finish_transcript,
    save_piece,
    transcript_in_work,
)

ADA = SpeakerEntry("Ada Example", aliases=("Example Ada",), role="President", country="TR")
EVENT = EventEntry("Days of Examples", slug="days")


def _segment(*texts: str) -> Segment:
    words = tuple(
        Word(text, index > 0, 1000 * index, 1000 * index + 900) for index, text in enumerate(texts)
    )
    return Segment(words[0].start_ms, words[-1].end_ms, words)


def _media(key: str = "a" * 64) -> StoredMedia:
    return StoredMedia(key, "audio", "audio/wav", 3, 5000, 0, 0, f"aa/{key}.wav")


def _add(catalog: Catalog, *entries: TalkEntry) -> list[int]:
    return save_programme(catalog, EVENT, entries).talk_ids


def test_the_same_programme_twice_makes_one_event_one_talk_and_one_speaker(
    catalog: Catalog,
) -> None:
    entry = TalkEntry("On Examples", number=1, speakers=(ADA,))
    assert _add(catalog, entry) == _add(catalog, entry)
    assert len(catalog.events()) == len(catalog.talks()) == len(catalog.speakers()) == 1


def test_a_speaker_is_known_again_by_an_alias_without_regard_to_accents(catalog: Catalog) -> None:
    _add(catalog, TalkEntry("One", number=1, speakers=(ADA,)))
    _add(catalog, TalkEntry("Two", number=2, speakers=(SpeakerEntry("EXÀMPLE, Ada"),)))
    assert [speaker.name for speaker in catalog.speakers()] == ["Ada Example"]


def test_a_talk_is_found_again_by_number_although_its_title_changed(catalog: Catalog) -> None:
    first = _add(catalog, TalkEntry("Old title", number=7))
    second = _add(catalog, TalkEntry("New title", number=7))
    assert first == second
    assert [talk.title for talk in catalog.talks()] == ["New title"]


def test_the_state_of_a_talk_is_its_next_step(catalog: Catalog) -> None:
    (talk_id,) = _add(catalog, TalkEntry("On Examples", number=1))

    def state() -> State:
        return catalog.status(talk_id).state

    assert state() is State.WAITING
    set_source(catalog, talk_id, "http://example.org/a.mp4", "key", link=False)
    assert state() is State.FETCH
    attach_recording(catalog, talk_id, _media())
    assert state() is State.TRANSCRIBE
    transcript = begin_transcript(
        catalog, talk_id, engine="e", model="m", settings={}, language="en"
    )
    save_piece(catalog, talk_id, transcript, [_segment("one", "two")], end_ms=5000)
    assert state() is State.TRANSCRIBE
    finish_transcript(catalog, talk_id, transcript.id)
    assert state() is State.INDEX
    revision = catalog.talk_by_id(talk_id).revision
    catalog.mark_indexed({talk_id: revision}, {talk_id: 5000})
    assert state() is State.READY
    record_failure(catalog, talk_id, "fetch", NotFound("It is gone.", advice="Bring it."))
    status = catalog.status(talk_id)
    assert (status.state, status.reason, status.advice) == (
        State.FAILED,
        "It is gone.",
        "Bring it.",
    )


def test_a_recording_without_words_is_ready_and_says_so(catalog: Catalog) -> None:
    (talk_id,) = _add(catalog, TalkEntry("Silence", number=1))
    attach_recording(catalog, talk_id, _media())
    begun = begin_transcript(catalog, talk_id, engine="e", model="m", settings={}, language="")
    finish_transcript(catalog, talk_id, save_piece(catalog, talk_id, begun, [], end_ms=5000).id)
    catalog.mark_indexed({talk_id: catalog.talk_by_id(talk_id).revision}, {talk_id: 5000})
    status = catalog.status(talk_id)
    assert (status.state, status.reason) == (State.READY, "no speech was found")


def test_a_transcript_in_work_goes_on_after_the_pieces_that_are_done(catalog: Catalog) -> None:
    (talk_id,) = _add(catalog, TalkEntry("Long", number=1))
    how = {"engine": "e", "model": "m", "settings": {"beam_size": 5}}
    begun = begin_transcript(catalog, talk_id, **how, language="")  # type: ignore[arg-type]
    save_piece(catalog, talk_id, begun, [_segment("one")], end_ms=60_000, language="pt")
    found = transcript_in_work(catalog, talk_id, **how)  # type: ignore[arg-type]
    assert found is not None
    assert (found.pieces_done, found.done_to_ms, found.language) == (1, 60_000, "pt")
    other = {**how, "settings": {"beam_size": 1}}
    assert transcript_in_work(catalog, talk_id, **other) is None  # type: ignore[arg-type]


def test_the_language_is_that_of_the_first_piece_that_is_sure_of_it(catalog: Catalog) -> None:
    (talk_id,) = _add(catalog, TalkEntry("Long", number=1))
    how = {"engine": "e", "model": "m", "settings": {"beam_size": 5}}
    made = begin_transcript(catalog, talk_id, **how, language="")  # type: ignore[arg-type]

    def heard(language: str, share: float) -> tuple[str, float | None]:
        nonlocal made
        made = save_piece(
            catalog,
            talk_id,
            made,
            [_segment("one")],
            end_ms=made.done_to_ms + 60_000,
            language=language,
            language_probability=share,
        )
        (stored,) = catalog.transcripts(talk_id)
        assert stored.language == made.language
        return stored.language, stored.language_probability

    assert heard("gl", 0.42) == ("gl", 0.42)
    assert heard("es", 0.7) == ("gl", 0.42)
    found = transcript_in_work(catalog, talk_id, **how)  # type: ignore[arg-type]
    assert found == made
    assert heard("pt", 0.97) == ("pt", 0.97)
    assert heard("es", 0.99) == ("pt", 0.97)


def test_a_new_transcript_replaces_the_present_one_only_when_it_is_complete(
    catalog: Catalog,
) -> None:
    (talk_id,) = _add(catalog, TalkEntry("Twice", number=1))
    for word in ("first", "second"):
        begun = begin_transcript(
            catalog, talk_id, engine="e", model=word, settings={}, language="en"
        )
        made = save_piece(catalog, talk_id, begun, [_segment(word)], end_ms=1000)
        (current,) = catalog.transcripts(talk_id)
        assert current.words[0].text == "first"
        finish_transcript(catalog, talk_id, made.id)
    (current,) = catalog.transcripts(talk_id)
    assert (current.words[0].text, current.track) == ("second", Track.ORIGINAL)


def test_the_same_captions_twice_are_one_transcript(catalog: Catalog) -> None:
    (talk_id,) = _add(catalog, TalkEntry("Captioned", number=1))
    for _ in range(2):
        save_captions(catalog, talk_id, [_segment("hello")], language="en", file="x.vtt")
    revision = catalog.talk_by_id(talk_id).revision
    assert revision == 2
    assert catalog.status(talk_id).state is State.INDEX


def test_a_programme_does_not_overwrite_an_edit_and_says_so(catalog: Catalog) -> None:
    (talk_id,) = _add(catalog, TalkEntry("As printed", number=1, speakers=(ADA,)))
    edit_talk(catalog, talk_id, {"title": ["As held"], "role": ["Rector"]})
    saved = save_programme(
        catalog, EVENT, [TalkEntry("As printed", number=1, speakers=(SpeakerEntry("Bo Example"),))]
    )
    talk = catalog.talk_by_id(talk_id)
    assert talk.title == "As held"
    assert [(a.speaker.name, a.role) for a in talk.appearances] == [("Ada Example", "Rector")]
    assert any("title" in line and "As printed" in line for line in saved.remarks)
    assert any("speakers stay" in line for line in saved.remarks)


def test_an_edit_bumps_every_talk_that_shows_it(catalog: Catalog) -> None:
    ids = _add(
        catalog,
        TalkEntry("One", number=1, speakers=(ADA,)),
        TalkEntry("Two", number=2, speakers=(ADA,)),
    )
    before = [catalog.talk_by_id(key).revision for key in ids]
    edit_speaker(catalog, catalog.speakers()[0].id, {"name": ["Ada Exemplar"]})
    edit_event(catalog, catalog.events()[0].id, {"place": ["Here"]})
    after = [catalog.talk_by_id(key).revision for key in ids]
    assert all(new == old + 2 for old, new in zip(before, after, strict=True))
    assert "Ada Example" in catalog.speakers()[0].aliases


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"titel": ["X"]}, "titel"),
        ({"title": [""]}, "empty"),
        ({"date": ["18.9.2020"]}, "year-month-day"),
        ({"language": ["english please"]}, "language tag"),
        ({"country": ["Atlantis"]}, "Atlantis"),
        ({"event": ["nowhere"]}, "nowhere"),
        ({"title": ["A", "B"]}, "2 times"),
    ],
)
def test_an_edit_that_does_not_fit_changes_nothing(
    catalog: Catalog, changes: dict[str, list[str]], said: str
) -> None:
    (talk_id,) = _add(catalog, TalkEntry("On Examples", number=1, speakers=(ADA,)))
    before = catalog.talk_by_id(talk_id)
    with pytest.raises(UserError) as raised:
        edit_talk(catalog, talk_id, {**changes, "description": ["new"]})
    assert said in str(raised.value)
    assert catalog.talk_by_id(talk_id) == before


def test_removing_a_talk_removes_its_media_only_where_no_other_talk_uses_them(
    catalog: Catalog,
) -> None:
    first, second = _add(catalog, TalkEntry("One", number=1), TalkEntry("Two", number=2))
    media = _media()
    file = catalog.home / "media" / media.location
    file.parent.mkdir(parents=True)
    file.write_bytes(b"abc")
    attach_recording(catalog, first, media)
    attach_recording(catalog, second, media)
    remove_talk(catalog, first)
    assert file.exists()
    remove_talk(catalog, second)
    assert not file.exists()
    assert catalog.talks() == []


def test_removing_an_event_removes_its_talks(catalog: Catalog) -> None:
    _add(catalog, TalkEntry("One", number=1), TalkEntry("Two", number=2))
    kind, key = find_kind(catalog, "days")
    assert kind == "event"
    remove_event(catalog, key)
    assert (catalog.talks(), catalog.events()) == ([], [])


def test_what_has_the_same_slug_is_told_apart_by_its_kind(catalog: Catalog) -> None:
    _add(catalog, TalkEntry("Days", slug="days", number=1))
    with pytest.raises(UserError, match="several things"):
        find_kind(catalog, "days")
    assert find_kind(catalog, "talk:days")[0] == "talk"


def test_a_transaction_that_fails_leaves_nothing(catalog: Catalog) -> None:
    twins = [TalkEntry("One", number=1), TalkEntry("Again", number=1)]
    with pytest.raises(UserError):
        save_programme(catalog, EVENT, twins)
    assert (catalog.talks(), catalog.events()) == ([], [])


def test_a_lease_is_held_by_one_and_free_again_after_it(catalog: Catalog) -> None:
    (talk_id,) = _add(catalog, TalkEntry("One", number=1))
    with lease(catalog, talk_id):
        assert catalog.status(talk_id).running
        with pytest.raises(Busy), lease(catalog, talk_id):
            pass
    assert not catalog.status(talk_id).running


def _take_and_die(settings: Settings, talk_id: int) -> None:
    import os
    import signal

    with lease(Catalog.open(settings), talk_id):
        os.kill(os.getpid(), signal.SIGKILL)


def test_the_lease_of_a_killed_process_is_free_at_once(
    catalog: Catalog, settings: Settings
) -> None:
    (talk_id,) = _add(catalog, TalkEntry("One", number=1))
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=_take_and_die, args=(settings, talk_id))
    process.start()
    process.join()
    assert process.exitcode == -9
    assert not catalog.status(talk_id).running
    with lease(catalog, talk_id):
        assert catalog.status(talk_id).running


def test_the_head_is_the_newest_migration() -> None:
    folder = Path(__file__).parent.parent / "archive" / "migrations" / "versions"
    assert sorted(path.name for path in folder.glob("v*.py"))[-1].startswith(f"v{HEAD}_")


def test_the_migrated_schema_is_the_one_the_code_uses(catalog: Catalog) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from archive.schema import metadata

    with catalog.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_a_catalog_of_a_newer_podium_is_refused(catalog: Catalog, settings: Settings) -> None:
    with catalog.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(BadHome, match="newer Podium"):
        Catalog.open(settings)


def test_files_that_podium_did_not_make_are_left_alone(settings: Settings) -> None:
    settings.home.mkdir(parents=True)
    note = settings.home / "note.txt"
    note.write_text("mine")
    Catalog.open(settings).close()
    assert note.read_text() == "mine"


def test_a_damaged_catalog_says_so(settings: Settings) -> None:
    settings.home.mkdir(parents=True)
    (settings.home / "catalog.sqlite").write_bytes(b"this is no database, " * 100)
    with pytest.raises(BadHome, match="cannot be used"):
        Catalog.open(settings)
