"""An archive of four talks by the sea with a real index, and ways to ask it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from search_seed import STEP_MS, segment

from archive.catalog import Catalog
from archive.programme import EventEntry, SpeakerEntry, TalkEntry, save_programme
from archive.types import Segment
from archive.work.captions import save_captions
from search.indexing import update
from search.opening import CurrentIndex, open_index
from search.results import TalkHit
from search.searching import Searcher

ADA = SpeakerEntry(
    "Ada Zeilbrunner",
    aliases=("Zeilbrunner Ada",),
    role="President",
    affiliation="Institute of Tides",
    affiliation_aliases=("IOT",),
    country="TR",
)
BO = SpeakerEntry("Bo Palitta Pongarn", country="TH")
EVENT = EventEntry(
    "Tidal Days",
    slug="tidal-days",
    starts_on=date(2031, 5, 12),
    organizers=("Harbour Board",),
    people=(("Cleo Sample", "facilitator"),),
    summary="Solidarity of the coasts.",
)
TIDES = (
    "Ladies and gentlemen, the tide is",
    "turning. Climate change is near, and",
    "COVID-19 taught us that C++ code can’t wait.",
    "At 10:30 we asked 1,000 people on www.x.org",
    "about the tides of São Paulo and the last word: lighthouse",
)
PORTUGUESE = ("As marés são o futuro da ciência no litoral",)


class Shore:
    """An archive with an index, and ways to ask it."""

    def __init__(self, catalog: Catalog, index: CurrentIndex) -> None:
        self.catalog = catalog
        self.index = index
        self.searcher = Searcher(catalog, index)

    def slugs(self, text: str, **filters: str) -> list[str]:
        return [hit.slug for hit in self.searcher.search(text, **filters).talks]

    def best(self, text: str) -> TalkHit:
        return self.searcher.search(text).talks[0]

    def only(self, text: str) -> TalkHit:
        (hit,) = self.searcher.search(text).talks
        return hit


def captions(lines: tuple[str, ...]) -> list[Segment]:
    segments, start_ms = [], 0
    for line in lines:
        segments.append(segment(line, start_ms))
        start_ms += STEP_MS * len(line.split())
    return segments


@pytest.fixture
def shore(catalog: Catalog) -> Iterator[Shore]:
    tides, waiting = save_programme(
        catalog,
        EVENT,
        [
            TalkEntry("On tides", slug="tides", number=1, language="en", speakers=(ADA,)),
            TalkEntry("On genomics", slug="genomics", number=2, speakers=(BO,)),
        ],
    ).talk_ids
    mares, panel = save_programme(
        catalog,
        None,
        [
            TalkEntry("Sobre marés", slug="mares", language="pt-BR", speakers=(BO,)),
            TalkEntry("A panel", slug="panel", language="en", speakers=(ADA, BO)),
        ],
    ).talk_ids
    assert waiting
    save_captions(catalog, tides, captions(TIDES), language="en", file="a.vtt")
    save_captions(catalog, mares, captions(PORTUGUESE), language="pt-BR", file="b.vtt")
    far = [segment("The harbour is old", 0), segment("but the pilot is young", 60_000)]
    save_captions(catalog, panel, far, language="en", file="c.vtt")
    index = open_index(catalog.home)
    assert update(catalog, index) == 4
    yield Shore(catalog, index)
    index.close()
