"""``podium talks``, ``show``, ``search`` and ``export``: what the archive holds."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import click

from archive.catalog import Catalog
from archive.countries import country_name
from archive.errors import NotFound, UserError
from archive.states import waiting_advice
from archive.turns import by_speaker
from archive.types import Event, State, Status, Talk, Track, Transcript, Turn
from ingest.hints import hints_changed
from search.results import HeardAs, Moment, PersonCard, Results, TalkHit
from search.results_json import as_json
from search.searching import Searcher, Sort
from transcribe.captions import write_srt, write_txt, write_vtt
from transcribe.rttm import write_rttm
from web.availability import searching, with_rebuilding_noted
from web.commands.base import (
    PodiumCommand,
    advise,
    chosen_settings,
    clock,
    opened_catalog,
    opened_workshop,
    plain,
    print_json,
)
from web.commands.versions import print_versions
from web.documents import talk_detail_document, talk_document, transcript_document
from web.search.coverage import answer_line, missing_reason
from web.talk.markdown import write_markdown

_MISSING_LISTED = 20
FORMATS = ("vtt", "srt", "txt", "md", "json", "rttm")


@click.command(cls=PodiumCommand)
@click.option("--json", "json_wanted", is_flag=True, help="As JSON.")
def talks(json_wanted: bool) -> None:
    """List the talks, with their states."""
    with opened_catalog() as catalog:
        found, statuses = catalog.talks(), catalog.statuses()
    if json_wanted:
        print_json([talk_document(talk, statuses[talk.id]) for talk in found])
        return
    width = max((len(talk.slug) for talk in found), default=0)
    for talk in found:
        status = statuses[talk.id]
        names = ", ".join(speaker.name for speaker in talk.speakers)
        state = f"{status.state.value}{' (running)' if status.running else ''}"
        about = " · ".join(text for text in (talk.title, names, status.reason) if text)
        click.echo(f"{state:<10}  {talk.slug:<{width}}  {plain(about)}")
    advise(
        "`podium show TALK` shows one."
        if found
        else "The archive is empty. Begin with `podium ingest SOURCE`, or look at `podium demo`."
    )


@click.command(cls=PodiumCommand)
@click.argument("talk")
@click.option("--json", "json_wanted", is_flag=True, help="As JSON, with the transcript.")
def show(talk: str, json_wanted: bool) -> None:
    """Show a talk: its programme entry, its state and its transcript."""
    with opened_catalog() as catalog:
        found = catalog.talk(talk)
        status = catalog.status(found.id)
        event = catalog.event(found.event) if found.event else None
        current = {transcript.track: transcript for transcript in catalog.transcripts(found.id)}
        transcript, translation = current.get(Track.ORIGINAL), current.get(Track.ENGLISH)
        versions, turns = catalog.versions(found.id), catalog.turns(found)
        other_names = transcript is not None and hints_changed(catalog, found, transcript)
    if json_wanted:
        print_json(
            talk_detail_document(found, status, event, transcript, versions, translation, turns)
        )
        return
    _print_talk(found, status, event)
    print_versions(versions)
    if transcript is not None:
        _print_transcript(transcript, turns if len(turns) > 1 else ())
    if status.state is State.WAITING:
        advise(f"Bring its clip: {waiting_advice(found.slug)}")
    elif status.advice:
        advise(status.advice)
    elif transcript is not None and transcript.language_in_doubt and not found.language:
        advise(f"If it is another language: podium transcribe {found.slug} --language xx --again")
    elif other_names:
        advise(
            "Programme or glossary name others now than when this was transcribed. "
            f"With them: podium transcribe {found.slug} --again"
        )


@click.command(
    cls=PodiumCommand,
    # A word that begins with one dash is an exclusion, not an option.
    context_settings={"ignore_unknown_options": True},
)
@click.argument("query", nargs=-1, required=True, type=click.UNPROCESSED)
@click.option("--speaker", metavar="S", multiple=True, help="Only what this person said.")
@click.option("--event", metavar="E", multiple=True, help="Only talks of this event.")
@click.option("--language", metavar="L", multiple=True, help="Only talks in this language.")
@click.option(
    "--country",
    metavar="C",
    multiple=True,
    help="Only talks with a speaker from there (CN, China).",
)
@click.option("--year", metavar="Y", multiple=True, help="Only talks of 2020, 2019..2023, 2019..")
@click.option("--spoken", is_flag=True, help="Only talks in which it is said.")
@click.option(
    "--sort",
    type=click.Choice([order.value for order in Sort]),
    default=Sort.RELEVANCE.value,
    show_default=True,
    help="The best first, or the newest.",
)
@click.option("--limit", type=int, default=20, show_default=True, help="How many talks.")
@click.option("--offset", type=int, default=0, help="How many talks to pass over.")
@click.option("--json", "json_wanted", is_flag=True, help="As JSON.")
def search(
    query: tuple[str, ...],
    spoken: bool,
    sort: str,
    limit: int,
    offset: int,
    json_wanted: bool,
    **filters: tuple[str, ...],
) -> None:
    """Find what was said: words, "exact phrases", this OR that, one NEAR/20 other, -excluded,
    prefixes*, speaker:NAME.

    A filter that is given more than once wants any of its values.
    """
    unknown = next((word for word in query if word.startswith("--")), None)
    if unknown is not None:
        raise UserError(f"There is no option {unknown}.", advice="See `podium search --help`.")
    with opened_workshop() as shop, searching(shop.settings.home):
        results = Searcher(shop.catalog, shop.index).search(
            " ".join(query),
            **filters,
            spoken=spoken,
            sort=Sort(sort),
            limit=limit,
            offset=offset,
        )
        results = with_rebuilding_noted(results, shop.settings.home)
    if json_wanted:
        print_json(as_json(results))
    else:
        _print_results(results)


@click.command(cls=PodiumCommand)
@click.argument("talk")
@click.option("--format", "form", type=click.Choice(FORMATS), required=True, help="Which format.")
@click.option(
    "--track",
    type=click.Choice([track.value for track in Track]),
    default=Track.ORIGINAL.value,
    show_default=True,
    help="As it was spoken, or its English translation by a machine.",
)
@click.option("-o", "file", type=click.Path(path_type=Path), help="A file; else stdout.")
def export(talk: str, form: str, track: str, file: Path | None) -> None:
    """Write a talk's transcript as captions, text, Markdown, JSON or RTTM."""
    with opened_catalog() as catalog:
        text = _exported(catalog, catalog.talk(talk), form, Track(track))
    if file is None:
        click.echo(text, nl=not text.endswith("\n"))
        return
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UserError(
            f"{file} cannot be written: {error.strerror}.", advice="Choose another with -o."
        ) from error
    advise(f"Written to {file}.")


def _exported(catalog: Catalog, talk: Talk, form: str, track: Track) -> str:
    if form == "rttm":
        return _rttm(catalog, talk)
    transcript = next((t for t in catalog.transcripts(talk.id) if t.track is track), None)
    if transcript is None and track is Track.ENGLISH:
        raise NotFound(
            f"{talk.slug} is not translated.", advice=f"podium transcribe {talk.slug} --translate"
        )
    if transcript is None:
        raise NotFound(f"{talk.slug} has no transcript yet.", advice=catalog.status(talk.id).advice)
    if form == "json":
        document = transcript_document(talk, transcript, catalog.turns(talk))
        return json.dumps(document, ensure_ascii=False, indent=2)
    writers = {"vtt": write_vtt, "srt": write_srt, "txt": write_txt}
    parts = by_speaker(transcript.segments, catalog.turns(talk))
    if form == "md":
        event = catalog.event(talk.event) if talk.event else None
        chosen = chosen_settings()
        page = f"http://{chosen.host}:{chosen.port}"
        return write_markdown(talk, event, transcript, parts, page=page)
    names = {segment: turn.shown_name for segment, turn in parts if turn is not None}
    return writers[form]([segment for segment, _ in parts], names.get)


def _rttm(catalog: Catalog, talk: Talk) -> str:
    """Who spoke when, on the clock of the recording."""
    if talk.recording is None:
        raise NotFound(
            f"{talk.slug} has no recording, so nobody's turns are known.",
            advice=f"Bring it: {waiting_advice(talk.slug)}",
        )
    # Where nobody knows who speaks, it is one voice as far as anybody can tell.
    unknown = Turn(0, talk.recording.duration_ms, "unknown-1", score=0.0)
    return write_rttm(catalog.turns(talk) or [unknown], talk.slug)


def _print_talk(talk: Talk, status: Status, event: Event | None) -> None:
    click.echo(plain(talk.title))
    for part in talk.appearances:
        where = (part.role, part.affiliation, country_name(part.country) if part.country else "")
        about = ", ".join(word for word in where if word)
        click.echo(plain(f"  {part.speaker.name}{f' · {about}' if about else ''}"))
    if not talk.appearances:
        click.echo("  speaker unknown")
    if event is not None:
        number = f"{talk.number} · " if talk.number is not None else ""
        click.echo(plain(f"  {number}{event.title}"))
    if talk.description:
        click.echo(plain(f"  {talk.description}"))
    reason = f": {status.reason}" if status.reason else ""
    click.echo(f"  {status.state.value}{reason}")
    if talk.recording is not None:
        click.echo(f"  {clock(talk.recording.duration_ms)} · {talk.recording.path}")
    for chapter in talk.chapters:
        click.echo(f"  {clock(chapter.start_ms):>7}  {plain(chapter.title)}")


def _print_transcript(transcript: Transcript, turns: Sequence[Turn]) -> None:
    """The words; with ``turns``, who speaks stands above them wherever that changes."""
    before: str | None = None
    for segment, turn in by_speaker(transcript.segments, turns):
        name = turn.shown_name if turn else ""
        if name != before:
            click.echo()
            if turn:
                click.echo(plain(f"  {name}{' (likely)' if turn.likely else ''}"))
        before = name
        click.echo(f"  {clock(segment.start_ms):>7}  {plain(segment.text)}")


def _print_results(results: Results) -> None:
    for card in results.people:
        click.echo(_card_line(card))
    for hit in results.talks:
        _print_hit(hit)
    totals = results.totals
    found = totals.talks + totals.talks_partial > 0
    if found:
        times = "time" if totals.occurrences == 1 else "times"
        click.echo(f"{_talks(totals.talks)}, said {totals.occurrences} {times}.")
    else:
        click.echo(answer_line(results))
    for heard in results.heard_as:
        _print_heard(heard)
    for note in results.notes:
        advise(note)
    if results.suggestion:
        advise(f"Did you mean: {results.suggestion}")
    for other in results.alternatives:
        without = " and ".join([*["the filters"] * (other.without != "words"), *other.words])
        advise(f"Without {without}, {_talks(other.talks)}: {other.query}")
    if found:
        advise(answer_line(results))
        return
    for missing in results.coverage.missing[:_MISSING_LISTED]:
        advise(f"Not searched: {missing.talk}, {missing_reason(missing)}")


def _talks(count: int) -> str:
    return f"{count} {'talk' if count == 1 else 'talks'}"


def _card_line(card: PersonCard) -> str:
    return (
        f"{plain(card.name)}: speaker in {_talks(card.talks)}, "
        f"mentioned in {card.mentioned} by others  [{card.slug}]"
    )


def _print_heard(heard: HeardAs) -> None:
    """Words that may have been misheard, so that nobody takes them for hits."""
    written = " or ".join(f'"{plain(words)}"' for words in heard.heard)
    click.echo(
        f"Perhaps heard as {written}, where {plain(heard.query_word)} was said (not counted):"
    )
    for hit in heard.talks:
        _print_hit(hit, before="? ")


def _print_hit(hit: TalkHit, before: str = "") -> None:
    names = ", ".join(speaker.name for speaker in hit.speakers)
    click.echo(f"{before}{plain(hit.title)}{f' · {plain(names)}' if names else ''}  [{hit.slug}]")
    for moment in hit.moments:
        click.echo(f"{before}  {clock(moment.start_ms):>7}  {_marked(moment)}")
        if moment.corrected_from:
            click.echo(f"{before}  {'':>7}  corrected from {plain(moment.corrected_from)!r}")
        if moment.beside is not None:
            language = moment.beside.language or moment.beside.track.value
            click.echo(f"{before}  {f'{plain(language)}:':>7}  {plain(moment.beside.text)}")
    for programme in hit.programme:
        click.echo(f"  programme, {programme.field}: {plain(programme.text)}")


def _marked(moment: Moment) -> str:
    text = plain(moment.text)
    for start, end in reversed(moment.spans):
        text = text[:start] + click.style(text[start:end], bold=True) + text[end:]
    return text
