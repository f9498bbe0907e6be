"""Networks of torch as ONNX."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path

import torch


def exported(network: torch.nn.Module, side: int, outputs: Sequence[str]) -> bytes:
    """The graph of a network that takes `pixels`, uint8 of shape (n, side, side, 3), for any n."""
    pixels = torch.zeros(2, side, side, 3, dtype=torch.uint8)
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings(), torch.inference_mode():
        # The exporter calls itself deprecated; its successor needs another package and ten times as long.
        warnings.simplefilter("ignore")
        file = Path(folder) / "graph.onnx"
        torch.onnx.export(
            network,
            (pixels,),
            file,
            dynamo=False,
            input_names=["pixels"],
            output_names=list(outputs),
            dynamic_axes={name: {0: "n"} for name in ("pixels", *outputs)},
        )
        return file.read_bytes()
