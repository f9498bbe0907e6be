"""Train the whole student on the teacher's answers for pictures, and on the pictures' own texts."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional

from tools.minilook.augment import in_other_light, views
from tools.minilook.matching import Matching
from tools.minilook.mobilenet import decayed
from tools.minilook.pictures import Pictures
from tools.minilook.run import DEVICE, Run, Stateful, half, place
from tools.minilook.semantics import Meaning
from tools.minilook.student import Glance, Student
from tools.minilook.teacher import Teacher, lessons

BATCH = 768
SIDE = Glance.SIDE
RATE = 2.5e-3
DECAY = 0.03
WARM_UP = 200  # steps
# The share of views into which another picture is mixed: no photo shows such things, but the teacher answers.
MIXED = 0.25
BEGUN = 32_768  # views from which the heads start
_AVERAGED = 0.999  # the decay of the moving average of the weights; the average is the result


@dataclass(frozen=True, slots=True)
class School:
    """Everything the student learns from."""

    pictures: Pictures
    matching: Matching
    teacher: Teacher
    meaning: Meaning


class Distillation(Run):
    """A run whose checkpoint has the `student`, and the `average` of its weights, which is the result."""

    def __init__(self, school: School, imitated: Path, checkpoint: Path, samples: int) -> None:
        """Learn from `samples` views. Begin with the blocks of `imitated`, the checkpoint of an Imitation."""
        self._school = school
        torch.manual_seed(0)
        self._student = Student()
        place(self._student)
        if not checkpoint.exists():
            state = torch.load(imitated, map_location=DEVICE, weights_only=True)
            self._student.blocks.load_state_dict(state["blocks"])
            _begin_heads(self._student, school)
        self.average = deepcopy(self._student).requires_grad_(requires_grad=False)
        self._optimizer = torch.optim.AdamW(decayed(self._student.parameters(), DECAY), lr=RATE, fused=True)
        kept: dict[str, Stateful] = {
            "student": self._student,
            "average": self.average,
            "optimizer": self._optimizer,
        }
        super().__init__(checkpoint, samples, BATCH, WARM_UP, kept)

    def _learn(self, random: np.random.Generator) -> torch.Tensor:
        for group in self._optimizer.param_groups:
            group["lr"] = RATE * self._rate()
        losses = torch.stack(self._losses(random))
        self._optimizer.zero_grad()
        losses.sum().backward()
        torch.nn.utils.clip_grad_norm_(self._student.parameters(), 5.0)
        self._optimizer.step()
        self._update_average()
        return losses.detach()

    def _losses(self, random: np.random.Generator) -> list[torch.Tensor]:
        school = self._school
        rows = school.pictures.draw(BATCH, random)
        shown = views(school.pictures.squares(rows))
        mixed = int(MIXED * BATCH)
        share = torch.rand(mixed, 1, 1, 1, device=DEVICE) * 0.5
        shown[:mixed] = torch.lerp(shown[:mixed], shown[-mixed:], share)
        taught, taught_logits = school.teacher(shown)
        taught_visual = school.meaning.visual(taught)
        taught_semantic = school.meaning.semantic(taught, taught_logits)
        self._student.train()
        with half(torch.bfloat16):  # its range is enough for gradients
            small = in_other_light(shown, SIDE).contiguous(memory_format=torch.channels_last)
            features, visual, semantic = self._student(small)
            logits = self._student.classes(features)
        visual = functional.normalize(visual.float(), dim=1)
        semantic = functional.normalize(semantic.float(), dim=1)
        named = mixed + school.matching.has_texts(rows[mixed:]).nonzero().squeeze(1)
        truth, said = school.matching.loss(semantic[named], rows[named], taught_semantic[named])
        return [
            2 * (1 - (semantic * taught_semantic).sum(1)).mean(),
            0.25 * truth,
            0.25 * said,
            2 * (1 - (visual * taught_visual).sum(1)).mean(),
            10 * (visual @ visual.T - taught_visual @ taught_visual.T).square().mean(),
            2 * _divergence(logits.float() / 2, taught_logits / 2),
        ]

    @torch.no_grad()
    def _update_average(self) -> None:
        """Update the moving average, with a smaller decay at first."""
        keep = min(_AVERAGED, (self.step + 1) / (self.step + 10))
        average, student = self.average.state_dict(), self._student.state_dict()
        moving = [name for name, its in average.items() if its.dtype.is_floating_point]
        torch._foreach_lerp_([average[name] for name in moving], [student[name] for name in moving], 1 - keep)


def _divergence(said: torch.Tensor, taught: torch.Tensor) -> torch.Tensor:
    """The divergence of the student's class probabilities from the teacher's."""
    return functional.kl_div(
        functional.log_softmax(said, 1), functional.softmax(taught, 1), reduction="batchmean"
    )


@torch.no_grad()
def _begin_heads(student: Student, school: School) -> None:
    """Initialise the heads with the least squares from the teacher's features to each target."""
    features, logits = (
        torch.cat(parts)
        for parts in list(zip(*lessons(school.teacher, school.pictures, BEGUN), strict=True))[:2]
    )
    inputs = functional.pad(features, (0, 1), value=1.0).double()
    square = inputs.T @ inputs
    square += 0.01 * square.diagonal().mean() * torch.eye(len(square), device=DEVICE, dtype=square.dtype)
    for head, wanted in (
        (student.visual, school.meaning.visual(features)),
        (student.semantic, school.meaning.semantic(features, logits)),
        (student.classes, logits),
    ):
        solved = torch.linalg.solve(square, inputs.T @ wanted.double()).float()
        head.weight.copy_(solved[:-1].T)
        head.bias.copy_(solved[-1])
