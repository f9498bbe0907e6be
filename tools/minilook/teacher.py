"""Compute the features and classes of every view with MobileNetV2, and keep them for the student."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime as ort
import torch

from semsearch.models.torchvision_export import to_onnx
from tools.minilook import examples as listed
from tools.minilook import views
from tools.minilook.mobilenet import CLASSES, FEATURES, standardised, trained
from tools.minilook.views import Pixels

Array = npt.NDArray[np.float32]

_RUN = 16  # views in one run of the network
_CHUNK = 512  # views between two checkpoints


class Teacher:
    """torchvision's MobileNetV2 with its classifier, in onnxruntime."""

    def __init__(self, weights: Path) -> None:
        """`weights` is an .npz of the network's state_dict."""
        graph = to_onnx(_Teacher(weights).eval(), views.TEACHER_SIDE, ["features", "logits"])
        self._session = ort.InferenceSession(graph, providers=["CPUExecutionProvider"])

    def __call__(self, pixels: Pixels) -> tuple[Array, Array]:
        """The features (n, 1280) and logits (n, 1000) of pixels (n, 224, 224, 3)."""
        parts = np.split(pixels, range(_RUN, len(pixels), _RUN))
        answers = [self._session.run(None, {"pixels": part}) for part in parts]
        return np.concatenate([answer[0] for answer in answers]), np.concatenate(
            [answer[1] for answer in answers]
        )


class _Teacher(torch.nn.Module):
    def __init__(self, weights: Path) -> None:
        super().__init__()
        network = trained(weights)
        self._features, self._classes = network.features, network.classifier

    def forward(self, pixels: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        features = self._features(standardised(pixels.permute(0, 3, 1, 2))).mean((2, 3))
        return features, self._classes(features)


class Lessons:
    """The views and the teacher's answers for them, as arrays on disk. The first `done` rows are filled."""

    def __init__(self, folder: Path, pictures: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.examples = list(listed.read(pictures))
        self.plan = views.plan(self.examples)
        self._pictures = pictures
        self._progress = folder / "progress.json"
        total = len(self.plan)
        self.pixels = _array(folder / "pixels.npy", np.uint8, (total, views.SIDE, views.SIDE, 3))
        self.features = _array(folder / "features.npy", np.float16, (total, FEATURES))
        self.logits = _array(folder / "logits.npy", np.float16, (total, CLASSES))
        self.done = json.loads(self._progress.read_text())["done"] if self._progress.exists() else 0

    def make(self, teacher: Teacher) -> Iterator[tuple[int, int]]:
        """Continue where the last run stopped. Yields the views done and their total after each chunk."""
        with ThreadPoolExecutor(2) as pool:
            coming = pool.submit(self._cut, self.done)
            while self.done < len(self.plan):
                small, large = coming.result()
                coming = pool.submit(self._cut, self.done + len(small))
                here = slice(self.done, self.done + len(small))
                self.pixels[here] = small
                self.features[here], self.logits[here] = teacher(large)
                self.done += len(small)
                for array in (self.pixels, self.features, self.logits):
                    array.flush()
                self._progress.write_text(json.dumps({"done": self.done}))
                yield self.done, len(self.plan)

    def _cut(self, start: int) -> tuple[Pixels, Pixels]:
        rows = range(start, min(start + _CHUNK, len(self.plan)))
        cuts = [
            views.cut(self._pictures, self.examples[self.plan[row, 0]], int(self.plan[row, 1]), seed=row)
            for row in rows
        ]
        return np.array([cut[0] for cut in cuts]), np.array([cut[1] for cut in cuts])


def _array(path: Path, dtype: type, shape: tuple[int, ...]) -> np.memmap[Any, Any]:
    mode = "r+" if path.exists() else "w+"
    return np.lib.format.open_memmap(path, mode, dtype, shape)
