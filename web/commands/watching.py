"""``podium watch``: taking in what appears in a folder."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from archive.fields import parse_language, parse_speaker
from ingest.ingesting import Run, ingest
from ingest.options import Options
from ingest.watching import Watcher, up_to_date, watch_folder, watched_folder
from web.commands.base import PodiumCommand, advise, give_way_to_readers, opened_workshop, plain
from web.commands.progress import print_run, reporting


@click.command(cls=PodiumCommand)
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--event", default="", metavar="SLUG", help="The event that the clips belong to.")
@click.option("--language", default="", metavar="xx", help="The language spoken (en, pt-BR).")
@click.option(
    "--speaker",
    "speakers",
    multiple=True,
    metavar='"Name|Role|Affiliation|Country"',
    help="Who speaks; may be repeated.",
)
@click.option(
    "--settle",
    type=click.FloatRange(min=0, max=86_400),
    default=10.0,
    show_default=True,
    metavar="SECONDS",
    help="How long a file must be still to be complete.",
)
@click.option(
    "--interval",
    type=click.FloatRange(min=0.05, max=86_400),
    default=5.0,
    show_default=True,
    metavar="SECONDS",
    help="How often the folder is looked at.",
)
@click.option("--once", is_flag=True, help="Take what is complete now, and end.")
@click.option("--no-transcribe", is_flag=True, help="Take in only; transcribe another time.")
@click.option("--model", metavar="M", help="The Whisper model (see podium models).")
@click.option("--engine", metavar="E", help="faster-whisper or openai-whisper.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line on stdout.")
def watch(
    folder: Path,
    event: str,
    language: str,
    speakers: tuple[str, ...],
    settle: float,
    interval: float,
    once: bool,
    no_transcribe: bool,
    model: str | None,
    engine: str | None,
    as_json: bool,
) -> None:
    """Take in the recordings that appear in a folder, each once it is complete.

    What stands beside a recording (a sidecar, captions) comes with it, also when it changes
    later. Network mounts are watched like any folder.
    """
    options = Options(
        event=event,
        speakers=tuple(parse_speaker(text) for text in speakers),
        language=parse_language(language),
        transcribe=not no_transcribe,
    )

    def tell(text: str) -> None:
        advise(plain(text))

    give_way_to_readers()
    with opened_workshop(model=model, engine=engine) as shop:

        def take(path: Path) -> Run:
            with reporting(as_json=as_json) as report:
                run = ingest(shop, [str(path)], options, report)
            print_run(run, as_json=as_json)
            return run

        watcher = Watcher(
            watched_folder(folder, shop.settings.home),
            settle_s=settle,
            known=partial(up_to_date, shop.catalog, transcribe=options.transcribe),
            tell=tell,
            leave_out=shop.settings.home,
        )
        if not once:
            tell(f"Watching {watcher.folder} (Ctrl-C stops it).")
        failed = watch_folder(watcher, take, tell=tell, interval_s=interval, once=once)
    if failed:
        advise("`podium talks` says why; `podium retry` tries again.")
        raise click.exceptions.Exit(1)
    advise("Done. `podium talks` lists what the archive holds.")
