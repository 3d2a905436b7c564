"""Fixtures that several tests share: an archive of their own, and an HTTP server on loopback."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from archive.catalog import Catalog
from archive.settings import Settings, load_settings

PROJECT = Path(__file__).parent.parent
SAMPLE = PROJECT / "events" / "sample"
# Real recordings with their words, where the project stands beside them.
SPEECH = PROJECT.parent / "shared" / "speech"


@pytest.fixture(autouse=True)
def _no_settings_of_the_person(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Tests see no setting of whoever runs them, and never their archive."""
    import os

    for name in list(os.environ):
        if name.startswith("PODIUM_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PODIUM_HOME", str(tmp_path / "home"))
    # Failed downloads are tried again at once.
    monkeypatch.setenv("PODIUM_RETRY_PAUSE_S", "0.01")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(home=tmp_path / "home")


@pytest.fixture
def catalog(settings: Settings) -> Iterator[Catalog]:
    opened = Catalog.open(settings)
    yield opened
    opened.close()


class Site:
    """A web site on loopback: ``answers`` maps a path to (status, type, body)."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[int, str, bytes]] = {}
        self.asked: list[str] = []
        # Paths whose answer breaks off in the middle.
        self.broken: set[str] = set()
        self.address = ""

    def serve_file(self, path: str, file: Path, mime_type: str = "video/mp4") -> str:
        self.answers[path] = (200, mime_type, file.read_bytes())
        return self.address + path


@pytest.fixture
def site() -> Iterator[Site]:
    with _running(Site()) as running:
        yield running


@contextmanager
def _running(site: Site) -> Iterator[Site]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(with_body=True)

        def do_HEAD(self) -> None:
            self._answer(with_body=False)

        def _answer(self, *, with_body: bool) -> None:
            site.asked.append(f"{self.command} {self.path}")
            missing = (404, "text/plain", b"not found")
            status, mime_type, body = site.answers.get(self.path, missing)
            self.send_response(status)
            self.send_header("Content-Type", mime_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if with_body:
                broken = self.path in site.broken
                self.wfile.write(body[: len(body) // 2] if broken else body)

        def log_message(self, *_args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        site.address = f"http://127.0.0.1:{server.server_port}"
        yield site
        server.shutdown()
        thread.join()


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def podium(capfd: pytest.CaptureFixture[str]) -> Run:
    """Run the command ``podium`` in this process: (exit code, stdout, stderr)."""
    from web.command_line import run

    def call(*arguments: str) -> tuple[int, str, str]:
        capfd.readouterr()
        code = run(list(arguments))
        out, err = capfd.readouterr()
        return code, out, err

    return call
