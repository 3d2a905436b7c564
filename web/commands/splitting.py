"""``podium split``: the talks of a session."""

from __future__ import annotations

import click

from ingest.splitting import LEAST_MS, split_session
from web.commands.base import PodiumCommand, advise, clock, opened_workshop, plain


@click.command(cls=PodiumCommand)
@click.argument("session")
@click.option(
    "--least",
    type=click.IntRange(min=1),
    default=LEAST_MS // 1000,
    show_default=True,
    metavar="SECONDS",
    help="How long somebody speaks in one, so that it is a talk.",
)
def split(session: str, least: int) -> None:
    """Make a talk of each keynote of a session; introductions and questions stay apart."""
    with opened_workshop() as shop:
        found = shop.catalog.talk(session)
        talk_ids, remarks = split_session(shop.catalog, found, least * 1000)
        shop.index_now()
        talks = [shop.catalog.talk_by_id(talk_id) for talk_id in talk_ids]
    for talk in talks:
        start_ms, end_ms = talk.range_ms or (0, 0)
        click.echo(plain(f"{clock(start_ms):>7} – {clock(end_ms):<7}  {talk.slug}  {talk.title}"))
    for remark in remarks:
        advise(plain(remark))
    advise(f"{len(talks)} {'talk' if len(talks) == 1 else 'talks'}; the session stays as it is.")
