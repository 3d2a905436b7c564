"""The stage that turns a recording into words, piece by piece.

Each finished piece is saved and indexed before the next begins, so a run that is cut off loses at
most the piece in work.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from archive import work
from archive.catalog import Catalog
from archive.errors import NotFound
from archive.glossary import glossary_for
from archive.types import Event, Segment, Talk, Track, Transcript
from ingest.workshop import StageProgress, Workshop
from transcribe.audio import read_audio
from transcribe.engine import Heard
from transcribe.pieces import Piece, pieces_of
from transcribe.segments import segments_from_words


def transcribe(shop: Workshop, talk: Talk, progress: StageProgress) -> None:
    """Transcribe the talk's recording, from where an interrupted run left off."""
    if talk.recording is None or not Path(talk.recording.path).is_file():
        raise NotFound(
            f"The recording of {talk.slug} is not where it was stored.",
            advice="Put it back, or ingest the clip again with --talk.",
        )
    recording = talk.recording
    path = Path(recording.path)
    event = shop.catalog.event(talk.event) if talk.event else None
    hints = hints_for(talk, event, glossary_for(shop.catalog, talk.event))
    model = shop.model_for(talk.language or None)
    made_with: dict[str, object] = {
        "model_sha256": model.sha256,
        "beam_size": shop.settings.beam_size,
        "compute_type": shop.settings.compute_type,
        "media_key": recording.media_key,
        "language": talk.language,
        "hints": hints,
    }
    engine_name = shop.settings.engine
    progress("transcribe", None, f"loading {model.name}")
    engine = shop.engine_with(model)
    transcript = work.transcript_in_work(
        shop.catalog, talk.id, engine=engine_name, model=model.name, settings=made_with
    ) or work.begin_transcript(
        shop.catalog,
        talk.id,
        engine=engine_name,
        model=model.name,
        settings=made_with,
        language=talk.language,
    )
    remaining = pieces_of(
        path,
        recording.duration_ms,
        number=transcript.pieces_done,
        start_ms=transcript.done_to_ms,
    )
    for piece in remaining:
        heard = engine.transcribe(
            # A header may state a little less than there is, so the last piece has no end.
            read_audio(path, start_ms=piece.start_ms, end_ms=None if piece.last else piece.end_ms),
            language=transcript.language or None,
            hints=hints,
            progress=_piece_progress(piece, recording.duration_ms, progress),
        )
        transcript = work.save_piece(
            shop.catalog,
            talk.id,
            transcript,
            _segments(heard, piece.start_ms),
            end_ms=piece.end_ms,
            settings=heard.settings,
            language=heard.language if heard.words else "",
            language_probability=heard.language_probability,
        )
        if not piece.last:
            shop.index_now([talk.id])
    work.finish_transcript(shop.catalog, talk.id, transcript.id)


def _piece_progress(
    piece: Piece, duration_ms: int, progress: StageProgress
) -> Callable[[float], None]:
    def report(share: float) -> None:
        done_ms = piece.start_ms + share * (piece.end_ms - piece.start_ms)
        progress("transcribe", done_ms / max(duration_ms, 1), f"{done_ms / 1000:.0f} s")

    return report


def hints_for(talk: Talk, event: Event | None, glossary: Sequence[str] = ()) -> list[str]:
    """Names that may be spoken in a talk, the likeliest first; the engine takes what fits.

    The talk's speakers, then ``glossary``, which is a person's word and always given, then
    institutions and people of the event. Of the programme only names of people and institutions:
    titles brought no gain. And none where no speaker is known: an institution's name alone can
    mislead the engine (docs/benchmarks.md).
    """
    names = [part.speaker.name for part in talk.appearances]
    names += glossary
    if talk.appearances:
        for part in talk.appearances:
            names += [part.affiliation, *part.affiliation_aliases]
        if event is not None:
            names += [*event.organizers, *(person.name for person in event.people)]
    return list(dict.fromkeys(name for name in names if name))


def hints_changed(catalog: Catalog, talk: Talk, transcript: Transcript) -> bool:
    """Whether a machine's transcript was made with other hints than the talk would get now."""
    if transcript.origin != "machine" or transcript.track is not Track.ORIGINAL:
        return False
    event = catalog.event(talk.event) if talk.event else None
    now = hints_for(talk, event, glossary_for(catalog, talk.event))
    return transcript.settings.get("hints", now) != now


def _segments(heard: Heard, offset_ms: int) -> tuple[Segment, ...]:
    words = [
        replace(word, start_ms=word.start_ms + offset_ms, end_ms=word.end_ms + offset_ms)
        for word in heard.words
    ]
    unsure = [(start + offset_ms, end + offset_ms) for start, end in heard.unsure_spans]
    return segments_from_words(words, language=heard.language, unsure_spans=unsure)
