"""What all commands share: ``--home``, the opened archive, and where output goes."""

from __future__ import annotations

import getpass
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from archive.catalog import Catalog
from archive.errors import UserError
from archive.priority import give_way
from archive.settings import Settings, load_settings
from ingest.workshop import Workshop

_HOME = "podium.home"


class PodiumCommand(click.Command):
    """A command that takes ``--home`` too, so that it may stand before or behind its name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params.append(_home_option())


class PodiumGroup(click.Group):
    """A group whose commands are PodiumCommands."""

    command_class = PodiumCommand

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params.append(_home_option())


def _home_option() -> click.Option:
    return click.Option(
        ["--home"],
        metavar="DIR",
        expose_value=False,
        callback=_remember_home,
        help="The archive's folder; else PODIUM_HOME, else ~/.local/share/podium.",
    )


def _remember_home(context: click.Context, _param: click.Parameter, value: str | None) -> None:
    if value is not None:
        context.meta[_HOME] = value


def chosen_home() -> str | None:
    """The folder that --home names, if it was given."""
    home: str | None = click.get_current_context().meta.get(_HOME)
    return home


def chosen_settings(*, default_home: Path | None = None, **flags: Any) -> Settings:
    """The settings in force for this command; ``default_home`` is for where no home is chosen."""
    home: str | Path | None = chosen_home()
    if home is None and not os.environ.get("PODIUM_HOME"):
        home = default_home
    return load_settings(home=home, **flags)


def give_way_to_readers() -> None:
    """Let whoever reads or searches come first, if this process is there for the command alone."""
    if click.get_current_context().obj:
        give_way()


@contextmanager
def opened_catalog(**flags: Any) -> Iterator[Catalog]:
    """The catalog of the chosen archive."""
    catalog = Catalog.open(chosen_settings(**flags))
    try:
        yield catalog
    finally:
        catalog.close()


@contextmanager
def opened_workshop(**flags: Any) -> Iterator[Workshop]:
    """Catalog, index and settings, for commands that change or search the archive."""
    with Workshop.opened(chosen_settings(**flags)) as shop:
        yield shop


def by_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--by NAME``: who makes a change; the user of this system without it."""
    return click.option(
        "--by", metavar="NAME", default=getpass.getuser, help="Who makes the change; else the user."
    )(command)


def print_json(document: object) -> None:
    """One JSON document on stdout."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))


def advise(text: str) -> None:
    """What to do next, on stderr."""
    click.echo(text, err=True)


def plain(text: str) -> str:
    """Text from outside, without the control characters that would steer a terminal."""
    return "".join(c if c.isprintable() else " " for c in text)


def clock(time_ms: int) -> str:
    """Milliseconds as people read them: 1:15, or 1:02:03."""
    seconds = time_ms // 1000
    hours, minutes, seconds = seconds // 3600, seconds // 60 % 60, seconds % 60
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def time_ms(text: str) -> int:
    """Seconds, or minutes and hours before them, as milliseconds."""
    parts = text.split(":")
    try:
        values = [float(part) for part in parts]
    except ValueError:
        values = []
    if not 1 <= len(values) <= 3 or any(value < 0 or value > 1e6 for value in values):
        raise UserError(f"{text!r} is no time.", advice="Write 75.4, 1:15 or 1:02:03.")
    seconds = 0.0
    for value in values:
        seconds = 60 * seconds + value
    return round(seconds * 1000)
