"""From a source to a hit: real yt-dlp over loopback, real Whisper weights, a real Whoosh index."""

from __future__ import annotations

import importlib.util
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import jiwer
import pytest
from conftest import PROJECT, SAMPLE, SPEECH, Run, Site
from test_ingest_media import make_clip

from ingest.media import probe
from search.words.analysis import surfaces

EVENTS = SAMPLE.parent
# Query → talk, and the second at which its first word is spoken.
SPOKEN = {
    '"goes out again the reason is the moon"': ("sample-tides", 5.4),
    "spring tide": ("sample-tides", 20.1),
    '"ciclo del agua"': ("sample-water", 25.5),
    '"golden gate"': ("sample-bridges", 23.3),
}


CLIPS = {
    "amber": "sample-tides",
    "flint": "sample-seeds",
    "slate": "sample-bridges",
    "coral": "sample-water",
}


def write_sample(folder: Path, site: Site, *, only: tuple[str, ...] = ()) -> Path:
    """The sample's manifest with its clips on the loopback site."""
    text = (SAMPLE / "sample.toml").read_text(encoding="utf-8")
    for clip in SAMPLE.glob("*.mp4"):
        address = site.serve_file(f"/{clip.name}", clip)
        text = text.replace(f'source = "{clip.name}"', f'source = "{address}"')
    if only:
        head, *talks = text.split("[[talks]]\n")
        text = head + "".join(f"[[talks]]\n{t}" for t in talks if any(s in t for s in only))
    manifest = folder / "sample.toml"
    manifest.write_text(text, encoding="utf-8")
    return manifest


def found(podium: Run, *query: str) -> dict[str, Any]:
    code, out, _ = podium("search", *query, "--json")
    assert code == 0
    document: dict[str, Any] = json.loads(out)
    return document


@pytest.mark.parametrize("engine", ["faster-whisper", "openai-whisper"])
def test_a_sample_event_is_taken_in_and_every_hit_is_at_its_second(
    podium: Run, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: str
) -> None:
    if engine == "openai-whisper" and importlib.util.find_spec("whisper") is None:
        pytest.skip("openai-whisper is not installed here: pip install openai-whisper")
    if engine == "openai-whisper":
        # Five beams take it many times as long, and this test asks for no more than the words.
        monkeypatch.setenv("PODIUM_BEAM_SIZE", "1")
    manifest = write_sample(tmp_path, site)
    code, out, err = podium("ingest", str(manifest), "--engine", engine, "--model", "base")
    assert (code, out.count("ready"), out.count("failed")) == (0, 4, 0), err
    for query, (slug, second) in SPOKEN.items():
        results = found(podium, query)
        assert [talk["slug"] for talk in results["talks"]] == [slug], query
        starts = [moment["start_ms"] / 1000 for moment in results["talks"][0]["moments"]]
        assert min(abs(start - second) for start in starts) < 0.6, (query, starts)
    _every_four_words_are_found_at_their_first(podium)
    for clip, slug in CLIPS.items():
        heard = " ".join(surfaces(podium("export", slug, "--format", "txt")[1].partition("\n")[2]))
        spoken = " ".join(surfaces((SAMPLE / f"{clip}.txt").read_text(encoding="utf-8")))
        assert jiwer.wer(spoken, heard) <= 0.08, slug
    asked = len(site.asked)
    assert podium("ingest", str(manifest), "--engine", engine)[0] == 0
    assert len(site.asked) == asked, "what is ready is not fetched again"
    assert len(json.loads(podium("talks", "--json")[1])) == 4
    code, out, err = podium("check")
    assert (code, out) == (0, ""), err


def _every_four_words_are_found_at_their_first(podium: Run) -> None:
    exported = json.loads(podium("export", "sample-seeds", "--format", "json")[1])
    assert exported["engine"]
    words = [word for segment in exported["segments"] for word in segment["words"]]
    stream = [(token, word["start_ms"]) for word in words for token in surfaces(word["text"])]
    for at in [0, *range(5, len(stream) - 4, 17), len(stream) - 4]:
        phrase = " ".join(token for token, _ in stream[at : at + 4])
        (talk,) = found(podium, f'"{phrase}"')["talks"]
        assert stream[at][1] in [moment["start_ms"] for moment in talk["moments"]], phrase


def test_the_nine_keynotes_are_listed_and_found_without_a_recording(podium: Run) -> None:
    code, out, _ = podium("ingest", str(EVENTS / "zgc-forum-2020.toml"))
    assert (code, out.count("waiting"), out.count("failed")) == (0, 9, 0)
    talks = json.loads(podium("talks", "--json")[1])
    assert [talk["number"] for talk in talks] == list(range(1, 10))
    assert {talk["state"] for talk in talks} == {"waiting"}
    assert all(talk["language"] is None for talk in talks)
    by_name = {
        "Zeilinger": 6,
        "zeillinger": 6,
        "Palittapingarnpim": 9,
        "Palittapongarnpim": 9,
        "Anton Zeilinger": 6,
        "Zeilinger Anton": 6,
        "Ennio Vivaldi": 4,
        "Fiocruz": 3,
        "Oswaldo Cruz Foundation": 3,
        "NSTDA": 9,
        "University of Chile": 4,
        "Türkiye": 7,
        "Turkey": 7,
        "genomics": 9,
        "SARS-CoV-2": 5,
        "Bai Chunli": 1,
    }
    numbers = {talk["slug"]: talk["number"] for talk in talks}
    for query, number in by_name.items():
        hits = [numbers[talk["slug"]] for talk in found(podium, query)["talks"]]
        assert hits[:1] == [number], (query, hits)
    for facilitator in ("Jinghua Cao", "Yin Li"):
        assert len(found(podium, facilitator)["talks"]) == 9, facilitator
    coverage = found(podium, "quantum")["coverage"]
    assert (coverage["talks"], coverage["searchable"]) == (9, 0)
    assert {missing["state"] for missing in coverage["missing"]} == {"waiting"}


def test_a_waiting_talk_gets_its_recording_later(podium: Run, site: Site, tmp_path: Path) -> None:
    manifest = write_sample(tmp_path, site, only=("amber.mp4",))
    text = manifest.read_text(encoding="utf-8")
    source = next(line for line in text.splitlines() if line.startswith("source"))
    manifest.write_text(text.replace(source, ""), encoding="utf-8")
    assert "waiting" in podium("ingest", str(manifest))[1]
    code, out, err = podium("show", "sample-tides")
    assert "podium ingest CLIP --talk sample-tides" in err
    manifest.write_text(text, encoding="utf-8")
    code, out, err = podium("ingest", str(manifest), "--no-transcribe")
    assert (code, "transcribe" in out) == (0, True)
    code, out, err = podium("ingest", str(SAMPLE / "amber.mp4"), "--talk", "sample-tides")
    assert (code, out.split()[0]) == (0, "ready"), err
    assert len(json.loads(podium("talks", "--json")[1])) == 1
    assert found(podium, "spring tide")["totals"]["talks"] == 1


def _processes_of(arguments: list[str], kills: int, seed: int) -> None:
    """Run a command and kill it at a random time, so often."""
    chance = random.Random(seed)
    for _ in range(kills):
        process = subprocess.Popen(
            [sys.executable, "-m", "web", *arguments],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=PROJECT,
        )
        try:
            process.wait(chance.uniform(0.4, 6.0))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
        process.wait()


def test_an_ingest_that_is_killed_again_and_again_ends_like_an_undisturbed_one(
    podium: Run, site: Site, tmp_path: Path
) -> None:
    manifest = write_sample(tmp_path, site, only=("amber.mp4", "flint.mp4"))
    home = Path(os.environ["PODIUM_HOME"])
    _processes_of(["ingest", str(manifest), "--model", "tiny.en"], kills=8, seed=20)
    code, out, err = podium("ingest", str(manifest), "--model", "tiny.en")
    assert (code, out.count("ready")) == (0, 2), (out, err)
    assert len(json.loads(podium("talks", "--json")[1])) == 2
    assert len(list((home / "media").glob("*/*"))) == 2
    code, out, err = podium("check")
    assert (code, out) == (0, ""), err
    killed = {slug: podium("export", slug, "--format", "txt")[1] for slug in _slugs(podium)}
    undisturbed = tmp_path / "undisturbed"
    assert podium("--home", str(undisturbed), "ingest", str(manifest), "--model", "tiny.en")[0] == 0
    for slug, words in killed.items():
        assert podium("--home", str(undisturbed), "export", slug, "--format", "txt")[1] == words


def _slugs(podium: Run) -> list[str]:
    return [talk["slug"] for talk in json.loads(podium("talks", "--json")[1])]


def test_ctrl_c_stops_within_five_seconds_and_says_how_to_go_on(site: Site, tmp_path: Path) -> None:
    manifest = write_sample(tmp_path, site, only=("amber.mp4",))
    command = [sys.executable, "-m", "web", "ingest", str(manifest)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=PROJECT) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if "transcribing" in line:
                break
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        rest = process.stderr.read()
        assert process.wait() == 130
    assert time.monotonic() - began < 5
    assert "goes on where it was" in rest


def test_quotes_of_real_recordings_are_found_at_their_second(podium: Run, site: Site) -> None:
    """Recordings with known words, fetched from an address; who speaks them is said plainly."""
    if not SPEECH.is_dir():
        pytest.skip("the recordings with known words are not beside the project")
    names = ("en_austen_aligned", "en_jfk_inaugural", "es_fleurs_001")
    addresses = [
        site.serve_file(f"/{name}.flac", SPEECH / f"{name}.flac", "audio/flac") for name in names
    ]
    code, out, err = podium("ingest", *addresses)
    assert (code, out.count("ready")) == (0, 3), (out, err)
    languages = {
        talk["title"]: json.loads(podium("show", talk["slug"], "--json")[1])["transcript"][
            "language"
        ]
        for talk in json.loads(podium("talks", "--json")[1])
    }
    assert sorted(languages.values()) == ["en", "en", "es"]
    lines = (SPEECH / "en_austen_aligned.words.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line[:1].isdigit()]
    right = 0
    for at in range(0, len(rows) - 5, 5):
        quote = " ".join(row[2] for row in rows[at : at + 5])
        moments = [m for talk in found(podium, f'"{quote}"')["talks"] for m in talk["moments"]]
        right += any(abs(m["start_ms"] / 1000 - float(rows[at][0])) < 0.6 for m in moments)
    assert right >= 0.75 * len(range(0, len(rows) - 5, 5))


def test_the_same_source_twice_makes_one_talk(podium: Run, site: Site, tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "tone.mp4", video="libx264")
    address = site.serve_file("/tone.mp4", clip)
    for _ in range(2):
        assert podium("ingest", str(clip), "--no-transcribe")[0] == 0
        assert podium("ingest", f"{address}#t=5", address, "--no-transcribe")[0] == 0
    slugs = [talk["slug"] for talk in json.loads(podium("talks", "--json")[1])]
    assert sorted(slugs) == ["tone", "tone-2"]


def test_the_sound_alone_is_kept_where_that_is_asked(
    podium: Run, site: Site, tmp_path: Path
) -> None:
    clip = make_clip(tmp_path / "tone.mp4", video="libx264")
    address = site.serve_file("/tone.mp4", clip)
    assert podium("ingest", address, "--audio-only", "--no-transcribe")[0] == 0
    shown = json.loads(podium("show", "tone", "--json")[1])
    assert shown["media_type"] == "audio/mp4"
    (stored,) = (Path(os.environ["PODIUM_HOME"]) / "media").glob("*/*")
    assert (probe(stored).kind, stored.suffix) == ("audio", ".m4a")


def test_two_ingests_at_once_of_a_new_archive_do_not_harm_each_other(
    podium: Run, tmp_path: Path
) -> None:
    folder = tmp_path / "clips"
    folder.mkdir()
    for name in ("one", "two", "three"):
        make_clip(folder / f"{name}.wav", audio="pcm_s16le")
    command = [sys.executable, "-m", "web", "ingest", str(folder)]
    both = [
        subprocess.Popen(command, cwd=PROJECT, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        for _ in range(2)
    ]
    assert [process.wait() for process in both] == [0, 0]
    assert podium("retry")[0] == 0
    states = [talk["state"] for talk in json.loads(podium("talks", "--json")[1])]
    assert states == ["ready"] * 3
    assert podium("check")[:2] == (0, "")


def test_clips_of_an_event_that_is_new_make_it_once(podium: Run, tmp_path: Path) -> None:
    for name in ("one", "two"):
        make_clip(tmp_path / f"{name}.wav", audio="pcm_s16le")
    code, _, err = podium("ingest", str(tmp_path), "--event", "Days of Tones", "--no-transcribe")
    assert code == 0
    assert err.count("podium edit days-of-tones") == 1
    talks = json.loads(podium("talks", "--json")[1])
    assert {talk["event"] for talk in talks} == {"days-of-tones"}
