"""Cutting clips: parts of recordings as one small mp4 with captions, or their sound alone (PyAV).

All is encoded anew, so that a clip begins with the very frame and sound of its first word, wherever
the recording's key frames are. Its clock starts at 0.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from archive.errors import CorruptMedia
from archive.phrases import phrase
from archive.store import FULL_DISK, disk_full
from ingest.takes import RATE, Samples, Take, pictures_of, samples_of

MOST_WIDTH, MOST_HEIGHT = 1280, 720
Progress = Callable[[float], None]

_CLOCK = 90_000
# How long a clip's last picture is shown.
_LAST_S = Fraction(1, 25)
# What the captions' encoder wants to know of their look; players use their own.
_LOOK = (
    b"[V4+ Styles]\n"
    b"Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, "
    b"Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, "
    b"Shadow, Alignment, MarginL, MarginR, MarginV, Encoding\n"
    b"Style: Default,Arial,16,&Hffffff,&Hffffff,&H0,&H0,0,0,0,0,100,100,0,0,1,1,0,2,10,10,10,0\n"
)


@dataclass(frozen=True, slots=True)
class Caption:
    """A line of captions on the clip's own clock."""

    start_ms: int
    end_ms: int
    text: str


class Stopped(Exception):
    """The cut was given up because it was asked to stop."""


def cut_film(
    takes: Sequence[Take],
    captions: Sequence[Caption],
    target: Path,
    *,
    title: str,
    language: str,
    progress: Progress,
) -> None:
    """Write the takes, one after the other, as an mp4 (H.264, AAC) with a track of captions.

    Takes of several sizes are fitted into the largest. ``language`` is ISO 639-2; ``progress`` is
    given 0 to 1 and may raise Stopped. Raises CorruptMedia where a recording cannot be decoded,
    DiskFull where there is no room.
    """
    size = _size(takes)
    with _writing(target, title) as writer:
        video = writer.add_stream("libx264", rate=25, options={"preset": "veryfast", "crf": "22"})
        video.width, video.height = size
        video.pix_fmt = "yuv420p"
        video.codec_context.time_base = Fraction(1, _CLOCK)
        video.codec_context.max_b_frames = 0
        # One core: the other is for those who read and search meanwhile.
        video.codec_context.thread_count = 1
        sound = writer.add_stream("aac", rate=RATE, layout="stereo")
        words = _caption_stream(writer, language)
        writer.start_encoding()
        _Film(writer, video, sound, words, captions).write(takes, size, progress)


def cut_sound(takes: Sequence[Take], target: Path, *, title: str, progress: Progress) -> None:
    """Write the sound of the takes as an m4a; raises as ``cut_film`` does."""
    with _writing(target, title) as writer:
        sound = writer.add_stream("aac", rate=RATE, layout="stereo")
        passed = 0
        for number, take in enumerate(takes):
            samples = samples_of(take)
            _encode_sound(writer, sound, samples, passed)
            passed += samples.shape[1]
            progress((number + 1) / len(takes))
        writer.mux(sound.encode(None))


class _Film:
    """A film that is being written; pictures, sound and captions go in side by side."""

    def __init__(
        self, writer: Any, video: Any, sound: Any, words: Any, captions: Sequence[Caption]
    ) -> None:
        self._writer = writer
        self._video = video
        self._sound = sound
        self._words = words
        self._captions = list(captions)
        self._begun_s = Fraction(0)
        self._last_pts = -1

    def write(self, takes: Sequence[Take], size: tuple[int, int], progress: Progress) -> None:
        whole_s = sum((take.length_s for take in takes), Fraction(0))
        for take in takes:
            samples = samples_of(take)
            sent, at_s, picture = 0, Fraction(0), None
            for at_s, picture in pictures_of(take, size):
                progress(float((self._begun_s + at_s) / whole_s))
                self._show(picture, self._begun_s + at_s)
                # No further than the picture, so that the file can be played as it comes.
                sent = self._hear(samples, sent, min(samples.shape[1], int(at_s * RATE)))
                self._say(self._begun_s + at_s)
            self._hear(samples, sent, samples.shape[1])
            # The last picture once more, so that its stream ends with the sound.
            if picture is not None and at_s < take.length_s - 2 * _LAST_S:
                self._show(picture, self._begun_s + take.length_s - _LAST_S)
            self._begun_s += take.length_s
        self._say(self._begun_s)
        for stream in (self._video, self._sound):
            self._writer.mux(stream.encode(None))
        progress(1.0)

    def _show(self, picture: Any, at_s: Fraction) -> None:
        pts = max(round(at_s * _CLOCK), self._last_pts + 1)
        picture.pts, picture.time_base, picture.pict_type = pts, Fraction(1, _CLOCK), 0
        self._last_pts = pts
        self._writer.mux(self._video.encode(picture))

    def _hear(self, samples: Samples, start: int, end: int) -> int:
        if end > start:
            passed = round(self._begun_s * RATE) + start
            _encode_sound(self._writer, self._sound, samples[:, start:end], passed)
        return end

    def _say(self, until_s: Fraction) -> None:
        import av

        while self._captions and self._captions[0].start_ms < until_s * 1000:
            caption = self._captions.pop(0)
            text = caption.text.encode()[:65_000]
            # As tx3g has it: the length, then the text. It knows no markup, so none can get in.
            packet: Any = av.Packet(struct.pack(">H", len(text)) + text)
            packet.stream, packet.time_base = self._words, Fraction(1, 1000)
            packet.pts = packet.dts = caption.start_ms
            packet.duration = caption.end_ms - caption.start_ms
            self._writer.mux(packet)


@contextmanager
def _writing(target: Path, title: str) -> Iterator[Any]:
    """The container that is written to ``target``; foreign errors become ours."""
    import av

    try:
        options = {"movflags": "+faststart"}
        with av.open(str(target), "w", format="mp4", options=options) as container:
            container.metadata["title"] = title
            yield container
    except av.FFmpegError as error:
        if isinstance(error, OSError) and error.errno in FULL_DISK:
            raise disk_full(target, error) from error
        raise CorruptMedia(
            phrase("The clip cannot be cut: %(reason)s.", reason=error.strerror)
        ) from error


def _caption_stream(writer: Any, language: str) -> Any:
    import av

    stream = writer.add_stream("mov_text")
    stream.codec_context.subtitle_header = _LOOK
    stream.codec_context.time_base = stream.time_base = Fraction(1, 1000)
    stream.disposition = av.stream.Disposition.default
    if language:
        stream.metadata["language"] = language
    return stream


def _size(takes: Sequence[Take]) -> tuple[int, int]:
    """The size of the largest take, made to fit; both sides even, as H.264 wants them."""
    width = max(take.width for take in takes)
    height = max(take.height for take in takes)
    share = min(1.0, MOST_WIDTH / width, MOST_HEIGHT / height)
    return max(2, round(width * share / 2) * 2), max(2, round(height * share / 2) * 2)


def _encode_sound(writer: Any, stream: Any, samples: Samples, passed: int) -> None:
    import av

    frame: Any = av.AudioFrame.from_ndarray(
        np.ascontiguousarray(samples), format="s16p", layout="stereo"
    )
    frame.sample_rate, frame.time_base, frame.pts = RATE, Fraction(1, RATE), passed
    writer.mux(stream.encode(frame))
