"""Ingesting: sources become talks, and each talk goes through the stages it still needs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from archive import work
from archive.edits import remove_unused_recordings
from archive.errors import BadSource, Busy, PodiumError
from archive.leases import lease
from archive.programme import save_programme
from archive.types import State, Talk
from ingest.gathering import Gathered, Options, gather
from ingest.leavings import clear_leavings
from ingest.sources import is_url
from ingest.stages import STAGES
from ingest.workshop import Workshop
from ingest.ytdlp import describe
from transcribe.captions import read_captions

# Talk, stage, share done (0 to 1 or None), a few words.
Report = Callable[[Talk, str, float | None, str], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one talk came out of a run."""

    slug: str
    title: str
    state: State
    reason: str = ""
    advice: str = ""


@dataclass(slots=True)
class Run:
    """What a run came to; ``remarks`` say above all what of a programme was not taken over."""

    outcomes: list[Outcome] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @property
    def failed(self) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if outcome.state is State.FAILED]


def ingest(
    shop: Workshop, sources: Sequence[str], options: Options, report: Report | None = None
) -> Run:
    """Take in each source: a manifest, an address, a media file, a folder, or captions.

    All sources are looked at first; where one is misused (UserError), nothing is changed. A talk
    that then fails keeps its reason and does not stop the others.
    """
    gathered = gather(shop.catalog, sources, options)
    if options.talk:
        return _ingest_for_talk(shop, gathered, options, report)
    clear_leavings(shop.catalog, shop.store)
    run = Run()
    talk_ids: list[int] = []
    for manifest in gathered.manifests:
        saved = save_programme(shop.catalog, manifest.event, manifest.talks)
        run.remarks += saved.remarks
        for talk_id, captions in zip(saved.talk_ids, manifest.captions, strict=True):
            if captions is not None:
                run.remarks += _take_captions(shop, talk_id, captions)
        talk_ids += saved.talk_ids
    for event_slug, entry in gathered.talks:
        saved = save_programme(shop.catalog, None, [entry], event_slug=event_slug)
        run.remarks += saved.remarks
        talk_ids += saved.talk_ids
    return work_through(shop, talk_ids, report, transcribe=options.transcribe, run=run)


def _ingest_for_talk(
    shop: Workshop, gathered: Gathered, options: Options, report: Report | None
) -> Run:
    """Bring one talk of the programme its clip, or its captions."""
    talk = shop.catalog.talk(options.talk)
    if gathered.manifests or len(gathered.talks) + len(gathered.captions) != 1:
        raise BadSource(
            "--talk takes exactly one clip or caption file.", advice="Name one file or address."
        )
    run = Run()
    for file in gathered.captions:
        run.remarks += _take_captions(shop, talk.id, file)
    for _, entry in gathered.talks:
        if entry.source_key != talk.source_key:
            if talk.recording is not None and not entry.link and is_url(entry.source_url):
                # The recording that is there goes only when the new one can be had.
                describe(entry.source_url)
            work.set_source(
                shop.catalog, talk.id, entry.source_url, entry.source_key, link=entry.link
            )
            remove_unused_recordings(shop.catalog)
    return work_through(shop, [talk.id], report, transcribe=options.transcribe, run=run)


def _take_captions(shop: Workshop, talk_id: int, file: Path) -> list[str]:
    """Store captions as the talk's transcript; sentences on what of the file was not read."""
    segments, faults = read_captions(file)
    talk = shop.catalog.talk_by_id(talk_id)
    work.save_captions(shop.catalog, talk_id, segments, language=talk.language, file=file.name)
    return [f"{file}: {fault}" for fault in faults]


def work_through(
    shop: Workshop,
    talk_ids: Sequence[int],
    report: Report | None = None,
    *,
    transcribe: bool = True,
    run: Run | None = None,
) -> Run:
    """Do for each talk what it still needs; earlier failures are tried again."""
    run = run or Run()
    shop.index_now()
    for talk_id in dict.fromkeys(talk_ids):
        busy = ""
        try:
            with lease(shop.catalog, talk_id):
                work.clear_failure(shop.catalog, talk_id)
                _run_stages(shop, talk_id, report, transcribe=transcribe)
        except Busy as error:
            busy = error.message
        talk, status = shop.catalog.talk_by_id(talk_id), shop.catalog.status(talk_id)
        run.outcomes.append(
            Outcome(talk.slug, talk.title, status.state, busy or status.reason, status.advice)
        )
    return run


def _run_stages(shop: Workshop, talk_id: int, report: Report | None, *, transcribe: bool) -> None:
    for stage in STAGES:
        if shop.catalog.status(talk_id).state is not stage.answers:
            continue
        if stage.answers is State.TRANSCRIBE and not transcribe:
            break
        talk = shop.catalog.talk_by_id(talk_id)

        def tell(name: str, share: float | None, detail: str, talk: Talk = talk) -> None:
            if report is not None:
                report(talk, name, share, detail)

        tell(stage.name, None, "")
        try:
            stage.run(shop, talk, tell)
        except PodiumError as error:
            work.record_failure(shop.catalog, talk_id, stage.name, error)
            break
    shop.index_now([talk_id])
