"""Talks for the tests of the search page: people named, words misheard, a talk on two tracks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import update
from web_seed import segments_of

from archive import schema
from archive.catalog import Catalog
from archive.programme import EventEntry, SpeakerEntry, TalkEntry, save_programme
from archive.types import Segment, Track
from archive.work.captions import save_captions

LETTERS = EventEntry(
    "Harbour Letters 2032",
    slug="harbour-letters-2032",
    starts_on=date(2032, 3, 4),
    place="Customs House, Exampleton",
    # A speaker who also stands in the programme of everybody else's talks.
    people=(("Mira Álvares", "facilitator"),),
)
MIRA = SpeakerEntry(
    "Mira Álvares",
    aliases=("Мира Алварес", "Alvares Mira"),
    role="Keeper of Records",
    affiliation="Harbour Archive",
    country="PT",
)
ZEIL = SpeakerEntry(
    "Ada Zeilbrunner", role="Professor", affiliation="Institute of Lamps", country="AT"
)
BO = SpeakerEntry("Bo Sample", role="Pilot", affiliation="Harbour Works", country="SG")

PORTUGUESE = (
    "Bom dia a todos e obrigada por terem vindo tão cedo até ao porto. "
    "Durante trezentos anos os pilotos escreveram cartas sobre a maré, e ninguém as leu. "
    "Nós lemos todas, uma por uma, e encontrámos nelas o ritmo da cidade inteira."
)
IN_ENGLISH = (
    "Good morning to you all, and thank you for coming to the port so early. "
    "For three hundred years the pilots wrote letters about the tide, and nobody read them. "
    "We read every one of them, and found in them the rhythm of the whole city."
)
LECTURE = (
    "Before I begin I want to thank Mira Álvares, who opened the archive to us. "
    "We thank professor sailbruner as well, since without the lamp no pilot would have written. "
    "The letters of the pilots are the longest record of a tide that we have."
)
PANEL = (
    "Everybody here has read what Mira Álvares wrote about the letters. "
    "The lamp that sail bruner built is still burning over the harbour at night."
)


def save_answer_talks(catalog: Catalog) -> None:
    """Four talks: with two tracks, with a name misheard, with another one named, and waiting."""
    saved = save_programme(
        catalog,
        LETTERS,
        [
            TalkEntry(
                "Cartas sobre a maré", slug="cartas", number=1, language="pt", speakers=(MIRA,)
            ),
            TalkEntry(
                "What the Pilots Wrote", slug="pilots", number=2, language="en", speakers=(BO,)
            ),
            TalkEntry("Lamps over Water", slug="lamps", number=3, language="en", speakers=(BO,)),
            TalkEntry("A Lamp of One’s Own", slug="own-lamp", number=4, speakers=(ZEIL,)),
        ],
    )
    cartas, pilots, lamps, _ = saved.talk_ids
    spoken = segments_of(PORTUGUESE, language="pt")
    save_captions(catalog, cartas, spoken, language="pt", file="pt.vtt")
    save_english(catalog, cartas, segments_of(IN_ENGLISH))
    save_captions(catalog, pilots, segments_of(LECTURE), language="en", file="pilots.vtt")
    save_captions(catalog, lamps, segments_of(PANEL), language="en", file="lamps.vtt")


def save_english(catalog: Catalog, talk_id: int, segments: Sequence[Segment]) -> None:
    """Store an English track beside the original one."""
    table = schema.transcripts
    original = next(t for t in catalog.transcripts(talk_id) if t.track is Track.ORIGINAL)
    save_captions(catalog, talk_id, segments, language="en", file="en.vtt")
    with catalog.writing() as connection:
        connection.execute(
            update(table)
            .where(table.c.talk_id == talk_id, table.c.current)
            .values(track=Track.ENGLISH)
        )
        connection.execute(update(table).where(table.c.id == original.id).values(current=True))
