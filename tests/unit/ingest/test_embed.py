"""Batches of several files: a file that fails does not take the others with it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from PIL import Image

from ingest.embed import embed_pictures, embed_texts
from semsearch.errors import FileError
from semsearch.models.protocol import Looks
from tests.fakes import BagOfWords, Colours


def squares(*colours: str) -> list[Image.Image]:
    return [Image.new("RGB", (8, 8), colour) for colour in colours]


class Speechless(Colours):
    """A model whose semantic vectors of white pictures are NaN."""

    def look(self, pictures: Sequence[Image.Image]) -> Looks:
        looks = super().look(pictures)
        assert looks.semantic is not None
        for n, picture in enumerate(pictures):
            if picture.getpixel((0, 0)) == (255, 255, 255):
                looks.semantic[n] = np.nan
        return looks


def test_each_picture_gets_its_own_two_vectors() -> None:
    model = Colours()
    visual, semantic = model.look(squares("red", "blue"))
    assert semantic is not None
    for n, looks in enumerate(embed_pictures(model, [[view] for view in squares("red", "blue")])):
        assert not isinstance(looks, FileError)
        (look,) = looks
        assert np.array_equal(look.visual, visual[n])
        assert look.semantic is not None
        assert np.array_equal(look.semantic, semantic[n])


def test_a_picture_without_a_usable_second_vector_fails_alone() -> None:
    red, white, blue = embed_pictures(Speechless(), [[view] for view in squares("red", "white", "blue")])
    assert not isinstance(red, FileError)
    assert not isinstance(blue, FileError)
    assert isinstance(white, FileError)
    assert "length nan" in str(white)


@pytest.mark.parametrize("bad", ["", "UNEMBEDDABLE"])
def test_texts_keep_their_own_chunks_whatever_happens_to_others(bad: str) -> None:
    model = BagOfWords()
    first, _, last = embed_texts(model, [["one", "two"], [bad], ["three"]])
    assert not isinstance(first, FileError)
    assert not isinstance(last, FileError)
    assert np.array_equal(np.stack([*first, *last]), model.embed(["one", "two", "three"]))
