#!/usr/bin/env python3
"""Make the clips of the sample event from their texts: ``python events/sample/make_clips.py``.

Each ``NAME.txt`` beside this script is spoken by a synthesiser and laid under a title card with a
clock and a progress bar, so that a person sees at which second a jump has landed. The result,
``NAME.mp4``, is H.264 and AAC, which every browser plays.

The clips are part of the repository, so nobody has to run this. It needs the Debian packages
``flite``, ``espeak-ng``, ``ffmpeg`` and ``fonts-dejavu-core``; the same versions of them make the
same files, byte for byte. With names as arguments it makes only those clips.
"""

import subprocess
import sys
import tempfile
import tomllib
import wave
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
FONTS = Path("/usr/share/fonts/truetype/dejavu")
WIDTH, HEIGHT = 640, 360
FRAMES_PER_S = 5
# A key frame every four seconds: a seek decodes twenty frames at most.
KEY_FRAME_DISTANCE = 4 * FRAMES_PER_S
NOTICE = "Synthetic voice. The speaker does not exist."
# Minutes and seconds of the clip: its time, written as a time of day that began at 00:00.
CLOCK = r"%{pts\:gmtime\:0\:%M\\\:%S}"
ENCODING = (
    *("-c:v", "libx264", "-preset", "veryslow", "-tune", "stillimage", "-crf", "30"),
    *("-pix_fmt", "yuv420p", "-g", str(KEY_FRAME_DISTANCE), "-threads", "1"),
    *("-c:a", "aac", "-b:a", "32k", "-ac", "1", "-movflags", "+faststart"),
    # No time of making and no program version in the file: made again, it is the same.
    *(
        "-map_metadata",
        "-1",
        "-fflags",
        "+bitexact",
        "-flags:v",
        "+bitexact",
        "-flags:a",
        "+bitexact",
    ),
)


@dataclass(frozen=True, slots=True)
class Voice:
    """How one clip is spoken and coloured: ``command`` lacks only the text and the output."""

    command: tuple[str, ...]
    background: str
    accent: str


FLITE = ("flite", "-voice")
VOICES = {
    "amber": Voice((*FLITE, "slt"), background="0x2b2118", accent="0xf0a848"),
    "flint": Voice((*FLITE, "rms"), background="0x1b2420", accent="0x8fbf9a"),
    "slate": Voice((*FLITE, "awb"), background="0x1c222b", accent="0x9ab4d6"),
    "coral": Voice(
        ("espeak-ng", "-v", "es", "-s", "140", "-g", "3"), background="0x2a1c1e", accent="0xf08a7c"
    ),
}


def main() -> None:
    """Make the clips that are named on the command line, or all of them."""
    manifest = tomllib.loads((FOLDER / "sample.toml").read_text(encoding="utf-8"))
    talk_of_clip = {talk["source"]: talk for talk in manifest["talks"]}
    for name in sys.argv[1:] or VOICES:
        clip = FOLDER / f"{name}.mp4"
        talk = talk_of_clip[clip.name]
        with tempfile.TemporaryDirectory() as scratch:
            speech = Path(scratch) / "speech.wav"
            speak(VOICES[name], FOLDER / f"{name}.txt", speech)
            lines = [talk["title"], talk["speakers"][0]["name"], NOTICE]
            draw(VOICES[name], lines, speech, clip)
        print(f"{clip.name}: {clip.stat().st_size / 1000:.0f} kB")


def speak(voice: Voice, text: Path, speech: Path) -> None:
    """Write ``text`` spoken by ``voice`` to ``speech``, a WAV file."""
    if voice.command[0] == "flite":
        files = ["-f", str(text), "-o", str(speech)]
    else:
        files = ["-f", str(text), "-w", str(speech)]
    run([*voice.command, *files])


def draw(voice: Voice, lines: list[str], speech: Path, clip: Path) -> None:
    """Write ``clip``: the title card with ``lines`` (title, speaker, notice) over ``speech``."""
    with wave.open(str(speech)) as recording:
        duration_s = recording.getnframes() / recording.getframerate()
    canvas = f"color=c={voice.background}:s={WIDTH}x{HEIGHT}:r={FRAMES_PER_S}"
    bar = f"color=c={voice.accent}:s={WIDTH}x8:r={FRAMES_PER_S}"
    card = ",".join(
        [
            f"[0:v]drawbox=x=48:y=96:w=6:h=84:color={voice.accent}:t=fill",
            label(lines[0], "DejaVuSans-Bold.ttf", 27, "white", x="72", y="102"),
            label(lines[1], "DejaVuSans.ttf", 19, voice.accent, x="72", y="152"),
            label(lines[2], "DejaVuSans.ttf", 15, "0xc8c8c8", x="72", y="216"),
            label(CLOCK, "DejaVuSansMono.ttf", 34, "white", x="w-tw-48", y="284"),
        ]
    )
    graph = (
        f"{card}[card];"
        # The bar moves with the clock, once a second: the frames between cost next to nothing.
        f"[card][1:v]overlay=x='-w+w*floor(t+0.001)/{duration_s:.3f}':y=H-8[picture];"
        "[2:a]loudnorm=I=-18:TP=-2:LRA=11,aresample=16000[sound]"
    )
    inputs = ["-f", "lavfi", "-i", canvas, "-f", "lavfi", "-i", bar, "-i", str(speech)]
    streams = ["-filter_complex", graph, "-map", "[picture]", "-map", "[sound]"]
    length = ["-t", f"{duration_s:.3f}"]
    run(["ffmpeg", "-v", "error", "-y", *inputs, *streams, *length, *ENCODING, str(clip)])


def label(text: str, font: str, size: int, color: str, *, x: str, y: str) -> str:
    """One line of text as a drawtext filter; ``text`` holds none of ffmpeg's quotes."""
    return (
        f"drawtext=text='{text}':fontfile={FONTS / font}:fontsize={size}"
        f":fontcolor={color}:x={x}:y={y}"
    )


def run(command: list[str]) -> None:
    """Run a program; its own message says what went wrong."""
    subprocess.run(command, check=True)  # noqa: S603 - fixed programs, argument lists, no shell


if __name__ == "__main__":
    main()
