"""What the documents say is true: every command, option and setting is in them, and they run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import click
import pytest
from conftest import PROJECT

from archive.settings import Settings
from web.command_line import podium

DOCS = PROJECT / "docs"


def _section(name: str) -> str:
    text = (DOCS / "commands.md").read_text(encoding="utf-8")
    _, heading, rest = text.partition(f"## podium {name}\n")
    assert heading, f"docs/commands.md has no section for podium {name}"
    return rest.partition("\n## ")[0]


@pytest.mark.parametrize("name", sorted(podium.commands))
def test_every_command_is_documented_with_all_its_options(name: str) -> None:
    section = _section(name)
    command = podium.commands[name]
    parts = command.commands.values() if isinstance(command, click.Group) else [command]
    params = [param for part in parts for param in part.params]
    options = [o for o in params if isinstance(o, click.Option) and not o.hidden]
    for option in options:
        if option.name not in ("home", "help"):
            assert f"`{option.opts[-1]}" in section.replace("`-o, ", "`"), option.opts


def test_no_command_is_documented_that_does_not_exist() -> None:
    text = (DOCS / "commands.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"^## podium (\S+)$", text, re.MULTILINE)) == sorted(podium.commands)


def test_every_setting_is_documented_with_its_meaning() -> None:
    text = (DOCS / "settings.md").read_text(encoding="utf-8")
    for name, field in Settings.model_fields.items():
        assert f"| `{name}` |" in text
        assert str(field.description) in text


def test_every_address_of_the_api_is_documented() -> None:
    from web.app import create_app
    from web.machines.api import api

    text = (DOCS / "api.md").read_text(encoding="utf-8")
    home = Path(os.environ["PODIUM_HOME"])
    from archive.settings import load_settings

    app = create_app(load_settings(home=home))
    rules = [r.rule for r in app.url_map.iter_rules() if r.endpoint.startswith(f"{api.name}.")]
    assert rules
    for rule in rules:
        assert f"`{rule}`" in text, rule


def test_the_links_of_the_documents_lead_somewhere() -> None:
    for document in [*PROJECT.glob("*.md"), *DOCS.glob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)[)#]", document.read_text(encoding="utf-8")):
            assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_the_slim_install_is_the_whole_one_without_openai_whisper() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {line for line in project["dependencies"] if not line.startswith("openai-whisper")}
    wanted |= set(project["optional-dependencies"]["models"])
    lines = (PROJECT / "requirements" / "slim.txt").read_text(encoding="utf-8").splitlines()
    assert {line for line in lines if line and not line.startswith("#")} == wanted


def test_the_constraints_pin_what_was_tested() -> None:
    lines = (PROJECT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pinned = {line.partition("==")[0].lower() for line in lines if "==" in line}
    assert "torch==2.13.0" in lines
    assert "Whoosh==2.7.4" in lines
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for line in project["dependencies"]:
        name = re.split(r"[\[<>=]", line)[0].lower()
        assert name in pinned, name


def test_the_commands_of_the_readme_run(tmp_path: Path) -> None:
    """In an empty folder with the project's events beside it, one after the other."""
    script = Path(sys.executable).parent / "podium"
    if not script.exists():
        pytest.skip("podium is not installed in this environment: pip install -e .")
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```sh\n(.*?)^```", readme, re.MULTILINE | re.DOTALL)
    commands = [line for block in blocks for line in block.splitlines() if line]
    assert len(commands) >= 8
    (tmp_path / "events").symlink_to(PROJECT / "events")
    environment = {**os.environ, "PATH": f"{script.parent}:{os.environ['PATH']}"}
    for command in commands:
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, (command, done.stdout, done.stderr)
    assert (tmp_path / "amber.vtt").read_text(encoding="utf-8").startswith("WEBVTT")


def test_the_script_in_the_readme_does_what_it_says(tmp_path: Path) -> None:
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    (script,) = re.findall(r"^```python\n(.*?)^```", readme, re.MULTILINE | re.DOTALL)
    assert len(script.splitlines()) < 20
    (tmp_path / "events").symlink_to(PROJECT / "events")
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("seeds-for-dry-years ready")
