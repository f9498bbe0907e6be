"""Train the whole student on the teacher's answers for pictures, and on the captions."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from tools.minilook.augment import augment
from tools.minilook.mobilenet import decayed
from tools.minilook.run import DEVICE, Run, Stateful, place
from tools.minilook.semantics import SHARPNESS, Texts
from tools.minilook.student import Student

BATCH = 64
RATE = 1e-3
DECAY = 0.02
WARM_UP = 200  # steps
OTHER_TEXTS = 768  # texts beside those of the batch, from which a picture's own is told apart
# The sides of the pictures, each until this share of the run: small ones teach almost as much in less time.
SIDES = ((0.7, 112), (1.0, 128))
# How often a view of each source is drawn: drawings and tiny photos must not outweigh the rest.
SHARE = {
    "flickr": 1.0,
    "caltech": 1.0,
    "tinyimagenet": 0.8,
    "openclipart": 1.0,
    "stamps": 1.0,
    "emoji": 1.2,
    "icons": 0.5,
}
_AVERAGED = 0.999  # the decay of the moving average of the weights; the average is the result


@dataclass(frozen=True, slots=True)
class Targets:
    """The targets that the student learns, a row for each view."""

    pixels: npt.NDArray[np.uint8]  # (n, v, v, 3)
    features: npt.NDArray[np.float16]  # (n, 1280), those of the teacher
    visual: npt.NDArray[np.float16]  # (n, VISUAL_DIMS), unit rows
    semantic: npt.NDArray[np.float16]  # (n, 384), unit rows
    logits: npt.NDArray[np.float16]  # (n, 1000)
    example: npt.NDArray[np.int64]  # (n,)
    weight: npt.NDArray[np.float64]  # (n,), how often a view is drawn, relative to others
    texts: Texts


class Distillation(Run):
    """A run whose checkpoint has the `student`, and the `average` of its weights, which is the result."""

    def __init__(self, targets: Targets, imitated: Path, checkpoint: Path, samples: int) -> None:
        """Learn from `samples` views. Begin with the blocks of `imitated`, the checkpoint of an Imitation."""
        self._targets = targets
        torch.manual_seed(0)
        self._student = Student()
        place(self._student)
        if not checkpoint.exists():
            state = torch.load(imitated, map_location=DEVICE, weights_only=True)
            self._student.blocks.load_state_dict(state["blocks"])
            _begin_heads(self._student, targets)
        self.average = deepcopy(self._student).requires_grad_(requires_grad=False)
        self._optimizer = torch.optim.AdamW(decayed(self._student.parameters(), DECAY), lr=RATE, fused=True)
        self._chances = targets.weight / targets.weight.sum()
        self._text_vectors = torch.from_numpy(targets.texts.vectors).to(DEVICE)
        kept: dict[str, Stateful] = {
            "student": self._student,
            "average": self.average,
            "optimizer": self._optimizer,
        }
        super().__init__(checkpoint, samples, BATCH, WARM_UP, kept)

    def _learn(self, random: np.random.Generator) -> list[float]:
        side = next(side for end, side in SIDES if self.done < end)
        for group in self._optimizer.param_groups:
            group["lr"] = RATE * self._rate()
        losses = self._losses(random, side)
        self._optimizer.zero_grad()
        sum(losses[1:], start=losses[0]).backward()
        torch.nn.utils.clip_grad_norm_(self._student.parameters(), 5.0)
        self._optimizer.step()
        self._update_average()
        return [loss.item() for loss in losses]

    def _losses(self, random: np.random.Generator, side: int) -> list[torch.Tensor]:
        targets = self._targets
        rows = np.sort(random.choice(len(self._chances), BATCH, p=self._chances))
        views = torch.from_numpy(targets.pixels[rows]).to(DEVICE).permute(0, 3, 1, 2)
        self._student.train()
        features, visual, semantic = self._student(
            augment(views, side).contiguous(memory_format=torch.channels_last)
        )
        classes = self._student.classes(features)
        visual, semantic = functional.normalize(visual, dim=1), functional.normalize(semantic, dim=1)
        taught_visual = torch.from_numpy(targets.visual[rows].astype(np.float32)).to(DEVICE)
        taught_semantic = torch.from_numpy(targets.semantic[rows].astype(np.float32)).to(DEVICE)
        logits = torch.from_numpy(targets.logits[rows].astype(np.float32)).to(DEVICE)
        names = targets.texts.draw(targets.example[rows], random)
        others = random.integers(0, len(targets.texts.vectors), OTHER_TEXTS)
        return [
            2 * (1 - (semantic * taught_semantic).sum(1)).mean(),
            0.5 * self._matching_loss(semantic, taught_semantic, names, others),
            2 * (1 - (visual * taught_visual).sum(1)).mean(),
            10 * (visual @ visual.T - taught_visual @ taught_visual.T).square().mean(),
            2 * _divergence(classes / 2, logits / 2),
        ]

    def _matching_loss(
        self,
        semantic: torch.Tensor,
        taught: torch.Tensor,
        names: npt.NDArray[np.int64],
        others: npt.NDArray[np.int64],
    ) -> torch.Tensor:
        """The loss for matching pictures and texts. The targets are half truth, half the teacher's."""
        named = torch.from_numpy(np.flatnonzero(names >= 0)).to(DEVICE)
        own = torch.from_numpy(names[names >= 0]).to(DEVICE)
        columns = torch.cat([own, torch.from_numpy(others).to(DEVICE)])
        texts = self._text_vectors[columns]
        scores = semantic[named] @ texts.T * SHARPNESS
        same = (own[:, None] == columns[None, :]).float()
        said = functional.softmax(taught[named] @ texts.T * SHARPNESS, 1)
        wanted = 0.5 * same / same.sum(1, keepdim=True) + 0.5 * said
        across = scores[:, : len(own)].T
        backwards = same[:, : len(own)]
        return functional.cross_entropy(scores, wanted) + functional.cross_entropy(
            across, backwards / backwards.sum(1, keepdim=True)
        )

    @torch.no_grad()
    def _update_average(self) -> None:
        """Update the moving average, with a smaller decay at first."""
        keep = min(_AVERAGED, (self.step + 1) / (self.step + 10))
        average, student = self.average.state_dict(), self._student.state_dict()
        for name, mine in average.items():
            its = student[name]
            if mine.dtype.is_floating_point:
                mine.lerp_(its, 1 - keep)
            else:
                mine.copy_(its)


def _divergence(said: torch.Tensor, taught: torch.Tensor) -> torch.Tensor:
    """The divergence of the student's class probabilities from the teacher's."""
    return functional.kl_div(
        functional.log_softmax(said, 1), functional.softmax(taught, 1), reduction="batchmean"
    )


def _begin_heads(student: Student, targets: Targets, rows: int = 32_768) -> None:
    """Initialise the heads with the least squares from the teacher's features to each target."""
    features = targets.features[:rows].astype(np.float32)
    inputs = np.concatenate([features, np.ones((len(features), 1), np.float32)], axis=1)
    square = (inputs.T @ inputs).astype(np.float64)
    square += 0.01 * np.eye(len(square)) * square.diagonal().mean()
    for head, wanted in (
        (student.visual, targets.visual),
        (student.semantic, targets.semantic),
        (student.classes, targets.logits),
    ):
        solved = torch.from_numpy(np.linalg.solve(square, inputs.T @ wanted[:rows].astype(np.float32)))
        with torch.no_grad():
            head.weight.copy_(solved[:-1].T)
            head.bias.copy_(solved[-1])
