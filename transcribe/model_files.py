"""Model files on the disk: where they lie, joined from carrying packages, hashed once.

A hash is computed once per file and remembered by size and time of change in ``verified.json``
beside the models, so that a start does not read hundreds of megabytes.
"""

from __future__ import annotations

import contextlib
import errno
import importlib.util
import json
import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

from archive.errors import BadSetting, DiskFull
from archive.phrases import phrase
from archive.store import sha256_of
from transcribe.model_table import Carrier, KnownModel

WEIGHTS = "model.bin"
_LEDGER = "verified.json"
_BLOCK = 1 << 20


def remembered_sha256(path: Path, model_dir: Path) -> str:
    """SHA-256 of a file in hex, remembered in ``model_dir`` while size and time stay the same."""
    status = path.stat()
    seen = [status.st_size, status.st_mtime_ns]
    ledger = _read_ledger(model_dir)
    known = ledger.get(str(path))
    if isinstance(known, list) and known[:2] == seen:
        return str(known[2])
    digest = sha256_of(path)
    ledger[str(path)] = [*seen, digest]
    _write_ledger(model_dir, ledger)
    return digest


def carried_folder(known: KnownModel, model_dir: Path) -> Path | None:
    """The folder of a checkpoint that installed packages carry, or None without them.

    Weights that come in parts are put together in ``model_dir`` first, once. Nothing of the
    packages is executed. Raises DiskFull or BadSetting where ``model_dir`` takes no files.
    """
    if known.carrier is None:
        return None
    folders = _package_folders(known.carrier)
    if folders is None:
        return None
    if len(folders) == 1:
        return folders[0] if (folders[0] / WEIGHTS).is_file() else None
    parts = [folder / f"{WEIGHTS}.part{n}" for n, folder in enumerate(folders, start=1)]
    if not all(part.is_file() for part in parts):
        return None
    target = model_dir / known.name
    with new_folder(target) as folder:
        for name in known.files:
            shutil.copyfile(folders[0] / name, folder / name)
        with (folder / WEIGHTS).open("wb") as joined:
            for part in parts:
                with part.open("rb") as source:
                    shutil.copyfileobj(source, joined, _BLOCK)
    return target


@contextlib.contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """A folder to fill, which becomes ``target`` as a whole or not at all.

    Another process that is quicker wins; its folder stays. Raises DiskFull and BadSetting.
    """
    scratch = target.parent / f".{target.name}-{os.getpid()}-{uuid.uuid4().hex[:8]}"
    try:
        scratch.mkdir(parents=True)
        yield scratch
        for file in scratch.iterdir():
            _flush(file)
        try:
            scratch.rename(target)
        except OSError:
            if not (target / WEIGHTS).is_file():
                raise
    except OSError as error:
        raise _unwritable(target.parent, error) from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


@contextlib.contextmanager
def new_file(target: Path) -> Iterator[Path]:
    """A path to write to, which becomes ``target`` as a whole or not at all.

    Raises DiskFull and BadSetting.
    """
    scratch = target.parent / f".{target.name}-{os.getpid()}-{uuid.uuid4().hex[:8]}"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        yield scratch
        _flush(scratch)
        scratch.replace(target)
    except OSError as error:
        raise _unwritable(target.parent, error) from error
    finally:
        scratch.unlink(missing_ok=True)


def _package_folders(carrier: Carrier) -> list[Path] | None:
    folders = []
    for package, folder in carrier.folders:
        spec = importlib.util.find_spec(package)
        if spec is None or not spec.submodule_search_locations:
            return None
        folders.append(Path(next(iter(spec.submodule_search_locations))) / folder)
    return folders


def _read_ledger(model_dir: Path) -> dict[str, object]:
    try:
        ledger = json.loads((model_dir / _LEDGER).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return ledger if isinstance(ledger, dict) else {}


def _write_ledger(model_dir: Path, ledger: dict[str, object]) -> None:
    # The ledger only saves time: a folder that takes no files means hashing again.
    with contextlib.suppress(DiskFull, BadSetting), new_file(model_dir / _LEDGER) as file:
        file.write_text(json.dumps(ledger, indent=1), encoding="utf-8")


def _flush(file: Path) -> None:
    with file.open("rb") as opened:
        os.fsync(opened.fileno())


def _unwritable(folder: Path, error: OSError) -> DiskFull | BadSetting:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull(
            phrase("There is no room for the speech model in %(folder)s.", folder=folder),
            advice=phrase("Free some space, or choose another folder with PODIUM_MODEL_DIR."),
        )
    return BadSetting(
        phrase(
            "The folder of models, %(folder)s, cannot be written: %(reason)s.",
            folder=folder,
            reason=error.strerror or error,
        ),
        advice=phrase(
            "Allow your user to write there, or choose another folder with PODIUM_MODEL_DIR."
        ),
    )
