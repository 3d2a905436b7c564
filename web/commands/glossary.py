"""``podium glossary``: names that the speech engine is to know."""

from __future__ import annotations

import click

from archive.glossary import add_names, glossary, remove_names
from web.commands.base import PodiumGroup, advise, opened_catalog, plain, print_json

_event = click.option("--event", metavar="SLUG", help="For the talks of this event; else for all.")


@click.group("glossary", cls=PodiumGroup)
def glossary_group() -> None:
    """Keep names that may be spoken, so that the speech engine spells them."""


@glossary_group.command("list")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def show_names(as_json: bool) -> None:
    """List the names, with the event that they are for."""
    with opened_catalog() as catalog:
        entries = glossary(catalog)
    if as_json:
        print_json([{"name": entry.name, "event": entry.event} for entry in entries])
        return
    for entry in entries:
        click.echo(f"{plain(entry.name)}{f'  [{entry.event}]' if entry.event else ''}")
    advise("Add one with `podium glossary add NAME`.")


@glossary_group.command("add")
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@_event
def add(names: tuple[str, ...], event: str | None) -> None:
    """Add names."""
    with opened_catalog() as catalog:
        added = add_names(catalog, names, event)
    advise(f"Added: {plain(', '.join(added))}." if added else "All of them were there already.")
    advise(
        "What is transcribed from now on gets them; `podium transcribe TALK --again` for others."
    )


@glossary_group.command("remove")
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@_event
def remove(names: tuple[str, ...], event: str | None) -> None:
    """Remove names."""
    with opened_catalog() as catalog:
        removed = remove_names(catalog, names, event)
    advise(f"Removed: {plain(', '.join(removed))}.")
