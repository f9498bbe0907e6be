"""The sentences of presets, and what was fitted to them."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from semsearch.explore.presets import CLASSES, fitted, read, sentences, shipped, written
from tests.fakes import BagOfWords


@pytest.mark.parametrize("preset", CLASSES)
def test_a_preset_has_many_different_sentences_of_each_class_and_of_neither(preset: str) -> None:
    given = sentences(preset)
    counts = Counter(mark for mark, _ in given)
    assert len({text for _, text in given}) == len(given) >= 200
    assert {*CLASSES[preset]} < counts.keys()
    assert min(counts.values()) >= 50


def test_what_is_fitted_is_read_for_the_same_model_only() -> None:
    model = BagOfWords()
    found = fitted("sentiment", model)
    data = written(found, model.id)
    assert read(data, "another") is None
    for damaged in (b"", b"nothing", data[:100], data[:-30]):
        assert read(damaged, model.id) is None
    again = read(data, model.id)
    assert again is not None
    vectors = model.embed(["I am full of joy.", "I hate it, it is horrible."])
    for name, each in found.items():
        assert np.allclose(each.logits(vectors), again[name].logits(vectors), atol=1e-5)
    positive = again["positive"].probabilities(vectors)
    assert positive[0] > positive[1]


def test_the_model_that_comes_with_semsearch_needs_to_embed_nothing() -> None:
    from semsearch.models.loaded import Models
    from semsearch.settings import Settings

    data = shipped("sentiment")
    assert data is not None
    assert len(data) < 10_000
    found = read(data, Models(Settings()).text_id)
    assert found is not None
    assert found.keys() == {*CLASSES["sentiment"]}
