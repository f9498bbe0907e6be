"""The part of a picture that matches a query, found by the Searcher."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from semsearch.errors import QueryError
from semsearch.records import Box
from semsearch.search.searcher import Searcher
from semsearch.store.store import Store
from tests.fakes import FakeModels


@pytest.fixture
def spotted(folder: Path) -> bytes:
    image = Image.new("RGB", (120, 100), "yellow")
    image.paste("blue", (0, 0, 60, 50))
    image.save(folder / "spotted.png")
    return (folder / "spotted.png").read_bytes()


def test_a_part_is_found_by_words(spotted: bytes, searcher: Searcher) -> None:
    assert searcher.part(spotted, "blue") == Box(0, 0, 0.5, 0.5)
    assert searcher.part(spotted, "blue -sea") == Box(0, 0, 0.5, 0.5)
    assert searcher.part(spotted, "geese") is None
    with pytest.raises(QueryError, match="empty"):
        searcher.part(spotted, " ")


def test_a_picture_model_that_does_not_understand_words_finds_no_part(spotted: bytes, store: Store) -> None:
    without, speechless = FakeModels(pictures=False), FakeModels()
    assert speechless.colours is not None
    speechless.colours.semantic_space = ""
    for models in (without, speechless):
        assert Searcher(store, models).part(spotted, "blue") is None  # type: ignore[arg-type]
