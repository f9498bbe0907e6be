"""A run of training that can be interrupted at any time, and continues from its last checkpoint."""

from __future__ import annotations

import math
import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch

_RECENT = 200  # steps, whose mean losses are told

DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")


torch.backends.cudnn.benchmark = True


def half(kind: torch.dtype) -> torch.autocast:
    """A context in which a GPU computes with 16 bits where that is safe. It changes nothing on a CPU."""
    return torch.autocast(DEVICE.type, kind, enabled=DEVICE.type == "cuda")


def place(module: torch.nn.Module) -> None:
    """Move a module to the device, in the layout in which convolutions are fastest on CPUs and GPUs."""
    module.to(DEVICE, memory_format=torch.channels_last)  # type: ignore[call-overload]


class Stateful(Protocol):
    """A module or an optimizer."""

    def state_dict(self) -> dict[str, Any]: ...

    def load_state_dict(self, state_dict: dict[str, Any]) -> object: ...


class Run(ABC):
    """Training steps. Their results are the same whether the run is interrupted or not."""

    def __init__(
        self, checkpoint: Path, samples: int, batch: int, warm_up: int, kept: Mapping[str, Stateful]
    ) -> None:
        """Learn from `samples` views, with repetitions. Continue from `checkpoint` if it exists.

        A checkpoint holds the number of the step and the states of `kept`.
        """
        self._checkpoint = checkpoint
        self._steps = samples // batch
        self._batch = batch
        self._warm_up = warm_up
        self._kept = kept
        self.step = 0
        if checkpoint.exists():
            self._resume()

    def __call__(self, save_every_s: float = 300) -> Iterator[str]:
        """Train to the end. Yields a line of figures after each checkpoint."""
        since = saved = time.monotonic()
        losses: deque[torch.Tensor] = deque(maxlen=_RECENT)
        first = self.step
        while self.step < self._steps:
            # Random numbers depend only on the step, so a resumed run gives the same result.
            torch.manual_seed(self.step)
            losses.append(self._learn(np.random.default_rng(self.step)))
            self.step += 1
            if time.monotonic() - saved > save_every_s or self.step == self._steps:
                self._save()
                saved = time.monotonic()
                pace = (self.step - first) * self._batch / (saved - since)
                parts = " ".join(f"{part:.3f}" for part in torch.stack(list(losses)).mean(0).tolist())
                yield f"step {self.step}/{self._steps}  {pace:.0f} views/s  losses {parts}"

    @property
    def done(self) -> float:
        """The share of the run that is done."""
        return self.step / self._steps

    @abstractmethod
    def _learn(self, random: np.random.Generator) -> torch.Tensor:
        """Do one step, and return its losses (n,)."""

    def _rate(self) -> float:
        """The learning rate as a share of the highest: a linear rise, with a cosine down to nearly zero."""
        rising = min(1, (self.step + 1) / self._warm_up)
        return rising * (0.5 * (1 + math.cos(math.pi * self.done)) + 0.002)

    def _save(self) -> None:
        part = self._checkpoint.with_suffix(".part")
        torch.save({"step": self.step, **{name: its.state_dict() for name, its in self._kept.items()}}, part)
        part.replace(self._checkpoint)

    def _resume(self) -> None:
        state = torch.load(self._checkpoint, map_location=DEVICE, weights_only=True)
        for name, its in self._kept.items():
            its.load_state_dict(state[name])
        self.step = state["step"]
