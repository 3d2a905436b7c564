"""The command ``podium``: options, exit codes, and the one place that turns errors to sentences.

Data goes to stdout; progress, logs and advice go to stderr. Exit 0: done. Exit 1: a source failed
while it was worked on. Exit 2: misuse, nothing changed. Exit 130: stopped by the person.
"""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType

import click

from archive.errors import PodiumError, UserError
from web.commands.base import PodiumGroup
from web.commands.correcting import correct
from web.commands.diff import diff
from web.commands.doctor import doctor
from web.commands.editing import edit, remove
from web.commands.editors import editor_group
from web.commands.glossary import glossary_group
from web.commands.history import history
from web.commands.ingesting import ingest, retry, transcribe
from web.commands.reading import export, search, show, talks
from web.commands.running import demo, serve, worker
from web.commands.speakers import speaker_group, speakers_group
from web.commands.splitting import split
from web.commands.upkeep import backup, check, models, reindex, settings
from web.commands.watching import watch
from web.interruption import INTERRUPTED, STOPPED, end_soon_after_a_signal


@click.group(cls=PodiumGroup)
@click.version_option(package_name="podium", prog_name="podium")
def podium() -> None:
    """Keep recordings of talks, and find what was said in them."""


for command in (
    ingest,
    watch,
    talks,
    show,
    search,
    diff,
    correct,
    history,
    edit,
    remove,
    editor_group,
    glossary_group,
    speaker_group,
    speakers_group,
    split,
    transcribe,
    retry,
    serve,
    worker,
    export,
    check,
    reindex,
    models,
    doctor,
    settings,
    backup,
    demo,
):
    podium.add_command(command)


def main(arguments: list[str] | None = None) -> None:
    """Run the command and end the process with its exit code."""
    signal.signal(signal.SIGTERM, _stop)
    end_soon_after_a_signal()
    sys.exit(run(sys.argv[1:] if arguments is None else arguments, own_process=True))


def run(arguments: list[str], *, own_process: bool = False) -> int:
    """Run one command; its exit code. ``own_process`` is for one that ends with the command."""
    try:
        # Without Click's own handling of errors, main() returns the code of a click Exit.
        code = podium.main(arguments, prog_name="podium", standalone_mode=False, obj=own_process)
        return code if isinstance(code, int) else 0
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        click.echo(STOPPED, err=True)
        return INTERRUPTED
    except PodiumError as error:
        click.echo(f"podium: {error.message}", err=True)
        if error.advice:
            click.echo(error.advice, err=True)
        return 2 if isinstance(error, UserError) else 1
    except Exception as error:  # noqa: BLE001 - the one broad net of the command line
        return _unexpected(error)


def _unexpected(error: Exception) -> int:
    if os.environ.get("PODIUM_TRACEBACK"):
        raise error
    click.echo(
        f"podium: this should not have happened: {type(error).__name__}: {error}\n"
        "Run it again with PODIUM_TRACEBACK=1 and report what it prints; the archive is safe.",
        err=True,
    )
    return 1


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
