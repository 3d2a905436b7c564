"""A small archive for the tests of the site: fictional people, one talk in each state."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from flask import Flask

from archive.catalog import Catalog
from archive.errors import DownloadRefused
from archive.programme import EventEntry, SpeakerEntry, TalkEntry, save_programme
from archive.segments import segments_from_words
from archive.settings import Settings, load_settings
from archive.store import MediaStore, sha256_of
from archive.types import Chapter, Segment, Word
from archive.work.captions import save_captions
from archive.work.failures import record_failure
from archive.work.recordings import StoredMedia, attach_recording
from archive.work.transcripts import begin_transcript, finish_transcript, save_piece
from search.indexing import update
from search.opening import open_index
from web.app import create_app
from web.site import EXTENSION

SAMPLE = Path(__file__).parent.parent / "events" / "sample"
CLIP_MS = 40_000

EVENT = EventEntry(
    slug="tidal-days-2031",
    title="Tidal Days 2031: People, Power and the Sea",
    starts_on=date(2031, 5, 12),
    ends_on=date(2031, 5, 13),
    place="Harbour Hall, Exampleton",
    url="https://tidal-days.example/2031",
    organizers=("Example Institute of Oceans", "City of Exampleton"),
    people=(("Hanna Host", "facilitator"),),
    summary="Two days on what the tides do and what people do with them.",
)
ADA = SpeakerEntry(
    "Ada Example",
    aliases=("Example Ada",),
    role="Director",
    affiliation="Example Institute of Oceans",
    country="CL",
)
BRUNO = SpeakerEntry("Bruno Muster", role="Rector", affiliation="Muster University", country="AT")
CHEN = SpeakerEntry("Chen Fictional", role="Engineer", affiliation="Harbour Works", country="SG")
WEI = SpeakerEntry("Wei Shili", aliases=("示例伟",), role="Reader", affiliation="Coast College")


def words_of(text: str, *, from_ms: int, to_ms: int, sure: float = 0.95) -> list[Word]:
    """The words of ``text`` spread evenly from ``from_ms`` to ``to_ms``."""
    texts = text.split()
    step = (to_ms - from_ms) / len(texts)
    return [
        Word(one, True, round(from_ms + n * step), round(from_ms + (n + 0.9) * step), sure)
        for n, one in enumerate(texts)
    ]


def transcribe(
    catalog: Catalog,
    talk_id: int,
    segments: Sequence[Segment],
    *,
    language: str = "en",
    language_probability: float | None = None,
    until_ms: int = CLIP_MS,
) -> None:
    """Store ``segments`` as a machine's transcript; it stays in work where the clip goes on.

    With ``language_probability``, the language is a guess.
    """
    guessed = language_probability is not None
    work = begin_transcript(
        catalog,
        talk_id,
        engine="faster-whisper",
        model="base",
        settings={},
        language="" if guessed else language,
    )
    save_piece(
        catalog,
        talk_id,
        work,
        segments,
        end_ms=until_ms,
        language=language,
        language_probability=language_probability,
    )
    if until_ms == CLIP_MS:
        finish_transcript(catalog, talk_id, work.id)


def store_clip(settings: Settings, name: str = "amber.mp4") -> StoredMedia:
    """A clip of the sample event in the archive's media store."""
    store = MediaStore(settings.home)
    key = sha256_of(SAMPLE / name)
    unfinished = store.incoming(0) / name
    shutil.copyfile(SAMPLE / name, unfinished)
    location = store.location(key, ".mp4")
    size = store.adopt(unfinished, location).stat().st_size
    return StoredMedia(key, "video", "video/mp4", size, CLIP_MS, 640, 360, location)


def segments_of(
    text: str, *, from_ms: int = 600, to_ms: int = 38_000, language: str = "en"
) -> tuple[Segment, ...]:
    return segments_from_words(words_of(text, from_ms=from_ms, to_ms=to_ms), language=language)


@contextmanager
def opened_app(settings: Settings) -> Iterator[Flask]:
    """The site of an archive, closed at the end; errors nobody expected are raised."""
    app = create_app(settings)
    app.testing = True
    yield app
    app.extensions[EXTENSION].close()


def make_index(settings: Settings) -> None:
    """Bring the archive's index up to date."""
    catalog = Catalog.open(settings)
    index = open_index(settings.home)
    update(catalog, index)
    index.close()
    catalog.close()


def seed(home: Path, *, indexed: bool = True) -> Settings:
    """An archive in ``home`` with an event of six talks and one single talk."""
    settings = load_settings(home=home)
    catalog = Catalog.open(settings)
    saved = save_programme(
        catalog,
        EVENT,
        [
            TalkEntry(
                "How the Moon Moves the Sea",
                slug="moon-moves-sea",
                number=1,
                language="en",
                description="Why the sea rises and falls twice a day.",
                speakers=(ADA,),
                chapters=(Chapter(0, "What pulls the water"), Chapter(20_000, "Spring & neap")),
            ),
            TalkEntry(
                "Turbines in a Tidal Race", slug="turbines", number=2, speakers=(BRUNO, CHEN)
            ),
            TalkEntry(
                "Harbours That Breathe",
                slug="harbours",
                number=3,
                description="Gates, locks and the people who open them.",
                speakers=(CHEN,),
            ),
            TalkEntry(
                "Salt in the Fields",
                slug="salt",
                number=4,
                speakers=(BRUNO,),
                source_url="https://video.example/salt",
                source_key="https://video.example/salt",
            ),
            TalkEntry("What the Gauges Remember", slug="gauges", number=5, speakers=(ADA,)),
            TalkEntry("A Minute of Silence", slug="silence", number=6, speakers=(CHEN,)),
        ],
    )
    moon, turbines, _harbours, salt, gauges, silence = saved.talk_ids
    clip = store_clip(settings)
    for talk_id in (moon, gauges, silence):
        attach_recording(catalog, talk_id, clip)
    transcribe(catalog, moon, segments_of((SAMPLE / "amber.txt").read_text(encoding="utf-8")))
    save_captions(
        catalog,
        turbines,
        segments_of((SAMPLE / "slate.txt").read_text(encoding="utf-8")),
        language="en",
        file="turbines.vtt",
    )
    record_failure(
        catalog,
        salt,
        "fetch",
        DownloadRefused(
            "https://video.example/salt answered 403: forbidden.",
            advice="Give another address with `podium ingest URL --talk salt`.",
        ),
    )
    half = segments_of("Every gauge keeps a diary of the water. " * 4, to_ms=19_000)
    transcribe(catalog, gauges, half, until_ms=20_000, language_probability=0.62)
    transcribe(catalog, silence, ())
    (single,) = save_programme(
        catalog, None, [TalkEntry("潮汐的故事", slug="chaoxi", language="zh", speakers=(WEI,))]
    ).talk_ids
    characters = [
        Word(c, False, 1000 + 300 * n, 1280 + 300 * n, 0.9)
        for n, c in enumerate("海水每天涨落两次月亮牵引着海水")
    ]
    save_captions(
        catalog, single, segments_from_words(characters, language="zh"), language="zh", file="c.vtt"
    )
    catalog.close()
    if indexed:
        make_index(settings)
    return settings
