"""Models from the hub: downloaded when, and only when, somebody asks for one."""

from __future__ import annotations

import errno
import http.client
import os
import shutil
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from archive.errors import BadSetting, DiskFull, ModelMissing, NetworkFailed
from transcribe.model_files import WEIGHTS, remembered_sha256
from transcribe.model_table import KNOWN_MODELS, KnownModel, known_model
from transcribe.models import Model, choose_model

HUB = "https://huggingface.co"
_TIMEOUT_S = 30
_BLOCK = 1 << 18


def fetch(
    name: str,
    model_dir: Path,
    progress: Callable[[float], None] | None = None,
    *,
    hub: str | None = None,
) -> Model:
    """The checkpoint ``name`` from the hub into ``model_dir``, verified by its SHA-256.

    A download that was cut off goes on where it stopped. ``progress`` is given 0 to 1. ``hub``
    is the address of a mirror, else HF_ENDPOINT, else the public hub; with HF_HUB_OFFLINE set
    nothing is tried. Raises ModelMissing (an unknown name, or a file that is not the published
    one), NetworkFailed, DiskFull and BadSetting (``model_dir`` cannot be written).
    """
    known = known_model(name)
    if known is None:
        names = ", ".join(model.name for model in KNOWN_MODELS)
        raise ModelMissing(f"There is no known model {name!r}.", advice=f"Known are {names}.")
    if os.environ.get("HF_HUB_OFFLINE", "").upper() in ("1", "ON", "YES", "TRUE"):
        raise NetworkFailed(
            f"The model {name} is not downloaded, because HF_HUB_OFFLINE is set.",
            advice="Unset it, or `pip install 'podium[models]'`.",
        )
    tell = progress or (lambda share: None)
    tell(0.0)
    base = f"{hub or os.environ.get('HF_ENDPOINT') or HUB}/{known.repository}/resolve/main"
    # A folder with this name is no model yet; the next try goes on from what is in it.
    scratch = model_dir / f".fetching-{name}"
    try:
        scratch.mkdir(parents=True, exist_ok=True)
        for file in known.files:
            _download(f"{base}/{file}", scratch / file, lambda size: None)
        _download(
            f"{base}/{WEIGHTS}",
            scratch / WEIGHTS,
            lambda size: tell(min(0.99, size / known.size)),
        )
        _verify(scratch / WEIGHTS, known, model_dir)
        _put_in_place(scratch, model_dir / name)
    except OSError as error:
        raise _mapped(error, name, model_dir) from error
    except http.client.HTTPException as error:
        raise _broken_off(name, type(error).__name__) from error
    tell(1.0)
    return choose_model(name, model_dir)


def _download(url: str, target: Path, tell: Callable[[int], None]) -> None:
    """``url`` into ``target``, going on behind the bytes of an earlier try. Raises OSError."""
    part = target.with_name(f"{target.name}.part")
    if target.is_file():
        return
    have = part.stat().st_size if part.is_file() else 0
    headers = {"User-Agent": "podium", **({"Range": f"bytes={have}-"} if have else {})}
    request = urllib.request.Request(url, headers=headers)  # noqa: S310 - http(s) by the caller
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as answer:  # noqa: S310
            resumed = answer.status == http.client.PARTIAL_CONTENT
            with part.open("ab" if resumed else "wb") as file:
                left = answer.length
                while block := answer.read(_BLOCK):
                    file.write(block)
                    left = None if left is None else left - len(block)
                    tell(file.tell())
                file.flush()
                os.fsync(file.fileno())
            if left:
                raise http.client.IncompleteRead(b"", left)
    except urllib.error.HTTPError as error:
        if error.code != http.client.REQUESTED_RANGE_NOT_SATISFIABLE:
            raise
    part.replace(target)


def _verify(weights: Path, known: KnownModel, model_dir: Path) -> None:
    digest = remembered_sha256(weights, model_dir)
    if digest == known.sha256:
        return
    weights.unlink()
    raise ModelMissing(
        f"What {known.repository} gave is not the published model {known.name}: its SHA-256 is "
        f"{digest[:12]}…, not {known.sha256[:12]}….",
        advice="Try again later, or give the folder of a model with --model.",
    )


def _put_in_place(scratch: Path, target: Path) -> None:
    """Makes the finished folder the model's, in place of a damaged one that may be there."""
    if target.exists():
        damaged = target.with_name(f".damaged-{target.name}")
        shutil.rmtree(damaged, ignore_errors=True)
        target.rename(damaged)
        shutil.rmtree(damaged, ignore_errors=True)
    scratch.rename(target)


def _mapped(error: OSError, name: str, model_dir: Path) -> NetworkFailed | DiskFull | BadSetting:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull(
            f"There is no room for the model {name} in {model_dir}.",
            advice="Free some space and run the command again: it goes on where it stopped.",
        )
    if isinstance(error, PermissionError):
        return BadSetting(
            f"The folder of models, {model_dir}, cannot be written: permission denied.",
            advice="Allow your user to write there, or choose another with PODIUM_MODEL_DIR.",
        )
    if isinstance(error, urllib.error.HTTPError):
        return _broken_off(name, f"the hub answered {error.code} {error.reason}")
    reason = getattr(error, "reason", None) or error.strerror or error
    return _broken_off(name, str(reason))


def _broken_off(name: str, reason: str) -> NetworkFailed:
    return NetworkFailed(
        f"The model {name} could not be downloaded: {reason}.",
        advice="Run the command again: it goes on where it stopped. Without a network, "
        "`pip install 'podium[models]'` brings base and tiny.en.",
    )
