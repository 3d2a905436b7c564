"""``podium models``: what is known, what is here, and what to expect of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import Run


def test_each_known_model_has_its_size_speed_and_published_error_rate(podium: Run) -> None:
    code, out, _ = podium("models")
    lines = {line.split()[0]: line for line in out.splitlines()}
    assert code == 0
    assert "verified" in lines["base"]
    assert "145 MB" in lines["base"]
    assert "× real time" in lines["base"]
    assert "published error rate 3.6 %" in lines["large-v3-turbo"]
    assert "error rate" not in lines["small"]


def test_weights_with_a_wrong_hash_are_named_and_refused(
    podium: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "models" / "small"
    folder.mkdir(parents=True)
    (folder / "model.bin").write_bytes(b"not the published weights")
    monkeypatch.setenv("PODIUM_MODEL_DIR", str(tmp_path / "models"))
    (row,) = (row for row in json.loads(podium("models", "--json")[1]) if row["name"] == "small")
    assert (row["present"], row["verified"]) == (True, False)
    assert "is not the published model small" in row["fault"]
    assert "is not the published model small" in podium("models")[1]
