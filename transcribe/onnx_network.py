"""The door to onnxruntime: small networks that run on one core."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def open_network(file: Path) -> Any:
    """The network of an ONNX file, on one thread that does not spin while it waits."""
    # onnxruntime takes a second to load, so only when sound is to be heard.
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.inter_op_num_threads = 1
    options.intra_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(
        str(file), providers=["CPUExecutionProvider"], sess_options=options
    )
