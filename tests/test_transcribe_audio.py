from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import pytest

from archive.errors import BadSource, CorruptMedia, NoAudio, NotFound
from transcribe.audio import SAMPLE_RATE, read_audio

Sound = npt.NDArray[np.float32]


def tone(seconds: float, rate: int = SAMPLE_RATE, loudness: float = 0.5) -> Sound:
    times = np.arange(round(seconds * rate)) / rate
    return (loudness * np.sin(2 * np.pi * 440 * times)).astype(np.float32)


def write(
    path: Path,
    parts: Iterable[tuple[float, Sound]],
    *,
    rate: int = SAMPLE_RATE,
    layout: str = "mono",
    codec: str = "pcm_s16le",
    seconds_of_video: float = 0,
    options: dict[str, str] | None = None,
) -> Path:
    """A media file whose sound ``parts`` begin at the given seconds."""
    with av.open(str(path), "w", options=options or {}) as container:
        sound = container.add_stream(codec, rate=rate, layout=layout)
        if seconds_of_video:
            picture = container.add_stream("mpeg4", rate=10, width=64, height=64, pix_fmt="yuv420p")
            for number in range(round(seconds_of_video * 10)):
                frame = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")
                frame.pts = number
                container.mux(picture.encode(frame))
            container.mux(picture.encode(None))
        channels = len(sound.layout.channels)
        for begins, samples in parts:
            for start in range(0, len(samples), 1024):
                block = np.repeat(samples[None, start : start + 1024], channels, axis=0)
                frame = av.AudioFrame.from_ndarray(
                    np.ascontiguousarray(block), format="fltp", layout=layout
                )
                frame.sample_rate = rate
                frame.pts = round(begins * rate) + start
                container.mux(sound.encode(frame))
        container.mux(sound.encode(None))
    return path


def begins_s(samples: Sound) -> float:
    """When the first loud sample comes."""
    return float(np.argmax(np.abs(samples) > 0.1)) / SAMPLE_RATE


@pytest.mark.parametrize(("rate", "layout"), [(8_000, "mono"), (48_000, "5.1"), (44_100, "stereo")])
def test_any_rate_and_number_of_channels_becomes_16_khz_mono(
    tmp_path: Path, rate: int, layout: str
) -> None:
    silence = np.zeros(rate, np.float32)
    sound = np.concatenate([silence, tone(1, rate)])
    file = write(tmp_path / "x.wav", [(0, sound)], rate=rate, layout=layout)
    samples = read_audio(file, level=False)
    assert samples.dtype == np.float32
    assert len(samples) / SAMPLE_RATE == pytest.approx(2, abs=0.01)
    assert begins_s(samples) == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize(
    ("name", "codec"), [("late.mp4", "aac"), ("late.mkv", "aac"), ("late.webm", "libopus")]
)
def test_sound_that_starts_late_keeps_the_clock_of_the_recording(
    tmp_path: Path, name: str, codec: str
) -> None:
    file = write(
        tmp_path / name,
        [(2.0, tone(2, 48_000))],
        rate=48_000,
        codec=codec,
        seconds_of_video=0 if name.endswith("webm") else 4,
    )
    samples = read_audio(file, level=False)
    assert begins_s(samples) == pytest.approx(2, abs=0.03)
    assert len(samples) / SAMPLE_RATE == pytest.approx(4, abs=0.05)


def test_a_gap_in_the_sound_is_silence_of_its_length(tmp_path: Path) -> None:
    file = write(tmp_path / "gap.mkv", [(0, tone(1)), (3, tone(1))], codec="pcm_s16le")
    samples = read_audio(file, level=False)
    assert len(samples) / SAMPLE_RATE == pytest.approx(4, abs=0.05)
    assert np.abs(samples[int(1.1 * SAMPLE_RATE) : int(2.9 * SAMPLE_RATE)]).max() == 0
    assert np.abs(samples[int(3.1 * SAMPLE_RATE) :]).max() > 0.4


@pytest.mark.parametrize("level", [True, False])
@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("x.wav", "pcm_s16le"),
        ("x.mkv", "pcm_s16le"),
        ("x.flac", "flac"),
        ("x.ogg", "flac"),
        ("x.mp4", "aac"),
        ("x.mp3", "mp3"),
    ],
)
def test_a_span_is_that_part_of_the_whole(
    tmp_path: Path, name: str, codec: str, level: bool
) -> None:
    noise = np.random.default_rng(1).normal(0, 0.05, 30 * SAMPLE_RATE).astype(np.float32)
    file = write(tmp_path / name, [(0, noise)], codec=codec)
    whole = read_audio(file, level=level)
    part = read_audio(file, level=level, start_ms=12_000, end_ms=17_500)
    assert len(part) == 5.5 * SAMPLE_RATE
    assert np.abs(part - whole[12 * SAMPLE_RATE : round(17.5 * SAMPLE_RATE)]).max() < 1e-3


def test_a_span_behind_the_end_is_empty(tmp_path: Path) -> None:
    file = write(tmp_path / "x.wav", [(0, tone(2))])
    assert len(read_audio(file, start_ms=60_000, end_ms=70_000)) == 0


def test_a_quiet_speaker_is_brought_near_a_loud_one(tmp_path: Path) -> None:
    file = write(tmp_path / "x.wav", [(0, tone(20, loudness=0.02))])
    assert np.abs(read_audio(file)[9 * SAMPLE_RATE : 11 * SAMPLE_RATE]).max() > 0.4


def test_the_wrong_extension_does_not_matter(tmp_path: Path) -> None:
    file = write(tmp_path / "x.wav", [(0, tone(0.1))])
    assert len(read_audio(file.rename(tmp_path / "x.mp4"))) == 0.1 * SAMPLE_RATE


def test_a_video_without_sound_says_so(tmp_path: Path) -> None:
    file = tmp_path / "mute.mp4"
    with av.open(str(file), "w") as container:
        picture = container.add_stream("mpeg4", rate=10, width=64, height=64, pix_fmt="yuv420p")
        frame = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")
        container.mux(picture.encode(frame))
        container.mux(picture.encode(None))
    with pytest.raises(NoAudio, match=r"mute\.mp4 has no sound track"):
        read_audio(file)


@pytest.mark.parametrize("content", [b"", b"Not a recording, only words.\n" * 50, b"RIFF"])
def test_a_file_that_is_no_media_is_damaged(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "x.mp4"
    file.write_bytes(content)
    with pytest.raises(CorruptMedia, match=r"x\.mp4"):
        read_audio(file)


def test_a_header_without_sound_behind_it_is_an_empty_recording(tmp_path: Path) -> None:
    file = write(tmp_path / "x.wav", [(0, tone(1))])
    file.write_bytes(file.read_bytes()[:44])
    with pytest.raises(CorruptMedia):
        read_audio(file)


@pytest.mark.parametrize("options", [{"movflags": "faststart"}, {}])
@pytest.mark.parametrize("name", ["x.mp4", "x.mkv", "x.flac"])
def test_a_recording_that_is_cut_off_is_damaged(
    tmp_path: Path, name: str, options: dict[str, str]
) -> None:
    noise = np.random.default_rng(1).normal(0, 0.1, 20 * SAMPLE_RATE).astype(np.float32)
    codec = "flac" if name == "x.flac" else "aac"
    file = write(
        tmp_path / name, [(0, noise)], codec=codec, options=options if name == "x.mp4" else {}
    )
    content = file.read_bytes()
    file.write_bytes(content[: len(content) * 6 // 10])
    with pytest.raises(CorruptMedia):
        read_audio(file)


def test_a_playlist_in_disguise_opens_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "x.mp4"
    file.write_text("#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/secret.ts\n#EXT-X-ENDLIST\n")
    with pytest.raises(CorruptMedia):
        read_audio(file)


def test_what_is_not_there_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        read_audio(tmp_path / "absent.mp4")
    with pytest.raises((BadSource, CorruptMedia)):
        read_audio(tmp_path)
    shutil.rmtree(tmp_path)
