"""MobileNetV2, the network of the teacher and of the student: its weights, its input, its blocks."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from semsearch.models.torchvision_compat import mend_torchvision
from semsearch.models.torchvision_export import load_network

mend_torchvision()

import torch  # noqa: E402
from torch import nn  # noqa: E402
from torchvision.models import MobileNetV2, mobilenet_v2  # noqa: E402

FEATURES, CLASSES = 1280, 1000

_MEAN, _DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def blocks() -> nn.Sequential:
    """The network up to its last maps, of shape (n, FEATURES, side / 32, side / 32), with random weights."""
    features: nn.Sequential = mobilenet_v2(weights=None).features
    return features


def trained(weights: Path) -> MobileNetV2:
    """The network with its classifier, for inference. Raises ModelError for weights that do not fit."""
    network, _ = load_network("mobilenet_v2", weights)
    assert isinstance(network, MobileNetV2)
    return network.eval()


def standardised(pixels: torch.Tensor) -> torch.Tensor:
    """Standardise pixels from 0 to 255, (n, 3, side, side), as the weights expect them."""
    mean, deviation = (
        torch.tensor(each, device=pixels.device)[:, None, None] for each in (_MEAN, _DEVIATION)
    )
    return (pixels.float() / 255 - mean) / deviation


def branch(block: nn.Module) -> nn.Module:
    """The part of a block beside its residual connection."""
    inner: nn.Module = getattr(block, "conv", block)
    return inner


def is_residual(block: nn.Module) -> bool:
    """Whether a block has a residual connection: it adds its input to its result."""
    return bool(getattr(block, "use_res_connect", False))


def decayed(parameters: Iterable[nn.Parameter], decay: float) -> list[dict[str, object]]:
    """Groups for an optimizer: matrices and kernels get weight decay, scales and offsets get none."""
    every = list(parameters)
    return [
        {"params": [weight for weight in every if weight.ndim > 1], "weight_decay": decay},
        {"params": [weight for weight in every if weight.ndim <= 1], "weight_decay": 0.0},
    ]
