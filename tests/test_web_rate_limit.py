"""How often one address may ask the API."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from test_web_serving import serving
from web_seed import opened_app, seed

from archive.settings import Settings, load_settings
from web import rate_limit
from web.rate_limit import RateLimit


class Clock:
    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


def test_so_many_at_once_and_then_one_by_one() -> None:
    clock = Clock()
    limit = RateLimit(30, clock)
    assert [limit.seconds_to_wait("a") for _ in range(32)] == [0] * 30 + [2, 2]
    assert limit.seconds_to_wait("b") == 0
    clock.now_s += 2
    assert [limit.seconds_to_wait("a"), limit.seconds_to_wait("a")] == [0, 2]
    clock.now_s += 3600
    assert [limit.seconds_to_wait("a") for _ in range(31)] == [0] * 30 + [2]


def test_whoever_waits_as_long_as_was_said_is_answered() -> None:
    clock = Clock()
    limit = RateLimit(7, clock)
    for _ in range(100):
        wait_s = limit.seconds_to_wait("a")
        clock.now_s += wait_s
        if wait_s:
            assert limit.seconds_to_wait("a") == 0


def test_a_million_addresses_take_no_more_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limit, "MOST_ADDRESSES", 100)
    limit = RateLimit(1)
    for number in range(1000):
        assert limit.seconds_to_wait(str(number)) == 0
    assert len(limit._buckets) == 100
    assert limit.seconds_to_wait("999") > 0


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return seed(tmp_path_factory.mktemp("home")).home


def _settings(home: Path, **values: object) -> Settings:
    return load_settings(home=home, **values)


def test_too_many_requests_are_told_when_to_come_again(home: Path) -> None:
    with opened_app(_settings(home, requests_per_minute=3)) as app:
        client = app.test_client()
        answers = [client.get("/api/v1/talks") for _ in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        refused = answers[-1]
        assert 1 <= int(refused.headers["Retry-After"]) <= 20
        assert refused.json == {
            "error": {
                "message": "You ask too often.",
                "advice": "Wait as long as Retry-After says, then ask again.",
            }
        }
        assert client.get("/oembed").status_code == 429
        # People and monitors are not held up.
        for address in ("/", "/search?q=tide", "/talks/moon-moves-sea", "/api/v1/health"):
            assert client.get(address).status_code == 200
        other = {"REMOTE_ADDR": "192.0.2.7"}
        assert client.get("/api/v1/talks", environ_overrides=other).status_code == 200


def test_of_ipv6_the_whole_network_counts(home: Path) -> None:
    with opened_app(_settings(home, requests_per_minute=1)) as app:
        client = app.test_client()

        def ask(address: str) -> int:
            return client.get(
                "/api/v1/talks", environ_overrides={"REMOTE_ADDR": address}
            ).status_code

        assert [ask("2001:db8::1"), ask("2001:db8::2"), ask("2001:db8:0:1::1")] == [200, 429, 200]
        assert [ask("::ffff:192.0.2.1"), ask("::ffff:192.0.2.2")] == [200, 200]


def test_it_is_off_where_only_this_machine_can_ask_and_on_elsewhere(home: Path) -> None:
    for host, expected in (("127.0.0.1", 200), ("localhost", 200), ("0.0.0.0", 429)):
        with opened_app(_settings(home, host=host)) as app:
            client = app.test_client()
            codes = [client.get("/api/v1/complete?q=a").status_code for _ in range(125)]
            assert codes[-1] == expected, host
    with opened_app(_settings(home, host="0.0.0.0", requests_per_minute=0)) as app:
        client = app.test_client()
        assert {client.get("/api/v1/complete?q=a").status_code for _ in range(130)} == {200}


def _ask_for(address: str, whom: str) -> int:
    request = urllib.request.Request(f"{address}/api/v1/talks", headers={"X-Forwarded-For": whom})
    try:
        with urllib.request.urlopen(request) as answer:
            json.load(answer)
            return int(answer.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code


@pytest.mark.parametrize(("trusted", "expected"), [("127.0.0.1", [200] * 3), ("", [200, 429, 429])])
def test_only_a_trusted_proxy_is_believed_for_whom_it_asks(
    home: Path, monkeypatch: pytest.MonkeyPatch, trusted: str, expected: list[int]
) -> None:
    monkeypatch.setenv("PODIUM_HOME", str(home))
    monkeypatch.setenv("PODIUM_REQUESTS_PER_MINUTE", "1")
    monkeypatch.setenv("PODIUM_TRUSTED_PROXY", trusted)
    with serving("--no-worker") as (_process, address):
        codes = [_ask_for(address, f"192.0.2.{number}") for number in range(3)]
        assert codes == expected
        assert _ask_for(address, "192.0.2.1") == 429
