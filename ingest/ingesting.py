"""Ingesting: sources become talks, and each talk goes through the stages it still needs."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass, field
from getpass import getuser

from archive import turn_rows
from archive.corrections.bringing_back import BroughtBack
from archive.errors import BadSource, Busy, PodiumError
from archive.leases import lease
from archive.programme import save_programme
from archive.removing import remove_unused_recordings
from archive.types import State, Talk, Track, Turn
from archive.work.failures import clear_failure, record_failure
from archive.work.recordings import same_clip, set_source
from ingest.captioning import take_captions
from ingest.correcting import is_correction, take_correction
from ingest.downloads.ytdlp import look
from ingest.entries import Single
from ingest.gathering import AskSpeaker, Gathered, gather, likely_in
from ingest.leavings import clear_leavings
from ingest.options import Options
from ingest.progress import Report, RunProgress
from ingest.rttm_turns import take_turns
from ingest.sources import is_url
from ingest.stages import STAGES
from ingest.workshop import Workshop
from transcribe.rttm import read_rttm
from transcribe.voice_model import lacking
from transcribe.voiceprints import missing


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
    """What a run came to; ``remarks`` say above all what of a programme was not taken over.

    ``brought_back`` are corrected transcripts, with the slug of their talk.
    """

    outcomes: list[Outcome] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    brought_back: list[tuple[str, BroughtBack]] = field(default_factory=list)

    @property
    def failed(self) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if outcome.state is State.FAILED]


def ingest(
    shop: Workshop,
    sources: Sequence[str],
    options: Options,
    report: Report | None = None,
    ask: AskSpeaker | None = None,
) -> Run:
    """Take in each source: a manifest, an address, a page, a media file, a folder, or captions.

    All sources are looked at first; where one is misused (UserError), nothing is changed. A talk
    that then fails keeps its reason and does not stop the others. ``ask`` is asked who speaks
    where a source does not say; without it, such a talk gets a remark.
    """
    turns = _turns_of_session(shop, options)
    if options.talk:
        return _ingest_for_talk(shop, gather(shop, sources, options), options, report, turns)
    gathered = gather(shop, sources, options, ask)
    clear_leavings(shop.catalog, shop.store)
    run = Run()
    talk_ids: list[int] = []
    unnamed: list[int] = []
    for manifest in [*gathered.manifests, *gathered.read]:
        run.remarks += manifest.doubts
        saved = save_programme(shop.catalog, manifest.event, manifest.entries)
        run.remarks += saved.remarks
        for talk_id, talk in zip(saved.talk_ids, manifest.talks, strict=True):
            run.remarks += [f"{talk.entry.title}: {doubt}" for doubt in talk.doubts]
            if talk.captions is not None:
                run.remarks += take_captions(shop.catalog, talk_id, talk.captions)
            if not talk.entry.speakers:
                unnamed.append(talk_id)
        talk_ids += saved.talk_ids
    for single in gathered.singles:
        saved = save_programme(shop.catalog, None, [single.entry], event_slug=single.event)
        run.remarks += saved.remarks
        (talk_id,) = saved.talk_ids
        run.remarks += _take_beside(shop, talk_id, single)
        if options.session:
            _begin_session(shop, talk_id, turns)
        elif not single.entry.speakers:
            unnamed.append(talk_id)
        talk_ids.append(talk_id)
    work_through(shop, talk_ids, report, transcribe=options.transcribe, run=run)
    if turns:
        run.remarks += _take_turns(shop, talk_ids, turns)
    run.remarks += [remark for talk_id in talk_ids for remark in _not_told_apart(shop, talk_id)]
    run.remarks += [remark for talk_id in unnamed for remark in _speaker_unknown(shop, talk_id)]
    run.remarks += [remark for talk_id in talk_ids for remark in _same_clip(shop, talk_id)]
    return run


def _ingest_for_talk(
    shop: Workshop,
    gathered: Gathered,
    options: Options,
    report: Report | None,
    turns: Sequence[Turn],
) -> Run:
    """Bring one talk of the programme its clip, or its captions."""
    talk = shop.catalog.talk(options.talk)
    if gathered.manifests or gathered.read or len(gathered.singles) + len(gathered.captions) != 1:
        raise BadSource(
            "--talk takes exactly one clip or caption file.", advice="Name one file or address."
        )
    run = Run()
    for file in gathered.captions:
        if is_correction(shop.catalog, talk, file):
            brought, remarks = take_correction(
                shop.catalog, talk, file, by=options.by or getuser(), force=options.force
            )
            run.brought_back.append((talk.slug, brought))
            run.remarks += remarks
        else:
            run.remarks += take_captions(shop.catalog, talk.id, file)
    for single in gathered.singles:
        entry = single.entry
        if entry.source_key != talk.source_key:
            if talk.recording is not None and not entry.link and is_url(entry.source_url):
                # The recording that is there goes only when the new one can be had.
                look(entry.source_url, cookies=shop.settings.cookies)
            set_source(shop.catalog, talk.id, entry.source_url, entry.source_key, link=entry.link)
            remove_unused_recordings(shop.catalog)
        run.remarks += _take_beside(shop, talk.id, single)
    if options.session:
        _begin_session(shop, talk.id, turns)
    work_through(shop, [talk.id], report, transcribe=options.transcribe, run=run)
    if turns:
        run.remarks += _take_turns(shop, [talk.id], turns)
    run.remarks += _not_told_apart(shop, talk.id)
    run.remarks += _same_clip(shop, talk.id)
    return run


def _turns_of_session(shop: Workshop, options: Options) -> Sequence[Turn]:
    """The turns that --rttm brings; without it, a session wants that voices can be told apart."""
    if options.rttm is not None:
        return read_rttm(options.rttm)
    if options.session and (package := lacking(shop.settings.model_dir)):
        raise missing(package)
    return ()


def _begin_session(shop: Workshop, talk_id: int, turns: Sequence[Turn]) -> None:
    """Mark a talk as a session, to be told apart once where no file brings its turns."""
    talk = shop.catalog.talk_by_id(talk_id)
    if not talk.session:
        turn_rows.mark_session(shop.catalog, talk_id)
    held = talk.recording is not None and turn_rows.is_told_apart(shop.catalog, talk.recording.id)
    if turns:
        shop.turns_follow.add(talk_id)
    elif not held:
        turn_rows.ask_to_tell_apart(shop.catalog, talk_id)


def _take_turns(shop: Workshop, talk_ids: Sequence[int], turns: Sequence[Turn]) -> list[str]:
    remarks = [
        remark for talk_id in talk_ids for remark in take_turns(shop.catalog, talk_id, turns)
    ]
    shop.index_now(talk_ids)
    return remarks


def _not_told_apart(shop: Workshop, talk_id: int) -> list[str]:
    """The remark for a talk of several speakers on a machine that cannot tell them apart."""
    talk = shop.catalog.talk_by_id(talk_id)
    if talk.recording is None or (len(talk.programme_speakers) < 2 and not talk.session):
        return []
    if turn_rows.is_told_apart(shop.catalog, talk.recording.id):
        return []
    package = lacking(shop.settings.model_dir)
    if not package:
        return []
    error = missing(package)
    return [f"{talk.slug}: {error.message} {error.advice}"]


def _take_beside(shop: Workshop, talk_id: int, single: Single) -> list[str]:
    """Store the captions that lie beside a file, as the settings want them."""
    sidecar = single.sidecar
    if sidecar is None or sidecar.captions is None or shop.settings.captions == "never":
        return []
    return take_captions(
        shop.catalog,
        talk_id,
        sidecar.captions,
        language=sidecar.captions_language,
        automatic=sidecar.captions_automatic,
        transcribe=shop.settings.captions == "also",
    )


def _speaker_unknown(shop: Workshop, talk_id: int) -> list[str]:
    """The remark for a talk without a speaker, with the command that names one."""
    talk = shop.catalog.talk_by_id(talk_id)
    if talk.appearances:
        return []
    likely = likely_in(talk, shop.catalog.speakers())
    if not likely:
        command = f'podium edit {talk.slug} speaker="Name|Role|Affiliation|Country"'
        return [f"{talk.slug}: speaker unknown. Say who speaks: {command}"]
    names = " or ".join(speaker.name for speaker in likely)
    command = f"podium edit {talk.slug} speaker={shlex.quote(likely[0].name)}"
    return [f"{talk.slug}: speaker unknown; perhaps {names}. If so: {command}"]


def _same_clip(shop: Workshop, talk_id: int) -> list[str]:
    """The remark for a clip that another talk has too, known by its SHA-256."""
    twins = same_clip(shop.catalog, talk_id)
    if not twins:
        return []
    slug = shop.catalog.talk_by_id(talk_id).slug
    return [
        f"{slug}: the same clip as {', '.join(twins)}. If they are one talk: podium remove {slug}"
    ]


def _language_in_doubt(shop: Workshop, talk: Talk) -> list[str]:
    """The remark for a talk whose language was guessed and may be another."""
    if talk.language:
        return []
    return [
        f"{talk.slug}: its language is in doubt; {version.language} is a guess "
        f"({version.language_probability:.0%} sure). If it is another: "
        f"podium transcribe {talk.slug} --language xx --again"
        for version in shop.catalog.versions(talk.id)
        if version.current and version.track is Track.ORIGINAL and version.language_in_doubt
    ]


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
    unique_ids = list(dict.fromkeys(talk_ids))
    for number, talk_id in enumerate(unique_ids):
        progress = RunProgress(report, talks_done=number, talks_total=len(unique_ids))
        busy = ""
        try:
            with lease(shop.catalog, talk_id):
                clear_failure(shop.catalog, talk_id)
                _run_stages(shop, talk_id, progress, transcribe=transcribe)
        except Busy as error:
            busy = error.message
        talk, status = shop.catalog.talk_by_id(talk_id), shop.catalog.status(talk_id)
        run.outcomes.append(
            Outcome(talk.slug, talk.title, status.state, busy or status.reason, status.advice)
        )
        progress.ended(talk, status.state)
        run.remarks += _language_in_doubt(shop, talk)
    return run


def _run_stages(shop: Workshop, talk_id: int, progress: RunProgress, *, transcribe: bool) -> None:
    for stage in STAGES:
        if shop.catalog.status(talk_id).state is not stage.answers:
            continue
        if stage.answers is State.TRANSCRIBE and not transcribe:
            break
        talk = shop.catalog.talk_by_id(talk_id)
        if not stage.needed(shop, talk):
            continue
        tell = progress.of(talk)
        tell(stage.name, None, "")
        try:
            stage.run(shop, talk, tell)
        except PodiumError as error:
            record_failure(shop.catalog, talk_id, stage.name, error)
            break
    shop.index_now([talk_id])
