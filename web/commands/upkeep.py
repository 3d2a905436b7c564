"""``podium check``, ``reindex``, ``models``, ``settings`` and ``backup``."""

from __future__ import annotations

import tarfile
import tempfile
from pathlib import Path

import click
from pydantic import SecretStr

from archive.database import copy_database
from archive.errors import UserError
from archive.settings import SETTINGS_FILE, Settings, origin_of
from ingest.checking import check as check_archive
from search.indexing import reindex as rebuild_index
from transcribe.hub import fetch as fetch_model
from transcribe.model_table import known_models
from transcribe.models import expected_speed, present_models
from web.commands.base import (
    PodiumCommand,
    advise,
    chosen_settings,
    give_way_to_readers,
    opened_catalog,
    print_json,
)


@click.command(cls=PodiumCommand)
@click.option("--repair", is_flag=True, help="Mend what can be mended.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def check(repair: bool, as_json: bool) -> None:
    """Compare catalog, media and index; exit 1 where they disagree."""
    with opened_catalog() as catalog:
        findings = check_archive(catalog, catalog.home, repair=repair)
    if as_json:
        print_json(
            {
                "faults": findings.faults,
                "leavings": findings.leavings,
                "repaired": findings.repaired,
            }
        )
    else:
        for line in findings.repaired:
            click.echo(f"mended  {line}")
        for line in findings.faults:
            click.echo(f"fault   {line}")
        for line in findings.leavings:
            click.echo(f"leaving of an interrupted run (the next ingest clears it)  {line}")
    if findings.faults:
        advise("Catalog, media and index disagree. `podium check --repair` mends what it can.")
        raise click.exceptions.Exit(1)
    advise("Catalog, media and index agree.")


@click.command(cls=PodiumCommand)
def reindex() -> None:
    """Build the index anew beside the old one, and switch when it is complete."""
    give_way_to_readers()
    with opened_catalog() as catalog:
        count = rebuild_index(catalog, catalog.home)
    advise(f"Indexed {count} talks anew.")


@click.command(cls=PodiumCommand)
@click.argument("action", required=False, type=click.Choice(["fetch"]))
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def models(action: str | None, name: str | None, as_json: bool) -> None:
    """List the speech models that are known and present; or: fetch NAME."""
    settings = chosen_settings()
    if action == "fetch":
        if not name:
            raise UserError("Which model is not said.", advice="Say `podium models fetch base`.")
        told: set[int] = set()

        def tell(share: float) -> None:
            tenth = int(10 * share)
            if tenth not in told:
                told.add(tenth)
                click.echo(f"{name}: {10 * tenth} %", err=True)

        fetched = fetch_model(name, settings.model_dir, tell)
        advise(f"{fetched.name} is in {fetched.path}.")
        return
    present = {model.name: model for model in present_models(settings.model_dir)}
    rows = []
    for known in known_models():
        model = present.pop(known.name, None)
        rows.append(
            {
                "name": known.name,
                "present": model is not None,
                "verified": model is not None and model.verified,
                "fault": model.fault or None if model else None,
                "size": known.size,
                "languages": "many" if known.multilingual else "en",
                "times_real_time": round(expected_speed(known), 1),
                "word_error_rate": known.word_error_rate,
                "licence": known.licence,
                "path": str(model.path) if model else None,
            }
        )
    rows += [
        {"name": model.name, "present": True, "verified": False, "path": str(model.path)}
        for model in present.values()
    ]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        state = "verified" if row["verified"] else "present" if row["present"] else "-"
        bytes_ = row.get("size")
        size = f"{bytes_ / 1e6:6.0f} MB" if isinstance(bytes_, int) else ""
        speed = f"{row['times_real_time']} × real time" if "times_real_time" in row else ""
        rate = row.get("word_error_rate")
        published = f"published error rate {rate} %" if rate is not None else ""
        line = f"{row['name']:<16} {state:<9} {size} {speed:<18} {published:<26}"
        click.echo(f"{line} {row.get('fault') or ''}".rstrip())
    advise("`podium models fetch NAME` fetches one; `pip install 'podium[models]'` brings base.")


@click.command(cls=PodiumCommand)
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def settings(as_json: bool) -> None:
    """Show every setting, its value, where it comes from and what it means."""
    chosen = chosen_settings()
    rows = []
    for name, info in Settings.model_fields.items():
        value = getattr(chosen, name)
        shown = str(value) if isinstance(value, Path | SecretStr) else value
        rows.append(
            {
                "name": name,
                "value": shown,
                "origin": origin_of(name, chosen),
                "variable": f"PODIUM_{name.upper()}",
                "meaning": info.description,
            }
        )
    if as_json:
        print_json(rows)
        return
    for row in rows:
        click.echo(f"{row['name']} = {row['value']!r}  ({row['origin']})\n    {row['meaning']}")
    advise(f"Set them as PODIUM_NAME, or in {chosen.home / SETTINGS_FILE}.")


@click.command(cls=PodiumCommand)
@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    """Write catalog, settings and media to a tar FILE; the index is left out, as it is rebuilt."""
    if file.exists():
        raise UserError(f"{file} exists already.", advice="Choose another name.")
    chosen = chosen_settings()
    if chosen.database_url.get_secret_value():
        raise UserError(
            "The catalog is in a database of its own.", advice="Back that up with its own tools."
        )
    with opened_catalog() as catalog, tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "catalog.sqlite"
        copy_database(catalog.home / copy.name, copy)
        with tarfile.open(file, "w") as archive:
            archive.add(copy, copy.name)
            for name in (SETTINGS_FILE, "media"):
                if (catalog.home / name).exists():
                    archive.add(catalog.home / name, name)
    advise(
        f"Written to {file}. To use it: unpack into a new folder, then `podium --home … reindex`."
    )
