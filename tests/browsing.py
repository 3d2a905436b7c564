"""A real Chromium on the site of an archive, and texts that try to run in its pages."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from web_seed import make_index, opened_app, seed, segments_of
from werkzeug.serving import WSGIRequestHandler, make_server

from archive.catalog import Catalog
from archive.programme import EventEntry, SpeakerEntry, TalkEntry, save_programme
from archive.settings import Settings
from archive.types import Chapter
from archive.work.captions import save_captions

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
EVIL = "<script>window.ran=1</script><img src=x onerror='window.ran=1'>\"><svg onload=window.ran=1>"

needs_chromium = pytest.mark.skipif(
    not CHROMIUM.exists(), reason="there is no Chromium here: apt-get install chromium"
)


class Forgiving(io.BufferedReader):
    def read(self, size: int | None = -1) -> bytes:
        try:
            return super().read(size)
        except ConnectionError:
            return b""


class QuietHandler(WSGIRequestHandler):
    def setup(self) -> None:
        super().setup()
        # This server reads what is left of a request before it closes the file that it sent; where
        # a browser broke off, that fails, and the file would stay open.
        self.rfile = Forgiving(self.rfile.detach())

    def log(self, *_args: object) -> None:
        pass


def plant_hostile_texts(catalog: Catalog) -> None:
    speaker = SpeakerEntry(EVIL, aliases=(f"{EVIL} too",), role=EVIL, affiliation=EVIL)
    event = EventEntry(
        EVIL, slug="evil", place=EVIL, organizers=(EVIL,), people=((EVIL, EVIL),), summary=EVIL
    )
    talk = TalkEntry(
        EVIL, slug="evil", description=EVIL, speakers=(speaker,), chapters=(Chapter(0, EVIL),)
    )
    (talk_id,) = save_programme(catalog, event, [talk]).talk_ids
    save_captions(
        catalog, talk_id, segments_of(f"xylophone {EVIL} xylophone"), language="en", file=EVIL
    )


@contextmanager
def served(settings: Settings) -> Iterator[str]:
    """The address of the site of an archive."""
    with opened_app(settings) as app:
        server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=QuietHandler)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    settings = seed(tmp_path_factory.mktemp("home"), indexed=False)
    catalog = Catalog.open(settings)
    plant_hostile_texts(catalog)
    catalog.close()
    make_index(settings)
    with served(settings) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A page whose test fails on any script error, blocked content or request elsewhere."""
    context = browser.new_context(base_url=address, viewport={"width": 1280, "height": 800})
    opened = context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    opened.on(
        "request",
        lambda asked: None if asked.url.startswith(address) else faults.append(asked.url),
    )
    yield opened
    context.close()
    assert faults == []
