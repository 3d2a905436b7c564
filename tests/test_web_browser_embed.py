"""The player that stands in other people's pages, in a real browser with real media."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from browsing import address, browser, needs_chromium, page
from playwright.sync_api import Browser, Page, expect

__all__ = ["address", "browser", "page"]

pytestmark = needs_chromium


@contextmanager
def _other_site(body: str) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(f"<!doctype html><title>Elsewhere</title>{body}".encode())

        def log_message(self, *_args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        # Another name, so that it is another site.
        yield f"http://localhost:{server.server_port}"
        server.shutdown()
        thread.join()


def test_another_site_shows_the_passage_which_plays_and_stops_at_its_end(
    browser: Browser, address: str
) -> None:
    frame = f'<iframe src="{address}/embed/moon-moves-sea?t=5,6.2" width=560 height=420></iframe>'
    with _other_site(frame) as elsewhere:
        context = browser.new_context()
        page = context.new_page()
        page.goto(elsewhere)
        player = page.frame_locator("iframe")
        expect(player.get_by_role("link", name="How the Moon Moves the Sea")).to_be_visible()
        video = player.locator("video")
        video.evaluate("video => { video.muted = true; return video.play(); }")
        began = video.evaluate("video => video.currentTime")
        assert 4.5 <= began <= 5.5
        player.locator("video").evaluate(
            "video => new Promise(stop => video.addEventListener('pause', stop, {once: true}))"
        )
        assert video.evaluate("video => video.currentTime") == pytest.approx(6.2, abs=0.3)
        # Played again, it begins at the passage and not behind it.
        video.evaluate("video => video.play()")
        assert video.evaluate("video => video.currentTime") < 5.5
        assert context.cookies() == []
        context.close()


def test_other_pages_are_shown_by_nobody_else(browser: Browser, address: str) -> None:
    with _other_site(f'<iframe src="{address}/talks/moon-moves-sea"></iframe>') as elsewhere:
        context = browser.new_context()
        page = context.new_page()
        refused: list[str] = []
        page.on("console", lambda said: refused.append(said.text))
        page.goto(elsewhere)
        page.wait_for_timeout(300)
        assert any("frame-ancestors" in text or "X-Frame-Options" in text for text in refused)
        context.close()


def test_a_click_on_a_word_plays_from_it(page: Page) -> None:
    page.goto("/embed/moon-moves-sea?t=5,20")
    page.wait_for_function("() => document.querySelector('video').readyState >= 1")
    page.evaluate("document.querySelector('video').muted = true")
    word = page.locator(".embed-words span").nth(20)
    start = int(str(word.get_attribute("data-start-ms"))) / 1000
    word.click()
    page.wait_for_function("() => document.querySelector('video').played.length > 0")
    began = page.evaluate("document.querySelector('video').played.start(0)")
    assert start - 0.5 <= began <= start + 0.1
    expect(page.locator(".spoken")).to_have_count(1)


def test_the_embed_needs_no_script_to_play_its_passage(browser: Browser, address: str) -> None:
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/embed/moon-moves-sea?t=5,6.2")
    source = page.locator("video").get_attribute("src")
    assert source == "/talks/moon-moves-sea/media#t=4.600,6.200"
    expect(page.locator(".embed-words")).not_to_be_empty()
    context.close()


@pytest.mark.parametrize(("width", "height"), [(320, 240), (560, 420), (900, 600)])
def test_the_embed_fits_its_frame(page: Page, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.goto("/embed/moon-moves-sea?t=5,9")
    wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    higher = page.evaluate("document.documentElement.scrollHeight - innerHeight")
    assert wider <= 0
    assert higher <= (40 if height < 300 else 0)
