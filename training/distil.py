"""The student learns what the teacher says, and the captions themselves."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from training.augment import augment
from training.semantics import SHARPNESS, Texts
from training.student import Student

BATCH = 128
RATE = 2.5e-3
DECAY = 0.04
WARM_UP = 400  # steps
OTHER_TEXTS = 768  # texts beside the batch's own that a picture must be told from
# The share of the run by whose end a side is given up: small pictures first teach as much in less time.
SIDES = ((0.55, 96), (0.9, 112), (1.0, 128))
# How often views of a source come, by view: drawings and photos of tiny size must not drown the rest.
SHARE = {
    "flickr": 1.0,
    "caltech": 1.0,
    "tinyimagenet": 0.8,
    "openclipart": 1.0,
    "stamps": 1.0,
    "emoji": 1.2,
    "icons": 0.5,
}
_AVERAGED = 0.999  # of the moving average of the weights, which is what is kept


@dataclass(frozen=True, slots=True)
class Targets:
    """What is to be learned, a row for each view."""

    pixels: npt.NDArray[np.uint8]  # (n, v, v, 3)
    visual: npt.NDArray[np.float16]  # (n, VISUAL_DIMS), unit rows
    semantic: npt.NDArray[np.float16]  # (n, 384), unit rows
    logits: npt.NDArray[np.float16]  # (n, 1000)
    example: npt.NDArray[np.int64]  # (n,)
    weight: npt.NDArray[np.float64]  # (n,) how often it is drawn, relative
    texts: Texts


class Run:
    """One training run: begins, goes on from its checkpoint, says how it is doing."""

    def __init__(self, targets: Targets, checkpoint: Path, steps: int) -> None:
        self._targets = targets
        self._checkpoint = checkpoint
        self._steps = steps
        self._device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        torch.manual_seed(0)
        self._student = Student().to(self._device)
        # The layout in which convolutions are quickest, on processors as on GPUs.
        self._student = self._student.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._average = Student().to(self._device).requires_grad_(requires_grad=False)
        self._average.load_state_dict(self._student.state_dict())
        decayed = [weight for weight in self._student.parameters() if weight.ndim > 1]
        others = [weight for weight in self._student.parameters() if weight.ndim <= 1]
        groups = [{"params": decayed, "weight_decay": DECAY}, {"params": others, "weight_decay": 0.0}]
        self._optimizer = torch.optim.AdamW(groups, lr=RATE, fused=True)
        self._chances = targets.weight / targets.weight.sum()
        self._text_vectors = torch.from_numpy(targets.texts.vectors).to(self._device)
        self.step = 0
        if checkpoint.exists():
            self._resume()

    @property
    def average(self) -> Student:
        return self._average

    def __call__(self, save_every_s: float = 300) -> Iterator[str]:
        """Train to the end; yields a line now and then, after a checkpoint."""
        since, saved, losses = time.monotonic(), time.monotonic(), []
        first = self.step
        while self.step < self._steps:
            losses.append(self._learn())
            if time.monotonic() - saved > save_every_s or self.step == self._steps:
                self.save()
                saved = time.monotonic()
                pace = (self.step - first) * BATCH / (saved - since)
                parts = " ".join(f"{part:.3f}" for part in np.mean(losses[-200:], axis=0))
                yield f"step {self.step}/{self._steps}  {pace:.0f} views/s  losses {parts}"

    def save(self) -> None:
        part = self._checkpoint.with_suffix(".part")
        state = {
            "step": self.step,
            "student": self._student.state_dict(),
            "average": self._average.state_dict(),
            "optimizer": self._optimizer.state_dict(),
        }
        torch.save(state, part)
        part.replace(self._checkpoint)

    def _resume(self) -> None:
        state = torch.load(self._checkpoint, map_location=self._device, weights_only=True)
        self._student.load_state_dict(state["student"])
        self._average.load_state_dict(state["average"])
        self._optimizer.load_state_dict(state["optimizer"])
        self.step = state["step"]

    def _learn(self) -> list[float]:
        done = self.step / self._steps
        side = next(side for end, side in SIDES if done < end)
        # A step's views depend on its number alone, so that a resumed run goes on as it would have.
        random = np.random.default_rng(self.step)
        torch.manual_seed(self.step)
        for group in self._optimizer.param_groups:
            group["lr"] = (
                RATE * min(1, (self.step + 1) / WARM_UP) * (0.5 * (1 + math.cos(math.pi * done)) + 0.002)
            )
        losses = self._losses(random, side)
        self._optimizer.zero_grad()
        sum(losses[1:], start=losses[0]).backward()
        torch.nn.utils.clip_grad_norm_(self._student.parameters(), 5.0)
        self._optimizer.step()
        self.step += 1
        self._follow()
        return [loss.item() for loss in losses]

    def _losses(self, random: np.random.Generator, side: int) -> list[torch.Tensor]:
        targets, device = self._targets, self._device
        rows = np.sort(random.choice(len(self._chances), BATCH, p=self._chances))
        views = torch.from_numpy(targets.pixels[rows]).to(device).permute(0, 3, 1, 2)
        self._student.train()
        features, visual, semantic = self._student(
            augment(views, side).contiguous(memory_format=torch.channels_last)
        )
        classes = self._student.classes(features)
        visual, semantic = functional.normalize(visual, dim=1), functional.normalize(semantic, dim=1)
        taught_visual = torch.from_numpy(targets.visual[rows].astype(np.float32)).to(device)
        taught_semantic = torch.from_numpy(targets.semantic[rows].astype(np.float32)).to(device)
        logits = torch.from_numpy(targets.logits[rows].astype(np.float32)).to(device)
        names = targets.texts.draw(targets.example[rows], random)
        others = random.integers(0, len(targets.texts.vectors), OTHER_TEXTS)
        return [
            2 * (1 - (semantic * taught_semantic).sum(1)).mean(),
            0.5 * self._told_apart(semantic, taught_semantic, names, others),
            2 * (1 - (visual * taught_visual).sum(1)).mean(),
            10 * (visual @ visual.T - taught_visual @ taught_visual.T).square().mean(),
            2 * _divergence(classes / 2, logits / 2),
        ]

    def _told_apart(
        self,
        semantic: torch.Tensor,
        taught: torch.Tensor,
        names: npt.NDArray[np.int64],
        others: npt.NDArray[np.int64],
    ) -> torch.Tensor:
        """Which text belongs to a picture: half what is true, half what the teacher would have said."""
        named = torch.from_numpy(np.flatnonzero(names >= 0)).to(self._device)
        own = torch.from_numpy(names[names >= 0]).to(self._device)
        columns = torch.cat([own, torch.from_numpy(others).to(self._device)])
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
    def _follow(self) -> None:
        """Let the average follow, faster at first."""
        keep = min(_AVERAGED, (self.step + 1) / (self.step + 10))
        average, student = self._average.state_dict(), self._student.state_dict()
        for name, mine in average.items():
            its = student[name]
            if mine.dtype.is_floating_point:
                mine.lerp_(its, 1 - keep)
            else:
                mine.copy_(its)


def _divergence(said: torch.Tensor, taught: torch.Tensor) -> torch.Tensor:
    """How far the student's probabilities of the classes are from the teacher's."""
    return functional.kl_div(
        functional.log_softmax(said, 1), functional.softmax(taught, 1), reduction="batchmean"
    )
