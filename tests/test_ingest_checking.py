"""`podium check`: catalog, media and index are compared, and brought to agreement."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import Run
from test_ingest_media import make_clip

VTT = "WEBVTT\n\n00:00:00.200 --> 00:00:02.800\nTone after tone after tone\n"


@pytest.fixture
def clip(podium: Run, tmp_path: Path) -> Path:
    """An archive with one talk, whose captions came with its clip."""
    (tmp_path / "tone.vtt").write_text(VTT, encoding="utf-8")
    path = make_clip(tmp_path / "tone.mp4", video="libx264")
    assert podium("ingest", str(path), "--captions", "prefer", "--language", "en")[0] == 0
    assert podium("check")[:2] == (0, "")
    return path


def stored(tmp_path: Path) -> Path:
    (path,) = (tmp_path / "home" / "media").glob("*/*.mp4")
    return path


def state(podium: Run) -> tuple[str, int]:
    (talk,) = json.loads(podium("talks", "--json")[1])
    found = json.loads(podium("search", '"after tone after"', "--json")[1])
    return talk["state"], found["totals"]["talks"]


def test_a_missing_recording_is_fetched_again_and_its_words_stay(
    podium: Run, clip: Path, tmp_path: Path
) -> None:
    stored(tmp_path).unlink()
    code, out, _ = podium("check")
    assert (code, "is missing" in out) == (1, True)
    code, out, _ = podium("check", "--repair")
    assert (code, "podium retry tone" in out) == (0, True)
    assert podium("check")[:2] == (0, "")
    assert state(podium) == ("fetch", 1)
    assert podium("retry", "tone")[0] == 0
    assert state(podium) == ("ready", 1)
    assert stored(tmp_path).read_bytes() == clip.read_bytes()


def test_a_recording_that_was_changed_is_kept_beside(
    podium: Run, clip: Path, tmp_path: Path
) -> None:
    file = stored(tmp_path)
    changed = clip.read_bytes()[:-100]
    file.write_bytes(changed)
    clip.unlink()
    assert "was changed" in podium("check")[1]
    code, out, _ = podium("check", "--repair")
    assert (code, f"kept as {file.name}.changed" in out) == (0, True)
    assert file.with_name(f"{file.name}.changed").read_bytes() == changed
    assert podium("check")[:2] == (0, "")
    code, out, _ = podium("retry", "tone")
    assert (code, "is not there" in out) == (1, True)
    assert state(podium) == ("failed", 1)


def test_what_an_interrupted_run_left_is_cleared_and_listed_and_other_files_stay(
    podium: Run, clip: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    left = home / "incoming" / "77" / "clip.mp4.part"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"half")
    orphan = home / "media" / "ab" / f"{'ab' * 32}.mp4"
    orphan.parent.mkdir(exist_ok=True)
    orphan.write_bytes(b"whole")
    mine = home / "media" / "notes.txt"
    mine.write_text("not Podium's")
    code, out, _ = podium("check")
    assert (code, out.count("leaving")) == (0, 2), "leavings are no fault"
    code, out, _ = podium("check", "--repair", "--json")
    repaired = json.loads(out)["repaired"]
    assert (code, len(repaired)) == (0, 2)
    assert not left.exists()
    assert not orphan.exists()
    assert mine.exists()
    assert podium("check")[:2] == (0, "")


def test_another_recording_than_the_one_that_was_heard_is_heard_anew(
    podium: Run, tmp_path: Path
) -> None:
    path = make_clip(tmp_path / "one.mp4", video="libx264")
    assert podium("ingest", str(path), "--language", "en", "--model", "tiny.en")[0] == 0
    stored(tmp_path).unlink()
    make_clip(path, video="libx264", seconds=2)
    assert podium("check", "--repair")[0] == 0
    assert podium("ingest", str(path), "--no-transcribe")[0] == 0
    assert json.loads(podium("talks", "--json")[1])[0]["state"] == "transcribe"
