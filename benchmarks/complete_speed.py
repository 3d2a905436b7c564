"""Completion while somebody types: CPU milliseconds of one answer of `/api/v1/complete`.

    python benchmarks/complete_speed.py [TALKS]

An archive of as many talks as asked for is made, with a title of its own each, a speaker for every
two and an event for every twenty. Asked are the first one to five letters of words of names and
titles, two words, and names with a wrong letter. The first answer after a change of the catalog
is printed by itself: it reads the catalog anew, as the next page or search would.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from search_corpus import Corpus

from archive.catalog import Catalog
from archive.edits import edit_talk
from archive.programme import EventEntry, SpeakerEntry, TalkEntry, save_programme
from archive.settings import load_settings
from web.app import create_app
from web.site import EXTENSION

_TALKS_OF_EVENT = 20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("talks", type=int, nargs="?", default=500)
    talks: int = parser.parse_args().talks
    chosen = random.Random(7)
    words = Corpus(1).by_rank[:4_000]
    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings(home=Path(folder))
        catalog = Catalog.open(settings)
        names = [
            f"{chosen.choice(words)} {chosen.choice(words)}".title() for _ in range(talks // 2)
        ]
        for first in range(0, talks, _TALKS_OF_EVENT):
            _save_event(catalog, first, names, words, chosen)
        app = create_app(settings)
        client = app.test_client()

        def asked(text: str) -> float:
            began = time.process_time()
            answer = client.get("/api/v1/complete", query_string={"q": text})
            took_ms = (time.process_time() - began) * 1000
            assert answer.status_code == 200, answer.text
            return took_ms

        print(f"{talks} talks, CPU ms")
        print(f"{'first answer of a new site':28}{asked('a'):8.1f}")
        edit_talk(catalog, catalog.talks()[0].id, {"title": ["Another Title"]})
        print(f"{'first answer after a change':28}{asked('a'):8.1f}")
        print(f"{'':28}{'p50':>8}{'p95':>8}{'max':>8}")
        kinds = {f"{n} letters": [w[:n] for w in chosen.sample(words, 200)] for n in range(1, 6)}
        kinds["two words"] = [f"{name[:4]} {name.split()[1][:3]}" for name in names[:200]]
        kinds["a wrong letter"] = [f"{name[:3]}q{name[4:]}" for name in names[:200]]
        for kind, texts in kinds.items():
            taken = sorted(map(asked, texts))
            p50, p95 = taken[len(taken) // 2], taken[int(len(taken) * 0.95)]
            print(f"{kind:28}{p50:8.1f}{p95:8.1f}{taken[-1]:8.1f}")
        app.extensions[EXTENSION].close()
        catalog.close()


def _save_event(
    catalog: Catalog, first: int, names: list[str], words: list[str], chosen: random.Random
) -> None:
    entries = [
        TalkEntry(
            " ".join(chosen.choices(words, k=7)).capitalize(),
            number=number,
            speakers=(SpeakerEntry(names[number // 2], affiliation="Institute of Tides"),),
        )
        for number in range(first, first + _TALKS_OF_EVENT)
    ]
    title = f"{' '.join(chosen.choices(words, k=3)).title()} {2000 + first // 400}"
    save_programme(catalog, EventEntry(title, starts_on=date(2020, 1, 1)), entries)


if __name__ == "__main__":
    main()
