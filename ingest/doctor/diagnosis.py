"""The diagnosis of a machine and its archive: all that is examined, in the order it is told.

Nothing is changed by it: no home is made, no catalog brought up to date, no index begun. (Model
files are hashed once and put together from packages that carry them in parts, as always.)
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVarTuple

from sqlalchemy.exc import SQLAlchemyError

from archive.errors import PodiumError
from archive.settings import SETTINGS_FILE, Settings, load_settings
from ingest.doctor.condition import ARCHIVE, home, read_catalog
from ingest.doctor.finding import Finding, fault, good
from ingest.doctor.machine import MACHINE

_Given = TypeVarTuple("_Given")
_SEE_SETTINGS = "podium settings"
_LOOK_AT_HOME = "Allow your user to read and write there, or choose another folder with --home"


def diagnose(chosen_home: str | Path | None = None) -> dict[str, Finding]:
    """What was found, by name. ``chosen_home`` goes before PODIUM_HOME.

    Settings that cannot be read are a fault, and the rest is examined with the default ones; an
    archive whose catalog cannot be read is examined no further.
    """
    settings, about_settings = _settings(chosen_home)
    findings = {"settings": about_settings}
    for name, check in MACHINE.items():
        findings[name] = _found(check, settings)
    findings["home"] = _found(home, settings)
    try:
        findings["catalog"], catalog = read_catalog(settings)
    except (PodiumError, OSError, ValueError, SQLAlchemyError) as error:
        findings["catalog"], catalog = _of_error(error), None
    if catalog is not None:
        for name, look in ARCHIVE.items():
            findings[name] = _found(look, settings, catalog)
        catalog.close()
    return findings


def _settings(chosen_home: str | Path | None) -> tuple[Settings, Finding]:
    try:
        settings = load_settings(home=chosen_home)
    except (PodiumError, OSError, ValueError) as error:
        folder = (
            chosen_home or os.environ.get("PODIUM_HOME") or Settings.model_fields["home"].default
        )
        usual = Settings.model_construct(home=Path(folder).expanduser().absolute())
        return usual, _of_error(error)
    file = settings.home / SETTINGS_FILE
    return settings, good(f"valid, with {file}" if file.is_file() else "valid")


def _found(check: Callable[[*_Given], Finding], *given: *_Given) -> Finding:
    """What a check finds, also where it is stopped by what it was to examine."""
    try:
        return check(*given)
    except (PodiumError, OSError, ValueError, SQLAlchemyError, ImportError) as error:
        return _of_error(error)


def _of_error(error: Exception) -> Finding:
    if isinstance(error, PodiumError):
        return fault(error.message, error.advice or _SEE_SETTINGS)
    if isinstance(error, OSError) and error.filename is not None:
        return fault(f"{error.filename}: {error.strerror}", _LOOK_AT_HOME)
    return fault(f"{type(error).__name__}: {error}", "podium check")
