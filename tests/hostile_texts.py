"""A text that tries to run in pages, and an archive that holds it wherever it holds a text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from web_seed import CLIP_MS, segments_of, store_clip

from archive.catalog import Catalog
from archive.errors import DownloadRefused
from archive.programme import EventEntry, SpeakerEntry, TalkEntry, save_programme
from archive.settings import Settings
from archive.turn_rows import save_turns
from archive.types import Chapter, Track, Turn
from archive.work.captions import save_captions
from archive.work.failures import record_failure
from archive.work.recordings import attach_recording
from archive.work.transcripts import begin_transcript, finish_transcript, save_piece

EVIL = (
    "</script><script>window.ran=1</script><img src=x onerror=window.ran=1>"
    '\'"><svg onload=window.ran=1> onfocus=window.ran=1 autofocus x=" javascript:window.ran=1'
    " {{7*7}} {% raise %} --> ]]> &lt;b&gt;"
)


def plant_hostile_texts(settings: Settings, catalog: Catalog) -> dict[str, Sequence[str]]:
    """Put that text wherever the archive holds one; the slugs of what was added."""
    speaker = SpeakerEntry(
        f"{EVIL} name",
        aliases=(f"{EVIL} alias",),
        role=f"{EVIL} role",
        affiliation=f"{EVIL} affiliation",
        affiliation_aliases=(f"{EVIL} other",),
    )
    event = EventEntry(
        f"{EVIL} event",
        slug="evil",
        starts_on=date(2031, 5, 14),
        place=f"{EVIL} place",
        url="javascript:window.ran=1",
        organizers=(f"{EVIL} organiser",),
        people=((f"{EVIL} person", f"{EVIL} part"),),
        summary=f"{EVIL} summary",
    )
    talk = TalkEntry(
        f"{EVIL} title",
        slug="evil",
        number=1,
        description=f"{EVIL} description",
        source_url="javascript:window.ran=1",
        source_key=f"{EVIL} key",
        speakers=(speaker,),
        chapters=(Chapter(0, f"{EVIL} chapter"), Chapter(9000, f"{EVIL} chapter two")),
    )
    failing = TalkEntry(f"{EVIL} failing", slug="evil-failing", number=2, speakers=(speaker,))
    heard, failed = save_programme(catalog, event, [talk, failing]).talk_ids
    # A clip of its own: turns belong to a recording, and other talks must not get these.
    attach_recording(catalog, heard, store_clip(settings, "coral.mp4"))
    spoken = segments_of(f"xylophone {EVIL} xylophone")
    save_captions(catalog, heard, spoken, language="en", file=f"{EVIL}.vtt")
    for track in Track:
        made = begin_transcript(
            catalog, heard, engine=EVIL, model=EVIL, settings={}, language="en", track=track
        )
        save_piece(catalog, heard, made, spoken, end_ms=CLIP_MS)
        finish_transcript(catalog, heard, made.id)
    (person,) = (one.slug for one in catalog.speakers() if one.name == f"{EVIL} name")
    turns = (
        Turn(0, 9000, person, person, 0.5, "machine"),
        Turn(9000, 20_000, f"{EVIL}-1", None, 0.0, "rttm"),
    )
    save_turns(catalog, catalog.talk("evil"), turns)
    record_failure(catalog, failed, "fetch", DownloadRefused(f"{EVIL}.", advice=f"`{EVIL}`"))
    return {"talks": ["evil", "evil-failing"], "events": ["evil"], "speakers": [person]}
