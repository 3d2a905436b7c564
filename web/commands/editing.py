"""``podium edit`` and ``remove``: what a person changes by hand."""

from __future__ import annotations

import sys
from getpass import getuser

import click

from archive.edits import edit_event, edit_speaker, edit_talk, find_kind
from archive.errors import UserError
from archive.removing import remove_event, remove_talk
from ingest.clip_orders import ClipShelf
from web.commands.base import PodiumCommand, advise, opened_workshop, plain, print_json
from web.documents import event_document, talk_document

_EDITS = {"event": edit_event, "speaker": edit_speaker}


@click.command(cls=PodiumCommand)
@click.argument("what", metavar="TALK|EVENT|SPEAKER")
@click.argument("changes", nargs=-1, metavar="[field=value]...")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def edit(what: str, changes: tuple[str, ...], as_json: bool) -> None:
    """Change fields, such as title="…" date=2020-09-18 speaker="Name|Role|Affiliation|Country".

    Without any field=value, shows what is there. A speaker may be repeated; an empty value clears.
    transcript=2 makes a talk's second transcript the current one. slug=… gives another address;
    the one of before leads to it.
    """
    given = _parse(changes)
    with opened_workshop() as shop:
        kind, key = find_kind(shop.catalog, what)
        if given:
            if kind == "talk":
                edit_talk(shop.catalog, key, given, by=getuser())
            else:
                _EDITS[kind](shop.catalog, key, given)
            shop.index_now()
        if kind == "talk":
            talk = shop.catalog.talk_by_id(key)
            document = talk_document(talk, shop.catalog.status(key))
            document["description"] = talk.description or None
            document["given_on"] = talk.given_on.isoformat() if talk.given_on else None
        elif kind == "event":
            document = event_document(next(e for e in shop.catalog.events() if e.id == key))
        else:
            speaker = next(s for s in shop.catalog.speakers() if s.id == key)
            document = {"slug": speaker.slug, "name": speaker.name, "url": speaker.url or None}
            document["aliases"] = list(speaker.aliases)
    if as_json:
        print_json(document)
        return
    for name, value in document.items():
        if value not in (None, "", []):
            click.echo(f"{name}: {plain(_readable(value))}")
    advise("Changed, and the next search knows it." if given else "Change it with field=value.")


@click.command(cls=PodiumCommand)
@click.argument("what", metavar="TALK|EVENT")
@click.option("--yes", is_flag=True, help="Do not ask.")
def remove(what: str, yes: bool) -> None:
    """Take a talk or an event away, with its media where no other talk uses them."""
    with opened_workshop() as shop:
        kind, key = find_kind(shop.catalog, what)
        if kind == "speaker":
            raise UserError(
                f"{what} is a speaker; only talks and events are removed.",
                advice="Edit the talks: `podium edit TALK speaker=…`.",
            )
        if not yes:
            if not sys.stdin.isatty():
                raise UserError(
                    f"Removing {what} deletes its recording and transcript.",
                    advice="Say --yes to do it without being asked.",
                )
            click.confirm(f"Remove {kind} {what} with its media and transcript?", abort=True)
        before = {talk.id for talk in shop.catalog.talks()}
        if kind == "talk":
            remove_talk(shop.catalog, key)
        else:
            remove_event(shop.catalog, key)
        for talk_id in before - {talk.id for talk in shop.catalog.talks()}:
            ClipShelf(shop.settings).forget(talk_id)
        shop.index_now()
    advise(f"Removed {kind} {what}.")


def _readable(value: object) -> str:
    if isinstance(value, list):
        return "; ".join(_readable(entry) for entry in value)
    if isinstance(value, dict):
        return ", ".join(str(part) for part in value.values() if part)
    return str(value)


def _parse(changes: tuple[str, ...]) -> dict[str, list[str]]:
    given: dict[str, list[str]] = {}
    for change in changes:
        name, equals, value = change.partition("=")
        if not equals or not name.strip():
            raise UserError(f"{change!r} changes nothing.", advice="Write it as field=value.")
        given.setdefault(name.strip(), []).append(value)
    return given
