"""The pictures in memory, and how often each is drawn."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from tools.minilook.examples import Example
from tools.minilook.run import DEVICE
from tools.minilook.squares import Pixels

# How often a picture of each source is drawn: more for photos that are like people's own. Neither drawings
# nor tiny photos must outweigh the rest.
SHARE = {
    "flickr": 5.0,
    "caltech": 4.0,
    "tinyimagenet": 0.8,
    "openclipart": 3.0,
    "stamps": 6.0,
    "emoji": 5.0,
    "icons": 0.5,
}


class Pictures:
    def __init__(self, squares: Pixels, examples: Sequence[Example]) -> None:
        """`squares` (n, s, s, 4) show the `examples`. They are kept in a GPU's memory if there is one."""
        self._squares = torch.from_numpy(squares).to(DEVICE)
        chances = np.array([SHARE[example.source] for example in examples])
        self._chances = chances / chances.sum()

    def draw(self, count: int, random: np.random.Generator) -> torch.Tensor:
        """Random examples (count,)."""
        return torch.from_numpy(random.choice(len(self._chances), count, p=self._chances)).to(DEVICE)

    def squares(self, rows: torch.Tensor) -> torch.Tensor:
        """The squares of examples, uint8 of shape (n, s, s, 4)."""
        return self._squares[rows]
