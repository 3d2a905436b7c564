"""``podium serve``, ``worker`` and ``demo``: the processes that stay."""

from __future__ import annotations

import logging
import threading
from contextlib import suppress

import click
import platformdirs

from ingest.workshop import Workshop
from web.background.clip_cutter import cut_waiting
from web.background.retimer import retime_all
from web.background.worker import parent_ended, work
from web.commands.base import PodiumCommand, advise, chosen_settings
from web.commands.progress import reporting
from web.demo import EXAMPLE_QUERY, prepare_demo
from web.serving import serve as serve_site


@click.command(cls=PodiumCommand)
@click.option("--host", metavar="ADDRESS", help="Where to listen; 127.0.0.1 unless set.")
@click.option("--port", type=int, metavar="N", help="The port; 8000 unless set, 0 for a free one.")
@click.option("--no-worker", is_flag=True, help="Start no worker process.")
def serve(host: str | None, port: int | None, no_worker: bool) -> None:
    """Serve the site."""
    serve_site(
        chosen_settings(host=host, port=port),
        with_worker=not no_worker,
        announce=lambda address: advise(f"Podium is at {address} (Ctrl-C stops it)."),
    )


@click.command(cls=PodiumCommand)
@click.option("--once", is_flag=True, help="Do what there is to do, and end.")
@click.option("--parent", type=int, hidden=True, help="End when this process does.")
def worker(once: bool, parent: int | None) -> None:
    """Keep the index up to date with what others change, cut the clips readers ask for, time
    corrected words."""
    logging.basicConfig(format="%(name)s: %(message)s", level=logging.INFO)
    settings = chosen_settings()
    if once:
        with Workshop.opened(settings) as shop:
            retime_all(settings, shop.catalog)
            indexed, cut = shop.index_now(), cut_waiting(settings, shop.catalog)
        advise(f"Indexed {indexed} talks, cut {cut} clips.")
        return
    ended = bool if parent is None else parent_ended(parent)
    # Whoever stops it has nothing to run again: what is left to do is asked of the catalog.
    with suppress(KeyboardInterrupt):
        work(settings, threading.Event(), ended=ended)


@click.command(cls=PodiumCommand)
@click.option("--port", type=int, metavar="N", help="The port; 8000 unless set, 0 for a free one.")
@click.option("--no-serve", is_flag=True, help="Prepare the sample archive, and end.")
def demo(port: int | None, no_serve: bool) -> None:
    """Make a sample archive in a folder of its own, through the real chain, and serve it."""
    settings = chosen_settings(default_home=platformdirs.user_data_path("podium-demo"), port=port)
    with reporting(as_json=False) as report:
        prepare_demo(settings, report)
    if no_serve:
        advise(f"The sample archive is in {settings.home}.")
        advise(f"Try: podium --home {settings.home} search '{EXAMPLE_QUERY}'")
        return
    serve_site(
        settings,
        with_worker=True,
        announce=lambda address: advise(
            f"Podium is at {address} (Ctrl-C stops it).\nTry this search: {EXAMPLE_QUERY}"
        ),
    )
