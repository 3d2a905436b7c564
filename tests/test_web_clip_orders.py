"""What is asked of a clip is bounded, and what cannot be had is said."""

from __future__ import annotations

from pathlib import Path

import pytest
from clips_asked import CLIPS, archive, ask, client, cut
from flask.testing import FlaskClient
from web_seed import opened_app, seed

from archive.settings import Settings, load_settings
from ingest.clip_orders import MOST_WAITING

__all__ = ["archive", "client"]


def test_what_cannot_be_cut_is_said(client: FlaskClient) -> None:
    assert "recording" in client.post("/talks/harbours/clips", data={"t": "1,2"}).text
    assert client.post(CLIPS, data={"t": "1"}).status_code == 400
    assert client.post(CLIPS, data={}).status_code == 400
    assert client.get(f"/clips/{'0' * 32}").status_code == 404
    assert client.get(f"/clips/{'0' * 32}/a.mp4").status_code == 404
    assert client.get("/clips/..%2f..%2fcatalog").status_code == 404


def test_a_clip_is_bounded_in_length(tmp_path: Path) -> None:
    seed(tmp_path / "home", indexed=False)
    settings = load_settings(home=tmp_path / "home", clip_longest_s=3)
    with opened_app(settings) as app:
        client = app.test_client()
        answer = client.post(CLIPS, data={"t": "1,30"})
        assert answer.status_code == 400
        assert "at most 3" in answer.text
        assert "at most 3 seconds" in client.get("/talks/moon-moves-sea/quote?t=1,30").text


def test_only_so_many_wait(client: FlaskClient) -> None:
    for second in range(MOST_WAITING):
        ask(client, t=f"{second}.5,{second + 3}")
    answer = client.post(CLIPS, data={"t": "20.5,25"})
    assert answer.status_code == 503
    assert "Many clips wait" in answer.text
    assert "Retry-After" in answer.headers
    # What is asked for already is no further one.
    assert client.post(CLIPS, data={"t": "3.5,6"}).status_code == 303


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Origin": "https://elsewhere.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://localhost"}, 303),
        ({}, 303),
    ],
)
def test_a_form_of_another_site_is_refused(
    client: FlaskClient, headers: dict[str, str], status: int
) -> None:
    for address, data in ((CLIPS, {"t": "1,3"}), ("/clips/reel", {"m": "moon-moves-sea,1,3"})):
        assert client.post(address, data=data, headers=headers).status_code == status


def test_without_a_worker_the_page_says_that_the_clip_waits(client: FlaskClient) -> None:
    answer = client.post(CLIPS, data={"t": "1,3"}, follow_redirects=True)
    assert answer.status_code == 200
    assert "No worker is running here" in answer.text
    assert '<meta http-equiv="refresh"' in answer.text


def test_a_recording_that_is_gone_is_said_to_be_gone(
    client: FlaskClient, archive: Settings
) -> None:
    clip = ask(client, t="1,3")
    for file in (archive.home / "media").rglob("*.mp4"):
        file.unlink()
    assert cut(archive)
    now = client.get(clip["status_url"]).json or {}
    assert now["state"] == "failed"
    assert "is gone" in now["reason"]
    assert "could not be cut" in client.get(clip["page_url"]).text
    assert not cut(archive)
