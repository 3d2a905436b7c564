"""OpenAI's checkpoint made from the CTranslate2 file of the same weights.

The converters of CTranslate2 rename, join and transpose nothing that cannot be undone, so the
original tensors come back bit for bit. The file is little endian:

    u32 version, str specification, u32 revision,
    u32 n, n times {str name, u8 rank, u32 dims[rank], u8 type, u32 bytes, data},
    u32 aliases, as many times {str alias, str name}

where ``str`` is a u16 length that counts a final NUL, and then the characters.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from archive.errors import ModelMissing
from archive.phrases import phrase

Array = npt.NDArray[Any]

_SPECIFICATION = "WhisperSpec"
_OLDEST_VERSION = 4
_TYPES: dict[int, type[np.generic]] = {
    0: np.float32,
    1: np.int8,
    2: np.int16,
    3: np.int32,
    4: np.float16,
}
_WEIGHT_TYPES = (np.dtype(np.float32), np.dtype(np.float16))


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """``dims`` and ``tensors`` under openai-whisper's names, and where each tensor came from.

    ``origins`` maps a tensor's name to (variable of the file, first row, row after the last).
    """

    dims: dict[str, int]
    tensors: dict[str, Array]
    origins: dict[str, tuple[str, int, int]]


def read_checkpoint(path: Path) -> Checkpoint:
    """The checkpoint in a CTranslate2 ``model.bin`` with float16 or float32 weights.

    Raises ModelMissing for anything else: another kind of file, quantised weights, bytes left
    over, tensors that are missing or not accounted for.
    """
    variables, aliases = _Reader(path).read()
    for name, array in variables.items():
        # Scalars are settings of the engine, not weights.
        if array.ndim and array.dtype not in _WEIGHT_TYPES:
            raise _refused(path, f"its tensor {name} is quantised to {array.dtype}")
    try:
        checkpoint = _renamed(
            {**variables, **{alias: variables[name] for alias, name in aliases.items()}}
        )
    except KeyError as error:
        raise _refused(path, f"it has no tensor {error}") from error
    for name, rows in _unaccounted(variables, aliases, checkpoint):
        raise _refused(path, f"{rows} rows of its tensor {name} belong to no part of Whisper")
    return checkpoint


class _Reader:
    """Reads the parts of one file in their order."""

    def __init__(self, path: Path) -> None:
        self._path = path
        # An empty file cannot be mapped into memory.
        self._content: npt.NDArray[np.uint8] = (
            np.memmap(path, dtype=np.uint8, mode="r")
            if path.stat().st_size
            else np.zeros(0, dtype=np.uint8)
        )
        self._at = 0

    def read(self) -> tuple[dict[str, Array], dict[str, str]]:
        """The variables by name, and further names for some of them."""
        version = self._number("<I")
        if not _OLDEST_VERSION <= version <= 6:
            raise _refused(self._path, f"version {version} of the format is not known")
        if (specification := self._text()) != _SPECIFICATION:
            raise _refused(self._path, f"it holds a {specification[:40]!r}, not a Whisper model")
        self._number("<I")
        variables = {}
        for _ in range(self._number("<I")):
            name = self._text()
            variables[name] = self._array(name)
        aliases = {self._text(): self._text() for _ in range(self._number("<I"))}
        if self._at != len(self._content):
            raise _refused(self._path, f"{len(self._content) - self._at} bytes are left over")
        return variables, aliases

    def _array(self, name: str) -> Array:
        shape = tuple(self._number("<I") for _ in range(self._number("<B")))
        code = self._number("<B")
        data = self._bytes(self._number("<I"))
        if code not in _TYPES:
            raise _refused(self._path, f"its tensor {name} has the unknown type {code}")
        array = data.view(_TYPES[code])
        if array.size != int(np.prod(shape, dtype=np.int64)):
            raise _refused(self._path, f"its tensor {name} has the wrong size")
        return array.reshape(shape)

    def _text(self) -> str:
        return self._bytes(self._number("<H")).tobytes().rstrip(b"\0").decode("utf-8", "replace")

    def _number(self, layout: str) -> int:
        return int(struct.unpack(layout, self._bytes(struct.calcsize(layout)).tobytes())[0])

    def _bytes(self, count: int) -> npt.NDArray[np.uint8]:
        piece = self._content[self._at : self._at + count]
        if len(piece) != count:
            raise _refused(self._path, "it is cut off")
        self._at += count
        return piece


def _renamed(variables: Mapping[str, Array]) -> Checkpoint:
    tensors: dict[str, Array] = {}
    origins: dict[str, tuple[str, int, int]] = {}
    for name, source, part, parts in _names(variables):
        array = variables[source]
        rows = array.shape[0] // parts
        origins[name] = (source, part * rows, (part + 1) * rows)
        tensors[name] = array[part * rows : (part + 1) * rows]
    for name in [name for name in tensors if name.endswith("attn.key.bias")]:
        # Whisper's keys have no bias; the converter filled the gap with zeros. Anything else
        # there has no place in the checkpoint, and stays unaccounted for.
        if tensors.pop(name).any():
            del origins[name]
    heads = int(variables["encoder/num_heads"])
    conv = variables["encoder/conv1/weight"]
    audio = variables["encoder/position_encodings/encodings"]
    text = variables["decoder/position_encodings/encodings"]
    dims = {
        "n_mels": conv.shape[1],
        "n_audio_ctx": audio.shape[0],
        "n_audio_state": audio.shape[1],
        "n_audio_head": heads,
        "n_audio_layer": _layers(variables, "encoder"),
        "n_vocab": variables["decoder/embeddings/weight"].shape[0],
        "n_text_ctx": text.shape[0],
        "n_text_state": text.shape[1],
        "n_text_head": heads,
        "n_text_layer": _layers(variables, "decoder"),
    }
    return Checkpoint(dims, tensors, origins)


def _names(variables: Mapping[str, Array]) -> Iterator[tuple[str, str, int, int]]:
    """OpenAI's name, the file's variable, and which part of how many of its rows it is."""
    whole = [
        ("encoder.conv1", "encoder/conv1"),
        ("encoder.conv2", "encoder/conv2"),
    ]
    norms = [("encoder.ln_post", "encoder/layer_norm"), ("decoder.ln", "decoder/layer_norm")]
    for side in ("encoder", "decoder"):
        for index in range(_layers(variables, side)):
            block, layer = f"{side}.blocks.{index}", f"{side}/layer_{index}"
            own = f"{layer}/self_attention"
            norms += [(f"{block}.attn_ln", f"{own}/layer_norm")]
            norms += [(f"{block}.mlp_ln", f"{layer}/ffn/layer_norm")]
            whole += [(f"{block}.attn.out", f"{own}/linear_1")]
            whole += [(f"{block}.mlp.0", f"{layer}/ffn/linear_0")]
            whole += [(f"{block}.mlp.2", f"{layer}/ffn/linear_1")]
            for part, role in enumerate(("query", "key", "value")):
                for kind in ("weight", "bias"):
                    yield f"{block}.attn.{role}.{kind}", f"{own}/linear_0/{kind}", part, 3
            if side == "decoder":
                cross = f"{layer}/attention"
                norms += [(f"{block}.cross_attn_ln", f"{cross}/layer_norm")]
                whole += [(f"{block}.cross_attn.query", f"{cross}/linear_0")]
                whole += [(f"{block}.cross_attn.out", f"{cross}/linear_2")]
                for part, role in enumerate(("key", "value")):
                    for kind in ("weight", "bias"):
                        name = f"{block}.cross_attn.{role}.{kind}"
                        yield name, f"{cross}/linear_1/{kind}", part, 2
    for name, source in whole:
        yield f"{name}.weight", f"{source}/weight", 0, 1
        yield f"{name}.bias", f"{source}/bias", 0, 1
    for name, source in norms:
        yield f"{name}.weight", f"{source}/gamma", 0, 1
        yield f"{name}.bias", f"{source}/beta", 0, 1
    yield "decoder.token_embedding.weight", "decoder/embeddings/weight", 0, 1
    for side in ("encoder", "decoder"):
        yield f"{side}.positional_embedding", f"{side}/position_encodings/encodings", 0, 1


def _layers(variables: Mapping[str, Array], side: str) -> int:
    count = 0
    while f"{side}/layer_{count}/self_attention/linear_0/weight" in variables:
        count += 1
    return count


def _unaccounted(
    variables: Mapping[str, Array], aliases: Mapping[str, str], checkpoint: Checkpoint
) -> Iterator[tuple[str, int]]:
    """Weights of the file with rows that no tensor was made from: name and number of rows."""
    taken: dict[str, int] = {}
    for source, first, last in checkpoint.origins.values():
        name = aliases.get(source, source)
        taken[name] = taken.get(name, 0) + last - first
    for name, array in variables.items():
        if array.ndim and (rows := array.shape[0] - taken.get(name, 0)):
            yield name, rows


def _refused(path: Path, reason: str) -> ModelMissing:
    return ModelMissing(
        phrase(
            "%(file)s cannot be read as Whisper weights for openai-whisper: %(reason)s.",
            file=path,
            reason=reason,
        ),
        advice=phrase("Use a model that `podium models` lists, with float16 or float32 weights."),
    )
