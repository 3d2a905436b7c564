"""Every page of the site: its bytes and time, and how it holds up under many readers.

    python benchmarks/pages.py [TALKS] [--keep HOME] [--seconds S] [--readers N]

An archive of so many talks of 12,000 words is made as search_speed.py does it, and served by
`podium serve` on two cores. Printed are, for each page, its bytes, those of the styles that it
needs before it can be painted, milliseconds of the server's CPU and of the wall (one reader), and
when Chromium paints it first with all scripts held back; then requests per second of the search
page beside those of a page without content; then the milliseconds that many readers wait, who
pause a second between two pages, at rest and while talks with captions are taken in, with the
server's CPU for a page of theirs.
"""

from __future__ import annotations

import argparse
import http.client
import os
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from search_corpus import Corpus, questions_of
from search_speed import build

from archive.segments import segments_from_words
from archive.settings import load_settings
from transcribe.captions import write_vtt

PROJECT = Path(__file__).resolve().parent.parent
CLIP = PROJECT / "events" / "sample" / "amber.mp4"
CHROMIUM = Path("/usr/bin/chromium")
CORES = 2
BARE = "/robots.txt"
PAUSE_S = 1.0
LARGEST_PAGE = 100_000
LONGEST_P95_MS = 150.0
_AT_ONCE = 4
_REPEATED = 20


@dataclass(frozen=True, slots=True)
class Answer:
    """How long it took in wall milliseconds, and what came."""

    took_ms: float
    body: bytes


class Reader:
    """One connection, which is kept."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self._connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=60)

    def read(self, path: str) -> Answer:
        began = time.perf_counter()
        self._connection.request("GET", path)
        answer = self._connection.getresponse()
        body = answer.read()
        assert answer.status == 200, (path, answer.status)
        return Answer((time.perf_counter() - began) * 1000, body)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("talks", type=int, nargs="?", default=500)
    parser.add_argument("--keep", type=Path, help="where to keep the archive; it is used again")
    parser.add_argument("--seconds", type=float, default=20.0, help="how long each load lasts")
    parser.add_argument("--readers", type=int, default=20)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        home = chosen.keep or Path(scratch, "home")
        corpus = Corpus(chosen.talks)
        if not (home / "index").exists():
            build(load_settings(home=home), corpus)
        with served(home) as (server, address):
            each_page(server, address, corpus)
            requests_per_second(address, corpus, chosen.seconds)
            many = (server, address, corpus, chosen.readers, chosen.seconds)
            many_readers(*many, "at rest")
            with taking_in(home, Path(scratch), corpus) as taken:
                many_readers(*many, "while talks are taken in")
            print(f"talks taken in meanwhile: {len(taken)}")


@contextmanager
def served(home: Path) -> Iterator[tuple[int, str]]:
    """The process of a server on two cores, and its address."""
    command = [sys.executable, "-m", "web", "--home", str(home), "serve", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=PROJECT) as server:
        assert server.stderr is not None
        found = re.search(r"http://\S+(?=/)", server.stderr.readline())
        assert found is not None
        os.sched_setaffinity(server.pid, sorted(os.sched_getaffinity(0))[:CORES])
        try:
            yield server.pid, found[0]
        finally:
            server.terminate()
            server.stderr.read()


def pages(corpus: Corpus) -> dict[str, str]:
    """A path for each kind of page."""
    questions = questions_of(corpus, 1)
    asked = {kind: quote(str(questions[kind][0])) for kind in ("one common word", "phrase")}
    return {
        "home": "/",
        "search, empty": "/search",
        **{f"search, {kind}": f"/search?q={query}" for kind, query in asked.items()},
        "talk": "/talks/talk-1",
        "talk, at a word": "/talks/talk-1?t=1200",
        "browse": "/browse",
        "browse, a year": "/browse?year=2016",
        "speakers": "/speakers",
        "speaker": "/speakers/speaker-number1",
        "events": "/events",
        "event": "/events/benchmarks-2016",
        "embed": "/embed/talk-1?t=1200,1215",
        "feed of an event": "/events/benchmarks-2016.rss",
        "sitemap": "/sitemap.xml",
    }


def each_page(server: int, address: str, corpus: Corpus) -> None:
    """Print bytes and times of every page, and which are too large."""
    reader = Reader(address)
    print(f"{'':28}{'bytes':>9}{'styles':>9}{'CPU ms':>9}{'wall ms':>9}{'painted ms':>12}")
    large = []
    with painted_first(address) as paint:
        for name, path in pages(corpus).items():
            reader.read(path)
            before = cpu_ms(server)
            answers = [reader.read(path) for _ in range(_REPEATED)]
            cpu = (cpu_ms(server) - before) / _REPEATED
            body = answers[-1].body
            styles = sum(
                len(reader.read(style).body)
                for style in re.findall(r'rel="stylesheet" href="([^"]+)"', body.decode())
            )
            wall = sorted(answer.took_ms for answer in answers)[_REPEATED // 2]
            print(f"{name:28}{len(body):9}{styles:9}{cpu:9.1f}{wall:9.1f}{paint(path):>12}")
            if len(body) > LARGEST_PAGE:
                large.append(name)
    print(f"goal: at most {LARGEST_PAGE} bytes; more have: {', '.join(large) or 'none'}")


def requests_per_second(address: str, corpus: Corpus, seconds: float) -> None:
    """Print how many search pages a second the server makes, and how many of the bare one."""
    asked = questions_of(corpus, 20)
    kinds = ("one common word", "one rare word", "two words", "phrase", "speaker and a word")
    searches = [f"/search?q={quote(str(q))}" for kind in kinds for q in asked[kind]]
    rates = {}
    for name, paths in {"search page": searches, "bare page": [BARE]}.items():
        taken = under_load(address, paths, _AT_ONCE, seconds, pause_s=0.0)
        rates[name] = len(taken) / seconds
        print(f"{name}: {rates[name]:.0f} requests a second, {_AT_ONCE} at once, {CORES} cores")
    print(f"the search page makes {rates['search page'] / rates['bare page']:.2f} of the bare one")


def many_readers(
    server: int, address: str, corpus: Corpus, readers: int, seconds: float, when: str
) -> None:
    """Print how long readers wait who go from page to page, and the server's CPU for a page."""
    questions = questions_of(corpus, 20)
    searches = [f"/search?q={quote(str(q))}" for q in questions["two words"] + questions["phrase"]]
    chosen = random.Random(11)
    paths = [*pages(corpus).values(), *searches]
    paths += [f"/talks/talk-{chosen.randrange(corpus.talks)}?t=60" for _ in range(20)]
    before = cpu_ms(server)
    taken = sorted(under_load(address, paths, readers, seconds, PAUSE_S))
    cpu = (cpu_ms(server) - before) / len(taken)
    p50, p95 = taken[len(taken) // 2], taken[int(len(taken) * 0.95)]
    print(
        f"{readers} readers {when}: {len(taken)} pages, wall ms p50 {p50:.0f}, p95 {p95:.0f}, "
        f"longest {taken[-1]:.0f} (goal: p95 {LONGEST_P95_MS:.0f}), {cpu:.1f} ms CPU a page"
    )


def under_load(
    address: str, paths: Sequence[str], readers: int, seconds: float, pause_s: float
) -> list[float]:
    """The milliseconds of all answers that many readers get in so many seconds."""
    taken: list[float] = []
    until = time.monotonic() + seconds

    def read(number: int) -> None:
        chosen, reader = random.Random(number), Reader(address)
        time.sleep(chosen.uniform(0, pause_s))
        while time.monotonic() < until:
            taken.append(reader.read(chosen.choice(paths)).took_ms)
            time.sleep(chosen.uniform(0, 2 * pause_s))

    threads = [threading.Thread(target=read, args=[number]) for number in range(readers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return taken


@contextmanager
def taking_in(home: Path, scratch: Path, corpus: Corpus) -> Iterator[list[int]]:
    """Meanwhile talks are ingested one after the other, each with its clip and its captions."""
    taken: list[int] = []
    done = threading.Event()

    def take_in() -> None:
        while not done.is_set():
            number = len(taken)
            words = corpus.words(corpus.talks + number)
            _podium(home, "ingest", str(_manifest(scratch, number, words)), "--no-transcribe")
            taken.append(number)

    thread = threading.Thread(target=take_in)
    thread.start()
    try:
        yield taken
    finally:
        done.set()
        thread.join()
        _podium(home, "remove", "event:taken-in", "--yes")


def _manifest(folder: Path, number: int, words: Sequence[str]) -> Path:
    from archive.types import Word

    timed = [Word(text, True, 3 * n, 3 * n + 2) for n, text in enumerate(words)]
    captions = folder / f"{number}.vtt"
    captions.write_text(write_vtt(segments_from_words(timed, language="en")), encoding="utf-8")
    manifest = folder / f"{number}.toml"
    manifest.write_text(
        '[event]\ntitle = "Taken in"\nslug = "taken-in"\n[[talks]]\n'
        f'title = "Talk {number}"\nslug = "taken-in-{number}"\nnumber = {number}\n'
        f'language = "en"\nsource = "{CLIP}"\ncaptions = "{captions.name}"\n',
        encoding="utf-8",
    )
    return manifest


def _podium(home: Path, *arguments: str) -> None:
    command = [sys.executable, "-m", "web", "--home", str(home), *arguments]
    subprocess.run(command, cwd=PROJECT, check=True, capture_output=True)


@contextmanager
def painted_first(address: str) -> Iterator[Callable[[str], str]]:
    """When Chromium paints a page first without any script, in ms; "–" where there is none."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        yield lambda _path: "–"
        return
    if not CHROMIUM.exists():
        yield lambda _path: "–"
        return
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--headless", "--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(base_url=address)
        page.route("**/*.js", lambda route: route.abort())

        def paint(path: str) -> str:
            if path.endswith((".rss", ".xml")):
                return "–"
            page.goto(path)
            page.wait_for_function("() => performance.getEntriesByType('paint').length > 0")
            entries = page.evaluate(
                "performance.getEntriesByType('paint').map((one) => one.startTime)"
            )
            return f"{max(entries):.0f}"

        yield paint
        browser.close()


def cpu_ms(process: int) -> float:
    """CPU time of a process so far."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
