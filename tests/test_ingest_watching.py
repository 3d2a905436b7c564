"""Watching: what is complete is handed on once, and what is not is waited for."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Collection, Sequence
from pathlib import Path

import pytest
from sqlalchemy import update
from test_ingest_media import make_clip

from archive import schema
from archive.catalog import Catalog
from archive.errors import BadSource, DiskFull, NotFound
from archive.programme import TalkEntry, save_programme
from archive.work.failures import record_failure
from archive.work.recordings import StoredMedia, attach_recording
from ingest.ingesting import Outcome, Run, State
from ingest.open_files import open_for_writing
from ingest.sources import identify
from ingest.watching import Watcher, up_to_date, watch_folder, watched_folder


class Folder:
    """A watched folder with a clock of its own; a scan is asked for at each second."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder
        self.said: list[str] = []
        self.known: set[Path] = set()
        self.asked = 0
        self.now_s = 100.0
        self.watcher = Watcher(folder, settle_s=10.0, known=self._known, tell=self.said.append)

    def after(self, seconds: float) -> list[str]:
        """What is ready that much later, by its name below the folder."""
        self.now_s += seconds
        ready = self.watcher.scan(self.now_s)
        return [str(path.relative_to(self.folder)) for path in ready]

    def _known(self, paths: Sequence[Path]) -> Collection[Path]:
        self.asked += 1
        return self.known.intersection(paths)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "in")


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_clip(tmp_path_factory.mktemp("clip") / "tone.mp4", video="libx264")


def test_a_file_is_ready_once_when_it_was_still_for_long_enough(folder: Folder, clip: Path) -> None:
    assert folder.after(0) == []
    shutil.copy(clip, folder.folder / "a.mp4")
    assert [folder.after(s) for s in (1, 9, 1, 1, 100)] == [[], [], ["a.mp4"], [], []]
    assert folder.said == []


def test_each_change_begins_the_wait_anew(folder: Folder, clip: Path) -> None:
    path = folder.folder / "a.mp4"
    for part in range(1, 5):
        path.write_bytes(clip.read_bytes()[: clip.stat().st_size * part // 4])
        assert [folder.after(s) for s in (1, 9)] == [[], []]
    # The same size, but touched.
    os.utime(path, (5, 5))
    assert [folder.after(s) for s in (1, 9, 1)] == [[], [], ["a.mp4"]]
    assert folder.said == []


@pytest.mark.parametrize("kind", ["mp4", "fast.mp4", "mkv"])
def test_half_a_file_that_stands_still_is_waited_for(
    folder: Folder, tmp_path: Path, clip: Path, kind: str
) -> None:
    whole = clip
    if kind == "fast.mp4":
        from ingest.media import convert, probe

        whole = make_clip(tmp_path / "long.mp4", video="libx264", seconds=12)
        convert(whole, tmp_path / "fast.mp4", probe(whole), lambda _share: None)
        whole = tmp_path / "fast.mp4"
    elif kind == "mkv":
        whole = make_clip(tmp_path / "a.mkv", seconds=12)
    path = folder.folder / f"a.{kind}"
    path.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    assert [folder.after(s) for s in (1, 10, 10, 10)] == [[], [], [], []]
    assert len(folder.said) == 1
    assert folder.said[0].startswith("Not complete yet: ")
    assert path.name in folder.said[0]
    assert folder.watcher.waiting() == [path]
    path.write_bytes(whole.read_bytes())
    assert [folder.after(s) for s in (1, 10, 10)] == [[], [path.name], []]
    assert len(folder.said) == 1


def test_what_stays_unreadable_for_long_is_handed_on_for_its_fault_to_be_kept(
    folder: Folder,
) -> None:
    (folder.folder / "a.mp4").write_bytes(b"")
    assert [folder.after(s) for s in (1, 10, 280, 20, 500)] == [[], [], [], ["a.mp4"], []]


def test_a_recording_without_sound_is_complete(folder: Folder) -> None:
    make_clip(folder.folder / "a.mp4", video="libx264", audio="")
    assert [folder.after(s) for s in (0, 10)] == [[], ["a.mp4"]]


def test_a_file_that_somebody_writes_is_waited_for(folder: Folder, clip: Path) -> None:
    path = folder.folder / "a.mp4"
    with path.open("wb") as writer:
        writer.write(clip.read_bytes())
        writer.flush()
        if path not in open_for_writing([path]):
            pytest.skip("this system does not tell which files are open")
        assert [folder.after(s) for s in (0, 10, 500)] == [[], [], []]
        assert folder.said == [
            f"Not complete yet: process {os.getpid()} has {path} open for writing."
        ]
    with path.open("rb"):
        assert folder.after(1) == ["a.mp4"]


def test_what_is_known_is_neither_read_nor_handed_on(folder: Folder) -> None:
    (folder.folder / "a.mp4").write_bytes(b"no recording")
    folder.known = {folder.folder / "a.mp4"}
    assert [folder.after(s) for s in (0, 10, 10, 10, 900)] == [[], [], [], [], []]
    assert (folder.asked, folder.said) == (1, [])
    assert folder.watcher.waiting() == []


def test_a_recording_waits_for_its_sidecars_and_comes_again_when_they_change(
    folder: Folder, clip: Path
) -> None:
    shutil.copy(clip, folder.folder / "a.mp4")
    assert folder.after(0) == []
    sidecar = folder.folder / "a.info.json"
    sidecar.write_text("{}")
    assert [folder.after(s) for s in (9, 9, 1)] == [[], [], ["a.mp4"]]
    for name in ("a.info.json", "a.toml", "a.en.vtt", "talk.toml"):
        (folder.folder / name).write_text(f"# {name}")
        assert [folder.after(s) for s in (1, 10, 10)] == [[], ["a.mp4"], []], name
    (folder.folder / "notes.txt").write_text("nothing of it")
    assert [folder.after(s) for s in (1, 10)] == [[], []]


def test_new_folders_are_watched_and_order_is_natural(folder: Folder, clip: Path) -> None:
    assert folder.after(0) == []
    for name in ("day 2/talk10.mp4", "day 2/talk9.mp4", "day 10/a.mp4", ".hidden/a.mp4"):
        (folder.folder / name).parent.mkdir(exist_ok=True)
        shutil.copy(clip, folder.folder / name)
    assert folder.after(1) == []
    assert folder.after(10) == ["day 2/talk9.mp4", "day 2/talk10.mp4", "day 10/a.mp4"]


def test_a_folder_that_vanishes_is_waited_for_with_one_message(
    folder: Folder, clip: Path, tmp_path: Path
) -> None:
    shutil.copy(clip, folder.folder / "a.mp4")
    assert [folder.after(s) for s in (0, 10)] == [[], ["a.mp4"]]
    folder.folder.rename(tmp_path / "away")
    assert [folder.after(10) for _ in range(3)] == [[], [], []]
    (tmp_path / "away").rename(folder.folder)
    shutil.copy(clip, folder.folder / "b.mp4")
    assert [folder.after(s) for s in (1, 10)] == [[], ["b.mp4"]]
    assert len(folder.said) == 2
    assert "waiting for it" in folder.said[0]
    assert "there again" in folder.said[1]


def test_a_file_that_goes_and_comes_back_is_looked_at_anew(folder: Folder, clip: Path) -> None:
    path = folder.folder / "a.mp4"
    shutil.copy2(clip, path)
    assert [folder.after(s) for s in (0, 10)] == [[], ["a.mp4"]]
    path.unlink()
    assert folder.after(1) == []
    shutil.copy2(clip, path)
    assert [folder.after(s) for s in (1, 10)] == [[], ["a.mp4"]]


def test_the_archive_inside_the_folder_is_no_source(tmp_path: Path, clip: Path) -> None:
    home = tmp_path / "in" / "home"
    (home / "media").mkdir(parents=True)
    shutil.copy(clip, home / "media" / "a.mp4")
    (tmp_path / "link").symlink_to(home)
    for leave_out in (home, tmp_path / "link"):
        watcher = Watcher(tmp_path / "in", settle_s=0, leave_out=leave_out)
        assert watcher.scan(0) == []
    assert Watcher(tmp_path / "in", settle_s=0).scan(0) == [home / "media" / "a.mp4"]
    with pytest.raises(BadSource, match="archive itself"):
        watched_folder(home / "media", tmp_path / "link")


def test_only_a_folder_can_be_watched(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").touch()
    with pytest.raises(BadSource, match="no folder"):
        watched_folder(tmp_path / "a.mp4", tmp_path / "home")
    with pytest.raises(NotFound):
        watched_folder(tmp_path / "none", tmp_path / "home")


def test_a_name_that_is_no_text_does_not_stop_the_others(
    tmp_path: Path, clip: Path, catalog: Catalog
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("a\udcff.mp4", "b.mp4"):
        shutil.copy(clip, folder / name)

    def known(paths: Sequence[Path]) -> set[Path]:
        return up_to_date(catalog, paths, transcribe=True)

    watcher = Watcher(folder, settle_s=0, known=known)
    assert folder / "b.mp4" in watcher.scan(0)


def test_one_failure_does_not_stop_the_others_and_what_may_work_later_is_tried_again(
    folder: Folder, clip: Path
) -> None:
    folder.watcher.settle_s = 0.01
    for name in ("a", "b", "c", "d", "e"):
        shutil.copy(clip, folder.folder / f"{name}.mp4")
    taken: list[str] = []

    def take(path: Path) -> Run:
        taken.append(path.stem)
        if path.stem == "a":
            raise BadSource("No.")
        if path.stem == "b":
            raise DiskFull("Full.")
        if path.stem == "c":
            raise FileNotFoundError(2, "gone", str(path))
        state = State.FAILED if path.stem == "d" else State.READY
        return Run([Outcome(path.stem, path.stem, state)])

    said: list[str] = []
    assert watch_folder(folder.watcher, take, tell=said.append, interval_s=1, once=True) == 4
    assert taken == ["a", "b", "c", "d", "e"]
    assert len(said) == 3
    assert folder.watcher.waiting() == []
    later = time.monotonic()
    assert [folder.watcher.scan(later + s) for s in (0, 1, 2)] == [
        [],
        [folder.folder / "b.mp4"],
        [],
    ]


def _taken_in(catalog: Catalog, path: Path, *, key: str = "") -> int:
    entry = TalkEntry(path.stem, source_url=str(path), source_key=key or str(path))
    (talk_id,) = save_programme(catalog, None, [entry]).talk_ids
    media = StoredMedia(str(path), "video", "video/mp4", 1, 1000, 2, 2, "aa/x.mp4")
    attach_recording(catalog, talk_id, media)
    return talk_id


def test_what_is_left_to_do_is_asked_of_the_catalog(tmp_path: Path, catalog: Catalog) -> None:
    path, new = tmp_path / "a.mp4", tmp_path / "b.mp4"
    both = [path, new]
    for each in both:
        each.touch()
    assert up_to_date(catalog, both, transcribe=False) == set()
    talk_id = _taken_in(catalog, path)
    assert up_to_date(catalog, both, transcribe=False) == {path}
    # Without --no-transcribe its words are still to be made.
    assert up_to_date(catalog, both, transcribe=True) == set()
    record_failure(catalog, talk_id, "transcribe", DiskFull("Full."))
    assert up_to_date(catalog, both, transcribe=False) == set()


@pytest.mark.parametrize("sidecar", ["a.info.json", "a.toml", "a.vtt"])
def test_a_sidecar_that_changed_while_nobody_watched_is_taken_again(
    tmp_path: Path, catalog: Catalog, sidecar: str
) -> None:
    path = tmp_path / "a.mp4"
    path.touch()
    _taken_in(catalog, path)
    (tmp_path / sidecar).write_text("{}" if sidecar == "a.info.json" else "")
    # Also where its own date is old, as that of a copy may be.
    os.utime(tmp_path / sidecar, (5, 5))
    for added_at, known in (("2020-01-01", set()), ("2100-01-01", {path})):
        with catalog.writing() as connection:
            connection.execute(update(schema.talks).values(added_at=f"{added_at}T00:00:00+00:00"))
        assert up_to_date(catalog, [path], transcribe=False) == known


def test_a_clip_that_came_by_its_address_is_known_by_the_sidecar(
    tmp_path: Path, catalog: Catalog
) -> None:
    path = tmp_path / "a.mp4"
    path.touch()
    address = "https://www.youtube.com/watch?v=BaW_jenozKc"
    (tmp_path / "a.info.json").write_text(f'{{"webpage_url": "{address}"}}')
    _taken_in(catalog, Path("elsewhere.mp4"), key=identify(address, tmp_path).key)
    with catalog.writing() as connection:
        connection.execute(update(schema.talks).values(added_at="2100-01-01T00:00:00+00:00"))
    assert up_to_date(catalog, [path], transcribe=False) == {path}
    (tmp_path / "a.info.json").write_text("[")
    assert up_to_date(catalog, [path], transcribe=False) == set()
