"""A real Chromium on the site of an archive, in which texts try to run."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hostile_texts import plant_hostile_texts
from playwright.sync_api import Browser, Page, sync_playwright
from web_seed import make_index, opened_app, seed
from werkzeug.serving import WSGIRequestHandler, make_server

from archive.catalog import Catalog
from archive.settings import Settings

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


def until_nothing_moves(page: Page) -> None:
    """Wait until colours that change by and by are those that stay: axe measures them."""
    page.evaluate("Promise.allSettled(document.getAnimations().map((one) => one.finished))")


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
    plant_hostile_texts(settings, catalog)
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
