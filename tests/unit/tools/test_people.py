"""`python -m tools.people`: the vectors of words for people that are shipped."""

from __future__ import annotations

import numpy as np

from semsearch.models.bank import shipped_bank
from semsearch.models.catalogue import text_model
from semsearch.models.nouns import people_file
from semsearch.settings import Settings


def test_the_shipped_vectors_are_those_of_the_words_for_people() -> None:
    model = text_model(Settings())
    bank = shipped_bank(model.id)
    assert bank is not None
    words = people_file(bank)
    made = model.embed(words.read_text(encoding="utf-8").splitlines(), query=True)
    shipped = np.load(words.with_suffix(".npy"), allow_pickle=False)
    assert np.allclose(shipped, made, atol=1e-3)
