"""The stages of a talk, in one list: ``fetch → transcribe → index``.

Each stage is idempotent: run again after any interruption, it goes on where it was. What a talk
needs next is asked of the catalog (Status.state); bytes reach the store before the catalog knows
of them, and the index follows the catalog.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from archive import work
from archive.errors import CorruptMedia, NotFound
from archive.store import copy_file, sha256_of
from archive.types import State, Talk
from ingest.media import convert, mime_type_of, plays_in_browsers, probe
from ingest.sources import is_url
from ingest.transcribing import transcribe
from ingest.workshop import StageProgress, Workshop


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of the work: the state of a talk that it answers, and what it does."""

    name: str
    answers: State
    run: Callable[[Workshop, Talk, StageProgress], None]


def fetch(shop: Workshop, talk: Talk, progress: StageProgress) -> None:
    """Bring the talk's clip into the store, in a form that browsers play."""
    if not is_url(talk.source_url):
        original = Path(talk.source_url)
        if not original.is_file():
            raise NotFound(
                f"The file {original} is not there.",
                advice="Put it back, or ingest another with --talk.",
            )
        media = (
            _link(original)
            if work.is_linked(shop.catalog, talk.id)
            else _copy(shop, talk, original, progress)
        )
    else:
        media = _download(shop, talk, progress)
    work.attach_recording(shop.catalog, talk.id, media)
    shop.store.clear_incoming(talk.id)


def index(shop: Workshop, talk: Talk, progress: StageProgress) -> None:
    """Make the talk's last revision findable."""
    shop.index_now([talk.id])
    progress("index", 1.0, "")


STAGES = (
    Stage("fetch", State.FETCH, fetch),
    Stage("transcribe", State.TRANSCRIBE, transcribe),
    Stage("index", State.INDEX, index),
)


def _link(original: Path) -> work.StoredMedia:
    found = probe(original)
    if plays_in_browsers(found) is None:
        raise CorruptMedia(
            f"{original.name} is in a form that browsers do not play, so it cannot be linked.",
            advice="Ingest it without --link: it is converted into a copy.",
        )
    return work.StoredMedia(
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


def _copy(shop: Workshop, talk: Talk, original: Path, progress: StageProgress) -> work.StoredMedia:
    progress("fetch", None, f"copying {original.name}")
    unfinished = shop.store.incoming(talk.id) / f"clip{original.suffix.lower()}"
    copy_file(original, unfinished)
    return _take_in(shop, talk, unfinished, progress)


def _download(shop: Workshop, talk: Talk, progress: StageProgress) -> work.StoredMedia:
    # yt-dlp is loaded only when there is an address: it takes most of a second.
    from ingest.ytdlp import fetch as download

    def report(done: int, total: int | None) -> None:
        fraction = done / total if total else None
        progress("fetch", fraction, f"{done / 1e6:.1f} MB")

    fetched = download(
        talk.source_url,
        shop.store.incoming(talk.id),
        max_height=shop.settings.max_height,
        audio_only=shop.settings.audio_only,
        progress=report,
    )
    return _take_in(shop, talk, fetched.path, progress)


def _take_in(
    shop: Workshop, talk: Talk, unfinished: Path, progress: StageProgress
) -> work.StoredMedia:
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
    return work.StoredMedia(
        media_key=media_key,
        kind=found.kind,
        mime_type=mime_type,
        size=stored.stat().st_size,
        duration_ms=found.duration_ms,
        width=found.width,
        height=found.height,
        location=location,
    )
