"""The transcripts of a talk: all are kept, one is current, and a person outlasts a machine."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text, update

from archive import schema
from archive.catalog import Catalog
from archive.edits import edit_talk
from archive.errors import NotFound, UserError
from archive.programme import TalkEntry, save_programme
from archive.settings import Settings
from archive.types import Segment, Transcript, Word
from archive.work.captions import save_captions
from archive.work.recordings import set_source
from archive.work.transcripts import begin_transcript, finish_transcript, save_piece


def segment(text: str, *, estimated: bool = False) -> Segment:
    words = tuple(
        Word(word, True, 1000 * n, 1000 * n + 900, estimated=estimated)
        for n, word in enumerate(text.split())
    )
    return Segment(0, words[-1].end_ms, words)


@pytest.fixture
def talk_id(catalog: Catalog) -> int:
    return save_programme(catalog, None, [TalkEntry("On Tides", slug="on-tides")]).talk_ids[0]


def heard(catalog: Catalog, talk_id: int, text: str) -> bool:
    """A machine transcribes the talk; whether its transcript is current then."""
    begun = begin_transcript(catalog, talk_id, engine="e", model="m", settings={}, language="en")
    save_piece(catalog, talk_id, begun, [segment(text)], end_ms=5000)
    return finish_transcript(catalog, talk_id, begun.id)


def current(catalog: Catalog, talk_id: int) -> Transcript:
    (found,) = catalog.transcripts(talk_id)
    return found


def test_every_transcript_is_kept_and_numbered_in_the_order_of_making(
    catalog: Catalog, talk_id: int
) -> None:
    save_captions(catalog, talk_id, [segment("one")], language="en", file="a.vtt")
    heard(catalog, talk_id, "won")
    heard(catalog, talk_id, "one")
    kept = catalog.versions(talk_id)
    assert [(t.number, t.origin, t.current) for t in kept] == [
        (1, "captions", False),
        (2, "machine", False),
        (3, "machine", True),
    ]
    assert [catalog.transcript(t.id).segments[0].text for t in kept] == ["one", "won", "one"]


def test_what_a_person_chose_stays_current_when_a_machine_makes_another(
    catalog: Catalog, talk_id: int
) -> None:
    save_captions(catalog, talk_id, [segment("one")], language="en", file="a.vtt")
    assert heard(catalog, talk_id, "won")
    edit_talk(catalog, talk_id, {"transcript": ["1"]})
    assert (current(catalog, talk_id).number, current(catalog, talk_id).chosen) == (1, True)
    assert not heard(catalog, talk_id, "wan")
    assert current(catalog, talk_id).number == 1
    edit_talk(catalog, talk_id, {"transcript": [""]})
    assert (current(catalog, talk_id).number, current(catalog, talk_id).chosen) == (3, False)


def test_what_a_person_checked_stays_current_when_a_machine_makes_another(
    catalog: Catalog, talk_id: int
) -> None:
    heard(catalog, talk_id, "one")
    with catalog.writing() as connection:
        connection.execute(update(schema.transcripts).values(checked_by="Ada Example"))
    assert not heard(catalog, talk_id, "won")
    assert current(catalog, talk_id).checked_by == "Ada Example"


def test_a_transcript_that_is_not_there_or_not_finished_cannot_be_chosen(
    catalog: Catalog, talk_id: int
) -> None:
    heard(catalog, talk_id, "one")
    begin_transcript(catalog, talk_id, engine="e", model="m", settings={}, language="en")
    for number, error in (("7", NotFound), ("2", UserError), ("first", UserError)):
        before = catalog.talk_by_id(talk_id)
        with pytest.raises(error):
            edit_talk(catalog, talk_id, {"transcript": [number], "title": ["Other"]})
        assert catalog.talk_by_id(talk_id) == before
    assert current(catalog, talk_id).number == 1


def test_with_another_recording_the_captions_that_remain_are_shown(
    catalog: Catalog, talk_id: int
) -> None:
    save_captions(catalog, talk_id, [segment("one")], language="en", file="a.vtt")
    heard(catalog, talk_id, "won")
    set_source(catalog, talk_id, "http://example.org/b.mp4", "b", link=False)
    assert current(catalog, talk_id).origin == "captions"


def test_times_that_were_estimated_are_still_so_after_storing(
    catalog: Catalog, talk_id: int
) -> None:
    spread = [segment("one two", estimated=True), segment("three")]
    save_captions(catalog, talk_id, spread, language="en", file="a.vtt")
    assert [word.estimated for word in current(catalog, talk_id).words] == [True, True, False]


def test_transcripts_of_an_older_archive_get_their_numbers(settings: Settings) -> None:
    settings.home.mkdir(parents=True)
    config = Config()
    migrations = Path(schema.__file__).parent / "migrations"
    config.set_main_option("script_location", str(migrations))
    database = create_engine(settings.catalog_url)
    with database.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
        for talk in (1, 2):
            connection.execute(
                text(
                    "INSERT INTO talks (id, slug, title, description, language, source_url, "
                    "source_key, link, again, edited, revision, indexed_revision, "
                    "searchable_to_ms, failed_stage, failed_reason, failed_advice, added_at) "
                    "VALUES (:id, :slug, 'T', '', '', '', '', 0, 0, '[]', 1, 0, 0, '', '', '', '')"
                ),
                {"id": talk, "slug": f"talk-{talk}"},
            )
        for talk in (1, 2, 1):
            connection.execute(
                text(
                    "INSERT INTO transcripts (talk_id, track, language, origin, engine, model, "
                    "settings, made_at, checked_by, complete, current, words) VALUES "
                    "(:talk, 'original', 'en', 'machine', '', '', '{}', '', '', 1, 0, 0)"
                ),
                {"talk": talk},
            )
    database.dispose()
    catalog = Catalog.open(settings)
    numbers = {talk: [t.number for t in catalog.versions(talk)] for talk in (1, 2)}
    catalog.close()
    assert numbers == {1: [1, 2], 2: [1]}
    assert len(list((settings.home / "backups").glob("catalog-0002-*.sqlite"))) == 1
