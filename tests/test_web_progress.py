"""Speed, time left, and what a run's progress looks like on a terminal, in lines and as JSON."""

from __future__ import annotations

import json

import pytest
from rich.console import Console

from archive.types import Recording, State, Talk
from ingest.progress import Progress, RunProgress
from web.commands.course import Course, Meter, bytes_of, in_bytes
from web.commands.progress import Bars, JsonLines, PlainLines

MB = 1_000_000
RECORDING = Recording(1, "0" * 64, "video", "video/mp4", 5 * MB, 600_000, 0, 0, "/clip.mp4")


class Hand:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def hand() -> Hand:
    return Hand()


def talk(number: int = 1, slug: str = "") -> Talk:
    return Talk(number, slug or f"talk-{number}", "A title", recording=RECORDING)


def fetched(done: int, total: int | None = 40 * MB, of: Talk | None = None) -> Progress:
    share = done / total if total else None
    return Progress(of or talk(), "fetch", share, f"{done / MB:.1f} MB", done, total)


def screen(bars: Bars, width: int = 80) -> list[str]:
    console = Console(width=width, color_system=None)
    with console.capture() as captured:
        console.print(bars.screen(width))
    return captured.get().splitlines()


def test_speed_is_that_of_the_last_seconds(hand: Hand) -> None:
    meter = Meter(hand, 10)
    for second in range(60):
        hand.now_s += 1
        meter.note(second * 100 if second < 30 else 3000 + (second - 30) * 500)
    assert meter.per_s == pytest.approx(500)


def test_many_small_steps_are_one_sample(hand: Hand) -> None:
    meter = Meter(hand, 10)
    for step in range(20_000):
        hand.now_s += 0.001
        meter.note(step)
    assert meter.per_s == pytest.approx(1000, rel=0.02)
    assert len(meter._samples) < 150


def test_a_stall_shows_in_the_speed(hand: Hand) -> None:
    meter = Meter(hand, 10)
    meter.note(0)
    hand.now_s += 10
    meter.note(1000)
    assert meter.per_s == pytest.approx(100)
    hand.now_s += 40
    assert meter.per_s == pytest.approx(20)


def test_speed_is_not_told_from_one_sample_nor_from_an_instant(hand: Hand) -> None:
    meter = Meter(hand, 10)
    assert meter.per_s is None
    meter.note(0)
    assert meter.per_s is None
    hand.now_s += 0.2
    meter.note(1000)
    assert meter.per_s is None


def test_what_an_earlier_run_fetched_does_not_count_as_speed(hand: Hand) -> None:
    course = Course(fetched(30 * MB), hand)
    hand.now_s += 5
    assert course.follow(fetched(35 * MB))
    assert course.bytes_per_s == pytest.approx(MB)
    assert course.seconds_left == pytest.approx(5)
    course.end()
    hand.now_s += 100
    assert course.bytes_per_s == pytest.approx(MB)
    assert course.seconds_taken == pytest.approx(5)


def test_the_sound_after_the_picture_is_work_of_its_own(hand: Hand) -> None:
    course = Course(fetched(39 * MB), hand)
    assert not course.follow(fetched(0, total=3 * MB))


def test_a_download_that_begins_anew_is_the_same_work(hand: Hand) -> None:
    course = Course(fetched(20 * MB), hand)
    assert course.follow(fetched(MB))
    assert course.share == pytest.approx(1 / 40)
    hand.now_s += 2
    assert course.follow(fetched(3 * MB))
    assert course.bytes_per_s == pytest.approx(MB)


def test_words_between_two_tries_belong_to_the_download(hand: Hand) -> None:
    course = Course(fetched(20 * MB), hand)
    assert course.follow(Progress(talk(), "fetch", None, "waiting 8 s"))
    assert (course.done_bytes, course.total_bytes) == (20 * MB, 40 * MB)


def test_a_bar_does_not_step_back_at_the_border_of_two_pieces(hand: Hand) -> None:
    course = Course(Progress(talk(), "transcribe", 0.5), hand)
    assert course.follow(Progress(talk(), "transcribe", 0.499))
    assert course.share == 0.5


def test_a_total_that_is_not_known_gives_speed_and_no_time_left(hand: Hand) -> None:
    course = Course(fetched(0, None), hand)
    hand.now_s += 4
    assert course.follow(fetched(8 * MB, None))
    assert course.bytes_per_s == pytest.approx(2 * MB)
    assert (course.share, course.seconds_left) == (None, None)


@pytest.mark.parametrize(
    ("count", "words"),
    [(0, "0 kB"), (450_000, "450 kB"), (12_340_000, "12.3 MB"), (4_560_000_000, "4.56 GB")],
)
def test_bytes_are_told_as_people_read_them(count: int, words: str) -> None:
    assert in_bytes(count) == words


def test_a_part_is_told_in_the_unit_of_the_whole() -> None:
    assert bytes_of(450_000, 45 * MB) == "0.5 of 45.0 MB"


def test_a_terminal_shows_bytes_speed_time_left_and_all_talks(hand: Hand) -> None:
    bars = Bars(hand)
    tell = RunProgress(bars, talks_done=2, talks_total=9).of(talk())
    tell("fetch", None, "")
    tell("fetch", 0.0, "", done_bytes=0, total_bytes=40 * MB)
    hand.now_s += 10
    tell("fetch", 0.25, "", done_bytes=10 * MB, total_bytes=40 * MB)
    head, download, total = screen(bars)
    assert head.strip() == "talk-1"
    for words in ("fetching", "10.0 of 40.0 MB", "1.0 MB/s", "0:30 left"):
        assert words in download
    assert "2 of 9 talks" in total


def test_a_terminal_shows_the_position_in_a_talk(hand: Hand) -> None:
    bars = Bars(hand)
    bars(Progress(talk(), "transcribe", None, "loading base"))
    assert screen(bars)[0].strip() == "talk-1  loading base"
    bars(Progress(talk(), "transcribe", 0.0))
    hand.now_s += 60
    bars(Progress(talk(), "transcribe", 0.5))
    for words in ("transcribing", "50 %", "5:00 of 10:00", "1:00 left"):
        assert words in screen(bars)[1]


def test_stages_of_a_talk_stand_one_below_the_other_and_go_with_it(hand: Hand) -> None:
    bars = Bars(hand)
    first = RunProgress(bars, 0, 2)
    for stage in ("fetch", "transcribe", "index"):
        first.of(talk(1))(stage, None, "")
    first.ended(talk(1), State.READY)
    assert [line.split()[0] for line in screen(bars)] == [
        "talk-1",
        "fetching",
        "transcribing",
        "indexing",
        "all",
    ]
    assert "1 of 2 talks" in screen(bars)[-1]
    RunProgress(bars, 1, 2).of(talk(2))("fetch", None, "")
    assert [line.split()[0] for line in screen(bars)] == ["talk-2", "fetching", "all"]


def test_a_failed_talk_is_said_and_its_bar_stays_where_it_was(hand: Hand) -> None:
    bars = Bars(hand)
    run = RunProgress(bars, 0, 2)
    run.of(talk())("fetch", 0.5, "", done_bytes=20 * MB, total_bytes=40 * MB)
    run.ended(talk(), State.FAILED)
    lines = screen(bars)
    assert lines[1].rstrip().endswith("failed")
    assert "20.0 of 40.0 MB" in lines[1]
    assert "1 failed" in lines[2]


def test_a_run_of_one_talk_has_no_bar_for_all(hand: Hand) -> None:
    bars = Bars(hand)
    bars(Progress(talk(), "fetch"))
    assert len(screen(bars)) == 2


@pytest.mark.parametrize("width", [30, 46, 70, 80, 200])
def test_no_line_is_wider_than_the_terminal(hand: Hand, width: int) -> None:
    bars = Bars(hand)
    long = talk(1, "a-rather-long-slug-" * 6)
    bars(Progress(long, "fetch", 0.2, "", 2_000 * MB, 10_000 * MB, 3, 9))
    bars(Progress(long, "transcribe", 0.5, "", talks_done=3, talks_total=9))
    lines = screen(bars, width)
    assert len(lines) == 4
    assert max(map(len, lines)) <= width


def test_markup_and_control_characters_reach_the_terminal_as_text(hand: Hand) -> None:
    bars = Bars(hand)
    bars(Progress(talk(), "fetch", None, "copying [red]a\x1b[2Jb.mp4"))
    text = "\n".join(screen(bars, 120))
    assert "[red]a [2Jb.mp4" in text
    assert "\x1b" not in text


def test_plain_lines_come_at_the_beginning_and_at_each_tenth(
    hand: Hand, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = PlainLines(hand)
    tell = RunProgress(lines, talks_done=2, talks_total=9).of(talk())
    tell("fetch", None, "")
    for step in range(101):
        tell("fetch", step / 100, "", done_bytes=step * 400_000, total_bytes=40 * MB)
        hand.now_s += 0.4
    out, err = capsys.readouterr()
    said = err.splitlines()
    assert out == ""
    assert said[0] == "[3/9] talk-1: fetching"
    assert said[3] == "[3/9] talk-1: fetching 30 %, 12.0 of 40.0 MB, 1.0 MB/s, 0:28 left"
    assert len(said) == 11
    assert "100 %" in said[-1]


def test_a_pause_before_another_try_is_said(hand: Hand, capsys: pytest.CaptureFixture[str]) -> None:
    bars, lines = Bars(hand), PlainLines(hand)
    for report in (bars, lines):
        report(fetched(20 * MB))
        for words in ("site.example answered 503, trying again in 8 s", "trying again (2 of 3)"):
            report(Progress(talk(), "fetch", None, words))
            report(Progress(talk(), "fetch", None, words))
    assert screen(bars)[0].strip() == "talk-1  trying again (2 of 3)"
    assert "20.0 of 40.0 MB" in screen(bars)[1]
    assert capsys.readouterr().err.splitlines() == [
        "talk-1: fetching 50 %, 20.0 of 40.0 MB",
        "talk-1: fetching, site.example answered 503, trying again in 8 s",
        "talk-1: fetching, trying again (2 of 3)",
    ]
    bars(fetched(21 * MB))
    assert screen(bars)[0].strip() == "talk-1"


def test_plain_lines_follow_a_download_that_begins_anew(
    hand: Hand, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = PlainLines(hand)
    for done in (20 * MB, MB, 6 * MB):
        lines(fetched(done))
    assert [line.split()[2:4] for line in capsys.readouterr().err.splitlines()] == [
        ["50", "%,"],
        ["15", "%,"],
    ]


def test_plain_lines_of_an_unknown_total_come_now_and_then(
    hand: Hand, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = PlainLines(hand)
    for second in range(100):
        lines(fetched(second * MB, None))
        hand.now_s += 1
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 4
    assert said[1] == "talk-1: fetching 30.0 MB, 1.0 MB/s"


def test_json_lines_have_the_same_keys_always(
    hand: Hand, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = JsonLines(hand)
    lines(Progress(talk(), "fetch"))
    for second in range(1, 5):
        hand.now_s += 1
        lines(fetched(second * MB))
    lines(Progress(talk(), "transcribe", None, "loading base"))
    lines(Progress(talk(), "", ended=State.READY))
    out, err = capsys.readouterr()
    documents = [json.loads(line) for line in out.splitlines()]
    assert err == ""
    assert [document["stage"] for document in documents] == ["fetch"] * 5 + ["transcribe"]
    assert {tuple(document) for document in documents} == {tuple(documents[0])}
    assert documents[4] == {
        "talk": "talk-1",
        "stage": "fetch",
        "progress": 0.1,
        "detail": "4.0 MB",
        "done_bytes": 4 * MB,
        "total_bytes": 40 * MB,
        "bytes_per_s": 1e6,
        "seconds_left": 36.0,
        "talks_done": 0,
        "talks_total": 1,
    }
    assert documents[0]["bytes_per_s"] is None
