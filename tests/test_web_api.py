"""The JSON API and the JSON forms it shares with the command line."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from web_seed import opened_app, seed

TALK_KEYS = {
    "slug", "title", "event", "number", "language", "state", "running", "reason", "duration_ms",
    "searchable_to_ms", "source_url", "speakers",
}  # fmt: skip
RESULT_KEYS = {
    "query", "understood", "notes", "took_ms", "totals", "coverage", "facets", "suggestion",
    "people", "talks", "heard_as", "alternatives",
}  # fmt: skip


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    with opened_app(seed(tmp_path_factory.mktemp("home"))) as app:
        yield app.test_client()


def test_talks_are_listed_with_their_states(client: FlaskClient) -> None:
    talks = client.get("/api/v1/talks").json
    assert talks is not None
    assert all(set(talk) == TALK_KEYS for talk in talks)
    states = {talk["slug"]: talk["state"] for talk in talks}
    assert states == {
        "moon-moves-sea": "ready",
        "turbines": "ready",
        "harbours": "waiting",
        "salt": "failed",
        "gauges": "transcribe",
        "silence": "ready",
        "chaoxi": "ready",
    }
    moon = talks[0]
    assert moon["event"] == "tidal-days-2031"
    assert moon["number"] == 1
    assert moon["language"] == "en"
    assert moon["duration_ms"] == 40_000
    assert moon["speakers"] == [
        {
            "slug": "ada-example",
            "name": "Ada Example",
            "role": "Director",
            "affiliation": "Example Institute of Oceans",
            "country": "Chile",
        }
    ]
    silence = next(talk for talk in talks if talk["slug"] == "silence")
    assert silence["reason"] == "no speech was found"


def test_a_talk_has_its_event_and_its_words(client: FlaskClient) -> None:
    talk = client.get("/api/v1/talks/moon-moves-sea").json
    assert talk is not None
    assert set(talk) > TALK_KEYS
    assert talk["description"] == "Why the sea rises and falls twice a day."
    assert talk["event_details"]["starts_on"] == "2031-05-12"
    assert talk["event_details"]["people"] == [{"name": "Hanna Host", "part": "facilitator"}]
    transcript = talk["transcript"]
    assert transcript["engine"] == "faster-whisper"
    assert transcript["complete"] is True
    first = transcript["segments"][0]
    assert first["speaker"] == "ada-example"
    assert first["words"][0] == {
        "text": "Welcome",
        "space_before": True,
        "start_ms": 600,
        "end_ms": first["words"][0]["end_ms"],
        "probability": 0.95,
    }


def test_a_talk_of_several_speakers_names_none_for_its_segments(client: FlaskClient) -> None:
    talk = client.get("/api/v1/talks/turbines").json
    assert talk is not None
    assert talk["media_url"] is None
    assert {segment["speaker"] for segment in talk["transcript"]["segments"]} == {None}


def test_a_waiting_talk_says_what_to_do(client: FlaskClient) -> None:
    talk = client.get("/api/v1/talks/harbours").json
    assert talk is not None
    assert talk["transcript"] is None
    assert talk["advice"] == "podium ingest CLIP --talk harbours"


def test_search_answers_with_the_keys_of_the_contract(client: FlaskClient) -> None:
    answer = client.get('/api/v1/search?q="spring tide"').json
    assert answer is not None
    assert set(answer) == RESULT_KEYS
    (talk,) = answer["talks"]
    assert talk["slug"] == "moon-moves-sea"
    (moment,) = talk["moments"]
    matched = "".join(moment["text"][start:end] for start, end in moment["spans"])
    assert matched.replace(" ", "") == "springtide"
    words = client.get("/talks/moon-moves-sea/words.json").json
    assert words is not None
    assert moment["start_ms"] == words["starts_ms"][words["words"].index(" spring")]
    assert moment["url"].startswith("/talks/moon-moves-sea?t=")


def test_the_limit_is_drawn_into_its_range(client: FlaskClient) -> None:
    for limit, expected in (("0", 1), ("-3", 1), ("1", 1), ("999999", 2), ("abc", 2)):
        answer = client.get(f"/api/v1/search?q=the&limit={limit}").json
        assert answer is not None
        assert min(len(answer["talks"]), 2) == expected, limit


def test_filters_narrow_the_search(client: FlaskClient) -> None:
    for name, value in (("speaker", "ada-example"), ("event", "tidal-days-2031")):
        answer = client.get(f"/api/v1/search?q=moon&{name}={value}").json
        assert answer is not None
        assert [talk["slug"] for talk in answer["talks"]] == ["moon-moves-sea"]
    other = client.get("/api/v1/search?q=moon&speaker=wei-shili").json
    assert other is not None
    assert other["talks"] == []


def test_countries_years_and_order_are_fields(client: FlaskClient) -> None:
    def slugs(fields: str) -> list[str]:
        answer = client.get(f"/api/v1/search?{fields}").json
        assert answer is not None
        return [talk["slug"] for talk in answer["talks"]]

    assert slugs("q=moon&country=Chile&year=2031") == ["moon-moves-sea"]
    assert slugs("q=moon&country=austria") == []
    either = slugs("q=moon+OR+turbines&country=AT&country=CL")
    assert sorted(either) == ["moon-moves-sea", "turbines"]
    assert slugs("year=2032..") == []
    assert slugs("q=the&sort=date") == slugs("q=the&sort=date&limit=1") + slugs(
        "q=the&sort=date&limit=1&offset=1"
    ) + slugs("q=the&sort=date&offset=2")
    assert slugs("q=the&sort=nonsense") == slugs("q=the")
    facets = client.get("/api/v1/search?q=moon").json["facets"]  # type: ignore[index]
    assert [value["slug"] for value in facets["year"]] == ["2031"]
    assert {"slug": "CL", "name": "Chile", "talks": 1, "occurrences": 4} in facets["country"]


def test_near_answers_with_one_moment_for_each_occurrence(client: FlaskClient) -> None:
    answer = client.get('/api/v1/search?q="spring tide" NEAR/40 moon').json
    assert answer is not None
    assert answer["understood"] == '"spring tide" NEAR/40 moon'
    (talk,) = answer["talks"]
    assert talk["occurrences"] == talk["moments_total"] == len(talk["moments"])
    for moment in talk["moments"]:
        marked = {moment["text"][start:end].lower() for start, end in moment["spans"]}
        assert marked >= {"moon"}


def test_moments_of_a_talk_come_in_the_order_of_time(client: FlaskClient) -> None:
    answer = client.get("/api/v1/talks/moon-moves-sea/moments?q=moon").json
    assert answer is not None
    starts = [moment["start_ms"] for moment in answer["moments"]]
    assert starts == sorted(starts)
    assert len(starts) == 4
    assert client.get("/api/v1/talks/nobody/moments?q=moon").status_code == 404


def test_completion_answers_with_pages_to_open_and_draws_the_limit_into_its_range(
    client: FlaskClient,
) -> None:
    answer = client.get("/api/v1/complete?q=示例").json
    assert answer == {
        "query": "示例",
        "suggestions": [
            {
                "kind": "speaker", "slug": "wei-shili", "name": "Wei Shili", "alias": "示例伟",
                "spans": [[0, 1], [1, 2]], "about": "Coast College", "talks": 1,
                "url": "/speakers/wei-shili",
            }
        ],
    }  # fmt: skip
    for limit, expected in (("1", 1), ("0", 1), ("x", 6), ("99", 6)):
        found = client.get(f"/api/v1/complete?q=t&limit={limit}").json
        assert found is not None
        assert len(found["suggestions"]) == expected
    assert client.get("/api/v1/complete").json == {"query": "", "suggestions": []}
    for one in client.get("/api/v1/complete?q=t").json["suggestions"]:  # type: ignore[index]
        assert client.get(one["url"]).status_code == 200
