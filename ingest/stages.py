"""The stages of a talk, in one list: ``fetch → speakers → transcribe → index``.

Each stage is idempotent: run again after any interruption, it goes on where it was. What a talk
needs next is asked of the catalog (Status.state); bytes reach the store before the catalog knows
of them, and the index follows the catalog.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from archive.errors import CorruptMedia, NotFound, PodiumError
from archive.phrases import phrase
from archive.store import copy_file, sha256_of
from archive.types import State, Talk
from archive.work.recordings import StoredMedia, attach_recording, fill_in, is_linked
from ingest.captioning import take_captions
from ingest.downloads.patience import persist
from ingest.downloads.ytdlp import Download
from ingest.downloads.ytdlp import fetch as download
from ingest.entries import provisional_title
from ingest.frames import Frames
from ingest.media import convert, mime_type_of, plays_in_browsers, probe
from ingest.sources import is_url
from ingest.telling_apart import is_to_be_told_apart, tell_voices_apart
from ingest.transcribing import transcribe
from ingest.workshop import StageProgress, Workshop


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of the work: the state of a talk that it answers, what it does, and for whom."""

    name: str
    answers: State
    run: Callable[[Workshop, Talk, StageProgress], None]
    needed: Callable[[Workshop, Talk], bool] = lambda shop, talk: True


def fetch(shop: Workshop, talk: Talk, progress: StageProgress) -> None:
    """Bring the talk's clip into the store, in a form that browsers play."""
    if not is_url(talk.source_url):
        original = Path(talk.source_url)
        if not original.is_file():
            raise NotFound(
                phrase("The file %(original)s is not there.", original=original),
                advice=phrase("Put it back, or ingest another with --talk."),
            )
        media = (
            _link(original)
            if is_linked(shop.catalog, talk.id)
            else _copy(shop, talk, original, progress)
        )
    else:
        media = _download(shop, talk, progress)
    attach_recording(shop.catalog, talk.id, media)
    shop.store.clear_incoming(talk.id)
    if media.width:
        # The site draws what is not there yet, so a cut here or a fault loses nothing.
        with suppress(PodiumError):
            Frames(shop.settings).poster(shop.catalog.talk_by_id(talk.id))


def index(shop: Workshop, talk: Talk, progress: StageProgress) -> None:
    """Make the talk's last revision findable."""
    shop.index_now([talk.id])
    progress("index", 1.0, "")


STAGES = (
    Stage("fetch", State.FETCH, fetch),
    # First who spoke when: then each piece that is transcribed is indexed by speaker at once.
    Stage("speakers", State.TRANSCRIBE, tell_voices_apart, needed=is_to_be_told_apart),
    Stage("transcribe", State.TRANSCRIBE, transcribe),
    Stage("index", State.INDEX, index),
)


def _link(original: Path) -> StoredMedia:
    found = probe(original)
    if plays_in_browsers(found) is None:
        raise CorruptMedia(
            phrase(
                "%(file)s is in a form that browsers do not play, so it cannot be linked.",
                file=original.name,
            ),
            advice=phrase("Ingest it without --link: it is converted into a copy."),
        )
    return StoredMedia(
        media_key=sha256_of(original),
        kind=found.kind,
        mime_type=mime_type_of(original),
        size=original.stat().st_size,
        duration_ms=found.duration_ms,
        width=found.width,
        height=found.height,
        location=str(original),
        linked=True,
    )


def _copy(shop: Workshop, talk: Talk, original: Path, progress: StageProgress) -> StoredMedia:
    progress("fetch", None, f"copying {original.name}")
    unfinished = shop.store.incoming(talk.id) / f"clip{original.suffix.lower()}"
    copy_file(original, unfinished)
    return _take_in(shop, talk, unfinished, progress)


def _download(shop: Workshop, talk: Talk, progress: StageProgress) -> StoredMedia:
    settings = shop.settings
    folder = shop.store.incoming(talk.id)
    halves = sum(half.stat().st_size for half in folder.glob("*.part"))
    if halves:
        progress("fetch", None, f"continuing after {halves / 1e6:.1f} MB")

    def report(done: int, total: int | None) -> None:
        share = min(1.0, done / total) if total else None
        detail = f"{done / 1e6:.1f} MB"
        progress("fetch", share, detail, done_bytes=done, total_bytes=total)

    fetched = persist(
        lambda: download(
            talk.source_url,
            folder,
            max_height=settings.max_height,
            audio_only=settings.audio_only,
            max_size=settings.max_size,
            max_hours=settings.max_hours,
            cookies=settings.cookies,
            captions=settings.captions != "never",
            language=talk.language,
            progress=report,
        ),
        pause_s=settings.retry_pause_s,
        tell=lambda words: progress("fetch", None, words),
    )
    # Before the recording is attached: until then the stage is run again after a kill.
    _keep_what_came_with(shop, talk, fetched, progress)
    return _take_in(shop, talk, fetched.path, progress)


def _keep_what_came_with(
    shop: Workshop, talk: Talk, fetched: Download, progress: StageProgress
) -> None:
    """Store what the site says of the talk where the programme says nothing, and its captions."""
    said = fetched.description
    provisional = talk.title == provisional_title(talk.source_url)
    fill_in(
        shop.catalog,
        talk.id,
        title=said.title if provisional else "",
        description=said.description,
        language=said.language,
        given_on=said.published_on,
        chapters=said.chapters,
    )
    for captions in fetched.captions:
        try:
            take_captions(
                shop.catalog,
                talk.id,
                captions.path,
                language=captions.language,
                automatic=captions.automatic,
                transcribe=shop.settings.captions == "also",
            )
        except PodiumError as error:
            # The clip is worth having without them.
            progress("fetch", None, f"without its captions: {error.message}")


def _take_in(shop: Workshop, talk: Talk, unfinished: Path, progress: StageProgress) -> StoredMedia:
    """Check a file, convert it where browsers do not play it, and give it its final name."""
    found = probe(unfinished)
    media_key = sha256_of(unfinished)
    form = plays_in_browsers(found)
    if found.video and shop.settings.audio_only:
        # Some sites give the sound only together with the picture.
        found, form = found.without_video(), None
    if form is None:
        suffix, mime_type = (".mp4", "video/mp4") if found.video else (".m4a", "audio/mp4")
        converted = unfinished.with_name(f"converted{suffix}")
        convert(unfinished, converted, found, lambda f: progress("fetch", f, "converting"))
        unfinished, found = converted, probe(converted)
    else:
        suffix, mime_type = form
    location = shop.store.location(media_key, suffix)
    stored = shop.store.adopt(unfinished, location)
    return StoredMedia(
        media_key=media_key,
        kind=found.kind,
        mime_type=mime_type,
        size=stored.stat().st_size,
        duration_ms=found.duration_ms,
        width=found.width,
        height=found.height,
        location=location,
    )
