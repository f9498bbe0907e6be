"""The teacher: MobileNetV2 with its classifier, trained on ImageNet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch

from tools.minilook.augment import views
from tools.minilook.mobilenet import standardised, trained
from tools.minilook.pictures import Pictures
from tools.minilook.run import half, place

_RUN = 256  # views in one run of the network


class Teacher:
    def __init__(self, weights: Path) -> None:
        """`weights` is an .npz of the network's state_dict. Raises ModelError."""
        network = trained(weights).requires_grad_(requires_grad=False)
        place(network)
        self._features, self._classes = network.features, network.classifier

    @torch.no_grad()
    def __call__(self, shown: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """The features (n, 1280) and logits (n, 1000) of views (n, 3, TEACHER_SIDE, TEACHER_SIDE)."""
        with half(torch.float16):
            maps = self._features(standardised(shown).contiguous(memory_format=torch.channels_last))
            features = maps.mean((2, 3))
            return features.float(), self._classes(features).float()


def lessons(
    teacher: Teacher, pictures: Pictures, count: int
) -> Iterator[tuple[torch.Tensor, torch.Tensor, torch.Tensor]]:
    """The teacher's features and logits for `count` random views, and their examples, in runs."""
    torch.manual_seed(0)
    random = np.random.default_rng(0)
    for _ in range(0, count, _RUN):
        rows = pictures.draw(_RUN, random)
        features, logits = teacher(views(pictures.squares(rows)))
        yield features, logits, rows
