"""The site at work: start, memory, and the time of a search over HTTP.

    python benchmarks/search_speed.py 500 --keep HOME
    python benchmarks/site_speed.py HOME

``podium serve`` is started on the archive that search_speed.py kept. Printed are the seconds until
it answers, the milliseconds of search pages and of the API by kind of query (wall time, one
reader), the bytes of the largest page, and the server's memory at the end.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from search_corpus import Corpus, questions_of

PROJECT = Path(__file__).resolve().parent.parent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("--talks", type=int, default=500, help="as given to search_speed.py")
    parser.add_argument("--queries", type=int, default=40, help="of each kind")
    chosen = parser.parse_args()
    questions = questions_of(Corpus(chosen.talks), chosen.queries)
    queries = {kind: [str(question) for question in asked] for kind, asked in questions.items()}
    every = [query for kind in queries.values() for query in kind]
    began = time.monotonic()
    command = [sys.executable, "-m", "web", "--home", str(chosen.home), "serve", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=PROJECT) as server:
        assert server.stderr is not None
        found = re.search(r"http://\S+(?=/)", server.stderr.readline())
        assert found is not None
        address = found[0]
        ask(address + "/")
        print(f"first page after start: {time.monotonic() - began:.2f} s")
        ask(f"{address}/search?q=science")
        print(f"first search after start: {time.monotonic() - began:.2f} s")
        print(f"{'wall ms: p50, p95, max':26}{'API':>24}{'page':>24}{'largest page':>16}")
        for kind, asked in {**queries, "all of them": every}.items():
            api, _ = measure(f"{address}/api/v1/search?q=", asked)
            page, largest = measure(f"{address}/search?q=", asked)
            print(f"{kind:26}{api}{page}{largest:16,}")
        status = Path(f"/proc/{server.pid}/status").read_text()
        kilobytes = re.search(r"VmRSS:\s+(\d+)", status)
        assert kilobytes is not None
        print(f"RSS of the server: {int(kilobytes[1]) / 1024:.0f} MB")
        server.terminate()
        server.stderr.read()


def ask(address: str) -> int:
    """Read an answer to its end; its bytes."""
    with urllib.request.urlopen(address) as answer:
        return len(answer.read())


def measure(prefix: str, queries: list[str]) -> tuple[str, int]:
    """The times as they are printed, and the bytes of the largest answer."""
    taken = []
    largest = 0
    for query in queries:
        began = time.perf_counter()
        largest = max(largest, ask(prefix + quote(query)))
        taken.append((time.perf_counter() - began) * 1000)
    taken.sort()
    values = (taken[len(taken) // 2], taken[int(len(taken) * 0.95)], taken[-1])
    return "".join(f"{value:8.1f}" for value in values), largest


if __name__ == "__main__":
    main()
