"""Ready-made labels: sentences that were written as examples of each class of a preset.

A regression is fitted to the vectors that the text model makes of them, once for each model. What was fitted
for the model that comes with semsearch lies beside the sentences, so that it need not be embedded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from semsearch.errors import FingerprintError
from semsearch.explore.packed import Arrays, pack, unpack
from semsearch.explore.regression import Examples, Regression, calibrated, fit, folds
from semsearch.models.protocol import TextEmbedder
from semsearch.records import Vectors
from semsearch.store.schema import TEXT
from semsearch.store.store import Store

_FOLDER = Path(__file__).parent
_BATCH = 32
_FOLDS = 10
# The classes of each preset that become labels. Others are examples of what is neither.
CLASSES: Mapping[str, tuple[str, ...]] = {"sentiment": ("positive", "negative")}


class Presets:
    """The regressions of presets, for the text model of the index. Methods raise RedisError."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def regression(self, name: str) -> Regression | None:
        """That of a class, such as "sentiment/positive"; None where none was fitted for the model in use."""
        preset, _, wanted = name.partition("/")
        fingerprint = self._store.fingerprints().get(TEXT)
        if fingerprint is None or wanted not in CLASSES.get(preset, ()):
            return None
        kept = self._store.kept.get(_key(preset))
        for found in (kept, shipped(preset)):
            if found is not None and (fitted := read(found, fingerprint.model)) is not None:
                return fitted.get(wanted)
        return None

    def prepare(self, preset: str, model: Callable[[], TextEmbedder]) -> None:
        """Fit a preset for the text model of the index, unless that is done. `model` loads that model.

        Raises FingerprintError for another model, and ModelError.
        """
        if self.regression(f"{preset}/{CLASSES[preset][0]}") is not None:
            return
        loaded = model()
        fingerprint = self._store.fingerprints().get(TEXT)
        if fingerprint is not None and fingerprint.model != loaded.id:
            raise FingerprintError(
                f"the text model is {loaded.id}, and the index has vectors of {fingerprint.model}: run "
                "`semsearch ingest` first"
            )
        self._store.kept.put(_key(preset), written(fitted(preset, loaded), loaded.id))


def sentences(preset: str) -> list[tuple[str, str]]:
    """The sentences of a preset: the class of each, and its text."""
    lines = (_FOLDER / f"{preset}.tsv").read_text(encoding="utf-8").splitlines()
    return [(mark, text) for mark, _, text in (line.partition("\t") for line in lines if line)]


def fitted(preset: str, model: TextEmbedder) -> dict[str, Regression]:
    """The regression of each class of a preset, on the vectors of a text model. Raises ModelError."""
    given = sentences(preset)
    texts = [text for _, text in given]
    batches = [model.embed(texts[start : start + _BATCH]) for start in range(0, len(texts), _BATCH)]
    return fitted_to(np.concatenate(batches), [mark for mark, _ in given], CLASSES[preset])


def fitted_to(vectors: Vectors, marks: Sequence[str], wanted: Sequence[str]) -> dict[str, Regression]:
    """The regression of each class, on the vectors (sentences, dims) and the classes of sentences."""
    found = {}
    for each in wanted:
        is_it = np.array([mark == each for mark in marks], np.float64)
        # Both answers count the same: nobody knows how glad a library is.
        counts = np.where(is_it == 1, 0.5 / is_it.mean(), 0.5 / (1 - is_it.mean()))
        examples = Examples(vectors.astype(np.float32), is_it, counts)
        held_out = np.empty(len(examples))
        for rows in folds(is_it, _FOLDS):
            held_out[rows] = fit(examples.of(~rows), _STRENGTH).logits(examples.vectors[rows])
        found[each] = fit(examples, _STRENGTH).stretched(*calibrated(examples, held_out))
    return found


# On vectors of length 1 that are not centred: the best of .02 to 1 by the sentences themselves, in ten folds.
_STRENGTH = 1.0


@cache
def shipped(preset: str) -> bytes | None:
    """The regressions that come with semsearch; None if there are none."""
    file = _FOLDER / f"{preset}.npz"
    return file.read_bytes() if file.exists() else None


def written(regressions: Mapping[str, Regression], model: str) -> bytes:
    """Regressions by class, and the id of the model on whose vectors they are."""
    return pack({"model": model}, {name: each.packed() for name, each in regressions.items()})


def read(data: bytes, model: str) -> dict[str, Regression] | None:
    """What `written` made; None if it is for another model, or damaged."""

    def made(about: Any, rows: Arrays) -> dict[str, Regression] | None:
        if about["model"] != model:
            return None
        return {name: Regression.unpacked(row) for name, row in rows.items()}

    return unpack(data, made)


def _key(preset: str) -> str:
    return f"preset:{preset}"
