"""``podium demo``: the sample event, taken in through the real chain, from HTTP to the index."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from pathlib import Path

from archive.errors import GaveUp
from archive.programme import TalkEntry, save_programme
from archive.settings import Settings
from archive.types import State
from ingest.ingesting import work_through
from ingest.programmes.manifest import read_manifest
from ingest.progress import Report
from ingest.workshop import Workshop

# A phrase of the sample that crosses a sentence; tests hold it to have a hit.
EXAMPLE_QUERY = '"goes out again the reason is the moon"'


def prepare_demo(settings: Settings, report: Report) -> None:
    """Make the archive of the demo in ``settings.home``; what is done already is not done again.

    The sample's clips are served over HTTP on loopback and fetched by yt-dlp from there. Beside
    them stands the event of nine keynotes, whose talks wait for recordings. Raises GaveUp where
    a talk of the sample does not become searchable.
    """
    events = Path(str(files("events")))
    keynotes = read_manifest(events / "zgc-forum-2020.toml")
    sample = read_manifest(events / "sample" / "sample.toml")
    with Workshop.opened(settings) as shop, _served(events / "sample") as address:
        save_programme(shop.catalog, keynotes.event, keynotes.entries)
        talks = [_from_loopback(entry, address) for entry in sample.entries]
        saved = save_programme(shop.catalog, sample.event, talks)
        run = work_through(shop, saved.talk_ids, report)
    for outcome in run.outcomes:
        if outcome.state is not State.READY:
            raise GaveUp(f"{outcome.slug}: {outcome.reason}.", advice=outcome.advice)


def _from_loopback(entry: TalkEntry, address: str) -> TalkEntry:
    # The port is another one in each run, so the clip's identity is its name.
    name = Path(entry.source_url).name
    return replace(entry, source_url=f"{address}/{name}", source_key=f"podium-sample:{name}")


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    """Serve a folder over HTTP on a free loopback port; its address."""
    handler = partial(_QuietHandler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


class _QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Keep the demo's output to its own progress."""
