"""Pictures of recordings: a poster of each talk, and frames of seconds that are asked for (PyAV).

home/frames/<media_key>/poster.jpg      of a talk that is a whole recording
home/frames/<media_key>/poster-<ms>.jpg of one that begins there in its session
home/frames/<media_key>/<second>.jpg    what is seen in that second
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from archive.bounded_folder import BoundedFolder
from archive.errors import CorruptMedia, NotFound
from archive.phrases import phrase
from archive.settings import Settings
from archive.store import FRAMES
from archive.types import Recording, Talk
from ingest.media import film_of

FRAME_WIDTH = 320
POSTER_WIDTH = 480
# Where a poster is looked for, as shares of the talk: not in its opening titles, if possible.
_POSTER_PLACES = (0.12, 0.3, 0.5, 0.05, 0.75)
# A picture in which less than this happens (standard deviation of brightness) is black, or blank.
_PLAIN = 18.0
# A recording may have a whole picture every few minutes only; further than this is not decoded.
_MOST_DECODED = 600
_LOCAL = {"protocol_whitelist": "file"}


class Frames:
    """The pictures of one archive, each drawn once; safe to share between threads."""

    def __init__(self, settings: Settings) -> None:
        self._kept = BoundedFolder(settings.home / FRAMES, settings.frames_size)

    def kept_frame(self, talk: Talk, at_ms: int) -> Path | None:
        """The picture of that second of the recording, where it was drawn before."""
        return self._kept.find(_frame_name(_film(talk), at_ms))

    def frame(self, talk: Talk, at_ms: int) -> Path:
        """A JPEG of what is seen in that second; one beyond the end is the last.

        Raises NotFound for a talk without pictures and for a file that is gone, CorruptMedia where
        it cannot be read.
        """
        recording = _film(talk)
        name = _frame_name(recording, at_ms)
        found = self._kept.find(name)
        return found or self._kept.keep(name, draw_frame(_file(recording), _second_ms(name)))

    def kept_poster(self, talk: Talk) -> Path | None:
        """The talk's poster, where it was drawn before."""
        return self._kept.find(_poster_name(_film(talk), talk))

    def poster(self, talk: Talk) -> Path:
        """A JPEG that stands for the talk; raises as ``frame`` does."""
        recording = _film(talk)
        name = _poster_name(recording, talk)
        found = self._kept.find(name)
        start_ms, end_ms = talk.range_ms or (0, recording.duration_ms)
        return found or self._kept.keep(name, draw_poster(_file(recording), start_ms, end_ms))


def draw_frame(path: Path, at_ms: int) -> bytes:
    """A JPEG, 320 pixels wide, of what is seen at a time; raises CorruptMedia."""
    with _opened(path) as (container, stream):
        return _jpeg(_picture_at(container, stream, at_ms), stream, FRAME_WIDTH)


def draw_poster(path: Path, start_ms: int, end_ms: int) -> bytes:
    """A JPEG, 480 pixels wide, of the first place that is not black or blank; raises CorruptMedia.

    Only whole pictures (key frames) are looked at, which takes the same for any recording.
    """
    best: tuple[float, Any] | None = None
    with _opened(path) as (container, stream):
        for share in _POSTER_PLACES:
            _seek(container, stream, start_ms + round(share * (end_ms - start_ms)))
            picture = next(container.decode(stream), None)
            if picture is None:
                continue
            happens = _brightness(picture).std()
            if best is None or happens > best[0]:
                best = float(happens), picture
            if best[0] >= _PLAIN:
                break
        if best is None:
            raise CorruptMedia(
                phrase("%(file)s holds no picture that can be read.", file=path.name)
            )
        return _jpeg(best[1], stream, POSTER_WIDTH)


def _film(talk: Talk) -> Recording:
    recording = talk.recording
    if recording is None:
        raise NotFound(phrase("This talk has no recording, so there is nothing to see."))
    if not recording.width:
        raise NotFound(phrase("This recording is sound alone, so there is nothing to see."))
    return recording


def _file(recording: Recording) -> Path:
    path = Path(recording.path)
    if not path.is_file():
        raise NotFound(
            phrase("The file of this recording is gone."),
            advice=phrase("`podium check` says what is missing."),
        )
    return path


def _frame_name(recording: Recording, at_ms: int) -> str:
    last_s = max(0, recording.duration_ms - 1) // 1000
    return f"{recording.media_key}/{min(at_ms // 1000, last_s)}.jpg"


def _second_ms(name: str) -> int:
    return int(Path(name).stem) * 1000


def _poster_name(recording: Recording, talk: Talk) -> str:
    begins = f"-{talk.range_ms[0]}" if talk.range_ms else ""
    return f"{recording.media_key}/poster{begins}.jpg"


@contextmanager
def _opened(path: Path) -> Iterator[tuple[Any, Any]]:
    import av

    try:
        with av.open(str(path), options=_LOCAL) as container:
            stream = film_of(container)
            if stream is None:
                raise CorruptMedia(phrase("%(file)s holds no picture.", file=path.name))
            # One core is enough for a small picture; the rest is for those who read and search.
            stream.thread_type = "NONE"
            # What no other picture needs may be left out: what is shown is then 0.1 s early.
            stream.codec_context.skip_frame = "NONREF"
            yield container, stream
    except av.FFmpegError as error:
        raise CorruptMedia(
            phrase("%(file)s cannot be read: %(reason)s.", file=path.name, reason=error.strerror),
            advice=phrase("Give another copy."),
        ) from error


def _seek(container: Any, stream: Any, at_ms: int) -> None:
    start = Fraction(container.start_time or 0, 1_000_000)
    container.seek(int((Fraction(at_ms, 1000) + start) / stream.time_base), stream=stream)


def _picture_at(container: Any, stream: Any, at_ms: int) -> Any:
    """The picture that is shown at a time, or the last one before the recording's end."""
    start = Fraction(container.start_time or 0, 1_000_000)
    wanted = Fraction(at_ms, 1000) + start
    _seek(container, stream, at_ms)
    shown = None
    for number, picture in enumerate(container.decode(stream)):
        later = picture.pts is not None and picture.pts * picture.time_base > wanted
        if shown is not None and (later or number > _MOST_DECODED):
            break
        shown = picture
        if later:
            break
    if shown is None:
        raise CorruptMedia(phrase("There is no picture at that place that can be read."))
    return shown


def _brightness(picture: Any) -> np.ndarray[Any, np.dtype[np.uint8]]:
    small: np.ndarray[Any, np.dtype[np.uint8]] = picture.reformat(64, 36, "gray").to_ndarray()
    return small


def _jpeg(picture: Any, stream: Any, width: int) -> bytes:
    """The picture as people see it: with square pixels, and upright."""
    import av

    shown_width = picture.width * float(stream.sample_aspect_ratio or 1)
    scale = width / (picture.height if picture.rotation % 180 else shown_width)
    wide, high = (max(2, round(side * scale / 2) * 2) for side in (shown_width, picture.height))
    small = picture.reformat(wide, high, "rgb24")
    if picture.rotation:
        pixels = np.rot90(small.to_ndarray(), picture.rotation // 90)
        small = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels))
    small = small.reformat(format="yuvj420p", dst_color_range="JPEG")
    encoder: Any = av.CodecContext.create("mjpeg", "w")
    encoder.width, encoder.height, encoder.pix_fmt = small.width, small.height, "yuvj420p"
    encoder.time_base = Fraction(1, 25)
    encoder.options = {"qmin": "4", "qmax": "4"}
    small.pts, small.pict_type = 0, 0
    return b"".join(bytes(packet) for packet in [*encoder.encode(small), *encoder.encode(None)])
