"""The site as a whole: what it loads, its headers, its errors, what hostile requests get."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from web_seed import opened_app, seed

PROJECT = Path(__file__).parent.parent
HEAVY = [
    "torch",
    "whisper",
    "faster_whisper",
    "yt_dlp",
    "whoosh",
    "av",
    "ctranslate2",
    "onnxruntime",
]
ADDRESSES = [
    "/",
    "/search",
    "/search?q=tide",
    "/talks/moon-moves-sea?t=5.2",
    "/talks/moon-moves-sea?q=tide",
    "/talks/moon-moves-sea/media",
    "/talks/moon-moves-sea/captions.vtt",
    "/talks/moon-moves-sea/words.json",
    "/speakers",
    "/speakers/ada-example",
    "/events",
    "/events/tidal-days-2031",
    "/browse",
    "/oembed",
    "/events/tidal-days-2031.rss",
    "/sitemap.xml",
    "/robots.txt",
    "/api/v1/talks",
    "/api/v1/search?q=tide",
    "/static/podium.css",
    "/no/such/page",
]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    with opened_app(seed(tmp_path_factory.mktemp("home"))) as app:
        yield app.test_client()


def test_importing_the_site_loads_no_heavy_library() -> None:
    code = f"import sys, web.app; print([m for m in {HEAVY} if m in sys.modules])"
    answer = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "[]"


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_answer_forbids_inline_scripts_sniffing_and_referrers(
    client: FlaskClient, address: str
) -> None:
    with client.get(address) as answer:
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert "Set-Cookie" not in answer.headers


def test_pages_hold_no_inline_script_or_style_and_load_nothing_from_elsewhere(
    client: FlaskClient,
) -> None:
    for address in ADDRESSES:
        with client.get(address) as answer:
            if answer.mimetype != "text/html":
                continue
            for part in (" style=", "<style", " onclick", " onload", 'src="http', "@import"):
                assert part not in answer.text, (address, part)
            modules = answer.text.count('<script type="module" src="/')
            # What machines read is no script: browsers do not run it.
            data = answer.text.count('<script type="application/ld+json">')
            assert answer.text.count("<script") == modules + data


def test_an_unknown_page_says_so_and_offers_the_search(client: FlaskClient) -> None:
    for address in ("/nowhere", "/talks/nobody", "/speakers/nobody", "/events/never"):
        answer = client.get(address)
        assert answer.status_code == 404
        assert 'action="/search"' in answer.text


def test_errors_of_the_api_are_json(client: FlaskClient) -> None:
    for address in ("/api/v1/talks/nobody", "/api/v1/nothing"):
        answer = client.get(address)
        assert answer.status_code == 404
        assert answer.json is not None
        assert set(answer.json["error"]) == {"message", "advice"}
    refused = client.post("/api/v1/talks")
    assert refused.status_code == 405
    assert "GET" in refused.headers["Allow"]


def test_an_archive_whose_index_was_never_made_shows_its_pages(tmp_path: Path) -> None:
    with opened_app(seed(tmp_path / "home", indexed=False)) as app:
        client = app.test_client()
        for address in ("/", "/talks/moon-moves-sea", "/events", "/speakers", "/search?q=tide"):
            assert client.get(address).status_code == 200, address


def test_a_damaged_index_keeps_no_page_from_being_served(tmp_path: Path) -> None:
    settings = seed(tmp_path / "home")
    for file in (settings.home / "index").rglob("*"):
        if file.is_file() and file.stat().st_size:
            file.write_bytes(b"\0damaged\xff" * 20)
    with opened_app(settings) as app:
        client = app.test_client()
        for address in ("/", "/talks/moon-moves-sea?q=tide", "/events", "/api/v1/talks"):
            assert client.get(address).status_code == 200, address
        page = client.get("/search?q=tide")
        assert page.status_code == 503
        assert "Retry-After" in page.headers
        assert "The search is not available just now" in page.text
        assert "is being rebuilt" in page.text
        answer = client.get("/api/v1/search?q=tide")
        assert answer.status_code == 503
        assert answer.json is not None
        assert answer.json["error"]["message"]


def _hostile_texts() -> list[str]:
    alone = ["((((", "*a*", '"', "'", "\0", "\u200f\u202etide", "%", "%%%", "-", "--", "*", "**"]
    alone += ["NOT", "AND OR", "a" * 5000, "(" * 5000, '"' * 5000, "tide " * 1000, "-tide", "?*"]
    alone += ["speaker:", "event:event:", "language:xx tide", "speaker:nobody tide", '"tide', "~1"]
    alone += ["<script>alert(1)</script>", "' OR 1=1 --", "../../etc/passwd", "{{7*7}}", "\\", "/"]
    alone += ["tide\ufffe", "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16")]
    alone += ["海水", "ไทย", "عربي", "a\u0301" * 300, "3:2:1", "C++", "10:30", "tide^9", "[a-z]*"]
    joined = [f"{first} {second}" for first in alone[:14] for second in alone[14:32]]
    return alone + joined


def test_three_hundred_hostile_queries_are_answered(client: FlaskClient) -> None:
    texts = _hostile_texts()
    assert len(texts) >= 300 - 12
    for text in texts:
        asked = quote(text)
        assert client.get(f"/search?q={asked}").status_code == 200, text[:80]
        assert client.get(f"/api/v1/search?q={asked}").status_code == 200, text[:80]


@pytest.mark.parametrize(
    "query",
    [
        "q=%ED%A0%80",
        "q=%FF%FE%00",
        "q=%",
        "q=tide&q=moon",
        "q=tide&limit=-5",
        "q=tide&limit=0",
        "q=tide&limit=many",
        "q=tide&limit=" + "9" * 5000,
        "q=tide&offset=-1",
        "q=tide&offset=1e9",
        "q=tide&offset=" + "9" * 5000,
        "q=tide&speaker=%00&event=%ED%A0%80&language=" + "x" * 3000,
        "speaker=nobody",
        "q=&limit=",
        "t=nan&q=tide",
    ],
)
def test_hostile_parameters_are_answered(client: FlaskClient, query: str) -> None:
    for path in ("/search", "/api/v1/search", "/talks/moon-moves-sea"):
        assert client.get(f"{path}?{query}").status_code == 200
    assert client.get(f"/api/v1/talks/moon-moves-sea/moments?{query}").status_code == 200


@pytest.mark.parametrize("slug", ["%00", "%ED%A0%80", "..%2f..%2fetc", "a" * 3000, "%E2%80%AE"])
def test_hostile_addresses_lead_nowhere(client: FlaskClient, slug: str) -> None:
    for pattern in ("/talks/{}", "/talks/{}/media", "/speakers/{}", "/events/{}", "/static/{}"):
        assert client.get(pattern.format(slug)).status_code == 404
