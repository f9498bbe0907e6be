"""The network in the box: torchvision's MobileNetV3-small with one head for each target."""

from __future__ import annotations

from semsearch.models.mending import mend_torchvision

mend_torchvision()

import torch  # noqa: E402
from torch import nn  # noqa: E402
from torch.nn import functional  # noqa: E402
from torchvision import models  # noqa: E402

from training.semantics import VISUAL_DIMS  # noqa: E402

FEATURES = 1280
SEMANTIC_DIMS = 384
CLASSES = 1000


class Student(nn.Module):
    """From pixels, uint8 of shape (n, 3, side, side), to features, visual and semantic; no row normalised."""

    def __init__(self) -> None:
        super().__init__()
        network = models.mobilenet_v3_small(weights=None)
        self.trunk = network.features
        self.widen = nn.Sequential(nn.Linear(network.classifier[0].in_features, FEATURES), nn.Hardswish())
        self.visual = nn.Linear(FEATURES, VISUAL_DIMS)
        self.semantic = nn.Linear(FEATURES, SEMANTIC_DIMS)
        self.classes = nn.Linear(FEATURES, CLASSES)  # only while learning

    def forward(self, pixels: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        features = self.features(pixels)
        return features, self.visual(features), self.semantic(features)

    def features(self, pixels: torch.Tensor) -> torch.Tensor:
        centred = (pixels.float() - 118.0) / 60.0
        widened: torch.Tensor = self.widen(self.trunk(centred).mean((2, 3)))
        return widened


class TwoGlances(nn.Module):
    """The student as it is used: it looks at the whole picture, and once more at the middle of it.

    Takes pixels as Pillow gives them, uint8 of shape (n, SIDE, SIDE, 3); gives visual, semantic and features.
    What is small in the whole is larger in the middle, where most pictures have their subject.
    """

    SIDE = 150
    WHOLE = 128
    MIDDLE = 112

    def __init__(self, student: Student) -> None:
        super().__init__()
        self._student = student

    def forward(self, pixels: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        picture = pixels.permute(0, 3, 1, 2).float()
        whole = functional.interpolate(
            picture, size=(self.WHOLE, self.WHOLE), mode="bilinear", align_corners=False
        )
        edge = (self.SIDE - self.MIDDLE) // 2
        middle = picture[:, :, edge : edge + self.MIDDLE, edge : edge + self.MIDDLE]
        glances = [self._student(whole), self._student(middle)]
        features = glances[0][0] + glances[1][0]
        visual = _sum_of_units(glances[0][1], glances[1][1])
        semantic = _sum_of_units(glances[0][2], glances[1][2])
        return visual, semantic, features


def _sum_of_units(first: torch.Tensor, second: torch.Tensor) -> torch.Tensor:
    return functional.normalize(first, dim=1) + functional.normalize(second, dim=1)
