"""Semantic and visual targets from the teacher's features, small enough for the student.

The semantic target is a linear head plus a vector for each of the teacher's 1,000 classes, weighed by
probability. Both are trained contrastively on all captions and names: the vector of a sorrel comes near
"sorrel", "horse" and "animal", though no picture of one is there. The visual target is the principal
components of the features.
"""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional

from tools.minilook.matching import Matching
from tools.minilook.mobilenet import CLASSES, FEATURES
from tools.minilook.run import DEVICE

VISUAL_DIMS = 256
SEMANTIC_DIMS = 384
BRIDGE = 0.5  # the share of the classes; the rest is the head's
_SHUT = 0.2  # the share of features that the head does not see in a step of training


class Meaning(nn.Module):
    """Maps the teacher's features (n, 1280) and logits (n, 1000) to unit vectors."""

    mean: torch.Tensor
    deviation: torch.Tensor
    components: torch.Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(FEATURES))
        self.register_buffer("deviation", torch.ones(FEATURES))
        self.register_buffer("components", torch.zeros(FEATURES, VISUAL_DIMS))
        self.head = nn.Linear(FEATURES, SEMANTIC_DIMS, bias=False)
        self.classes = nn.Parameter(torch.zeros(CLASSES, SEMANTIC_DIMS))

    def semantic(self, features: torch.Tensor, logits: torch.Tensor) -> torch.Tensor:
        scaled = (features.float() - self.mean) / self.deviation
        said = functional.normalize(self.head(functional.dropout(scaled, _SHUT, self.training)), dim=1)
        bridge = functional.normalize(functional.softmax(logits.float(), 1) @ self.classes, dim=1)
        return functional.normalize((1 - BRIDGE) * said + BRIDGE * bridge, dim=1)

    def visual(self, features: torch.Tensor) -> torch.Tensor:
        return functional.normalize((features.float() - self.mean) @ self.components, dim=1)


def learn(
    features: torch.Tensor,
    logits: torch.Tensor,
    examples: torch.Tensor,
    matching: Matching,
    passes: int = 12,
    batch: int = 1024,
) -> Meaning:
    """Fit to the teacher's features (n, 1280) and logits (n, 1000) for views of `examples` (n,).

    The examples after the last picture are the classes.
    """
    torch.manual_seed(0)
    meaning = Meaning().to(DEVICE)
    meaning.mean.copy_(features.float().mean(0))
    centred = features.float() - meaning.mean
    meaning.deviation.copy_(centred.std(0) + 1e-3)
    meaning.components.copy_(_components(centred))
    classes = matching.count - CLASSES + torch.arange(CLASSES, device=DEVICE)
    with torch.no_grad():
        meaning.classes.copy_(matching.vectors[matching.draw(classes)])
    named = matching.has_texts(examples).nonzero().squeeze(1)
    batch = min(batch, len(named))
    steps = passes * (len(named) // batch)
    optimizer = torch.optim.AdamW(meaning.parameters(), lr=2e-3, weight_decay=0.1)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 2e-3, total_steps=steps)
    for _ in range(steps):
        rows = named[torch.randint(len(named), (batch,), device=DEVICE)]
        truth, _ = matching.loss(meaning.semantic(features[rows], logits[rows]), examples[rows])
        every, _ = matching.loss(functional.normalize(meaning.classes, dim=1), classes)
        optimizer.zero_grad()
        (truth + every).backward()
        optimizer.step()
        schedule.step()
    return meaning.eval().requires_grad_(requires_grad=False)


def _components(centred: torch.Tensor) -> torch.Tensor:
    """The principal axes, each divided by the fourth root of its variance: halfway to whitening."""
    values, vectors = torch.linalg.eigh((centred.T @ centred / len(centred)).double())
    values, vectors = values.flip(0)[:VISUAL_DIMS].clamp(min=1e-6), vectors.flip(1)[:, :VISUAL_DIMS]
    axes: torch.Tensor = vectors / values**0.25
    return axes.float()
