"""``podium editor``: who may correct."""

from __future__ import annotations

import sys

import click

from archive.editors import add_editor, change_password, editors, find_editor, remove_editor
from archive.errors import UserError
from web.commands.base import PodiumGroup, advise, opened_catalog, plain, print_json

_from_stdin = click.option(
    "--password-stdin", is_flag=True, help="Read the password from standard input."
)


@click.group("editor", cls=PodiumGroup)
def editor_group() -> None:
    """Say who may correct on the site."""


@editor_group.command("add")
@click.argument("name")
@_from_stdin
def add(name: str, password_stdin: bool) -> None:
    """Add an editor."""
    with opened_catalog() as catalog:
        added = add_editor(catalog, name, _password(password_stdin))
    advise(f"{plain(added.name)} may correct. From now on that needs a sign-in, at /sign-in.")


@editor_group.command("list")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def show_editors(as_json: bool) -> None:
    """List the editors, with where they are signed in."""
    with opened_catalog() as catalog:
        found = editors(catalog)
    if as_json:
        rows = [{"name": e.name, "added_at": e.added_at, "signed_in": e.places} for e in found]
        print_json(rows)
        return
    for one in found:
        browsers = "1 browser" if one.places == 1 else f"{one.places} browsers"
        click.echo(f"{plain(one.name)}  since {one.added_at[:10]}, signed in in {browsers}")
    advise(
        "Add one with `podium editor add NAME`."
        if found
        else "There is none: on this machine everybody may correct, from elsewhere nobody."
    )


@editor_group.command("remove")
@click.argument("name")
def remove(name: str) -> None:
    """Take an editor away, and sign them out."""
    with opened_catalog() as catalog:
        gone = find_editor(catalog, name)
        remove_editor(catalog, gone)
        left = editors(catalog)
    advise(f"{plain(gone.name)} may not correct any more; their corrections stay.")
    if not left:
        advise("No editor is left: on this machine everybody may correct, from elsewhere nobody.")


@editor_group.command("password")
@click.argument("name")
@_from_stdin
def password(name: str, password_stdin: bool) -> None:
    """Give an editor another password, and sign them out everywhere."""
    with opened_catalog() as catalog:
        editor = find_editor(catalog, name)
        change_password(catalog, editor, _password(password_stdin))
    advise(f"{plain(editor.name)} has another password, and is signed out everywhere.")


def _password(from_stdin: bool) -> str:
    """What was typed twice at a terminal, or the first line of standard input."""
    if not from_stdin and not sys.stdin.isatty():
        raise UserError(
            "There is no terminal to ask for the password at.",
            advice="Give it on standard input, with --password-stdin.",
        )
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    given: str = click.prompt("Password", hide_input=True, confirmation_prompt="Once more")
    return given
