"""What ingesting a clip costs beside the bare engine's time on the same clip.

    python benchmarks/ingest_speed.py [FILE...] [--rounds N]

In each round every file is ingested whole (copied, probed, hashed, transcribed, indexed) with a
loaded engine, and transcribed by bare faster-whisper with the same weights and settings.
Printed are CPU seconds and their ratio, in one process and in turn.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from faster_whisper import WhisperModel

from archive.removing import remove_talk
from archive.settings import load_settings
from ingest.ingesting import ingest
from ingest.options import Options
from ingest.workshop import Workshop

SAMPLE = Path(__file__).resolve().parent.parent / "events" / "sample"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", type=Path, nargs="*", default=sorted(SAMPLE.glob("*.mp4")))
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    sources = [str(file) for file in chosen.files]
    options = Options(language="en")
    ratios = []
    with (
        tempfile.TemporaryDirectory() as home,
        Workshop.opened(load_settings(home=Path(home), threads=1)) as shop,
    ):
        model = shop.model_for("en")
        bare = WhisperModel(str(model.path), device="cpu", compute_type="int8", cpu_threads=1)
        # The engine is loaded by a first ingest, and everything of it is taken away again.
        ingest(shop, sources[:1], options)
        for _ in range(chosen.rounds):
            for talk in shop.catalog.talks():
                remove_talk(shop.catalog, talk.id)
            began = time.process_time()
            run = ingest(shop, sources, options)
            ours = time.process_time() - began
            assert not run.failed, run.failed
            began = time.process_time()
            for file in chosen.files:
                segments, _ = bare.transcribe(
                    str(file),
                    language="en",
                    beam_size=5,
                    word_timestamps=True,
                    vad_filter=True,
                    condition_on_previous_text=False,
                    temperature=(0.0, 0.2, 0.4),
                )
                list(segments)
            theirs = time.process_time() - began
            ratios.append(ours / theirs)
            print(f"ingest {ours:.1f} s CPU, bare engine {theirs:.1f} s, ratio {ours / theirs:.3f}")
    print(f"median ratio {statistics.median(ratios):.3f} over {len(chosen.files)} files")


if __name__ == "__main__":
    main()
