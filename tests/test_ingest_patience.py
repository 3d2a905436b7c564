"""Trying again: how often, after which pauses, and what people are told."""

from __future__ import annotations

from collections.abc import Callable
from email.utils import formatdate
from time import time

import pytest

from archive.errors import DownloadRefused, NetworkFailed, PodiumError
from ingest.downloads.failure_texts import Kind
from ingest.downloads.failures import Fault, error_for
from ingest.downloads.patience import asked_wait_s, in_words, persist

ADDRESS = "https://talks.example/a.mp4"


class Work:
    """Work that meets each failure in turn, and then gives "done"."""

    def __init__(self, *failures: PodiumError) -> None:
        self.failures = list(failures)
        self.tries = 0
        self.told: list[str] = []
        self.slept: list[float] = []

    def __call__(self) -> str:
        self.tries += 1
        if self.failures:
            raise self.failures.pop(0)
        return "done"

    def persist(self, pause_s: float = 2.0) -> str:
        return persist(self, pause_s=pause_s, tell=self.told.append, sleep=self.slept.append)


def _status(status: int, retry_after_s: float | None = None) -> PodiumError:
    return error_for(Fault(ADDRESS, status=status, retry_after_s=retry_after_s))


def test_what_works_at_once_is_done_once_and_nothing_is_told() -> None:
    work = Work()
    assert work.persist() == "done"
    assert (work.tries, work.told, work.slept) == (1, [], [])


def test_the_second_pause_is_four_times_the_first_and_both_are_told() -> None:
    work = Work(_status(403), _status(503))
    assert work.persist() == "done"
    assert work.slept == [2.0, 8.0]
    assert work.told == [
        "answered 403, trying again in 2 s",
        "trying again (2 of 3)",
        "answered 503, trying again in 8 s",
        "trying again (3 of 3)",
    ]


def test_after_three_tries_the_last_failure_stands() -> None:
    work = Work(_status(500), _status(502), _status(503), _status(504))
    with pytest.raises(NetworkFailed, match="answered 503"):
        work.persist()
    assert work.tries == 3


@pytest.mark.parametrize(
    "failure",
    [
        _status(404),
        _status(410),
        error_for(Fault(ADDRESS, kind=Kind.GONE)),
        error_for(Fault(ADDRESS, kind=Kind.DRM)),
        error_for(Fault(ADDRESS, kind=Kind.LIVE)),
        error_for(Fault(ADDRESS, kind=Kind.TOO_LARGE)),
        error_for(Fault(ADDRESS, kind=Kind.BOT_CHECK)),
    ],
    ids=lambda failure: failure.message,
)
def test_what_does_not_pass_is_not_tried_again(failure: PodiumError) -> None:
    work = Work(failure)
    with pytest.raises(type(failure)):
        work.persist()
    assert (work.tries, work.slept) == (1, [])


def test_a_server_that_names_a_longer_wait_is_obeyed() -> None:
    work = Work(_status(429, 8.0), _status(429, 1.0))
    work.persist()
    assert work.slept == [8.0, 8.0]
    assert work.told[0] == "answered 429, trying again in 8 s"


def test_a_server_that_asks_for_more_than_a_minute_is_left_in_peace() -> None:
    work = Work(_status(429, 61.0))
    with pytest.raises(NetworkFailed, match="asks to wait 61 s"):
        work.persist()
    assert work.slept == []


@pytest.mark.parametrize("raised", [KeyboardInterrupt, MemoryError])
def test_what_is_no_failed_download_passes_through(raised: type[BaseException]) -> None:
    def work() -> None:
        raise raised

    with pytest.raises(raised):
        persist(work, pause_s=0, tell=print, sleep=lambda _: None)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("", None),
        ("7", 7.0),
        (" 120 ", 120.0),
        ("soon", None),
        ("-3", None),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0),
        ("Wed, 99 Foo", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(
    header: str | None, seconds: float | None
) -> None:
    assert asked_wait_s(header) == seconds


def test_retry_after_as_a_date_counts_from_now() -> None:
    waited_s = asked_wait_s(formatdate(time() + 30, usegmt=True))
    assert waited_s is not None
    assert 25 < waited_s <= 30


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.01, "a moment"), (8, "8 s"), (60, "60 s"), (180, "3 min"), (7200, "2 h")],
)
def test_pauses_are_said_as_people_say_them(seconds: float, words: str) -> None:
    assert in_words(seconds) == words


def test_a_failure_keeps_its_type_for_those_who_catch_it() -> None:
    caught: list[Callable[..., object]] = [type(_status(403)), type(_status(429))]
    assert issubclass(caught[0], DownloadRefused)  # type: ignore[arg-type]
    assert issubclass(caught[1], NetworkFailed)  # type: ignore[arg-type]
