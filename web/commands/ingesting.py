"""``podium ingest``, ``retry`` and ``transcribe``: getting talks in and worked through."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from archive.corrections.carrying import Carried, carry_over
from archive.edits import edit_talk
from archive.errors import NotFound
from archive.fields import parse_date, parse_language, parse_speaker
from archive.programme import TalkEntry
from archive.settings import Settings
from archive.types import Speaker, State, Track, Transcript
from archive.work.transcripts import ask_for_transcript
from ingest.gathering import Gathered, gather
from ingest.ingesting import Run, work_through
from ingest.ingesting import ingest as ingest_sources
from ingest.options import Options
from ingest.programmes.manifest_text import write_manifest
from ingest.transcribing import ask_for_translation
from ingest.workshop import Workshop
from transcribe.hub import fetch as fetch_model
from transcribe.model_table import known_models
from transcribe.models import present_models
from web.commands.base import (
    PodiumCommand,
    advise,
    by_option,
    clock,
    give_way_to_readers,
    opened_workshop,
    plain,
)
from web.commands.progress import print_run, reporting

# Options of the command that are settings, for this run.
_SETTINGS = (
    "model",
    "engine",
    "captions",
    "cookies",
    "max_size",
    "max_hours",
    "max_height",
    "audio_only",
)


@click.command(cls=PodiumCommand)
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option("--event", default="", metavar="SLUG", help="The event that the clips belong to.")
@click.option("--talk", default="", metavar="SLUG", help="The talk that this clip belongs to.")
@click.option(
    "--speaker",
    "speakers",
    multiple=True,
    metavar='"Name|Role|Affiliation|Country"',
    help="Who speaks; may be repeated.",
)
@click.option("--title", default="", help="The talk's title.")
@click.option("--language", default="", metavar="xx", help="The language spoken (en, pt-BR).")
@click.option("--date", default="", metavar="D", help="The day of the talk, as 2020-09-18.")
@click.option("--since", default="", metavar="D", help="Of a list, only clips from this day on.")
@click.option("--limit", type=int, metavar="N", help="Of a list, at most so many clips.")
@click.option("--match", default="", metavar="WORDS", help="Of a list, clips with these words.")
@click.option("--model", metavar="M", help="The Whisper model (see podium models).")
@click.option("--engine", metavar="E", help="faster-whisper or openai-whisper.")
@click.option("--captions", metavar="HOW", help="Captions of the clip: prefer, also or never.")
@click.option("--cookies", metavar="FILE", help="Cookies for sites that want a sign-in.")
@click.option("--max-size", metavar="SIZE", help="Largest download, such as 500MB or 20GB.")
@click.option("--max-hours", type=float, metavar="H", help="Longest clip that is downloaded.")
@click.option("--max-height", type=int, metavar="PIXELS", help="Largest height of the video.")
@click.option("--audio-only", is_flag=True, default=None, help="Fetch the sound alone.")
@click.option("--no-transcribe", is_flag=True, help="Fetch only; transcribe another time.")
@click.option("--link", is_flag=True, help="Refer to local files instead of copying them.")
@click.option("--session", is_flag=True, help="Several people speak: tell their voices apart.")
@click.option(
    "--rttm",
    type=click.Path(path_type=Path),
    help="A file that says who spoke when in the session.",
)
@by_option
@click.option("--force", is_flag=True, help="Take a corrected file though it looks like another's.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line on stdout.")
def ingest(sources: tuple[str, ...], dry_run: bool, as_json: bool, **given: Any) -> None:
    """Take in manifests, event pages, video addresses, playlists, feeds, files or folders."""
    options = Options(
        event=given["event"],
        talk=given["talk"],
        speakers=tuple(parse_speaker(text) for text in given["speakers"]),
        title=given["title"],
        language=parse_language(given["language"]),
        date=parse_date(given["date"]),
        since=parse_date(given["since"]),
        limit=given["limit"],
        match=given["match"],
        transcribe=not given["no_transcribe"],
        link=given["link"],
        session=given["session"],
        rttm=given["rttm"],
        by=given["by"],
        force=given["force"],
    )
    give_way_to_readers()
    with opened_workshop(**{name: given[name] for name in _SETTINGS}) as shop:
        if dry_run:
            _print_plan(gather(shop, sources, options))
            return
        if options.transcribe and not as_json:
            _offer_model(shop.settings)
        ask = _ask_speaker if sys.stdin.isatty() and not as_json else None
        with reporting(as_json=as_json) as report:
            run = ingest_sources(shop, sources, options, report, ask)
    _conclude(run, as_json=as_json)


@click.command(cls=PodiumCommand)
@click.argument("talk", required=False)
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line on stdout.")
def retry(talk: str | None, as_json: bool) -> None:
    """Try again what failed or was cut off: one talk, or all."""
    give_way_to_readers()
    wanted = (State.FAILED, State.FETCH, State.TRANSCRIBE, State.INDEX)
    with opened_workshop() as shop:
        shop.as_begun = True
        if talk is not None:
            talk_ids = [shop.catalog.talk(talk).id]
        else:
            statuses = shop.catalog.statuses()
            talk_ids = [key for key, status in statuses.items() if status.state in wanted]
        with reporting(as_json=as_json) as report:
            run = work_through(shop, talk_ids, report)
    _conclude(run, as_json=as_json)


@click.command(cls=PodiumCommand)
@click.argument("talk")
@click.option("--again", is_flag=True, help="Make a new transcript although there is one.")
@click.option("--model", metavar="M", help="The Whisper model (see podium models).")
@click.option("--engine", metavar="E", help="faster-whisper or openai-whisper.")
@click.option("--language", metavar="xx", help="The language spoken, where it was guessed wrong.")
@click.option("--translate", is_flag=True, help="Also make a translation into English.")
@click.option(
    "--carry-corrections",
    "carry",
    is_flag=True,
    help="Show the new transcript, with what people corrected in the one before.",
)
@by_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line on stdout.")
def transcribe(
    talk: str,
    again: bool,
    translate: bool,
    carry: bool,
    by: str,
    model: str | None,
    engine: str | None,
    language: str | None,
    as_json: bool,
) -> None:
    """Turn a talk's recording into words."""
    give_way_to_readers()
    with opened_workshop(model=model, engine=engine) as shop:
        found = shop.catalog.talk(talk)
        if found.recording is None:
            raise NotFound(
                f"{talk} has no recording yet.",
                advice=f"Bring it: podium ingest CLIP --talk {talk}",
            )
        if language is not None:
            edit_talk(shop.catalog, found.id, {"language": [language]})
        if again:
            ask_for_transcript(shop.catalog, found.id)
        with reporting(as_json=as_json) as report:
            run = work_through(shop, [found.id], report)
            if translate and not run.failed:
                ask_for_translation(shop, shop.catalog.talk(talk))
                run = work_through(shop, [found.id], report)
        carried = _carry_over(shop, found.id, by) if carry and not run.failed else None
        versions = shop.catalog.versions(found.id)
    _conclude(run, as_json=as_json)
    if carried is not None:
        _tell_carried(carried)
    _compare(found.slug, versions)


def _carry_over(shop: Workshop, talk_id: int, by: str) -> Carried | None:
    """Carry corrections over to the newest transcript, where an older one is shown."""
    made = [v for v in shop.catalog.versions(talk_id) if v.complete and v.track is Track.ORIGINAL]
    if not made or made[-1].current:
        return None
    carried = carry_over(shop.catalog, talk_id, made[-1].number, by=by)
    shop.index_now([talk_id])
    return carried


def _tell_carried(carried: Carried) -> None:
    if carried.revision:
        right = carried.right_already
        advise(f"Corrections carried over: {carried.carried}; right there already: {right}.")
    else:
        advise("Nothing of it has its place in the new transcript; the corrected one stays.")
    if carried.passages_held:
        advise(
            f"Checked passages that stand there unchanged, and stay checked: {carried.passages} of "
            f"{carried.passages_held}."
        )
    for one in carried.left:
        advise(plain(f"  {clock(one.start_ms):>7}  left: “{one.old}” → “{one.new}”"))


def _compare(slug: str, versions: Sequence[Transcript]) -> None:
    """What to do with a new transcript beside older ones."""
    made = [v for v in versions if v.complete and v.track is Track.ORIGINAL]
    if len(made) < 2:
        return
    advise(f"What changed: podium diff {slug}")
    if not made[-1].current:
        advise(
            "The one that a person chose, checked or corrected stays current. To have the new one: "
            f"podium edit {slug} transcript={made[-1].number}; with what was corrected: "
            f"podium transcribe {slug} --carry-corrections"
        )


def _conclude(run: Run, *, as_json: bool) -> None:
    print_run(run, as_json=as_json)
    counts = {state: sum(o.state is state for o in run.outcomes) for state in State}
    parts = [f"{count} {state.value}" for state, count in counts.items() if count]
    advise(f"{', '.join(parts) or 'Nothing to do'}.")
    if run.failed:
        advise("`podium retry` tries the failed ones again.")
        raise click.exceptions.Exit(1)
    if counts[State.READY]:
        advise('Search them with `podium search "…"`, or see them with `podium serve`.')


def _ask_speaker(entry: TalkEntry, likely: Sequence[Speaker]) -> Speaker | None:
    """Let the person at the terminal say which of the likely people speaks."""
    for speaker in likely:
        question = f"{plain(entry.title)}: is the speaker {plain(speaker.name)}?"
        if click.confirm(question, default=False, err=True):
            return speaker
    return None


def _print_plan(gathered: Gathered) -> None:
    """What would be done; what was read from one page, feed or list, as a manifest."""
    others = gathered.manifests or gathered.singles or gathered.captions
    if len(gathered.read) == 1 and not others:
        click.echo(write_manifest(gathered.read[0]), nl=False)
        advise("Nothing was changed. Correct this where it is wrong, save it, and ingest the file.")
        return
    for manifest in [*gathered.manifests, *gathered.read]:
        click.echo(f"event  {plain(manifest.event.title)}")
        for talk in manifest.entries:
            source = talk.source_url or "(waits for a recording)"
            click.echo(f"talk   {plain(talk.title)}  {plain(source)}")
    for single in gathered.singles:
        click.echo(f"talk   {plain(single.entry.title)}  {plain(single.entry.source_url)}")
    for file in gathered.captions:
        click.echo(f"captions  {file}")
    advise("Nothing was changed. Leave out --dry-run to take it in.")


def _offer_model(settings: Settings) -> None:
    """With no model present, let the person at a terminal choose one to fetch."""
    if not sys.stdin.isatty() or any(not m.fault for m in present_models(settings.model_dir)):
        return
    advise("No speech model is here yet. These can be fetched:")
    for known in known_models():
        advise(f"  {known.name:<16} {known.size / 1e6:6.0f} MB  licence {known.licence}")
    name = click.prompt("Which one (empty for none)", default="", show_default=False, err=True)
    if name:
        with click.progressbar(length=100, label=f"fetching {name}", file=sys.stderr) as bar:
            fetch_model(
                name, settings.model_dir, lambda share: bar.update(int(share * 100) - bar.pos)
            )
