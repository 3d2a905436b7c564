"""An ingest that is killed at a point where something is written goes on, and ends the same.

Each run is a process of its own that kills itself (SIGKILL) just before or just after one of the
functions that write; the next run must come to what an undisturbed one comes to.
"""

from __future__ import annotations

import io
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import pytest
from conftest import PROJECT, SAMPLE
from loopback import File, Loopback, Page, page_with_tracks, serving

from web.command_line import run

VTT = "WEBVTT\n\n00:00:00.200 --> 00:00:04.800\nCaptions came with this clip\n"
TITLE = "A Clip to Be Cut Off"
# Where something is written: module, and the name by which it is called there; "#2" is the second
# call of a run. After one point is before the next, but for the work that lies between.
WRITE_POINTS = (
    "before ingest.ingesting:save_programme",
    "after ingest.ingesting:save_programme",
    "before search.engine.whoosh_index:WhooshIndex.replace",
    "after search.engine.whoosh_index:WhooshIndex.replace",
    "after archive.catalog:Catalog.mark_indexed",
    "after ingest.ingesting:clear_failure",
    "after ingest.stages:download",
    "after ingest.downloads.ytdlp:_fetch_captions",
    "after ingest.stages:fill_in",
    "after ingest.captioning:save_captions",
    "before ingest.stages:convert",
    "after ingest.stages:convert",
    "after archive.store:MediaStore.adopt",
    "after ingest.stages:attach_recording",
    "after archive.store:MediaStore.clear_incoming",
    "before archive.bounded_folder:BoundedFolder.adopt",
    "after archive.work.transcripts:begin_transcript",
    "before archive.work.transcripts:save_piece",
    "after archive.work.transcripts:save_piece",
    "after archive.work.transcripts:finish_transcript",
    "before search.engine.whoosh_index:WhooshIndex.replace#2",
    "after search.engine.whoosh_index:WhooshIndex.replace#2",
    "after archive.catalog:Catalog.mark_indexed#2",
)
_CUT_OFF = """
import os, signal, sys
from importlib import import_module

when, point = sys.argv[1].split()
module, _, path = point.partition(":")
path, _, wanted = path.partition("#")
*owners, name = path.split(".")
place = import_module(module)
for owner in owners:
    place = getattr(place, owner)
whole = getattr(place, name)
calls = 0

def cut_off(*arguments, **named):
    global calls
    calls += 1
    last = calls == int(wanted or 1)
    if last and when == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    done = whole(*arguments, **named)
    if last:
        os.kill(os.getpid(), signal.SIGKILL)
    return done

setattr(place, name, cut_off)
from web.command_line import main
main(sys.argv[2:])
"""


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Five seconds of the sample, with pictures that no browser plays."""
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    with av.open(str(SAMPLE / "amber.mp4")) as reader, av.open(str(path), "w") as writer:
        picture = writer.add_stream("mpeg4", rate=10)
        picture.width, picture.height, picture.pix_fmt = 160, 90, "yuv420p"
        sound = writer.add_stream("aac", rate=reader.streams.audio[0].rate)
        for number in range(50):
            frame = av.VideoFrame(160, 90, "yuv420p")
            frame.pts, frame.time_base = number, Fraction(1, 10)
            writer.mux(picture.encode(frame))
        for heard in reader.decode(audio=0):
            if heard.time >= 5:
                break
            heard.pts = None
            writer.mux(sound.encode(heard))
        for stream in (picture, sound):
            writer.mux(stream.encode())
    return path.read_bytes()


@dataclass(frozen=True)
class Show:
    """A page on loopback with one clip and its captions, and what an ingest of it comes to."""

    site: Loopback
    arguments: tuple[str, ...]
    ends: dict[str, Any]


@pytest.fixture(scope="module")
def show(clip: bytes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Show]:
    with serving() as site:
        video = site.play("/clip.mp4", File(clip))
        track = site.play("/en.vtt", Page(VTT, "text/vtt"))
        page = site.play("/watch", page_with_tracks(TITLE, video, [("en", track)]))
        arguments = ("ingest", page, "--language", "en", "--model", "tiny.en")
        home = tmp_path_factory.mktemp("undisturbed")
        assert run(["--home", str(home), *arguments]) == 0
        yield Show(site, arguments, _end_state(home))


def _end_state(home: Path) -> dict[str, Any]:
    """All that a person can see of an archive, but for times at which things were done."""
    talk = _said(home, "talks", "--json")
    (slug,) = (one["slug"] for one in talk)
    return {
        "talk": talk,
        "words": _said(home, "export", slug, "--format", "json"),
        "found": _said(home, "search", "tides OR talk", "--json")["totals"],
        "check": _said(home, "check", "--json"),
        "media": sorted(p.name for p in (home / "media").rglob("*") if p.is_file()),
        "incoming": sorted(p.name for p in (home / "incoming").rglob("*")),
    }


def _said(home: Path, *arguments: str) -> Any:
    out = io.StringIO()
    with redirect_stdout(out):
        assert run(["--home", str(home), *arguments]) == 0
    return json.loads(out.getvalue())


@pytest.mark.parametrize("point", WRITE_POINTS)
def test_killed_at_a_write_point_the_next_run_ends_like_an_undisturbed_one(
    show: Show, tmp_path: Path, point: str
) -> None:
    home = tmp_path / "home"
    command = [sys.executable, "-c", _CUT_OFF, point, "--home", str(home), *show.arguments]
    killed = subprocess.run(command, capture_output=True, text=True, cwd=PROJECT, timeout=120)
    assert killed.returncode == -signal.SIGKILL, f"{point} was not reached: {killed.stderr}"
    fetched = [talk["duration_ms"] for talk in _said(home, "talks", "--json")] not in ([], [None])
    sent = show.site.sent("/clip.mp4")
    assert run(["--home", str(home), *show.arguments]) == 0
    assert _end_state(home) == show.ends
    if fetched:
        assert show.site.sent("/clip.mp4") == sent, "the clip was fetched twice"


def test_the_undisturbed_run_heard_something(show: Show) -> None:
    assert [talk["state"] for talk in show.ends["talk"]] == ["ready"]
    assert show.ends["found"]["talks"] == 1
    assert len(show.ends["media"]) == 1
    assert show.ends["incoming"] == []
    assert show.ends["check"] == {"faults": [], "leavings": [], "repaired": []}
