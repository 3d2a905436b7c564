"""The built wheel, installed in a new environment, runs the demo from another folder."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import sysconfig
import urllib.request
import zipfile
from pathlib import Path

import pytest
from conftest import PROJECT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    source = tmp_path_factory.mktemp("source")
    # A copy, so that building leaves nothing in the project.
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    for name in filter(None, tracked.stdout.split("\0")):
        target = source / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((PROJECT / name).read_bytes())
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*pip, "--wheel-dir", str(folder), str(source)], check=True, timeout=300)
    (built,) = folder.glob("podium-*.whl")
    return built


def test_the_wheel_holds_all_data_and_no_tests(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for wanted in (
        "events/zgc-forum-2020.toml",
        "events/sample/amber.mp4",
        "archive/migrations/env.py",
        "archive/migrations/versions/v0001_first.py",
        "web/templates/home.html",
        "search/asking/query.py",
    ):
        assert wanted in names
    assert any(name.startswith("web/static/") and name.endswith(".js") for name in names)
    assert not any(name.startswith(("tests/", "benchmarks/")) for name in names)


def test_an_installed_podium_runs_its_demo_from_another_folder(wheel: Path, tmp_path: Path) -> None:
    environment = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
    python = environment / "bin" / "python"
    # The libraries are those of this environment; only Podium itself is installed anew.
    (packages,) = environment.glob("lib/python*/site-packages")
    (packages / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n")
    install = [str(python), "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*install, str(wheel)], check=True, timeout=300)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    where = [str(python), "-c", "import web; print(web.__file__)"]
    done = subprocess.run(where, cwd=elsewhere, capture_output=True, text=True, check=True)
    assert done.stdout.startswith(str(packages))
    command = [str(environment / "bin" / "podium"), "--home", str(tmp_path / "home"), "demo"]
    with subprocess.Popen(
        [*command, "--port", "0"], cwd=elsewhere, stderr=subprocess.PIPE, text=True
    ) as demo:
        assert demo.stderr is not None
        said = ""
        for line in demo.stderr:
            said += line
            if "Try this search" in line:
                break
        address = re.search(r"http://\S+(?=/)", said)
        assert address, said
        try:
            _look(address[0])
        finally:
            demo.terminate()
            demo.stderr.read()


def _look(address: str) -> None:
    def read(path: str) -> str:
        with urllib.request.urlopen(address + path) as answer:
            assert answer.status == 200
            text: str = answer.read().decode()
            return text

    assert "High-Level Workshop" in read("/")
    assert "How the Moon Moves the Sea" in read("/search?q=spring+tide")
    assert "twice" in read("/talks/sample-tides?t=5.4")
    found = json.loads(read("/api/v1/search?q=%22the+reason+is+the+moon%22"))
    assert found["totals"]["talks"] == 1
    assert len(json.loads(read("/api/v1/talks"))) == 13
