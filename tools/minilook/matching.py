"""The loss for matching pictures and texts, where a picture of a horse is also one of an animal."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from tools.minilook.names import Names
from tools.minilook.run import DEVICE

SHARPNESS = 30.0  # the factor on a cosine similarity in a softmax over texts
OTHER_TEXTS = 4096  # texts beside those of the batch, from which a picture's own is told apart


class Matching:
    """Draws texts for examples, and knows which texts are right for an example, and which may be."""

    def __init__(self, names: Names) -> None:
        self.vectors = torch.from_numpy(names.vectors.astype(np.float32)).to(DEVICE)
        self._kind = torch.from_numpy(names.kind).to(DEVICE)
        self._kinds = int(names.kind.max()) + 1
        self._shown = _padded(names.shown_starts, names.shown, self._kinds)
        self._things = _padded(names.things_starts, names.things, len(names.below))
        # Row i: the nouns that are kinds of noun i. The last row is for lists that end early.
        self._kinds_of = torch.from_numpy(np.pad(names.below.T, ((0, 1), (0, 0)))).to(DEVICE)
        self.count = len(names.text_starts) - 1  # examples
        self._starts = torch.from_numpy(names.text_starts).to(DEVICE)
        self._texts = torch.from_numpy(names.texts).to(DEVICE)
        self._until = torch.from_numpy(np.cumsum(names.chances)).to(DEVICE)

    def draw(self, examples: torch.Tensor) -> torch.Tensor:
        """A random text for each example. Every example has to have one."""
        first, last = self._starts[examples], self._starts[examples + 1] - 1
        before = torch.where(first > 0, self._until[first - 1], 0.0)
        wanted = before + torch.rand(len(examples), device=DEVICE).double() * (self._until[last] - before)
        return self._texts[torch.searchsorted(self._until, wanted).clamp(first, last)]

    def has_texts(self, examples: torch.Tensor) -> torch.Tensor:
        return self._starts[examples + 1] > self._starts[examples]

    def loss(
        self, shown: torch.Tensor, examples: torch.Tensor, taught: torch.Tensor | None = None
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """The loss by the truth, in both directions, and by the odds that the vectors `taught` give.

        `shown` are unit vectors of pictures (n, 384) that show `examples` (n,).
        """
        own = self.draw(examples)
        others = torch.randint(len(self.vectors), (OTHER_TEXTS,), device=DEVICE)
        columns = torch.cat([own, others])
        texts = self.vectors[columns]
        scores = shown @ texts.T * SHARPNESS
        other = self._may_show(examples)[:, self._kind[columns]]
        other[:, : len(own)].fill_diagonal_(False)
        told = scores.masked_fill(other, -torch.inf)
        aim = torch.arange(len(own), device=DEVICE)
        truth = functional.cross_entropy(told, aim) + functional.cross_entropy(told[:, : len(own)].T, aim)
        if taught is None:
            return truth, torch.zeros_like(truth)
        wanted = functional.softmax(taught @ texts.T * SHARPNESS, 1)
        return truth, functional.cross_entropy(scores, wanted)

    def _may_show(self, examples: torch.Tensor) -> torch.Tensor:
        """Whether each example shows each kind, or may show it, because it shows what that is a kind of."""
        shows = torch.zeros(len(examples), self._kinds + 1, dtype=torch.bool, device=DEVICE)
        shows.scatter_(1, self._shown[examples], value=True)
        nouns = self._kinds_of.shape[1]
        shows[:, :nouns] |= self._kinds_of[self._things[examples]].any(1)
        return shows[:, :-1]


def _padded(starts: npt.NDArray[np.int64], flat: npt.NDArray[np.int64], filler: int) -> torch.Tensor:
    """Lists end to end as the rows of a matrix, with `filler` after the end of each."""
    lengths = np.diff(starts)
    rows = np.full((len(lengths), max(1, int(lengths.max()))), filler, np.int64)
    rows[np.arange(rows.shape[1]) < lengths[:, None]] = flat
    return torch.from_numpy(rows).to(DEVICE)
