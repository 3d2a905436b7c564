"""A process that searches from several threads while another one writes; see its test.

Arguments: the archive's home and a folder with the files ``announced`` and ``begun``, each with the
version of every talk (negative where it is removed), and ``stop``. Prints how many searches there
were, and what was wrong with them, as JSON.
"""

from __future__ import annotations

import json
import re
import sys
import threading
import traceback
from pathlib import Path

from archive.catalog import Catalog
from archive.settings import load_settings
from search.opening import open_index
from search.searching import Searcher

_QUERIES = ("tide", '"the tide of"', "tide moon stone", "tid*")


def wrong_hits(searcher: Searcher, query: str, states: Path) -> list[str]:
    """What a search must not answer, given what was announced before it and begun after it."""
    announced = json.loads((states / "announced").read_text())
    found = searcher.search(query, limit=100)
    begun = json.loads((states / "begun").read_text())
    shown = {hit.slug: hit for hit in found.talks}
    wrong = []
    for slug, version in announced.items():
        settled = begun[slug] == version
        if slug in shown:
            texts = " ".join(moment.text for moment in shown[slug].moments)
            versions = {int(number) for number in re.findall(r"version(\d+)", texts)}
            if len(versions) != 1 or min(versions) < abs(version) or (settled and version < 0):
                wrong.append(f"{query}: {slug} at {versions}, announced {version}")
        elif settled and version > 0:
            wrong.append(f"{query}: {slug} is missing at {version}")
    return wrong


def main() -> None:
    home, states = map(Path, sys.argv[1:3])
    catalog = Catalog.open(load_settings(home=home))
    index = open_index(home)
    searcher = Searcher(catalog, index)
    searches = 0
    wrong: list[str] = []

    def read() -> None:
        nonlocal searches
        while not (states / "stop").exists():
            try:
                wrong.extend(wrong_hits(searcher, _QUERIES[searches % len(_QUERIES)], states))
            except BaseException:
                wrong.append(traceback.format_exc())
                raise
            searches += 1

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    index.close()
    catalog.close()
    print(json.dumps({"searches": searches, "wrong": wrong[:5]}))


if __name__ == "__main__":
    main()
