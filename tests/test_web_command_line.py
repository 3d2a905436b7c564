"""The command line: contracts of output, exit codes, edits, exports, upkeep."""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from conftest import PROJECT, Run
from test_web_serving import VTT, archive

from archive.settings import Settings
from web.command_line import podium as group

__all__ = ["VTT", "archive"]


def test_the_list_of_talks_has_the_keys_of_the_contract(podium: Run, archive: Path) -> None:
    (talk,) = json.loads(podium("talks", "--json")[1])
    assert list(talk) == [
        "slug",
        "title",
        "event",
        "number",
        "language",
        "state",
        "running",
        "reason",
        "duration_ms",
        "searchable_to_ms",
        "source_url",
        "speakers",
    ]
    assert list(talk["speakers"][0]) == ["slug", "name", "role", "affiliation", "country"]
    assert (talk["state"], talk["searchable_to_ms"]) == ("ready", 5000)


def test_words_with_a_dash_are_exclusions_and_never_options(podium: Run, archive: Path) -> None:
    assert json.loads(podium("search", "lanterns", "--json")[1])["totals"]["talks"] == 1
    assert json.loads(podium("search", "lanterns", "-ships", "--json")[1])["totals"]["talks"] == 0
    assert podium("search", "lanterns", "--unknown")[0] == 2


@pytest.mark.parametrize(
    "query", ["x" * 5000, "((((", "*a*", '"', "a\x00b", "\u202eabc", "-", "speaker:", "%%", ""]
)
def test_a_query_is_never_an_error(podium: Run, archive: Path, query: str) -> None:
    code, out, _ = podium("search", "--json", "--", query)
    assert code == 0
    assert json.loads(out)["query"] is not None


def test_an_edit_of_a_talk_is_found_at_once_and_survives_the_manifest(
    podium: Run, archive: Path, tmp_path: Path
) -> None:
    changes = ["speaker=Bo Example|Rector|Institute of Examples|Türkiye", "date=2020-09-18"]
    code, out, _ = podium("edit", "on-lanterns", "title=On Beacons", *changes, "--json")
    assert code == 0
    assert json.loads(out)["speakers"][0]["country"] == "Türkiye"
    for query in ("beacons", "rector", "turkey", "bo example"):
        assert json.loads(podium("search", query, "--json")[1])["totals"]["talks"] == 1, query
    code, out, err = podium("ingest", str(tmp_path / "m.toml"))
    assert code == 0
    assert "as a person edited" in err
    assert json.loads(podium("talks", "--json")[1])[0]["title"] == "On Beacons"


def test_an_edit_that_does_not_fit_exits_with_2(podium: Run, archive: Path) -> None:
    assert podium("edit", "on-lanterns", "titel=X")[0] == 2
    assert podium("edit", "nobody", "title=X")[0] == 2
    assert podium("edit", "on-lanterns", "title")[0] == 2


@pytest.mark.parametrize(
    ("form", "begins"),
    [("vtt", "WEBVTT\n"), ("srt", "1\n00:00:01,000 --> "), ("txt", "")],
)
def test_exports_hold_the_words(podium: Run, archive: Path, form: str, begins: str) -> None:
    code, out, _ = podium("export", "on-lanterns", "--format", form)
    assert code == 0
    assert out.startswith(begins)
    assert "lanterns guide the ships" in out


def test_an_export_as_json_has_the_keys_of_the_contract(
    podium: Run, archive: Path, tmp_path: Path
) -> None:
    target = tmp_path / "out.json"
    assert podium("export", "on-lanterns", "--format", "json", "-o", str(target))[0] == 0
    document = json.loads(target.read_text())
    wanted = ["talk", "track", "language", "engine", "model", "segments"]
    assert [key for key in document if key in wanted] == wanted
    segment = document["segments"][0]
    assert segment["speaker"] == "ada-example"
    assert list(segment["words"][0]) == [
        "text",
        "space_before",
        "start_ms",
        "end_ms",
        "probability",
    ]


def test_check_is_clean_and_mends_a_damaged_index(podium: Run, archive: Path) -> None:
    assert podium("check")[0] == 0
    for file in (archive / "index").rglob("*"):
        if file.is_file() and file.name != "current":
            file.write_bytes(b"damaged")
    code, out, _ = podium("check")
    assert (code, "index" in out) == (1, True)
    assert podium("search", "lanterns")[0] == 1
    assert podium("check", "--repair")[0] == 0
    assert podium("check") == (0, "", "Catalog, media and index agree.\n")
    assert json.loads(podium("search", "lanterns", "--json")[1])["totals"]["talks"] == 1


def test_reindex_makes_everything_findable_again(podium: Run, archive: Path) -> None:
    assert podium("reindex")[0] == 0
    assert (
        json.loads(podium("search", '"guide the ships home"', "--json")[1])["totals"]["talks"] == 1
    )


def test_every_setting_is_listed_and_the_database_address_is_not_shown(
    podium: Run, monkeypatch: pytest.MonkeyPatch, archive: Path
) -> None:
    secret = f"sqlite:///{archive / 'catalog.sqlite'}"
    monkeypatch.setenv("PODIUM_DATABASE_URL", secret)
    code, out, _ = podium("settings", "--json")
    rows = {row["name"]: row for row in json.loads(out)}
    assert code == 0
    assert set(rows) == set(Settings.model_fields)
    assert secret not in out
    assert rows["database_url"]["origin"] == "PODIUM_DATABASE_URL"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("prot = 8000\n", "prot"),
        ('port = "many"\n', "port"),
        ("port = \n", "line 1"),
    ],
)
def test_a_wrong_setting_names_itself_and_its_file(
    podium: Run, archive: Path, text: str, said: str
) -> None:
    (archive / "podium.toml").write_text(text)
    code, _, err = podium("talks")
    assert code == 2
    assert said in err
    assert "podium.toml" in err


def test_a_backup_can_be_used(podium: Run, archive: Path, tmp_path: Path) -> None:
    assert podium("backup", str(tmp_path / "b.tar"))[0] == 0
    with tarfile.open(tmp_path / "b.tar") as tar:
        tar.extractall(tmp_path / "restored", filter="data")
    home = str(tmp_path / "restored")
    assert podium("--home", home, "reindex")[0] == 0
    assert (
        json.loads(podium("search", "lanterns", "--home", home, "--json")[1])["totals"]["talks"]
        == 1
    )


@pytest.mark.parametrize("name", sorted(group.commands))
def test_every_command_has_help(podium: Run, name: str) -> None:
    code, out, _ = podium(name, "--help")
    assert code == 0
    assert "--home" in out


def test_importing_the_site_loads_no_heavy_library() -> None:
    heavy = ["torch", "whisper", "faster_whisper", "ctranslate2", "yt_dlp", "whoosh", "av"]
    code = f"import sys, web.app; print([m for m in {heavy!r} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_a_reader_that_goes_away_leaves_no_traceback(archive: Path) -> None:
    done = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m web settings | head -n 1"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("home = ")
    assert "Traceback" not in done.stderr
