"""The student's blocks learn, each for itself, what the teacher's blocks make of what comes before them.

A network of fifty layers learns slowly from what comes out at its end. A block of three layers that is shown
what goes in and what should come out learns in minutes, from few pictures, and all blocks do so at once.
Knowledge distillation block by block: Wang et al., "Progressive Blockwise Knowledge Distillation for Neural
Network Acceleration", IJCAI 2018. The student's pictures are smaller than those the teacher was trained on,
which is what `distil` then makes good.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from tools.minilook.augment import augment
from tools.minilook.mobilenet import blocks, branch, decayed, goes_around, standardised, trained
from tools.minilook.run import DEVICE, Run, place

BATCH = 48
SIDE = 112
RATE = 4e-3
# The share of the run after which statistics of batches stay what they are: those of a few pictures are so
# noisy in deep blocks, where a picture has sixteen positions, that the noise would be most of the error.
SETTLED = 0.3
STEEPER = 5.0  # the rate of scales and offsets, which have the farthest to go
WARM_UP = 50  # steps
# Positions in a map from which a block learns in one step: maps of early blocks are large, few pictures do.
POSITIONS = 5000
FEWEST = 8  # pictures


class Imitation(Run):
    """Its checkpoint has the student's `blocks`."""

    def __init__(self, pixels: npt.NDArray[np.uint8], weights: Path, checkpoint: Path, samples: int) -> None:
        """Learn from `samples` of `pixels`, views (n, v, v, 3); `weights` are the teacher's, an .npz."""
        self._pixels = pixels
        teacher = trained(weights).features.requires_grad_(requires_grad=False)
        place(teacher)
        self._around = [goes_around(block) for block in teacher]
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

    def _learn(self, random: np.random.Generator) -> list[float]:
        for group in self._optimizer.param_groups:
            group["lr"] = RATE * group["steeper"] * self._rate()
        self._blocks.train(self.done < SETTLED)
        self._optimizer.zero_grad()
        errors = self._errors(random)
        self._optimizer.step()
        return [float(np.mean(errors)), max(errors)]

    def _errors(self, random: np.random.Generator) -> list[float]:
        """For each block, the share of its maps' variance that it does not explain; leaves gradients."""
        rows = np.sort(random.choice(len(self._pixels), min(BATCH, len(self._pixels)), replace=False))
        views = torch.from_numpy(self._pixels[rows]).to(DEVICE).permute(0, 3, 1, 2)
        given = standardised(augment(views, SIDE)).contiguous(memory_format=torch.channels_last)
        errors = []
        for teacher, student, around in zip(self._teacher, self._student, self._around, strict=True):
            with torch.no_grad():
                wanted = teacher(given)
            few = max(FEWEST, POSITIONS // wanted[0, 0].numel())
            shown, right = student(given[:few]), wanted[:few]
            # Each channel counts as much as every other, unless it hardly varies.
            variance = right.var((0, 2, 3)) + 1e-4 * right.var()
            error = ((shown - right).square().mean((0, 2, 3)) / variance).mean()
            error.backward()
            errors.append(error.item())
            given = given + wanted if around else wanted
        return errors
