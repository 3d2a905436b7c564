"""The concordance at work: its first page in each order, and all of it as CSV.

    python benchmarks/search_speed.py 500 --keep HOME --alone
    python benchmarks/concordance_speed.py HOME

Asked is the archive that search_speed.py kept, for words from the most common one to a rare one.
Times are CPU milliseconds of this process, the quickest of three; the search page of the same query
stands beside them, so that the ratio holds on any machine.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from flask.testing import FlaskClient
from search_corpus import Corpus

from archive.settings import load_settings
from search.answering.concordance import Order
from web.app import create_app
from web.site import EXTENSION

_RANKS = (0, 30, 300, 3_000)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("--talks", type=int, default=500, help="as given to search_speed.py")
    chosen = parser.parse_args()
    app = create_app(load_settings(home=chosen.home))
    app.extensions[EXTENSION].warm_up()
    client = app.test_client()
    orders = [order.value for order in Order]
    print(f"{'CPU ms':12}{'lines':>9}{'search':>9}", *(f"{o:>9}" for o in orders), "      CSV   MB")
    for rank in _RANKS:
        word = Corpus(chosen.talks).by_rank[rank]
        found = client.get("/api/v1/search", query_string={"q": f'"{word}"'}).get_json()
        row = [f"{word:12}{found['totals']['occurrences']:9}"]
        row += [f"{_quickest(client, '/search', word)[0]:9.1f}"]
        row += [f"{_quickest(client, '/concordance', word, order)[0]:9.1f}" for order in orders]
        taken, size = _quickest(client, "/concordance.csv", word, tries=1)
        print(*row, f"{taken:9.0f}{size / 1e6:5.1f}")


def _quickest(
    client: FlaskClient, address: str, word: str, order: str = "date", tries: int = 3
) -> tuple[float, int]:
    """Milliseconds of CPU, and the size of the answer in bytes."""
    taken = []
    for _ in range(tries):
        began = time.process_time()
        answer = client.get(address, query_string={"q": f'"{word}"', "sort": order})
        size = len(answer.data)
        taken.append((time.process_time() - began) * 1000)
        assert answer.status_code == 200
    return min(taken), size


if __name__ == "__main__":
    main()
