"""The network that knows voices (CAM++), written out once as ONNX.

CAM++ (Wang et al. 2023, "CAM++: A fast and efficient network for speaker verification using
context-aware masking") makes 192 numbers of 1.5 s of a voice. Its weights are a PyTorch file.
This file is run as a process of its own (``python -P campplus.py WEIGHTS TARGET``), so that the
torch that reads them stays out of Podium, and the written network is compared with the one in
torch before it is used.
"""

from __future__ import annotations

import sys
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

# Frames in a window of 1.5 s, and mel bands in a frame.
FRAMES = 148
BANDS = 80
# Layers and dilation of the three dense blocks.
_BLOCKS = ((12, 1), (24, 2), (16, 2))
_EPSILON = 1e-5
_TOLERANCE = 1e-4
_OPSET = 17


class CamPlusPlus(torch.nn.Module):
    """(batch, FRAMES, BANDS) of mean-free log mel bands → (batch, 192)."""

    def __init__(self, weights: dict[str, Tensor]) -> None:
        super().__init__()
        self._weights = {name: tensor.float() for name, tensor in weights.items()}

    def forward(self, features: Tensor) -> Tensor:
        x = self._head(features.permute(0, 2, 1).unsqueeze(1))
        x = self._normed("xvector.tdnn", F.conv1d(x, self._of("xvector.tdnn"), stride=2, padding=2))
        for number, (layers, dilation) in enumerate(_BLOCKS, start=1):
            for layer in range(1, layers + 1):
                name = f"xvector.block{number}.tdnnd{layer}"
                x = torch.cat([x, self._dense_layer(name, x, dilation)], dim=1)
            name = f"xvector.transit{number}"
            x = F.conv1d(self._normed(name, x), self._of(name))
        x = F.relu(self._norm("xvector.out_nonlinear.batchnorm", x))
        pooled = torch.cat([x.mean(dim=-1), x.std(dim=-1, unbiased=True)], dim=-1)
        x = F.conv1d(pooled.unsqueeze(-1), self._of("xvector.dense"))
        return self._norm("xvector.dense.nonlinear.batchnorm", x).squeeze(-1)

    def _head(self, x: Tensor) -> Tensor:
        """Two-dimensional convolutions, which leave an eighth of the bands in 32 channels."""
        x = F.relu(self._conv2d("head.conv1", "head.bn1", x))
        for layer in ("head.layer1", "head.layer2"):
            x = self._residual(f"{layer}.0", x, stride=2)
            x = self._residual(f"{layer}.1", x, stride=1)
        x = F.relu(self._conv2d("head.conv2", "head.bn2", x, stride=2))
        return x.flatten(1, 2)

    def _residual(self, name: str, x: Tensor, stride: int) -> Tensor:
        inner = F.relu(self._conv2d(f"{name}.conv1", f"{name}.bn1", x, stride=stride))
        inner = self._conv2d(f"{name}.conv2", f"{name}.bn2", inner)
        if stride != 1:
            x = self._conv2d(
                f"{name}.shortcut.0", f"{name}.shortcut.1", x, stride=stride, padding=0
            )
        return F.relu(inner + x)

    def _dense_layer(self, name: str, x: Tensor, dilation: int) -> Tensor:
        x = F.conv1d(self._normed(name, x, "nonlinear1"), self._of(name, "linear1"))
        x = self._normed(name, x, "nonlinear2")
        masked = f"{name}.cam_layer"
        local = F.conv1d(x, self._of(masked, "linear_local"), padding=dilation, dilation=dilation)
        # The context is the mean of all frames and that of each 100: a window has fewer of them.
        context = 2 * x.mean(dim=-1, keepdim=True)
        context = F.relu(self._biased(f"{masked}.linear1", context))
        return local * torch.sigmoid(self._biased(f"{masked}.linear2", context))

    def _of(self, name: str, part: str = "linear") -> Tensor:
        return self._weights[f"{name}.{part}.weight"]

    def _biased(self, name: str, x: Tensor) -> Tensor:
        return F.conv1d(x, self._weights[f"{name}.weight"], self._weights[f"{name}.bias"])

    def _conv2d(
        self, conv: str, norm: str, x: Tensor, *, stride: int = 1, padding: int = 1
    ) -> Tensor:
        """A convolution that goes over bands by ``stride`` and over frames by one."""
        x = F.conv2d(x, self._weights[f"{conv}.weight"], stride=(stride, 1), padding=padding)
        return self._norm(norm, x)

    def _normed(self, name: str, x: Tensor, part: str = "nonlinear") -> Tensor:
        return F.relu(self._norm(f"{name}.{part}.batchnorm", x))

    def _norm(self, name: str, x: Tensor) -> Tensor:
        found = self._weights
        return F.batch_norm(
            x,
            found[f"{name}.running_mean"],
            found[f"{name}.running_var"],
            found.get(f"{name}.weight"),
            found.get(f"{name}.bias"),
            eps=_EPSILON,
        )


def export(weights: Path, target: Path) -> None:
    """Write the network of ``weights`` to ``target`` as ONNX.

    Raises ValueError where what was written answers otherwise than the network in torch.
    """
    import onnx
    import onnxruntime

    network = CamPlusPlus(torch.load(weights, map_location="cpu", weights_only=True)).eval()
    torch.manual_seed(7)
    sample = torch.randn(3, FRAMES, BANDS) * 4
    with torch.inference_mode():
        torch.onnx.export(
            network,
            (sample,),
            str(target),
            input_names=["features"],
            output_names=["embedding"],
            dynamic_axes={"features": {0: "windows"}, "embedding": {0: "windows"}},
            opset_version=_OPSET,
            dynamo=False,
        )
        expected = network(sample[:2]).numpy()
    onnx.checker.check_model(str(target))
    session = onnxruntime.InferenceSession(str(target), providers=["CPUExecutionProvider"])
    (answer,) = session.run(None, {"features": sample[:2].numpy()})
    difference = float(abs(answer - expected).max())
    if not difference <= _TOLERANCE:
        raise ValueError(f"the written network differs by {difference:.2g}")


if __name__ == "__main__":
    export(Path(sys.argv[1]), Path(sys.argv[2]))
