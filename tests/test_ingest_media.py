"""Probing of media, and making them playable: real files of many kinds, made by PyAV."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from archive.errors import BadSource, CorruptMedia, NoAudio
from ingest.media import convert, plays_in_browsers, probe, refuse_other_files

RATE = 16_000


def make_clip(
    path: Path,
    *,
    video: str = "",
    audio: str = "aac",
    seconds: float = 3.0,
    form: str | None = None,
) -> Path:
    """A clip with a tone, and with a moving picture where a video codec is named."""
    with av.open(str(path), "w", format=form) as container:
        picture = container.add_stream(video, rate=10) if video else None
        if picture is not None:
            picture.width, picture.height, picture.pix_fmt = 160, 90, "yuv420p"  # type: ignore[attr-defined]
        sound = (
            container.add_stream(audio, rate=RATE if audio != "libopus" else 48_000)
            if audio
            else None
        )
        if picture is not None:
            for number in range(int(seconds * 10)):
                pixels = np.full((90, 160, 3), number * 5 % 255, dtype=np.uint8)
                container.mux(picture.encode(av.VideoFrame.from_ndarray(pixels)))  # type: ignore[attr-defined]
            container.mux(picture.encode(None))  # type: ignore[attr-defined]
        if sound is not None:
            rate = sound.rate  # type: ignore[attr-defined]
            for block in range(int(seconds * 10)):
                times = np.arange(block * rate // 10, (block + 1) * rate // 10) / rate
                tone = (np.sin(times * 880 * np.pi) * 8000).astype(np.int16)[np.newaxis]
                frame = av.AudioFrame.from_ndarray(tone, format="s16", layout="mono")
                frame.sample_rate, frame.pts = rate, block * rate // 10
                frame.time_base = Fraction(1, rate)
                container.mux(sound.encode(frame))  # type: ignore[attr-defined]
            container.mux(sound.encode(None))  # type: ignore[attr-defined]
    return path


@pytest.mark.parametrize(
    ("name", "video", "audio", "playable"),
    [
        ("a.mp4", "libx264", "aac", True),
        ("a.webm", "libvpx-vp9", "libopus", True),
        ("a.mkv", "libx264", "aac", False),
        ("a.mov", "libx265", "aac", False),
        ("a.avi", "mpeg4", "libmp3lame", False),
        ("a.mp3", "", "libmp3lame", True),
        ("a.flac", "", "flac", True),
        ("a.wav", "", "pcm_s16le", True),
        ("a.m4a", "", "aac", True),
    ],
)
def test_what_browsers_do_not_play_is_made_playable(
    tmp_path: Path, name: str, video: str, audio: str, playable: bool
) -> None:
    path = make_clip(tmp_path / name, video=video, audio=audio)
    found = probe(path)
    assert found.kind == ("video" if video else "audio")
    assert 2_900 <= found.duration_ms <= 3_300
    assert (plays_in_browsers(found) is not None) is playable
    if not playable:
        shares: list[float] = []
        target = tmp_path / "converted.mp4"
        convert(path, target, found, shares.append)
        made = probe(target)
        assert plays_in_browsers(made) == (".mp4", "video/mp4")
        assert abs(made.duration_ms - found.duration_ms) < 250
        with av.open(str(target)) as container:
            first = next(container.decode(video=0))
            assert first.key_frame
            assert first.time < 0.15
        assert shares == sorted(shares)
        assert shares[-1] == 1.0


def test_a_video_without_sound_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(NoAudio, match="no sound"):
        probe(make_clip(tmp_path / "a.mp4", video="libx264", audio=""))


@pytest.mark.parametrize("fast_start", [True, False])
def test_a_truncated_mp4_is_found_out(tmp_path: Path, fast_start: bool) -> None:
    whole = make_clip(tmp_path / "a.mp4", video="libx264", seconds=12)
    target = tmp_path / "fast.mp4"
    convert(whole, target, probe(whole), lambda _share: None)
    data = (target if fast_start else whole).read_bytes()
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(data[: len(data) // 2])
    with pytest.raises(CorruptMedia, match="cut off"):
        probe(cut)


def _text(path: Path) -> None:
    path.write_text("I am not a recording.")


def _nothing(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("make", [_text, _nothing])
def test_what_is_no_media_is_refused(tmp_path: Path, make: Callable[[Path], None]) -> None:
    path = tmp_path / "a.mp4"
    make(path)
    with pytest.raises(BadSource):
        probe(path)
    with pytest.raises(BadSource):
        refuse_other_files(path)


def test_a_header_without_sound_is_an_empty_recording(tmp_path: Path) -> None:
    whole = make_clip(tmp_path / "a.wav", audio="pcm_s16le")
    header = tmp_path / "h.wav"
    header.write_bytes(whole.read_bytes()[:44])
    with pytest.raises(CorruptMedia):
        probe(header)
    refuse_other_files(header)


def test_half_a_wav_is_cut_off_although_it_can_be_read(tmp_path: Path) -> None:
    whole = make_clip(tmp_path / "whole.wav", audio="pcm_s16le").read_bytes()
    (tmp_path / "half.wav").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(CorruptMedia, match="cut off"):
        probe(tmp_path / "half.wav")
    (tmp_path / "streamed.wav").write_bytes(whole[:4] + b"\xff" * 4 + whole[8:])
    assert probe(tmp_path / "streamed.wav").duration_ms > 2_900
