"""The part of a picture that matches a query, found by the Searcher."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from PIL import Image

from semsearch.errors import QueryError
from semsearch.pictures.decode import DecodedPicture, decode
from semsearch.records import Box
from semsearch.search.searcher import Searcher
from semsearch.store.store import Store
from tests.fakes import FakeModels
from tests.unit.pictures.test_decode import encode


@pytest.fixture
def spotted() -> Callable[[int], DecodedPicture]:
    image = Image.new("RGB", (120, 100), "yellow")
    image.paste("blue", (0, 0, 60, 50))
    return partial(decode, encode(image, "PNG"))


def test_a_part_is_found_by_words(spotted: Callable[[int], DecodedPicture], searcher: Searcher) -> None:
    assert searcher.part(spotted, "blue") == Box(0, 0, 0.5, 0.5)
    assert searcher.part(spotted, "blue -sea") == Box(0, 0, 0.5, 0.5)
    assert searcher.part(spotted, "geese") is None
    with pytest.raises(QueryError, match="empty"):
        searcher.part(spotted, " ")


def test_a_picture_model_that_does_not_understand_words_finds_no_part(
    spotted: Callable[[int], DecodedPicture], store: Store
) -> None:
    without, speechless = FakeModels(pictures=False), FakeModels()
    assert speechless.colours is not None
    speechless.colours.semantic_space = ""
    for models in (without, speechless):
        assert Searcher(store, models).part(spotted, "blue") is None  # type: ignore[arg-type]
