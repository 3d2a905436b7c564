"""Progress of a run: bars on a terminal, plain lines elsewhere, JSON lines for scripts."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from archive.types import Talk
from ingest.ingesting import Report, Run

_VERBS = {"fetch": "fetching", "transcribe": "transcribing", "index": "indexing"}
# How much further a plain line must be before it is printed.
_STEP = 0.1


@contextmanager
def reporting(*, as_json: bool) -> Iterator[Report]:
    """How a run tells what it does, fit for where its output goes."""
    if as_json:
        yield _Lines(json_lines=True)
    elif sys.stderr.isatty():
        console = Console(stderr=True)
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %  {task.fields[detail]}"),
            TimeRemainingColumn(),
        )
        with Progress(*columns, console=console) as progress:
            yield _Bars(progress)
    else:
        yield _Lines(json_lines=False)


def print_run(run: Run, *, as_json: bool) -> None:
    """The table of what is ready, what waits, and what failed and why."""
    for remark in run.remarks:
        click.echo(remark, err=True)
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
        click.echo(f"{outcome.state.value:<10}  {outcome.slug}  {outcome.reason}".rstrip())
        if outcome.state.value == "failed" and outcome.advice:
            click.echo(f"{'':<10}  → {outcome.advice}")


class _Bars:
    """One bar for each stage of each talk."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._tasks: dict[tuple[int, str], TaskID] = {}

    def __call__(self, talk: Talk, stage: str, share: float | None, detail: str) -> None:
        key = (talk.id, stage)
        if key not in self._tasks:
            self._finish(talk)
            name = f"{_VERBS[stage]} {talk.slug}"
            self._tasks[key] = self._progress.add_task(name, total=None, detail=detail)
        total = None if share is None else 1.0
        self._progress.update(self._tasks[key], total=total, completed=share or 0, detail=detail)

    def _finish(self, talk: Talk) -> None:
        for (talk_id, _), task in self._tasks.items():
            if talk_id == talk.id:
                self._progress.update(task, total=1.0, completed=1.0, detail="")


class _Lines:
    """A line at the beginning of each stage, and at each further tenth."""

    def __init__(self, *, json_lines: bool) -> None:
        self._json_lines = json_lines
        self._last: dict[tuple[int, str], float] = {}

    def __call__(self, talk: Talk, stage: str, share: float | None, detail: str) -> None:
        key = (talk.id, stage)
        before = self._last.get(key)
        now = share or 0.0
        if before is not None and now < before + _STEP:
            return
        self._last[key] = now
        if self._json_lines:
            document = {"talk": talk.slug, "stage": stage, "progress": share, "detail": detail}
            click.echo(json.dumps(document, ensure_ascii=False))
        else:
            percent = f" {now:.0%}" if now else ""
            click.echo(f"{talk.slug}: {_VERBS[stage]}{percent} {detail}".rstrip(), err=True)
