"""Fit a head to captioned pictures. Imports torch."""

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

_HELD_OUT = (20, 1000)  # pictures held out, at least and at most
_SHARES = np.arange(11) / 10  # shares of the base that are tried on the pictures held out
# The part of the gain that a greater share of the base is worth: the base knows more kinds of pictures.
_WORTH = 0.02
_EVALUATIONS = 20  # on the pictures held out, during training

# The strengths of regularisation that are tried, for features with a standard deviation of 1.
_RIDGES = (0.1, 1.0, 10.0, 100.0)
_BATCH = 512
_TEMPERATURE = 0.05
_RATE = 1e-4
_DECAY = 0.1
_DROPOUT = 0.5  # without it, the head overfits to a few hundred pictures


@dataclass(frozen=True, slots=True)
class Fitted:
    """A fitted head, and how well captions find the pictures held out without it and with it.

    `before` is for the base alone; it is None without a base. `head` is None when it finds the pictures
    hardly better than the base does, or worse.
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
    """Fit a map from features (n, any) to captions, which are unit rows (one or more, dims) for each picture.

    `base` are the unit rows (n, dims) of the network's own `semantic` output, if it has one. One picture in
    ten is held out (at least 20, at most 1,000, and no more than a third). The pictures held out decide how
    strong the regularisation is, when training stops, and how large the share of the base is. `watch` is
    called with the number of epochs done. The same input gives the same head on the same machine.
    """
    count = len(features)
    out = min(max(count // 10, _HELD_OUT[0]), count // 3, _HELD_OUT[1])
    order = np.random.default_rng(0).permutation(count)
    held, taught = order[:out], order[out:]
    held_base = None if base is None else base[held]
    trial = _Trial(features[held], [captions[n] for n in held], held_base)
    training = _Training(features[taught], [captions[n] for n in taught])
    best, gains = _best_head(training, trial, epochs, watch)
    chosen = int(np.flatnonzero(gains >= (1 - _WORTH) * gains.max())[-1])
    share = float(trial.shares[chosen])
    best = replace(best, base_share=share)
    return Fitted(best if share < 1 else None, out, trial.before(), trial.after(best))


def _best_head(
    training: _Training, trial: _Trial, epochs: int, watch: Callable[[int], None]
) -> tuple[Head, npt.NDArray[np.float64]]:
    """The head with the best gain in the course of training, and its gain for each share of the base."""
    starts = [training.least_squares(ridge) for ridge in _RIDGES]
    reached = [trial.gains(training.head(start)) for start in starts]
    first = int(np.argmax([each.max() for each in reached]))
    best, best_gains = training.head(starts[first]), reached[first]
    for epoch, head in enumerate(training.contrast(starts[first], epochs), start=1):
        watch(epoch)
        if (
            epoch % max(1, epochs // _EVALUATIONS) == 0
            and (now := trial.gains(head)).max() > best_gains.max()
        ):
            best, best_gains = head, now
    return best, best_gains


class _Trial:
    """The pictures held out: they show how well captions find pictures with a head."""

    def __init__(self, features: Vectors, captions: Sequence[Vectors], base: Vectors | None) -> None:
        self._features = features
        self._judged = Judged(captions)
        self._base = base
        self.shares = _SHARES[:1] if base is None else _SHARES

    def gains(self, head: Head) -> npt.NDArray[np.float64]:
        """The gain with each share of the base."""
        mapped = head(self._features, None)
        return np.array([gain(self._judged.ranks(mixed(self._base, mapped, share))) for share in self.shares])

    def before(self) -> Figures | None:
        """The figures of the base alone; None without a base."""
        return None if self._base is None else figures(self._judged.ranks(self._base))

    def after(self, head: Head) -> Figures:
        """The figures of a head with its share of the base."""
        return figures(self._judged.ranks(head(self._features, self._base)))


class _Training:
    """The features and captions to learn from, on the device that does the training."""

    def __init__(self, features: Vectors, captions: Sequence[Vectors]) -> None:
        device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self._mean, self._deviation = features.mean(axis=0), features.std(axis=0)
        # Without it, features that hardly vary would become huge.
        self._deviation += 1e-3 * float(features.std()) + 1e-12
        self._x = torch.from_numpy((features - self._mean) / self._deviation).to(device)
        self._texts = torch.from_numpy(np.concatenate(captions)).to(device)
        self._counts = torch.tensor([len(rows) for rows in captions], device=device)
        self._starts = torch.cumsum(self._counts, 0) - self._counts
        parts = self._texts.split(self._counts.tolist())
        self._targets = torch.stack([rows.mean(dim=0) for rows in parts])

    def least_squares(self, ridge: float) -> torch.Tensor:
        """Weights (features, dims) of a ridge regression, solved with the smaller of two Gram matrices."""
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

        In each batch, each picture has to be matched to one of its captions, and each caption to its picture
        (InfoNCE). Captions that say the same all count as right.
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
        """The same map, for features that are not standardised."""
        bias = self._targets.mean(dim=0) if bias is None else bias
        scaled = weight.detach().cpu().numpy() / self._deviation[:, None]
        shifted = bias.detach().cpu().numpy() - self._mean @ scaled
        return Head(scaled.astype(np.float32), shifted.astype(np.float32))
