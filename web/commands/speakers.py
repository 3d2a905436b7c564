"""``podium speaker`` and ``speakers``: voices that are known, and who spoke when."""

from __future__ import annotations

from pathlib import Path

import click

from archive import turn_rows
from archive.catalog import Catalog
from archive.corrections import speaking
from archive.errors import NotFound, UserError
from archive.names import name_key
from archive.people import joins, merge_speakers, part_speakers
from archive.speaker_splits import split_speaker, splits, undo_split
from archive.store import sha256_of
from archive.types import Track, Turn
from archive.voiceprints import find_or_add_speaker, find_speaker, forget_voice
from ingest.ingesting import work_through
from ingest.introductions import VoiceHint, voice_hints
from ingest.media import refuse_other_files
from ingest.telling_apart import enrol as enrol_voice
from transcribe.speakers import ENROL_FILE_MS
from transcribe.voice_model import open_voice_network
from web.commands.base import (
    PodiumGroup,
    advise,
    by_option,
    clock,
    give_way_to_readers,
    opened_catalog,
    opened_workshop,
    plain,
    print_json,
    time_ms,
)
from web.commands.progress import print_run, reporting
from web.documents import turn_document


@click.group("speaker", cls=PodiumGroup)
def speaker_group() -> None:
    """Let Podium know a person's voice, or forget it."""


@speaker_group.command("enrol")
@click.argument("name")
@click.argument("file", type=click.Path(path_type=Path))
def enrol(name: str, file: Path) -> None:
    """Learn a person's voice from a FILE in which they speak alone, 25 s or more."""
    if not file.is_file():
        raise NotFound(f"There is no file {file}.")
    refuse_other_files(file)
    with opened_workshop() as shop:
        network = open_voice_network(shop.settings.model_dir, advise)
        speaker = find_or_add_speaker(shop.catalog, name)
        if not enrol_voice(shop, network, speaker, file, sha256_of(file), ENROL_FILE_MS):
            raise UserError(
                f"{file.name} holds less than {ENROL_FILE_MS // 1000} s of one voice.",
                advice="Give a recording in which the person speaks alone, 25 s or more.",
            )
    advise(
        f"The voice of {plain(speaker.name)} is known now. It is biometric data: have their "
        f"consent, or a public talk of theirs. podium speaker forget {speaker.slug} deletes it."
    )
    advise("Recordings told apart from now on use it; for others: podium speakers again TALK")


@speaker_group.command("forget")
@click.argument("name")
def forget(name: str) -> None:
    """Delete what is known of a person's voice; no talk makes it known again."""
    with opened_catalog() as catalog:
        speaker = find_speaker(catalog, name)
        count = forget_voice(catalog, name)
    prints = "1 voiceprint" if count == 1 else f"{count} voiceprints"
    advise(f"{prints} of {plain(speaker.name)} deleted. Who spoke when stays as it is.")
    advise("Backups that were made before still hold them.")


@click.group("speakers", cls=PodiumGroup)
def speakers_group() -> None:
    """Say and see who spoke when."""


@speakers_group.command("list")
@click.argument("talk")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def list_turns(talk: str, as_json: bool) -> None:
    """List the turns of a talk: who spoke when, and how sure that is."""
    with opened_catalog() as catalog:
        found = catalog.talk(talk)
        turns = catalog.turns(found)
        current = catalog.transcripts(found.id)
    if as_json:
        print_json([turn_document(turn) for turn in turns])
        return
    for turn in turns:
        click.echo(plain(_line(turn)))
    spoken = next((one for one in current if one.track is Track.ORIGINAL), None)
    for hint in voice_hints(found, spoken.words if spoken else (), turns):
        advise(plain(_hint_line(found.slug, hint)))
    advise(f"Say who a voice is: podium speakers name {found.slug} VOICE NAME")


@speakers_group.command("again")
@click.argument("talk")
def again(talk: str) -> None:
    """Tell the voices of a talk apart anew, say with more people enrolled.

    What a person said stays in force.
    """
    give_way_to_readers()
    with opened_workshop() as shop:
        found = shop.catalog.talk(talk)
        if found.recording is None:
            raise NotFound(
                f"{talk} has no recording yet.",
                advice=f"Bring it: podium ingest CLIP --talk {talk}",
            )
        open_voice_network(shop.settings.model_dir, advise)
        turn_rows.ask_to_tell_apart(shop.catalog, found.id)
        with reporting(as_json=False) as report:
            run = work_through(shop, [found.id], report)
    print_run(run, as_json=False)
    if run.failed:
        raise click.exceptions.Exit(1)
    advise(f"See them: podium speakers list {found.slug}")


@speakers_group.command("name")
@click.argument("talk")
@click.argument("voice")
@click.argument("name")
@by_option
def name_voice(talk: str, voice: str, name: str, by: str) -> None:
    """Say that VOICE (unknown-1, or a speaker's slug) is NAME, wherever it speaks in a talk."""
    with opened_workshop() as shop:
        found = shop.catalog.talk(talk)
        if all(turn.voice != voice for turn in shop.catalog.turns(found)):
            known = ", ".join(dict.fromkeys(turn.voice for turn in shop.catalog.turns(found)))
            raise NotFound(
                f"{talk} has no voice {voice!r}.",
                advice=f"It has {known}." if known else "Its voices are not told apart.",
            )
        speaker = find_or_add_speaker(shop.catalog, name)
        _, count = speaking.name_voice(shop.catalog, found, voice, speaker.slug, by=by)
        shop.index_now()
    turns = "1 turn" if count == 1 else f"{count} turns"
    advise(f"{turns} of {voice} are {plain(speaker.name)}'s now, and the next search knows it.")


@speakers_group.command("assign")
@click.argument("talk")
@click.argument("start", metavar="START")
@click.argument("end", metavar="END")
@click.argument("name", required=False)
@by_option
def assign(talk: str, start: str, end: str, name: str | None, by: str) -> None:
    """Say that from START to END (75.4, 1:15, 1:02:03) NAME speaks; without it, a stranger."""
    start_ms, end_ms = time_ms(start), time_ms(end)
    with opened_workshop() as shop:
        found = shop.catalog.talk(talk)
        speaker = find_or_add_speaker(shop.catalog, name) if name else None
        speaking.give_span(
            shop.catalog, found, start_ms, end_ms, speaker.slug if speaker else None, by=by
        )
        shop.index_now()
    who = plain(speaker.name) if speaker else "somebody unknown"
    advise(f"{clock(start_ms)} to {clock(end_ms)} is {who} now, and the next search knows it.")


@speakers_group.command("merge")
@click.argument("kept", metavar="A")
@click.argument("gone", metavar="B")
@by_option
def merge(kept: str, gone: str, by: str) -> None:
    """Make one person of two: A stays, and B's name becomes another spelling of it."""
    with opened_workshop() as shop:
        one, other = find_speaker(shop.catalog, kept), find_speaker(shop.catalog, gone)
        merge_speakers(shop.catalog, one, other, by=by)
        shop.index_now()
    advise(f"{plain(other.name)} is {plain(one.name)} now, in every talk.")
    advise(f"Take it back: podium speakers split {other.slug}")


@speakers_group.command("split")
@click.argument("name")
@click.option("--talk", "talks", multiple=True, metavar="TALK", help="A talk that goes; repeats.")
@click.option("--as", "new_name", metavar="NAME", help="The name of who gave these talks.")
@click.option("--undo", is_flag=True, help="NAME, who got talks of another so, is that one again.")
@by_option
def split(name: str, talks: tuple[str, ...], new_name: str | None, undo: bool, by: str) -> None:
    """Make two people of one: NAME, who was merged into another, is a person again.

    With --talk and --as, some of NAME's talks become those of another person.
    """
    if undo and (talks or new_name):
        raise UserError("--undo takes neither --talk nor --as.")
    if bool(talks) != bool(new_name):
        raise UserError("--talk and --as go together.", advice="Say which talks, and whose.")
    with opened_workshop() as shop:
        if undo:
            kept = undo_split(shop.catalog, _split_of(shop.catalog, name), by=by)
            shop.index_now()
            advise(f"{plain(name)} is {plain(kept.name)} again, in every talk.")
            return
        if new_name:
            speaker = find_speaker(shop.catalog, name)
            talk_ids = [shop.catalog.talk(slug).id for slug in talks]
            parted = split_speaker(shop.catalog, speaker, talk_ids, new_name, by=by)
        else:
            parted = part_speakers(shop.catalog, _join_of(shop.catalog, name), by=by)
        shop.index_now()
    advise(f"{plain(parted.name)} ({parted.slug}) is a person of their own now.")
    if new_name:
        advise(f"Take it back: podium speakers split {parted.slug} --undo")


def _split_of(catalog: Catalog, name: str) -> int:
    """The key of the last split by which that person got talks of another."""
    for one in splits(catalog):
        is_named = one.other_slug == name or name_key(one.other_name) == name_key(name)
        if is_named and not one.undone_by:
            return one.id
    raise NotFound(f"Nobody named {name!r} was made out of another.")


def _join_of(catalog: Catalog, name: str) -> int:
    """The key of the last join in which that person was merged into another."""
    standing = [join for join in joins(catalog) if not join.undone_by]
    for join in standing:
        if join.gone_slug == name or name_key(join.gone_name) == name_key(name):
            return join.id
    known = ", ".join(join.gone_slug for join in standing)
    raise NotFound(
        f"Nobody named {name!r} was merged into another.",
        advice=f"These were: {known}." if known else "Nobody was. See also --talk and --as.",
    )


def _line(turn: Turn) -> str:
    doubt = f" (likely, {turn.score:.2f})" if turn.likely else ""
    times = f"{clock(turn.start_ms):>7} – {clock(turn.end_ms):<7}"
    return f"{times}  {turn.voice}  {turn.shown_name}{doubt} · {turn.source}"


def _hint_line(slug: str, hint: VoiceHint) -> str:
    why = (
        f"named at {clock(hint.at_ms)} before it speaks (“{hint.said}”)"
        if hint.said
        else "by the order of the programme"
    )
    name = hint.speaker.name
    return f'{hint.voice} may be {name}: {why}. podium speakers name {slug} {hint.voice} "{name}"'
