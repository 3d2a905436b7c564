"""Progress of a run: bars on a terminal, plain lines elsewhere, JSON lines for scripts."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import click
from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from archive.corrections.bringing_back import BroughtBack
from archive.types import State
from ingest.ingesting import Run
from ingest.progress import Progress, Report
from web.commands.base import clock as clock_time
from web.commands.base import plain
from web.commands.course import Clock, Course, bytes_of, in_bytes

_VERBS = {
    "fetch": "fetching",
    "speakers": "telling apart",
    "transcribe": "transcribing",
    "index": "indexing",
}
# How much further a line must be before it is printed, and where that is not known, how much
# later; scripts also hear of smaller steps.
_STEP = 0.1
_QUIET_S = 30.0
_QUIET_JSON_S = 1.0
_FRAMES_PER_S = 8
# The columns of stage, amount, speed and time left, in characters: bars must not move with words
# and figures.
_WIDTHS = (14, 17, 9, 12)
_WIDTH_WITH_BAR = 70
_SHOWN_CHARACTERS = 80


@contextmanager
def reporting(*, as_json: bool) -> Iterator[Report]:
    """How a run tells what it does, fit for where its output goes."""
    if as_json:
        yield JsonLines(time.monotonic)
    elif sys.stderr.isatty() and os.environ.get("TERM", "dumb") != "dumb":
        bars = Bars(time.monotonic)
        console = Console(stderr=True)
        with Live(
            console=console,
            get_renderable=lambda: bars.screen(console.width),
            refresh_per_second=_FRAMES_PER_S,
        ):
            yield bars
    else:
        yield PlainLines(time.monotonic)


def print_run(run: Run, *, as_json: bool) -> None:
    """The table of what is ready, what waits, and what failed and why."""
    for remark in run.remarks:
        click.echo(plain(remark), err=True)
    for slug, brought in run.brought_back:
        _print_brought_back(slug, brought, as_json=as_json)
    for outcome in run.outcomes:
        if as_json:
            document = {
                "talk": outcome.slug,
                "outcome": outcome.state.value,
                "reason": outcome.reason or None,
                "advice": outcome.advice or None,
            }
            click.echo(json.dumps(document, ensure_ascii=False))
            continue
        line = f"{outcome.state.value:<10}  {outcome.slug}  {outcome.reason}"
        click.echo(plain(line).rstrip())
        if outcome.state is State.FAILED and outcome.advice:
            click.echo(f"{'':<10}  → {plain(outcome.advice)}")


def _print_brought_back(slug: str, brought: BroughtBack, *, as_json: bool) -> None:
    """What came of a corrected transcript, and what of it could not be placed."""
    if as_json:
        document = {
            "talk": slug,
            "revision": brought.revision,
            "kept": brought.kept,
            "changed": brought.changed,
            "unplaced": [
                {"text": one.text, "start_ms": one.start_ms, "missing": one.missing}
                for one in brought.unplaced
            ],
        }
        click.echo(json.dumps(document, ensure_ascii=False))
        return
    click.echo(
        f"{slug}: revision {brought.revision}, checked. {brought.kept:,} words keep their times, "
        f"{brought.changed:,} places changed.",
        err=True,
    )
    for one in brought.unplaced:
        why = "is not in the file, and stays" if one.missing else "could not be placed"
        text = (
            one.text if len(one.text) <= _SHOWN_CHARACTERS else one.text[:_SHOWN_CHARACTERS] + "…"
        )
        click.echo(f"  {clock_time(one.start_ms):>7}  {why}: {plain(text)}", err=True)


class Bars:
    """A bar for each piece of work on the talk at hand, and one for all talks of the run."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._courses: tuple[Course, ...] = ()
        self._talks = (0, 1)
        self._failed = 0

    def __call__(self, progress: Progress) -> None:
        self._talks = (progress.talks_done, progress.talks_total)
        course = self._courses[-1] if self._courses else None
        if course is not None and course.latest.talk.id != progress.talk.id:
            self._courses, course = (), None
        if progress.ended is not None:
            failed = progress.ended is State.FAILED
            self._failed += failed
            if course is not None:
                course.end(failed=failed)
        elif course is None or not course.follow(progress):
            if course is not None:
                course.end()
            self._courses = (*self._courses, Course(progress, self._clock))

    def screen(self, width: int) -> Group:
        """What the terminal shows now; below a certain width (in characters) without bars."""
        with_bar = width >= _WIDTH_WITH_BAR
        table = Table.grid(padding=(0, 1, 0, 0), expand=with_bar)
        first, *others = _WIDTHS if with_bar else [None] * len(_WIDTHS)
        table.add_column(no_wrap=True, min_width=first)
        if with_bar:
            table.add_column(ratio=1)
        for least in others:
            table.add_column(no_wrap=True, justify="right", min_width=least)
        for course in self._courses:
            bars = [self._bar(course.share, moving=not course.ended)] * with_bar
            words = (_amount(course), _rate(course), _time(course))
            style = "red" if course.failed else ""
            cells = [Text(word, style) for word in words]
            table.add_row(Text(f"  {_verb(course.latest)}"), *bars, *cells)
        done, total = self._talks
        if total > 1:
            bars = [self._bar(done / total)] * with_bar
            failed = Text(f"{self._failed} failed" if self._failed else "", "red")
            table.add_row(Text("all"), *bars, Text(f"{done} of {total} talks"), Text(), failed)
        return Group(*[_heading(course) for course in self._courses[-1:]], table)

    def _bar(self, share: float | None, *, moving: bool = False) -> ProgressBar:
        return ProgressBar(
            total=1.0,
            completed=share or 0.0,
            pulse=moving and share is None,
            animation_time=self._clock(),
        )


class PlainLines:
    """A line at the beginning of each piece of work, at each further tenth, and for each note."""

    _quiet_s = _QUIET_S

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._course: Course | None = None
        self._told_share = 0.0
        self._told_s = 0.0
        self._told_note = ""

    def __call__(self, progress: Progress) -> None:
        if progress.ended is not None:
            return
        begins = self._course is None or not self._course.follow(progress)
        if begins:
            self._course = Course(progress, self._clock)
        if self._course is not None and (begins or self._is_due(self._course)):
            self._told_share, self._told_s = self._course.share or 0.0, self._clock()
            self._told_note = self._course.note
            self._tell(self._course)

    def _is_due(self, course: Course) -> bool:
        if course.note:
            return course.note != self._told_note
        if course.share is not None:
            # A download that begins anew is followed from there.
            self._told_share = min(self._told_share, course.share)
            # Neither the last tenth nor a step of exactly one may be lost to rounding.
            return course.share >= self._told_share + _STEP - 1e-9
        return self._clock() - self._told_s >= self._quiet_s

    def _tell(self, course: Course) -> None:
        latest = course.latest
        place = f"[{latest.talks_done + 1}/{latest.talks_total}] " if latest.talks_total > 1 else ""
        share = "" if course.share is None else f"{course.share * 100:.0f} %"
        speed = "" if course.bytes_per_s is None else f"{in_bytes(course.bytes_per_s)}/s"
        figures = ", ".join(part for part in (share, _amount(course), speed, _left(course)) if part)
        work = f"{place}{latest.talk.slug}: {_verb(latest)}"
        line = f"{work}, {course.note}" if course.note else f"{work} {figures}"
        click.echo(plain(line).rstrip(), err=True)


class JsonLines(PlainLines):
    """The same as JSON documents, and also one a second between the tenths."""

    _quiet_s = _QUIET_JSON_S

    def _is_due(self, course: Course) -> bool:
        return super()._is_due(course) or self._clock() - self._told_s >= self._quiet_s

    def _tell(self, course: Course) -> None:
        latest = course.latest
        document = {
            "talk": latest.talk.slug,
            "stage": latest.stage,
            "progress": course.share,
            "detail": latest.detail,
            "done_bytes": course.done_bytes,
            "total_bytes": course.total_bytes,
            "bytes_per_s": _rounded(course.bytes_per_s),
            "seconds_left": _rounded(course.seconds_left),
            "talks_done": latest.talks_done,
            "talks_total": latest.talks_total,
        }
        click.echo(json.dumps(document, ensure_ascii=False))


def _heading(course: Course) -> Text:
    """The talk's line above its bars, with a note on what figures do not say."""
    heading = Text(plain(course.latest.talk.slug), "bold", no_wrap=True, overflow="ellipsis")
    return heading.append(f"  {plain(course.note)}" if course.note else "", "not bold")


def _verb(progress: Progress) -> str:
    return plain(_VERBS.get(progress.stage, progress.stage))


def _amount(course: Course) -> str:
    """How far the work is: bytes of a download, the time position in a talk, or what it is."""
    if course.done_bytes is not None:
        return bytes_of(course.done_bytes, course.total_bytes)
    recording = course.latest.talk.recording
    if course.latest.stage == "transcribe" and course.share is not None and recording is not None:
        position = clock_time(round(course.share * recording.duration_ms))
        return f"{position} of {clock_time(recording.duration_ms)}"
    return "" if course.note else plain(course.latest.detail)


def _rate(course: Course) -> str:
    """How fast a download is; the share done of other work."""
    if course.bytes_per_s is not None:
        return f"{in_bytes(course.bytes_per_s)}/s"
    if course.done_bytes is not None or course.share is None:
        return ""
    return f"{course.share * 100:.0f} %"


def _left(course: Course) -> str:
    left_s = course.seconds_left
    return "" if left_s is None else f"{clock_time(round(left_s * 1000))} left"


def _time(course: Course) -> str:
    """The time that is left, or that it took."""
    if course.failed:
        return "failed"
    return f"in {clock_time(round(course.seconds_taken * 1000))}" if course.ended else _left(course)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
