"""What a media file holds, whether browsers play it, and making it so where not (PyAV)."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from archive.errors import BadSource, CorruptMedia, NoAudio
from archive.phrases import phrase
from archive.store import FULL_DISK, disk_full

Progress = Callable[[float], None]

# What a browser plays as it is: container → suffix, type, video and audio codecs.
_PLAYABLE: tuple[tuple[str, str, str, frozenset[str], frozenset[str]], ...] = (
    ("mp4", ".mp4", "video/mp4", frozenset({"h264", "av1"}), frozenset({"aac", "mp3", "opus"})),
    (
        "webm",
        ".webm",
        "video/webm",
        frozenset({"vp8", "vp9", "av1"}),
        frozenset({"opus", "vorbis"}),
    ),
    ("mp3", ".mp3", "audio/mpeg", frozenset(), frozenset({"mp3"})),
    ("ogg", ".ogg", "audio/ogg", frozenset(), frozenset({"opus", "vorbis"})),
    ("flac", ".flac", "audio/flac", frozenset(), frozenset({"flac"})),
    ("wav", ".wav", "audio/wav", frozenset(), frozenset({"pcm_s16le"})),
)
# A playlist in the guise of a recording must not reach the network.
_LOCAL = {"protocol_whitelist": "file"}
_PIXEL_FORMATS = frozenset({"yuv420p", "yuvj420p"})
# H.264 reorders at most this many pictures.
_REORDERED = 16
_COVER_CODECS = frozenset({"mjpeg", "png", "bmp", "gif"})
# Containers that begin like this are media even where they are too damaged to be opened.
_SIGNATURES = ((4, b"ftyp"), (0, b"\x1aE\xdf\xa3"), (0, b"RIFF"), (0, b"OggS"), (0, b"fLaC"))
# How much less than its header says a recording may hold before it counts as cut off.
_MISSING_MS = 1500
_MISSING_SHARE = 0.02


@dataclass(frozen=True, slots=True)
class Probe:
    """What a media file holds. ``width`` and ``height`` are in pixels, 0 for sound alone.

    ``container`` is PyAV's name; ``video`` and ``audio`` are codecs, "" where there is none.
    """

    container: str
    video: str
    audio: str
    pixel_format: str
    duration_ms: int
    width: int
    height: int

    @property
    def kind(self) -> str:
        return "video" if self.video else "audio"

    def without_video(self) -> Probe:
        """The same file taken for its sound alone."""
        return replace(self, video="", pixel_format="", width=0, height=0)


def probe(path: Path) -> Probe:
    """Read a media file to its end (without decoding) and say what it holds.

    Raises BadSource for what is no media, NoAudio, or CorruptMedia where the file is damaged,
    cut off or empty.
    """
    import av

    _refuse_cut_riff(path)
    try:
        with av.open(str(path), options=_LOCAL) as container:
            return _probe_container(container, path)
    except (av.FFmpegError, UnicodeDecodeError) as error:
        raise _unreadable(path, error) from error


def refuse_other_files(path: Path) -> None:
    """Raise BadSource where a file is no audio or video at all; a damaged one is let pass."""
    import av

    try:
        with av.open(str(path), options=_LOCAL) as container:
            if any(stream.type in ("audio", "video") for stream in container.streams):
                return
    except (av.FFmpegError, UnicodeDecodeError) as error:
        meaning = _unreadable(path, error)
        if isinstance(meaning, BadSource):
            raise meaning from error
        return
    raise BadSource(
        phrase("%(file)s holds neither sound nor video.", file=path),
        advice=phrase("Give a recording."),
    )


def plays_in_browsers(found: Probe) -> tuple[str, str] | None:
    """Suffix and MIME type of a file that browsers play as it is; None for one to be converted."""
    if found.video and found.pixel_format not in _PIXEL_FORMATS:
        return None
    names = set(found.container.split(","))
    for container, suffix, mime_type, video, audio in _PLAYABLE:
        fits = found.audio in audio and (not found.video or found.video in video)
        if container == "webm" and not {"webm"} & names:
            continue
        if container in names and fits:
            if container == "mp4" and not found.video:
                return ".m4a", "audio/mp4"
            if container == "webm" and not found.video:
                return ".webm", "audio/webm"
            return suffix, mime_type
    return None


def convert(source: Path, target: Path, found: Probe, progress: Progress) -> None:
    """Write ``source`` as an mp4 (or m4a) that browsers play.

    Streams that a browser plays are copied; others become H.264 and AAC. ``progress`` is given 0
    to 1. Raises CorruptMedia where the source cannot be decoded, DiskFull where there is no room.
    """
    import av

    copy_video = found.video == "h264" and found.pixel_format in _PIXEL_FORMATS
    copy_audio = found.audio in ("aac", "mp3")
    try:
        with (
            av.open(str(source), options=_LOCAL) as reader,
            av.open(str(target), "w", format="mp4", options={"movflags": "+faststart"}) as writer,
        ):
            _convert(reader, writer, copy_video, copy_audio, found, progress)
    except av.FFmpegError as error:
        if isinstance(error, OSError) and error.errno in FULL_DISK:
            raise disk_full(target, error) from error
        raise CorruptMedia(
            phrase(
                "%(file)s cannot be converted for browsers: %(reason)s.",
                file=source.name,
                reason=error.strerror,
            ),
            advice=phrase("Check that it plays elsewhere, or give another copy."),
        ) from error


def film_of(container: Any) -> Any | None:
    """The stream of moving pictures in an opened file, where it has one; no picture of a cover."""
    return next((s for s in container.streams.video if _codec(s) not in _COVER_CODECS), None)


def mime_type_of(path: Path) -> str:
    """The MIME type by a file's name, for a linked file that is played as it is."""
    return mimetypes.guess_type(path.name)[0] or "application/octet-stream"


def _probe_container(container: Any, path: Path) -> Probe:
    video = film_of(container)
    audio = next(iter(container.streams.audio), None)
    if audio is None:
        if video is None:
            raise BadSource(
                phrase("%(file)s holds neither sound nor video.", file=path),
                advice=phrase("Give a recording."),
            )
        raise NoAudio(
            phrase(
                "%(file)s has no sound track, so there is nothing to transcribe.", file=path.name
            ),
            advice=phrase("Give a copy of the recording that has sound."),
        )
    said_ms = int(container.duration / 1000) if container.duration else 0
    ends_ms = _last_packet_ms(container, [audio] if video is None else [audio, video])
    if ends_ms <= 0:
        raise CorruptMedia(
            phrase("%(file)s is empty: it holds no sound.", file=path.name),
            advice=phrase("Give a complete copy."),
        )
    if said_ms - ends_ms > max(_MISSING_MS, said_ms * _MISSING_SHARE):
        raise CorruptMedia(
            phrase(
                "%(file)s is cut off: it ends at %(ends_s).1f s, and its header says "
                "%(header_s).1f s.",
                file=path.name,
                ends_s=ends_ms / 1000,
                header_s=said_ms / 1000,
            ),
            advice=phrase("Give a complete copy."),
        )
    return Probe(
        container=container.format.name,
        video=_codec(video) if video else "",
        audio=_codec(audio),
        pixel_format=(video.codec_context.pix_fmt or "") if video else "",
        duration_ms=max(said_ms, ends_ms) if said_ms else ends_ms,
        width=video.codec_context.width if video else 0,
        height=video.codec_context.height if video else 0,
    )


def _refuse_cut_riff(path: Path) -> None:
    """Raise CorruptMedia for half a wav or avi: FFmpeg would take its length from what is there."""
    with path.open("rb") as handle:
        head = handle.read(8)
    stated = int.from_bytes(head[4:8], "little")
    # A recorder that writes to a stream cannot know the length and leaves it open.
    if head[:4] != b"RIFF" or stated in (0, 0xFFFFFFFF):
        return
    if path.stat().st_size < (8 + stated) * (1 - _MISSING_SHARE):
        raise CorruptMedia(
            phrase(
                "%(file)s is cut off: it holds %(there)s of %(size)s bytes.",
                file=path.name,
                there=path.stat().st_size,
                size=8 + stated,
            ),
            advice=phrase("Give a complete copy."),
        )


def _codec(stream: Any) -> str:
    # The decoder's own name varies (mp3float, libdav1d); the canonical one is the codec's.
    return str(stream.codec_context.codec.canonical_name)


def _last_packet_ms(container: Any, streams: list[Any]) -> int:
    last = Fraction(0)
    for packet in container.demux(streams):
        if packet.pts is not None and packet.size:
            end = (packet.pts + (packet.duration or 0)) * packet.time_base
            last = max(last, end)
    start = Fraction(container.start_time or 0, 1_000_000)
    return int((last - start) * 1000)


def _unreadable(path: Path, error: Exception) -> BadSource | CorruptMedia:
    with path.open("rb") as handle:
        head = handle.read(16)
    if any(head[at : at + len(sign)] == sign for at, sign in _SIGNATURES):
        return CorruptMedia(
            phrase(
                "%(file)s is damaged or cut off: %(reason)s.",
                file=path.name,
                reason=getattr(error, "strerror", error),
            ),
            advice=phrase("Give a complete copy."),
        )
    if head:
        refused = phrase("%(file)s is no audio or video file.", file=path)
    else:
        refused = phrase("%(file)s is empty.", file=path)
    return BadSource(refused, advice=phrase("Give a recording, such as an mp4 or mp3."))


def _convert(
    reader: Any, writer: Any, copy_video: bool, copy_audio: bool, found: Probe, progress: Progress
) -> None:
    audio = reader.streams.audio[0]
    outputs = {audio.index: _audio_output(writer, audio, copy_audio)}
    wanted = [audio]
    if found.video:
        video = next(s for s in reader.streams.video if _codec(s) == found.video)
        outputs[video.index] = _video_output(writer, video, copy_video)
        wanted.append(video)
    furthest_ms, undated = 0.0, 0
    first_pts: dict[int, int] = {}
    copied = {s.index for s in wanted if (copy_audio if s.type == "audio" else copy_video)}
    for packet in reader.demux(wanted):
        output = outputs[packet.stream.index]
        if packet.pts is not None and found.duration_ms:
            furthest_ms = max(furthest_ms, float(packet.pts * packet.time_base) * 1000)
            progress(min(1.0, furthest_ms / found.duration_ms))
        if packet.stream.index in copied:
            if packet.size:
                if packet.dts is None:
                    # Matroska leaves the first decoding times of reordered pictures open.
                    first_pts.setdefault(packet.stream.index, packet.pts)
                    packet.dts = first_pts[packet.stream.index] - _REORDERED + undated
                    undated += 1
                packet.stream = output
                writer.mux(packet)
            continue
        for frame in packet.decode():
            if packet.stream.type == "video":
                frame.pict_type = 0
            writer.mux(output.encode(frame))
    for stream in wanted:
        if stream.index not in copied:
            writer.mux(outputs[stream.index].encode(None))
    progress(1.0)


def _video_output(writer: Any, stream: Any, copy: bool) -> Any:
    if copy:
        return writer.add_stream_from_template(stream)
    rate = stream.average_rate or 25
    output = writer.add_stream("libx264", rate=rate, options={"preset": "veryfast", "crf": "23"})
    # H.264 in yuv420p wants even sides.
    output.width = stream.codec_context.width // 2 * 2
    output.height = stream.codec_context.height // 2 * 2
    output.pix_fmt = "yuv420p"
    output.codec_context.time_base = stream.time_base
    return output


def _audio_output(writer: Any, stream: Any, copy: bool) -> Any:
    if copy:
        return writer.add_stream_from_template(stream)
    return writer.add_stream("aac", rate=stream.codec_context.sample_rate, layout="stereo")
