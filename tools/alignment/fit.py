"""Fit an alignment: by least squares, and then so that captions find their photos and names their names."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from semsearch.models.alignment import Alignment
from semsearch.records import Vector, Vectors

Numbers = npt.NDArray[np.int64]

# The strength of the regularisation of least squares, as a share of the mean variance.
_RIDGE = 0.03
_STEPS, _BATCH, _RATE = 600, 512, 1e-3
_PHOTO_TEMPERATURE, _TEXT_TEMPERATURE = 0.1, 0.05
# The weight of the cosine between a caption and what the other model makes of it.
_NEARNESS = 10.0
# The share of captions that are moved by what a translation moved a sentence.
_TRANSLATED = 0.8


@dataclass(frozen=True, slots=True)
class Lesson:
    """What is learned from, as unit rows, one for each text.

    `texts` are from the model that the alignment leads from, `wanted` from the other one, of the same texts
    in English. `groups` number the English texts, and `weights` say how often a text is drawn. `captions` are
    the rows of `texts` that are captions, and `of_photo` the rows of `photos` that they describe. `moves` are
    the differences between translations of sentences and the sentences.
    """

    texts: Vectors
    wanted: Vectors
    groups: Numbers
    weights: Vector
    captions: Numbers
    of_photo: Numbers
    photos: Vectors
    moves: Vectors


def least_squares(texts: Vectors, wanted: Vectors, weights: Vector) -> Alignment:
    """The linear map with the least squares of errors, regularised."""
    share = (weights / weights.sum())[:, None]
    middle, other = (share * texts).sum(axis=0), (share * wanted).sum(axis=0)
    centred = texts - middle
    variance = (centred * share).T @ centred
    ridge = _RIDGE * np.trace(variance) / len(variance) * np.eye(len(variance))
    weight = np.linalg.solve(variance + ridge, (centred * share).T @ (wanted - other))
    return Alignment(weight.astype(np.float32), (other - middle @ weight).astype(np.float32))


def fit(lesson: Lesson, steps: int = _STEPS) -> Alignment:
    """An alignment that starts from least squares. The same input gives the same map on the same machine.

    The loss has three parts: captions, some moved as by a translation, find their photos among all (InfoNCE);
    they are near to what the other model makes of them; names and sentences in any language find their
    English among those of the batch, and are found by it.
    """
    torch.manual_seed(0)
    start = least_squares(lesson.texts, lesson.wanted, lesson.weights)
    weight = torch.tensor(start.weight, requires_grad=True)
    bias = torch.tensor(start.bias, requires_grad=True)
    optimizer = torch.optim.Adam([weight, bias], lr=_RATE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, _RATE, steps)
    tensors = _Tensors(lesson)
    for _ in range(steps):
        loss = tensors.loss_of_captions(weight, bias) + tensors.loss_of_names(weight, bias)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    return Alignment(weight.detach().numpy(), bias.detach().numpy())


class _Tensors:
    """A lesson as tensors, and the losses of random batches of it."""

    def __init__(self, lesson: Lesson) -> None:
        self._texts, self._wanted = torch.tensor(lesson.texts), torch.tensor(lesson.wanted)
        self._captions, self._of_photo = torch.tensor(lesson.captions), torch.tensor(lesson.of_photo)
        self._photos, self._moves = torch.tensor(lesson.photos), torch.tensor(lesson.moves)
        self._groups = torch.tensor(lesson.groups)
        self._others = torch.tensor(lesson.weights)
        self._others[self._captions] = 0

    def loss_of_captions(self, weight: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
        chosen = torch.randint(len(self._captions), (_BATCH,))
        rows = self._captions[chosen]
        moves = self._moves[torch.randint(len(self._moves), (_BATCH,))]
        moved = self._texts[rows] + moves * (torch.rand(_BATCH, 1) < _TRANSLATED)
        mapped = _mapped(functional.normalize(moved, dim=1), weight, bias)
        scores = mapped @ self._photos.T / _PHOTO_TEMPERATURE
        nearness = (mapped * self._wanted[rows]).sum(dim=1).mean()
        return functional.cross_entropy(scores, self._of_photo[chosen]) + _NEARNESS * (1 - nearness)

    def loss_of_names(self, weight: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
        rows = torch.multinomial(self._others, _BATCH, replacement=True)
        scores = _mapped(self._texts[rows], weight, bias) @ self._wanted[rows].T / _TEXT_TEMPERATURE
        same = (self._groups[rows][:, None] == self._groups[rows][None]).float()
        right = same / same.sum(dim=1, keepdim=True)
        return (functional.cross_entropy(scores, right) + functional.cross_entropy(scores.T, right)) / 2


def _mapped(texts: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
    return functional.normalize(texts @ weight + bias, dim=1)
