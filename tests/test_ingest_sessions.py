"""Whole sessions by speaker, from the file to the search: the real chain on synthetic voices."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import SAMPLE, Run
from voices import needs_speakers, truth, write_session

from archive.catalog import Catalog
from archive.settings import load_settings
from transcribe.rttm import read_rttm
from web.command_line import run

pytestmark = needs_speakers
ADA, FAY = "ada-example", "fay-invented"
Ask = Callable[..., Any]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with a session in which two of three voices are known: one from a file that was
    given for it, one from a talk of theirs."""
    folder = tmp_path_factory.mktemp("told")
    home = folder / "home"
    file = write_session(folder / "session.wav")
    talk = ["--title", "Seeds", "--speaker", "Fay Invented"]
    session = ["--title", "The session", "--language", "en"]
    for arguments in (
        ["speaker", "enrol", "Ada Example", str(SAMPLE / "amber.mp4")],
        ["ingest", str(SAMPLE / "flint.mp4"), *talk, "--no-transcribe"],
        ["ingest", str(file), "--session", *session, "--model", "tiny.en"],
    ):
        assert run(["--home", str(home), *arguments]) == 0
    return folder


@pytest.fixture
def home(told: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(told / "home", tmp_path / "archive"))


@pytest.fixture
def ask(home: Path, podium: Run) -> Ask:
    """A command on the archive; its JSON where it is asked for, else its stdout."""

    def call(*arguments: str, code: int = 0) -> Any:
        got, out, err = podium("--home", str(home), *arguments)
        assert got == code, err
        return json.loads(out) if "--json" in arguments else out or err

    return call


def _revision(home: Path) -> int:
    catalog = Catalog.open(load_settings(home=home))
    found = catalog.talk("given").revision
    catalog.close()
    return found


def _voices(turns: list[dict[str, Any]]) -> list[str]:
    return [turn["voice"] for turn in turns]


def test_known_voices_have_their_names_and_the_rest_are_numbered(ask: Ask) -> None:
    turns = ask("speakers", "list", "the-session", "--json")
    assert _voices(turns) == [ADA, "unknown-1", ADA, FAY]
    for turn, (_, start_ms, end_ms) in zip(turns, truth(), strict=True):
        assert abs(turn["start_ms"] - start_ms) < 800
        assert abs(turn["end_ms"] - end_ms) < 800
    assert [turn["name"] for turn in turns][:2] == ["Ada Example", "Unknown speaker 1"]
    assert turns[0]["score"] > 0.7
    assert {turn["source"] for turn in turns} == {"machine"}


def test_a_speaker_finds_only_what_that_person_said(ask: Ask) -> None:
    def slugs(*query: str) -> list[str]:
        return [talk["slug"] for talk in ask("search", *query, "--json")["talks"]]

    shown = ask("show", "the-session", "--json")
    assert [one["slug"] for one in shown["speakers"]] == [ADA, FAY]
    by_voice: dict[str, set[str]] = {}
    for segment in shown["transcript"]["segments"]:
        words = {w["text"].lower().strip(".,?!") for w in segment["words"] if len(w["text"]) > 5}
        by_voice.setdefault(segment["speaker"] or "", set()).update(words)
    ada, fay = by_voice[ADA] - by_voice[FAY], by_voice[FAY] - by_voice[ADA]
    word = sorted(ada - by_voice.get("", set()))[0]
    assert slugs(f"speaker:{ADA}", word) == ["the-session"]
    assert slugs(f"speaker:{FAY}", word) == []
    other = sorted(fay - by_voice.get("", set()))[0]
    hits = ask("search", f"speaker:{FAY}", other, "--json")["talks"]
    assert hits[0]["moments"][0]["speaker"] == FAY
    assert hits[0]["moments"][0]["start_ms"] > truth()[3][1] - 1_000


def test_exports_carry_the_speakers(ask: Ask, tmp_path: Path) -> None:
    vtt = ask("export", "the-session", "--format", "vtt")
    assert "<v Ada Example>" in vtt
    assert "<v Unknown speaker 1>" in vtt
    assert "Fay Invented:" in ask("export", "the-session", "--format", "txt")
    assert "Fay Invented: " in ask("export", "the-session", "--format", "srt")
    (tmp_path / "turns.rttm").write_text(ask("export", "the-session", "--format", "rttm"))
    turns = read_rttm(tmp_path / "turns.rttm")
    assert [turn.voice for turn in turns] == [ADA, "unknown-1", ADA, FAY]


def test_what_an_editor_says_survives_telling_apart_and_transcribing_again(ask: Ask) -> None:
    ask("speakers", "name", "the-session", "unknown-1", "Bo Sample")
    ask("speakers", "assign", "the-session", "0:34", "0:36.5", "Cy Sample")
    said = ask("speakers", "list", "the-session", "--json")
    assert set(_voices(said)) == {ADA, "bo-sample", "cy-sample", FAY}
    assert ask("search", "speaker:bo-sample", "--json")["talks"][0]["slug"] == "the-session"
    ask("speakers", "again", "the-session")
    ask("transcribe", "the-session", "--again", "--model", "tiny.en")
    assert ask("speakers", "list", "the-session", "--json") == said
    segments = ask("export", "the-session", "--format", "json")
    assert '"speaker": "bo-sample"' in segments


def test_a_stranger_may_be_assigned_and_wrong_times_and_voices_are_refused(ask: Ask) -> None:
    ask("speakers", "assign", "the-session", "43", "45")
    turns = ask("speakers", "list", "the-session", "--json")
    assert "unknown-2" in _voices(turns)
    assert "no time" in ask("speakers", "assign", "the-session", "50", "40", code=2)
    assert "is no time" in ask("speakers", "assign", "the-session", "soon", "40", code=2)
    assert "no voice" in ask("speakers", "name", "the-session", "unknown-9", "Bo", code=2)
    assert ask("speakers", "list", "the-session", "--json") == turns


def test_turns_of_others_are_taken_from_a_file(
    ask: Ask, home: Path, told: Path, tmp_path: Path
) -> None:
    lines = (
        "SPEAKER x 1 0.0 16.0 <NA> <NA> Ada_Example <NA> <NA>\n"
        "SPEAKER x 1 16.7 16.0 <NA> <NA> guest <NA> <NA>\n"
        "SPEAKER x 1 99.0 1.0 <NA> <NA> guest <NA> <NA>\n"
    )
    (tmp_path / "given.rttm").write_text(lines)
    clip = shutil.copyfile(told / "session.wav", tmp_path / "other.wav")
    # Another file, so that it is another recording.
    with clip.open("ab") as file:
        file.write(bytes(64_000))
    given = ["--session", "--rttm", str(tmp_path / "given.rttm"), "--no-transcribe"]
    ask("ingest", str(clip), "--title", "Given", *given)
    turns = ask("speakers", "list", "given", "--json")
    assert [(t["voice"], t["speaker"], t["end_ms"]) for t in turns] == [
        (ADA, ADA, 16_000),
        ("guest", None, 32_700),
    ]
    revision = _revision(home)
    ask("ingest", str(clip), "--title", "Given", *given)
    assert _revision(home) == revision
    (tmp_path / "bad.rttm").write_text("SPEAKER x 1 soon 1.0 <NA> <NA> guest <NA> <NA>\n")
    given[2] = str(tmp_path / "bad.rttm")
    assert "line 1" in ask("ingest", str(clip), *given, code=2)
    assert "--session" in ask("ingest", str(clip), "--rttm", given[2], code=2)


def test_a_voice_that_is_forgotten_is_not_learnt_again(ask: Ask, home: Path) -> None:
    ask("speaker", "forget", "Fay Invented")
    ask("speaker", "forget", ADA)
    ask("speakers", "again", "the-session")
    assert set(_voices(ask("speakers", "list", "the-session", "--json"))) == {
        "unknown-1",
        "unknown-2",
        "unknown-3",
    }
    catalog = Catalog.open(load_settings(home=home))
    with catalog.reading() as connection:
        count = connection.exec_driver_sql("SELECT count(*) FROM voiceprints").scalar()
    catalog.close()
    assert count == 0
    assert "no speaker" in ask("speaker", "forget", "Nobody At-all", code=2)


def test_two_people_that_are_one_are_merged(ask: Ask) -> None:
    ask("speakers", "name", "the-session", "unknown-1", "A. Example")
    ask("speakers", "merge", "Ada Example", "A. Example")
    turns = ask("speakers", "list", "the-session", "--json")
    assert _voices(turns) == [ADA, ADA, ADA, FAY]
    assert ask("edit", "speaker:ada-example", "--json")["aliases"] == ["A. Example"]
    assert "one person already" in ask("speakers", "merge", ADA, "A. Example", code=2)


def test_a_session_is_split_into_the_talks_of_known_speakers(ask: Ask) -> None:
    for _ in range(2):
        done = ask("split", "the-session", "--least", "10")
        assert len(done.splitlines()) == 2
    talks = {talk["slug"]: talk for talk in ask("talks", "--json")}
    slugs = sorted(slug for slug in talks if slug.endswith("-at-the-session"))
    assert slugs == ["ada-example-at-the-session", "fay-invented-at-the-session"]
    shown = ask("show", slugs[0], "--json")
    first_ms, last_ms = shown["range_ms"]
    assert abs(first_ms - truth()[0][1]) < 1_000
    assert abs(last_ms - truth()[0][2]) < 1_000
    assert shown["state"] == "ready"
    starts = [segment["start_ms"] for segment in shown["transcript"]["segments"]]
    assert starts
    assert all(first_ms <= start <= last_ms for start in starts)
    assert "no session" in ask("split", "seeds", code=2)


def test_a_run_that_was_cut_off_before_it_goes_on_with_telling_apart(
    ask: Ask, told: Path, tmp_path: Path
) -> None:
    clip = tmp_path / "later.wav"
    write_session(clip, [("slate", 0, 9_000), ("coral", 0, 9_000)])
    ask("ingest", str(clip), "--session", "--title", "Later", "--language", "en", "--no-transcribe")
    (talk,) = [t for t in ask("talks", "--json") if t["slug"] == "later"]
    assert talk["state"] == "transcribe"
    assert ask("speakers", "list", "later", "--json") == []
    ask("transcribe", "later", "--model", "tiny.en")
    turns = ask("speakers", "list", "later", "--json")
    assert _voices(turns) == ["unknown-1", "unknown-2"]
    before = ask("ingest", str(clip), "--session", "--json")
    assert '"ready"' in json.dumps(before)


def test_without_the_extra_the_rest_works_and_says_what_is_missing(
    podium: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "kaldi_native_fbank", None)
    code, _, err = podium("ingest", str(SAMPLE / "coral.mp4"), "--session")
    assert code == 1
    assert "kaldi-native-fbank is not installed" in err
    assert "podium[speakers]" in err
    assert json.loads(podium("talks", "--json")[1]) == []
    two = ["--speaker", "Ada Example", "--speaker", "Bo Sample", "--no-transcribe"]
    code, _, err = podium("ingest", str(SAMPLE / "coral.mp4"), "--title", "Duet", *two)
    assert code == 0
    assert "duet: Voices cannot be told apart here" in err
