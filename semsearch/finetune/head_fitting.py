"""Fitting a head to captioned pictures. Imports torch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from semsearch.finetune.ranks import SAME, Figures, Judged, figures, gain
from semsearch.models.head import Head, mixed
from semsearch.records import Vectors

EPOCHS = 60

_HELD_OUT = (20, 1000)  # at least and at most
_SHARES = np.arange(11) / 10  # of the base, tried on the pictures held out
# A greater share of the base, which knows more kinds of pictures, is worth this part of the gain.
_WORTH = 0.02
_LOOKS = 20  # at the pictures held out, in the course of training

# How strongly least squares are held back, relative to features of deviation 1.
_RIDGES = (0.1, 1.0, 10.0, 100.0)
_BATCH = 512
_TEMPERATURE = 0.05
_RATE = 1e-4
_DECAY = 0.1
_DROPOUT = 0.5  # without it, some hundred pictures are soon known by heart


@dataclass(frozen=True, slots=True)
class Fitted:
    """A head, and how captions found the pictures held out: with the base alone (if it can), and with it.

    `head` is None when what was learned finds them no better than the base, or hardly.
    """

    head: Head | None
    held_out: int
    before: Figures | None
    after: Figures


def fit(
    features: Vectors,
    captions: Sequence[Vectors],
    base: Vectors | None,
    epochs: int = EPOCHS,
    watch: Callable[[int], None] = lambda _: None,
) -> Fitted:
    """Learn to map features (n, any) near the captions: for each picture unit rows (one or more, dims).

    `base` are the unit rows (n, dims) of what the network had so far, if anything. One picture in ten is
    held out (20 at least, but no more than a third): they decide how strongly to hold back, when to stop,
    and how much of the base stays. `watch` is told the number of epochs done. The same input gives the
    same head on the same machine.
    """
    count = len(features)
    out = min(max(count // 10, _HELD_OUT[0]), count // 3, _HELD_OUT[1])
    order = np.random.default_rng(0).permutation(count)
    held, taught = order[:out], order[out:]
    judged = Judged([captions[n] for n in held])
    held_base = None if base is None else base[held]
    shares = _SHARES[:1] if held_base is None else _SHARES

    def gains(head: Head) -> npt.NDArray[np.float64]:
        """What each share of the base would gain."""
        mapped = head(features[held], None)
        return np.array([gain(judged.ranks(mixed(held_base, mapped, share))) for share in shares])

    lesson = _Lesson(features[taught], [captions[n] for n in taught])
    starts = [lesson.least_squares(ridge) for ridge in _RIDGES]
    reached = [gains(lesson.head(start)) for start in starts]
    first = int(np.argmax([each.max() for each in reached]))
    best, best_gains = lesson.head(starts[first]), reached[first]
    for epoch, head in enumerate(lesson.contrast(starts[first], epochs), start=1):
        watch(epoch)
        if epoch % max(1, epochs // _LOOKS) == 0 and (now := gains(head)).max() > best_gains.max():
            best, best_gains = head, now
    chosen = int(np.flatnonzero(best_gains >= (1 - _WORTH) * best_gains.max())[-1])
    best = replace(best, base_share=float(shares[chosen]))
    after = figures(judged.ranks(best(features[held], held_base)))
    before = None if held_base is None else figures(judged.ranks(held_base))
    return Fitted(best if shares[chosen] < 1 else None, out, before, after)


class _Lesson:
    """Features and captions to learn from, on the device that learns."""

    def __init__(self, features: Vectors, captions: Sequence[Vectors]) -> None:
        device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self._mean, self._deviation = features.mean(axis=0), features.std(axis=0)
        # Features that hardly vary would be blown up.
        self._deviation += 1e-3 * float(features.std()) + 1e-12
        self._x = torch.from_numpy((features - self._mean) / self._deviation).to(device)
        self._texts = torch.from_numpy(np.concatenate(captions)).to(device)
        self._counts = torch.tensor([len(rows) for rows in captions], device=device)
        self._starts = torch.cumsum(self._counts, 0) - self._counts
        parts = self._texts.split(self._counts.tolist())
        self._targets = torch.stack([rows.mean(dim=0) for rows in parts])

    def least_squares(self, ridge: float) -> torch.Tensor:
        """Weights (features, dims) of a ridge regression, by way of the smaller of two Gram matrices."""
        n, width = self._x.shape
        targets = self._targets - self._targets.mean(dim=0)
        held_back = ridge * n * torch.eye(min(n, width), device=self._x.device)
        weight: torch.Tensor
        if n < width:
            weight = self._x.T @ torch.linalg.solve(self._x @ self._x.T + held_back, targets)
        else:
            weight = torch.linalg.solve(self._x.T @ self._x + held_back, self._x.T @ targets)
        return weight

    def contrast(self, start: torch.Tensor, epochs: int) -> Iterator[Head]:
        """The head after each epoch, beginning from the weights `start`.

        In each batch every picture has to tell one of its captions from those of the others, and every
        caption its picture (InfoNCE). Captions that say the same are all right.
        """
        x, counts, device = self._x, self._counts, self._x.device
        weight = start.clone().requires_grad_()
        bias = self._targets.mean(dim=0).requires_grad_()
        batches = -(-len(x) // _BATCH)
        optimizer = torch.optim.AdamW([weight, bias], _RATE, weight_decay=_DECAY)
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, max(1, epochs * batches))
        chance = torch.Generator().manual_seed(0)
        for _ in range(epochs):
            for batch in torch.randperm(len(x), generator=chance).to(device).chunk(batches):
                drawn = torch.randint(1 << 31, (len(batch),), generator=chance).to(device)
                texts = self._texts[self._starts[batch] + drawn % counts[batch]]
                kept = (torch.rand(len(batch), x.shape[1], generator=chance) >= _DROPOUT).to(device)
                seen = x[batch] * kept / (1 - _DROPOUT)
                near = functional.normalize(seen @ weight + bias) @ texts.T / _TEMPERATURE
                right = (texts @ texts.T > SAME).float()
                right /= right.sum(dim=1, keepdim=True)
                loss = functional.cross_entropy(near, right) + functional.cross_entropy(near.T, right)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                schedule.step()
            yield self.head(weight, bias)

    def head(self, weight: torch.Tensor, bias: torch.Tensor | None = None) -> Head:
        """The same map for features as they come."""
        bias = self._targets.mean(dim=0) if bias is None else bias
        scaled = weight.detach().cpu().numpy() / self._deviation[:, None]
        shifted = bias.detach().cpu().numpy() - self._mean @ scaled
        return Head(scaled.astype(np.float32), shifted.astype(np.float32))
