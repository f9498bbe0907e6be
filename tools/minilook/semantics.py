"""Make semantic and visual targets from the teacher's features, small enough for the student.

The semantic target is the class-name bridge (the embedded names of the 1,000 classes, weighted by
probability) plus a linear head that is trained contrastively on all captions and names. The visual target is
the principal components of the features.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import nn
from torch.nn import functional

from semsearch.models.protocol import TextEmbedder
from semsearch.models.vectors import unit
from tools.minilook.examples import Example
from tools.minilook.run import DEVICE

Array = npt.NDArray[np.float32]

VISUAL_DIMS = 256
SHARPNESS = 20.0  # the factor on a cosine similarity in a softmax over texts
BRIDGE = 0.2  # the share of the bridge; the rest is the head's


@dataclass(frozen=True, slots=True)
class Texts:
    """Every distinct caption as a unit vector, (m, 384).

    The captions of example i are the rows `members[starts[i] : starts[i + 1]]` of `vectors`.
    """

    vectors: Array
    starts: npt.NDArray[np.int64]
    members: npt.NDArray[np.int64]

    def draw(self, places: npt.NDArray[np.int64], random: np.random.Generator) -> npt.NDArray[np.int64]:
        """A random caption for each example, as its row; -1 if the example has none."""
        first, counts = self.starts[places], self.starts[places + 1] - self.starts[places]
        chosen = first + (random.random(len(places)) * np.maximum(counts, 1)).astype(np.int64)
        return np.where(counts > 0, self.members[np.minimum(chosen, len(self.members) - 1)], -1)


def embed_texts(examples: Sequence[Example], model: TextEmbedder, kept: Path) -> Texts:
    """Embed every caption. The vectors are read from the file `kept` if it exists."""
    places: dict[str, int] = {}
    members = [[places.setdefault(text, len(places)) for text in example.captions] for example in examples]
    starts = np.cumsum([0, *map(len, members)])
    flat = np.array([place for group in members for place in group], np.int64)
    if not kept.exists():
        np.save(kept, model.embed(list(places)))
    return Texts(np.load(kept), starts, flat)


@dataclass(frozen=True, slots=True)
class Meaning:
    """Maps the teacher's features (n, 1280) and logits (n, 1000) to unit vectors."""

    classes: Array  # (1000, 384): the embedded names
    mean: Array  # (1280,)
    deviation: Array  # (1280,)
    head: Array  # (1280, 384)
    components: Array  # (1280, VISUAL_DIMS)

    def semantic(self, features: Array, logits: Array) -> Array:
        said = unit(self._scaled(features) @ self.head)
        return unit((1 - BRIDGE) * said + BRIDGE * self.bridge(logits))

    def targets(
        self, features: npt.NDArray[np.float16], logits: npt.NDArray[np.float16], run: int = 4096
    ) -> tuple[npt.NDArray[np.float16], npt.NDArray[np.float16]]:
        """Semantic (n, 384) and visual (n, VISUAL_DIMS) vectors of many views."""
        semantic = np.empty((len(features), self.head.shape[1]), np.float16)
        visual = np.empty((len(features), VISUAL_DIMS), np.float16)
        for start in range(0, len(features), run):
            rows = slice(start, start + run)
            part = features[rows].astype(np.float32)
            semantic[rows] = self.semantic(part, logits[rows].astype(np.float32))
            visual[rows] = self.visual(part)
        return semantic, visual

    def bridge(self, logits: Array) -> Array:
        odds = np.exp(logits - logits.max(1, keepdims=True)).astype(np.float32)
        # The odds are not divided by their sum: that would only change the length.
        weighed = (odds @ self.classes).astype(np.float32)
        return unit(weighed)

    def visual(self, features: Array) -> Array:
        shown = ((features - self.mean) @ self.components).astype(np.float32)
        return unit(shown)

    def _scaled(self, features: Array) -> Array:
        scaled: Array = (features - self.mean) / self.deviation
        return scaled

    def save(self, path: Path) -> None:
        np.savez(path, **{name: getattr(self, name) for name in self.__slots__})

    @classmethod
    def load(cls, path: Path) -> Meaning:
        with np.load(path) as arrays:
            return cls(**{name: arrays[name] for name in cls.__slots__})


def class_vectors(names: Path, model: TextEmbedder) -> Array:
    """Embed the first name of each class. The file has a class on each line, after its WordNet id."""
    lines = names.read_text(encoding="utf-8").splitlines()
    return model.embed([line.split(" ", 1)[1].split(",")[0] for line in lines])


def learn(
    features: Array,
    examples: npt.NDArray[np.int64],
    texts: Texts,
    classes: Array,
    passes: int = 5,
    batch: int = 1024,
) -> Meaning:
    """Fit the head and the components to the teacher's features (n, 1280) for views of `examples` (n,)."""
    mean = features.mean(0, dtype=np.float32)
    deviation = features.std(0, dtype=np.float32) + 1e-3
    components = _components(features - mean)
    torch.manual_seed(0)
    head = nn.Linear(features.shape[1], classes.shape[1], bias=False).to(DEVICE)
    batch = min(batch, len(features))
    steps = passes * (len(features) // batch)
    optimizer = torch.optim.AdamW(head.parameters(), lr=2e-3, weight_decay=0.1)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 2e-3, total_steps=steps)
    random = np.random.default_rng(0)
    for _ in range(passes):
        order = random.permutation(len(features))
        for start in range(0, len(order) - batch + 1, batch):
            rows = order[start : start + batch]
            chosen = texts.draw(examples[rows], random)
            rows, chosen = rows[chosen >= 0], chosen[chosen >= 0]
            scaled = (features[rows] - mean) / deviation
            inputs = functional.dropout(torch.from_numpy(scaled).to(DEVICE), 0.2)
            said = functional.normalize(head(inputs), dim=1)
            vectors = torch.from_numpy(texts.vectors[chosen]).to(DEVICE)
            loss = contrastive(said, vectors, torch.from_numpy(chosen).to(DEVICE))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    return Meaning(classes, mean, deviation, head.weight.detach().cpu().numpy().T.copy(), components)


def contrastive(said: torch.Tensor, vectors: torch.Tensor, names: torch.Tensor) -> torch.Tensor:
    """The InfoNCE loss in both directions. Rows with the same text (equal `names`) all count as right."""
    scores = said @ vectors.T * SHARPNESS
    same = (names[:, None] == names[None, :]).float()
    wanted = same / same.sum(1, keepdim=True)
    return functional.cross_entropy(scores, wanted) + functional.cross_entropy(scores.T, wanted)


def _components(centred: Array) -> Array:
    """The principal axes, each divided by the fourth root of its variance: halfway to whitening."""
    values, vectors = np.linalg.eigh(centred.T @ centred / len(centred))
    values, vectors = np.maximum(values[::-1], 1e-6)[:VISUAL_DIMS], vectors[:, ::-1][:, :VISUAL_DIMS]
    return np.ascontiguousarray(vectors / values**0.25)
