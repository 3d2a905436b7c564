"""The stage that turns a recording into words, piece by piece.

Each finished piece is saved and indexed at once, so a run that is cut off loses at most what was
in work. A long recording is shared out to several processes where cores and memory allow.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path

from msgspec import structs

from archive.catalog import Catalog
from archive.errors import NotFound
from archive.phrases import phrase
from archive.segments import segments_from_words
from archive.types import Recording as MediaFile
from archive.types import Segment, Talk, Track, Transcript
from archive.work import transcripts
from ingest.hints import hints_of
from ingest.workshop import StageProgress, Workshop
from transcribe.crew import crew_size, share_out
from transcribe.engine import Heard
from transcribe.hand import Recording, hear
from transcribe.models import Model
from transcribe.pieces import Piece, pieces_in, pieces_of
from transcribe.translating import refuse_translation

# The first two pieces are short, so that something can be found soon; a process needs as long to
# begin. So the first one of each run and these are heard here.
_SHORT_PIECES = 2


def transcribe(shop: Workshop, talk: Talk, progress: StageProgress) -> None:
    """Transcribe the talk's recording, and translate it where that is asked for.

    It goes on where an interrupted run left off.
    """
    if talk.recording is None or not Path(talk.recording.path).is_file():
        raise NotFound(
            phrase("The recording of %(talk)s is not where it was stored.", talk=talk.slug),
            advice=phrase("Put it back, or ingest the clip again with --talk."),
        )
    for track in transcripts.tracks_wanted(shop.catalog, talk.id):
        _transcribe(shop, talk, talk.recording, track, progress)
    # A run that was killed just after it had fetched the clip leaves the parts of it.
    shop.store.clear_incoming(talk.id)


def spoken_language(catalog: Catalog, talk: Talk) -> str:
    """The language of a talk: what the programme states, else what was heard, else ""."""
    heard = (t.language for t in catalog.versions(talk.id) if _is_shown_original(t))
    return talk.language or next(heard, "")


def ask_for_translation(shop: Workshop, talk: Talk) -> None:
    """Ask for an English translation of a transcribed talk; the stage makes it.

    Raises UserError or ModelMissing where the model gives none that is worth reading; then
    nothing is asked for.
    """
    language = spoken_language(shop.catalog, talk)
    refuse_translation(shop.model_for(language or None), language)
    transcripts.ask_for_translation(shop.catalog, talk.id)


def _is_shown_original(transcript: Transcript) -> bool:
    return transcript.current and transcript.track is Track.ORIGINAL


def _transcribe(
    shop: Workshop, talk: Talk, media: MediaFile, track: Track, progress: StageProgress
) -> None:
    left = transcripts.left_unfinished(shop.catalog, talk.id, track) if shop.as_begun else None
    if left is not None:
        shop = shop.with_engine(*left)
    translate = track is Track.ENGLISH
    language = spoken_language(shop.catalog, talk) if translate else talk.language
    # How much names help was measured for transcribing alone.
    hints = [] if translate else hints_of(shop.catalog, talk)
    model = shop.model_for(language or None)
    if translate:
        refuse_translation(model, language)
    made_with: dict[str, object] = {
        "model_sha256": model.sha256,
        "beam_size": shop.settings.beam_size,
        "compute_type": shop.settings.compute_type,
        "media_key": media.media_key,
        "language": language,
        "hints": hints,
    }
    how = {"engine": shop.settings.engine, "model": model.name}
    transcript = transcripts.transcript_in_work(
        shop.catalog, talk.id, **how, settings=made_with, track=track
    ) or transcripts.begin_transcript(
        shop.catalog,
        talk.id,
        **how,
        settings=made_with,
        language="en" if translate else language,
        track=track,
    )
    path = Path(media.path)
    start_ms, end_ms = talk.range_ms or (0, media.duration_ms)
    recording = Recording(
        path,
        language or None,
        expected=transcript.language or None,
        hints=tuple(hints),
        until_ms=end_ms if talk.range_ms else None,
        translate=translate,
    )
    told = _Shares(progress, end_ms - start_ms, transcript.spans_ms)
    run = _Run(shop, talk.id, recording, end_ms, model, transcript, told)
    progress("transcribe", None, f"loading {model.name}")
    done = {number: last_ms for number, (_, last_ms) in transcript.spans_ms.items()}
    run.through(pieces_of(path, end_ms, start_ms=start_ms, done=done))
    transcripts.finish_transcript(shop.catalog, talk.id, transcript.id)


@dataclass(slots=True)
class _Run:
    """The work on one transcript."""

    shop: Workshop
    talk_id: int
    recording: Recording
    end_ms: int
    model: Model
    transcript: transcripts.TranscriptInWork
    told: _Shares
    _device: object = "cpu"

    def through(self, pieces: Iterator[Piece]) -> None:
        """Hear and save all pieces."""
        engine = self.shop.engine_with(self.model)
        begun = False
        for piece in pieces:
            size = self._crew_size(piece) if begun and piece.number >= _SHORT_PIECES else 1
            if size > 1:
                self._share_out(size, chain([piece], pieces))
                return
            heard = hear(engine, self.recording, piece, partial(self.told, piece))
            self._save(piece, heard)
            begun = True

    def _crew_size(self, piece: Piece) -> int:
        # Until a language is heard, each piece may tell the next one; a GPU is not shared.
        known = self.recording.language or self.recording.expected
        if not known or self._device != "cpu":
            return 1
        return crew_size(self.shop.settings.workers, pieces_in(self.end_ms - piece.start_ms))

    def _share_out(self, size: int, pieces: Iterator[Piece]) -> None:
        open_one = self.shop.engine_opener(self.model, processes=size)
        shared = share_out(size, open_one, self.recording, pieces, self.told)
        with closing(shared):
            for piece, heard in shared:
                self._save(piece, heard)

    def _save(self, piece: Piece, heard: Heard) -> None:
        self._device = heard.settings.get("device", "cpu")
        self.transcript = transcripts.save_piece(
            self.shop.catalog,
            self.talk_id,
            self.transcript,
            _segments(heard, piece.start_ms, translated=self.recording.translate),
            number=piece.number,
            start_ms=piece.start_ms,
            end_ms=piece.end_ms,
            settings=heard.settings,
            language=heard.language if heard.words else "",
            language_probability=heard.language_probability,
        )
        if self.transcript.language:
            self.recording = replace(self.recording, expected=self.transcript.language)
        if self.transcript.done_to_ms < self.end_ms:
            self.shop.index_now([self.talk_id])


class _Shares:
    """Tells how much of a recording is done, when several pieces are in work."""

    def __init__(
        self,
        progress: StageProgress,
        duration_ms: int,
        done: Mapping[int, tuple[int, int]],
    ) -> None:
        self._progress = progress
        self._duration_ms = max(duration_ms, 1)
        self._done_ms = {n: float(end_ms - start_ms) for n, (start_ms, end_ms) in done.items()}

    def __call__(self, piece: Piece, share: float) -> None:
        self._done_ms[piece.number] = share * (piece.end_ms - piece.start_ms)
        done_ms = sum(self._done_ms.values())
        self._progress("transcribe", done_ms / self._duration_ms, f"{done_ms / 1000:.0f} s")


def _segments(heard: Heard, offset_ms: int, *, translated: bool) -> tuple[Segment, ...]:
    unsure = [(start + offset_ms, end + offset_ms) for start, end in heard.unsure_spans]
    segments: list[Segment] = []
    for language, spoken in heard.words_by_language():
        words = [
            structs.replace(
                word,
                start_ms=word.start_ms + offset_ms,
                end_ms=word.end_ms + offset_ms,
                # No one said the words of a translation; they stand about where their meaning
                # was said.
                estimated=translated,
            )
            for word in spoken
        ]
        segments += segments_from_words(
            words, language="en" if translated else language, unsure_spans=unsure
        )
    return tuple(segments)
