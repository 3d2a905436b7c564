from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest

from archive.errors import ModelMissing
from transcribe.checkpoint import read_checkpoint
from transcribe.models import choose_model


def text(value: str) -> bytes:
    return struct.pack("<H", len(value) + 1) + value.encode() + b"\0"


def file(
    tmp_path: Path,
    tensors: bytes = b"",
    *,
    count: int = 0,
    version: int = 6,
    specification: str = "WhisperSpec",
    tail: bytes = b"\0\0\0\0",
) -> Path:
    made = tmp_path / "model.bin"
    head = struct.pack("<I", version) + text(specification) + struct.pack("<II", 3, count)
    made.write_bytes(head + tensors + tail)
    return made


@pytest.mark.parametrize(
    ("name", "tensors", "dims"),
    [
        ("tiny.en", 167, (80, 1500, 384, 6, 4, 51_864, 448, 384, 6, 4)),
        ("base", 245, (80, 1500, 512, 8, 6, 51_865, 448, 512, 8, 6)),
    ],
)
def test_the_published_weights_become_openais_checkpoint(
    name: str, tensors: int, dims: tuple[int, ...], tmp_path: Path
) -> None:
    checkpoint = read_checkpoint(choose_model(name, tmp_path).path / "model.bin")
    assert tuple(checkpoint.dims.values()) == dims
    assert len(checkpoint.tensors) == tensors
    assert {tensor.dtype for tensor in checkpoint.tensors.values()} == {np.dtype(np.float16)}
    assert not any(key.endswith("attn.key.bias") for key in checkpoint.tensors)


def test_weights_that_are_cut_off_or_too_long_are_refused(tmp_path: Path) -> None:
    content = (choose_model("tiny.en", tmp_path).path / "model.bin").read_bytes()
    damaged = tmp_path / "model.bin"
    damaged.write_bytes(content[: len(content) // 2])
    with pytest.raises(ModelMissing, match="cut off"):
        read_checkpoint(damaged)
    damaged.write_bytes(content + b"x")
    with pytest.raises(ModelMissing, match="1 bytes are left over"):
        read_checkpoint(damaged)


def test_other_formats_are_refused(tmp_path: Path) -> None:
    for made, reason in (
        (lambda: file(tmp_path, version=3), "version 3"),
        (lambda: file(tmp_path, specification="TransformerSpec"), "not a Whisper model"),
        (lambda: file(tmp_path), "it has no tensor"),
    ):
        with pytest.raises(ModelMissing, match=reason):
            read_checkpoint(made())


def test_quantised_and_strange_tensors_are_refused(tmp_path: Path) -> None:
    quantised = text("encoder/conv1/weight") + struct.pack("<BIBI", 1, 4, 1, 4) + b"\1\2\3\4"
    with pytest.raises(ModelMissing, match="quantised to int8"):
        read_checkpoint(file(tmp_path, quantised, count=1))
    unknown = text("encoder/conv1/weight") + struct.pack("<BIBI", 1, 4, 9, 4) + b"\1\2\3\4"
    with pytest.raises(ModelMissing, match="unknown type 9"):
        read_checkpoint(file(tmp_path, unknown, count=1))
    short = text("encoder/conv1/weight") + struct.pack("<BIBI", 1, 4, 1, 3) + b"\1\2\3"
    with pytest.raises(ModelMissing, match="wrong size"):
        read_checkpoint(file(tmp_path, short, count=1))


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(b"")
    with pytest.raises(ModelMissing, match="cut off"):
        read_checkpoint(tmp_path / "model.bin")
