"""What pictures, clips and the page of a long talk take: CPU milliseconds, and bytes.

    python benchmarks/clips.py

A film of 1920 × 1080 with a key frame every ten seconds is made first, as sites deliver them; the
sample's clips have 640 × 360. The page is that of a talk of 12,000 words, asked for within this
process.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import mean

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import av
import numpy as np

from archive.catalog import Catalog
from archive.programme import TalkEntry, save_programme
from archive.segments import segments_from_words
from archive.settings import load_settings
from archive.types import Word
from archive.work.captions import save_captions
from ingest.cutting import cut_film
from ingest.frames import draw_frame, draw_poster
from ingest.takes import Take
from web.app import create_app
from web.site import EXTENSION

SAMPLE = Path(__file__).resolve().parent.parent / "events" / "sample"
FILM_S = 60
WORDS = 12_000


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        large = make_film(Path(folder) / "large.mp4")
        print(f"{'':34}{'mean':>9}{'longest':>9}  CPU ms")
        for name, film, seconds in (
            ("1080p", large, FILM_S),
            ("360p", SAMPLE / "amber.mp4", 40),
        ):
            tell(f"frame of {name}", [cpu_ms(draw_frame, film, s * 1000) for s in range(seconds)])
            tell(f"poster of {name}", [cpu_ms(draw_poster, film, 0, seconds * 1000)])
            side = (1920, 1080) if film == large else (640, 360)
            take = Take(film, 5_000, 25_000, *side)
            target = Path(folder) / "clip.mp4"
            spent = cpu_ms(cut, take, target)
            tell(f"second of a clip of {name}", [spent / 20])
            print(f"{'':6}{target.stat().st_size / 20_000:.0f} kB per second")
        measure_pages(Path(folder) / "home")


def cut(take: Take, target: Path) -> None:
    cut_film([take], [], target, title="A clip", language="eng", progress=lambda share: None)


def measure_pages(home: Path) -> None:
    settings = load_settings(home=home)
    catalog = Catalog.open(settings)
    (talk,) = save_programme(catalog, None, [TalkEntry("A Long Talk", slug="long")]).talk_ids
    known = (SAMPLE / "amber.txt").read_text(encoding="utf-8").split()
    chosen = random.Random(7).choices(known, k=WORDS)
    words = [Word(text, True, n * 400, n * 400 + 350) for n, text in enumerate(chosen)]
    save_captions(catalog, talk, segments_from_words(words), language="en", file="long.vtt")
    catalog.close()
    app = create_app(settings)
    client = app.test_client()
    link = client.get("/talks/long/quote.json?t=4000,4008").json["url"].partition("localhost")[2]
    for name, path in (
        ("the page of a talk", "/talks/long"),
        ("the same at a quote", link),
        ("the page of a quote", "/talks/long/quote?t=4000,4008"),
        ("the times of its words", "/talks/long/words.json"),
    ):
        client.get(path)
        tell(name, [cpu_ms(client.get, path) for _ in range(10)])
        print(f"{'':6}{len(client.get(path).data):,} bytes")
    app.extensions[EXTENSION].close()


def make_film(path: Path) -> Path:
    """A moving picture with sound; 25 pictures a second."""
    noise = np.random.default_rng(1).integers(0, 255, (135, 240), np.uint8)
    picture = noise.repeat(8, 0).repeat(8, 1)
    with av.open(str(path), "w") as container:
        options = {"preset": "veryfast", "g": "250", "sc_threshold": "0"}
        video = container.add_stream("libx264", rate=25, options=options)
        video.width, video.height, video.pix_fmt = 1920, 1080, "yuv420p"
        sound = container.add_stream("aac", rate=48_000)
        for number in range(FILM_S * 25):
            moved = np.roll(picture, number, 1)
            container.mux(video.encode(av.VideoFrame.from_ndarray(moved, format="gray")))
        container.mux(video.encode(None))
        silence = np.zeros((2, 48_000 * FILM_S), np.float32)
        tone = av.AudioFrame.from_ndarray(silence, format="fltp", layout="stereo")
        tone.sample_rate = 48_000
        container.mux(sound.encode(tone))
        container.mux(sound.encode(None))
    return path


def cpu_ms(act: Callable[..., object], *arguments: object) -> float:
    began = time.process_time()
    act(*arguments)
    return (time.process_time() - began) * 1000


def tell(name: str, spent_ms: list[float]) -> None:
    print(f"{name:34}{mean(spent_ms):9.1f}{max(spent_ms):9.1f}", flush=True)


if __name__ == "__main__":
    main()
