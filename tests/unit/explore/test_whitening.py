"""Whitened vectors: what a library varies in counts less, and an index can be asked for what is near."""

from __future__ import annotations

import numpy as np

from semsearch.explore.whitening import Whitening
from semsearch.models.vectors import unit
from semsearch.records import Vectors


def varied(number: int) -> Vectors:
    """Vectors that differ a lot in the first two of eight directions, and little in the others."""
    drawn = np.random.default_rng(5).normal(size=(number, 8)) * [5, 5, 1, 1, 1, 1, 1, 1]
    return unit((drawn + 3).astype(np.float32))


def test_a_direction_in_which_the_library_varies_much_counts_less() -> None:
    library = varied(500)
    whitening = Whitening.of(library)
    base = library.mean(axis=0)
    step = np.eye(8, dtype=np.float32) * 0.2
    moved = whitening(np.stack([base + step[3], base + step[3] + step[0], base + step[3] + step[4]]))
    assert moved[0] @ moved[1] > moved[0] @ moved[2] + 0.1


def test_an_index_that_is_asked_finds_in_the_order_of_the_whitened_products() -> None:
    library = varied(300)
    whitening = Whitening.of(library)
    wanted = whitening(library[:1])[0]
    products = (library - whitening.mean) @ whitening.matrix @ wanted
    assert np.argsort(-(library @ whitening.asked(wanted))).tolist() == np.argsort(-products).tolist()


def test_a_few_vectors_equal_ones_and_none_stay_as_they_are() -> None:
    few = varied(99)
    assert np.allclose(Whitening.of(few)(few), few, atol=1e-6)
    same = np.repeat(few[:1], 200, axis=0)
    assert np.allclose(Whitening.of(same)(few), few, atol=1e-6)
    assert np.allclose(Whitening.of(same).asked(few[0]), few[0], atol=1e-6)
    none = np.zeros((0, 8), np.float32)
    assert len(Whitening.of(few)(none)) == 0
    assert len(Whitening.of(np.zeros((0, 0), np.float32))(np.zeros((0, 0), np.float32))) == 0
