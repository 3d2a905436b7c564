"""``podium history``: who changed what in a talk's transcript, and any of it brought back."""

from __future__ import annotations

import click

from archive.catalog import Catalog
from archive.corrections.history import Revision, RevisionKind, difference, present_revision
from archive.corrections.history import history as revisions_of
from archive.corrections.saving import restore as restore_revision
from archive.corrections.saving import undo as undo_revision
from archive.corrections.who_spoke import speaker_changes
from archive.types import Talk, Track
from web.commands.base import (
    PodiumCommand,
    advise,
    by_option,
    clock,
    opened_workshop,
    plain,
    print_json,
)
from web.commands.diff import Comparison

_SAID = {
    RevisionKind.MADE: "the transcript as it came",
    RevisionKind.EVERYWHERE: "the same correction in many places",
    RevisionKind.TURNS: "who spoke when",
    RevisionKind.RESTORED: "revision {note} brought back",
    RevisionKind.UNDONE: "revision {note} taken back",
    RevisionKind.IMPORTED: "corrected file {note}",
    RevisionKind.RERUN: "another transcript",
    RevisionKind.CHOSEN: "another transcript, chosen by a person",
    RevisionKind.CARRIED: "corrections carried over to another transcript",
    RevisionKind.CHECKED: "{note}",
    RevisionKind.WORDS: "",
}


@click.command(cls=PodiumCommand)
@click.argument("talk")
@click.option("--diff", "compared", nargs=2, type=int, metavar="N M", help="What differs, by word.")
@click.option(
    "--restore",
    type=int,
    metavar="N",
    help="Bring a revision back, with who spoke then, as a new one.",
)
@click.option("--undo", type=int, metavar="N", help="Take one revision back; later ones stay.")
@click.option("--english", is_flag=True, help="Of the English translation.")
@by_option
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def history(
    talk: str,
    compared: tuple[int, int] | None,
    restore: int | None,
    undo: int | None,
    english: bool,
    by: str,
    as_json: bool,
) -> None:
    """List the revisions of a talk's transcript: who, when and what; the newest first."""
    track = Track.ENGLISH if english else Track.ORIGINAL
    with opened_workshop() as shop:
        found = shop.catalog.talk(talk)
        if compared is not None:
            _compare(shop.catalog, found, compared, track, as_json=as_json)
            return
        if restore is not None or undo is not None:
            if restore is not None:
                number = _bring_back(shop.catalog, found, restore, track, by)
            else:
                number = undo_revision(shop.catalog, found.id, undo or 0, by=by, track=track)
            shop.index_now([found.id])
            advise(f"That is revision {number} now, and the next search knows it.")
        revisions = revisions_of(shop.catalog, found.id, track)
    if as_json:
        print_json([_document(revision) for revision in revisions])
        return
    for revision in revisions:
        click.echo(plain(_line(revision)))
    if not revisions:
        advise(f"{found.slug} has no transcript yet.")
    else:
        advise(f"What differs: podium history {found.slug} --diff 1 {revisions[0].number}")


def _bring_back(catalog: Catalog, talk: Talk, number: int, track: Track, by: str) -> int:
    newest = present_revision(catalog, talk.id, track)
    lost = track is Track.ORIGINAL and speaker_changes(catalog, talk, newest, number) is None
    made = restore_revision(catalog, talk.id, number, by=by, track=track)
    if lost:
        advise(
            "Only the words came back: the voices were told apart anew since then, or a speaker is "
            "gone. Who speaks stays as it is now."
        )
    return made


def _compare(
    catalog: Catalog, talk: Talk, numbers: tuple[int, int], track: Track, *, as_json: bool
) -> None:
    found = difference(catalog, talk.id, *numbers, track)
    shown = Comparison(found.old, found.new, found.changes)
    if as_json:
        old, new = numbers
        print_json({"talk": talk.slug, "old": old, "new": new, "changes": shown.document()})
        return
    shown.print()


def _line(revision: Revision) -> str:
    """``  3  2026-11-26 10:15  Ada Example  12:05 “mood” → “moon”, 2 places``."""
    said = _SAID[revision.kind].format(note=revision.note)
    parts = [f"{revision.number:>3}  {revision.made_at[:16].replace('T', ' ')}  {revision.made_by}"]
    if revision.old_text or revision.new_text:
        change = f"“{revision.old_text}” → “{revision.new_text}”"
        places = f", {revision.places} places" if revision.places > 1 else ""
        parts.append(f"{clock(revision.start_ms)} {change}{places}")
    parts += [said] * bool(said)
    return "  ".join(parts)


def _document(revision: Revision) -> dict[str, object]:
    return {
        "revision": revision.number,
        "kind": revision.kind.value,
        "by": revision.made_by,
        "at": revision.made_at,
        "transcript": revision.transcript,
        "note": revision.note,
        "places": revision.places,
        "start_ms": revision.start_ms,
        "old": revision.old_text,
        "new": revision.new_text,
        "batch": revision.batch,
    }
