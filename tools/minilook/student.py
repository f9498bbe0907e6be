"""The network of the built-in model: torchvision's MobileNetV2 with a head for each target."""

from __future__ import annotations

import torch
from torch import nn

from tools.minilook.mobilenet import CLASSES, FEATURES, blocks, standardised
from tools.minilook.semantics import SEMANTIC_DIMS, VISUAL_DIMS


class Student(nn.Module):
    """Maps pixels from 0 to 255, (n, 3, side, side), to features, visual and semantic, not normalised."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks = blocks()
        self.visual = nn.Linear(FEATURES, VISUAL_DIMS)
        self.semantic = nn.Linear(FEATURES, SEMANTIC_DIMS)
        self.classes = nn.Linear(FEATURES, CLASSES)  # used only in training

    def forward(self, pixels: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        features: torch.Tensor = self.blocks(standardised(pixels)).mean((2, 3))
        return features, self.visual(features), self.semantic(features)


class Glance(nn.Module):
    """The student for use: it takes pixels as Pillow has them, uint8 of shape (n, SIDE, SIDE, 3)."""

    SIDE = 128

    def __init__(self, student: Student) -> None:
        super().__init__()
        self._student = student

    def forward(self, pixels: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Return visual, semantic and features."""
        features, visual, semantic = self._student(pixels.permute(0, 3, 1, 2))
        return visual, semantic, features
