"""Train each block of the student separately, on the input and the output of the teacher's block.

A network of fifty layers learns slowly from its final output alone. A block of three layers that is given its
input and its target output learns in minutes, from few pictures, and all blocks learn at the same time. This
is knowledge distillation block by block: Wang et al., "Progressive Blockwise Knowledge Distillation for
Neural Network Acceleration", IJCAI 2018. The student's pictures are smaller than those the teacher was
trained on; `distil` makes up for that afterwards.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from tools.minilook.augment import in_other_light, views
from tools.minilook.mobilenet import blocks, branch, decayed, is_residual, standardised, trained
from tools.minilook.pictures import Pictures
from tools.minilook.run import Run, place

BATCH = 96
SIDE = 128
RATE = 4e-3
# The share of the run after which the batch statistics are frozen. In deep blocks a picture has only sixteen
# positions, and the statistics of a few pictures are noisy: the noise would be most of the error.
SETTLED = 0.3
STEEPER = 5.0  # the factor on the rate of scales and offsets, which change the most
WARM_UP = 50  # steps
# Positions in the maps from which a block learns in a step: early maps are large, so few pictures are enough.
POSITIONS = 20_000
FEWEST = 8  # pictures in one step, at least


class Imitation(Run):
    """A run whose checkpoint has the student's `blocks`."""

    def __init__(self, pictures: Pictures, weights: Path, checkpoint: Path, samples: int) -> None:
        """Learn from `samples` views of the pictures. `weights` is an .npz of the teacher."""
        self._pictures = pictures
        teacher = trained(weights).features.requires_grad_(requires_grad=False)
        place(teacher)
        self._is_residual = [is_residual(block) for block in teacher]
        self._teacher = [branch(block) for block in teacher]
        torch.manual_seed(0)
        self._blocks = blocks()
        place(self._blocks)
        self._student = [branch(block) for block in self._blocks]
        kernels, others = decayed(self._blocks.parameters(), 0.0)
        self._optimizer = torch.optim.AdamW(
            [{**kernels, "steeper": 1.0}, {**others, "steeper": STEEPER}], lr=RATE, fused=True
        )
        super().__init__(
            checkpoint, samples, BATCH, WARM_UP, {"blocks": self._blocks, "optimizer": self._optimizer}
        )

    def _learn(self, random: np.random.Generator) -> torch.Tensor:
        for group in self._optimizer.param_groups:
            group["lr"] = RATE * group["steeper"] * self._rate()
        self._blocks.train(self.done < SETTLED)
        self._optimizer.zero_grad()
        errors = self._errors(random)
        self._optimizer.step()
        return torch.stack([errors.mean(), errors.max()])

    def _errors(self, random: np.random.Generator) -> torch.Tensor:
        """For each block, the unexplained share of the variance of its maps. Sets the gradients, too."""
        shown = in_other_light(views(self._pictures.squares(self._pictures.draw(BATCH, random))), SIDE)
        given = standardised(shown).contiguous(memory_format=torch.channels_last)
        errors = []
        for teacher, student, is_added in zip(self._teacher, self._student, self._is_residual, strict=True):
            with torch.no_grad():
                wanted = teacher(given)
            few = max(FEWEST, POSITIONS // wanted[0, 0].numel())
            tried, right = student(given[:few]), wanted[:few]
            # Every channel has the same weight, except one that hardly varies.
            variance = right.var((0, 2, 3)) + 1e-4 * right.var()
            error = ((tried - right).square().mean((0, 2, 3)) / variance).mean()
            error.backward()
            errors.append(error.detach())
            given = given + wanted if is_added else wanted
        return torch.stack(errors)
